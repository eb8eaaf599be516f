"""A request as it stood: everything that moving pages can change, as one JSON value, and back again."""

import datetime as dt
from typing import Any

from desk.cases.places import Place, places_of, write_places
from desk.cases.values import field_value, fill_field, fill_line
from desk.lifecycle import RequestState
from desk.records.models import Diagnosis, FieldRecord, LineRecord, Page, Request
from terms.requests import Line
from terms.values import FieldValue

Snapshot = dict[str, Any]


def take(request: Request) -> Snapshot:
    """Give a locked request's pages, values and place in its life as plain JSON values."""
    return {
        "state": request.state,
        "facts": request.facts,
        "read_values": request.read_values,
        "received_at": request.received_at.isoformat(),
        "merged_into": request.merged_into_id,
        "places": [[place.page.pk, place.number, place.set_aside, place.page.turned] for place in places_of(request)],
        "fields": [
            [row.name, row.position, field_value(row).to_record(), row.human, row.changed_by, _moment(row.changed_at)]
            for row in request.fields.all()
        ],
        "lines": [[row.parts, row.human] for row in request.lines.all()],
        "diagnoses": [[row.value, row.human] for row in request.diagnoses.all()],
    }


def put_back(request: Request, snapshot: Snapshot) -> None:
    """Give a locked request the pages and values of a snapshot; what people have set since then stays.

    A field that a person set after the snapshot keeps its value. Lines and diagnoses are those of
    the snapshot. Saves pages, rows and facts; moves no state and decides nothing.
    """
    kept = {row.name: row for row in request.fields.filter(human=True) if _is_newer(row, snapshot)}
    _put_pages(request, snapshot)
    request.facts = snapshot["facts"]
    request.read_values = snapshot["read_values"]
    request.received_at = dt.datetime.fromisoformat(snapshot["received_at"])
    request.merged_into_id = snapshot["merged_into"]
    request.fields.exclude(name__in=kept).delete()
    rows = []
    for name, position, value, human, changed_by, changed_at in snapshot["fields"]:
        if name in kept:
            continue
        row = FieldRecord(request=request, name=name, position=position, human=human, changed_by=changed_by)
        row.changed_at = dt.datetime.fromisoformat(changed_at) if changed_at else None
        fill_field(row, FieldValue.from_json(value))
        rows.append(row)
    FieldRecord.objects.bulk_create(rows)
    write_lines(request, [(Line.from_record(parts), human) for parts, human in snapshot["lines"]])
    write_diagnoses(request, [(FieldValue.from_json(value), human) for value, human in snapshot["diagnoses"]])


def state_of(snapshot: Snapshot) -> RequestState:
    """Give the state that a snapshot holds."""
    return RequestState(snapshot["state"])


def write_lines(request: Request, lines: list[tuple[Line, list[str]]]) -> None:
    """Replace a request's lines; each comes with the parts that a person set."""
    request.lines.all().delete()
    rows = []
    for position, (line, human) in enumerate(lines):
        row = LineRecord(request=request, position=position, human=human)
        fill_line(row, line)
        rows.append(row)
    LineRecord.objects.bulk_create(rows)


def write_diagnoses(request: Request, diagnoses: list[tuple[FieldValue, bool]]) -> None:
    """Replace a request's diagnoses; each says whether a person set it."""
    request.diagnoses.all().delete()
    Diagnosis.objects.bulk_create(
        Diagnosis(
            request=request, position=position, code=(value.value or "")[:12], value=value.to_record(), human=human
        )
        for position, (value, human) in enumerate(diagnoses)
    )


def _put_pages(request: Request, snapshot: Snapshot) -> None:
    pages = Page.objects.in_bulk([page for page, *_ in snapshot["places"]])
    places = []
    for pk, number, set_aside, turned in snapshot["places"]:
        page = pages[pk]
        if page.turned != turned:
            page.turned = turned
            page.save(update_fields=["turned"])
        places.append(Place(page, number, set_aside))
    write_places(request, places)


def _is_newer(row: FieldRecord, snapshot: Snapshot) -> bool:
    then = {name: changed_at for name, _, _, _, _, changed_at in snapshot["fields"]}
    return row.changed_at is not None and _moment(row.changed_at) != then.get(row.name)


def _moment(value: dt.datetime | None) -> str | None:
    return value.isoformat() if value else None
