"""The way of a notice: rendered, intended, submitted, recorded; each step safe to take twice."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from desk.cases.actor import MACHINE, Actor
from desk.cases.audit import note
from desk.cases.moves import move_notice
from desk.cases.work import NORMAL, ask_for
from desk.errors import MoveRefusedError
from desk.lifecycle import SENIORS, NoticeState, TransmissionState
from desk.records.models import Notice, Transmission, WorkItem
from terms.contact import FaxNumber
from terms.errors import Problem
from terms.names import Priority


@dataclass(frozen=True, slots=True)
class Rendered:
    """A notice on paper: stored names of PDF and fax TIFF, its pages, and where it would go."""

    pdf: str
    tiff: str
    pages: int
    destination: str
    verified: bool
    reason: str
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to be submitted: everything a transport needs, ids and storage names only.

    ``earlier`` holds the keys of this notice's earlier transmissions, which this one replaces.
    """

    transmission: str
    notice: str
    pdf: str
    tiff: str
    pages: int
    destination: str
    verified: bool
    reason: str
    reference: str
    kind: str
    urgent: bool
    intended_at: dt.datetime
    earlier: tuple[str, ...]


def _lock(key: str) -> Notice:
    return Notice.objects.select_for_update().get(key=key)


def _wishes(key: str) -> QuerySet[WorkItem]:
    return WorkItem.objects.filter(payload__notice=key)


def record_rendered(key: str, rendered: Rendered) -> bool:
    """Store a drafted notice's paper and destination; give whether it still is to be sent."""
    with transaction.atomic():
        notice = _lock(key)
        if notice.state != NoticeState.DRAFTED:
            return False
        notice.pdf, notice.tiff, notice.pages = rendered.pdf, rendered.tiff, rendered.pages
        notice.destination, notice.verified = rendered.destination[:30], rendered.verified
        notice.destination_reason = rendered.reason
        notice.data = dict(rendered.data)
        notice.problem_kind = notice.problem_message = ""
        notice.save()
        return True


def record_intent(key: str, transport: str) -> Intent | None:
    """Write down that a notice is about to be submitted, before anything leaves; ``None`` when it is not to be.

    The transmission's key stays the same however often this runs, so that the far side can be
    asked whether it already has it.
    """
    with transaction.atomic():
        notice = _lock(key)
        if notice.state != NoticeState.DRAFTED or not notice.pdf:
            return None
        attempt = notice.transmissions.count() or 1
        request = notice.request
        transmission, _made = Transmission.objects.get_or_create(
            notice=notice,
            attempt=attempt,
            defaults={
                "key": f"{notice.key}:{attempt}",
                "transport": transport,
                "destination": notice.destination,
                "intended_at": timezone.now(),
            },
        )
        return Intent(
            transmission=transmission.key,
            notice=notice.key,
            pdf=notice.pdf,
            tiff=notice.tiff,
            pages=notice.pages or 0,
            destination=notice.destination,
            verified=notice.verified,
            reason=notice.destination_reason,
            reference=request.reference if request else "",
            kind=notice.kind,
            urgent=bool(request and request.priority == Priority.URGENT),
            intended_at=transmission.intended_at,
            earlier=tuple(notice.transmissions.filter(attempt__lt=attempt).values_list("key", flat=True)),
        )


def record_submission(transmission_key: str, *, held: bool, receipt: Mapping[str, object]) -> None:
    """Store what the transport answered: the notice is sent, or held until somebody verifies the number."""
    with transaction.atomic():
        notice_key = Transmission.objects.values_list("notice__key", flat=True).get(key=transmission_key)
        notice = _lock(notice_key)
        transmission = Transmission.objects.get(key=transmission_key)
        if transmission.state != TransmissionState.INTENDED:
            return
        now = timezone.now()
        transmission.state = TransmissionState.HELD if held else TransmissionState.SUBMITTED
        transmission.submitted_at = now
        transmission.receipt = dict(receipt)
        transmission.save()
        if notice.state == NoticeState.SUPERSEDED and held:
            ask_for("withdraw", f"withdraw:{notice.key}", {"notice": notice.key})
            return
        # a notice that was superseded while it was being handed over has gone out all the same
        move_notice(notice, NoticeState.HELD if held else NoticeState.SENT)
        notice.sent_at = None if held else now
        notice.save()
        action = "notice.held" if held else "notice.sent"
        note(MACHINE, action, request=notice.request, arrival=notice.arrival, detail={"notice": notice.key})


def record_notice_problem(key: str, problem: Problem) -> None:
    """Store why a drafted notice could not be made or submitted; it stays drafted and shows on the desk."""
    with transaction.atomic():
        notice = _lock(key)
        if notice.state == NoticeState.DRAFTED:
            notice.problem_kind, notice.problem_message = problem.kind, problem.message
            notice.save(update_fields=["problem_kind", "problem_message"])


def ask_again(key: str, *, delay_seconds: float) -> bool:
    """Ask for another try of a notice that still is drafted; give whether one was asked for.

    While a try is waiting, asking again changes nothing.
    """
    with transaction.atomic():
        notice = _lock(key)
        work = _wishes(key)
        if notice.state != NoticeState.DRAFTED or work.filter(passed_at=None).exists():
            return False
        wish = f"notice:{key}:{work.count() + 1}"
        return ask_for("notice", wish, {"notice": key}, delay_seconds=delay_seconds)


def verify_and_send(key: str, fax: str, *, actor: Actor) -> Notice:
    """Send a held notice to a number that a senior person vouches for: a second transmission, with its own key.

    ``fax`` is typed in any usual form. Raises :class:`desk.errors.MoveRefusedError`.
    """
    if not actor.roles & SENIORS:
        msg = "your role may not vouch for a fax number; ask a senior clerk or supervisor"
        raise MoveRefusedError(msg)
    number = FaxNumber.parse(fax)
    if number is None:
        msg = "this is not a fax number; write it like 510-555-0142"
        raise MoveRefusedError(msg)
    with transaction.atomic():
        notice = _lock(key)
        if notice.state != NoticeState.HELD:
            msg = f"the notice is {notice.state}, not held"
            raise MoveRefusedError(msg)
        attempt = notice.transmissions.count() + 1
        move_notice(notice, NoticeState.DRAFTED)
        notice.destination, notice.verified = number.value, True
        notice.destination_reason = f"Vouched for by {actor.name}."
        notice.vouched_by = actor.name
        notice.save()
        Transmission.objects.create(
            notice=notice,
            attempt=attempt,
            key=f"{notice.key}:{attempt}",
            transport="outbox",
            destination=number.value,
            intended_at=timezone.now(),
        )
        note(actor, "notice.number_verified", request=notice.request, detail={"notice": notice.key})
        wish = f"notice:{notice.key}:{_wishes(notice.key).count() + 1}"
        ask_for("notice", wish, {"notice": notice.key}, priority=NORMAL)
        return notice
