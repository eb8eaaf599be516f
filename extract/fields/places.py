"""The places where a label's value may stand: beside it, below it, above it, inside the same ruled box."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extract.fields.ruled import (
    BEFORE_VALUE,
    box_to_the_right,
    cell_of,
    line_to_write_on,
    rule_between,
    rule_under,
    walls_beside,
)
from extract.fields.shapes import TYPED, could_be_npi, fits, walled
from extract.labels.label import PERSON, Heading, Label, concept_of
from extract.layout import Area, Sheet, Token, around, join

RIGHT, BELOW, ABOVE = "right", "below", "above"
INSIDE_VALUE = 5.0
"""Most empty space, in word heights, inside one value."""
_HEADING_LIKE = frozenset({"summary", "description", PERSON})
_WITH_ZIP = frozenset({"full_address", "city_state_zip", "zip"})
_AFTER_ZIP = 1.0
"""White, in word heights, behind a ZIP code that parts it from what is not its address."""
_LONGEST_QUANTITY = 24
_CLOSE = 0.9
"""Most white, in word heights, between a value and its label set right below it."""
_WALL_NEAR, _WALL_CLOSE = 3.0, 1.2
"""A wall nearer to its label than this, in word heights, is that of its value's box; behind one farther off, where
head and foot of the box were lost, a value begins at once."""
_UNDER = 2.2
"""How far from its label's left edge, in word heights, a value below it may begin."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place for a value on one side of its label, the words there, and how likely it is by its geometry."""

    side: str
    tokens: tuple[Token, ...]
    area: Area
    score: float


@dataclass(frozen=True, slots=True)
class Ground:
    """What the search for one page's zones knows."""

    sheet: Sheet
    by_line: dict[int, list[Label]]
    taken: frozenset[tuple[int, int]]
    headings: Sequence[Heading] = ()
    fences: Sequence[tuple[Area, float]] = ()
    """Areas of a page that a neighbouring column shuts off on the right, with where that column begins."""

    def fence(self, label: Label) -> float:
        """Where the column to the right of a label begins."""
        return min((x for area, x in self.fences if area.overlaps(label.area)), default=self.sheet.width)

    def is_headed(self, line: int, tokens: Sequence[Token]) -> bool:
        """Say whether any of these tokens of a line belong to a heading."""
        areas = [h.area for h in self.headings if h.line == line]
        return any(area.left - 2 < t.area.centre < area.right + 2 for t in tokens for area in areas)

    def holds_heading(self, line: int) -> bool:
        """Say whether a heading stands on a line, in whatever column."""
        return any(h.line == line for h in self.headings)

    def is_label(self, line: int, place: int) -> bool:
        """Say whether token ``place`` of a line is part of a label."""
        return (line, place) in self.taken


def places_of(label: Label, ground: Ground) -> list[Place]:
    """Every place where the value of a label may stand, one for each side at most twice."""
    cell = cell_of(label, ground.sheet)
    limit = limit_of(label, ground, cell)
    places = [
        _right(label, ground, limit, cell),
        _next_cell(label, ground, cell),
        _below(label, ground, _column_end(label, ground, cell), cell),
        _inside_above(label, ground, cell) if cell else None if _is_enclosed(label, ground) else _above(label, ground),
    ]
    return [p for p in places if p is not None]


def _is_enclosed(label: Label, ground: Ground) -> bool:
    """A wording that may be a heading, ruled off right above and right below as in a bar: nothing is written over it.

    Other labels stand like this between the combs of two rows.
    """
    if label.concept not in _HEADING_LIKE:
        return False
    size = ground.sheet.size
    heights = [
        (r.y0 + r.y1) / 2
        for r in ground.sheet.rules.horizontal
        if r.x0 < label.area.left + size and r.x1 > label.area.right - 0.5 * size
    ]
    above = any(-1.3 * size < y - label.area.top < 0.3 * size for y in heights)
    return above and any(-0.3 * size < y - label.area.bottom < size for y in heights)


def suits(kind: str, text: str) -> bool:
    """Say whether a text could be a value of ``kind`` and is not plainly another."""
    text = walled(text)
    shaped = fits(kind, text) or (kind == "diagnosis" and fits("damaged_diagnosis", text))
    other = (kind == "phone" and could_be_npi(text)) or (kind == "quantity" and len(text) > _LONGEST_QUANTITY)
    return shaped and not other


def _right(label: Label, ground: Ground, limit: float, cell: Area | None) -> Place | None:
    sheet, line = ground.sheet, ground.sheet.lines[label.line]
    tokens: list[Token] = []
    edge = label.area.right
    for i in range(label.past, len(line.tokens)):
        token = line.tokens[i]
        if ground.is_label(label.line, i) or token.area.left >= limit:
            break
        gap = (token.area.left - edge) / sheet.size
        if gap > (_inside(label) if tokens else BEFORE_VALUE):
            break
        if tokens and gap > _AFTER_ZIP and label.concept in _WITH_ZIP and fits("zip", tokens[-1].text):
            break  # an address ends with its ZIP code; what follows is the next column's
        if tokens or token.text.strip("_.:-*#| "):
            tokens.append(token)
        edge = max(edge, token.area.right)
    rule = line_to_write_on(label, sheet)
    score = (0.5 if label.colon else 0.0) + (1.5 if rule else 0.0)
    right = min(limit, rule) if rule else limit
    if right - label.area.right < 1.5 * sheet.size and not tokens:
        return None
    if not tokens and not rule and cell is None and not label.colon:
        score -= 0.3
    blank = Area(
        label.area.right + 3, label.area.top - 0.35 * sheet.size, right - 3, label.area.bottom + 0.25 * sheet.size
    )
    return Place(RIGHT, tuple(tokens), around(t.area for t in tokens) if tokens else blank, score)


def _next_cell(label: Label, ground: Ground, cell: Area | None) -> Place | None:
    """The ruled box to the right of a label, or of a box that holds nothing but the label."""
    sheet, size = ground.sheet, ground.sheet.size
    area = box_to_the_right(label, sheet, cell)
    if area is None:
        return _over_the_wall(label, ground, cell)
    tokens: list[Token] = []
    for number in range(max(0, label.line - 1), min(len(sheet.lines), label.line + 2)):
        for i, token in enumerate(sheet.lines[number].tokens):
            if (
                area.left - 2 <= token.area.left
                and token.area.centre < area.right
                and area.top < token.area.middle < area.bottom
            ):
                if ground.is_label(number, i):
                    return None
                tokens.append(token)
    beyond = None if tokens or cell else _over_the_wall(label, ground, None)
    if beyond is not None:
        return beyond
    room_below = cell.bottom - label.area.bottom if cell else 0.0
    if not tokens and room_below > 1.1 * size:
        return None
    return Place(RIGHT, tuple(tokens), around(t.area for t in tokens) if tokens else area, 1.0)


def _over_the_wall(label: Label, ground: Ground, cell: Area | None) -> Place | None:
    """The words behind the one wall of a box that was seen, on a label's own line."""
    sheet, size = ground.sheet, ground.sheet.size
    walls = walls_beside(label, sheet)
    if cell and cell.bottom - label.area.bottom > 1.1 * size:
        return None
    if not walls or walls[0] - label.area.right > BEFORE_VALUE * size:
        return None
    far = cell is None and walls[0] - label.area.right > _WALL_NEAR * size
    end = walls[1] if len(walls) > 1 else sheet.width
    tokens: list[Token] = []
    line = sheet.lines[label.line]
    for i in range(label.past, len(line.tokens)):
        token = line.tokens[i]
        if ground.is_label(label.line, i) or token.area.left >= end:
            break
        if tokens and token.area.left - tokens[-1].area.right > INSIDE_VALUE * size:
            break
        tokens.append(token)
    if not tokens or tokens[0].area.left - walls[0] > (_WALL_CLOSE if far else INSIDE_VALUE) * size:
        return None
    return Place(RIGHT, tuple(tokens), around(t.area for t in tokens), 0.2 if far else 0.6)


def _inside_above(label: Label, ground: Ground, cell: Area) -> Place | None:
    """The upper part of a ruled box whose label stands at its foot."""
    size = ground.sheet.size
    if label.area.top - cell.top < 1.1 * size:
        return None
    for number in range(label.line - 1, -1, -1):
        line = ground.sheet.lines[number]
        if line.area.bottom < cell.top - size:
            break
        inside = [
            (i, t)
            for i, t in enumerate(line.tokens)
            if cell.left < t.area.centre < cell.right and cell.top < t.area.middle < label.area.top
        ]
        if inside and not ground.holds_heading(number) and not any(ground.is_label(number, i) for i, _ in inside):
            tokens = tuple(t for _, t in inside)
            return Place(ABOVE, tokens, around(t.area for t in tokens), 0.9)
    return Place(ABOVE, (), Area(cell.left + 4, cell.top + 3, cell.right - 4, label.area.top - 2), 0.1)


def _below(label: Label, ground: Ground, limit: float, cell: Area | None) -> Place | None:
    sheet = ground.sheet
    size = sheet.size
    boxed = any(
        r.x0 <= label.area.centre <= r.x1 and -0.1 * size < (r.y0 + r.y1) / 2 - label.area.bottom < size
        for r in sheet.rules.horizontal
    )
    reach = cell.bottom if cell else label.area.bottom + (3.2 if boxed else 2.7) * size
    for number in range(label.line + 1, len(sheet.lines)):
        line = sheet.lines[number]
        if line.area.top > reach + size:
            break
        inside = [
            (i, t)
            for i, t in enumerate(line.tokens)
            if t.area.left >= label.area.left - size and t.area.right <= limit + 0.5 * size and t.area.middle < reach
        ]
        if not inside or inside[0][1].area.middle < label.area.bottom - 0.2 * size:
            continue
        if cell is None and inside[0][1].area.left - label.area.left >= _UNDER * size:
            continue  # another column's
        if any(ground.is_label(number, i) for i, _ in inside[:1]) or ground.is_headed(number, [t for _, t in inside]):
            break
        tokens = until_gap([t for i, t in inside if not ground.is_label(number, i)], _inside(label) * size)
        near = cell is not None or abs(tokens[0].area.left - label.area.left) < _UNDER * size
        shut_off = cell is None and rule_between(label.area, tokens[0].area, sheet)
        kind = concept_of(label).kind
        closed = rule_under(tokens[0].area, sheet) or (kind in TYPED and suits(kind, join(tokens)))
        if not near or (shut_off and not closed):
            break
        return Place(BELOW, tuple(tokens), around(t.area for t in tokens), 0.9 if cell else 0.2)
    if cell and cell.bottom - label.area.bottom > 1.0 * size:
        area = Area(cell.left + 4, label.area.bottom + 2, min(cell.right, limit) - 4, cell.bottom - 3)
        return Place(BELOW, (), area, 0.9)
    return None


def _above(label: Label, ground: Ground) -> Place | None:
    sheet = ground.sheet
    size = sheet.size
    rule = next(
        (
            r
            for r in sheet.rules.horizontal
            if -1.3 * size < (r.y0 + r.y1) / 2 - label.area.top < 0.3 * size
            and r.x0 < label.area.left + 1.5 * size
            and r.x1 > label.area.left + size
        ),
        None,
    )
    if rule is None:
        return _close_above(label, ground)
    y = (rule.y0 + rule.y1) / 2
    left, right = _column_of(label, ground, rule.x0, rule.x1)
    for number in range(label.line - 1, -1, -1):
        line = sheet.lines[number]
        if line.area.bottom < y - 2.2 * size:
            break
        inside = [
            (i, t)
            for i, t in enumerate(line.tokens)
            if left - size <= t.area.left < right and t.area.centre <= rule.x1 + size and t.area.middle < y
        ]
        if not inside:
            continue
        if ground.is_headed(number, [t for _, t in inside]) or any(ground.is_label(number, i) for i, _ in inside):
            return None
        tokens = [t for _, t in inside]
        # a label set small right under its line belongs to that line
        close = label.area.top - y < 0.45 * size
        return Place(ABOVE, tuple(tokens), around(t.area for t in tokens), 1.0 if close else 0.4)
    return Place(ABOVE, (), Area(left + 2, y - 1.5 * size, right - 2, y - 2), 0.1)


def _close_above(label: Label, ground: Ground) -> Place | None:
    """What stands right above a label with more white below it: the line between the two was lost on the way."""
    sheet, size = ground.sheet, ground.sheet.size
    left, right = _column_of(label, ground, label.area.left, sheet.width)
    right = min(right, ground.fence(label))
    for number in range(label.line - 1, -1, -1):
        line = sheet.lines[number]
        if line.area.bottom < label.area.top - 1.5 * size:
            break
        inside = [(i, t) for i, t in enumerate(line.tokens) if left - size <= t.area.left < right]
        if not inside or inside[0][1].area.middle > label.area.top:
            continue
        if ground.is_headed(number, [t for _, t in inside]) or any(ground.is_label(number, i) for i, _ in inside):
            return None
        tokens = until_gap([t for _, t in inside], _inside(label) * size)
        white = label.area.top - max(t.area.bottom for t in tokens)
        aligned = abs(tokens[0].area.left - label.area.left) < _UNDER * size
        if aligned and white < _CLOSE * size and white < 0.6 * _white_below(label, ground, right):
            return Place(ABOVE, tuple(tokens), around(t.area for t in tokens), 0.3)
        return None
    area = Area(left + 2, label.area.top - 1.7 * size, min(right, left + 15 * size), label.area.top - 2)
    return Place(ABOVE, (), area, -0.4)


def _white_below(label: Label, ground: Ground, right: float) -> float:
    """How far below a label, in pixels, the next words of its column stand."""
    for line in ground.sheet.lines[label.line + 1 :]:
        inside = [t for t in line.tokens if label.area.left - ground.sheet.size <= t.area.left < right]
        if inside and min(t.area.top for t in inside) > label.area.middle:
            return min(t.area.top for t in inside) - label.area.bottom
    return ground.sheet.height


def _column_of(label: Label, ground: Ground, left: float, right: float) -> tuple[float, float]:
    """The part of a line to write on that is a label's own, where lines side by side were seen as one."""
    size = ground.sheet.size
    beside = [x.area for x in ground.by_line[label.line] if x is not label]
    after = [area.left - 0.6 * size for area in beside if label.area.right < area.left < right]
    if any(left < area.centre < label.area.left for area in beside):
        left = label.area.left - 0.2 * size
    return left, min([right, *after])


def _inside(label: Label) -> float:
    """Most empty space inside a value: a list of diagnoses may stand in boxes side by side."""
    return BEFORE_VALUE if label.concept == "diagnosis" else INSIDE_VALUE


def until_gap(tokens: list[Token], widest: float) -> list[Token]:
    """The tokens up to the first gap wider than ``widest`` pixels."""
    kept = tokens[:1]
    for before, token in pairwise(tokens):
        if token.area.left - before.area.right > widest:
            break
        kept.append(token)
    return kept


def limit_of(label: Label, ground: Ground, cell: Area | None) -> float:
    """How far right a value on the label's line may reach."""
    following = [x.area.left for x in ground.by_line[label.line] if x.first >= label.past]
    ends = [min(following, default=ground.sheet.width - 8) - 2, ground.fence(label)]
    y = label.area.middle
    ends += [
        rule.x0 - 1
        for rule in ground.sheet.rules.vertical
        if rule.x0 > label.area.right and min(rule.y0, rule.y1) <= y <= max(rule.y0, rule.y1)
    ]
    if cell:
        ends.append(cell.right)
    return min(ends)


def _column_end(label: Label, ground: Ground, cell: Area | None) -> float:
    """How far right a value below the label may reach: a wall between two labels may be lost."""
    following = [x.area.left for x in ground.by_line[label.line] if x.first >= label.past]
    return min([*following, cell.right if cell else ground.fence(label)])
