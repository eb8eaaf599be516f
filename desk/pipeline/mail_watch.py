"""Taking messages in: a mailbox's message becomes a stored original and an arrival, then leaves the mailbox.

Killed anywhere in between, the message still lies there, is fetched again, and is the same arrival:
the arrivals themselves are the ledger.
"""

import threading
from dataclasses import dataclass, field

from django.db import DatabaseError, connections
from django.utils import timezone

from desk.cases.arrivals import Receipt, quarantine, register_arrival
from desk.cases.pausing import paused_problem
from desk.config import Settings
from desk.errors import StorageError
from desk.logs import log
from desk.pipeline.bell import ring
from desk.records.models import Arrival
from desk.source_settings import SourceSettings
from desk.storage import store_original
from ingest.mailbox.letter import Letter, LetterKey
from ingest.mailbox.source import MailboxSource
from terms.errors import Problem

PAUSE_SECONDS = 2.0
_log = log(__name__)


@dataclass(frozen=True)
class ArrivalLedger:
    """Which messages of a source have become arrivals."""

    source: str

    def knows(self, key: LetterKey) -> bool:
        """Look among arrivals with the same numbers, and among those with the same bytes."""
        mine = Arrival.objects.filter(source=self.source)
        # hexadecimal digits sort alike everywhere, so a range does what a prefix means, by the index
        same_bytes = mine.filter(sha256__gte=key.content, sha256__lt=key.content + "g")
        same_place = mine.filter(pickup_key__startswith=f"{self.source}:{key.place}")
        for query in (same_bytes, same_place):
            for text in query.values_list("pickup_key", flat=True):
                known = LetterKey.parse(text.removeprefix(f"{self.source}:"))
                if known and known.same_message(key):
                    return True
        return False


@dataclass
class MailWatch:
    """One watched mailbox, and what hinders taking from it at the moment."""

    source: SourceSettings
    settings: Settings
    mailbox: MailboxSource = field(init=False)
    trouble: Problem | None = None
    _ledger_trouble: Problem | None = None

    def __post_init__(self) -> None:
        """Make the mailbox's watcher."""
        self.mailbox = MailboxSource(self.source.name, self.source.account(), self, self.source.path)

    def knows(self, key: LetterKey) -> bool:
        """Ask the ledger, and hold no connection to the database while the mailbox is waited for."""
        try:
            known = ArrivalLedger(self.source.name).knows(key)
        except DatabaseError as error:
            if self._ledger_trouble is None:
                _log.exception("source.ledger_failed", source=self.source.name)
            self._ledger_trouble = _not_taken(error)
            raise
        finally:
            connections.close_all()
        self._ledger_trouble = None
        return known

    def run(self, stop: threading.Event) -> None:
        """Take messages until ``stop`` is set; trouble with one message, with server or storage never ends it."""
        while not stop.is_set():
            try:
                for letter in self.mailbox.letters(stop):
                    self._take(letter, stop)
            except DatabaseError:
                # from the ledger, which has said so; what is in the mailbox is looked at again
                stop.wait(1.0)
            except Exception:  # noqa: BLE001  (a source that fails in a new way is looked at again)
                _log.exception("source.failed", source=self.source.name)
                stop.wait(self.settings.rescan_seconds)
            finally:
                connections.close_all()

    def _take(self, letter: Letter, stop: threading.Event) -> None:
        try:
            if (paused := paused_problem(self.source.name)) is not None:
                self._hold(letter, paused)
                stop.wait(PAUSE_SECONDS)
                return
            arrival = take_letter(letter, self.source)
        except StorageError as error:
            self._hold(letter, error.as_problem())
            stop.wait(min(self.settings.storage_retry_seconds, self.settings.rescan_seconds))
            return
        except (OSError, DatabaseError) as error:
            self._hold(letter, _not_taken(error))
            stop.wait(1.0)
            return
        finally:
            connections.close_all()
        self.trouble = None
        if self.mailbox.release(letter):
            _log.error("source.not_movable", source=self.source.name, arrival=arrival)

    def _hold(self, letter: Letter, problem: Problem) -> None:
        """Leave a message where it is, to be taken again, and say why."""
        if self.trouble is None or self.trouble.kind != problem.kind:
            _log.error("source.held", source=self.source.name, kind=problem.kind, sentence=problem.message)
        self.trouble = problem
        self.mailbox.give_back(letter)

    @property
    def problem(self) -> Problem | None:
        """What hinders this source now: storage first, then the database, then the server."""
        return self.trouble or self._ledger_trouble or self.mailbox.problem

    @property
    def waiting(self) -> int:
        """Messages that were not yet taken, and those that could not be fetched."""
        return self.mailbox.backlog + self.mailbox.failed

    @property
    def faults(self) -> int:
        """Messages that could not be fetched."""
        return self.mailbox.failed

    @property
    def faulty(self) -> tuple[tuple[str, Problem], ...]:
        """A message has no name that could be told here; it lies in the failed folder."""
        return ()

    @property
    def silent(self) -> str:
        """A mailbox is asked by the clock behind its server's telling; nothing to say."""
        return ""


def _not_taken(error: Exception) -> Problem:
    sentence = f"A message could not be taken ({type(error).__name__}); check data folder and database."
    return Problem("desk.not_taken", sentence, retry=True)


def take_letter(letter: Letter, source: SourceSettings) -> int:
    """Store a message's bytes, then register its arrival; give the arrival's number.

    A message of which only the header could be had goes to quarantine, with the reason.
    """
    stored = store_original(letter.path)
    now = timezone.now()
    receipt = Receipt(
        source=source.name,
        channel=source.channel.value,
        label=source.label,
        pickup_key=f"{source.name}:{letter.key}",
        file_name=f"mail-{letter.key.uid}.eml",
        received_at=min(letter.received_at or now, now),
    )
    arrival = register_arrival(receipt, stored)
    if letter.problem:
        arrival = quarantine(arrival.pk, letter.problem)
    ring()
    _log.info("arrival.registered", arrival=arrival.pk, source=source.name, state=str(arrival.state), size=stored.size)
    return arrival.pk
