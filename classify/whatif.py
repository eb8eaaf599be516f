"""What if: past requests decided again under other tables, and what would move."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from classify.decide import decide
from classify.reference import Reference
from terms.requests import Decision, RequestValues, Route


@dataclass(frozen=True, slots=True)
class PastRequest:
    """A request as it was decided: its reference, values, receipt and decision."""

    reference: str
    values: RequestValues
    received_at: dt.datetime
    decision: Decision


@dataclass(frozen=True, slots=True)
class Move:
    """What would differ for one request: routes by line (0-based), the due date, the gaps."""

    reference: str
    routes: tuple[tuple[int, Route, Route], ...]
    due: tuple[dt.datetime | None, dt.datetime | None] | None
    gaps_added: tuple[str, ...]
    gaps_closed: tuple[str, ...]


def what_if(past: Iterable[PastRequest], draft: Reference) -> Iterator[Move]:
    """Decide each request again under ``draft`` and give those that would come out otherwise, in order."""
    for request in past:
        now = decide(request.values, draft, received_at=request.received_at)
        move = _difference(request, now)
        if move is not None:
            yield move


def replays(request: PastRequest, tables: Reference) -> bool:
    """Say whether the tables of its day give the same decision for a request again, traces included."""
    return decide(request.values, tables, received_at=request.received_at) == request.decision


def _difference(request: PastRequest, now: Decision) -> Move | None:
    was = request.decision
    pairs = zip(was.line_routes, now.line_routes, strict=True)
    routes = tuple((i, a, b) for i, (a, b) in enumerate(pairs) if _essence(a) != _essence(b))
    due_was, due_now = was.clock.due if was.clock else None, now.clock.due if now.clock else None
    before, after = ({(g.field, g.reason, g.audience) for g in d.gaps} for d in (was, now))
    added, closed = ({f"{f} ({r.value})" for f, r, _ in part} for part in (after - before, before - after))
    if not routes and due_was == due_now and not added and not closed:
        return None
    due = (due_was, due_now) if due_was != due_now else None
    return Move(request.reference, routes, due, tuple(sorted(added)), tuple(sorted(closed)))


def _essence(route: Route) -> tuple[object, ...]:
    """What a person would notice of a route; its row's number and its trace may change without moving anything."""
    return route.processor, route.outcome, route.rule, route.vendor
