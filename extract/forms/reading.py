"""Read a page that is a known form: its zones, tables and boxes stand where the definition says.

What somebody wrote is what is left when the blank's print is taken out. Each word of it goes to the
zone it stands in; a zone without any is blank. Words that stand in no zone are looked at by their
labels, as on an unknown page: a value found there for a field whose zone is blank goes to a person.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from extract.boxes.known_marks import read_checks
from extract.combs import find_combs
from extract.facts import page_facts
from extract.fields.collect import Collected, collect
from extract.fields.page import SheetReading, without_hands
from extract.fields.roles import assign_roles
from extract.fields.values import Picture
from extract.fields.zones import Zone, find_zones
from extract.forms.definition import ColumnOf, TableOf
from extract.forms.known import KnownPage
from extract.forms.slots import NOTHING, SIGNATURE, Slot, slots
from extract.forms.subtract import without_print
from extract.labels.find import find_labels, merged
from extract.labels.label import Label
from extract.layout import Area, Sheet, Token, around, lay_out
from extract.letters.prose import read_prose
from extract.page.upright import Rules, Stretch, UprightPage
from extract.page.words import Rough, read_words
from extract.readers.ppocr import ppocr
from extract.tables.grid import Column, Row, Table
from extract.tables.services import from_table, listed_freely
from terms.document import Word
from terms.geometry import Box
from terms.requests import Line
from terms.values import FieldStatus, FieldValue

_CONCEPTS = {"modifiers": "modifier"}
_NEAR = 0.55
"""How far outside a zone, in word heights, a word may stand and still be its value."""
_MOSTLY = 0.4
_WITHIN = 0.8
_SURE, _READ = 0.95, 0.6
"""Our own reader's mean confidence from which PP-OCRv6 does not read a line too, outside all zones and within one. Of
203 values where it was surer than the first, 98.5 % were right, of PP-OCRv6's 98.0 %, at a tenth of the cost."""
_WRITTEN_FACTS = ("plan.name", "reference")


@dataclass(frozen=True, slots=True)
class KnownReading:
    """What :func:`read_known` gives: the sheet's reading and every word on the page, printed ones first."""

    sheet: SheetReading
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """A page laid on its form: the written words in order, and which of them each place took."""

    known: KnownPage
    page: UprightPage
    written: Sheet
    taken: dict[int, str]


def read_known(known: KnownPage, page: UprightPage, received_on: dt.date, rules: Rules) -> KnownReading:
    """Read ``page`` as the known form it is; ``rules`` are its ruling lines without streaks."""
    bare = without_print(page, known.printed)
    checks = read_checks(known.page.checks, known.form.one_of, page, known.printed, known.area)
    # the place of a word decides, its value is read again: our own reader is enough where it is sure,
    # and what PP-OCRv6 reads is the value's own reading where both cut alike
    written_words = read_words(bare, reader=ppocr(), roughly=_roughly(known, checks.areas))
    printed_words = _printed_words(known, page)
    words = (*printed_words, *written_words)
    combs = find_combs(page.ink)
    written = lay_out(written_words, page.width, page.height, rules, combs)
    if not written.lines:
        written = replace(written, size=_usual_size(printed_words, page))
    ground = _Ground(known, bare, written, {})
    sight = Picture(written, bare, received_on)
    for i, word in enumerate(written_words):
        if any(_inside(written.area(word.box), area) for area in checks.areas):
            ground.taken[i] = "mark"
    tables = [_table(ground, table) for table in known.page.tables]
    zones, indexed, signed = _zones(ground)
    out = collect(sight, zones, indexed)
    lines: list[Line] = []
    for table in tables:
        found = from_table(sight, table)
        lines.extend(found.lines)
        _add(out, found.diagnoses)
    for name, value in checks.fields.items():
        out.put(name, value)
    facts = out.facts | checks.facts | signed | _facts(ground)
    diagnoses = out.diagnoses or ([out.diagnosis_label] if out.diagnosis_label is not None else [])
    reading = SheetReading(dict(out.fields), tuple(lines), tuple(diagnoses), facts, known.form.name)
    rest = [i for i in range(len(written_words)) if i not in ground.taken]
    if _says_something(rest, written_words):
        full = Picture(lay_out(words, page.width, page.height, rules, combs), bare, received_on)
        reading = _both(reading, _elsewhere(full, len(printed_words), frozenset(rest)))
    return KnownReading(without_hands(reading, bare), words)


def _roughly(known: KnownPage, marks: Sequence[Area]) -> Callable[[Stretch], Rough | None]:
    """Says how a stretch may be read before its zone is: not at all where it stands in a list of diagnoses.

    There the words say where one code ends and the next begins: of 21 such codes our own reader's words lost two.
    In a zone or a table's cell the words only say where the ink of the value stands, in ``marks`` not even that;
    outside they may be all that is read.
    """
    listed = [zone.box for zone in known.page.zones if zone.slot == "diagnosis"]
    homes = [(slots()[z.slot].kind, z.box) for z in known.page.zones if z.slot in slots() and z.slot != "diagnosis"]
    cells: list[Box] = []
    for table in known.page.tables:
        for column in table.columns:
            box = Box(column.left, table.rows[0][0], column.right, table.rows[-1][1])
            (listed if column.part == "diagnosis" else cells).append(box)
    lists = known.areas(listed)
    asked: list[tuple[Area, Rough]] = [(area, Rough(None, 0.0)) for area in marks]
    asked += [
        (area, Rough(kind, _READ))
        for (kind, _), area in zip(homes, known.areas([box for _, box in homes]), strict=True)
    ]
    asked += [(area, Rough(None, _READ)) for area in known.areas(cells)]

    def roughly(stretch: Stretch) -> Rough | None:
        place = Area(stretch.left, stretch.top, stretch.right, stretch.bottom)
        if sum(_share(place, area) for area in lists) > _MOSTLY:
            return None
        return next((rough for area, rough in asked if _share(place, area) > _WITHIN), Rough(None, _SURE))

    return roughly


def _printed_words(known: KnownPage, page: UprightPage) -> tuple[Word, ...]:
    """The blank's own words where they stand on the page."""
    found = []
    printed = known.page.words
    areas = known.areas([word.box for word in printed])
    for word, area in zip(printed, areas, strict=True):
        if area.right > 1 and area.bottom > 1 and area.left < page.width - 1 and area.top < page.height - 1:
            found.append(Word(word.text, page.box(area.left, area.top, area.right, area.bottom), word.confidence))
    return tuple(found)


def _usual_size(words: Sequence[Word], page: UprightPage) -> float:
    heights = sorted(w.box.height * page.height for w in words)
    return heights[len(heights) // 2] if heights else 24.0


def _zones(ground: _Ground) -> tuple[list[Zone], dict[int, str | None], dict[str, str]]:
    """Every zone with the words written in it; whose each is; and whether the form is signed."""
    known = slots()
    zones: list[Zone] = []
    whose: dict[int, str | None] = {}
    facts: dict[str, str] = {}
    places = ground.known.areas([zone.box for zone in ground.known.page.zones])
    homes = _homes(ground, places)
    for index, (zone, area) in enumerate(zip(ground.known.page.zones, places, strict=True)):
        rows = _rows(ground.written, homes.get(index, frozenset()))
        for word in homes.get(index, ()):
            ground.taken[word] = zone.name
        if zone.slot == SIGNATURE:
            facts["signature"] = "yes" if rows or _has_ink(ground, area) else "no"
        if zone.slot in {NOTHING, SIGNATURE}:
            continue
        slot = known[zone.slot]
        whole = around([area, *(t.area for row in rows for t in row)])
        whose[len(zones)] = slot.role
        zones.append(Zone(_label(slot, zone.label, area, len(zones)), "right", tuple(rows), whole))
    return zones, whose, facts


def _has_ink(ground: _Ground, area: Area) -> bool:
    """Say whether anything is written in an area, legible or not: more than a speck."""
    left, top = max(0, int(area.left)), max(0, int(area.top))
    inside = ground.page.text[top : max(top, int(area.bottom)), left : max(left, int(area.right))]
    return bool(inside.size and float(inside.sum()) > 0.6 * ground.written.size**2)


def _label(slot: Slot, text: str, area: Area, number: int) -> Label:
    return Label(
        concepts=(slot.concept,),
        role=slot.role,
        weak=False,
        text=text,
        area=area,
        line=number,
        first=0,
        past=0,
        colon=True,
        sure=1.0,
    )


def _homes(ground: _Ground, areas: Sequence[Area]) -> dict[int, frozenset[int]]:
    """Which written words stand in which zone: the one they lie in mostly, else the nearest at hand."""
    homes: dict[int, set[int]] = {}
    size = ground.written.size
    for i, word in enumerate(ground.written.words):
        if i in ground.taken:
            continue
        area = ground.written.area(word.box)
        shares = [_share(area, zone) for zone in areas]
        best = max(range(len(areas)), key=shares.__getitem__, default=None)
        if best is None:
            continue
        if shares[best] < _MOSTLY:
            grown = [_share(area, _grown(zone, _NEAR * size)) for zone in areas]
            best = max(range(len(areas)), key=grown.__getitem__)
            if grown[best] < 0.75:  # noqa: PLR2004  (nearly all of it)
                continue
        homes.setdefault(best, set()).add(i)
    return {index: frozenset(words) for index, words in homes.items()}


def _share(word: Area, zone: Area) -> float:
    wide = min(word.right, zone.right) - max(word.left, zone.left)
    high = min(word.bottom, zone.bottom) - max(word.top, zone.top)
    return max(0.0, wide) * max(0.0, high) / max(1.0, word.width * word.height)


def _grown(area: Area, by: float) -> Area:
    return Area(area.left - by, area.top - by, area.right + by, area.bottom + by)


def _inside(word: Area, area: Area) -> bool:
    return area.left <= word.centre <= area.right and area.top <= word.middle <= area.bottom


def _rows(written: Sheet, words: frozenset[int]) -> list[tuple[Token, ...]]:
    rows = (tuple(t for t in line.tokens if t.word in words) for line in written.lines)
    return [row for row in rows if row]


def _table(ground: _Ground, table: TableOf) -> Table:
    """A table of the definition with the written words of each cell."""
    size, written = ground.written.size, ground.written
    columns = []
    for c in table.columns:
        area = ground.known.area(Box(c.left, table.rows[0][0], c.right, table.rows[-1][1]))
        columns.append(Column((_CONCEPTS.get(c.part, c.part),), area.left, area.right))
    labels = tuple(_heading(c, column, i) for i, (c, column) in enumerate(zip(table.columns, columns, strict=True)))
    rows = []
    for top, bottom in table.rows:
        areas = ground.known.areas([Box(c.left, top, c.right, bottom) for c in table.columns])
        words: dict[int, set[int]] = {}
        for i, word in enumerate(written.words):
            place = written.area(word.box)
            shares = [_share(place, _grown(area, 0.1 * size)) for area in areas]
            best = max(range(len(areas)), key=shares.__getitem__)
            if i not in ground.taken and shares[best] > 0.5:  # noqa: PLR2004  (most of it)
                words.setdefault(best, set()).add(i)
                ground.taken[i] = "table"
        cells = tuple(tuple(_rows(written, frozenset(words.get(n, ())))) for n in range(len(areas)))
        if any(cells):
            rows.append(Row(cells, around(t.area for cell in cells for line in cell for t in line)))
    return Table(labels, tuple(columns), tuple(rows))


def _heading(column: ColumnOf, placed: Column, number: int) -> Label:
    return Label(
        concepts=placed.concepts,
        role=None,
        weak=False,
        text=column.label,
        area=Area(placed.left, 0, placed.right, 1),
        line=0,
        first=number,
        past=number + 1,
        colon=False,
        sure=1.0,
    )


def _add(out: Collected, diagnoses: Sequence[FieldValue]) -> None:
    known = {v.value for v in out.diagnoses if v.value}
    out.diagnoses.extend(v for v in diagnoses if v.value is None or v.value not in known)


def _facts(ground: _Ground) -> dict[str, str]:
    """Facts of the page: those of the form from its print alone, those of the request from what is written only."""
    mine = page_facts(ground.written, find_labels(ground.written), frozenset())
    told = {name: text for name, text in mine.items() if name.startswith("text.") or name in _WRITTEN_FACTS}
    return told | ground.known.page.facts


def _says_something(rest: Sequence[int], words: Sequence[Word]) -> bool:
    return any(sum(c.isalnum() for c in words[i].text) > 1 for i in rest)


def _elsewhere(sight: Picture, printed: int, rest: frozenset[int]) -> SheetReading:
    """What the labels say of written words that stand in no zone (a letterhead, a note in the margin).

    ``sight`` is the whole page, its first ``printed`` words the form's own; ``rest`` counts the written ones.
    """
    full = sight.sheet
    mine = frozenset(i + printed for i in rest)
    found = find_labels(full)
    labels = merged(found.labels, full)
    roles = assign_roles(full, labels, found.headings)
    role_of = {id(label): role for label, role in zip(labels, roles, strict=True)}
    zones = [z for z in find_zones(full, labels, found.headings) if z.words and z.words <= mine]
    out = collect(sight, zones, {i: role_of[id(z.label)] for i, z in enumerate(zones)})
    taken = frozenset(range(len(full.words))) - mine
    lines = listed_freely(sight, full.lines, taken | out.words).lines
    out.words |= taken
    read_prose(sight, out, found)
    return SheetReading(out.fields, tuple(lines), tuple(out.diagnoses), out.facts)


def _both(form: SheetReading, labels: SheetReading) -> SheetReading:
    """The form's reading with what its labels say besides.

    A field that the form has no place for is taken as it was read; one whose place is blank goes
    to a person with what stands elsewhere.
    """
    fields = dict(form.fields)
    for name, value in labels.fields.items():
        own = fields.get(name)
        if value.status is FieldStatus.MISSING:
            continue
        if own is None:
            fields[name] = value
        elif own.status is FieldStatus.MISSING:
            fields[name] = replace(value, status=FieldStatus.REVIEW, label=own.label)
    diagnoses = [d for d in form.diagnoses if d.status is not FieldStatus.MISSING]
    if not diagnoses:
        more = [d for d in labels.diagnoses if d.status is not FieldStatus.MISSING]
        doubted = [replace(d, status=FieldStatus.REVIEW) for d in more] if form.diagnoses else more
        diagnoses = doubted or list(form.diagnoses)
    return replace(
        form,
        fields=fields,
        diagnoses=tuple(diagnoses),
        lines=(*form.lines, *labels.lines),
        facts=labels.facts | form.facts,
    )
