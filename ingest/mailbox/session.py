"""One signed-in connection to a mailbox: list, fetch, move, wait; every failure is a MailboxError."""

import contextlib
import datetime as dt
import imaplib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Event

from ingest.mailbox.account import Account
from ingest.mailbox.errors import FolderError, LostError, MailboxError, RefusedCommandError, response_code
from ingest.mailbox.fetched import Fetched, read_fetched
from ingest.mailbox.names import wire_name
from ingest.mailbox.wire import Wire

_WINDOW = 1000
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LOGOUT_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Selected:
    """The mailbox as it was when selected: its UIDVALIDITY and how many messages lie in it."""

    validity: int
    count: int


class Session:
    """A connection that is signed in; make it with :func:`ingest.mailbox.signin.sign_in`, end it with :meth:`close`."""

    def __init__(self, wire: Wire, account: Account) -> None:
        self._wire = wire
        self._account = account
        self._delimiter = "/"
        self._marked: set[int] = set()
        self.selected = Selected(0, 0)
        self.abilities: frozenset[str] = frozenset()

    @property
    def heard(self) -> int:
        """How many bytes came in answer to the last command."""
        return self._wire.heard

    def prepare(self) -> None:
        """Learn what the server can do, and make the processed and the failed folder if need be."""
        with self._speaking("CAPABILITY"):
            _kind, data = self._wire.capability()
            self.abilities = frozenset(b" ".join(d for d in data if d).decode("latin-1").upper().split())
        with self._speaking("LIST"):
            _kind, data = self._wire.list('""', '""')
            self._delimiter = _delimiter(data)
        self.make_folders()

    def make_folders(self) -> None:
        """Make the processed and the failed folder if they are not there. Raises FolderError."""
        for name in (self._account.processed, self._account.failed):
            try:
                self.messages_in(name)
            except RefusedCommandError:
                self._make(name)

    def _make(self, name: str) -> None:
        code = None
        try:
            with self._speaking("CREATE"):
                check("CREATE", self._wire.create(self._name(name)))
        except RefusedCommandError as error:
            # another service may have made it at the same moment
            code = error.code
        try:
            self.messages_in(name)
        except RefusedCommandError:
            code = f" [{code}]" if code else ""
            raise FolderError("mailbox_folder", what=f"{name!r} is not there and could not be made{code}") from None

    def messages_in(self, name: str) -> int:
        """How many messages lie in another folder. Raises RefusedCommandError when there is none such."""
        with self._speaking("STATUS"):
            data = check("STATUS", self._wire.status(self._name(name), "(MESSAGES)"))
        words = (data[-1] or b"").rpartition(b"(")[2].rstrip(b") ").split()
        return int(words[-1]) if words and words[-1].isdigit() else 0

    def select(self) -> Selected:
        """Select the mailbox anew, so that its UIDVALIDITY and its count are those of now."""
        name = self._account.folder
        try:
            with self._speaking("SELECT"):
                data = check("SELECT", self._wire.select(self._name(name)))
                validity = self._wire.response("UIDVALIDITY")[1][-1]
        except RefusedCommandError as error:
            code = f" [{error.code}]" if error.code else ""
            raise FolderError("mailbox_folder", what=f"the mailbox {name!r} cannot be opened{code}") from None
        if validity is None or not validity.isdigit():
            raise FolderError(
                "mailbox_folder", what=f"the mailbox {name!r} has no UIDVALIDITY, so nothing is told apart"
            )
        if int(validity) != self.selected.validity:
            self._marked.clear()
        self.selected = Selected(int(validity), int(data[-1] or 0))
        return self.selected

    def examine(self, name: str) -> None:
        """Open any folder of the account for reading only, instead of the mailbox. Raises RefusedCommandError."""
        with self._speaking("EXAMINE"):
            data = check("EXAMINE", self._wire.select(self._name(name), readonly=True))
        self._marked.clear()
        self.selected = Selected(0, int(data[-1] or 0))

    def since(self, day: dt.date) -> list[int]:
        """The UIDs of the open folder's messages that the server received on ``day`` or later, oldest first."""
        return sorted(self._search(f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}"))

    def headers(self, uids: Sequence[int]) -> list[Fetched]:
        """Header, time of receipt and flags of these messages; the flags stay as they are."""
        return self._fetch(",".join(map(str, uids)), "(UID FLAGS INTERNALDATE BODY.PEEK[HEADER])")

    def uids(self) -> list[int]:
        """The UIDs of all messages of the selected mailbox, oldest first, asked for in windows."""
        found: set[int] = set()
        for first in range(1, self.selected.count + 1, _WINDOW):
            last = min(first + _WINDOW - 1, self.selected.count)
            found |= self._search(f"{first}:{last}")
        return sorted(found)

    def has(self, uid: int) -> bool:
        """Whether the message is still in the selected mailbox."""
        return uid in self._search(f"UID {uid}")

    def _search(self, what: str) -> set[int]:
        with self._speaking("SEARCH"):
            data = check("SEARCH", self._wire.uid("SEARCH", what))
            return {int(word) for line in data if line for word in line.split()}

    def more_came(self) -> bool:
        """Whether the server has told of more messages since the mailbox was selected."""
        told = self._wire.response("EXISTS")[1]
        return any(word and word.isdigit() and int(word) > self.selected.count for word in told)

    def facts(self, uids: Sequence[int]) -> list[Fetched]:
        """Size and time of receipt of these messages, oldest first; those that have gone are not in it."""
        wanted = set(uids)
        found = self._fetch(",".join(map(str, uids)), "(UID RFC822.SIZE INTERNALDATE)")
        return sorted((f for f in found if f.uid in wanted), key=lambda f: f.uid)

    def content(self, uid: int, *, header_only: bool = False) -> bytes | None:
        """The raw bytes of a message (its flags stay as they are); None when it has gone.

        Raises LiteralTooLargeError when the server sends more than it said.
        """
        part = "BODY.PEEK[HEADER]" if header_only else "BODY.PEEK[]"
        found = self._fetch(str(uid), f"(UID {part})")
        return next((f.content for f in found if f.uid == uid and f.content is not None), None)

    def _fetch(self, uids: str, items: str) -> list[Fetched]:
        with self._speaking("FETCH"):
            # what the server told on its own since the last FETCH is no answer to this one
            self._wire.response("FETCH")
            return list(read_fetched(check("FETCH", self._wire.uid("FETCH", uids, items))))

    def move(self, uid: int, folder: str, *, again: bool = False) -> None:
        """Move a message out of the mailbox; one that has gone is no error.

        Without MOVE it is copied, marked as deleted and expunged, alone where the server can
        (UIDPLUS), else as soon as nothing but what was copied here is marked as deleted: other people's
        messages are never expunged. ``again`` says that an earlier try may have been cut off: then a
        message that is marked already is not copied once more.
        """
        name = self._name(folder)
        if "MOVE" in self.abilities:
            with self._speaking("MOVE"):
                check("MOVE", self._wire.uid("MOVE", str(uid), name))
            return
        if not (again and self._search(f"UID {uid} DELETED")):
            with self._speaking("COPY"):
                check("COPY", self._wire.uid("COPY", str(uid), name))
        with self._speaking("STORE"):
            check("STORE", self._wire.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Deleted)"))
        self._marked.add(uid)
        if "UIDPLUS" in self.abilities:
            with self._speaking("EXPUNGE"):
                check("EXPUNGE", self._wire.uid("EXPUNGE", str(uid)))
            return
        if self._search("DELETED") <= self._marked:
            with self._speaking("EXPUNGE"):
                check("EXPUNGE", self._wire.expunge())

    def wait(self, seconds: float, stop: Event) -> bool:
        """Wait until the server tells of a new message (True), or ``seconds`` are over, or ``stop`` is set."""
        if "IDLE" not in self.abilities:
            stop.wait(seconds)
            return False
        try:
            with self._speaking("IDLE"):
                return self._wire.idle(seconds, stop)
        except RefusedCommandError:
            self.abilities -= {"IDLE"}
            return False

    def drop(self) -> None:
        """Close without a word: whatever is asked of the session from now on fails as a lost connection."""
        self._wire.shutdown()

    def close(self) -> None:
        """Sign out if the server still listens, and close."""
        with contextlib.suppress(imaplib.IMAP4.error, MailboxError, OSError), self._wire.within(_LOGOUT_SECONDS):
            self._wire.logout()
        self._wire.shutdown()

    def _name(self, folder: str) -> str:
        return wire_name(folder, self._delimiter)

    @contextlib.contextmanager
    def _speaking(self, what: str) -> Iterator[None]:
        """Bound the time of a command, and turn what imaplib raises into our errors, without the server's words."""
        try:
            with self._wire.within(self._account.command_seconds):
                yield
        except imaplib.IMAP4.readonly:
            raise FolderError("mailbox_read_only") from None
        except (imaplib.IMAP4.abort, OSError, ValueError):
            # ValueError: an answer that does not read as IMAP at all
            raise LostError from None
        except imaplib.IMAP4.error as error:
            raise RefusedCommandError(what, response_code(error)) from None


def check(what: str, answer: tuple[str, Sequence[bytes | None]]) -> Sequence[bytes | None]:
    """Give the data of an answer that is OK. Raises RefusedCommandError for any other."""
    kind, data = answer
    if kind != "OK":
        raise RefusedCommandError(what, response_code(data))
    return data


def _delimiter(data: Sequence[object]) -> str:
    r"""Find the hierarchy delimiter in the answer to ``LIST "" ""``: ``(\Noselect) "/" ""``."""
    for line in data:
        if isinstance(line, bytes):
            rest = line.partition(b")")[2].strip()
            if rest.startswith(b'"'):
                return rest[1:].lstrip(b"\\")[:1].decode("ascii", "replace") or "\\"
    return "/"
