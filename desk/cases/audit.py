"""The audit trail: who looked and who changed what."""

from collections.abc import Mapping

from django.utils import timezone

from desk.cases.actor import Actor
from desk.records.models import Arrival, AuditEvent, Request


def note(
    actor: Actor,
    action: str,
    *,
    request: Request | None = None,
    arrival: Arrival | None = None,
    detail: Mapping[str, object] | None = None,
) -> AuditEvent:
    """Add an event; call it in the transaction of what it tells about, so that neither stands alone.

    ``action`` is a stable id such as ``request.corrected``; ``detail`` holds plain JSON values.
    """
    return AuditEvent.objects.create(
        at=timezone.now(),
        actor_id=actor.user_id,
        actor_name=actor.name,
        action=action,
        request=request,
        arrival=arrival,
        detail=dict(detail or {}),
    )


def note_view(actor: Actor, *, request: Request | None = None, arrival: Arrival | None = None) -> AuditEvent:
    """Add the event that somebody looked at a request or an arrival."""
    return note(actor, "request.viewed" if request else "arrival.viewed", request=request, arrival=arrival)
