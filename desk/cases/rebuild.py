"""A request's values anew from the pages it has now; what people said goes where its page goes."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from classify.assemble import assemble_together
from desk.cases.places import Place, numbered
from desk.cases.snapshot import write_diagnoses, write_lines
from desk.cases.values import WORD, field_value, fill_field
from desk.records.models import FieldRecord, Page, Request
from extract.reading import PageReading
from terms.names import FIELD_KINDS, PageKind
from terms.requests import Line
from terms.values import FieldValue

_ORDER = {name: place for place, name in enumerate(FIELD_KINDS)}
_REMOVED = re.compile(r"(line|diagnosis)\[\d+\]")


_Row = tuple[FieldValue, bool, str, dt.datetime | None]
"""A field's value, whether a person set it, who and when."""


@dataclass(frozen=True, slots=True)
class Said:
    """What people said of a request: values they set, by the page (row id) they stand on; ``None`` for no page."""

    fields: tuple[tuple[str, FieldValue, int | None, FieldRecord], ...]
    lines: tuple[tuple[Line, list[str], int | None], ...]
    diagnoses: tuple[tuple[FieldValue, int | None], ...]
    removed: tuple[FieldValue, ...]
    facts: Mapping[str, str]


def said_of(request: Request, places: Sequence[Place]) -> Said:
    """Give what people said of a request whose pages stand at ``places``."""
    at = {place.number: place.page.pk for place in places}

    def page_of(value: FieldValue) -> int | None:
        return at.get(value.page) if value.page is not None else None

    fields = [(row.name, field_value(row), row) for row in request.fields.filter(human=True)]
    lines = [(Line.from_record(row.parts), list(row.human)) for row in request.lines.all() if row.human]
    diagnoses = [FieldValue.from_json(row.value) for row in request.diagnoses.filter(human=True)]
    return Said(
        fields=tuple((name, value, page_of(value), row) for name, value, row in fields),
        lines=tuple((line, human, page_of(line.code)) for line, human in lines),
        diagnoses=tuple((value, page_of(value)) for value in diagnoses),
        removed=tuple(_removed(request)),
        facts={name: fact for name, fact in request.facts.items() if name.startswith("confirmed.") or name == WORD},
    )


def _removed(request: Request) -> list[FieldValue]:
    """The codes and diagnoses that people took out, as they were read."""
    found = []
    for correction in request.corrections.filter(after=None):
        before = correction.before
        if not _REMOVED.fullmatch(correction.target) or not isinstance(before, dict):
            continue
        found.append(FieldValue.from_json(before.get("code", before)))
    return found


def rebuild(request: Request, places: Sequence[Place], said: Sequence[tuple[Said, bool]]) -> None:
    """Write a locked request's values from its pages at ``places`` and from what people said.

    Each of ``said`` comes with whether it is this request's own: then what stands on no page stays
    with it too; of another's only what stands on a page that is here now. The request's own word
    comes first. Saves rows and facts, decides nothing.
    """
    here = {place.page.pk: place.number for place in places if not place.set_aside}
    values = assemble_together(*_readings(places))
    fields: dict[str, _Row] = {name: (value, False, "", None) for name, value in values.fields.items()}
    lines: list[tuple[Line, list[str]]] = [(line, []) for line in values.lines]
    diagnoses: list[tuple[FieldValue, bool]] = [(value, False) for value in values.diagnoses]
    facts = dict(values.facts)
    for person, own in sorted(said, key=lambda each: each[1]):
        for name, value, page, row in person.fields:
            if placed := _moved(value, page, here, own=own):
                fields[name] = (placed, True, row.changed_by, row.changed_at)
        lines = [(line, human) for line, human in lines if human or not _is_among(line.code, person.removed)]
        diagnoses = [(value, human) for value, human in diagnoses if human or not _is_among(value, person.removed)]
        for line, human, page in person.lines:
            if placed_code := _moved(line.code, page, here, own=own):
                lines = _with_line(lines, replace(line, code=placed_code), human)
        for value, page in person.diagnoses:
            if placed := _moved(value, page, here, own=own):
                diagnoses = _with_diagnosis(diagnoses, placed)
        if own:
            facts |= person.facts
    _write_fields(request, fields)
    write_lines(request, lines)
    write_diagnoses(request, diagnoses)
    request.facts = facts
    request.read_values = values.to_record()


def _readings(places: Sequence[Place]) -> tuple[list[PageReading], dict[int, PageKind]]:
    stored = dict(Page.objects.filter(pk__in=[p.page.pk for p in places]).values_list("pk", "reading"))
    readings, kinds = [], {}
    for place in places:
        record = stored[place.page.pk]
        if not place.set_aside and record:
            readings.append(numbered(PageReading.from_record(record), place.number))
            kinds[place.number] = PageKind(place.page.kind)
    return readings, kinds


def _moved(value: FieldValue, page: int | None, here: Mapping[int, int], *, own: bool) -> FieldValue | None:
    """The value under its page's number here; ``None`` when it does not belong here."""
    if page is None:
        return replace(value, page=None, box=None) if own else None
    return value.on_page(here[page]) if page in here else None


def _same_place(one: FieldValue, other: FieldValue) -> bool:
    """Whether two values were read at the same place, or, without one, read alike."""
    if one.box is not None and other.box is not None:
        return one.page == other.page and one.box.to_json() == other.box.to_json()
    return bool(one.raw) and one.raw == other.raw


def _is_among(value: FieldValue, others: Sequence[FieldValue]) -> bool:
    return any(_same_place(value, other) for other in others)


def _with_line(lines: list[tuple[Line, list[str]]], line: Line, human: list[str]) -> list[tuple[Line, list[str]]]:
    """Put a line that a person changed in the place of the one it was read as, else after the others."""
    for at, (read, _) in enumerate(lines):
        if _same_place(read.code, line.code) or (read.code.value and read.code.value == line.code.value):
            return [*lines[:at], (line, human), *lines[at + 1 :]]
    return [*lines, (line, human)]


def _with_diagnosis(diagnoses: list[tuple[FieldValue, bool]], value: FieldValue) -> list[tuple[FieldValue, bool]]:
    for at, (read, _) in enumerate(diagnoses):
        if _same_place(read, value) or (read.value and read.value == value.value):
            return [*diagnoses[:at], (value, True), *diagnoses[at + 1 :]]
    return [*diagnoses, (value, True)]


def _write_fields(request: Request, fields: Mapping[str, _Row]) -> None:
    request.fields.all().delete()
    rows = []
    for name, (value, human, changed_by, changed_at) in fields.items():
        row = FieldRecord(request=request, name=name, position=_ORDER.get(name, len(_ORDER)), human=human)
        row.changed_by, row.changed_at = changed_by, changed_at
        fill_field(row, value)
        rows.append(row)
    FieldRecord.objects.bulk_create(rows)
