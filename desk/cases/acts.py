"""What people (or the pipeline) did to requests and their pages, with the way back (:mod:`desk.cases.undo`)."""

from collections.abc import Mapping, Sequence

from django.utils import timezone

from desk.cases import snapshot
from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.records.models import Rearrangement, Request


def record_act(
    kind: str, before: Mapping[str, snapshot.Snapshot], touched: Sequence[Request], actor: Actor
) -> Rearrangement:
    """Write down the way back, and tell of the act in each request's story."""
    act = Rearrangement.objects.create(
        kind=kind,
        before=dict(before),
        after={request.reference: request.revision for request in touched},
        by_id=actor.user_id,
        by_name=actor.name,
        at=timezone.now(),
    )
    act.requests.set(touched)
    references = [request.reference for request in touched]
    for request in touched:
        others = [reference for reference in references if reference != request.reference]
        note(actor, f"pages.{kind}", request=request, detail={"with": others, "revision": request.revision})
    return act
