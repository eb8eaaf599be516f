"""A section of labelled fields, drawn in one of many arrangements."""

import random
from dataclasses import dataclass, field, replace

from bench.layouts.canvas import WIDTH, Canvas, width_of
from bench.layouts.style import Style, dressed

_STACKED = frozenset({"inside", "below_box", "under"})
"""Arrangements whose value stands above or below its label."""


@dataclass(frozen=True, slots=True)
class Item:
    """One labelled field: slot, wording, what is typed (empty: left blank), and its share of a row."""

    key: str
    label: str
    value: str
    share: float = 1.0


@dataclass
class Sheet:
    """A page being drawn: the canvas, how far down it is, and what was typed where."""

    canvas: Canvas
    style: Style
    rng: random.Random
    y: float = 40.0
    shown: dict[str, str] = field(default_factory=dict)
    how: dict[str, str] = field(default_factory=dict)
    number: int = 0

    def value(self, x: float, y: float, item: Item, how: str, *, limit: float = 1e9) -> float:
        """Type a value and remember it; one that is too wide is set smaller."""
        style = self.style
        self.how[item.key] = how
        if not item.value:
            return x
        self.shown[item.key] = item.value
        size = style.value_size
        while x + width_of(item.value, style.value_family, size, bold=style.value_bold) > limit and size > 8.0:
            size -= 0.5
        return self.canvas.text(x, y - style.lift, item.value, style.value_family, size, bold=style.value_bold)

    def label(self, x: float, y: float, item: Item, size: float | None = None) -> float:
        """Print a label; gives the x at which it ends."""
        style = self.style
        self.number += 1
        text = dressed(style, self.rng, item.label, f"{self.number}.")
        return self.canvas.text(x, y, text, style.family, size or style.size, bold=style.bold)


def rows_of(sheet: Sheet, items: list[Item], columns: int, how: str) -> list[list[Item]]:
    """Lay items out in rows whose shares add up to about ``columns``, wider ones where they need it."""
    unit = (WIDTH - 2 * sheet.style.margin) / columns
    rows: list[list[Item]] = [[]]
    for given in items:
        share = min(columns, max(given.share, _needed(sheet, given, how) / unit))
        item = replace(given, share=share)
        if rows[-1] and sum(i.share for i in rows[-1]) + share > columns + 0.05:
            rows.append([])
        rows[-1].append(item)
    return rows


def _needed(sheet: Sheet, item: Item, how: str) -> float:
    """Points a field takes so that nothing is printed over anything else."""
    style = sheet.style
    label = width_of(f"99. {item.label}", style.family, style.size, bold=style.bold) * (1.25 if style.upper else 1.0)
    label += width_of(style.star, style.family, style.size) + 8
    value = width_of(item.value, style.value_family, 9.0, bold=style.value_bold) + 12
    return max(label, value) if how in _STACKED else label + value + style.gap + 6


def draw_fields(sheet: Sheet, items: list[Item], how: str) -> None:
    """Draw a section's fields in the arrangement ``how`` (see :data:`bench.layouts.style.ARRANGEMENTS`)."""
    style = sheet.style
    columns = min(style.columns, 2) if how in {"table", "comb", "right_box", "dots"} else style.columns
    right = WIDTH - style.margin
    for row in rows_of(sheet, items, columns, how):
        total = sum(i.share for i in row)
        filling = how in {"inside", "table"}
        x = style.margin
        for place, item in enumerate(row):
            wide = (WIDTH - 2 * style.margin) * item.share / (total if filling else max(total, columns))
            end = right if filling and place == len(row) - 1 else x + wide
            _DRAW[how](sheet, item, x, end)
            x = end
        sheet.y += style.row + (style.size + 3 if how in _STACKED else 0)
    sheet.y += 4


def _underline(sheet: Sheet, item: Item, x: float, end: float) -> float:
    style = sheet.style
    base = sheet.y + style.row - 4
    start = sheet.label(x, base, item) + 3
    end = max(end - style.gap, start + 30)
    sheet.canvas.line(start, base + 2, end, base + 2, style.rule)
    typed = sheet.value(start + sheet.rng.uniform(1, 8), base, item, "underline", limit=end)
    return max(end, typed)


def _inside(sheet: Sheet, item: Item, x: float, end: float) -> float:
    style = sheet.style
    high = style.row + style.size + 3
    sheet.canvas.rect(x, sheet.y, end, sheet.y + high, style.rule)
    small = min(style.size, 8.0)
    sheet.label(x + 2.5, sheet.y + small + 1, item, small)
    sheet.value(x + sheet.rng.uniform(3, 8), sheet.y + high - 4, item, "inside", limit=end - 2)
    return end


def _below_box(sheet: Sheet, item: Item, x: float, end: float) -> float:
    style = sheet.style
    end = end - style.gap
    sheet.label(x, sheet.y + style.size, item)
    top = sheet.y + style.size + 3
    sheet.canvas.rect(x, top, end, top + style.row - 3, style.rule)
    sheet.value(x + 4, top + style.row - 7, item, "below_box", limit=end - 2)
    return end


def _under(sheet: Sheet, item: Item, x: float, end: float) -> float:
    style = sheet.style
    end = end - style.gap
    base = sheet.y + style.row - 6
    sheet.value(x + 4, base, item, "under", limit=end)
    sheet.canvas.line(x, base + 2.5, end, base + 2.5, style.rule)
    sheet.label(x, base + 2.5 + style.size, item, min(style.size, 8.5))
    return end


def _plain(sheet: Sheet, item: Item, x: float, end: float) -> float:
    base = sheet.y + sheet.style.row - 5
    start = sheet.label(x, base, item)
    if not sheet.style.colon and sheet.style.row:
        start += 4
    return sheet.value(start + sheet.rng.uniform(3, 12), base, item, "plain", limit=end + 60)


def _dots(sheet: Sheet, item: Item, x: float, end: float) -> float:
    style = sheet.style
    base = sheet.y + style.row - 4
    start = sheet.label(x, base, item) + 4
    typed = sheet.value(start + 2, base, item, "dots", limit=end - style.gap)
    dot = typed + 3 if item.value else start
    while dot < end - style.gap:
        dot = sheet.canvas.text(dot, base, ". ", style.family, style.size)
    return end


def _table(sheet: Sheet, item: Item, x: float, end: float) -> float:
    style = sheet.style
    middle = x + (end - x) * 0.38
    while middle < end - 60 and width_of(item.label, style.family, style.size, bold=style.bold) > middle - x - 22:
        middle += 8
    base = sheet.y + style.row - 0.3 * style.row
    sheet.canvas.rect(x, sheet.y, middle, sheet.y + style.row, style.rule, 225 if style.heading == "grey" else None)
    sheet.canvas.rect(middle, sheet.y, end, sheet.y + style.row, style.rule)
    sheet.label(x + 3, base, item)
    sheet.value(middle + 4, base, item, "table", limit=end - 2)
    return end


def _right_box(sheet: Sheet, item: Item, x: float, end: float) -> float:
    style = sheet.style
    base = sheet.y + style.row - 0.35 * style.row
    start = sheet.label(x, base, item) + 4
    end = max(end - style.gap, start + 40)
    sheet.canvas.rect(start, sheet.y + 1, end, sheet.y + style.row - 2, style.rule)
    sheet.value(start + 3, base, item, "right_box", limit=end - 2)
    return end


def _comb(sheet: Sheet, item: Item, x: float, end: float) -> float:
    """A cell for each character, for what has a fixed length; anything else on a line."""
    style = sheet.style
    cells = {"npi": 10, "id": 9, "date_of_birth": 10}.get(item.key.rpartition(".")[2], 0)
    if not cells or len(item.value) > cells:
        return _underline(sheet, item, x, end)
    base = sheet.y + style.row - 5
    room = end - x - _needed(sheet, replace(item, value=""), "comb")
    if room / cells < 9:
        return _right_box(sheet, item, x, end)
    start = sheet.label(x, base, item) + 5
    cell = min(14.0, (end - start - style.gap) / cells)
    top = base - style.value_size - 1
    for place in range(cells + 1):
        sheet.canvas.line(start + place * cell, top, start + place * cell, base + 3, style.rule)
    for y in (top, base + 3):
        sheet.canvas.line(start, y, start + cells * cell, y, style.rule)
    for place, char in enumerate(item.value):
        wide = width_of(char, style.value_family, style.value_size)
        middle = start + (place + 0.5) * cell - wide / 2
        sheet.canvas.text(middle, base, char, style.value_family, style.value_size)
    sheet.how[item.key] = "comb"
    if item.value:
        sheet.shown[item.key] = item.value
    return end


_DRAW = {
    "underline": _underline,
    "inside": _inside,
    "below_box": _below_box,
    "under": _under,
    "plain": _plain,
    "table": _table,
    "right_box": _right_box,
    "comb": _comb,
    "dots": _dots,
}
