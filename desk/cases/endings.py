"""Taking a request off the queue as a whole: not ours, withdrawn by its provider, or into quarantine."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from desk.cases import snapshot
from desk.cases.actor import Actor
from desk.cases.acts import record_act
from desk.cases.audit import note
from desk.cases.moves import lock_request, move
from desk.cases.release import supersede_unsent
from desk.errors import MoveRefusedError
from desk.lifecycle import PEOPLE, RequestState, check_arrival_move
from desk.records.models import Request
from terms.errors import Problem
from terms.names import ArrivalState

ENDINGS = (RequestState.NOT_OURS, RequestState.WITHDRAWN, RequestState.QUARANTINED)
"""The ends that a clerk may choose for a request as a whole."""


def end(reference: str, ending: RequestState, *, reason: str, revision: int, actor: Actor) -> Request:
    """Take a request off the queue with the ``reason`` in words; it can be taken back until something has gone out.

    Quarantine holds the whole arrival, so every request of it that still waits goes with it.

    Raises :class:`desk.errors.MoveRefusedError`, :class:`desk.errors.RevisionChangedError`.
    """
    if not actor.roles & PEOPLE:
        msg = "your role may not take requests off the queue"
        raise MoveRefusedError(msg)
    if ending not in ENDINGS:
        msg = f"a clerk cannot make a request {ending.replace('_', ' ')}"
        raise MoveRefusedError(msg)
    if not reason.strip():
        msg = "say why, so that the next person understands"
        raise MoveRefusedError(msg)
    with transaction.atomic():
        request = lock_request(reference, revision=revision)
        touched = _whole_arrival(request) if ending is RequestState.QUARANTINED else [request]
        before = {each.reference: snapshot.take(each) for each in touched}
        for each in touched:
            each.revision += 1
            each.save(update_fields=["revision", "changed_at"])
            supersede_unsent(each)
            move(each, ending, actor)
            note(actor, "request.ended", request=each, detail={"to": ending.value, "reason": reason.strip()[:2000]})
        if ending is RequestState.QUARANTINED:
            _quarantine_arrival(request, reason.strip()[:2000], actor)
        record_act(ending.value, before, touched, actor)
        return next(each for each in touched if each.pk == request.pk)


def _whole_arrival(request: Request) -> Sequence[Request]:
    """Give every request of the arrival, held; refuse when one of them is further on than waiting."""
    others = request.arrival.requests.exclude(state=RequestState.MERGED).order_by("reference")
    return [lock_request(each.reference) for each in others]


def _quarantine_arrival(request: Request, reason: str, actor: Actor) -> None:
    arrival = request.arrival
    check_arrival_move(ArrivalState(arrival.state), ArrivalState.QUARANTINED)
    problem = Problem("desk.by_hand", f"Put into quarantine by {actor.name}: {reason}")
    arrival.state = ArrivalState.QUARANTINED
    arrival.finished_at = timezone.now()
    arrival.problem_kind, arrival.problem_message = problem.kind, problem.message
    arrival.save(update_fields=["state", "finished_at", "problem_kind", "problem_message"])
    note(actor, "arrival.quarantined", arrival=arrival, detail={"problem": problem.kind})
