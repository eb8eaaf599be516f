"""Whether a notice may go out now, what became of it, and whether it is tried again.

The switch, calling hours and line limits make a notice wait: it stays drafted and says why, and the
sender (:mod:`desk.pipeline.sender`) takes up what may go, urgent ones first.
"""

import datetime as dt
from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, IntegerField, QuerySet, Value, When
from django.utils import timezone

from desk.cases.actor import MACHINE, Actor
from desk.cases.audit import note
from desk.cases.hand_over import note_arrived, note_lost
from desk.cases.moves import move_notice
from desk.cases.work import NORMAL, URGENT, ask_for
from desk.config import Settings
from desk.errors import MoveRefusedError
from desk.lifecycle import PEOPLE, NoticeState, TransmissionState
from desk.records.models import Notice, SendingSwitch, TextApproval, Transmission, WorkItem
from desk.sending_settings import COUNTS_LINES
from outbound.handover import Way
from outbound.hours import next_allowed
from outbound.lines.mail import GATEWAY_NAME
from outbound.retry import WORDS
from outbound.transport import Failure, Stage, Standing
from terms.names import Priority

STOPPED, HOURS, BUSY_LINES, RETRY = "stopped", "hours", "lines", "retry"
WAIT_WORDS: Mapping[str, str] = {
    STOPPED: "Sending is stopped.",
    HOURS: "It waits for the hours in which the office may be called.",
    BUSY_LINES: "It waits for a free line.",
    RETRY: "It is tried again.",
}
"""Why a notice waits, in words."""

_AT_ONCE = 200
VANISHED_AFTER = dt.timedelta(minutes=10)
"""A job that the fax server no longer knows of, this long after it took it, is for a person."""


WAYS_OUT = (Way.FAX.value, Way.EMAIL.value, Way.SFTP.value)
"""The ways that can be stopped by themselves; letters are mailed by people."""


def is_stopped(way: str = "") -> SendingSwitch | None:
    """Give the word that stopped all sending, or what goes by ``way``; ``None`` while that goes out."""
    for each in dict.fromkeys(("", way)):
        latest = SendingSwitch.objects.filter(way=each).first()
        if latest is not None and latest.is_stopped:
            return latest
    return None


def stopped_ways() -> dict[str, SendingSwitch]:
    """Give the word that stopped each way that is stopped by itself."""
    found: dict[str, SendingSwitch] = {}
    for row in SendingSwitch.objects.exclude(way="").order_by("id"):
        found[row.way] = row
    return {way: row for way, row in found.items() if row.is_stopped}


def turn(*, stop: bool, reason: str, actor: Actor, way: str = "") -> SendingSwitch:
    """Stop all sending, or what goes by one ``way``, or let it go on. What is on the line already goes through.

    Raises :class:`desk.errors.MoveRefusedError` without a reason to stop, for a way that is none, or for a
    role that may not.
    """
    if not actor.roles & PEOPLE:
        raise MoveRefusedError("your role may not stop or resume sending; ask a clerk")
    if way and way not in WAYS_OUT:
        raise MoveRefusedError("there is no such way out; it is fax, email or sftp, or all of them")
    if stop and not reason.strip():
        raise MoveRefusedError("say why sending stops, for those who come after you")
    with transaction.atomic():
        note(actor, "sending.stopped" if stop else "sending.resumed", detail={"way": way} if way else {})
        return SendingSwitch.objects.create(
            is_stopped=stop, reason=reason.strip()[:200], by_name=actor.name, at=timezone.now(), way=way
        )


def on_the_line() -> int:
    """Give how many faxes are on their way now: handed over, or about to be, and not ended.

    A gateway that still has to write back, and a folder that something else empties, hold no line of ours.
    """
    rows = Transmission.objects.filter(
        state__in=[TransmissionState.INTENDED, TransmissionState.SUBMITTED],
        finished_at=None,
        notice__way=Way.FAX.value,
        notice__wait_reason="",
        notice__state__in=[NoticeState.DRAFTED, NoticeState.SENT],
    )
    return rows.filter(transport__in=COUNTS_LINES).count()


def hindrance(notice: Notice, now: dt.datetime, *, counts_lines: bool) -> tuple[str, dt.datetime | None]:
    """Say why a locked notice may not go out now, and until when at least; empty when it may.

    ``counts_lines``: its way has lines of which only some are used at once.
    """
    inlet: Settings = settings.INLET
    if is_stopped(notice.way) is not None:
        return STOPPED, None
    if notice.wait_until is not None and notice.wait_until > now:
        return notice.wait_reason or RETRY, notice.wait_until
    urgent = is_urgent(notice)
    if notice.way == Way.FAX.value and notice.destination and not urgent:
        allowed = next_allowed(notice.destination, now, inlet.sending.hours)
        if allowed > now:
            return HOURS, allowed
    if counts_lines and on_the_line() >= inlet.sending.lines:
        return BUSY_LINES, None
    return "", None


def is_urgent(notice: Notice) -> bool:
    """Whether a notice goes before routine ones."""
    return bool(notice.request and notice.request.priority == Priority.URGENT)


def waiting() -> QuerySet[Notice]:
    """Give the drafted notices that wait for something, urgent and oldest first."""
    urgent_first = Case(
        When(request__priority=Priority.URGENT, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    rows = Notice.objects.filter(state=NoticeState.DRAFTED).exclude(wait_reason="")
    return rows.order_by(urgent_first, F("created_at"))


def take_up_waiting(now: dt.datetime) -> int:
    """Ask for the sending of waiting notices whose time has come, as many as lines are free; give how many."""
    if is_stopped() is not None:
        return 0
    inlet: Settings = settings.INLET
    free = inlet.sending.lines - on_the_line() if inlet.sending.counts_lines else _AT_ONCE
    count = 0
    for notice in waiting().exclude(way__in=stopped_ways())[:_AT_ONCE]:
        if notice.wait_until is not None and notice.wait_until > now:
            continue
        if notice.way == Way.FAX.value:
            if free <= 0:
                continue
            free -= 1
        count += _wake(notice.key)
    return count


def _wake(key: str) -> bool:
    """Ask for another try of a notice that waits, unless one is asked for already."""
    with transaction.atomic():
        notice = Notice.objects.select_for_update().get(key=key)
        if notice.state != NoticeState.DRAFTED or not notice.wait_reason:
            return False
        notice.wait_reason, notice.wait_until = "", None
        notice.save(update_fields=["wait_reason", "wait_until"])
        priority = URGENT if is_urgent(notice) else NORMAL
        number = WorkItem.objects.filter(payload__notice=key).count() + 1
        return ask_for("notice", f"notice:{key}:{number}", {"notice": key}, priority=priority)


def under_way() -> QuerySet[Transmission]:
    """Give the transmissions whose end is not known."""
    return Transmission.objects.filter(state=TransmissionState.SUBMITTED, finished_at=None).select_related("notice")


def expected(transmission: Transmission, standing: Standing, now: dt.datetime) -> Standing:
    """What a way out says, where a gateway is to write back: taken is no end then, until its hours are over."""
    inlet: Settings = settings.INLET
    hours = inlet.sending.gateway_result_hours
    if not hours or transmission.transport != GATEWAY_NAME or standing.stage is not Stage.TAKEN:
        return standing
    since = transmission.submitted_at or transmission.intended_at
    if now - since > dt.timedelta(hours=hours):
        return Standing(Stage.FAILED, Failure.UNSURE)
    return Standing(Stage.SENDING)


def record_standing(transmission_key: str, standing: Standing, *, later: bool = False) -> TransmissionState:
    """Store what a way out says of a transmission; give the state it is in now. Twice changes nothing.

    Delivered: the notice is delivered. Failed: another try is set for later, or the notice is for a
    person. Fewer pages confirmed than the notice has is no delivery, whatever the far side calls it.
    ``later``: the word came by itself, after the way out had said all that it knows (taken).
    """
    with transaction.atomic():
        key = Transmission.objects.values_list("notice__key", flat=True).get(key=transmission_key)
        notice = Notice.objects.select_for_update().select_related("request").get(key=key)
        transmission = Transmission.objects.get(key=transmission_key)
        is_over = transmission.finished_at is not None and not later
        if transmission.state != TransmissionState.SUBMITTED or is_over:
            return TransmissionState(transmission.state)
        now = timezone.now()
        transmission.checked_at, transmission.detail = now, standing.detail[:200]
        transmission.pages = standing.pages
        failure = _failure(notice, transmission, standing, now)
        if failure is not None:
            note_lost(notice)
            end_failed(notice, transmission, failure, now)
        elif standing.stage is Stage.DELIVERED:
            transmission.state, transmission.finished_at = TransmissionState.DELIVERED, now
            move_notice(notice, NoticeState.DELIVERED)
            notice.save(update_fields=["state"])
            note(MACHINE, "notice.delivered", request=notice.request, arrival=notice.arrival,
                 detail={"notice": notice.key, "pages": standing.pages})  # fmt: skip
            note_arrived(notice)
        elif standing.stage is Stage.TAKEN:
            transmission.finished_at = now
            note_arrived(notice)
        transmission.save()
        return TransmissionState(transmission.state)


def _failure(notice: Notice, transmission: Transmission, standing: Standing, now: dt.datetime) -> Failure | None:
    """Why a transmission counts as failed; ``None`` while it does not."""
    if standing.stage is Stage.FAILED:
        return standing.failure or Failure.OTHER
    if standing.stage is Stage.DELIVERED and standing.pages is not None and standing.pages < (notice.pages or 0):
        return Failure.PARTIAL
    since = transmission.submitted_at or transmission.intended_at
    if standing.stage is Stage.UNKNOWN and now - since > VANISHED_AFTER:
        return Failure.UNSURE
    return None


def end_failed(notice: Notice, transmission: Transmission, failure: Failure, now: dt.datetime) -> None:
    """End a transmission as failed and set the next try, or give the notice to a person; saves the notice."""
    transmission.state, transmission.finished_at = TransmissionState.FAILED, now
    transmission.failure = failure.value
    transmission.problem_kind, transmission.problem_message = f"outbound.{failure.value}", WORDS[failure]
    transmission.save()
    inlet: Settings = settings.INLET
    since = notice.transmissions.filter(intended_at__gte=notice.revived_at) if notice.revived_at else None
    tries = (since if since is not None else notice.transmissions).filter(state=TransmissionState.FAILED).count()
    pause = inlet.sending.ladder.pause(failure, tries, is_urgent=is_urgent(notice))
    if pause is None or notice.state == NoticeState.SUPERSEDED:
        move_notice(notice, NoticeState.FAILED)
        notice.problem_kind, notice.problem_message = f"outbound.{failure.value}", WORDS[failure]
    else:
        if notice.state != NoticeState.DRAFTED:
            move_notice(notice, NoticeState.DRAFTED)
        notice.wait_reason, notice.wait_until = RETRY, now + pause
        notice.sent_at = None
    notice.save()
    action = "notice.failed" if pause is None else "notice.tried_again"
    detail = {"notice": notice.key, "failure": failure.value, "tries": tries}
    note(MACHINE, action, request=notice.request, arrival=notice.arrival, detail=detail)


def send_again(key: str, *, actor: Actor) -> Notice:
    """Have a failed notice sent again, from the foot of the ladder: a person has seen to what hindered it.

    Raises :class:`desk.errors.MoveRefusedError`.
    """
    if not actor.roles & PEOPLE:
        raise MoveRefusedError("your role may not have a notice sent again; ask a clerk")
    with transaction.atomic():
        notice = Notice.objects.select_for_update().get(key=key)
        if notice.state != NoticeState.FAILED:
            raise MoveRefusedError(f"the notice is {notice.state}, not failed")
        move_notice(notice, NoticeState.DRAFTED)
        notice.problem_kind = notice.problem_message = ""
        notice.wait_reason, notice.wait_until = RETRY, None
        notice.revived_at = timezone.now()
        notice.save()
        note(actor, "notice.sent_again", request=notice.request, arrival=notice.arrival, detail={"notice": notice.key})
        return notice


def mark_mailed(key: str, *, actor: Actor) -> Notice:
    """Store that a person printed and mailed a letter; the paper that waited for that is taken away.

    Raises :class:`desk.errors.MoveRefusedError` for anything but a letter that waits, and for one
    whose words nobody had approved when it was made.
    """
    if not actor.roles & PEOPLE:
        raise MoveRefusedError("your role may not mail letters; ask a clerk")
    with transaction.atomic():
        notice = Notice.objects.select_for_update().get(key=key)
        if notice.way != "post" or notice.state != NoticeState.HELD:
            raise MoveRefusedError("only a letter that waits to be mailed can be marked as mailed")
        if set(notice.texts) - set(TextApproval.objects.values_list("name", flat=True)):
            raise MoveRefusedError("nobody has approved the words of this letter; it must not be mailed")
        move_notice(notice, NoticeState.SENT)
        notice.sent_at = timezone.now()
        notice.save(update_fields=["state", "sent_at"])
        ask_for("withdraw", f"withdraw:{notice.key}", {"notice": notice.key})
        note(actor, "notice.mailed", request=notice.request, detail={"notice": notice.key})
        return notice
