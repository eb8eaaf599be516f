"""Where the value of each label stands: beside it, below it, above it, inside the same ruled box.

Every place is weighed by what stands there and by how the page does it elsewhere: where the typed
values (numbers, dates) of a page stand below their labels, so do the names.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from extract.fields.shapes import TYPED, could_be_npi, fits
from extract.labels.find import Heading, Label, concept_of
from extract.layout import Area, Sheet, Token, around, join

RIGHT, BELOW, ABOVE = "right", "below", "above"
_SEVERAL_LINES = {"street": 2, "full_address": 2, "summary": 14, "city_state_zip": 1}
_BEFORE_VALUE = 24.0
"""Most empty space, in word heights, between a label and a value on its line."""
_INSIDE_VALUE = 5.0
"""Most empty space, in word heights, inside one value."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A label's value place: ``rows`` of tokens (empty for a blank place) and the area to read."""

    label: Label
    side: str
    rows: tuple[tuple[Token, ...], ...]
    area: Area

    @property
    def text(self) -> str:
        """What the page's words say there, one line."""
        return " ".join(join(row) for row in self.rows)

    @property
    def words(self) -> frozenset[int]:
        """The sheet's words that the zone claims."""
        return frozenset(token.word for row in self.rows for token in row)


@dataclass(frozen=True, slots=True)
class _Place:
    side: str
    tokens: tuple[Token, ...]
    area: Area
    score: float


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the search for one page's zones knows."""

    sheet: Sheet
    by_line: dict[int, list[Label]]
    taken: frozenset[tuple[int, int]]
    headings: frozenset[int]

    def is_label(self, line: int, place: int) -> bool:
        return (line, place) in self.taken


def find_zones(sheet: Sheet, labels: Sequence[Label], headings: Sequence[Heading]) -> list[Zone]:
    """Give each label its zone, in the labels' order; labels that have no place for a value get none."""
    by_line: dict[int, list[Label]] = {}
    for label in labels:
        by_line.setdefault(label.line, []).append(label)
    taken = frozenset((x.line, i) for x in labels for i in range(x.first, x.past))
    ground = _Ground(sheet, by_line, taken, frozenset(h.line for h in headings))
    options = [_places(label, ground) for label in labels]
    votes: Counter[str] = Counter()
    for label, places in zip(labels, options, strict=True):
        if concept_of(label).kind in TYPED:
            fitting = [p for p in places if p.tokens and _suits(concept_of(label).kind, join(p.tokens))]
            fitting.sort(key=lambda p: -p.score)
            if fitting and (len(fitting) == 1 or fitting[0].score - fitting[1].score >= 0.5):  # noqa: PLR2004  (plainly)
                votes[fitting[0].side] += 1
    zones = []
    for label, places in zip(labels, options, strict=True):
        zone = _chosen(label, places, votes, ground)
        if zone:
            zones.append(zone)
    return _settle(zones)


def _places(label: Label, ground: _Ground) -> list[_Place]:
    cell = _cell(label, ground.sheet)
    limit = _limit(label, ground, cell)
    places = [
        _right(label, ground, limit, cell),
        _next_cell(label, ground, cell),
        _below(label, ground, _column_end(label, ground, cell), cell),
        _inside_above(label, ground, cell) if cell else _above(label, ground),
    ]
    return [p for p in places if p is not None]


def _chosen(label: Label, places: list[_Place], votes: Counter[str], ground: _Ground) -> Zone | None:
    kind = concept_of(label).kind
    total = sum(votes.values()) + 1
    best, top = None, 0.0
    for place in places:
        score = place.score + 1.2 * votes[place.side] / total
        if place.tokens:
            text = join(place.tokens)
            score += (3.0 if _suits(kind, text) else -1.2) if kind in TYPED else 0.8
            if kind not in TYPED and any(fits(k, text, lead=True) for k in ("phone", "npi", "date")):
                score -= 1.0
        else:
            score -= 2.0 if label.concept == "summary" else 0.4
        if score > top or best is None:
            best, top = place, score
    if best is None:
        return None
    if not best.tokens and label.concept in {"person", "cover_subject"}:
        return None
    if label.concept == "person" and best.side == ABOVE and label.line in ground.headings:
        return None  # what stands above a section's heading is a title
    rows = [best.tokens] if best.tokens else []
    more = _SEVERAL_LINES.get(label.concept, 0)
    if more and rows:
        rows.extend(_further_rows(label, best, more, ground))
    area = _grown(best, rows, label, ground)
    return Zone(label, best.side, tuple(rows), area)


def _suits(kind: str, text: str) -> bool:
    return fits(kind, text) and not (kind == "phone" and could_be_npi(text))


def _right(label: Label, ground: _Ground, limit: float, cell: Area | None) -> _Place | None:
    sheet, line = ground.sheet, ground.sheet.lines[label.line]
    tokens: list[Token] = []
    edge = label.area.right
    for i in range(label.past, len(line.tokens)):
        token = line.tokens[i]
        if ground.is_label(label.line, i) or token.area.left >= limit:
            break
        gap = (token.area.left - edge) / sheet.size
        if gap > (_inside(label) if tokens else _BEFORE_VALUE):
            break
        if tokens or token.text.strip("_.:-*#| "):
            tokens.append(token)
        edge = max(edge, token.area.right)
    rule = _line_to_write_on(label, sheet)
    score = (0.5 if label.colon else 0.0) + (1.5 if rule else 0.0)
    right = min(limit, rule) if rule else limit
    if right - label.area.right < 1.5 * sheet.size and not tokens:
        return None
    if not tokens and not rule and cell is None and not label.colon:
        score -= 0.3
    blank = Area(
        label.area.right + 3, label.area.top - 0.35 * sheet.size, right - 3, label.area.bottom + 0.25 * sheet.size
    )
    return _Place(RIGHT, tuple(tokens), around(t.area for t in tokens) if tokens else blank, score)


def _next_cell(label: Label, ground: _Ground, cell: Area | None) -> _Place | None:
    """The ruled box to the right of a label, or of a box that holds nothing but the label."""
    sheet, size = ground.sheet, ground.sheet.size
    area = _box_to_the_right(label, sheet, cell)
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
    return _Place(RIGHT, tuple(tokens), around(t.area for t in tokens) if tokens else area, 1.0)


def _over_the_wall(label: Label, ground: _Ground, cell: Area | None) -> _Place | None:
    """The words behind the one wall of a box that was seen, on a label's own line."""
    sheet, size = ground.sheet, ground.sheet.size
    walls = _walls(label, sheet)
    if cell and cell.bottom - label.area.bottom > 1.1 * size:
        return None
    if not walls or walls[0] - label.area.right > (_BEFORE_VALUE if cell else 3) * size:
        return None
    end = walls[1] if len(walls) > 1 else sheet.width
    tokens: list[Token] = []
    line = sheet.lines[label.line]
    for i in range(label.past, len(line.tokens)):
        token = line.tokens[i]
        if ground.is_label(label.line, i) or token.area.left >= end:
            break
        if tokens and token.area.left - tokens[-1].area.right > _INSIDE_VALUE * size:
            break
        tokens.append(token)
    if not tokens or tokens[0].area.left - walls[0] > _INSIDE_VALUE * size:
        return None
    return _Place(RIGHT, tuple(tokens), around(t.area for t in tokens), 0.6)


def _box_to_the_right(label: Label, sheet: Sheet, cell: Area | None) -> Area | None:
    """The next ruled box on a label's line, with nothing but the label before it."""
    size, y = sheet.size, label.area.middle
    walls = _walls(label, sheet)
    near = cell.right if cell else min(walls, default=sheet.width)
    walls = [x for x in walls if x > near + 0.6 * size]
    if not walls or near - label.area.right > _BEFORE_VALUE * size:
        return None
    if any(t.area.centre < near for t in sheet.lines[label.line].tokens[label.past :]):
        return None
    if cell:
        top, bottom = cell.top, cell.bottom
    else:
        inner = [r for r in sheet.rules.horizontal if r.x0 - size / 2 <= near + size <= r.x1 + size / 2]
        top = max(((r.y0 + r.y1) / 2 for r in inner if (r.y0 + r.y1) / 2 < y), default=0.0)
        bottom = min(((r.y0 + r.y1) / 2 for r in inner if (r.y0 + r.y1) / 2 > y), default=sheet.height)
        if bottom - top > 4 * size:
            return None
    return Area(near + 3, top + 3, walls[0] - 3, bottom - 3)


def _walls(label: Label, sheet: Sheet) -> list[float]:
    """Where upright rules stand on a label's line, to the right of it; a rule seen twice counts once."""
    size, y = sheet.size, label.area.middle
    found = sorted(
        r.x0
        for r in sheet.rules.vertical
        if r.x0 > label.area.right - 0.3 * size and min(r.y0, r.y1) - size / 2 <= y <= max(r.y0, r.y1) + size / 2
    )
    return [x for i, x in enumerate(found) if i == 0 or x - found[i - 1] > 0.4 * size]


def _inside_above(label: Label, ground: _Ground, cell: Area) -> _Place | None:
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
        if inside and number not in ground.headings and not any(ground.is_label(number, i) for i, _ in inside):
            tokens = tuple(t for _, t in inside)
            return _Place(ABOVE, tokens, around(t.area for t in tokens), 0.9)
    return _Place(ABOVE, (), Area(cell.left + 4, cell.top + 3, cell.right - 4, label.area.top - 2), 0.1)


def _below(label: Label, ground: _Ground, limit: float, cell: Area | None) -> _Place | None:
    sheet = ground.sheet
    size = sheet.size
    boxed = any(
        r.x0 <= label.area.centre <= r.x1 and -0.1 * size < (r.y0 + r.y1) / 2 - label.area.bottom < size
        for r in sheet.rules.horizontal
    )
    reach = cell.bottom if cell else label.area.bottom + (3.2 if boxed else 2.3) * size
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
        if any(ground.is_label(number, i) for i, _ in inside[:1]) or number in ground.headings:
            break
        tokens = _until_gap([t for i, t in inside if not ground.is_label(number, i)], _inside(label) * size)
        near = cell is not None or abs(tokens[0].area.left - label.area.left) < 2.2 * size
        shut_off = cell is None and _rule_between(label.area, tokens[0].area, sheet)
        kind = concept_of(label).kind
        closed = _rule_under(tokens[0].area, sheet) or (kind in TYPED and _suits(kind, join(tokens)))
        if not near or (shut_off and not closed):
            break
        return _Place(BELOW, tuple(tokens), around(t.area for t in tokens), 0.9 if cell else 0.2)
    if cell and cell.bottom - label.area.bottom > 1.0 * size:
        area = Area(cell.left + 4, label.area.bottom + 2, min(cell.right, limit) - 4, cell.bottom - 3)
        return _Place(BELOW, (), area, 0.9)
    return None


def _above(label: Label, ground: _Ground) -> _Place | None:
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
        return None
    y = (rule.y0 + rule.y1) / 2
    left, right = _column_of(label, ground, rule.x0, rule.x1)
    for number in range(label.line - 1, -1, -1):
        line = sheet.lines[number]
        if line.area.bottom < y - 2.2 * size:
            break
        inside = [
            (i, t)
            for i, t in enumerate(line.tokens)
            if left - size <= t.area.left < right and t.area.right <= rule.x1 + size and t.area.middle < y
        ]
        if not inside:
            continue
        if number in ground.headings or any(ground.is_label(number, i) for i, _ in inside):
            return None
        tokens = [t for _, t in inside]
        # a label set small right under its line belongs to that line
        close = label.area.top - y < 0.45 * size
        return _Place(ABOVE, tuple(tokens), around(t.area for t in tokens), 1.0 if close else 0.4)
    return _Place(ABOVE, (), Area(left + 2, y - 1.5 * size, right - 2, y - 2), 0.1)


def _column_of(label: Label, ground: _Ground, left: float, right: float) -> tuple[float, float]:
    """The part of a line to write on that is a label's own, where lines side by side were seen as one."""
    size = ground.sheet.size
    beside = [x.area for x in ground.by_line[label.line] if x is not label]
    after = [area.left - 0.6 * size for area in beside if label.area.right < area.left < right]
    if any(left < area.centre < label.area.left for area in beside):
        left = label.area.left - 0.2 * size
    return left, min([right, *after])


def _inside(label: Label) -> float:
    """Most empty space inside a value: a list of diagnoses may stand in boxes side by side."""
    return _BEFORE_VALUE if label.concept == "diagnosis" else _INSIDE_VALUE


def _until_gap(tokens: list[Token], widest: float) -> list[Token]:
    kept = tokens[:1]
    for before, token in pairwise(tokens):
        if token.area.left - before.area.right > widest:
            break
        kept.append(token)
    return kept


def _limit(label: Label, ground: _Ground, cell: Area | None) -> float:
    """How far right a value on the label's line may reach."""
    following = [x.area.left for x in ground.by_line[label.line] if x.first >= label.past]
    ends = [min(following, default=ground.sheet.width - 8) - 2]
    y = label.area.middle
    ends += [
        rule.x0 - 1
        for rule in ground.sheet.rules.vertical
        if rule.x0 > label.area.right and min(rule.y0, rule.y1) <= y <= max(rule.y0, rule.y1)
    ]
    if cell:
        ends.append(cell.right)
    return min(ends)


def _column_end(label: Label, ground: _Ground, cell: Area | None) -> float:
    """How far right a value below the label may reach."""
    if cell:
        return cell.right
    following = [x.area.left for x in ground.by_line[label.line] if x.first >= label.past]
    return min(following, default=ground.sheet.width)


def _cell(label: Label, sheet: Sheet) -> Area | None:
    """The ruled box around a label, if there is one of a field's size."""
    x, y, size = label.area.left + min(label.area.width / 2, 2 * sheet.size), label.area.middle, sheet.size
    across = [r for r in sheet.rules.horizontal if r.x0 - size / 2 <= x <= r.x1 + size / 2]
    tops = [(r.y0 + r.y1) / 2 for r in across if (r.y0 + r.y1) / 2 < y]
    bottoms = [(r.y0 + r.y1) / 2 for r in across if (r.y0 + r.y1) / 2 > y]
    down = [r for r in sheet.rules.vertical if min(r.y0, r.y1) - size / 2 <= y <= max(r.y0, r.y1) + size / 2]
    lefts = [r.x0 for r in down if r.x0 <= label.area.left + size / 2]
    rights = [r.x0 for r in down if r.x0 >= label.area.right - size / 2]
    if not (tops and bottoms and lefts and rights):
        return None
    cell = Area(max(lefts), max(tops), min(rights), min(bottoms))
    return cell if cell.height < 7 * size else None


def _line_to_write_on(label: Label, sheet: Sheet) -> float | None:
    """The right end of an underline that begins where the label ends."""
    size = sheet.size
    ends = [
        rule.x1
        for rule in sheet.rules.horizontal
        if -0.6 * size < rule.x0 - label.area.right < 1.8 * size
        and rule.length > 2 * size
        and -0.5 * size < (rule.y0 + rule.y1) / 2 - label.area.bottom < 0.8 * size
    ]
    return max(ends, default=None)


def _rule_between(upper: Area, lower: Area, sheet: Sheet) -> bool:
    x = lower.left + min(lower.width, sheet.size) / 2
    return any(
        r.x0 <= x <= r.x1 and upper.bottom - 2 < (r.y0 + r.y1) / 2 < lower.top + 0.25 * sheet.size
        for r in sheet.rules.horizontal
    )


def _rule_under(area: Area, sheet: Sheet) -> bool:
    """A rule closes the box in which ``area`` stands, just below it."""
    x = area.left + min(area.width, sheet.size) / 2
    return any(
        r.x0 <= x <= r.x1 and abs((r.y0 + r.y1) / 2 - area.bottom - 0.6 * sheet.size) < 0.7 * sheet.size
        for r in sheet.rules.horizontal
    )


def _further_rows(label: Label, place: _Place, most: int, ground: _Ground) -> list[tuple[Token, ...]]:
    """The next lines of a value that goes on below its first line."""
    sheet, size = ground.sheet, ground.sheet.size
    cell = _cell(label, sheet)
    left, bottom = place.area.left, place.area.bottom
    # running text may come back to the label's own margin
    least = min(left, label.area.left) if label.concept == "summary" else left
    rows: list[tuple[Token, ...]] = []
    start = next((n for n, x in enumerate(sheet.lines) if place.tokens[0] in x.tokens), label.line)
    for number in range(start + 1, len(sheet.lines)):
        line = sheet.lines[number]
        if len(rows) == most or line.area.top - bottom > 1.35 * size:
            break
        tokens = [
            (i, t)
            for i, t in enumerate(line.tokens)
            if t.area.left > least - size
            and (cell is None or t.area.right <= cell.right)
            and t.area.top > bottom - 0.5 * size
        ]
        if not tokens or number in ground.headings:
            if tokens:
                break
            continue
        kept = _until_gap([t for _, t in tokens], _INSIDE_VALUE * size)
        labelled = any(ground.is_label(number, i) for i, t in tokens if t in kept)
        outside = cell is not None and kept[0].area.middle > cell.bottom
        aligned = abs(kept[0].area.left - least) < 1.5 * size or (most > 2 and kept[0].area.left >= least - size)  # noqa: PLR2004
        if labelled or outside or not aligned:
            break
        if most <= 2 and cell is None and not fits("zip", join(kept)) and "," not in join(kept):  # noqa: PLR2004  (an address)
            break
        rows.append(tuple(kept))
        bottom = max(t.area.bottom for t in kept)
    return rows


def _grown(place: _Place, rows: list[tuple[Token, ...]], label: Label, ground: _Ground) -> Area:
    """The area to read: around the tokens with room for what the page's reader missed at either end."""
    if not rows:
        return place.area
    size = ground.sheet.size
    area = around(t.area for row in rows for t in row)
    cell = _cell(label, ground.sheet)
    left, right = area.left - 0.9 * size, area.right + 1.2 * size
    if place.side == RIGHT:
        left = max(left, min(area.left, (label.area.right + area.left) / 2))
        limit = _limit(label, ground, cell)
        right = min(right, limit - 1) if area.right <= limit else right
    elif cell:
        left, right = max(left, cell.left + 2), min(right, cell.right - 2)
    return Area(min(left, area.left), area.top - 0.12 * size, max(right, area.right), area.bottom + 0.12 * size)


def _settle(zones: list[Zone]) -> list[Zone]:
    """Where two labels claim the same words, leave them to the one that stands nearer and fits."""
    out = list(zones)
    for i in range(len(out)):
        for j in range(i + 1, len(out)):
            if out[i].words & out[j].words:
                loser = j if _claim(out[i]) >= _claim(out[j]) else i
                out[loser] = replace(out[loser], rows=(), area=_nothing(out[loser]))
    return [z for z in out if z.area.width > 0]


def _claim(zone: Zone) -> float:
    kind = concept_of(zone.label).kind
    near = {RIGHT: 1.0, BELOW: 0.5, ABOVE: 0.4}[zone.side]
    if zone.label.concept == "person" and zone.side == BELOW and not zone.label.colon:
        near -= 0.3  # a section's heading has its values by their own labels
    return near + (2.0 if fits(kind, zone.text) else 0.0) + (0.5 if zone.label.colon else 0.0)


def _nothing(zone: Zone) -> Area:
    return Area(zone.label.area.right, zone.label.area.top, zone.label.area.right, zone.label.area.bottom)
