"""Deciding anew: from a request's values to gaps, route, priority and clock, kept by revision."""

import datetime as dt
from typing import Any

from django.utils import timezone

from classify.decide import decide
from classify.reference import Reference
from desk.cases.parts import write_parts
from desk.cases.values import copy_for_search, values_of
from desk.records.models import DecisionRecord, GapRecord, Request, RouteRecord
from desk.search import index_request
from terms.names import Priority, Processor
from terms.requests import Audience, Clock, Decision, DueDate, Gap, GapReason, Outcome, RequestValues, Route


def redecide(request: Request, reference: Reference, *, cause: str) -> Decision:
    """Decide a locked request from its values and store the outcome at its current revision.

    The values are those of the rows, so that a human value outranks what was read. ``cause`` is
    ``reading``, ``correction`` or ``reference``. Saves the request; moves no state.
    """
    values = values_of(request)
    decision = decide(values, reference, received_at=request.received_at)
    store_decision(request, values, decision, cause=cause)
    return decision


def store_decision(request: Request, values: RequestValues, decision: Decision, *, cause: str) -> None:
    """Write a decision's gaps, routes, priority and clock, and the record of it at this revision."""
    _write_gaps(request, decision.gaps)
    _write_routes(request, decision)
    write_parts(request, decision)
    request.priority = decision.priority.value
    request.clerk_gap_count = len(decision.clerk_gaps)
    request.provider_gap_count = len(decision.provider_gaps)
    request.processor = decision.route.processor.value
    request.outcome = decision.route.outcome.value
    request.route_rule = decision.route.rule[:80]
    request.route_reason = decision.route.reason
    request.tables = dict(decision.tables)
    clock = decision.clock
    request.due_at = clock.due if clock else None
    request.clock_started_at = clock.started if clock else None
    request.due_rule = clock.rule[:80] if clock else ""
    request.other_due = [{"due": d.due.isoformat(), "rule": d.rule} for d in clock.other] if clock else []
    copy_for_search(request, values)
    request.save()
    index_request(request)
    DecisionRecord.objects.update_or_create(
        request=request,
        revision=request.revision,
        defaults={
            "made_at": timezone.now(),
            "cause": cause,
            "received_at": request.received_at,
            "values": values.to_record(),
            "gaps": [gap.to_json() | {"label": gap.label} for gap in decision.gaps],
            "route": _route_record(decision.route),
            "line_routes": [_route_record(route) for route in decision.line_routes],
            "priority": decision.priority.value,
            "clock": clock.to_json() if clock else None,
            "tables": dict(decision.tables),
        },
    )


def decision_at(request: Request, revision: int) -> tuple[RequestValues, Decision]:
    """Give the values and the decision of a past revision, exactly as they stood then.

    Raises ``DecisionRecord.DoesNotExist`` for a revision that was never decided.
    """
    row = request.decisions.get(revision=revision)
    decision = Decision(
        priority=Priority(row.priority),
        clock=_clock(row.clock) if row.clock else None,
        gaps=tuple(
            Gap(g["field"], GapReason(g["reason"]), Audience(g["audience"]), g["message"], g["label"]) for g in row.gaps
        ),
        route=_route(row.route),
        line_routes=tuple(_route(route) for route in row.line_routes),
        tables=dict(row.tables),
    )
    return RequestValues.from_record(row.values), decision


def _clock(data: dict[str, Any]) -> Clock:
    moment = dt.datetime.fromisoformat
    other = tuple(DueDate(moment(each["due"]), each["rule"]) for each in data["other"])
    return Clock(moment(data["due"]), moment(data["started"]), data["rule"], other)


def _route(data: dict[str, Any]) -> Route:
    return Route(
        processor=Processor(data["processor"]),
        outcome=Outcome(data["outcome"]),
        rule=data["rule"],
        reason=data["reason"],
        vendor=data.get("vendor"),
        row=data.get("row"),
        trace=tuple(data["trace"]),
    )


def _route_record(route: Route) -> dict[str, object]:
    return route.to_json() | {"row": route.row, "trace": list(route.trace)}


def _write_gaps(request: Request, gaps: tuple[Gap, ...]) -> None:
    request.gaps.all().delete()
    GapRecord.objects.bulk_create(
        GapRecord(
            request=request,
            position=position,
            field=gap.field[:60],
            reason=gap.reason.value,
            audience=gap.audience.value,
            message=gap.message,
            label=(gap.label or "")[:200],
        )
        for position, gap in enumerate(gaps)
    )


def _write_routes(request: Request, decision: Decision) -> None:
    request.routes.all().delete()
    lines = list(request.lines.all())
    routes = [_route_row(request, decision.route)]
    for line, route in zip(lines, decision.line_routes, strict=True):
        row = _route_row(request, route)
        row.line = line
        routes.append(row)
    RouteRecord.objects.bulk_create(routes)


def _route_row(request: Request, route: Route) -> RouteRecord:
    return RouteRecord(
        request=request,
        processor=route.processor.value,
        outcome=route.outcome.value,
        rule=route.rule[:80],
        reason=route.reason,
        vendor=(route.vendor or "")[:120],
        row=(route.row or "")[:200],
        trace=list(route.trace),
    )
