"""Combs: a cell for each character, beside the label, below it or above it."""

from bench.layouts.canvas import width_of
from bench.layouts.grid import Item, Sheet

_CELLS = {"npi": 10, "id": 9, "date_of_birth": 10, "last_name": 16, "first_name": 12, "phone": 10, "fax": 10, "zip": 5}
"""Cells by the last part of a slot's name; anything else stands on a line."""
_NARROWEST = 8.5


def cells_for(item: Item) -> int:
    """How many cells a form gives this field, 0 for one that is not spelled into cells."""
    cells = _CELLS.get(item.key.rpartition(".")[2], 0)
    return cells if len(spelled(item)) <= cells else 0


def spelled(item: Item) -> str:
    """What is written into the cells: of a telephone number the digits alone."""
    if item.key.rpartition(".")[2] in {"phone", "fax"}:
        digits = "".join(c for c in item.value if c.isdigit())
        return digits[-10:] if "ext" not in item.value else item.value
    return item.value


def draw_comb(sheet: Sheet, item: Item, x: float, end: float, how: str) -> bool:
    """Draw a field as a comb; ``how`` is ``comb`` (label left) or ``comb_under`` (label below). False: no room."""
    style, cells = sheet.style, cells_for(item)
    if not cells:
        return False
    base = sheet.y + style.row - 5
    start = x
    if how == "comb":
        label = width_of(item.label, style.family, style.size, bold=style.bold) * (1.25 if style.upper else 1.0)
        start = x + label + width_of(f"99. {style.star}:", style.family, style.size) + 6
    cell = min(14.0, (end - start - style.gap) / cells)
    if cell < _NARROWEST:
        return False
    if how == "comb":
        sheet.label(x, base, item)
    _fill(sheet, spelled(item), start, cell, base, cells)
    if how == "comb_under":
        sheet.label(start, base + 4 + style.size, item, min(style.size, 8.0))
    sheet.how[item.key] = how
    if item.value:
        sheet.shown[item.key] = item.value
    return True


def _fill(sheet: Sheet, text: str, start: float, cell: float, base: float, cells: int) -> None:
    """Draw the walls and one character between each two."""
    style = sheet.style
    top = base - style.value_size - 1
    for place in range(cells + 1):
        sheet.canvas.line(start + place * cell, top, start + place * cell, base + 3, style.rule)
    for y in (top, base + 3):
        sheet.canvas.line(start, y, start + cells * cell, y, style.rule)
    for place, char in enumerate(text):
        if char != " ":
            wide = width_of(char, style.value_family, style.value_size)
            middle = start + (place + 0.5) * cell
            sheet.canvas.text(middle - wide / 2, base, char, style.value_family, style.value_size)
