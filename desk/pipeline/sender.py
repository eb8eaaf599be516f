"""Looks after what is on its way: asks the ways out what became of it, takes up what waits, notes how lines stand.

A thread of the worker. Everything it does may be done twice, by two workers too: each transmission
is changed under its notice's lock, and a waiting notice is asked for once.
"""

import threading

from django.conf import settings
from django.db import connections
from django.utils import timezone

from desk.cases import sending
from desk.config import Settings
from desk.lifecycle import TransmissionState
from desk.logs import log
from desk.pipeline.bell import ring
from desk.pipeline.transports import fax_transport, named
from desk.records.models import LineStatus, Transmission
from outbound.errors import TransportError
from outbound.transport import Receipt, Stage, Standing, Transport

_LINES_EVERY = 6
"""Lines are asked for at every so many rounds."""
_log = log(__name__)


def run(stop: threading.Event) -> None:
    """Go round until ``stop`` is set; trouble is logged and tried again."""
    inlet: Settings = settings.INLET
    rounds = 0
    while not stop.is_set():
        try:
            go_round(look_at_lines=rounds % _LINES_EVERY == 0)
        except Exception:  # noqa: BLE001  (a lost database must not end the thread)
            _log.exception("sender.failed")
        finally:
            connections.close_all()
        rounds += 1
        stop.wait(inlet.sending.poll_seconds)


def go_round(*, look_at_lines: bool) -> dict[str, int]:
    """Ask about everything under way and take up what waits; give how many of each."""
    ended = ask_all()
    taken_up = sending.take_up_waiting(timezone.now())
    if taken_up:
        ring()
    if look_at_lines:
        note_lines()
    return {"ended": ended, "taken_up": taken_up}


def ask_all() -> int:
    """Ask each way out about what it was given; give how many transmissions ended."""
    count = 0
    ways: dict[tuple[str, str, str], Transport] = {}
    down: set[tuple[str, str, str]] = set()
    for transmission in sending.under_way():
        notice = transmission.notice
        way = (transmission.transport, notice.way, notice.address)
        if way in down:
            continue
        try:
            out = ways.setdefault(way, named(*way))
            standing = sending.expected(transmission, out.status(_receipt(transmission)), timezone.now())
        except TransportError as error:
            down.add(way)
            _log.warning("sender.way_down", way=transmission.transport, kind=error.kind)
            continue
        if _is_no_news(transmission, standing):
            continue
        state = sending.record_standing(transmission.key, standing)
        if state is not TransmissionState.SUBMITTED:
            count += 1
            _log.info("transmission.ended", transmission=transmission.key, state=state.value)
    return count


def _is_no_news(transmission: Transmission, standing: Standing) -> bool:
    """Whether it still stands as it stood: nothing is written then, however many wait in a folder."""
    goes_on = standing.stage in {Stage.WAITING, Stage.SENDING}
    return goes_on and (standing.pages, standing.detail[:200]) == (transmission.pages, transmission.detail)


def _receipt(transmission: Transmission) -> Receipt:
    return Receipt(transmission.key, held=False, job=str(transmission.receipt.get("job", "")))


def note_lines() -> None:
    """Store how the way that faxes leave by stands: its lines, or what hinders it."""
    name = settings.INLET.sending.fax_way.value
    values: dict[str, object] = {"checked_at": timezone.now(), "problem_kind": "", "problem_message": "", "lines": []}
    try:
        values["lines"] = [{"name": line.name, "state": line.state} for line in fax_transport().probe()]
    except TransportError as error:
        values |= {"problem_kind": error.kind, "problem_message": str(error)}
    LineStatus.objects.update_or_create(way=name, defaults=values)
