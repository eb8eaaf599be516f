"""Replay: every stored decision made again from its values and the tables of its day, and compared."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from classify.decide import decide
from classify.reference import Reference
from desk.cases.decisions import decision_at
from desk.cases.tables import reference_of
from desk.errors import ReferenceDataError
from desk.records.models import DecisionRecord
from terms.requests import Decision


@dataclass(frozen=True, slots=True)
class Replay:
    """What replay found: how many decisions came out the same, which differ and where, which could not be told.

    Of the same ones ``reworded`` say it in other words: the program's sentences have changed since.
    ``different`` holds (reference, parts that differ), ``untold`` (reference, why): no value of a request.
    """

    same: int
    reworded: int
    different: tuple[tuple[str, str], ...]
    untold: tuple[tuple[str, str], ...]


def replay_all(reference: str | None = None) -> Replay:
    """Make every stored decision (or those of one request) again and compare it with what is stored."""
    same = reworded = 0
    different: list[tuple[str, str]] = []
    untold: list[tuple[str, str]] = []
    known: dict[str, Reference | str] = {}
    rows = DecisionRecord.objects.select_related("request").order_by("request_id", "revision")
    for row in rows.filter(request__reference=reference) if reference else rows:
        tables = _tables(row.tables, known)
        if isinstance(tables, str):
            untold.append((row.request.reference, tables))
            continue
        values, was = decision_at(row.request, row.revision)
        now = decide(values, tables, received_at=row.received_at or row.request.received_at)
        parts = _differing(was, now)
        if parts:
            different.append((row.request.reference, f"revision {row.revision}: {', '.join(parts)}"))
        else:
            same += 1
            reworded += was != now
    return Replay(same, reworded, tuple(different), tuple(untold))


def _tables(tables: Mapping[str, str], known: dict[str, Reference | str]) -> Reference | str:
    key = json.dumps(tables, sort_keys=True)
    if key not in known:
        try:
            known[key] = reference_of(tables)
        except ReferenceDataError as error:
            known[key] = str(error)
    return known[key]


def _differing(was: Decision, now: Decision) -> list[str]:
    """The parts of two decisions that differ in more than words."""
    one, other = _essence(was), _essence(now)
    return [name for name in one if one[name] != other[name]]


def _essence(decision: Decision) -> dict[str, object]:
    routes = [(r.processor, r.outcome, r.rule, r.row, r.vendor) for r in (decision.route, *decision.line_routes)]
    return {
        "priority": decision.priority,
        "clock": decision.clock,
        "gaps": [(gap.field, gap.reason, gap.audience) for gap in decision.gaps],
        "route": routes[0],
        "line routes": routes[1:],
        "tables": dict(decision.tables),
    }
