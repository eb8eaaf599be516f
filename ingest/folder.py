"""A watched folder: gives each settled file once, and takes it out when the caller says it is safe.

Events only wake; what is in the folder is found by looking. A file is settled when its size and
time have stayed the same for ``settle_seconds``; a ticket beside it, its writer closing it, or its
being renamed into place shorten that. Cases behind the rules: fax servers that write for minutes,
Windows copies that reserve the whole size first, scanners that leave ``.tmp`` names, network
folders without events or with a clock of their own, folders that may only be read, files that
vanish between two looks, links that point out of the folder, tickets that come late or in halves.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Self

from ingest.errors import FolderTakenError, problem
from ingest.folder_events import FolderEvents
from ingest.folder_probe import Probe, probe_folder
from ingest.folder_tickets import Tickets, Told
from ingest.folder_walk import Entries, Fault, walk, why_unreadable
from ingest.pages import CallFacts
from ingest.ticket import PLAIN_RULES, TicketRules
from terms.errors import Problem

POLL_SECONDS = 2.0
"""How often a folder is looked at that tells no events."""

_SOON = 0.25
_TICKET_ALONE_SECONDS = 600.0
_PROBE_SECONDS = 600.0
_TOLD_SECONDS = 1.0
_SKEW_CORRECTED, _SKEW_FAULT = 2.0, 120.0
_MOST_UNTOLD = 2


@dataclass(frozen=True, slots=True)
class Pickup:
    """A settled file: where it is, which very file it is, and what its ticket says.

    ``key`` (device, number, size and time of the file) stays the same when the file is renamed or
    looked at again after a crash, and is another for a new file of the same name or content.
    ``mtime`` is in seconds since 1970 by our own clock.
    """

    path: Path
    key: str
    size: int
    mtime: float
    ticket: CallFacts | None = None
    ticket_path: Path | None = None
    ticket_problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at the folder found: settled files, faults, and how many are still settling."""

    pickups: tuple[Pickup, ...]
    faults: tuple[Fault, ...]
    settling: int


@dataclass(slots=True)
class _Seen:
    """A file as it was at the last look, since when it has been like that, and whether an event told of it."""

    key: str
    since: float
    told: bool
    hurried: bool = False


def file_key(path: Path) -> str:
    """The key of the very file at ``path``; see :class:`Pickup`. Raises OSError when there is none."""
    return _key(path.stat())


def _key(facts: os.stat_result) -> str:
    return f"{facts.st_dev:x}-{facts.st_ino:x}-{facts.st_size:x}-{facts.st_mtime_ns:x}"


def _nobody(_keys: Collection[str]) -> frozenset[str]:
    return frozenset()


class FolderSource:
    """Watches one folder and everything below it.

    ``taken`` is where released files go (it must be on the same file system; inside ``path`` it is
    not looked at); None removes them. With ``leave`` they stay where they are, as in a folder that
    may only be read: what was taken is remembered by its key, and ``known`` says which keys the
    caller remembers from earlier runs. ``rules`` and ``index`` say how the fax server tells of its
    calls, and a file without a ticket waits ``ticket_seconds`` for one. ``exclusive`` keeps a second
    service off the folder. ``clock`` gives seconds that never run backwards, ``probe`` what the
    folder can do.
    """

    def __init__(
        self,
        name: str,
        path: Path,
        *,
        settle_seconds: float = 2.0,
        rescan_seconds: float = 10.0,
        taken: Path | None = None,
        leave: bool = False,
        known: Callable[[Collection[str]], Collection[str]] = _nobody,
        rules: TicketRules = PLAIN_RULES,
        index: str = "",
        ticket_seconds: float = 0.0,
        exclusive: bool = False,
        clock: Callable[[], float] = time.monotonic,
        probe: Callable[[Path], Probe] = probe_folder,
    ) -> None:
        self.name = name
        self.path = path
        self._settle = settle_seconds
        self._rescan = rescan_seconds
        self._taken = taken
        self._leave = leave
        self._known = known
        self._tickets = Tickets(rules, path / index if index else None)
        self._ticket_seconds = ticket_seconds
        self._exclusive = exclusive
        self._clock = clock
        self._probe_folder = probe
        self._handle: int | None = None
        self._seen: dict[Path, _Seen] = {}
        self._tickets_since: dict[Path, float] = {}
        self._given: set[str] = set()
        self._stuck: dict[str, Problem] = {}
        self._events = FolderEvents(path)
        self._listening_since: float | None = None
        self._probed_at: float | None = None
        self._skew = 0.0
        self._untold = 0
        self.silent = ""
        """Why events are not relied on, in words; empty when they are."""
        self.faults: tuple[Fault, ...] = ()
        """The faults of the last look, again and again as long as they last."""
        self.backlog = 0
        """Files of the last look that are not yet safe: settling, given and not released, or at fault."""

    def __enter__(self) -> Self:
        """Keep others off, and start to listen for events; without them the looks alone do the work.

        Raises :class:`ingest.errors.FolderTakenError` when another service watches the folder.
        """
        if self._exclusive:
            self._handle = _hold(self.path)
        self._events.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening, and let others watch."""
        self._events.stop()
        self._listening_since = None
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def pickups(self, stop: Event) -> Iterator[Pickup]:
        """Yield settled files, oldest first, until ``stop`` is set; each is given once.

        Call :meth:`release` when the original is stored, or :meth:`give_back` to have it again.
        """
        while not stop.is_set():
            self._test_itself()
            look = self.look()
            for pickup in look.pickups:
                if stop.is_set():
                    return
                yield pickup
            calm = min(self._rescan, POLL_SECONDS) if self.silent else self._rescan
            self._events.wait(_SOON if look.settling else calm, stop)

    def _test_itself(self) -> None:
        """Find out, now and then, whether the folder tells of what happens in it, and what its clock says."""
        now = self._clock()
        if self._probed_at is not None and now - self._probed_at < _PROBE_SECONDS:
            return
        self._events.expect_probe()
        found = self._probe_folder(self.path)
        self._probed_at = now if found.writable or self.path.is_dir() else None
        skew = found.skew or 0.0
        self._skew = skew if abs(skew) > _SKEW_CORRECTED else 0.0
        if found.network:
            self.silent = "it lies on another machine, which tells no events"
        elif not self._events.listening:
            self.silent = "the system gives no events for it"
        elif found.writable and not self._events.heard_probe(_TOLD_SECONDS):
            self.silent = "a test file in it was not told of"
        elif self._untold < _MOST_UNTOLD:
            self.silent = ""

    def look(self) -> Look:
        """Look at the folder once."""
        now = self._clock()
        entries = walk(self.path, without={p for p in (self._taken, self._tickets.index) if p})
        told, finished = self._events.news()
        trouble = self._tickets.refresh()
        if trouble:
            entries.faults.append(Fault(trouble, self.path))
        if abs(self._skew) > _SKEW_FAULT:
            entries.faults.append(Fault(problem("clock_skew", seconds=round(self._skew)), self.path))
        keys = {path: self._key_of(path, facts) for path, facts in entries.files.items()}
        self._remember(keys)
        self._note_events(keys, told, now)
        found, settling = self._settled(entries, keys, finished, now)
        entries.faults.extend(Fault(self._stuck[key], path) for path, key in keys.items() if key in self._stuck)
        self.faults = tuple(entries.faults)
        self.backlog = settling + sum(1 for key in keys.values() if key in self._given and not self._is_done(key))
        self.backlog += sum(1 for fault in self.faults if fault.path in keys and keys[fault.path] not in self._given)
        return Look(tuple(sorted(found, key=lambda p: (p.mtime, p.path))), self.faults, settling)

    def _settled(
        self, entries: Entries, keys: dict[Path, str], finished: Collection[Path], now: float
    ) -> tuple[list[Pickup], int]:
        """Find the files that can be given, and count those that may still be being written."""
        tickets = {str(path).lower(): path for path in entries.tickets}
        claimed: set[Path] = set()
        found: list[Pickup] = []
        settling = 0
        for path, key in keys.items():
            ticket = self._tickets.beside(path, tickets)
            claimed |= {ticket} if ticket else set()
            if key in self._given:
                continue
            seen = self._seen[path]
            seen.hurried |= path in finished
            complete = ticket is not None or self._tickets.knows(path)
            patience = min(_SOON, self._settle) if seen.hurried or complete else self._settle
            if not complete:
                patience = max(patience, self._ticket_seconds)
            if now - seen.since < patience:
                settling += 1
            elif reason := why_unreadable(path):
                entries.faults.append(Fault(problem("unreadable", what=reason), path))
            else:
                call = self._tickets.told(path, ticket)
                if call.unclear and now - seen.since < max(self._settle, self._ticket_seconds):
                    settling += 1
                    continue
                self._given.add(key)
                found.append(self._pickup(path, key, entries.files[path], call))
        entries.faults.extend(self._lone_tickets(set(entries.tickets) - claimed, now))
        return found, settling

    def _remember(self, keys: dict[Path, str]) -> None:
        """Forget files that are gone; ask the caller for those that it already took, where they stay."""
        present = frozenset(keys.values())
        self._given &= present
        self._stuck = {key: trouble for key, trouble in self._stuck.items() if key in present}
        if self._leave:
            seen = {entry.key for entry in self._seen.values()}
            fresh = [key for key in present if key not in self._given and key not in seen]
            self._given |= set(self._known(fresh)) if fresh else set()

    def _note_events(self, keys: dict[Path, str], told: Collection[Path], now: float) -> None:
        """Keep since when each file has been as it is; a new file that no event told of speaks against events."""
        excused = not self._events.listening or self._listening_since is None
        before, self._seen = self._seen, {}
        for path, key in keys.items():
            seen = before.get(path)
            if seen is not None and not seen.told and path not in told:
                self._untold += 1
                if self._untold == _MOST_UNTOLD:
                    self.silent = "files came that it did not tell of"
            if seen is None or seen.key != key:
                is_told = path in told or excused or seen is not None
                self._seen[path] = _Seen(key, now, is_told)
            else:
                seen.told = True  # each file speaks once
                self._seen[path] = seen
        if excused and self._events.listening:
            self._listening_since = now

    def _is_done(self, key: str) -> bool:
        return self._leave or key in self._stuck

    def give_back(self, pickup: Pickup) -> None:
        """Have a file given again: it could not be stored."""
        self._given.discard(pickup.key)

    def release(self, pickup: Pickup) -> Problem | None:
        """Take a file and its ticket out of the folder, now that the original is safe elsewhere.

        Does nothing if the file has gone, or another has come under its name. A file that cannot be
        removed is a problem, and is not given again as long as it lies there.
        """
        if self._leave:
            return None
        try:
            if file_key(pickup.path) != pickup.key:
                return None
            # the ticket first: cut off in between, the file is found once more and is the same arrival
            if pickup.ticket_path is not None and pickup.ticket_path.exists():
                self._remove(pickup.ticket_path, pickup.key)
            self._remove(pickup.path, pickup.key)
        except FileNotFoundError:
            return None
        except OSError as error:
            trouble = problem("not_removable", what=os.strerror(error.errno or 0).lower())
            self._stuck[pickup.key] = trouble
            return trouble
        return None

    def _remove(self, path: Path, key: str) -> None:
        if self._taken is None:
            path.unlink()
            return
        self._taken.mkdir(parents=True, exist_ok=True)
        mark = hashlib.sha256(key.encode()).hexdigest()[:12]
        path.rename(self._taken / f"{mark}-{path.name}")

    def _key_of(self, path: Path, facts: os.stat_result) -> str:
        """The key of a file; where files stay, one that outlives a new mount of the folder: name, size and time."""
        if not self._leave:
            return _key(facts)
        name = hashlib.sha256(os.fsencode(path.relative_to(self.path))).hexdigest()[:24]
        return f"{name}-{facts.st_size:x}-{facts.st_mtime_ns:x}"

    def _pickup(self, path: Path, key: str, facts: os.stat_result, told: Told) -> Pickup:
        mtime = facts.st_mtime - self._skew
        return Pickup(path, key, facts.st_size, mtime, told.call, told.path, told.problem)

    def _lone_tickets(self, alone: Collection[Path], now: float) -> Iterator[Fault]:
        if self._leave:
            return  # tickets stay there for good, too
        self._tickets_since = {path: self._tickets_since.get(path, now) for path in alone}
        for path, since in self._tickets_since.items():
            if now - since >= _TICKET_ALONE_SECONDS:
                yield Fault(problem("ticket_alone", limit=int(_TICKET_ALONE_SECONDS)), path)


def _hold(folder: Path) -> int | None:
    """Lock the folder itself, so that no file is left in it; None where the file system has no such locks."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return None  # the looks will say what is wrong with it
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise FolderTakenError(
            "another service watches this folder; stop it, or give each service a folder of its own"
        ) from None
    except OSError:
        os.close(handle)
        return None
    return handle
