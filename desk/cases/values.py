"""A request's values: from the library's types to rows and back."""

from desk.cases.places import places_of
from desk.records.models import Diagnosis, FieldRecord, LineRecord, Request
from terms.geometry import Box
from terms.names import FIELD_KINDS
from terms.requests import Line, RequestValues
from terms.values import Candidate, FieldStatus, FieldValue, Source

RECORDS_ONLY = "records_only"
"""The fact of papers that ask for nothing by themselves (see :mod:`classify.assemble`)."""

WORD = "word.provider"
"""The fact that holds a clerk's own words to the provider; an information request prints them."""

_ORDER = {name: place for place, name in enumerate(FIELD_KINDS)}


def values_of(request: Request) -> RequestValues:
    """Give what a request says now, human values included: the input of classify's decision."""
    return RequestValues(
        pages=tuple(sorted(place.number for place in places_of(request) if not place.set_aside)),
        fields={row.name: field_value(row) for row in request.fields.all()},
        lines=tuple(Line.from_record(row.parts) for row in request.lines.all()),
        diagnoses=tuple(FieldValue.from_json(row.value) for row in request.diagnoses.all()),
        facts={str(key): str(value) for key, value in request.facts.items()} | _confirmed(request),
    )


def _confirmed(request: Request) -> dict[str, str]:
    """The fact ``confirmed.<name>`` for each value that a person gave or let stand (classify/assemble.py)."""
    names = [row.name for row in request.fields.all() if row.human]
    for line in request.lines.all():
        names += [f"line[{line.position}].{part}" for part in line.human]
    names += [f"diagnosis[{row.position}]" for row in request.diagnoses.all() if row.human]
    return {f"confirmed.{name}": "yes" for name in names}


def field_value(row: FieldRecord) -> FieldValue:
    """Give the value that a row holds."""
    return FieldValue(
        value=row.value,
        raw=row.raw,
        confidence=row.confidence,
        status=FieldStatus(row.status),
        page=row.page_number,
        box=Box.from_json(row.box) if row.box else None,
        source=Source(row.source),
        candidates=tuple(Candidate.from_json(c) for c in row.candidates),
        label=row.label or None,
    )


def fill_field(row: FieldRecord, value: FieldValue) -> None:
    """Put a value into a row (not yet saved)."""
    row.value, row.raw = value.value, value.raw
    row.confidence, row.status = value.confidence, value.status.value
    row.page_number = value.page
    row.box = value.box.to_json() if value.box else None
    row.source = value.source.value
    row.candidates = [c.to_json() for c in value.candidates]
    row.label = (value.label or "")[:200]


def fill_line(row: LineRecord, line: Line) -> None:
    """Put a line into a row (not yet saved)."""
    row.parts = line.to_record()
    row.code = (line.code.value or "")[:12]
    row.description = line.description.value or line.description.raw or ""
    row.quantity = (line.quantity.value or "")[:12]
    row.modifiers = " ".join(m.value for m in line.modifiers if m.value)[:40]


def write_values(request: Request, values: RequestValues) -> None:
    """Make the rows of a request that has none yet."""
    fields = []
    for name, value in values.fields.items():
        row = FieldRecord(request=request, name=name, position=_ORDER.get(name, len(_ORDER)))
        fill_field(row, value)
        fields.append(row)
    FieldRecord.objects.bulk_create(fields)
    lines = []
    for position, line in enumerate(values.lines):
        line_row = LineRecord(request=request, position=position)
        fill_line(line_row, line)
        lines.append(line_row)
    LineRecord.objects.bulk_create(lines)
    Diagnosis.objects.bulk_create(
        Diagnosis(request=request, position=position, code=(value.value or "")[:12], value=value.to_record())
        for position, value in enumerate(values.diagnoses)
    )


def rewrite_values(request: Request, values: RequestValues) -> None:
    """Make a request's rows say ``values``; a value that stays the same stays a person's, one that changes is not.

    Lines and diagnoses keep their places; more of them come after those that are there.
    """
    known = {row.name: row for row in request.fields.all()}
    for name, value in values.fields.items():
        row = known.get(name) or FieldRecord(request=request, name=name, position=_ORDER.get(name, len(_ORDER)))
        if row.pk is None or field_value(row) != value:
            fill_field(row, value)
            row.human, row.changed_by = False, ""
            row.save()
    lines = {row.position: row for row in request.lines.all()}
    for position, line in enumerate(values.lines):
        line_row = lines.get(position) or LineRecord(request=request, position=position, parts={})
        parts = line.to_record()
        line_row.human = [part for part in line_row.human if line_row.parts.get(part) == parts[part]]
        fill_line(line_row, line)
        line_row.save()
    diagnoses = {row.position: row for row in request.diagnoses.all()}
    for position, value in enumerate(values.diagnoses):
        diagnosis = diagnoses.get(position) or Diagnosis(request=request, position=position, value={})
        diagnosis.human = diagnosis.human and diagnosis.value == value.to_record()
        diagnosis.value, diagnosis.code = value.to_record(), (value.value or "")[:12]
        diagnosis.save()


def copy_for_search(request: Request, values: RequestValues) -> None:
    """Repeat member, provider, phones and codes in the request's own columns (not yet saved)."""

    def text(name: str, length: int) -> str:
        found = values.fields.get(name)
        return ((found.value or found.raw or "") if found else "")[:length]

    request.member_last_name = text("member.last_name", 120)
    request.member_first_name = text("member.first_name", 120)
    request.member_id = text("member.id", 20)
    request.member_date_of_birth = (values.value("member.date_of_birth") or "")[:10]
    request.provider_name = text("ordering_provider.name", 200)
    request.provider_npi = (values.value("ordering_provider.npi") or "")[:10]
    phones = [values.value(name) for name in ("member.phone", "ordering_provider.phone", "ordering_provider.fax")]
    request.phones = " ".join(phone for phone in phones if phone)[:200]
    codes = [line.code.value or line.code.raw or "" for line in values.lines]
    request.codes = " ".join(code for code in codes if code)[:400]
