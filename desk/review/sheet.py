"""A request as its page shows it: fields in doubt first, then everything in sections.

Built from records in memory, so that the page makes a fixed number of queries.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from desk.cases.places import Place, places_of
from desk.lifecycle import RequestState
from desk.records.models import Diagnosis, FieldRecord, GapRecord, LineRecord, Request, RouteRecord
from desk.records.prepared import Prepared
from desk.review import presenting
from terms.names import FIELD_KINDS, FieldKind
from terms.requests import Audience
from terms.values import FieldStatus, FieldValue

SECTIONS: tuple[tuple[str, str], ...] = (
    ("Member", "member."),
    ("Ordering provider", "ordering_provider."),
    ("Servicing provider", "servicing_provider."),
    ("Request", "request."),
    ("Service", "service."),
    ("Clinical information", "clinical."),
    ("Authorization", "authorization."),
)
"""Heading and name prefix of each group of fields, in reading order."""

_CODES = frozenset({FieldKind.NPI, FieldKind.MEMBER_ID, FieldKind.CODE, FieldKind.DIAGNOSIS, FieldKind.MODIFIER})
_LOOKED_UP = frozenset({FieldKind.CODE, FieldKind.NPI, FieldKind.MEMBER_ID, FieldKind.DIAGNOSIS})
_TABLES_BY_TARGET = {
    "member.last_name": "member_name",
    "ordering_provider.name": "provider_name",
    "servicing_provider.name": "provider_name",
}
WAITING_STATES = frozenset({RequestState.NEEDS_REVIEW, RequestState.UNMATCHED})
"""States in which a request waits for a person."""

_CERTAIN = 0.995
_OFFERED = 5


@dataclass(frozen=True, slots=True)
class Choice:
    """One candidate, numbered as the clerk picks it."""

    number: int
    value: str
    shown: str
    percent: int
    why: str


@dataclass(frozen=True, slots=True)
class FieldView:
    """One value as the page shows it.

    ``target`` is the name a correction uses; ``box`` is ``left,top,right,bottom`` in fractions of
    page ``page``; ``why`` says in words why a person should look; ``doubtful`` puts it first.
    """

    target: str
    label: str
    short: str
    kind: FieldKind
    shown: str
    raw: str
    percent: int
    status: str
    page: int | None
    box: str
    human: bool
    changed_by: str
    why: tuple[str, ...]
    doubtful: bool
    candidates: tuple[Choice, ...]
    options: tuple[tuple[str, str], ...]
    placeholder: str
    origin: str

    @property
    def key(self) -> str:
        """The target as an HTML id."""
        return self.target.replace(".", "-").replace("[", "-").replace("]", "")

    @property
    def long(self) -> bool:
        """Whether the value wants more than one row of text."""
        return self.target == "clinical.summary"

    @property
    def chosen(self) -> str:
        """Which of the options it is; empty for a value that is typed."""
        return self.shown if self.options else ""

    @property
    def is_code(self) -> bool:
        """Whether every character counts, so that it wants letters that cannot be confused."""
        return self.kind in _CODES

    @property
    def table(self) -> str:
        """The table that offers values while somebody types (:data:`desk.review.look_up.TABLES`); empty for none."""
        return _TABLES_BY_TARGET.get(self.target) or (self.kind.value if self.kind in _LOOKED_UP else "")

    @property
    def wants(self) -> str:
        """What a valid value looks like, in words."""
        return presenting.said(presenting.EXPECTED.get(self.kind, ""))


@dataclass(frozen=True, slots=True)
class LineView:
    """A service line: its parts and where it goes."""

    position: int
    code: FieldView
    modifiers: FieldView
    quantity: FieldView
    description: FieldView
    route: RouteRecord | None

    @property
    def parts(self) -> tuple[FieldView, ...]:
        """The parts, in the order of the columns."""
        return (self.code, self.modifiers, self.quantity, self.description)


@dataclass(frozen=True, slots=True)
class PointView:
    """Something a clerk must settle that is no value: a page, a missing line, a page count."""

    field: str
    label: str
    message: str
    page: int | None


@dataclass(frozen=True, slots=True)
class PageView:
    """A page of the request as a thumbnail."""

    number: int
    pk: int
    kind: str
    has_image: bool
    problem: str
    doubts: int
    turned: int = 0
    set_aside: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything the panel of a request shows."""

    checks: tuple[FieldView, ...]
    sections: tuple[tuple[str, tuple[FieldView, ...]], ...]
    lines: tuple[LineView, ...]
    diagnoses: tuple[FieldView, ...]
    open_points: tuple[PointView, ...]
    provider_gaps: tuple[GapRecord, ...]
    pages: tuple[PageView, ...]
    route: RouteRecord | None

    @property
    def to_settle(self) -> int:
        """How many things a clerk should look at."""
        return len(self.checks) + len(self.open_points)

    def view(self, target: str) -> FieldView | None:
        """Give the value that a target names, if the request has it."""
        parts = (part for line in self.lines for part in line.parts)
        fields = (field for _, fields in self.sections for field in fields)
        return next((view for view in (*parts, *self.diagnoses, *fields) if view.target == target), None)


def build_sheet(
    *,
    fields: Sequence[FieldRecord],
    lines: Sequence[LineRecord],
    diagnoses: Sequence[Diagnosis],
    gaps: Sequence[GapRecord],
    routes: Mapping[int | None, RouteRecord],
    pages: Sequence[Place],
    waiting: bool = True,
) -> Sheet:
    """Arrange a request's records for its page; ``routes`` is keyed by the line's row id (``None``: the whole).

    Doubts that keep nothing from going out are to be checked only while the request is ``waiting``
    for a person; afterwards they stand, marked, among the other values.
    """
    why = _reasons(gaps)
    plain = {record.name: _field_view(record, why) for record in fields}
    line_views = tuple(_line_view(line, why, routes.get(line.pk)) for line in lines)
    diagnosis_views = tuple(_diagnosis_view(record, why) for record in diagnoses)
    everything = [*plain.values(), *(part for line in line_views for part in line.parts), *diagnosis_views]
    doubtful = (view for view in everything if view.why or (waiting and view.doubtful))
    checks = sorted(doubtful, key=lambda view: not view.why)
    targets = {view.target for view in everything}
    sections = tuple(
        (
            presenting.said(heading),
            tuple(plain[name] for name in FIELD_KINDS if name.startswith(prefix) and name in plain),
        )
        for heading, prefix in SECTIONS
    )
    clerk = [gap for gap in gaps if gap.audience == Audience.CLERK]
    return Sheet(
        checks=tuple(checks),
        sections=tuple((heading, views) for heading, views in sections if views),
        lines=line_views,
        diagnoses=diagnosis_views,
        open_points=tuple(_point_view(gap) for gap in clerk if _target_of(gap.field) not in targets),
        provider_gaps=tuple(gap for gap in gaps if gap.audience == Audience.PROVIDER),
        pages=tuple(_page_view(place, checks) for place in pages),
        route=routes.get(None),
    )


def _reasons(gaps: Iterable[GapRecord]) -> dict[str, tuple[str, ...]]:
    """Give, for each target, what its clerk gaps say."""
    found: dict[str, tuple[str, ...]] = {}
    for gap in gaps:
        if gap.audience == Audience.CLERK:
            target = _target_of(gap.field)
            found[target] = (*found.get(target, ()), gap.message)
    return found


def _target_of(field: str) -> str:
    """Give the value on the page that a gap speaks of: modifiers are shown as one."""
    return re.sub(r"\.modifiers\[\d+\]$", ".modifiers", field)


def _point_view(gap: GapRecord) -> PointView:
    page = re.fullmatch(r"page\[(\d+)\]", gap.field)
    return PointView(gap.field, gap.label or field_label(gap.field), gap.message, int(page.group(1)) if page else None)


def _view(
    target: str,
    value: FieldValue,
    *,
    human: bool,
    changed_by: str,
    why: Mapping[str, tuple[str, ...]],
) -> FieldView:
    kind = presenting.kind_of(target)
    reasons = why.get(target, ())
    in_review = value.status is FieldStatus.REVIEW and not human
    text = value.value if value.value is not None else (value.best if in_review else None)
    shown = presenting.shown(kind, text) or (
        value.raw or "" if in_review or value.status is FieldStatus.INVALID else ""
    )
    return FieldView(
        target=target,
        label=presenting.label_of(target),
        short=presenting.short_label(target),
        kind=kind,
        shown=shown,
        raw=value.raw or "",
        percent=min(99, _percent(value.confidence)) if in_review else _percent(value.confidence),
        status=value.status.value,
        page=value.page,
        box=",".join(f"{edge:.4f}" for edge in value.box.to_json()) if value.box else "",
        human=human,
        changed_by=changed_by,
        why=reasons,
        doubtful=in_review or bool(reasons),
        candidates=_choices(target, kind, value),
        options=tuple((value, presenting.said(words)) for value, words in presenting.CHOICES.get(target, ())),
        placeholder=presenting.said(presenting.PLACEHOLDERS.get(kind, "")),
        origin=_origin(value, human=human, changed_by=changed_by),
    )


def _percent(confidence: float) -> int:
    return 100 if confidence >= _CERTAIN else round(confidence * 100)


def _origin(value: FieldValue, *, human: bool, changed_by: str) -> str:
    """Give the word beside a value: who vouches for it."""
    if human:
        return changed_by or _("clerk")
    if value.status is FieldStatus.REVIEW:
        return _("check")
    if value.value is None:
        return ""
    return f"p. {value.page}" if value.page else value.source.value.replace("_", " ")


def _choices(target: str, kind: FieldKind, value: FieldValue) -> tuple[Choice, ...]:
    offered = sorted(value.candidates, key=lambda c: -c.confidence)[:_OFFERED]
    return tuple(
        Choice(
            number=number,
            value=candidate.value,
            shown=presenting.shown_for(target, candidate.value) or presenting.shown(kind, candidate.value),
            percent=_percent(candidate.confidence),
            why=candidate.why,
        )
        for number, candidate in enumerate(offered, start=1)
    )


def _field_view(record: FieldRecord, why: Mapping[str, tuple[str, ...]]) -> FieldView:
    value = FieldValue.from_json(
        {
            "value": record.value,
            "raw": record.raw,
            "confidence": record.confidence,
            "status": record.status,
            "page": record.page_number,
            "box": record.box,
            "source": record.source,
            "candidates": record.candidates,
            "label": record.label or None,
        }
    )
    return _view(record.name, value, human=record.human, changed_by=record.changed_by, why=why)


def _line_view(line: LineRecord, why: Mapping[str, tuple[str, ...]], route: RouteRecord | None) -> LineView:
    def part(name: str) -> FieldView:
        value = FieldValue.from_json(line.parts[name])
        return _view(f"line[{line.position}].{name}", value, human=name in line.human, changed_by="", why=why)

    modifiers = [FieldValue.from_json(modifier) for modifier in line.parts["modifiers"]]
    return LineView(
        position=line.position,
        code=part("code"),
        modifiers=_view(
            f"line[{line.position}].modifiers",
            _together(modifiers),
            human="modifiers" in line.human,
            changed_by="",
            why=why,
        ),
        quantity=part("quantity"),
        description=part("description"),
        route=route,
    )


def _together(modifiers: Sequence[FieldValue]) -> FieldValue:
    """Show a line's modifiers as one value: as doubtful as the most doubtful of them."""
    if not modifiers:
        return FieldValue.missing()
    weakest = min(modifiers, key=lambda value: (value.is_accepted, value.confidence))
    text = " ".join(value.best or value.raw or "" for value in modifiers).strip()
    return FieldValue(
        text or None, text or None, weakest.confidence, weakest.status, weakest.page, weakest.box, weakest.source
    )


def _diagnosis_view(record: Diagnosis, why: Mapping[str, tuple[str, ...]]) -> FieldView:
    value = FieldValue.from_json(record.value)
    return _view(f"diagnosis[{record.position}]", value, human=record.human, changed_by="", why=why)


def _page_view(place: Place, checks: Iterable[FieldView]) -> PageView:
    page = place.page
    return PageView(
        number=place.number,
        pk=page.pk,
        kind=presenting.page_words(page.kind),
        has_image=bool(page.upright or page.image),
        problem=page.problem_message,
        doubts=sum(1 for view in checks if view.page == place.number),
        turned=page.turned,
        set_aside=place.set_aside,
    )


_ROUTES = Prepared(lambda request: RouteRecord.objects.filter(request=request), int)
_FIELDS = Prepared(lambda request: FieldRecord.objects.filter(request=request), int)
_LINES = Prepared(lambda request: LineRecord.objects.filter(request=request), int)
_DIAGNOSES = Prepared(lambda request: Diagnosis.objects.filter(request=request), int)
_GAPS = Prepared(lambda request: GapRecord.objects.filter(request=request), int)


def load_sheet(request: Request) -> Sheet:
    """Read a request's rows and arrange them: seven queries, however long the request is."""
    routes = {route.line_id: route for route in _ROUTES.models(request.pk)}
    return build_sheet(
        fields=_FIELDS.models(request.pk),
        lines=_LINES.models(request.pk),
        diagnoses=_DIAGNOSES.models(request.pk),
        gaps=_GAPS.models(request.pk),
        routes=routes,
        pages=places_of(request),
        waiting=request.state in WAITING_STATES,
    )


def field_label(name: str) -> str:
    """Give the label of a gap's field."""
    return presenting.label_of(name)
