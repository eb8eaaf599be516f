"""All fields, lines, diagnoses and facts of one laid-out page."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from extract.boxes.choices import read_choices, ticked_rows, typed_type
from extract.boxes.yes_no import urgent_answer
from extract.facts import page_facts
from extract.fields.collect import Collected, collect
from extract.fields.doubtful import look_again
from extract.fields.roles import assign_roles, doubtful_roles, is_ruled_form
from extract.fields.shapes import fits
from extract.fields.unsettled import (
    Rest,
    all_values,
    asked_by,
    explained_words,
    has_rival,
    rests_of,
    unclaimed_diagnoses,
    unlabelled_birth_date,
    unread_diagnosis,
    unsettled_fields,
)
from extract.fields.values import Picture, Sight
from extract.fields.zones import Zone, find_zones
from extract.forms.recognise import recognise
from extract.handwriting.doubt import parts_of, written_by_hand
from extract.handwriting.signature import is_signed
from extract.labels.find import find_labels, merged
from extract.labels.label import Label, Labels
from extract.layout import Sheet, around
from extract.letters.prose import read_prose
from extract.letters.stamp import stamped_type
from extract.page.upright import UprightPage
from extract.tables.grid import COLUMNS, Table, find_tables
from extract.tables.services import from_table, from_zones, listed_damaged, listed_freely
from ingest.pages import PageSource
from terms.requests import Line
from terms.values import FieldStatus, FieldValue


@dataclass(frozen=True, slots=True)
class SheetReading:
    """What :func:`read_sheet` gives: the parts of a page reading that stand on the sheet."""

    fields: dict[str, FieldValue] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    diagnoses: tuple[FieldValue, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)
    form: str | None = None


def read_sheet(sight: Sight, page: UprightPage | None, source: PageSource) -> SheetReading:
    """Read a laid-out page; ``page`` is its picture, None for a mail."""
    sheet = sight.sheet
    found = find_labels(sheet)
    tables = _real_tables(sight, find_tables(sheet, found.labels, found.headings), found)
    in_tables = {id(label) for table in tables for label in table.labels}
    table_words = frozenset(word for table in tables for word in table.words)
    # what stands in a table's rows is value, never label
    free = [x for x in found.labels if id(x) not in in_tables and not _words_of(x, sight) <= table_words]
    labels = merged(free, sheet)
    zones = [z for z in find_zones(sheet, labels, found.headings) if not z.words & table_words]
    roles = assign_roles(sheet, labels, found.headings)
    role_of = {id(label): role for label, role in zip(labels, roles, strict=True)}
    groups, single = _grouped([_ticked_only(zone, sight, page, source) for zone in zones])
    doubted = {id(labels[i]) for i in doubtful_roles(sheet, labels, found.headings, roles)}
    unsure = frozenset(i for i, z in enumerate(single) if id(z.label) in doubted)
    out = collect(sight, single, {i: role_of[id(z.label)] for i, z in enumerate(single)}, unsure)
    choices = read_choices(sight, page, source)
    asks = any(x.concept in {"code", "description"} for x in found.labels)
    lines, diagnoses = _services(sight, tables, groups, out, asks=asks)
    labelled = set(out.fields)
    read_prose(sight, out, found)
    if is_ruled_form(sheet):  # there is no prose in a table: its labels were not read
        out.fields |= {name: value.doubted() for name, value in out.fields.items() if name not in labelled}
    look_again(sight, out, found, labels)
    diagnoses = out.diagnoses
    for name, value in choices.fields.items():
        out.put(name, value)
    if "request.type" not in out.fields:
        said = _type_elsewhere(sight, page, source, out)
        if said is not None:
            out.put("request.type", said)
    facts = out.facts | choices.facts
    facts |= page_facts(sheet, found, choices.words)
    owned = [(z, role_of[id(z.label)]) for z in zones]
    rests = _unexplained(sheet, found, owned, out, lines, options=choices.words)
    asked = asked_by(owned, found.labels)
    if "member.date_of_birth" not in out.fields.keys() | asked.keys():
        born = unlabelled_birth_date(sight, rests)
        if born is not None:
            out.fields["member.date_of_birth"] = born
    npi = out.fields.get("ordering_provider.npi")
    if npi is not None and npi.is_accepted and has_rival(npi, rests):
        out.fields["ordering_provider.npi"] = npi.doubted()
    if lost := unsettled_fields(sheet, out.fields, rests, asked, sight.latest):
        facts["unsettled"] = ",".join(lost)
    diagnoses = [*diagnoses, *unclaimed_diagnoses(sight, rests, asked.get("diagnosis", ()), diagnoses)]
    if not diagnoses:
        blank = unread_diagnosis(sheet, out.diagnosis_label, rests, asked.get("diagnosis", ()))
        diagnoses = [blank] if blank is not None else []
    reading = SheetReading(out.fields, tuple(lines), tuple(diagnoses), facts, recognise(sheet, facts))
    return reading if page is None or not isinstance(sight, Picture) else _by_hand(reading, page, zones, sheet.size)


def _type_elsewhere(sight: Sight, page: UprightPage | None, source: PageSource, out: Collected) -> FieldValue | None:
    """The type of request where no group of boxes has it: an answered question, words at its label, a stamp."""
    return urgent_answer(sight, page, source) or typed_type(sight, out.types, page) or stamped_type(sight, out.types)


def _unexplained(
    sheet: Sheet,
    found: Labels,
    zones: Sequence[tuple[Zone, str | None]],
    out: Collected,
    lines: Sequence[Line],
    *,
    options: frozenset[int],
) -> list[Rest]:
    """Words of the page that nothing explains (see :mod:`extract.fields.unsettled`)."""
    values = all_values(out.fields, lines, out.diagnoses)
    explained = options | explained_words(sheet, found.labels, found.headings, zones, values)
    return rests_of(sheet, explained, found.headings)


def _by_hand(reading: SheetReading, page: UprightPage, zones: Sequence[Zone], size: float) -> SheetReading:
    """The reading with what a hand wrote left to a person, and whether somebody signed."""
    reading = without_hands(reading, page)
    places = [zone.area for zone in zones if zone.label.concept == "signature"]
    if not places:
        return reading
    signed = "yes" if any(is_signed(page, place, size) for place in places) else "no"
    return replace(reading, facts=reading.facts | {"signature": signed})


def without_hands(reading: SheetReading, page: UprightPage) -> SheetReading:
    """The reading with values that a hand wrote on ``page`` (its picture) left to a person."""
    hands = written_by_hand(page, parts_of(reading.fields, reading.lines, reading.diagnoses))
    if not hands.any:
        return reading
    return replace(
        reading,
        fields={name: hands.doubted(value) for name, value in reading.fields.items()},
        lines=tuple(hands.doubted_line(line) for line in reading.lines),
        diagnoses=tuple(hands.doubted(value) for value in reading.diagnoses),
        facts=reading.facts | {"handwriting": "yes"},
    )


def _ticked_only(zone: Zone, sight: Sight, page: UprightPage | None, source: PageSource) -> Zone:
    """Of a place-of-service zone with check boxes keep the ticked options only."""
    if zone.label.concept != "place" or not zone.rows:
        return zone
    rows = ticked_rows(sight.sheet, zone.rows, page, source)
    if rows is None:
        return zone
    area = around(t.area for row in rows for t in row) if rows else zone.area
    return replace(zone, rows=tuple(rows), area=area) if rows else replace(zone, rows=())


def _words_of(label: Label, sight: Sight) -> frozenset[int]:
    return frozenset(t.word for t in sight.sheet.lines[label.line].tokens[label.first : label.past])


def _real_tables(sight: Sight, tables: list[Table], found: Labels) -> list[Table]:
    """Leave out header rows whose values stand above them or beside them, as the page's other labels do."""
    if not tables:
        return tables
    zones = find_zones(sight.sheet, merged(found.labels, sight.sheet), found.headings)
    sides = [z.side for z in zones if z.rows and z.label.concept not in COLUMNS]
    above = sum(side == "above" for side in sides)
    return [t for t in tables if _codes_below_only(sight, t)] if above > len(sides) / 2 else tables


def _codes_below_only(sight: Sight, table: Table) -> bool:
    """Codes stand below a table's header and none right above it: it heads what is below, whatever else a page does."""
    place = table.column("code")
    if place is None:
        return False
    column, number = table.columns[place], table.labels[0].line
    over = sight.sheet.lines[number - 1].tokens if number else ()
    taken = any(fits("code", t.text) for t in over if column.left < t.area.centre < column.right)
    return not taken and any(fits("code", row.text(place)) for row in table.rows)


def _grouped(zones: Sequence[Zone]) -> tuple[list[list[Zone]], list[Zone]]:
    """Zones of service lines, those of one printed line together, and all others.

    A line that asks for no more than "quantity" lists services; its words are not labels.
    """
    parts = {"code", "modifier", "quantity", "unit", "description"}
    groups: dict[int, list[Zone]] = {}
    single: list[Zone] = []
    for zone in zones:
        if zone.label.concept in parts:
            groups.setdefault(zone.label.line, []).append(zone)
        else:
            single.append(zone)
    asking = [g for _, g in sorted(groups.items()) if any({"code", "description"} & set(z.label.concepts) for z in g)]
    return asking, single


def _services(
    sight: Sight, tables: Sequence[Table], groups: Sequence[Sequence[Zone]], out: Collected, *, asks: bool
) -> tuple[list[Line], list[FieldValue]]:
    """Service lines and diagnoses; ``asks`` says that a label of the page asks for services."""
    taken = set(out.words)
    lines: list[Line] = []
    more: list[FieldValue] = []
    for found in [*(from_table(sight, table) for table in tables), from_zones(sight, groups)]:
        lines.extend(found.lines)
        more.extend(found.diagnoses)
        taken |= found.words
    free = listed_freely(sight, sight.sheet.lines, frozenset(taken))
    lines.extend(free.lines)
    settled = frozenset(out.words | free.words | {w for table in tables for w in table.words})
    lines.extend(listed_damaged(sight, lines, settled, asks=asks))
    known = {v.value for v in out.diagnoses if v.value}
    for value in more:
        if value.value is None or value.value not in known:
            known |= {value.value} if value.value else set()
            out.diagnoses.append(value)
    return _distinct(lines), out.diagnoses


def _distinct(lines: list[Line]) -> list[Line]:
    """Drop a line that says again what an earlier one said (a code in the table and in the text below it)."""
    kept: list[Line] = []
    for line in lines:
        same = next((i for i, x in enumerate(kept) if line.code.value and x.code.value == line.code.value), None)
        if same is None:
            kept.append(line)
            continue
        old = kept[same]
        bare = line.quantity.status is FieldStatus.MISSING and not line.modifiers
        if bare or (old.quantity.value == line.quantity.value and not line.modifiers):
            continue
        if old.quantity.status is FieldStatus.MISSING and not old.modifiers:
            kept[same] = replace(line, description=old.description if old.description.value else line.description)
            continue
        if old.quantity.value == line.quantity.value and old.description.value == line.description.value:
            continue
        kept.append(line)
    return kept
