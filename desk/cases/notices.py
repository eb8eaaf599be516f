"""The way of a notice: rendered, intended, submitted, recorded; each step safe to take twice.

What becomes of it on the line is :mod:`desk.cases.sending`'s.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from desk.cases.actor import MACHINE, Actor
from desk.cases.approving import needs_approval, wait_for_approval
from desk.cases.audit import note
from desk.cases.moves import move_notice
from desk.cases.number_book import remember
from desk.cases.sending import end_failed, hindrance, is_urgent
from desk.cases.work import NORMAL, ask_for
from desk.errors import MoveRefusedError
from desk.lifecycle import SENIORS, NoticeState, TransmissionState
from desk.records.models import ForbiddenNumber, Notice, Transmission, WorkItem
from outbound.transport import Failure
from terms.contact import FaxNumber
from terms.errors import Problem

_REFUSED = frozenset({"outbound.line_refused", "outbound.unsafe_text"})
HOLDS, VOUCHED = "folder", "outbox"
"""Transports by name: the folder in which notices wait, and "not chosen yet" for one that a person vouched for."""


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
    texts: tuple[str, ...] = ()


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
    way: str = "fax"
    address: str = ""


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
        notice.texts = list(rendered.texts)
        notice.problem_kind = notice.problem_message = ""
        notice.save()
        return True


def record_intent(key: str, transport: str, *, counts_lines: bool = False) -> Intent | None:
    """Write down that a notice is about to be submitted, before anything leaves; ``None`` when it is not to be now.

    The transmission's key stays the same however often this runs, so that the far side can be
    asked whether it already has it. A notice that has to wait (sending is stopped, no line is free,
    the office may not be called yet) says so and is taken up later (:mod:`desk.cases.sending`);
    one that is begun already goes on. ``transport`` is the way a verified notice leaves by, of which
    only some lines are used at once if it ``counts_lines``.
    """
    with transaction.atomic():
        notice = _lock(key)
        if notice.state != NoticeState.DRAFTED or not notice.pdf:
            return None
        request, last = notice.request, notice.transmissions.order_by("attempt").last()
        if needs_approval(notice):
            wait_for_approval(notice)
            return None
        begun = last is not None and last.state == TransmissionState.INTENDED
        attempt = 1 if last is None else last.attempt + (last.state == TransmissionState.FAILED)
        if notice.verified and not (begun and last is not None and last.transport == transport):
            why, until = hindrance(notice, timezone.now(), counts_lines=counts_lines)
            if why:
                notice.wait_reason, notice.wait_until = why, until
                notice.save(update_fields=["wait_reason", "wait_until"])
                return None
        transmission, _made = Transmission.objects.get_or_create(
            notice=notice,
            attempt=attempt,
            defaults={
                "key": f"{notice.key}:{attempt}",
                "transport": transport if notice.verified else HOLDS,
                "destination": notice.destination,
                "intended_at": timezone.now(),
            },
        )
        if transmission.transport == VOUCHED:
            # made when a person vouched for the number, before it was known by which way it leaves
            transmission.transport = transport
            transmission.save(update_fields=["transport"])
        notice.wait_reason, notice.wait_until = "", None
        notice.save(update_fields=["wait_reason", "wait_until"])
        return Intent(
            transmission=transmission.key,
            notice=notice.key,
            pdf=notice.pdf,
            tiff=notice.tiff,
            pages=notice.pages or 0,
            destination=notice.destination,
            verified=notice.verified,
            reason=notice.destination_reason,
            reference=request.reference if request else notice.key.partition(":")[0],
            kind=notice.kind,
            urgent=is_urgent(notice),
            intended_at=transmission.intended_at,
            earlier=tuple(notice.transmissions.filter(attempt__lt=attempt).values_list("key", flat=True)),
            way=notice.way,
            address=notice.address,
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
        transmission.receipt = dict(receipt)
        if receipt.get("doubtful"):
            end_failed(notice, transmission, Failure.UNSURE, now)
            return
        transmission.state = TransmissionState.HELD if held else TransmissionState.SUBMITTED
        transmission.submitted_at = now
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
    """Store why a drafted notice could not be made or submitted; it stays drafted and shows on the desk.

    One that a line refuses is for a person: it has certainly not gone out, and trying again does not help.
    """
    with transaction.atomic():
        notice = _lock(key)
        if notice.state != NoticeState.DRAFTED:
            return
        notice.problem_kind, notice.problem_message = problem.kind, problem.message
        if problem.kind in _REFUSED:
            now = timezone.now()
            notice.transmissions.filter(state=TransmissionState.INTENDED).update(
                state=TransmissionState.FAILED,
                finished_at=now,
                failure=Failure.REFUSED.value,
                problem_kind=problem.kind,
                problem_message=problem.message,
            )
            move_notice(notice, NoticeState.FAILED)
        notice.save(update_fields=["problem_kind", "problem_message", "state"])


def ask_again(key: str, *, delay_seconds: float, longest: float | None = None) -> bool:
    """Ask for another try of a notice that still is drafted; give whether one was asked for.

    While a try is waiting, asking again changes nothing. With ``longest`` the pause doubles with each
    try up to that many seconds.
    """
    with transaction.atomic():
        notice = _lock(key)
        work = _wishes(key)
        if notice.state != NoticeState.DRAFTED or work.filter(passed_at=None).exists():
            return False
        count = work.count()
        pause = delay_seconds if longest is None else min(longest, delay_seconds * 2 ** min(count - 1, 20))
        return ask_for("notice", f"notice:{key}:{count + 1}", {"notice": key}, delay_seconds=max(0.0, pause))


def verify_and_send(key: str, fax: str, *, actor: Actor, remembered: bool = False) -> Notice:
    """Send a held notice to a number that a senior person vouches for: a second transmission, with its own key.

    ``fax`` is typed in any usual form. ``remembered``: the number is this provider's from now on
    (who vouched for it and when is kept). Raises :class:`desk.errors.MoveRefusedError`.
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
        if ForbiddenNumber.objects.filter(number=number.number).exists():
            msg = "this number must not be faxed; take it off the list first, or use another way"
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
            transport=VOUCHED,
            destination=number.value,
            intended_at=timezone.now(),
        )
        npi = _npi(notice)
        if remembered and npi:
            remember(npi, number, actor=actor, how=f"For notice {notice.key}.")
        note(actor, "notice.number_verified", request=notice.request, detail={"notice": notice.key})
        wish = f"notice:{notice.key}:{_wishes(notice.key).count() + 1}"
        ask_for("notice", wish, {"notice": notice.key}, priority=NORMAL)
        return notice


def _npi(notice: Notice) -> str:
    """The NPI of the provider that a notice is for; empty for a packet, a letter, or where none is known."""
    is_provider = notice.way == "fax" and not notice.processor
    return notice.request.provider_npi if notice.request and is_provider else ""
