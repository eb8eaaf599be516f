"""Taking files in: a watched folder's file becomes a stored original and an arrival, then leaves the folder.

Killed anywhere in between, the file still lies there, is taken again, and is the same arrival.
"""

import datetime as dt
import threading
from dataclasses import dataclass, field

from django.db import DatabaseError, connections
from django.utils import timezone

from desk.cases.arrivals import Receipt, register_arrival
from desk.config import Settings
from desk.errors import StorageError
from desk.logs import log
from desk.pipeline.bell import ring
from desk.pipeline.mail_watch import MailWatch
from desk.records.models import SourceStatus
from desk.source_settings import SourceKind, SourceSettings
from desk.storage import store_original
from ingest.folder import FolderSource, Pickup
from terms.errors import Problem

STATUS_SECONDS = 5.0
FRESH_SECONDS = 60.0
_log = log(__name__)


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
        )

    def run(self, stop: threading.Event) -> None:
        """Take files until ``stop`` is set; trouble with one file or with storage never ends it."""
        while not stop.is_set():
            try:
                with self.folder:
                    for pickup in self.folder.pickups(stop):
                        self._take(pickup, stop)
            except Exception:  # noqa: BLE001  (a source that fails in a new way is looked at again)
                _log.exception("source.failed", source=self.source.name)
                stop.wait(self.settings.rescan_seconds)
            finally:
                connections.close_all()

    def _take(self, pickup: Pickup, stop: threading.Event) -> None:
        try:
            arrival = take(pickup, self.source)
        except FileNotFoundError:
            return  # somebody took it away between look and hand; if it comes back, it is seen again
        except StorageError as error:
            self._hold(pickup, error.as_problem())
            stop.wait(min(self.settings.storage_retry_seconds, self.settings.rescan_seconds))
            return
        except (OSError, DatabaseError) as error:
            sentence = f"A file could not be taken ({type(error).__name__}); check folder and database."
            self._hold(pickup, Problem("desk.not_taken", sentence, retry=True))
            stop.wait(1.0)
            return
        finally:
            connections.close_all()
        self.trouble = self.folder.release(pickup)
        if self.trouble:
            _log.error("source.not_removable", source=self.source.name, arrival=arrival)

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
        """Files that lie there and could not be taken."""
        return len(self.folder.faults)


def watch_of(source: SourceSettings, settings: Settings) -> Watch | MailWatch:
    """Make the watch that the source's kind asks for."""
    return MailWatch(source, settings) if source.kind is SourceKind.IMAP else Watch(source, settings)


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
        pickup_key=f"{source.name}:{pickup.key}:{stored.sha256[:16]}",
        file_name=pickup.path.name[-255:],
        received_at=min(received, timezone.now()),
        facts=facts,
    )
    arrival = register_arrival(receipt, stored)
    ring()
    _log.info("arrival.registered", arrival=arrival.pk, source=source.name, state=str(arrival.state), size=stored.size)
    return arrival.pk


def report_status(watches: tuple[Watch | MailWatch, ...], stop: threading.Event) -> None:
    """Write how each source is doing when it changes, and now and then that it is being looked at."""
    last: dict[str, tuple[object, float]] = {}
    while not stop.is_set():
        now = timezone.now()
        for watch in watches:
            state = (watch.problem, watch.waiting)
            known = last.get(watch.source.name)
            if known and known[0] == state and now.timestamp() - known[1] < FRESH_SECONDS:
                continue
            try:
                _write_status(watch, now)
                last[watch.source.name] = (state, now.timestamp())
            except DatabaseError:
                _log.exception("source.status_failed", source=watch.source.name)
        connections.close_all()
        stop.wait(STATUS_SECONDS)


def _write_status(watch: Watch | MailWatch, now: dt.datetime) -> None:
    problem = watch.problem
    row, _made = SourceStatus.objects.get_or_create(name=watch.source.name)
    row.looked_at = now
    row.waiting = watch.waiting
    if problem is None:
        row.problem_since = None
    elif row.problem_kind != problem.kind:
        row.problem_since = now
        _log.error("source.problem", source=watch.source.name, kind=problem.kind, sentence=problem.message)
    row.problem_kind = problem.kind if problem else ""
    row.problem_message = problem.message if problem else ""
    row.save()
