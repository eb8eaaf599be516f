"""Closing a decided request: by itself once everybody who must know was told, or by a person who says why."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from desk.cases.actor import MACHINE, Actor
from desk.cases.audit import note
from desk.cases.moves import lock_request, move
from desk.errors import DeskError, MoveRefusedError
from desk.lifecycle import PEOPLE, NoticeState, RequestState, TransmissionState
from desk.records.models import Notice, Request, Transmission

_LEAST_WHY = 3
_BATCH = 500


def decision_notices(request: Request) -> QuerySet[Notice]:
    """The notices of the decision in force: of the last one recorded, those superseded left out."""
    last = request.care.order_by("-id").first()
    rows = Notice.objects.filter(care=last) if last else Notice.objects.none()
    return rows.exclude(state=NoticeState.SUPERSEDED)


def untold(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """Those of ``notices`` whose recipient does not have them as far as we know.

    A fax is told when every page was confirmed, a letter when somebody mailed it, and what goes by a way
    that never says more (a folder of a fax server, mail, SFTP) when the other side took it.
    """
    taken = Transmission.objects.filter(
        notice=OuterRef("pk"), state=TransmissionState.SUBMITTED, finished_at__isnull=False
    )
    return notices.exclude(
        Q(state=NoticeState.DELIVERED) | Q(state=NoticeState.SENT) & (Q(way="post") | Q(Exists(taken)))
    )


def close_told() -> int:
    """Close the decided requests whose decision everybody was told; give how many. Safe to run at any time."""
    count = 0
    decided = Request.objects.filter(state=RequestState.DECIDED).order_by("id")
    for reference in list(decided.values_list("reference", flat=True)[:_BATCH]):
        with transaction.atomic():
            request = lock_request(reference)
            notices = decision_notices(request)
            if request.state != RequestState.DECIDED or not notices.exists() or untold(notices).exists():
                continue
            move(request, RequestState.CLOSED, MACHINE)
            count += 1
    return count


def close(reference: str, why: str, *, actor: Actor) -> Request:
    """Close a decided request because a person says that everybody knows, by whatever way.

    Raises :class:`desk.errors.DeskError` without a reason or while a notice is on the line, and
    :class:`desk.errors.MoveRefusedError`.
    """
    if not actor.roles & PEOPLE:
        raise MoveRefusedError("your role may not close requests; ask a clerk")
    if len(why.strip()) < _LEAST_WHY:
        raise DeskError("say how they were told: it is part of the record")
    with transaction.atomic():
        request = lock_request(reference)
        if untold(decision_notices(request)).filter(state=NoticeState.SENT).exists():
            raise DeskError("a notice of this decision is on its way; wait for what becomes of it")
        move(request, RequestState.CLOSED, actor)
        note(actor, "request.closed", request=request, detail={"reason": why.strip()[:400]})
    return request
