"""Letting a request go on: from review to its processor or back to its provider, with the notice due."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.cases.hand_over import ask_hand_over
from desk.cases.moves import lock_request, move, move_notice
from desk.cases.tables import current_reference
from desk.cases.work import ask_for, ask_to_send
from desk.errors import NotReleasableError
from desk.lifecycle import NoticeState, RequestState
from desk.records.models import Notice, Request
from outbound.handover import Way
from outbound.notices import NoticeKind
from terms.names import Processor
from terms.requests import Audience, Outcome


def release(reference: str, *, revision: int, actor: Actor) -> Request:
    """Let a reviewed request go on at the revision that the clerk saw.

    It becomes incomplete (what only the provider can close is asked of them) or ready, and routed
    where a processor is chosen; the notice due follows once. Releasing again changes nothing.

    Raises :class:`desk.errors.NotReleasableError` while a clerk gap is open,
    :class:`desk.errors.RevisionChangedError`, :class:`desk.errors.MoveRefusedError`.
    """
    with transaction.atomic():
        request = lock_request(reference, revision=revision)
        if request.released_revision == request.revision and request.state != RequestState.NEEDS_REVIEW:
            return request
        reason = why_not_releasable(request)
        if reason:
            raise NotReleasableError(reason)
        let_out(request, actor)
        return request


def why_not_releasable(request: Request) -> str:
    """Say in a sentence why the request may not be released now; empty when it may."""
    if request.state not in {RequestState.NEEDS_REVIEW, RequestState.READING}:
        return f"the request is {request.state.replace('_', ' ')} already"
    count = request.clerk_gap_count
    if count:
        return f"{count} thing{'s' if count > 1 else ''} must be settled by a clerk first"
    return ""


def let_out(request: Request, actor: Actor) -> None:
    """Move a locked request without clerk gaps on, and draft the notices due at its revision."""
    incomplete = request.gaps.filter(audience=Audience.PROVIDER).exists()
    move(request, RequestState.INCOMPLETE if incomplete else RequestState.READY, actor)
    if not incomplete and request.processor not in {"", Processor.DESK}:
        move(request, RequestState.ROUTED, actor)
    request.released_revision = request.revision
    request.save(update_fields=["released_revision", "changed_at"])
    note(actor, "request.released", request=request, detail={"revision": request.revision})
    for kind in due_notices(request):
        draft_notice(request, kind)
    if request.state == RequestState.ROUTED:
        ask_hand_over(request)


def due_notices(request: Request) -> tuple[NoticeKind, ...]:
    """Say what a released request owes its provider at its revision.

    Nothing while a clerk gap is open: nobody is asked for what we merely could not read. Where some
    other office decides, the provider is told which; where several do, who decides what.
    """
    audiences = set(request.gaps.values_list("audience", flat=True))
    if Audience.CLERK in audiences:
        return ()
    if Audience.PROVIDER in audiences:
        return (NoticeKind.INFORMATION_REQUEST,)
    if not _decided_elsewhere(request):
        return (NoticeKind.RECEIPT,)
    is_divided = request.parts.filter(outcome=Outcome.PROCESS.value).count() > 1
    return (NoticeKind.TRANSFER if is_divided else NoticeKind.MISDIRECTED,)


def _decided_elsewhere(request: Request) -> bool:
    """Whether some part of a request goes to an office that does not work in this installation."""
    offices = current_reference().processors
    for part in request.parts.filter(outcome=Outcome.PROCESS.value):
        office = offices.get(Processor(part.processor))
        if office is not None and office.handover != Way.QUEUE.value:
            return True
    return False


def notice_key(request: Request, kind: NoticeKind) -> str:
    """Give the key under which a notice exists once: ``reference:revision:kind``."""
    return f"{request.reference}:{request.revision}:{kind.value}"


def supersede_unsent(request: Request, notices: QuerySet[Notice] | None = None) -> None:
    """Take back what has not gone out of earlier revisions (or of ``notices``); what lies held is withdrawn."""
    rows = request.notices.filter(revision__lt=request.revision) if notices is None else notices
    for notice in rows.filter(state__in=[NoticeState.DRAFTED, NoticeState.HELD]).select_for_update():
        if notice.state == NoticeState.HELD:
            ask_for("withdraw", f"withdraw:{notice.key}", {"notice": notice.key})
        move_notice(notice, NoticeState.SUPERSEDED)
        notice.save(update_fields=["state"])


def draft_notice(request: Request, kind: NoticeKind) -> Notice:
    """Make the notice of a kind at the request's revision and ask for its sending; once for each key.

    Notices of earlier revisions that have not gone out are superseded; one that has gone out is
    named as the one that this supersedes.
    """
    earlier = request.notices.filter(revision__lt=request.revision)
    sent = earlier.filter(state=NoticeState.SENT).order_by("-revision", "-id").first()
    notice, made = Notice.objects.get_or_create(
        key=notice_key(request, kind),
        defaults={
            "request": request,
            "kind": kind.value,
            "revision": request.revision,
            "supersedes": sent,
            "created_at": timezone.now(),
        },
    )
    if made:
        supersede_unsent(request)
        ask_to_send(notice.key, request)
    return notice
