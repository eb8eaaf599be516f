"""Moving requests and notices along their lifecycles, and taking hold of a request to change it."""

from django.utils import timezone

from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.cases.webhooks import announce
from desk.errors import RevisionChangedError
from desk.lifecycle import OPEN_STATES, NoticeState, RequestState, check_move, check_notice_move
from desk.records.models import Notice, Request


def lock_request(reference: str, *, revision: int | None = None) -> Request:
    """Give a request, held until the transaction ends; with ``revision`` only if it still is at it.

    Raises :class:`desk.errors.RevisionChangedError`, or ``Request.DoesNotExist``.
    """
    request = Request.objects.select_for_update().get(reference=reference)
    if revision is not None and request.revision != revision:
        latest = request.corrections.order_by("-id").first()
        who = latest.by_name if latest else ""
        now = request.revision
        msg = f"request {reference} was changed{f' by {who}' if who else ''} meanwhile (revision {now}); load it again"
        raise RevisionChangedError(msg, current=request.revision)
    return request


def move(request: Request, target: RequestState, actor: Actor) -> None:
    """Move a locked request to ``target`` if the lifecycle allows it to ``actor``; saves and audits.

    Raises :class:`desk.errors.MoveRefusedError`. Being there already is no move.
    """
    source = RequestState(request.state)
    if source is target:
        return
    check_move(source, target, actor.roles)
    request.state = target
    if target is RequestState.ROUTED and request.routed_at is None:
        request.routed_at = timezone.now()
    request.closed_at = None if target in OPEN_STATES else timezone.now()
    request.save(update_fields=["state", "routed_at", "closed_at", "changed_at"])
    note(actor, "request.moved", request=request, detail={"from": source.value, "to": target.value})
    announce("request.state", {"reference": request.reference, "revision": request.revision}, target.value)


def move_notice(notice: Notice, target: NoticeState) -> None:
    """Put a locked notice into another state (not yet saved) if the lifecycle has that move.

    Raises :class:`desk.errors.MoveRefusedError`.
    """
    check_notice_move(NoticeState(notice.state), target)
    notice.state = target
    announce("notice.state", {"notice": notice.pk}, target.value)
