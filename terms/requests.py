"""A request as Inlet understands it: lines, gaps, route, clock.

These are the values that classify computes, the desk stores and the one-file contract prints.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from terms.names import Priority, Processor
from terms.values import FieldValue


class Outcome(StrEnum):
    """What a route means for the line."""

    PROCESS = "process"
    NO_PA_REQUIRED = "no_pa_required"
    NOT_OURS = "not_ours"


class GapReason(StrEnum):
    """Why something required cannot be used."""

    MISSING = "missing"
    INVALID = "invalid"
    UNCERTAIN = "uncertain"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"


class Audience(StrEnum):
    """Who can close a gap: the clerk (we could not read it) or the provider (it is not there)."""

    CLERK = "clerk"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Route:
    """The processor chosen, with the rule and grid row that chose it, and the reason in words.

    ``rule`` is a stable id such as ``dme.grid`` ; ``row`` names the grid row and table version;
    ``trace`` holds, in order, the facts and rules looked at (not part of the contract).
    """

    processor: Processor
    outcome: Outcome
    rule: str
    reason: str
    vendor: str | None = None
    row: str | None = None
    trace: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Give the contract's form."""
        data: dict[str, object] = {
            "processor": self.processor.value,
            "outcome": self.outcome.value,
            "rule": self.rule,
            "reason": self.reason,
        }
        if self.vendor is not None:
            data["vendor"] = self.vendor
        return data


@dataclass(frozen=True, slots=True)
class Gap:
    """Something required that is missing, invalid or too uncertain.

    ``field`` is a canonical name, ``line`` or ``diagnosis`` with an optional index (``line[2].code``);
    ``message`` is the sentence that its audience reads; ``label`` is the form's own label.
    """

    field: str
    reason: GapReason
    audience: Audience
    message: str
    label: str | None = None

    def to_json(self) -> dict[str, object]:
        """Give the contract's form."""
        return {
            "field": self.field,
            "reason": self.reason.value,
            "audience": self.audience.value,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class DueDate:
    """One yardstick: when, and by which rule. ``due`` is aware, in Pacific time."""

    due: dt.datetime
    rule: str


@dataclass(frozen=True, slots=True)
class Clock:
    """When a request must be decided: the earlier yardstick alarms, the others are shown."""

    due: dt.datetime
    started: dt.datetime
    rule: str
    other: tuple[DueDate, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Give the contract's form."""
        return {
            "due": self.due.isoformat(),
            "started": self.started.isoformat(),
            "rule": self.rule,
            "other": [{"due": d.due.isoformat(), "rule": d.rule} for d in self.other],
        }


@dataclass(frozen=True, slots=True)
class Line:
    """One requested service as read: code, modifiers, quantity, description, dates."""

    code: FieldValue
    description: FieldValue = field(default_factory=FieldValue.missing)
    quantity: FieldValue = field(default_factory=FieldValue.missing)
    modifiers: tuple[FieldValue, ...] = ()
    unit: FieldValue = field(default_factory=FieldValue.missing)
    start_date: FieldValue = field(default_factory=FieldValue.missing)
    end_date: FieldValue = field(default_factory=FieldValue.missing)

    def changed(self, change: Callable[[FieldValue], FieldValue]) -> "Line":
        """The line with every part changed by itself."""
        parts = {name: change(getattr(self, name)) for name in _LINE_PARTS}
        return replace(self, **parts, modifiers=tuple(change(m) for m in self.modifiers))

    def to_record(self) -> dict[str, object]:
        """Give the storable form, every part included."""
        parts = {name: getattr(self, name).to_record() for name in _LINE_PARTS}
        return parts | {"modifiers": [m.to_record() for m in self.modifiers]}

    @classmethod
    def from_record(cls, data: Mapping[str, object]) -> "Line":
        """Rebuild a line from :meth:`to_record`'s form."""
        parts: dict[str, FieldValue] = {}
        for name in _LINE_PARTS:
            part = data[name]
            assert isinstance(part, dict)
            parts[name] = FieldValue.from_json(part)
        modifiers = data["modifiers"]
        assert isinstance(modifiers, list)
        return cls(**parts, modifiers=tuple(FieldValue.from_json(m) for m in modifiers))

    def to_json(self, route: Route) -> dict[str, object]:
        """Give the contract's form with the route chosen for the line."""
        data: dict[str, object] = {
            "code": self.code.to_json(),
            "description": self.description.to_json(),
            "modifiers": [m.to_json() for m in self.modifiers],
            "quantity": self.quantity.to_json(),
            "route": route.to_json(),
        }
        for name in ("start_date", "end_date"):
            part: FieldValue = getattr(self, name)
            if part.value is not None or part.raw is not None:
                data[name] = part.to_json()
        return data


_LINE_PARTS = ("code", "description", "quantity", "unit", "start_date", "end_date")


@dataclass(frozen=True, slots=True)
class RequestValues:
    """What one request says, before anything is decided: the input of classify's decision.

    ``fields`` holds every name of :data:`terms.names.FIELD_KINDS` (missing ones as such);
    ``pages`` are the 1-based pages of the arrival that belong to it; ``facts`` holds what page
    kinds and texts say beside the fields (``cover.urgent``, ``form``, ``type.boxes`` …).
    """

    pages: tuple[int, ...]
    fields: Mapping[str, FieldValue]
    lines: tuple[Line, ...] = ()
    diagnoses: tuple[FieldValue, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str | None:
        """The value of a field in normal form, or ``None``."""
        found = self.fields.get(name)
        return found.value if found else None

    def to_record(self) -> dict[str, object]:
        """Give the storable form."""
        return {
            "pages": list(self.pages),
            "fields": {name: value.to_record() for name, value in self.fields.items()},
            "lines": [line.to_record() for line in self.lines],
            "diagnoses": [d.to_record() for d in self.diagnoses],
            "facts": dict(self.facts),
        }

    @classmethod
    def from_record(cls, data: Mapping[str, object]) -> "RequestValues":
        """Rebuild the values from :meth:`to_record`'s form."""
        pages, fields, lines = data["pages"], data["fields"], data["lines"]
        diagnoses, facts = data["diagnoses"], data["facts"]
        assert isinstance(pages, list)
        assert isinstance(fields, dict)
        assert isinstance(lines, list)
        assert isinstance(diagnoses, list)
        assert isinstance(facts, dict)
        return cls(
            pages=tuple(pages),
            fields={name: FieldValue.from_json(value) for name, value in fields.items()},
            lines=tuple(Line.from_record(line) for line in lines),
            diagnoses=tuple(FieldValue.from_json(d) for d in diagnoses),
            facts={str(k): str(v) for k, v in facts.items()},
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """What classify concludes from a request's values; the machine part, never a care decision.

    ``line_routes`` has one route per line, in order; ``route`` is theirs if they agree, SPLIT if
    they differ. ``tables`` names the version of every table that had a say.
    """

    priority: Priority
    clock: Clock | None
    gaps: tuple[Gap, ...]
    route: Route
    line_routes: tuple[Route, ...]
    tables: Mapping[str, str] = field(default_factory=dict)

    @property
    def clerk_gaps(self) -> tuple[Gap, ...]:
        """The gaps a clerk must close before anything is asked of the provider."""
        return tuple(g for g in self.gaps if g.audience is Audience.CLERK)

    @property
    def provider_gaps(self) -> tuple[Gap, ...]:
        """The gaps only the provider can close."""
        return tuple(g for g in self.gaps if g.audience is Audience.PROVIDER)


def request_json(values: RequestValues, decision: Decision) -> dict[str, object]:
    """Give the contract's form of a request."""
    return {
        "pages": list(values.pages),
        "fields": {name: value.to_json() for name, value in values.fields.items()},
        "lines": [line.to_json(route) for line, route in zip(values.lines, decision.line_routes, strict=True)],
        "diagnoses": [d.to_json() for d in values.diagnoses],
        "priority": decision.priority.value,
        "clock": decision.clock.to_json() if decision.clock else None,
        "gaps": [gap.to_json() for gap in decision.gaps],
        "route": decision.route.to_json(),
    }
