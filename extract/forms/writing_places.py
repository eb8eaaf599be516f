"""Where a blank form leaves room to write: beside, below or above a label, by the form's own lines."""

from collections.abc import Sequence
from itertools import pairwise

from extract.fields.ruled import cell_of, line_to_write_on
from extract.labels.label import Label
from extract.layout import Area, Sheet, around, join
from extract.page.upright import Rule, Rules

_UNKNOWN = "trait"
"""The concept of a label that Inlet does not know: what is written there is nobody's field."""
_LONGEST_LABEL = 7


def unnamed_labels(
    sheet: Sheet, labels: Sequence[Label], taken: frozenset[int], headings: frozenset[int]
) -> list[Label]:
    """Printed texts that look like labels of places to write in and mean nothing known.

    ``taken`` are words of tables and check boxes, ``headings`` lines of section headings.
    """
    known = {(x.line, i) for x in labels for i in range(x.first, x.past)}
    found: list[Label] = []
    for number, line in enumerate(sheet.lines):
        if number in headings:
            continue
        for first, past in line.segments():
            tokens = line.tokens[first:past]
            if any((number, i) in known or line.tokens[i].word in taken for i in range(first, past)):
                continue
            if len(tokens) > _LONGEST_LABEL or not any(c.isalpha() for t in tokens for c in t.text):
                continue
            area = around(t.area for t in tokens)
            label = _unnamed(join(tokens), area, (number, first, past), colon=tokens[-1].colon)
            if line_to_write_on(label, sheet) or _cell(label, sheet) or _rule_above(label, sheet.rules, sheet.size):
                found.append(label)
    return found


def _unnamed(text: str, area: Area, place: tuple[int, int, int], *, colon: bool) -> Label:
    line, first, past = place
    return Label(
        concepts=(_UNKNOWN,),
        role=None,
        weak=False,
        text=text,
        area=area,
        line=line,
        first=first,
        past=past,
        colon=colon,
        sure=0.5,
    )


def place_beside(label: Label, labels: Sequence[Label], sheet: Sheet, rules: Rules) -> Area | None:
    """The room to write in that belongs to a label, None if the form leaves none."""
    size = sheet.size
    end = line_to_write_on(label, sheet)
    if end is not None:
        base = _level(label, rules, size) or label.area.bottom
        return _clear(Area(label.area.right + 2, base - 1.75 * size, end, base + 0.35 * size), label, labels)
    cell = _cell(label, sheet)
    if cell is not None:
        return _in_cell(label, cell, labels, sheet)
    rule = _rule_above(label, rules, size)
    if rule is not None:
        beside = [x.area for x in labels if x is not label and x.line == label.line]
        right = min([float(rule.x1), *(a.left - size for a in beside if label.area.right < a.left < rule.x1)])
        y = (rule.y0 + rule.y1) / 2
        return Area(rule.x0, y - 1.9 * size, right, y + 0.3 * size)
    if label.colon:
        after = [x.area.left for x in labels if x.line == label.line and x.first >= label.past]
        right = min([*after, sheet.width * 0.95]) - 4
        if right - label.area.right > 3 * size:
            return Area(label.area.right + 2, label.area.top - 0.4 * size, right, label.area.bottom + 0.4 * size)
    return None


def cells_below(label: Label, sheet: Sheet) -> list[Area]:
    """The boxes of the ruled row right under a label, each behind its own printed number ("1.", "2.")."""
    size, x = sheet.size, label.area.left + sheet.size
    levels = sorted(
        (r.y0 + r.y1) / 2
        for r in sheet.rules.horizontal
        if r.x0 - size < x < r.x1 and (r.y0 + r.y1) / 2 > label.area.bottom - 2
    )
    levels = [y for i, y in enumerate(levels) if i == 0 or y - levels[i - 1] > 0.3 * size]
    if len(levels) < 2 or levels[0] - label.area.bottom > 1.5 * size or levels[1] - levels[0] > 4 * size:  # noqa: PLR2004  (above and below)
        return []
    top, bottom = levels[0], levels[1]
    middle = (top + bottom) / 2
    walls = sorted(r.x0 for r in sheet.rules.vertical if min(r.y0, r.y1) - 3 <= middle <= max(r.y0, r.y1) + 3)
    walls = [w for i, w in enumerate(walls) if i == 0 or w - walls[i - 1] > size]
    inside = [t for line in sheet.lines for t in line.tokens if top < t.area.middle < bottom]
    found = []
    for left, right in pairwise(walls):
        numbers = [
            t.area.right for t in inside if left < t.area.centre < right and not any(c.isalpha() for c in t.text)
        ]
        start = max([left, *numbers])
        if right - start > 2 * size:
            found.append(Area(start + 2, top + 2, right - 2, bottom - 2))
    return found


def _clear(area: Area, label: Label, labels: Sequence[Label]) -> Area:
    """An area that ends before the next label on its line."""
    after = [x.area.left for x in labels if x.line == label.line and x.first >= label.past]
    return Area(area.left, area.top, min([area.right, *(x - 2 for x in after)]), area.bottom)


def _level(label: Label, rules: Rules, size: float) -> float | None:
    """The height of the line to write on behind a label."""
    near = [
        (r.y0 + r.y1) / 2
        for r in rules.horizontal
        if -0.6 * size < r.x0 - label.area.right < 1.8 * size and abs((r.y0 + r.y1) / 2 - label.area.bottom) < size
    ]
    return max(near, default=None)


def _cell(label: Label, sheet: Sheet) -> Area | None:
    """The ruled box around a label, also a large one for running text."""
    small = cell_of(label, sheet)
    if small is not None:
        return small
    x, y, size = label.area.centre, label.area.middle, sheet.size
    across = [r for r in sheet.rules.horizontal if r.x0 <= x <= r.x1]
    tops = [(r.y0 + r.y1) / 2 for r in across if -1.5 * size < (r.y0 + r.y1) / 2 - label.area.top < 0]
    bottoms = [(r.y0 + r.y1) / 2 for r in across if (r.y0 + r.y1) / 2 > y]
    if not tops or not bottoms:
        return None
    top, bottom = max(tops), min(bottoms)
    down = [r for r in sheet.rules.vertical if min(r.y0, r.y1) <= y <= max(r.y0, r.y1)]
    lefts, rights = [r.x0 for r in down if r.x0 < label.area.left], [r.x0 for r in down if r.x0 > label.area.right]
    return Area(max(lefts), top, min(rights), bottom) if lefts and rights else None


def _in_cell(label: Label, cell: Area, labels: Sequence[Label], sheet: Sheet) -> Area | None:
    size = sheet.size
    below, above = cell.bottom - label.area.bottom, label.area.top - cell.top
    if cell.width < label.area.width + 1.6 * size and (beyond := _next_cell(label, cell, sheet)) is not None:
        return beyond
    others = [x.area for x in labels if x is not label and cell.left < x.area.centre < cell.right]
    if below > 0.8 * size and below >= above:
        tops = [a.top for a in others if label.area.bottom < a.top < cell.bottom]
        beside = [a.left for a in others if a.shared_rows(label.area) > 0.5 and a.left > label.area.right]  # noqa: PLR2004  (the same line)
        return Area(cell.left + 2, label.area.bottom + 1, min([cell.right, *beside]) - 2, min([cell.bottom, *tops]) - 1)
    if above > 0.8 * size:
        return Area(cell.left + 2, cell.top + 2, cell.right - 2, label.area.top - 1)
    beside = [a.left for a in others if a.left > label.area.right and a.shared_rows(label.area) > 0.5]  # noqa: PLR2004  (as above)
    room = min([cell.right, *beside]) - label.area.right
    if room > 2.5 * size:
        return Area(label.area.right + 3, cell.top + 2, min([cell.right, *beside]) - 3, cell.bottom - 2)
    return _next_cell(label, cell, sheet)


def _next_cell(label: Label, cell: Area, sheet: Sheet) -> Area | None:
    """The empty box to the right of one that only holds a label."""
    y = label.area.middle
    walls = sorted(
        r.x0
        for r in sheet.rules.vertical
        if r.x0 > cell.right + sheet.size and min(r.y0, r.y1) - 3 <= y <= max(r.y0, r.y1) + 3
    )
    if not walls:
        return None
    area = Area(cell.right + 2, cell.top + 2, walls[0] - 2, cell.bottom - 2)
    line = sheet.lines[label.line]
    return None if any(area.left < t.area.centre < area.right for t in line.tokens) else area


def _rule_above(label: Label, rules: Rules, size: float) -> Rule | None:
    """The line to write on whose label stands below it."""
    return next(
        (
            r
            for r in rules.horizontal
            if -0.9 * size < (r.y0 + r.y1) / 2 - label.area.top < 0.25 * size
            and r.x0 < label.area.left + 1.5 * size
            and r.x1 > label.area.right
        ),
        None,
    )
