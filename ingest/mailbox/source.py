"""A watched mailbox: gives each message once, and moves it away when the caller says it is safe.

What lies in the mailbox is found by looking; IDLE only wakes. A message is fetched without marking
it as read, given, moved to the processed folder when released, and to the failed folder when it
cannot be fetched. Killed or cut off anywhere in between, it still lies in the mailbox, is fetched
again, and the ledger knows that it is an arrival already.
"""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import Event

from ingest.mailbox.account import Account
from ingest.mailbox.backoff import Backoff
from ingest.mailbox.errors import (
    LiteralTooLargeError,
    LostError,
    MailboxError,
    RefusedCommandError,
    SignInError,
    mailbox_problem,
)
from ingest.mailbox.fetched import Fetched
from ingest.mailbox.letter import Ledger, Letter, LetterKey, letter_key
from ingest.mailbox.session import Session
from ingest.mailbox.signin import sign_in
from terms.errors import Problem

_SUFFIX = ".eml"
_GROUP = 100
_REFUSALS = 3
_LOSSES_ALIKE = 8
_LOSSES = 40
_AGAIN_SECONDS = 1.0
_MEGABYTE = 1024 * 1024

_Place = tuple[int, int]
"""UIDVALIDITY and UID."""


class MailboxSource:
    """Watches one mailbox, in one thread.

    ``ledger`` is asked before a message is given. ``spool`` is a folder for this source alone, in
    which messages lie between fetching and release; what an earlier run left there is removed.
    """

    def __init__(self, name: str, account: Account, ledger: Ledger, spool: Path) -> None:
        self.name = name
        self._account = account
        self._ledger = ledger
        self._spool = spool
        self._session: Session | None = None
        # with the caller; and done with, with the folder they belong in
        self._given: set[_Place] = set()
        self._done: dict[_Place, str] = {}
        self._tries = _Tries()
        self._group = _GROUP
        self._given_back = False
        self._gave = 0
        self._trouble: Problem | None = None
        self._not_moved: Problem | None = None
        self._retry = Backoff(account.retry_seconds, account.retry_most_seconds)
        self._refused = Backoff(account.refused_seconds, max(account.refused_seconds, account.retry_most_seconds * 3))
        self.backlog = 0
        """Messages that lie in the mailbox and were not yet released, at the last look."""
        self.failed = 0
        """Messages in the failed folder at the last look; they are there until a person takes them out."""

    @property
    def problem(self) -> Problem | None:
        """What hinders this source now: the connection, then moving, then what lies in the failed folder."""
        failed = mailbox_problem("mailbox_failed", count=self.failed) if self.failed else None
        return self._trouble or self._not_moved or failed

    @property
    def connected(self) -> bool:
        """Whether there is a connection that is signed in."""
        return self._session is not None

    def letters(self, stop: Event) -> Iterator[Letter]:
        """Yield messages, oldest first, until ``stop`` is set; each is given once.

        Call :meth:`release` when the original is stored and the arrival registered, or
        :meth:`give_back` to have it again; both in the thread that takes the letters. Trouble with
        the server never ends it: it is in :attr:`problem`, and the connection is made again after
        ever longer waits.
        """
        self._given.clear()
        while not stop.is_set():
            pause = 0.0
            try:
                self._prepare_spool()
                with contextlib.closing(sign_in(self._account)) as session:
                    self._session = session
                    yield from self._watch(session, stop)
            except MailboxError as error:
                pause = self._pause_after(error)
            finally:
                self._session = None
            stop.wait(pause)

    def release(self, letter: Letter) -> Problem | None:
        """Move a message out of the mailbox, now that its original is safe elsewhere.

        A message that cannot be moved is a problem, and is not given again as long as this source
        lives; after a restart the ledger knows it. A connection that fails here is no problem:
        the message is moved when there is another.
        """
        place = (letter.key.validity, letter.key.uid)
        self._finish(place, self._account.failed if letter.problem else self._account.processed)
        _remove(letter.path)
        session = self._session
        if session is None or session.selected.validity != place[0]:
            return None
        try:
            return self._move(session, place)
        except MailboxError:
            # closed at once, so that the next command on it fails and a new connection is made
            session.drop()
            return None

    def give_back(self, letter: Letter) -> None:
        """Have a message given again: it could not be stored."""
        self._given.discard((letter.key.validity, letter.key.uid))
        self._given_back = True
        _remove(letter.path)

    def _pause_after(self, error: MailboxError) -> float:
        """Note what is wrong, and say how long to wait."""
        if isinstance(error, SignInError) and error.name != "mailbox_busy":
            self._trouble = error.as_problem()
            return self._refused.wait()
        # servers end connections as they please: only when it happens again at once is it worth a word
        if not isinstance(error, LostError) or self._retry.waited:
            self._trouble = error.as_problem()
        return self._retry.wait()

    def _watch(self, session: Session, stop: Event) -> Iterator[Letter]:
        self._refused.reset()
        while not stop.is_set():
            if self._not_moved:
                # the folder may have been taken away
                session.make_folders()
            self._gave, self._given_back, self._not_moved = 0, False, None
            yield from self._look(session, stop)
            self._trouble, self._group = None, _GROUP
            self._retry.reset()
            if self._given_back:
                stop.wait(min(_AGAIN_SECONDS, self._account.rescan_seconds))
            elif not self._gave and not session.more_came():
                session.wait(self._account.rescan_seconds, stop)

    def _look(self, session: Session, stop: Event) -> Iterator[Letter]:
        """Look at the mailbox once: move what is done with, give what is new."""
        validity = session.select().validity
        self.failed = session.messages_in(self._account.failed)
        uids = session.uids()
        self._forget_all_but({(validity, uid) for uid in uids})
        waiting = [uid for uid in uids if (validity, uid) not in self._done]
        self.backlog = len(waiting)
        for place in sorted(self._done):
            self._move(session, place, again=True)
        waiting = [uid for uid in waiting if (validity, uid) not in self._given]
        # a message at which connections broke off before must not keep the others waiting
        waiting.sort(key=lambda uid: self._tries.losses.get((validity, uid), 0))
        while waiting and not stop.is_set():
            group, waiting = waiting[: self._group], waiting[self._group :]
            for fact in self._facts(session, group):
                if stop.is_set():
                    return
                yield from self._attend(session, fact)

    def _facts(self, session: Session, group: list[int]) -> list[Fetched]:
        """The facts of a group; messages for which the server has none are tried again and then put aside."""
        validity = session.selected.validity
        try:
            with self._counting(session, (validity, group[0]) if len(group) == 1 else None):
                facts = session.facts(group)
        except LostError:
            # next time one by one, so that it is known which message it was
            self._group = 1
            raise
        except RefusedCommandError:
            if len(group) > 1:
                return [fact for uid in group for fact in self._facts(session, [uid])]
            facts = []
        for uid in set(group) - {fact.uid for fact in facts}:
            self._count_refusal(session, (validity, uid))
        order = {uid: place for place, uid in enumerate(group)}
        return sorted(facts, key=lambda fact: order[fact.uid])

    def _attend(self, session: Session, fact: Fetched) -> Iterator[Letter]:
        """Fetch one message, and give it unless it is an arrival already; then only move it."""
        place = (session.selected.validity, fact.uid)
        too_large = place in self._tries.too_large or (fact.size or 0) > self._account.letter_bytes
        try:
            with self._counting(session, place):
                content = session.content(fact.uid, header_only=too_large)
        except RefusedCommandError:
            content = None
        if content is None:
            self._count_refusal(session, place)
            return
        key = letter_key(self._account.mark, *place, content)
        if self._ledger.knows(key):
            self._finish(place, self._account.failed if too_large else self._account.processed)
            self._move(session, place, again=True)
            return
        limit = self._account.letter_bytes // _MEGABYTE
        trouble = mailbox_problem("mail_too_large", limit=limit) if too_large else None
        size = max(fact.size or 0, len(content)) if too_large else len(content)
        letter = Letter(self._write(key, content), key, size, fact.received, trouble)
        self._given.add(place)
        self._gave += 1
        yield letter

    @contextlib.contextmanager
    def _counting(self, session: Session, place: _Place | None) -> Iterator[None]:
        """Count connections that break off at one message; one that broke too many is put aside."""
        try:
            yield
        except LostError as error:
            if place is not None:
                too_large = isinstance(error, LiteralTooLargeError)
                if self._tries.lost(place, session.heard, too_large=too_large):
                    self._finish(place, self._account.failed)
            raise

    def _count_refusal(self, session: Session, place: _Place) -> None:
        if self._tries.refused(place):
            self._finish(place, self._account.failed)
            self._move(session, place)

    def _finish(self, place: _Place, folder: str) -> None:
        self._given.discard(place)
        if place not in self._done:
            self._done[place] = folder
            self.backlog = max(self.backlog - 1, 0)

    def _move(self, session: Session, place: _Place, *, again: bool = False) -> Problem | None:
        """Move a message that is done with; after the first refusal in a look, the others wait for the next."""
        if self._not_moved is None:
            try:
                session.move(place[1], self._done[place], again=again)
            except RefusedCommandError as error:
                # another service on the same mailbox may have moved it: then all is well
                if error.code != "EXPUNGEISSUED" and session.has(place[1]):
                    self._not_moved = mailbox_problem("mailbox_not_moved", code=error.code)
            else:
                self._retry.reset()
        return self._not_moved

    def _forget_all_but(self, places: set[_Place]) -> None:
        self._given &= places
        self._done = {place: folder for place, folder in self._done.items() if place in places}
        self._tries.forget_all_but(places)

    def _prepare_spool(self) -> None:
        """Make the spool, and empty it of what an earlier run left."""
        try:
            self._spool.mkdir(parents=True, exist_ok=True)
            self._spool.chmod(0o700)
            for left in self._spool.glob(f"*{_SUFFIX}"):
                left.unlink(missing_ok=True)
        except OSError as error:
            raise _spool_error(error) from None

    def _write(self, key: LetterKey, content: bytes) -> Path:
        """Write a message into the spool, under a name that says nothing of it."""
        try:
            handle, name = tempfile.mkstemp(suffix=_SUFFIX, prefix=f"{key.uid}-", dir=self._spool)
            path = Path(name)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
            except OSError:
                path.unlink(missing_ok=True)
                raise
        except OSError as error:
            raise _spool_error(error) from None
        return path


class _Tries:
    """How often messages could not be fetched, and how."""

    def __init__(self) -> None:
        self.losses: dict[_Place, int] = {}
        self.refusals: dict[_Place, int] = {}
        self.too_large: set[_Place] = set()
        self._alike: dict[_Place, tuple[int, int]] = {}

    def lost(self, place: _Place, heard: int, *, too_large: bool) -> bool:
        """Count a connection lost after ``heard`` bytes; True when there is no use in trying again.

        A message that breaks the server breaks it at the same byte each time; a bad line does not.
        """
        self.losses[place] = self.losses.get(place, 0) + 1
        before, alike = self._alike.get(place, (heard, 0))
        self._alike[place] = (heard, alike + 1 if before == heard else 1)
        header_too = too_large and place in self.too_large
        if too_large:
            self.too_large.add(place)
        return header_too or self._alike[place][1] >= _LOSSES_ALIKE or self.losses[place] >= _LOSSES

    def refused(self, place: _Place) -> bool:
        """Count a refusal; True when there is no use in trying again."""
        self.refusals[place] = self.refusals.get(place, 0) + 1
        return self.refusals[place] >= _REFUSALS

    def forget_all_but(self, places: set[_Place]) -> None:
        """Forget messages that have gone."""
        self.losses = {place: n for place, n in self.losses.items() if place in places}
        self._alike = {place: n for place, n in self._alike.items() if place in places}
        self.refusals = {place: n for place, n in self.refusals.items() if place in places}
        self.too_large &= places


def _remove(path: Path) -> None:
    # what stays in the spool is removed before the next connection
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)


def _spool_error(error: OSError) -> MailboxError:
    return MailboxError("mailbox_spool", what=os.strerror(error.errno or 0).lower())
