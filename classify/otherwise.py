"""What would change the answer: a line routed again under each fact that could be otherwise.

Only what would send the line elsewhere is told, so an empty answer means that nothing here would.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from classify.clock import run_clock
from classify.identity import Identity, IdentityState, check_identity
from classify.priority import judge_priority
from classify.reference import Reference
from classify.retro import first_service_day
from classify.roster import LineOfBusiness, MedicalGroup, Member
from classify.route import RouteFacts, route_facts, route_line
from terms.dates import PACIFIC
from terms.names import Processor, RequestType
from terms.requests import Clock, Line, Outcome, RequestValues

GROUP_WORDS: dict[MedicalGroup, str] = {
    MedicalGroup.DIRECT: "no delegated group",
    MedicalGroup.CFMG: "Children First Medical Group",
    MedicalGroup.CHCN: "Community Health Center Network",
    MedicalGroup.KAISER: "Kaiser",
}
_NOWHERE = dt.date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Otherwise:
    """If ``condition`` held, the line would go to ``processor`` with ``outcome`` by ``rule``."""

    condition: str
    processor: Processor
    outcome: Outcome
    rule: str


def route_otherwise(
    values: RequestValues, place: int, reference: Reference, *, received_at: dt.datetime
) -> tuple[Otherwise, ...]:
    """What would send line ``place`` (0-based) elsewhere: another identity, group, day, code, setting of care."""
    received_on = received_at.astimezone(PACIFIC).date()
    day = first_service_day(values) or received_on
    identity = check_identity(values, reference.roster, day)
    shared = route_facts(values, identity, day, reference)
    line = values.lines[place]
    now = route_line(line, shared)
    found: list[Otherwise] = []
    for condition, other_line, other_facts in _variations(line, shared):
        then = route_line(other_line, other_facts)
        told = Otherwise(condition, then.processor, then.outcome, then.rule)
        if (then.processor, then.outcome) != (now.processor, now.outcome) and not _is_told(told, found):
            found.append(told)
    return tuple(found)


def _is_told(told: Otherwise, found: list[Otherwise]) -> bool:
    return any(other.condition == told.condition for other in found)


def _variations(line: Line, shared: RouteFacts) -> Iterator[tuple[str, Line, RouteFacts]]:
    yield from _identities(line, shared)
    sure = shared if shared.identity.state is IdentityState.CONFIRMED else _as_member(shared, MedicalGroup.DIRECT)
    if shared.change:
        yield "if it were a request of its own and no change of an authorization", line, replace(sure, change=False)
    if shared.inpatient and shared.group is not None:
        yield "if it were neither an admission nor post-acute care", line, replace(shared, inpatient=False)
    yield from _days(line, shared)
    yield from _codes(line, shared)


def _identities(line: Line, shared: RouteFacts) -> Iterator[tuple[str, Line, RouteFacts]]:
    if shared.identity.state is not IdentityState.CONFIRMED:
        for group in (MedicalGroup.DIRECT, MedicalGroup.CFMG, MedicalGroup.CHCN):
            condition = f"if the member were proven and assigned to {GROUP_WORDS[group]}"
            yield condition, line, _as_member(shared, group)
        return
    for group in MedicalGroup:
        if group is not shared.group:
            yield f"if the member were assigned to {GROUP_WORDS[group]}", line, _as_member(shared, group)


def _as_member(shared: RouteFacts, group: MedicalGroup) -> RouteFacts:
    known = shared.identity.member
    member = (
        replace(known, medical_group=group)
        if known is not None
        else Member("", "", "", _NOWHERE, LineOfBusiness.MEDI_CAL, group)
    )
    return replace(shared, identity=Identity(IdentityState.CONFIRMED, member, ("supposed",)))


def _days(line: Line, shared: RouteFacts) -> Iterator[tuple[str, Line, RouteFacts]]:
    """The first day on which another row speaks for the code, before and after."""
    if line.code.value is None:
        return
    current = shared.reference.grid.find(line.code.value, shared.day)
    for row in shared.reference.grid.all_for(line.code.value):
        if row == current or row.in_force(shared.day):
            continue
        day = row.effective_from if row.effective_from and row.effective_from > shared.day else row.effective_to
        if day is not None:
            later = day > shared.day
            told = (
                f"if the day of service were {'from' if later else 'until'} {day:%B} {day.day}, {day.year} "
                f"(grid row {row.number})"
            )
            yield told, line, replace(shared, day=day)


def _codes(line: Line, shared: RouteFacts) -> Iterator[tuple[str, Line, RouteFacts]]:
    """The codes that the page could say as well."""
    for candidate in line.code.candidates:
        if candidate.value != line.code.value:
            told = f"if the code were {candidate.value}, which the page could say as well"
            yield told, replace(line, code=replace(line.code, value=candidate.value)), shared


def clock_otherwise(
    values: RequestValues, reference: Reference, *, received_at: dt.datetime
) -> tuple[tuple[str, Clock], ...]:
    """The clock that would run for another type of request: the type in words, and the clock."""
    bound = set(judge_priority(values).kinds)
    day = first_service_day(values) or received_at.astimezone(PACIFIC).date()
    identity = check_identity(values, reference.roster, day)
    line = identity.member.line_of_business if identity.member is not None and not identity.is_unsafe else None
    found: list[tuple[str, Clock]] = []
    for kind in (RequestType.ROUTINE, RequestType.URGENT, RequestType.RETRO, RequestType.STANDING_REFERRAL):
        clock = None if kind in bound else run_clock((kind,), line, received_at, reference.clocks, reference.calendar)
        if clock is not None:
            found.append((kind.value.replace("_", " "), clock))
    return tuple(found)
