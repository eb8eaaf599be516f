"""Open requests decided again when the tables have changed: listed first, decided on a person's word.

An import, an edit or a way back leaves every stored decision alone. What is still ours to work on and
would come out otherwise under the tables in force is listed here; what was handed over is not touched.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from classify.reference import Reference
from classify.whatif import PastRequest, what_if
from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.cases.decisions import decision_at, redecide
from desk.cases.moves import lock_request, move
from desk.cases.release import supersede_unsent
from desk.cases.values import values_of
from desk.errors import MoveRefusedError
from desk.lifecycle import CORRECTABLE_STATES, OUT_STATES, SENIORS, RequestState
from desk.records.models import Request
from desk.trying import Moved, Trial


@dataclass(frozen=True, slots=True)
class Again:
    """What became of requests that were to be decided again, by reference; ``left`` with the reason."""

    decided: tuple[str, ...]
    left: tuple[tuple[str, str], ...]


def would_move(tables: Reference) -> Trial:
    """The open requests that ``tables`` would decide otherwise than they stand, and how. Nothing is changed."""
    trial = Trial()
    for request in _open_requests().order_by("received_at", "id").iterator():
        if request.tables == dict(tables.tables) or _gone_on(request):
            continue
        trial.looked_at += 1
        trial.add(_moves(request, tables))
    return trial


def decide_again(references: Iterable[str], *, actor: Actor, tables: Reference) -> Again:
    """Decide these open requests under ``tables``, each that comes out otherwise at a new revision of its own.

    One that had been released waits for its release again, and a notice of it that has not gone out is taken
    back, as after a correction. What was handed over meanwhile, or comes out as it stands, is left alone.
    Raises :class:`desk.errors.MoveRefusedError` for a role that may not.
    """
    if not actor.roles & SENIORS:
        raise MoveRefusedError("your role may not have requests decided again; ask a senior clerk or supervisor")
    decided: list[str] = []
    left: list[tuple[str, str]] = []
    for reference in dict.fromkeys(references):
        why_not = _decide_one(reference, actor, tables)
        if why_not:
            left.append((reference, why_not))
        else:
            decided.append(reference)
    return Again(tuple(decided), tuple(left))


def _decide_one(reference: str, actor: Actor, tables: Reference) -> str:
    """Decide one again in a transaction of its own; give why it was left alone, empty when it was not."""
    with transaction.atomic():
        if not Request.objects.filter(reference=reference).exists():
            return "there is no such request"
        request = lock_request(reference)
        if request.state not in CORRECTABLE_STATES:
            return f"it is {request.state.replace('_', ' ')}"
        if _gone_on(request):
            return "a processor has part of it already"
        if not list(_moves(request, tables)):
            return "it comes out as it stands"
        before = dict(request.tables)
        request.revision += 1
        request.save(update_fields=["revision", "changed_at"])
        supersede_unsent(request)
        if request.state != RequestState.UNMATCHED:
            move(request, RequestState.NEEDS_REVIEW, actor)
        redecide(request, tables, cause="reference")
        changed = sorted(name for name, version in request.tables.items() if before.get(name) != version)
        note(actor, "request.redecided", request=request, detail={"revision": request.revision, "tables": changed})
        return ""


def _open_requests() -> QuerySet[Request]:
    return Request.objects.filter(state__in=CORRECTABLE_STATES, decisions__revision__isnull=False).distinct()


def _gone_on(request: Request) -> bool:
    """Say whether a processor has part of a request already, or its packet is on the way."""
    parts = request.hand_overs.filter(revision=request.revision)
    return parts.exclude(done_at=None).exists() or parts.filter(notice__state__in=OUT_STATES).exists()


def _moves(request: Request, tables: Reference) -> Iterator[Moved]:
    """How a request would come out otherwise than it stands; nothing where it would not."""
    latest = request.decisions.order_by("-revision").values_list("revision", flat=True).first()
    if latest is None:
        return
    values = values_of(request)
    _, decision = decision_at(request, latest)
    past = PastRequest(request.reference, values, request.received_at, decision)
    codes = tuple(line.code.value or "?" for line in values.lines)
    for found in what_if([past], tables):
        yield Moved(found, request.state, codes)
