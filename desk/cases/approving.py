"""The notice of a care decision goes out only as a person approved it: the very paper, not another.

A paper that is made anew and differs (another number, other words) is another paper and waits again.
"""

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.cases.moves import move_notice
from desk.cases.work import ask_for, priority_of
from desk.errors import MoveRefusedError
from desk.lifecycle import PEOPLE, NoticeState
from desk.records.models import Notice, WorkItem

AWAITS = "desk.awaits_approval"
"""The problem kind of a notice that waits for a person's approval."""

_SENTENCE = "It tells a decision about care and goes out once somebody has looked at it and approved it."


def needs_approval(notice: Notice) -> bool:
    """Whether a made paper has to be approved before it leaves: a decision's, to a number that is sure.

    Letters to members wait for somebody to mail them in any case, and their words have an approval of
    their own; one without a sure number waits for that first.
    """
    tells = notice.care_id is not None and notice.way != "post" and notice.verified
    return tells and notice.approved_pdf != notice.pdf


def wait_for_approval(notice: Notice) -> None:
    """Keep a locked, made notice until somebody approves it."""
    move_notice(notice, NoticeState.HELD)
    notice.problem_kind, notice.problem_message = AWAITS, _SENTENCE
    notice.wait_reason, notice.wait_until = "", None
    notice.save()


def awaiting() -> QuerySet[Notice]:
    """Give the notices that wait for approval, the oldest first."""
    rows = Notice.objects.filter(state=NoticeState.HELD, problem_kind=AWAITS).select_related("request", "care")
    return rows.order_by("created_at", "id")


def approve(key: str, pdf: str, *, actor: Actor, approved_by: str = "") -> Notice:
    """Let the notice of a decision go out as the paper ``pdf`` (its stored name) that the person looked at.

    ``approved_by`` names the person where another system passes their word on. Raises
    :class:`desk.errors.MoveRefusedError`, also when the paper was made anew meanwhile.
    """
    if not actor.roles & PEOPLE:
        raise MoveRefusedError("your role may not approve notices; ask a clerk")
    with transaction.atomic():
        notice = Notice.objects.select_for_update().get(key=key)
        if notice.state != NoticeState.HELD or notice.problem_kind != AWAITS:
            raise MoveRefusedError("the notice does not wait for approval any more; look at what became of it")
        if not pdf or notice.pdf != pdf:
            raise MoveRefusedError("its paper was made anew meanwhile; look at it again before approving it")
        assert notice.care is not None, "only a decision's notice waits for approval"
        if settings.INLET.sending.approve_by_another and actor.name == notice.care.entered_by_name:
            raise MoveRefusedError("you recorded this decision; somebody else approves its notice")
        move_notice(notice, NoticeState.DRAFTED)
        notice.approved_pdf, notice.approved_at = pdf, timezone.now()
        notice.approved_by = (approved_by or actor.name)[:150]
        notice.problem_kind = notice.problem_message = ""
        notice.save()
        note(actor, "notice.approved", request=notice.request, detail={"notice": key, "by": notice.approved_by})
        assert notice.request is not None, "a decision is about a request"
        number = WorkItem.objects.filter(payload__notice=key).count() + 1
        ask_for("notice", f"notice:{key}:{number}", {"notice": key}, priority=priority_of(notice.request))
        return notice
