"""What must come out of a sample: canonical fields in normal form, lines, gaps, routes, outcome.

The truth is made from the order and from what was really drawn, never from what the product reads:
a field counts only if one of the request's pages shows it. Routes come from the sample grid by plain
look-up. The JSON is described in samples/README.md.
"""

import csv
import datetime as dt
import functools
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from samples.orders import Order, OrderLine
from samples.paper import Paper, PartPages
from samples.people import Provider
from samples.reference_tables import e164, grid_csv, vendors_csv
from samples.sheet import Placed
from terms.names import MINIMUM_FIELDS

_SOURCES: dict[str, tuple[str, ...]] = {
    "member.last_name": ("member.last_name", "member.name", "member.full_name"),
    "member.first_name": ("member.first_name", "member.name", "member.full_name"),
    "ordering_provider.name": ("ordering_provider.name", "ordering_provider.last_name", "ordering_provider.first_name"),
    "servicing_provider.name": (
        "servicing_provider.name", "servicing_provider.last_name", "servicing_provider.first_name",
    ),
    "request.type": ("request.type=",),
    "clinical.attached": ("clinical.attached=",),
}  # fmt: skip
_ADDRESS_PARTS = ("street", "city", "state", "zip", "city_line")
_REQUEST_KINDS = {"pa_form", "chme_order", "breast_pump_form", "letter", "prescription", "mail_body"}
_CLINICAL_KINDS = {"clinical_notes", "test_result", "letter"}
_UNKNOWN_CODE = "unknown"


@dataclass(frozen=True, slots=True)
class ExpectedGap:
    """A gap that must be found; see samples/README.md for how it is compared."""

    field: str
    reason: str
    audience: str

    def to_json(self) -> dict[str, str]:
        """Give the JSON form."""
        return {"field": self.field, "reason": self.reason, "audience": self.audience}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of an arrival: processed, duplicate (of a sample) or quarantined (with a problem kind)."""

    name: str = "processed"
    problem: str | None = None
    duplicate_of: str | None = None


@dataclass(frozen=True, slots=True)
class RequestTruth:
    """One request: its order, the parts about it, further gaps, and whether a cover or mail calls it urgent."""

    order: Order
    parts: tuple[PartPages, ...]
    extra_gaps: tuple[ExpectedGap, ...] = field(default=())
    urgent_outside: bool = False

    @property
    def priority(self) -> str:
        """Urgent if an urgent box is ticked on the pages or a cover or mail says so."""
        ticked = {p.key for part in self.parts for p in part.placed}
        urgent = self.urgent_outside or bool(ticked & {"request.type=urgent", "request.type=pad_urgent"})
        return "urgent" if urgent else "routine"


@functools.cache
def _grid() -> tuple[dict[str, str], ...]:
    return tuple(csv.DictReader(io.StringIO(grid_csv())))


@functools.cache
def _vendors() -> dict[str, str]:
    return {row["id"]: row["name"] for row in csv.DictReader(io.StringIO(vendors_csv()))}


def grid_row(code: str, day: dt.date) -> dict[str, str] | None:
    """The sample grid's row for a code on a day, or None when the grid does not know the code."""
    for row in _grid():
        last = row["code_to"] or row["code"]
        in_force = row["effective_from"] <= day.isoformat() <= (row["effective_to"] or "9999")
        if len(code) == len(row["code"]) and row["code"] <= code <= last and in_force:
            return row
    return None


def line_route(code: str, medical_group: str, day: dt.date) -> dict[str, object]:
    """Who processes a line: equipment by the grid for every member, medical services by the member's group."""
    row = grid_row(code, day)
    if row is None:
        return {"processor": "DESK", "outcome": "process", "vendor": None}
    processor = row["processor"]
    if row["service"] == "medical" and medical_group in {"CFMG", "CHCN"}:
        processor = medical_group
    elif row["service"] == "medical" and medical_group != "DIRECT":
        processor = "DESK"
    outcome = "no_pa_required" if row["pa_required"] == "no" else "process"
    return {"processor": processor, "outcome": outcome, "vendor": _vendors().get(row["vendor"])}


def request_json(truth: RequestTruth, *, received_on: dt.date, shift: int = 0) -> dict[str, object]:
    """Give the expected JSON of one request; ``shift`` is added to page numbers (a mail's body comes first)."""
    fields = _fields(truth)
    lines = _lines(truth, received_on)
    diagnoses = _diagnoses(truth)
    gaps = [*_gaps(truth, fields, lines, diagnoses), *truth.extra_gaps]
    processors = {str(line["processor"]) for line in lines}
    for placed in (*fields.values(), *lines):
        placed["page"] = int(str(placed["page"])) + shift
    return {
        "pages": sorted({page + shift for part in truth.parts for page in part.pages}),
        "priority": truth.priority,
        "fields": fields,
        "lines": lines,
        "diagnoses": diagnoses,
        "gaps": [gap.to_json() for gap in gaps],
        "route": processors.pop() if len(processors) == 1 else "SPLIT" if processors else "DESK",
    }


def _placed(parts: Iterable[PartPages]) -> list[tuple[PartPages, Placed]]:
    return [(part, placed) for part in parts for placed in part.placed]


def _main_parts(truth: RequestTruth) -> tuple[PartPages, ...]:
    """Pages that carry the request come first, then notes: a field is taken from the first that shows it."""
    return tuple(sorted(truth.parts, key=lambda part: part.kind not in _REQUEST_KINDS))


def _fields(truth: RequestTruth) -> dict[str, dict[str, object]]:
    values = _true_values(truth.order)
    result: dict[str, dict[str, object]] = {}
    for name, value in values.items():
        found = _where(name, truth)
        if not found:
            continue
        result[name] = _entry(name, value, found, truth.order)
    return result


def _where(name: str, truth: RequestTruth) -> list[Placed]:
    """The places of a field's value on the first part that shows it."""
    stems = _SOURCES.get(name, (name,))
    if name.endswith(".address"):
        stems = (name, *(f"{name}.{part}" for part in _ADDRESS_PARTS))
    for part in _main_parts(truth):
        found = [p for p in part.placed if p.key in stems or any(s[-1] == "=" and p.key.startswith(s) for s in stems)]
        if found:
            return found
    return []


def _entry(name: str, value: str | None, found: list[Placed], order: Order) -> dict[str, object]:
    page = found[0].page
    same = [p for p in found if p.page == page]
    box = functools.reduce(lambda a, b: a.union(b), (p.box for p in same))
    text = " ".join(p.printed for p in same)
    typed = dict(order.typed)
    if name in typed:
        value = None
    elif name.endswith(".name"):
        value = _name_as_written(name, same) or value
    elif name in {"member.last_name", "member.first_name"} and value:
        value = value.upper() if text.isupper() else value
    elif name.endswith(".address") and value and text.upper() == text:
        value = value.upper()
    elif name == "clinical.summary":
        value = text
    if name == "request.type" and len(order.types) > 1:
        value, text = "urgent", " + ".join(order.types)
    return {"value": value, "printed": text, "page": page, "box": box.to_json()}


def _name_as_written(name: str, same: list[Placed]) -> str | None:
    """A provider's name from one box as it stands, from two boxes as First Last."""
    texts = {p.key.removeprefix(name.removesuffix("name")): p.printed for p in same}
    if "name" in texts:
        return texts["name"]
    return " ".join(texts[part] for part in ("first_name", "last_name") if part in texts) or None


def _true_values(order: Order) -> dict[str, str | None]:
    member = order.member
    values: dict[str, str | None] = {
        "member.last_name": member.last_name,
        "member.first_name": member.first_name,
        "member.date_of_birth": member.date_of_birth.isoformat(),
        "member.id": member.cin,
        "member.address": member.address.line,
        "member.phone": e164(member.phone),
        **_provider_values("ordering_provider", order.provider),
        "request.type": order.types[0] if order.types else None,
        "request.date": order.request_date.isoformat(),
        "service.start_date": order.start_date.isoformat(),
        "service.end_date": order.end_date.isoformat() if order.end_date else None,
        "service.place": order.place,
        "clinical.attached": "yes",
        "clinical.summary": order.summary,
        "authorization.number": order.authorization_number,
    }
    if order.servicing:
        values |= _provider_values("servicing_provider", order.servicing)
        del values["servicing_provider.address"]
    return values


def _provider_values(stem: str, provider: Provider) -> dict[str, str | None]:
    return {
        f"{stem}.name": provider.name,
        f"{stem}.npi": provider.npi,
        f"{stem}.address": provider.address.line,
        f"{stem}.phone": e164(provider.phone, provider.extension),
        f"{stem}.fax": e164(provider.fax),
    }


def _lines(truth: RequestTruth, received_on: dt.date) -> list[dict[str, object]]:
    shown = {p.key for _, p in _placed(truth.parts)}
    result: list[dict[str, object]] = []
    for index, item in enumerate(truth.order.lines):
        stem = f"line[{index}]"
        if f"{stem}.code" not in shown and f"{stem}.code_with_modifiers" not in shown:
            continue
        result.append(_line_json(item, stem, shown, truth, received_on))
    return result


def _line_json(
    item: OrderLine, stem: str, shown: set[str], truth: RequestTruth, received_on: dt.date
) -> dict[str, object]:
    with_modifiers = f"{stem}.modifiers" in shown or f"{stem}.code_with_modifiers" in shown
    texts = [p.printed for _, p in _placed(_main_parts(truth)) if p.key == f"{stem}.description"]
    places = [p for _, p in _placed(_main_parts(truth)) if p.key in {f"{stem}.code", f"{stem}.code_with_modifiers"}]
    return {
        "code": item.code,
        "modifiers": list(item.modifiers) if with_modifiers else [],
        "quantity": item.quantity if f"{stem}.quantity" in shown else None,
        "description": texts[0] if texts else None,
        "page": places[0].page,
        "box": places[0].box.to_json(),
        **line_route(item.code, truth.order.member.medical_group, received_on),
    }


def _diagnoses(truth: RequestTruth) -> list[str]:
    shown = {p.key for _, p in _placed(truth.parts)}
    if "diagnosis.list" in shown:
        return list(truth.order.diagnoses)
    return [code for index, code in enumerate(truth.order.diagnoses) if f"diagnosis[{index}]" in shown]


def _gaps(
    truth: RequestTruth,
    fields: Mapping[str, Mapping[str, object]],
    lines: Sequence[Mapping[str, object]],
    diagnoses: Sequence[str],
) -> list[ExpectedGap]:
    gaps = []
    for name in MINIMUM_FIELDS:
        if name not in fields:
            gaps.append(ExpectedGap(name, "missing", "provider"))
        elif fields[name]["value"] is None:
            gaps.append(ExpectedGap(name, "invalid", "provider"))
    if not lines:
        gaps.append(ExpectedGap("line", "missing", "provider"))
    gaps += [
        ExpectedGap(f"line[{index}].code", _UNKNOWN_CODE, "clerk")
        for index, line in enumerate(lines)
        if grid_row(str(line["code"]), truth.order.request_date) is None
    ]
    if not diagnoses:
        gaps.append(ExpectedGap("diagnosis", "missing", "provider"))
    has_clinical = (
        "clinical.summary" in fields
        or "clinical.attached" in fields
        or any(part.kind in _CLINICAL_KINDS for part in truth.parts)
    )
    if not has_clinical:
        gaps.append(ExpectedGap("clinical", "missing", "provider"))
    if len(truth.order.types) > 1:
        gaps.append(ExpectedGap("request.type", "conflict", "clerk"))
    return gaps


def marks_json(paper: Paper) -> list[dict[str, object]]:
    """Everything written on the paper by slot: for training and measuring readers on known boxes."""
    return [
        {"key": p.key, "printed": p.printed, "page": p.page, "box": p.box.to_json()}
        for part in paper.parts
        for p in part.placed
    ]
