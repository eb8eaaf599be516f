"""Taking files in: a watched folder's file becomes a stored original and an arrival, then leaves the folder.

Killed anywhere in between, the file still lies there, is taken again, and is the same arrival.
"""

import datetime as dt
import heapq
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Protocol

from django.db import DatabaseError, connections
from django.utils import timezone

from desk.cases.arrivals import Receipt, register_arrival
from desk.cases.pausing import paused_problem
from desk.config import Settings
from desk.errors import StorageError
from desk.logs import log
from desk.pipeline.bell import ring
from desk.pipeline.door_watch import DoorWatch
from desk.pipeline.mail_watch import MailWatch
from desk.records.models import Arrival, SourceStatus
from desk.source_settings import SourceKind, SourceSettings
from desk.storage import store_original
from ingest.errors import FolderTakenError
from ingest.folder import FolderSource, Pickup
from terms.errors import Problem

STATUS_SECONDS = 5.0
FRESH_SECONDS = 60.0
MOST_NAMED = 10
"""Entries of a source that are named as faulty; how many there are in all is counted."""

_KEYS_AT_ONCE = 500
PAUSE_SECONDS = 2.0
_log = log(__name__)


class Watched(Protocol):
    """A source as the status thread sees it."""

    source: SourceSettings

    def run(self, stop: threading.Event) -> None:
        """Take what comes until ``stop`` is set."""
        ...

    @property
    def problem(self) -> Problem | None:
        """What hinders the source now."""
        ...

    @property
    def waiting(self) -> int:
        """How much lies there that is not yet safe."""
        ...

    @property
    def faults(self) -> int:
        """How many entries something is wrong with."""
        ...

    @property
    def faulty(self) -> tuple[tuple[str, Problem], ...]:
        """The first of these, each by a name that an operator finds it by; no more than :data:`MOST_NAMED`."""
        ...

    @property
    def silent(self) -> str:
        """Why the source is looked at by the clock, empty when it tells by itself."""
        ...


@dataclass
class Watch:
    """One watched source: its folder, and what hinders taking from it at the moment."""

    source: SourceSettings
    settings: Settings
    folder: FolderSource = field(init=False)
    trouble: Problem | None = None

    def __post_init__(self) -> None:
        """Make the folder's watcher."""
        self.folder = FolderSource(
            self.source.name,
            self.source.path,
            settle_seconds=self.source.settle_seconds,
            rescan_seconds=self.settings.rescan_seconds,
            taken=None if self.settings.delete_taken else self.source.path / ".taken",
            leave=self.source.leave_files,
            known=self._known,
            rules=self.source.ticket_rules(),
            index=self.source.index_file,
            ticket_seconds=self.source.ticket_seconds,
            # several workers on one PostgreSQL may share a folder: the pickup's key keeps them apart
            exclusive=self.settings.uses_sqlite,
        )

    def _known(self, keys: Collection[str]) -> frozenset[str]:
        """Say which files, by their keys, have become arrivals; asked where files stay in the folder."""
        found: set[str] = set()
        wanted = sorted(keys)
        try:
            for start in range(0, len(wanted), _KEYS_AT_ONCE):
                part = [left_key(self.source.name, key) for key in wanted[start : start + _KEYS_AT_ONCE]]
                found |= set(Arrival.objects.filter(pickup_key__in=part).values_list("pickup_key", flat=True))
        finally:
            connections.close_all()
        return frozenset(key for key in keys if left_key(self.source.name, key) in found)

    def run(self, stop: threading.Event) -> None:
        """Take files until ``stop`` is set; trouble with one file or with storage never ends it."""
        while not stop.is_set():
            try:
                with self.folder:
                    for pickup in self.folder.pickups(stop):
                        self._take(pickup, stop)
            except (FolderTakenError, DatabaseError) as error:
                self._stand_by(error)
                stop.wait(min(self.settings.rescan_seconds, STATUS_SECONDS))
            except Exception:  # noqa: BLE001  (a source that fails in a new way is looked at again)
                _log.exception("source.failed", source=self.source.name)
                stop.wait(self.settings.rescan_seconds)
            finally:
                connections.close_all()

    def _take(self, pickup: Pickup, stop: threading.Event) -> None:
        try:
            if (paused := paused_problem(self.source.name)) is not None:
                self._hold(pickup, paused)
                stop.wait(PAUSE_SECONDS)
                return
            arrival = take(pickup, self.source)
        except FileNotFoundError:
            return  # somebody took it away between look and hand; if it comes back, it is seen again
        except StorageError as error:
            self._hold(pickup, error.as_problem())
            stop.wait(min(self.settings.storage_retry_seconds, self.settings.rescan_seconds))
            return
        except (OSError, DatabaseError) as error:
            self._hold(pickup, _not_taken(error))
            stop.wait(1.0)
            return
        finally:
            connections.close_all()
        self.trouble = self.folder.release(pickup)
        if self.trouble:
            _log.error("source.not_removable", source=self.source.name, arrival=arrival)

    def _stand_by(self, error: FolderTakenError | DatabaseError) -> None:
        """Say why nothing can be taken at all for now; it is tried again."""
        problem = error.as_problem() if isinstance(error, FolderTakenError) else _not_taken(error)
        if self.trouble is None or self.trouble.kind != problem.kind:
            _log.error("source.held", source=self.source.name, kind=problem.kind, sentence=problem.message)
        self.trouble = problem

    def _hold(self, pickup: Pickup, problem: Problem) -> None:
        """Leave a file where it is, to be taken again, and say why."""
        if self.trouble is None or self.trouble.kind != problem.kind:
            _log.error("source.held", source=self.source.name, kind=problem.kind, sentence=problem.message)
        self.trouble = problem
        self.folder.give_back(pickup)

    @property
    def problem(self) -> Problem | None:
        """What hinders this source now: storage first, then the folder's own faults."""
        if self.trouble:
            return self.trouble
        return self.folder.faults[0].problem if self.folder.faults else None

    @property
    def waiting(self) -> int:
        """Files that lie there and are not yet safe."""
        return self.folder.backlog

    @property
    def faults(self) -> int:
        """Entries that something is wrong with."""
        return len(self.folder.faults)

    @property
    def faulty(self) -> tuple[tuple[str, Problem], ...]:
        """The first of these; the folder's own troubles have no name."""
        found = ((fault.path, fault.problem) for fault in self.folder.faults if fault.path != self.folder.path)
        named = ((str(path.relative_to(self.folder.path)), problem) for path, problem in found)
        return tuple(heapq.nsmallest(MOST_NAMED, named, key=lambda entry: entry[0]))

    @property
    def silent(self) -> str:
        """Why the folder is looked at by the clock."""
        return self.folder.silent


def _not_taken(error: Exception) -> Problem:
    sentence = f"A file could not be taken ({type(error).__name__}); check folder and database."
    return Problem("desk.not_taken", sentence, retry=True)


def watch_of(source: SourceSettings, settings: Settings) -> Watched:
    """Make the watch that the source's kind asks for."""
    if source.kind is SourceKind.IMAP:
        return MailWatch(source, settings)
    if source.kind is SourceKind.HTTP:
        return DoorWatch(source)
    return Watch(source, settings)


def left_key(source: str, key: str) -> str:
    """The pickup key of a file that stays where it is: its bytes are not asked again."""
    return f"{source}:left:{key}"


def take(pickup: Pickup, source: SourceSettings) -> int:
    """Store a file's bytes, then register its arrival; give the arrival's number.

    The key tells this very file with these very bytes: taken again after a crash it is the same arrival.
    """
    stored = store_original(pickup.path)
    modified = dt.datetime.fromtimestamp(pickup.mtime, dt.UTC)
    received = pickup.ticket.received_at if pickup.ticket and pickup.ticket.received_at else modified
    facts: dict[str, object] = {}
    if pickup.ticket:
        facts["call"] = pickup.ticket.to_record()
    if pickup.ticket_problem:
        facts["ticket_problem"] = pickup.ticket_problem.to_json()
    receipt = Receipt(
        source=source.name,
        channel=source.channel.value,
        label=source.label,
        pickup_key=left_key(source.name, pickup.key)
        if source.leave_files
        else f"{source.name}:{pickup.key}:{stored.sha256[:16]}",
        file_name=pickup.path.name[-255:],
        received_at=min(received, timezone.now()),
        facts=facts,
    )
    arrival = register_arrival(receipt, stored)
    ring()
    _log.info("arrival.registered", arrival=arrival.pk, source=source.name, state=str(arrival.state), size=stored.size)
    return arrival.pk


def report_status(watches: tuple[Watched, ...], stop: threading.Event) -> None:
    """Write how each source is doing when it changes, and now and then that it is being looked at."""
    last: dict[str, tuple[object, float]] = {}
    while not stop.is_set():
        ticks = time.monotonic()  # the clock on the wall may jump back
        for watch in watches:
            state = (watch.problem, watch.waiting, watch.faults, watch.faulty, watch.silent)
            known = last.get(watch.source.name)
            if known and known[0] == state and ticks - known[1] < FRESH_SECONDS:
                continue
            try:
                _write_status(watch, timezone.now())
                last[watch.source.name] = (state, ticks)
            except DatabaseError:
                _log.exception("source.status_failed", source=watch.source.name)
        connections.close_all()
        stop.wait(STATUS_SECONDS)


def _write_status(watch: Watched, now: dt.datetime) -> None:
    problem = watch.problem
    row, _made = SourceStatus.objects.get_or_create(name=watch.source.name)
    row.looked_at = now
    row.waiting = watch.waiting
    row.faults = watch.faults
    row.faulty = [{"entry": name, "message": found.message} for name, found in watch.faulty]
    row.silent = watch.silent
    if problem is None:
        row.problem_since = None
    elif row.problem_kind != problem.kind:
        row.problem_since = now
        _log.error("source.problem", source=watch.source.name, kind=problem.kind, sentence=problem.message)
    row.problem_kind = problem.kind if problem else ""
    row.problem_message = problem.message if problem else ""
    row.save()
