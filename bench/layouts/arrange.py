"""A section of labelled fields, drawn in one of many arrangements."""

from bench.layouts.canvas import width_of
from bench.layouts.cells import draw_comb
from bench.layouts.grid import STACKED, Item, Sheet, rows_of


def draw_fields(sheet: Sheet, items: list[Item], how: str) -> None:
    """Draw a section's fields in the arrangement ``how`` (see :data:`bench.layouts.style.ARRANGEMENTS`)."""
    style = sheet.style
    columns = (
        min(style.columns, 2) if how in {"table", "comb", "comb_under", "right_box", "dots", "split"} else style.columns
    )
    right = sheet.right
    if sheet.column:
        columns = 1
    for row in rows_of(sheet, items, columns, how):
        total = sum(i.share for i in row)
        filling = how in {"inside", "table", "split"}
        x = sheet.left
        for place, item in enumerate(row):
            wide = (sheet.right - sheet.left) * item.share / (total if filling else max(total, columns))
            end = right if filling and place == len(row) - 1 else x + wide
            _DRAW[how](sheet, item, x, end)
            x = end
        deep = max(style.row, 2.5 * min(style.size, 8.0)) if how == "split" else style.row
        sheet.y += deep + (style.size + 3 if how in STACKED else 0)
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
    return end if draw_comb(sheet, item, x, end, "comb") else _underline(sheet, item, x, end)


def _comb_under(sheet: Sheet, item: Item, x: float, end: float) -> float:
    return end if draw_comb(sheet, item, x, end, "comb_under") else _under(sheet, item, x, end)


def _over(sheet: Sheet, item: Item, x: float, end: float) -> float:
    """The label small above its value, nothing ruled."""
    style = sheet.style
    sheet.label(x, sheet.y + style.size, item, min(style.size, 8.5))
    sheet.value(x + 1, sheet.y + style.size + style.row - 4, item, "over", limit=end - style.gap)
    return end


def _split(sheet: Sheet, item: Item, x: float, end: float) -> float:
    """A label broken over two lines in a box, its value in the box beside it."""
    style = sheet.style
    words = item.label.split()
    if len(words) < 2:
        return _table(sheet, item, x, end)
    cut = (len(words) + 1) // 2
    size = min(style.size, 8.0)
    lines = [" ".join(words[:cut]), " ".join(words[cut:])]
    text = [line.upper() if style.upper else line for line in lines]
    middle = x + max(width_of(t, style.family, size, bold=style.bold) for t in text) + 12
    high = max(style.row, 2.5 * size)
    sheet.canvas.rect(x, sheet.y, middle, sheet.y + high, style.rule)
    sheet.canvas.rect(middle, sheet.y, end, sheet.y + high, style.rule)
    for row, line in enumerate(text):
        sheet.canvas.text(x + 3, sheet.y + (row + 1) * 1.1 * size, line, style.family, size, bold=style.bold)
    sheet.value(middle + 4, sheet.y + high / 2 + 4, item, "split", limit=end - 2)
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
    "comb_under": _comb_under,
    "over": _over,
    "split": _split,
}
