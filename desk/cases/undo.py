"""The way back from what people did to pages or to a request as a whole, until something has gone out."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from classify.reference import Reference
from desk.cases import snapshot
from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.cases.decisions import redecide
from desk.cases.moves import lock_request, move
from desk.cases.release import supersede_unsent
from desk.errors import MoveRefusedError
from desk.lifecycle import PEOPLE, NoticeState, RequestState, TransmissionState, check_arrival_move
from desk.records.models import Notice, Rearrangement, Request
from terms.names import ArrivalState

_OUT = (TransmissionState.SUBMITTED, TransmissionState.DELIVERED)
_GONE = frozenset({RequestState.HANDED_OVER, RequestState.DECIDED, RequestState.CLOSED})


def last_of(request: Request) -> Rearrangement | None:
    """Give the last thing done to the request's pages, or to it as a whole, that has not been taken back."""
    return request.rearrangements.filter(undone_at=None).order_by("-id").first()


def why_not_undoable(act: Rearrangement) -> str:
    """Say in a sentence why an act cannot be taken back now; empty when it can be."""
    touched = list(act.requests.all())
    later = Rearrangement.objects.filter(requests__in=touched, undone_at=None, id__gt=act.pk)
    if later.exists():
        return "something was done after it; take that back first"
    if any(request.state in _GONE for request in touched):
        return "the request has gone to its processor"
    if act.kind != "join" and _has_gone_out(touched, act.at):  # a wrong join is mended even so, and told anew
        return "a notice has gone out since"
    return ""


def _has_gone_out(requests: Iterable[Request], since: dt.datetime) -> bool:
    sent = Q(state=NoticeState.SENT, sent_at__gt=since) | Q(
        transmissions__state__in=_OUT, transmissions__submitted_at__gt=since
    )
    return Notice.objects.filter(sent, request__in=list(requests)).exists()


def undo(reference: str, *, revision: int, actor: Actor, tables: Reference) -> Request:
    """Take back the last thing done to the pages of a request, or to it as a whole.

    Every request it touched stands again as before, at a new revision; a field that a person set
    since then keeps its value. A request that the act made becomes part of the one it came from.

    Raises :class:`desk.errors.MoveRefusedError` with the reason when it cannot be taken back,
    :class:`desk.errors.RevisionChangedError`.
    """
    if not actor.roles & PEOPLE:
        msg = "your role may not move pages"
        raise MoveRefusedError(msg)
    with transaction.atomic():
        act = last_of(lock_request(reference, revision=revision))
        if act is None:
            msg = "there is nothing to take back"
            raise MoveRefusedError(msg)
        touched = {each: lock_request(each) for each in sorted(act.after)}
        reason = why_not_undoable(act)
        if reason:
            msg = f"this can no longer be taken back: {reason}"
            raise MoveRefusedError(msg)
        for name, request in touched.items():
            before = act.before.get(name)
            if before is None:
                _fold_back(request, touched, actor)
            else:
                _restore(request, before, actor, tables)
        _arrival_again(touched.values(), act, actor)
        act.undone_at, act.undone_by = timezone.now(), actor.name
        act.save(update_fields=["undone_at", "undone_by"])
        for request in touched.values():
            note(actor, "pages.undone", request=request, detail={"what": act.kind, "revision": request.revision})
        return touched[reference]


def _restore(request: Request, before: snapshot.Snapshot, actor: Actor, tables: Reference) -> None:
    snapshot.put_back(request, before)
    request.revision += 1
    request.save()
    supersede_unsent(request)
    if snapshot.state_of(before) is not RequestState.UNMATCHED:
        move(request, RequestState.NEEDS_REVIEW, actor)
    elif request.state != RequestState.NEEDS_REVIEW:  # what became a request of its own is looked at as one
        move(request, RequestState.UNMATCHED, actor)
    redecide(request, tables, cause="pages")


def _fold_back(made: Request, touched: dict[str, Request], actor: Actor) -> None:
    """End a request that the act made: it is part of the one its pages came from."""
    home = next(request for request in touched.values() if request.pk != made.pk)
    made.merged_into = home
    made.revision += 1
    made.save(update_fields=["merged_into", "revision", "changed_at"])
    supersede_unsent(made)
    move(made, RequestState.MERGED, actor)


def _arrival_again(requests: Iterable[Request], act: Rearrangement, actor: Actor) -> None:
    """Take the arrival out of the quarantine that the act put it into."""
    if act.kind != RequestState.QUARANTINED:
        return
    for request in requests:
        arrival = request.arrival
        if arrival.state == ArrivalState.QUARANTINED:
            check_arrival_move(ArrivalState.QUARANTINED, ArrivalState.PROCESSED)
            arrival.state = ArrivalState.PROCESSED
            arrival.problem_kind = arrival.problem_message = ""
            arrival.save(update_fields=["state", "problem_kind", "problem_message"])
            note(actor, "arrival.processed", arrival=arrival, detail={"because": "quarantine was taken back"})
