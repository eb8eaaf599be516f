"""A watched folder: gives each settled file once, and takes it out when the caller says it is safe.

Events only wake; what is in the folder is found by looking. A file is settled when its size and
time have stayed the same for ``settle_seconds``; a ticket beside it, its writer closing it, or its
being renamed into place shorten that. Cases behind the rules: fax servers that write for minutes,
Windows copies that reserve the whole size first, scanners that leave ``.tmp`` names, network
folders without events, files that vanish between two looks, links that point out of the folder.
"""

import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Self

from ingest.errors import problem
from ingest.folder_events import FolderEvents
from ingest.pages import CallFacts
from ingest.ticket import parse_ticket
from terms.errors import Problem

_TEMPORARY = (".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".swp", ".lock", ".lck", "~")
_TICKET = ".json"
_SOON = 0.25
_TICKET_ALONE_SECONDS = 600.0
_DEEPEST = 8
_KINDS = ((stat.S_ISLNK, "a link"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))


@dataclass(frozen=True, slots=True)
class Pickup:
    """A settled file: where it is, which very file it is, and what its ticket says.

    ``key`` (device, number, size and time of the file) stays the same when the file is renamed or
    looked at again after a crash, and is another for a new file of the same name or content.
    ``mtime`` is in seconds since 1970.
    """

    path: Path
    key: str
    size: int
    mtime: float
    ticket: CallFacts | None = None
    ticket_path: Path | None = None
    ticket_problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Trouble of the source with one entry; ``path`` may hold what is private and is never logged."""

    problem: Problem
    path: Path


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at the folder found: settled files, faults, and how many are still settling."""

    pickups: tuple[Pickup, ...]
    faults: tuple[Fault, ...]
    settling: int


@dataclass(slots=True)
class _Seen:
    """A file as it was at the last look, and since when it has been like that."""

    key: str
    since: float
    hurried: bool = False


@dataclass(slots=True)
class _Entries:
    """What a walk through the folder found."""

    files: dict[Path, os.stat_result] = field(default_factory=dict)
    tickets: dict[Path, os.stat_result] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def file_key(path: Path) -> str:
    """The key of the very file at ``path``; see :class:`Pickup`. Raises OSError when there is none."""
    return _key(path.stat())


def _key(facts: os.stat_result) -> str:
    return f"{facts.st_dev:x}-{facts.st_ino:x}-{facts.st_size:x}-{facts.st_mtime_ns:x}"


class FolderSource:
    """Watches one folder and everything below it.

    ``taken`` is where released files go (it must be on the same file system; inside ``path`` it is
    not looked at); None removes them. ``clock`` gives seconds that never run backwards.
    """

    def __init__(
        self,
        name: str,
        path: Path,
        *,
        settle_seconds: float = 2.0,
        rescan_seconds: float = 10.0,
        taken: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.path = path
        self._settle = settle_seconds
        self._rescan = rescan_seconds
        self._taken = taken
        self._clock = clock
        self._seen: dict[Path, _Seen] = {}
        self._tickets_since: dict[Path, float] = {}
        self._given: set[str] = set()
        self._events = FolderEvents(path)
        self.faults: tuple[Fault, ...] = ()
        """The faults of the last look, again and again as long as they last."""

    def __enter__(self) -> Self:
        """Start to listen for events; without them (a network folder) the looks alone do the work."""
        self._events.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        self._events.stop()

    def pickups(self, stop: Event) -> Iterator[Pickup]:
        """Yield settled files, oldest first, until ``stop`` is set; each is given once.

        Call :meth:`release` when the original is stored, or :meth:`give_back` to have it again.
        """
        while not stop.is_set():
            look = self.look()
            for pickup in look.pickups:
                if stop.is_set():
                    return
                yield pickup
            self._events.wait(_SOON if look.settling else self._rescan, stop)

    def look(self) -> Look:
        """Look at the folder once."""
        now = self._clock()
        entries = self._walk()
        hurried = self._events.finished()
        self._seen = {path: seen for path, seen in self._seen.items() if path in entries.files}
        found: list[Pickup] = []
        settling = 0
        for path, facts in entries.files.items():
            key = _key(facts)
            if key in self._given:
                continue
            seen = self._seen.get(path)
            if seen is None or seen.key != key:
                seen = self._seen[path] = _Seen(key, now)
            seen.hurried |= path in hurried
            ticket = _ticket_of(path, entries.tickets)
            patience = min(_SOON, self._settle) if seen.hurried or ticket else self._settle
            if now - seen.since < patience:
                settling += 1
            elif reason := _unreadable(path):
                entries.faults.append(Fault(problem("unreadable", what=reason), path))
            else:
                self._given.add(key)
                found.append(_pickup(path, key, facts, ticket))
        self._given &= {_key(facts) for facts in entries.files.values()}
        entries.faults.extend(self._lone_tickets(entries, now))
        self.faults = tuple(entries.faults)
        return Look(tuple(sorted(found, key=lambda p: (p.mtime, p.path))), self.faults, settling)

    def give_back(self, pickup: Pickup) -> None:
        """Have a file given again: it could not be stored."""
        self._given.discard(pickup.key)

    def release(self, pickup: Pickup) -> Problem | None:
        """Take a file and its ticket out of the folder, now that the original is safe elsewhere.

        Does nothing if the file has gone, or another has come under its name. A file that cannot be
        removed is a problem, and is not given again as long as it lies there.
        """
        try:
            if file_key(pickup.path) != pickup.key:
                return None
            self._remove(pickup.path, pickup.key)
            if pickup.ticket_path is not None:
                self._remove(pickup.ticket_path, pickup.key)
        except FileNotFoundError:
            return None
        except OSError as error:
            return problem("not_removable", what=os.strerror(error.errno or 0).lower())
        return None

    def _remove(self, path: Path, key: str) -> None:
        if self._taken is None:
            path.unlink()
            return
        self._taken.mkdir(parents=True, exist_ok=True)
        mark = hashlib.sha256(key.encode()).hexdigest()[:12]
        path.rename(self._taken / f"{mark}-{path.name}")

    def _walk(self) -> _Entries:
        entries = _Entries()
        waiting = [(self.path, 0)]
        while waiting:
            folder, depth = waiting.pop()
            try:
                with os.scandir(folder) as listing:
                    for entry in listing:
                        self._sort(entry, depth, entries, waiting)
            except FileNotFoundError:
                if folder == self.path:
                    entries.faults.append(Fault(problem("folder_unreadable", what="it is not there"), folder))
            except OSError as error:
                what = os.strerror(error.errno or 0).lower()
                entries.faults.append(Fault(problem("folder_unreadable", what=what), folder))
        return entries

    def _sort(self, entry: os.DirEntry[str], depth: int, entries: _Entries, waiting: list[tuple[Path, int]]) -> None:
        """Put one entry where it belongs: a file, a ticket, a folder to look into, or a fault."""
        path = Path(entry.path)
        if _is_temporary(entry.name) or path == self._taken:
            return
        try:
            facts = entry.stat(follow_symlinks=False)
        except OSError:
            # it vanished between the listing and this look: the next look tells
            return
        if stat.S_ISDIR(facts.st_mode):
            if depth < _DEEPEST:
                waiting.append((path, depth + 1))
        elif not stat.S_ISREG(facts.st_mode):
            kind = next((words for is_kind, words in _KINDS if is_kind(facts.st_mode)), "a device")
            entries.faults.append(Fault(problem("not_a_plain_file", what=kind), path))
        elif path.suffix.lower() == _TICKET:
            entries.tickets[path] = facts
        else:
            entries.files[path] = facts

    def _lone_tickets(self, entries: _Entries, now: float) -> Iterator[Fault]:
        claimed = {_ticket_of(path, entries.tickets) for path in entries.files}
        alone = [path for path in entries.tickets if path not in claimed]
        self._tickets_since = {path: self._tickets_since.get(path, now) for path in alone}
        for path, since in self._tickets_since.items():
            if now - since >= _TICKET_ALONE_SECONDS:
                yield Fault(problem("ticket_alone", limit=int(_TICKET_ALONE_SECONDS)), path)


def _is_temporary(name: str) -> bool:
    return name.startswith((".", "~")) or name.lower().endswith(_TEMPORARY)


def _ticket_of(path: Path, tickets: dict[Path, os.stat_result]) -> Path | None:
    """The ticket beside a file: ``fax.json`` or ``fax.tif.json`` for ``fax.tif``."""
    for candidate in (path.with_name(path.name + _TICKET), path.with_suffix(_TICKET)):
        if candidate in tickets:
            return candidate
    return None


def _unreadable(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError as error:
        return os.strerror(error.errno or 0).lower()
    return None


def _pickup(path: Path, key: str, facts: os.stat_result, ticket: Path | None) -> Pickup:
    call, trouble = None, None
    if ticket is not None:
        try:
            call, trouble = parse_ticket(ticket.read_bytes())
        except OSError as error:
            trouble = problem("ticket_damaged", what=os.strerror(error.errno or 0).lower())
    return Pickup(path, key, facts.st_size, facts.st_mtime, call, ticket, trouble)
