"""Arrivals and requests as plain rows: what ``inlet status``, ``show``, ``report`` and ``demo`` print."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Prefetch, QuerySet
from django.utils.timezone import localtime

from desk.lifecycle import OPEN_STATES
from desk.records.models import Arrival, Request, RouteRecord
from terms.names import ArrivalState


def arrival_sums(arrivals: QuerySet[Arrival] | None = None) -> dict[str, int]:
    """Give ``in`` and, for each state, how many arrivals are in it; they add up by construction of the states."""
    counted = (Arrival.objects.all() if arrivals is None else arrivals).values_list("state").annotate(n=Count("id"))
    by_state = dict(counted.order_by())
    sums = {state.value: int(by_state.get(state.value, 0)) for state in ArrivalState}
    return {"in": sum(sums.values())} | sums


def with_parts(requests: QuerySet[Request]) -> QuerySet[Request]:
    """Load everything that :func:`request_row` shows in a fixed number of queries."""
    routes = Prefetch("routes", queryset=RouteRecord.objects.filter(line=None), to_attr="own_routes")
    return requests.select_related("arrival").prefetch_related(
        "fields", "lines__route", "diagnoses", "gaps", "notices__transmissions", "pages", routes
    )


def request_row(request: Request) -> dict[str, Any]:
    """One request with fields, lines, gaps, route, due date and notices, as plain values."""
    return {
        "reference": request.reference,
        "arrival": request.arrival_id,
        "file": request.arrival.file_name,
        "pages": [page.number for page in request.pages.all()],
        "revision": request.revision,
        "state": request.state,
        "priority": request.priority,
        "received_at": _moment(request.received_at),
        "due": _moment(request.due_at),
        "due_rule": request.due_rule,
        "other_due": request.other_due,
        "fields": {
            field.name: {
                "value": field.value,
                "raw": field.raw,
                "confidence": field.confidence,
                "status": field.status,
                "human": field.human,
            }
            for field in request.fields.all()
        },
        "lines": [
            {
                "code": line.code,
                "modifiers": line.modifiers.split(),
                "quantity": line.quantity,
                "description": line.description,
                "confidence": line.parts["code"]["confidence"],
                "status": line.parts["code"]["status"],
                "route": line.route.processor if hasattr(line, "route") else None,
            }
            for line in request.lines.all()
        ],
        "diagnoses": [
            {"code": d.code, "confidence": d.value["confidence"], "status": d.value["status"]}
            for d in request.diagnoses.all()
        ],
        "gaps": [
            {"field": gap.field, "reason": gap.reason, "audience": gap.audience, "message": gap.message}
            for gap in request.gaps.all()
        ],
        "route": {
            "processor": request.processor,
            "outcome": request.outcome,
            "rule": request.route_rule,
            "reason": request.route_reason,
        },
        "notices": [
            {
                "kind": notice.kind,
                "revision": notice.revision,
                "state": notice.state,
                "destination": notice.destination,
                "verified": notice.verified,
                "transmissions": [t.state for t in notice.transmissions.all()],
            }
            for notice in reversed(request.notices.all())
        ],
    }


def arrival_row(arrival: Arrival) -> dict[str, Any]:
    """One arrival with its state, and the problem that ended or hinders it."""
    return {
        "id": arrival.pk,
        "source": arrival.source,
        "file": arrival.file_name,
        "sha256": arrival.sha256,
        "received_at": _moment(arrival.received_at),
        "state": arrival.state,
        "duplicate_of": arrival.duplicate_of_id,
        "came_again": arrival.duplicate_of_id is not None and hasattr(arrival, "likeness"),
        "pages": arrival.page_count,
        "problem": arrival.problem.to_json() if arrival.problem else None,
        "requests": [request.reference for request in arrival.requests.all()],
    }


def history(request: Request) -> list[dict[str, Any]]:
    """Who did what with a request, oldest first."""
    return [
        {"at": _moment(event.at), "by": event.actor_name, "action": event.action, "detail": event.detail}
        for event in request.events.order_by("at", "id")
    ]


def open_requests() -> QuerySet[Request]:
    """The requests that somebody still owes something, soonest due first."""
    return with_parts(Request.objects.filter(state__in=[s.value for s in OPEN_STATES])).order_by("due_at", "id")


def requests_of(arrivals: Iterable[Arrival]) -> QuerySet[Request]:
    """The requests that came with the given arrivals, in order."""
    return with_parts(Request.objects.filter(arrival__in=[a.pk for a in arrivals])).order_by("arrival_id", "position")


def day_bounds(day: dt.date, zone: dt.tzinfo) -> tuple[dt.datetime, dt.datetime]:
    """The first moment of a day in ``zone`` and the first of the next."""
    start = dt.datetime.combine(day, dt.time(), zone)
    return start, dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone)


def _moment(moment: dt.datetime | None) -> str | None:
    if moment is None:
        return None
    return localtime(moment).isoformat(timespec="seconds")
