"""A person's hand on one notice: held back before it leaves, let go again, sent once more to another number."""

from django.db import transaction
from django.utils import timezone

from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.cases.moves import move_notice
from desk.cases.work import NORMAL, ask_for
from desk.errors import MoveRefusedError
from desk.lifecycle import PEOPLE, SENIORS, NoticeState, TransmissionState
from desk.records.models import ForbiddenNumber, Notice, WorkItem
from terms.contact import FaxNumber

BY_HAND = "desk.held_by_hand"
"""The problem kind of a notice that a person holds."""

_GONE = (NoticeState.SENT, NoticeState.DELIVERED, NoticeState.FAILED)
_BEGUN = (TransmissionState.INTENDED, TransmissionState.SUBMITTED)


def hold(key: str, reason: str, *, actor: Actor) -> Notice:
    """Keep a drafted notice from going out until somebody lets it go, with the ``reason`` in words.

    Raises :class:`desk.errors.MoveRefusedError`, also when it is on its way already.
    """
    if not actor.roles & PEOPLE:
        raise MoveRefusedError("your role may not hold notices")
    if not reason.strip():
        raise MoveRefusedError("say why it is held, for those who come after you")
    with transaction.atomic():
        notice = Notice.objects.select_for_update().get(key=key)
        if notice.state != NoticeState.DRAFTED:
            raise MoveRefusedError(f"the notice is {notice.state}; only one that has not left can be held")
        if notice.transmissions.filter(state__in=_BEGUN).exists():
            raise MoveRefusedError("the notice is on its way already")
        move_notice(notice, NoticeState.HELD)
        notice.problem_kind = BY_HAND
        notice.problem_message = f"Held by {actor.name}: {reason.strip()[:500]}"
        notice.wait_reason, notice.wait_until = "", None
        notice.save()
        note(
            actor, "notice.held_by_hand", request=notice.request, detail={"notice": key, "reason": reason.strip()[:500]}
        )
        return notice


def let_go(key: str, *, actor: Actor) -> Notice:
    """Let a notice go out that a person held.

    Raises :class:`desk.errors.MoveRefusedError`, also for one that waits for its number.
    """
    if not actor.roles & PEOPLE:
        raise MoveRefusedError("your role may not let notices go")
    with transaction.atomic():
        notice = Notice.objects.select_for_update().get(key=key)
        if notice.state != NoticeState.HELD or notice.problem_kind != BY_HAND:
            raise MoveRefusedError("nobody holds this notice by hand; vouch for its number instead")
        move_notice(notice, NoticeState.DRAFTED)
        notice.problem_kind = notice.problem_message = ""
        notice.save()
        note(actor, "notice.let_go", request=notice.request, detail={"notice": key})
        wish = f"notice:{key}:{WorkItem.objects.filter(payload__notice=key).count() + 1}"
        ask_for("notice", wish, {"notice": key}, priority=NORMAL)
        return notice


def resend(key: str, fax: str, *, actor: Actor) -> Notice:
    """Send what has gone out already once more, to a number that a senior person vouches for; give the new notice.

    The old one stays as it is and the new one names it as the one that it supersedes. ``fax`` is
    typed in any usual form. Raises :class:`desk.errors.MoveRefusedError`.
    """
    if not actor.roles & SENIORS:
        raise MoveRefusedError("your role may not vouch for a fax number; ask a senior clerk or supervisor")
    number = FaxNumber.parse(fax)
    if number is None:
        raise MoveRefusedError("this is not a fax number; write it like 510-555-0142")
    if ForbiddenNumber.objects.filter(number=number.number).exists():
        raise MoveRefusedError("this number must not be faxed; take it off the list first, or use another way")
    with transaction.atomic():
        old = Notice.objects.select_for_update().get(key=key)
        if old.state not in _GONE or old.way != "fax" or old.processor:
            raise MoveRefusedError("only a notice to a provider that has gone out can be sent once more")
        made = Notice.objects.create(
            key=f"{key}:again{old.superseded_by.count() + 1}",
            request=old.request,
            arrival=old.arrival,
            kind=old.kind,
            language=old.language,
            care=old.care,
            revision=old.revision,
            supersedes=old,
            destination=number.value,
            verified=True,
            destination_reason=f"Vouched for by {actor.name}.",
            vouched_by=actor.name,
            created_at=timezone.now(),
        )
        note(actor, "notice.sent_once_more", request=old.request, arrival=old.arrival, detail={"notice": made.key})
        ask_for("notice", f"notice:{made.key}", {"notice": made.key}, priority=NORMAL)
        return made
