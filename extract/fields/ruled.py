"""The ruled boxes and lines to write on around a label."""

from extract.labels.label import Label
from extract.layout import Area, Sheet

BEFORE_VALUE = 24.0
"""Most empty space, in word heights, between a label and a value on its line."""
_SHUT = 0.6
"""Share of a box's head and foot that must be drawn; boxes of other rows end somewhere along it."""


def cell_of(label: Label, sheet: Sheet) -> Area | None:
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
    shut = all(_drawn_across(sheet, y, cell) >= _SHUT for y in (cell.top, cell.bottom))
    return cell if cell.height < 7 * size and shut else None


def _drawn_across(sheet: Sheet, y: float, cell: Area) -> float:
    """The share of a cell's width along which a rule runs at height ``y``."""
    reach = sheet.size / 3
    parts = sorted(
        (max(r.x0, cell.left), min(r.x1, cell.right))
        for r in sheet.rules.horizontal
        if abs((r.y0 + r.y1) / 2 - y) < reach
    )
    covered, at = 0.0, cell.left
    for left, right in parts:
        covered += max(0.0, right - max(at, left))
        at = max(at, right)
    return covered / max(1.0, cell.width)


def walls_beside(label: Label, sheet: Sheet) -> list[float]:
    """Where upright rules stand on a label's line, to the right of it; a rule seen twice counts once."""
    size, y = sheet.size, label.area.middle
    found = sorted(
        r.x0
        for r in sheet.rules.vertical
        if r.x0 > label.area.right - 0.3 * size and min(r.y0, r.y1) - size / 2 <= y <= max(r.y0, r.y1) + size / 2
    )
    return [x for i, x in enumerate(found) if i == 0 or x - found[i - 1] > 0.4 * size]


def box_to_the_right(label: Label, sheet: Sheet, cell: Area | None) -> Area | None:
    """The next ruled box on a label's line, with nothing but the label before it."""
    size, y = sheet.size, label.area.middle
    walls = walls_beside(label, sheet)
    near = cell.right if cell else min(walls, default=sheet.width)
    walls = [x for x in walls if x > near + 0.6 * size]
    if not walls or near - label.area.right > BEFORE_VALUE * size:
        return None
    if any(t.area.centre < near for t in sheet.lines[label.line].tokens[label.past :]):
        return None
    inner = [r for r in sheet.rules.horizontal if r.x0 - size / 2 <= near + size <= r.x1 + size / 2]
    top = max(((r.y0 + r.y1) / 2 for r in inner if (r.y0 + r.y1) / 2 < y), default=0.0)
    bottom = min(((r.y0 + r.y1) / 2 for r in inner if (r.y0 + r.y1) / 2 > y), default=sheet.height)
    if cell:
        top, bottom = max(top, cell.top), min(bottom, cell.bottom)
    elif bottom - top > 4 * size:
        return None
    return Area(near + 3, top + 3, walls[0] - 3, bottom - 3)


def line_to_write_on(label: Label, sheet: Sheet) -> float | None:
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


def rule_between(upper: Area, lower: Area, sheet: Sheet) -> bool:
    """Say whether a rule parts two areas, one above the other."""
    x = lower.left + min(lower.width, sheet.size) / 2
    return any(
        r.x0 <= x <= r.x1 and upper.bottom - 2 < (r.y0 + r.y1) / 2 < lower.top + 0.25 * sheet.size
        for r in sheet.rules.horizontal
    )


def rule_under(area: Area, sheet: Sheet) -> bool:
    """A rule closes the box in which ``area`` stands, just below it."""
    x = area.left + min(area.width, sheet.size) / 2
    return any(
        r.x0 <= x <= r.x1 and abs((r.y0 + r.y1) / 2 - area.bottom - 0.6 * sheet.size) < 0.7 * sheet.size
        for r in sheet.rules.horizontal
    )
