"""Service lines: from tables, from labels that stand side by side, and from codes listed freely."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.decode.lexicon import is_equipment_code
from extract.fields.shapes import find, find_all, fits
from extract.fields.values import Sight, joined, padded, piece_of, room
from extract.fields.zones import Zone
from extract.layout import Area, TextLine, Token, around, join
from extract.tables.grid import Row, Table
from terms.codes import HcpcsCode
from terms.names import FieldKind
from terms.requests import Line
from terms.values import FieldStatus, FieldValue

_LETTERED = "RR|NU|UE|KX|KH|KI|KJ|GA|GZ|GY|RT|LT|RA|RB|BP|BR|BU|KS|KF|QE|QF|QG|EY|GK|GL|TW|SC|TC"
_MODIFIER = rf"(?:{_LETTERED}|59|50|25|26)"
_FREE_CODE = re.compile(
    rf"(?<![A-Za-z0-9.])[ABEGJKLQSTV]\d{{4}}(?:(?![A-Za-z0-9]|\.\d)|(?=(?:{_LETTERED})\b|(?:{_LETTERED})?[A-Z][a-z]{{3}}))"
)
"""A code, also one whose space to its modifier or description was lost."""
_CPT = re.compile(r"\b(?:CPT|HCPCS|proc(?:edure|\.)?)(?:\s*codes?)?\s*[:#]?\s*(\d{5})(?![\d-])", re.IGNORECASE)
"""Five digits are a procedure only where they are called one: behind a bare "code" they may be a ZIP code."""
_BARE_CODE = re.compile(r"\W*codes?\W*", re.IGNORECASE)
"""A label whose first word may have been lost: that of a ZIP code."""
_NUMBERED = r"^\W{0,3}(?:\d{1,2}[.)]\s*|\d{1,3}\s*[xX\u00d7]\S?\s*)?"
"""A row's number or how many of it, before its code."""
_DESCRIBED = rf"(?=(?:\W{{1,2}}{_MODIFIER}\b){{0,4}}\W*[A-Za-z]{{3}})"
"""Words behind a code, its modifiers between them."""
_LISTED_CPT = re.compile(rf"{_NUMBERED}(\d{{5}}){_DESCRIBED}|\((\d{{5}})\)|[-\u2013]\s*(\d{{5}})\s*[-\u2013]")
"""Five digits that begin a row or stand in brackets; with a quantity in the row they may be a procedure."""
_DAMAGED_CODE = re.compile(
    rf"{_NUMBERED}([A-Z][0-9OIlSB]{{4}}){_DESCRIBED}|\(([A-Z][0-9OIlSB]{{3,5}})\)"
    r"|(?<![\w.#-])(\d{5})(?=\W{1,3}[A-Z][a-z]{3})(?!.*\b(?:St|Ave|Rd|Dr|Ln|Blvd|Way|Ct|Pl|Suite|Ste|Apt|Unit)\b)"
)
"""A code with a letter that no code has or a digit too many, or five digits before the name of a service."""
_TORN_CODE = re.compile(
    rf"{_NUMBERED}([A-Z][0-9OIlSB]{{0,2}}\W{{0,2}}[0-9OIlSB]{{3,4}})(?=(?:{_LETTERED})?\b){_DESCRIBED}"
)
"""A code that begins a row, a gap torn into it; only where the row also says how many."""
_REQUESTED = re.compile(r"\b(?:request|order|prescri|authoriz)", re.IGNORECASE)
"""Words of a page that asks for something, be it in running text."""
_COUNTED = re.compile(r"^\W{0,3}\d{1,3}\s*[xX\u00d7]\S?\s*\d{5}")
"""How many comes first: "6 x 97110 therapeutic exercise"."""
_LEADING_CPT = re.compile(r"(?<!.)\d{5}(?=\W{1,4}[A-Za-z]{3})")
"""Five digits that open a cell that names a service ("97110 - Therapeutic exercise")."""
_ZIP = re.compile(r"[A-Za-z]{3}\W+[A-Z]{2}\W{1,2}\d{5}(?!\d)")
"""Five digits behind a state are a ZIP code, whatever label stands before them."""
_MODIFIERS = re.compile(rf"^\s*[-.,:]?\s*((?:{_MODIFIER}\b[-,/ ]*)+)")
_QUANTITY = re.compile(
    r"(?:\bq[a-z1]y|\bquantity|\bunits?|\bx|\u00d7|#)\s*[:.#]?\s*(\d{1,4})\b|\b(\d{1,4})\s*(?:ea\b|each\b|units?\b|boxes\b|bx\b|pairs?\b|per month|/\s*month)|\((\d{1,3})\)(?!\s*\d{3})",  # noqa: E501  (a pattern or a list, read as one line)
    re.IGNORECASE,
)  # fmt: skip
_DIAGNOSIS_BEFORE = re.compile(r"\b(?:dx|icd|diagnos\w*)\b[^.]*$", re.IGNORECASE)
_OTHER_BOX = re.compile(r"\W*(?:primary|secondary|principal)?\s*(?:dx|icd|diagnos)", re.IGNORECASE)
"""A box for diagnoses drawn right under a table is not one of its rows."""
_GLUED = re.compile(r"([A-Z0-9]{5})((?:[-/][A-Z0-9]{2})+)(?![A-Za-z0-9])")
_JOINERS = " \t,;:.()[]-\u2013\u2014/|"


@dataclass(frozen=True, slots=True)
class Found:
    """Service lines with the diagnoses that stood in their rows, and the words they take."""

    lines: tuple[Line, ...]
    diagnoses: tuple[FieldValue, ...]
    words: frozenset[int]


def from_table(sight: Sight, table: Table) -> Found:
    """Read every row of a table; a cell with several codes gives several lines."""
    lines: list[Line] = []
    diagnoses: list[FieldValue] = []
    for row in table.rows:
        place = table.column("code")
        codes = _codes(sight, row, place)
        if place is None:
            described = table.column("description")
            codes = _codes(sight, row, described, strict=True) if described is not None else []
        parts = _parts(sight, table, row)
        lines.extend(Line(code=code, modifiers=mods or parts.modifiers, **parts.values) for code, mods in codes)
        described_as = parts.values["description"].value
        if not codes and described_as and not _OTHER_BOX.match(described_as):
            code = _unread_code(sight, table, row, place)
            lines.append(Line(code=code, modifiers=parts.modifiers, **parts.values))
        diagnoses.extend(parts.diagnoses)
    return Found(tuple(lines), tuple(diagnoses), table.words)


def _unread_code(sight: Sight, table: Table, row: Row, place: int | None) -> FieldValue:
    """The code of a row that has none to read: missing where its cell is blank, else a person's to read."""
    label = next((x.text for x in table.labels if x.concept == "code"), None)
    if place is None:
        cells = [line for cell in row.cells for line in cell]
        found_in = [(line, m) for line in cells for m in find_all(FieldKind.CODE, joined(line))]
        # the heading of its column was not read
        for line, match in sorted(found_in, key=lambda hit: not is_equipment_code(hit[1].group()))[:1]:
            piece = piece_of(line, *match.span())
            return sight.read(room(piece, line, sight.sheet.size), FieldKind.CODE, piece.text).doubted()
        return FieldValue.missing(box=sight.sheet.box(row.area), label=label)
    column, size = table.columns[place], sight.sheet.size
    area = Area(
        column.left + 0.2 * size, row.area.top, min(column.right, sight.sheet.width) - 0.2 * size, row.area.bottom
    )
    found = replace(sight.read(area, FieldKind.CODE, row.text(place)), label=label)
    if found.status is FieldStatus.MISSING:
        return found
    return replace(found, value=None, status=FieldStatus.REVIEW)


@dataclass(frozen=True, slots=True)
class _Parts:
    values: dict[str, FieldValue]
    modifiers: tuple[FieldValue, ...]
    diagnoses: tuple[FieldValue, ...]


def _parts(sight: Sight, table: Table, row: Row) -> _Parts:
    values = {name: FieldValue.missing() for name in ("description", "quantity", "unit", "start_date", "end_date")}
    kinds = {
        "quantity": FieldKind.QUANTITY,
        "start_date": FieldKind.DATE,
        "end_date": FieldKind.DATE,
        "unit": FieldKind.TEXT,
    }
    modifiers: list[FieldValue] = []
    diagnoses: list[FieldValue] = []
    place, described = table.column("code"), table.column("description")
    numbered = described is not None and not any(c.isalpha() for c in row.text(described))  # "Item #": 1, 2, 3
    if (described is None or numbered) and place is not None and row.cells[place]:
        values["description"] = _described_behind(sight, row.cells[place][0])
    for i, column in enumerate(table.columns):
        lines = row.cells[i]
        if not lines or (numbered and i == described):
            continue
        if column.concepts == ("description",) or (column.concepts == ("summary",) and not values["description"].value):
            values["description"] = _description(sight, lines)
        for name in column.concepts:
            if name in kinds and len(column.concepts) == 1:
                values[name] = _cell(sight, lines[0], kinds[name])
            elif name == "modifier":
                modifiers.extend(_each(sight, lines, "modifier", FieldKind.MODIFIER))
            elif name == "diagnosis":
                diagnoses.extend(_each(sight, lines, "diagnosis", FieldKind.DIAGNOSIS))
    return _Parts(values, tuple(modifiers), tuple(diagnoses))


def _cell(sight: Sight, line: Sequence[Token], kind: FieldKind) -> FieldValue:
    found = find(kind, joined(line))
    if found:
        piece = piece_of(line, found.start(), found.end())
        return sight.read(room(piece, line, sight.sheet.size), kind, piece.text)
    return sight.read(padded(around(t.area for t in line), sight.sheet.size), kind, join(line))


def _description(sight: Sight, lines: Sequence[Sequence[Token]]) -> FieldValue:
    area = around(t.area for line in lines for t in line)
    return sight.read(padded(area, sight.sheet.size), FieldKind.TEXT, " ".join(join(line) for line in lines))


def _each(sight: Sight, lines: Sequence[Sequence[Token]], shape: str, kind: FieldKind) -> list[FieldValue]:
    found = []
    for line in lines:
        for match in find_all(shape, joined(line)):
            piece = piece_of(line, match.start(), match.end())
            if kind is FieldKind.DIAGNOSIS and is_equipment_code(piece.text):
                continue  # of the column beside it
            value = sight.read(room(piece, line, sight.sheet.size), kind, piece.text)
            if value.status is not FieldStatus.MISSING:
                found.append(value)
    return found


def _codes(
    sight: Sight, row: Row, place: int | None, *, strict: bool = False
) -> list[tuple[FieldValue, tuple[FieldValue, ...]]]:
    """The codes of a cell, each with modifiers typed behind it ("E0143-NU")."""
    if place is None:
        return []
    codes = []
    for line in row.cells[place]:
        text = joined(line)
        matches = [*_FREE_CODE.finditer(text), *_LEADING_CPT.finditer(text)] if strict else find_all("code", text)
        for match in [] if _ZIP.search(text) else matches:
            piece = piece_of(line, match.start(), match.end())
            whole = _with_modifiers(sight, line, text, match.span())
            if whole is not None:
                codes.append(whole)
                continue
            value = sight.read(room(piece, line, sight.sheet.size), FieldKind.CODE, piece.text)
            codes.append((value, _typed_behind(sight, line, text, match.end())))
    if not codes and row.cells[place] and not strict:
        line = row.cells[place][0]
        text = join(line).strip(" .#)")
        if _could_be_code(text):
            value = sight.read(padded(around(t.area for t in line), sight.sheet.size), FieldKind.CODE, text)
            codes.append((value, ()))
    return codes


def _could_be_code(text: str) -> bool:
    """Say whether a text may be a code that was misread: about as long as one, with digits, no words."""
    bare = "".join(c for c in text if c.isalnum())
    spelled = max(len(word) for word in text.split() or [""]) <= 3  # noqa: PLR2004  (one character a cell)
    return 4 <= len(bare) <= 7 and sum(c.isdigit() for c in bare) >= 2 and (len(text.split()) <= 2 or spelled)  # noqa: PLR2004  (E0143, 99203)


def _with_modifiers(
    sight: Sight, line: Sequence[Token], text: str, span: tuple[int, int]
) -> tuple[FieldValue, tuple[FieldValue, ...]] | None:
    """A code typed in one piece with its modifiers ("A7035-RR-KH"), read whole: a cut between them would show both."""
    match = _GLUED.match(_ascii(text[span[0] :]))
    if match is None:
        return None
    piece = piece_of(line, span[0], span[0] + match.end())
    value = sight.read(room(piece, line, sight.sheet.size), FieldKind.TEXT, piece.text)
    read = _GLUED.match(_ascii((value.value or "").strip(" .,;:").upper()))
    if read is None:
        return None
    code = HcpcsCode.parse(read.group(1))
    known = replace(value, value=code.value if code else None, candidates=())
    if code is None:
        known = replace(known, status=FieldStatus.REVIEW)
    return known, tuple(
        replace(value, value=m, raw=m, candidates=()) for m in re.findall(r"[A-Z0-9]{2}", read.group(2))
    )


def _ascii(text: str) -> str:
    return "".join(unicodedata.normalize("NFD", c)[0] for c in text)


def _typed_behind(sight: Sight, line: Sequence[Token], text: str, end: int) -> tuple[FieldValue, ...]:
    match = _MODIFIERS.match(text[end:])
    if not match:
        return ()
    found = []
    for modifier in re.finditer(r"[A-Z0-9]{2}", match.group(1)):
        first = end + match.start(1) + modifier.start()
        piece = piece_of(line, first, first + 2)
        found.append(sight.read(room(piece, line, sight.sheet.size), FieldKind.MODIFIER, piece.text))
    return tuple(found)


def from_zones(sight: Sight, groups: Sequence[Sequence[Zone]]) -> Found:
    """Lines from labels that stand side by side, each with its own value ("HCPCS: E0143  Qty: 1")."""
    lines: list[Line] = []
    words: set[int] = set()
    for group in groups:
        by_name: dict[str, Zone] = {}
        for zone in group:
            for concept in zone.label.concepts:
                by_name.setdefault(concept, zone)
        for zone in group:
            words |= zone.words
        values = {
            name: _zone_value(sight, by_name.get(name), kind)
            for name, kind in (
                ("description", FieldKind.TEXT),
                ("quantity", FieldKind.QUANTITY),
                ("unit", FieldKind.TEXT),
            )
        }
        modifier = by_name.get("modifier")
        modifiers = tuple(_each(sight, modifier.rows, "modifier", FieldKind.MODIFIER)) if modifier else ()
        code = by_name.get("code")
        if code is None or not code.rows:
            free = by_name.get("description")
            listed = _free_in(sight, free.rows) if free else []
            lines.extend(replace(x, quantity=_first(x.quantity, values["quantity"])) for x in listed)
            if not listed and code is not None and values["description"].value:
                label, box = code.label.text, sight.sheet.box(code.area)
                lines.append(Line(FieldValue.missing(box=box, label=label), modifiers=modifiers, **values))
            continue
        row = Row((code.rows,), around(t.area for r in code.rows for t in r))
        if values["description"].status is FieldStatus.MISSING:
            values["description"] = _described_behind(sight, code.rows[0])
        for value, typed in _codes(sight, row, 0):
            labelled = replace(value, label=code.label.text)
            if (value.value or "").isdigit() and _BARE_CODE.fullmatch(code.label.text):
                labelled = labelled.doubted()
            lines.append(Line(labelled, modifiers=typed or modifiers, **values))
    return Found(tuple(lines), (), frozenset(words))


def _described_behind(sight: Sight, line: Sequence[Token]) -> FieldValue:
    """The words behind a code that share its place: "HCPCS: B4036 Gravity feeding kit"."""
    text = joined(line)
    codes = find_all("code", text)
    return _words_of(sight, line, text, (codes[-1].end(), len(text))) if codes else FieldValue.missing()


def _first(one: FieldValue, two: FieldValue) -> FieldValue:
    return two if one.status is FieldStatus.MISSING else one


def _zone_value(sight: Sight, zone: Zone | None, kind: FieldKind) -> FieldValue:
    if zone is None:
        return FieldValue.missing()
    if not zone.rows:
        return replace(sight.read(zone.area, kind, ""), label=zone.label.text)
    value = _description(sight, zone.rows) if kind is FieldKind.TEXT else _cell(sight, zone.rows[0], kind)
    return replace(value, label=zone.label.text)


def listed_damaged(sight: Sight, known: Sequence[Line], taken: frozenset[int], *, asks: bool) -> list[Line]:
    """Rows that look like service lines by a damaged code, or by five digits and words, for a person to look at.

    Where no label ``asks`` for services, only rows count that say how many, on a page that lists codes
    or speaks of a request; where codes are ``known``, a row must stand in line with one.
    """
    sheet = sight.sheet
    if not (asks or known or any(_REQUESTED.search(join(line.tokens)) for line in sheet.lines)):
        return []
    codes = [sheet.area(line.code.box) for line in known if line.code.value and line.code.box]
    made: list[Line] = []
    for line in sheet.lines:
        tokens = [t for t in line.tokens if t.word not in taken]
        text = joined(tokens)
        if _ZIP.search(text) or _lists_diagnoses(text):
            continue
        counted = bool(_QUANTITY.search(text))
        match = _DAMAGED_CODE.search(text) if asks or counted else None
        if match is None and counted:
            match = _TORN_CODE.search(text)
        if match is None:
            continue
        span = next(match.span(group) for group in range(1, 1 + len(match.groups())) if match.group(group))
        area = piece_of(tokens, *span).area
        aligned = not codes or any(abs(code.left - area.left) < sheet.size for code in codes)
        if aligned and not any(area.overlaps(code) for code in codes):
            made.append(_doubted(_free_line(sight, tokens, text, (*span, len(text)), alone=True)))
    return made


def listed_freely(sight: Sight, lines: Sequence[TextLine], taken: frozenset[int]) -> Found:
    """Codes that stand in a list or a sentence: "E0143 x1 folding walker", "a walker (E0143), quantity 1"."""
    made: list[Line] = []
    words: set[int] = set()
    for line in lines:
        tokens = [t for t in line.tokens if t.word not in taken]
        found = _free_in(sight, [tokens]) if tokens else []
        if found:
            words |= {t.word for t in tokens}
        made.extend(found)
    return Found(tuple(made), (), frozenset(words))


def _free_in(sight: Sight, rows: Sequence[Sequence[Token]]) -> list[Line]:
    made: list[Line] = []
    for row in rows:
        text = joined(row)
        if _lists_diagnoses(text):
            continue
        spans = [m.span() for m in _FREE_CODE.finditer(text) if not _DIAGNOSIS_BEFORE.search(text[: m.start()])]
        spans += [m.span(1) for m in _CPT.finditer(text)]
        listed = _listed_cpt(text) if not spans else None
        if listed is not None:
            # called a procedure by nothing but its place: shown to a person, never used by itself
            made.append(_doubted(_free_line(sight, row, text, (*listed, len(text)), alone=True)))
        for i, (first, past) in enumerate(sorted(spans)):
            end = sorted(spans)[i + 1][0] if i + 1 < len(spans) else len(text)
            found = _free_line(sight, row, text, (first, past, end), alone=len(spans) == 1)
            # a code without an end of its own may be cut out of something longer
            made.append(_doubted(found) if text[past : past + 1].isalnum() else found)
    return made


def _listed_cpt(text: str) -> tuple[int, int] | None:
    """Where five digits stand in a row that asks for so many of something ("70551 MRI brain x1"), if they do."""
    match = _LISTED_CPT.search(text)
    if match is None or _ZIP.search(text):
        return None
    counted = _QUANTITY.search(text[: match.start()] + text[match.end() :]) or _COUNTED.match(text)
    if counted is None:
        return None
    return next(match.span(group) for group in (1, 2, 3) if match.group(group))


def _doubted(line: Line) -> Line:
    return replace(line, code=line.code.doubted())


def _lists_diagnoses(text: str) -> bool:
    """A row of diagnosis codes, one of them of a shape no procedure has: "J43.9, G8250, R64"."""
    words = [w.strip(" ,;/.") for w in text.split()]
    words = [w for w in words if w]
    plain = [w for w in words if re.fullmatch(r"[A-TV-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?", w)]
    shaped = [w for w in words if re.fullmatch(r"[A-TV-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?", w)]
    return bool(plain) and len(shaped) == len(words)


def _free_line(sight: Sight, row: Sequence[Token], text: str, span: tuple[int, int, int], *, alone: bool) -> Line:
    first, past, end = span
    piece = piece_of(row, first, past)
    code = sight.read(room(piece, row, sight.sheet.size), FieldKind.CODE, piece.text)
    modifiers = _typed_behind(sight, row, text, past)
    behind = text[past:end]
    quantity = FieldValue.missing()
    described = (past, end)
    found = _QUANTITY.search(behind)
    before = _QUANTITY.search(text[:first]) if not found and alone else None
    if found or before:
        match, shift = (found, past) if found else (before, 0)
        assert match is not None
        group = next(g for g in (1, 2, 3) if match.group(g))
        number = piece_of(row, shift + match.start(group), shift + match.end(group))
        quantity = sight.read(room(number, row, sight.sheet.size), FieldKind.QUANTITY, number.text)
        if found:
            described = (
                (past + found.end(), end) if found.start() < 4 + 3 * len(modifiers) else (past, past + found.start())
            )
    return Line(code, _words_of(sight, row, text, described), quantity, modifiers)


def _words_of(sight: Sight, row: Sequence[Token], text: str, span: tuple[int, int]) -> FieldValue:
    """The description in a part of a row, or a missing value if there are no words in it."""
    first, past = span
    cut = re.search(r"[.;](?:\s|$)", text[first:past])
    if cut:
        past = first + cut.start()
    modifiers = _MODIFIERS.match(text[first:past])
    if modifiers:
        first += modifiers.end()
    while first < past and text[first] in _JOINERS:
        first += 1
    while past > first and text[past - 1] in _JOINERS:
        past -= 1
    if sum(c.isalpha() for c in text[first:past]) < 3:  # noqa: PLR2004  (no word)
        return FieldValue.missing()
    piece = piece_of(row, first, past)
    return sight.read(padded(piece.area, sight.sheet.size, row), FieldKind.TEXT, piece.text)


def is_code_row(tokens: Sequence[Token]) -> bool:
    """Say whether a row of tokens begins with a procedure code."""
    return bool(tokens) and fits("code", join(tokens), lead=True)
