"""Find the tables of requested services: header labels side by side, rows of values below them."""

from collections.abc import Sequence
from dataclasses import dataclass

from extract.fields.shapes import find, fits
from extract.labels.label import Heading, Label
from extract.layout import Area, Sheet, TextLine, Token, around, join
from extract.page.upright import Rule

COLUMNS = frozenset(
    {"code", "modifier", "quantity", "unit", "description", "diagnosis", "start_date", "end_date", "place", "summary"}
)
_TELLING = frozenset({"code", "description", "modifier", "quantity"})
_GAP = 4.0
"""Most empty space between two rows of a table without rules, in word heights."""
_HEADER_BOX = 1.3
"""How far below a header, in word heights, upright rules reach that are no table's but its own box's."""
_HEADER_GAP = 0.8
"""Most white between two lines of one header, in word heights."""
_TORN = 0.6
"""Most white, in word heights, between two pieces of one wall."""
_STRAIGHT = 5
"""How far apart, in pixels, two pieces of one wall may stand sideways."""
_NEARER = 0.85
"""How much nearer a line without a code must stand to the row below it than to the one above to be part of it."""
_FEWEST_LETTERS = 4
"""Letters below which a row's description is no description."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: what its header asks for and from where to where it reaches, in pixels."""

    concepts: tuple[str, ...]
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its columns' tokens, line by line, by the columns' order."""

    cells: tuple[tuple[tuple[Token, ...], ...], ...]
    area: Area

    def text(self, column: int) -> str:
        """What stands in a cell, one line."""
        return " ".join(join(line) for line in self.cells[column])


@dataclass(frozen=True, slots=True)
class Table:
    """A table of services: its header's labels, its columns, its rows, in order."""

    labels: tuple[Label, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def column(self, concept: str) -> int | None:
        """The place of the column that asks for ``concept``."""
        return next((i for i, c in enumerate(self.columns) if concept in c.concepts), None)

    @property
    def words(self) -> frozenset[int]:
        """The sheet's words in the table's rows."""
        return frozenset(t.word for row in self.rows for cell in row.cells for line in cell for t in line)


def find_tables(sheet: Sheet, labels: Sequence[Label], headings: Sequence[Heading]) -> list[Table]:
    """Find every table of services whose header row is on the page.

    ``labels`` are those of :func:`extract.labels.find.find_labels` before any are joined.
    """
    by_line: dict[int, list[Label]] = {}
    for label in labels:
        by_line.setdefault(label.line, []).append(label)
    stops = {h.line for h in headings}
    tables = []
    for number, on_line in sorted(by_line.items()):
        header = _header(sheet.lines[number], on_line)
        if header is None:
            continue
        columns = _columns(header, sheet.lines[number], sheet)
        rows = _rows(sheet, number, columns, by_line, stops)
        if rows:
            tables.append(Table(tuple(header), columns, tuple(rows)))
    return tables


def _header(line: TextLine, labels: list[Label]) -> list[Label] | None:
    """The labels of a line if it is the header of a table: nothing but column names, side by side."""
    header = [x for x in labels if x.concept in COLUMNS and not x.colon]
    names = {x.concept for x in header}
    if len(names & _TELLING) < 2 or not names & {"code", "description"}:  # noqa: PLR2004  (side by side)
        return None
    covered = {i for x in labels for i in range(x.first, x.past)}
    rest = [t for i, t in enumerate(line.tokens) if i not in covered and len(t.folded) > 2]  # noqa: PLR2004  ("#", "1.")
    if len(rest) > len(header) or any(fits("code", t.text) for t in rest):
        return None
    return header


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands over a column: a label, or other words that are no column of ours but one all the same."""

    concept: str | None
    area: Area
    first: int
    past: int


def _heads(line: TextLine, header: list[Label]) -> list[_Head]:
    """The heads of a header line's columns, left to right; words apart from every label head a column too."""
    heads = [_Head(x.concept, x.area, x.first, x.past) for x in header]
    for first, past in line.segments():
        tokens = line.tokens[first:past]
        labelled = any(first < x.past and x.first < past for x in header)
        if not labelled and any(c.isalnum() for t in tokens for c in t.text):
            heads.append(_Head(None, around(t.area for t in tokens), first, past))
    return sorted(heads, key=lambda h: h.area.left)


def _columns(header: list[Label], line: TextLine, sheet: Sheet) -> tuple[Column, ...]:
    y = header[0].area.middle
    walls = sorted(r.x0 for r in sheet.rules.vertical if min(r.y0, r.y1) - 4 <= y <= max(r.y0, r.y1) + 4)
    groups: list[list[_Head]] = []
    for label in _heads(line, header):
        last = groups[-1][-1] if groups else None
        together = last is not None and label.area.left - last.area.right < 0.9 * sheet.size
        walled = last is not None and any(last.area.right - 3 <= w <= label.area.left + 3 for w in walls)
        if together and not walled and last is not None and label.first == last.past:
            groups[-1].append(label)
        else:
            groups.append([label])
    columns = []
    for i, group in enumerate(groups):
        left, right = group[0].area.left, group[-1].area.right
        before = groups[i - 1][-1].area.right if i else None
        after = groups[i + 1][0].area.left if i + 1 < len(groups) else None
        wall_left = max((w for w in walls if w <= left + 3), default=None)
        wall_right = min((w for w in walls if w >= right - 3), default=None)
        low = left - 1.5 * sheet.size if before is None else max(before, left - 0.8 * sheet.size)
        high = sheet.width if after is None else max(right, after - 0.8 * sheet.size)
        if wall_left is not None and (before is None or wall_left >= before - 3):
            low = wall_left
        if wall_right is not None and (after is None or wall_right <= after + 3):
            high = wall_right
        concepts = tuple(dict.fromkeys(x.concept for x in group if x.concept))
        columns.append(Column(concepts, low, high))
    return tuple(columns)


def _rows(
    sheet: Sheet, header: int, columns: tuple[Column, ...], by_line: dict[int, list[Label]], stops: set[int]
) -> list[Row]:
    size = sheet.size
    left, right = columns[0].left, columns[-1].right
    lines: list[tuple[float, list[list[Token]]]] = []
    edge = sheet.lines[header].area.bottom
    foot = _foot(sheet, header, columns)
    for number in range(header + 1, len(sheet.lines)):
        line = sheet.lines[number]
        inside = [t for t in line.tokens if left - size < t.area.centre < right + size]
        if not inside:
            continue
        top = min(t.area.top for t in inside)
        if (foot is None and top - edge > _GAP * size) or number in stops:
            break
        if foot is not None and (top > foot.frame or (top > foot.walls and not _holds_code(inside, columns))):
            break
        if not lines and _continues_header(line, by_line.get(number, []), top - edge, size):
            edge = line.area.bottom
            continue
        if _ends_table(line, by_line.get(number, []), inside):
            break
        cells: list[list[Token]] = [[] for _ in columns]
        for token in inside:
            place = _column_of(token, columns)
            if place is not None:
                cells[place].append(token)
        edge = max(t.area.bottom for t in inside)
        lines.append((top, cells))
    return _grouped(lines, columns, sheet)


def _continues_header(line: TextLine, labels: list[Label], white: float, size: float) -> bool:
    """A second line of column names ("HCPCS" over "Code"): close under the first, wordings and no values."""
    worded = all(not any(c.isdigit() for c in t.text) for t in line.tokens)
    return bool(labels) and white < _HEADER_GAP * size and worded and all(not x.colon for x in labels)


@dataclass(frozen=True, slots=True)
class _Foot:
    """How far down the walls between a table's columns reach, and its frame, which may go on around the next box."""

    walls: float
    frame: float


def _foot(sheet: Sheet, header: int, columns: tuple[Column, ...]) -> _Foot | None:
    """The lower ends of the rules upright beside the columns, where the table has them."""
    y, left, right = sheet.lines[header].area.middle, columns[0].left, columns[-1].right
    walls = [
        r for r in sheet.rules.vertical if min(r.y0, r.y1) - 4 <= y <= max(r.y0, r.y1) and left - 5 <= r.x0 <= right + 5
    ]
    frame = max((max(r.y0, r.y1) for r in walls), default=0.0)
    # a box around the header alone says nothing of where the rows end
    least = sheet.lines[header].area.bottom + _HEADER_BOX * sheet.size
    if len(walls) < 2 or frame < least:  # noqa: PLR2004  (a grid has several)
        return None
    inner = [_end_of(r, sheet) for r in walls if left + sheet.size < r.x0 < right - sheet.size]
    return _Foot(max((end for end in inner if end >= least), default=frame) - 4, frame - 4)


def _end_of(wall: Rule, sheet: Sheet) -> float:
    """The lower end of a wall, lost rows of the fax bridged."""
    x, end = wall.x1, float(max(wall.y0, wall.y1))
    for rule in sorted(sheet.rules.vertical, key=lambda r: min(r.y0, r.y1)):
        if abs(rule.x0 - x) <= _STRAIGHT and 0 <= min(rule.y0, rule.y1) - end < _TORN * sheet.size:
            x, end = rule.x1, float(max(rule.y0, rule.y1))
    return end


def _holds_code(tokens: Sequence[Token], columns: tuple[Column, ...]) -> bool:
    """Say whether a code with a letter stands in the column of codes."""
    return any(
        fits("code", t.text) and t.text[:1].isalpha()
        for t in tokens
        if (place := _column_of(t, columns)) is not None and "code" in columns[place].concepts
    )


def _ends_table(line: TextLine, labels: list[Label], inside: list[Token]) -> bool:
    if any(x.colon for x in labels):
        return True
    if _header(line, labels) is not None:
        return True
    opening = [x for x in labels if line.tokens[x.first] is inside[0] and x.concept not in {"description", "unit"}]
    if opening and not any(fits("code", t.text) for t in inside):
        return True
    covered = sum(x.past - x.first for x in labels)
    return bool(labels) and covered >= 0.7 * len(line.tokens) and not any(fits("code", t.text) for t in inside)


def _column_of(token: Token, columns: tuple[Column, ...]) -> int | None:
    shares = [min(c.right, token.area.right) - max(c.left, token.area.left) for c in columns]
    best = max(range(len(columns)), key=shares.__getitem__)
    return best if shares[best] > 0 else None


def _grouped(lines: list[tuple[float, list[list[Token]]]], columns: tuple[Column, ...], sheet: Sheet) -> list[Row]:
    """Lines into rows: a code (or, without one, a quantity) opens a row, the rest wraps below or around it."""
    code = next((i for i, c in enumerate(columns) if "code" in c.concepts), None)
    openings = [_opens(cells, columns, code) for _, cells in lines]
    rows: list[list[list[list[Token]]]] = []
    for number, (top, cells) in enumerate(lines):
        ruled = number > 0 and _rule_between(sheet, columns, lines[number - 1][0], top)
        begins = openings[number] or _leads(lines, openings, number, sheet, columns)
        begins = begins and not _leads(lines, openings, number - 1, sheet, columns)
        if not rows or begins or (ruled and any(cells)):
            rows.append([[] for _ in columns])
        for i, cell in enumerate(cells):
            if cell:
                rows[-1][i].append(sorted(cell, key=lambda t: t.area.left))
    made = []
    for row in rows:
        tokens = [t for cell in row for line in cell for t in line]
        if tokens and any(c.isalnum() for t in tokens for c in t.text):
            made.append(Row(tuple(tuple(tuple(line) for line in cell) for cell in row), around(t.area for t in tokens)))
    return [row for row in made if _is_row(row, columns, code)]


def _leads(
    lines: list[tuple[float, list[list[Token]]]],
    openings: list[bool],
    number: int,
    sheet: Sheet,
    columns: tuple[Column, ...],
) -> bool:
    """Whether a line without a code is the upper part of the row whose code comes next, not a rest of the last."""
    if number < 0 or openings[number] or number + 1 == len(lines):
        return False
    top, below = lines[number][0], lines[number + 1][0]
    if _rule_between(sheet, columns, top, below):
        return False
    if not openings[number + 1] and not _leads(lines, openings, number + 1, sheet, columns):
        return False
    if number == 0 or _rule_between(sheet, columns, lines[number - 1][0], top):
        return True
    return below - top < _NEARER * (top - lines[number - 1][0])


def _opens(cells: list[list[Token]], columns: tuple[Column, ...], code: int | None) -> bool:
    if code is not None and cells[code]:
        return True
    if code is None:
        return any("quantity" in c.concepts and cell for c, cell in zip(columns, cells, strict=True))
    return False


def _rule_between(sheet: Sheet, columns: tuple[Column, ...], above: float, below: float) -> bool:
    middle = (columns[0].left + min(columns[-1].right, sheet.width)) / 2
    return any(r.x0 < middle < r.x1 and above + 4 < (r.y0 + r.y1) / 2 < below + 4 for r in sheet.rules.horizontal)


def _is_row(row: Row, columns: tuple[Column, ...], code: int | None) -> bool:
    """A row with a code, or one that describes something; not a lone row number."""
    if code is not None and find("code", row.text(code)):
        return True
    described = any(
        "description" in c.concepts and sum(ch.isalpha() for ch in row.text(i)) >= _FEWEST_LETTERS
        for i, c in enumerate(columns)
    )
    damaged = "" if code is None else "".join(c for c in row.text(code) if c.isalnum())
    return described or (len(damaged) >= 4 and sum(c.isdigit() for c in damaged) > 1)  # noqa: PLR2004  (a damaged code)


def table_headers(sheet: Sheet, labels: Sequence[Label]) -> list[tuple[int, tuple[Label, ...], tuple[Column, ...]]]:
    """Give every heading row of a table of services, also of an empty table: its line, labels and columns."""
    by_line: dict[int, list[Label]] = {}
    for label in labels:
        by_line.setdefault(label.line, []).append(label)
    found = []
    for number, on_line in sorted(by_line.items()):
        header = _header(sheet.lines[number], on_line)
        if header is not None:
            found.append((number, tuple(header), _columns(header, sheet.lines[number], sheet)))
    return found
