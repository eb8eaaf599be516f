"""Who decides each line, by the plan's rules in their order, each with a stable id and its trace.

::

    identity.other_plan   another plan's form, member not known to us        → DESK, not ours
    identity.conflict     the id belongs to another name or birth date       → DESK
    identity.not_found    the id is not in the roster                        → DESK
    identity.not_active   not enrolled on the date of service                → DESK
    group.kaiser          assigned to Kaiser, outside the plan's rules       → DESK
    request.change        changes an authorization a person must find        → DESK
    line.no_code          no code was read                                   → DESK
    grid.no_pa            the grid says no authorization is needed           → its processor
    dme.grid              equipment or supply row, all members, all groups   → CHME
    dme.excluded          the row leaves it to the plan, vendor named        → ALLIANCE_UM
    dme.desk              the row leaves it to a person                      → DESK
    code.no_row           equipment, or of unclear family, without a row     → DESK
    um.inpatient          not DME: elective admission or post-acute care     → ALLIANCE_UM
    group.cfmg/group.chcn not DME, delegated member                          → CFMG, CHCN
    um.direct             not DME, member of no delegated group              → ALLIANCE_UM
    medical.desk          not DME, the row leaves it to a person             → DESK
    group.unknown         not DME, the member's group is not known           → DESK

A request's own route adds ``request.split`` (lines differ), ``request.no_lines`` and
``request.records_only``. Sources: the plan's durable medical equipment page (CHME for all members
in all medical groups; excluded items), docs/domain.md sections 2 and 3.
"""

import datetime as dt
import re
from dataclasses import dataclass

from classify.category import category_words
from classify.families import Family
from classify.grid import GridRow, PaRule, Service
from classify.identity import Identity, IdentityState
from classify.reference import Reference
from classify.roster import MedicalGroup
from terms.contact import Phone
from terms.names import Processor, RequestType
from terms.requests import Line, Outcome, RequestValues, Route

_INPATIENT_PLACES = {"21", "31", "32", "51", "61"}
_POST_ACUTE = ("post acute", "long term care", "skilled nursing", "ltc")
_SAID = {
    Processor.CHME: "CHME",
    Processor.ALLIANCE_UM: "Alliance UM",
    Processor.CFMG: "Children First Medical Group",
    Processor.CHCN: "Community Health Center Network",
    Processor.DESK: "our desk",
}
_GROUPS = {MedicalGroup.CFMG: Processor.CFMG, MedicalGroup.CHCN: Processor.CHCN}


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """What all lines of a request share: the identity, the date of service, the tables."""

    identity: Identity
    day: dt.date
    reference: Reference
    other_plan: bool = False
    change: bool = False
    inpatient: bool = False

    @property
    def group(self) -> MedicalGroup | None:
        """The member's medical group, where the identity is safe."""
        known = self.identity.state is IdentityState.CONFIRMED and self.identity.member is not None
        return self.identity.member.medical_group if known and self.identity.member else None


def route_facts(values: RequestValues, identity: Identity, day: dt.date, reference: Reference) -> RouteFacts:
    """Gather what the lines of a request share."""
    facts = values.facts
    title = facts.get("page.title", "").lower().replace("-", " ")
    place = re.findall(r"\d{2}", values.value("service.place") or "")
    return RouteFacts(
        identity=identity,
        day=day,
        reference=reference,
        other_plan=facts.get("other_plan") == "yes",
        change=values.value("request.type") == RequestType.CHANGE.value,
        inpatient=any(p in _INPATIENT_PLACES for p in place) or any(word in title for word in _POST_ACUTE),
    )


def route_line(line: Line, shared: RouteFacts) -> Route:
    """Choose the processor of one line; the trace holds what was looked at, in order."""
    trace = [f"identity {shared.identity.state.value}: {'; '.join(shared.identity.because)}"]
    before = _before_code(shared, trace)
    if before is not None:
        return before
    code = line.code.value
    if code is None:
        trace.append("no code was read; a code would decide")
        return _route(Processor.DESK, "line.no_code", "No code was read for this line; a clerk finds it.", trace)
    if not line.code.is_accepted:
        trace.append("the code is not certain; another code may go elsewhere")
    row = shared.reference.grid.find(code, shared.day)
    if row is not None:
        return _by_row(row, shared, trace)
    trace.append(f"no grid row for {code} on {shared.day.isoformat()}")
    family = shared.reference.families.family(code)
    trace.append(f"code family {family.value}")
    if family is Family.MEDICAL:
        return _medical(None, shared, trace)
    trace.append("a grid row for the code would decide")
    return _route(
        Processor.DESK, "code.no_row", f"The grid has no row for {code}; a clerk says who looks after it.", trace
    )


def _before_code(shared: RouteFacts, trace: list[str]) -> Route | None:
    """The rules that stand before any look at the code."""
    identity = shared.identity
    if shared.other_plan and identity.state is not IdentityState.CONFIRMED:
        trace.append("the form is another plan's and the member is not known to be ours")
        reason = "The form is another health plan's and the member is not known to be ours; a clerk confirms it."
        return _route(Processor.DESK, "identity.other_plan", reason, trace, outcome=Outcome.NOT_OURS)
    if identity.is_unsafe:
        reason = {
            IdentityState.CONFLICT: "The member ID belongs to another name or birth date; a clerk settles who it is.",
            IdentityState.NOT_FOUND: "The member ID is not in the roster; a clerk finds the member.",
        }.get(identity.state, "The member was not enrolled on the date of service; a clerk looks into it.")
        trace.append("a member borne out by the roster would let the code decide")
        return _route(Processor.DESK, f"identity.{identity.state.value}", reason, trace)
    if shared.group is MedicalGroup.KAISER:
        trace.append("assigned to Kaiser, outside the plan's routing rules")
        return _route(Processor.DESK, "group.kaiser", "The member is assigned to Kaiser; a clerk decides.", trace)
    if shared.change:
        trace.append("a change request belongs to the authorization it names")
        return _route(Processor.DESK, "request.change", "A clerk finds the authorization that is to be changed.", trace)
    return None


def _by_row(row: GridRow, shared: RouteFacts, trace: list[str]) -> Route:
    name = f"grid row {row.number} ({row.codes}, {row.category}), version {shared.reference.grid.info.version}"
    told = f"{name}: {row.service.value}, {row.processor.value}, authorization {row.pa_required.value}"
    trace.append(f"{told}, basis {row.basis}" if row.basis else told)
    route = (_medical if row.service is Service.MEDICAL else _equipment)(row, shared, trace)
    if row.pa_required is PaRule.NO and route.processor is not Processor.DESK:
        trace.append("the row says that no authorization is needed")
        return Route(
            processor=route.processor,
            outcome=Outcome.NO_PA_REQUIRED,
            rule="grid.no_pa",
            reason=f"The grid says that {row.codes} needs no authorization.",
            vendor=route.vendor,
            row=route.row,
            trace=tuple(trace),
        )
    return route


def _equipment(row: GridRow, shared: RouteFacts, trace: list[str]) -> Route:
    vendor = _vendor(row, shared)
    place = f"{row.number}@{shared.reference.grid.info.version}"
    kind = category_words(row.category)
    if row.processor is Processor.CHME:
        trace.append("equipment and supplies go by code for all members in all medical groups")
        reason = f"CHME looks after {kind} for all members in all medical groups."
        return _route(Processor.CHME, "dme.grid", reason, trace, vendor=vendor, row=place)
    if row.processor is Processor.ALLIANCE_UM:
        trace.append("not managed by CHME; the plan authorizes it to a preferred vendor")
        told = f"preferred vendor: {vendor}" if vendor else "preferred vendor: ask Alliance UM"
        reason = f"{kind[:1].upper()}{kind[1:]}: not managed by CHME; Alliance UM decides ({told})."
        return _route(Processor.ALLIANCE_UM, "dme.excluded", reason, trace, vendor=vendor, row=place)
    trace.append("the row leaves it to a person")
    reason = f"The grid leaves {row.codes} ({kind}) to a person; a clerk says who looks after it."
    return _route(Processor.DESK, "dme.desk", reason, trace, vendor=vendor, row=place)


def _medical(row: GridRow | None, shared: RouteFacts, trace: list[str]) -> Route:
    place = f"{row.number}@{shared.reference.grid.info.version}" if row else None
    group = shared.group
    trace.append(f"not equipment: goes by medical group ({group.value if group else 'not known'})")
    if group is None:
        trace.append("the member's medical group, from a roster and a proven identity, would decide")
        reason = "This is not equipment and the member's medical group is not known; a clerk finds it."
        return _route(Processor.DESK, "group.unknown", reason, trace, row=place)
    if shared.inpatient:
        trace.append("elective admission or post-acute care by place of service or form")
        reason = "Admissions and post-acute care go to the inpatient desk of Alliance UM."
        return _route(Processor.ALLIANCE_UM, "um.inpatient", reason, trace, row=place)
    delegated = _GROUPS.get(group)
    if delegated is not None:
        office = shared.reference.processors.get(delegated)
        fax = f", fax {_printed(office.faxes[0])}" if office and office.faxes else ""
        reason = f"Not equipment; {office.name if office else delegated.value} decides for its members{fax}."
        return _route(delegated, f"group.{delegated.value.lower()}", reason, trace, row=place)
    if row is not None and row.processor is Processor.DESK:
        trace.append("the row leaves it to a person")
        reason = f"The grid leaves {row.codes} to a person; a clerk says who looks after it."
        return _route(Processor.DESK, "medical.desk", reason, trace, row=place)
    reason = "Not equipment, and the member belongs to no delegated group: Alliance UM decides."
    return _route(Processor.ALLIANCE_UM, "um.direct", reason, trace, row=place)


def _vendor(row: GridRow, shared: RouteFacts) -> str | None:
    vendors = shared.reference.vendors
    if row.vendor:
        named = vendors.by_id(row.vendor)
        return named.name if named else row.vendor
    serving = vendors.for_category(row.category, shared.day)
    return serving.name if serving else None


def _printed(number: str) -> str:
    phone = Phone.parse(number)
    return phone.display if phone else number


def _route(
    processor: Processor,
    rule: str,
    reason: str,
    trace: list[str],
    *,
    outcome: Outcome = Outcome.PROCESS,
    vendor: str | None = None,
    row: str | None = None,
) -> Route:
    return Route(processor, outcome, rule, reason, vendor, row, tuple(trace))


def route_request(values: RequestValues, lines: tuple[Route, ...], shared: RouteFacts) -> Route:
    """The request's own route: its lines' where they agree, SPLIT where they differ, else the desk."""
    trace = [f"line {place}: {route.processor.value} by {route.rule}" for place, route in enumerate(lines, 1)]
    if not lines:
        early = [f"identity {shared.identity.state.value}: {'; '.join(shared.identity.because)}"]
        before = _before_code(shared, early)
        if before is not None:
            return before
        if values.facts.get("records_only") == "yes":
            reason = "Records without a request; a clerk finds the request they belong to."
            return _route(Processor.DESK, "request.records_only", reason, early)
        return _route(Processor.DESK, "request.no_lines", "No service was read; a clerk looks first.", early)
    decided = tuple(route for route in lines if route.rule != "line.no_code") or lines
    if len(decided) < len(lines):
        trace.append("lines without a code wait for one and do not count here")
    lines = decided
    processors = {route.processor for route in lines}
    if len(processors) > 1:
        named = ", ".join(sorted(_SAID[p] for p in processors))
        reason = f"The lines belong to different processors ({named}); each part goes its own way."
        return _route(Processor.SPLIT, "request.split", reason, trace)
    first = lines[0]
    alike = all(route.outcome is first.outcome for route in lines)
    if alike and all(route.rule == first.rule for route in lines):
        return _route(
            first.processor,
            first.rule,
            first.reason,
            trace,
            outcome=first.outcome,
            vendor=first.vendor if all(r.vendor == first.vendor for r in lines) else None,
            row=first.row if len(lines) == 1 else None,
        )
    chief = next((route for route in lines if route.outcome is Outcome.PROCESS), first)
    return _route(chief.processor, chief.rule, chief.reason, trace, outcome=chief.outcome)
