"""Find the tables of service lines on a blank form: columns from the heading row, rows from the lines below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extract.forms.definition import ColumnOf, TableOf
from extract.labels.label import Label
from extract.layout import Sheet
from extract.tables.grid import Column, table_headers
from ingest.pages import FormValue
from terms.geometry import Box

_PARTS = {
    "code": "code",
    "modifier": "modifiers",
    "quantity": "quantity",
    "unit": "unit",
    "description": "description",
    "diagnosis": "diagnosis",
    "start_date": "start_date",
    "end_date": "end_date",
}
_LOWEST, _HIGHEST = 0.9, 4.5
"""Height of a row, in word heights."""


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table with the box around all of it, heading row included."""

    table: TableOf
    box: Box


def find_blank_tables(
    sheet: Sheet, labels: Sequence[Label], fields: Sequence[FormValue]
) -> tuple[list[FoundTable], set[int]]:
    """Give the tables of a blank page and the words of their heading rows."""
    found: list[FoundTable] = []
    words: set[int] = set()
    for number, header, columns in table_headers(sheet, labels):
        line = sheet.lines[number]
        rows = _ruled_rows(sheet, line.area.bottom, columns) or _widget_rows(sheet, line.area.bottom, columns, fields)
        if not rows:
            continue
        words |= {t.word for t in line.tokens}
        made = tuple(
            ColumnOf(part, label.text.strip(" *:"), max(0.0, c.left / sheet.width), min(1.0, c.right / sheet.width))
            for c in columns
            if (part := next((_PARTS[name] for name in c.concepts if name in _PARTS), None)) is not None
            for label in [next(x for x in header if x.concept in c.concepts)]
        )
        table = TableOf(made, tuple((top / sheet.height, bottom / sheet.height) for top, bottom in rows))
        left, right = min(c.left for c in columns), max(c.right for c in columns)
        box = Box.clipped(
            left / sheet.width, line.area.top / sheet.height, right / sheet.width, rows[-1][1] / sheet.height
        )
        found.append(FoundTable(table, box))
    return found, words


def _ruled_rows(sheet: Sheet, top: float, columns: Sequence[Column]) -> list[tuple[float, float]]:
    """Rows between ruling lines that run over most of the columns, down to the first gap that is no row."""
    left, right = columns[0].left, columns[-1].right
    levels = sorted(
        (r.y0 + r.y1) / 2
        for r in sheet.rules.horizontal
        if min(r.x1, right) - max(r.x0, left) > 0.6 * (right - left) and (r.y0 + r.y1) / 2 > top - 2
    )
    levels = [y for i, y in enumerate(levels) if i == 0 or y - levels[i - 1] > 0.3 * sheet.size]
    if not levels or levels[0] - top > 1.2 * sheet.size:
        levels.insert(0, top + 2)
    rows: list[tuple[float, float]] = []
    for upper, lower in pairwise(levels):
        if not _LOWEST * sheet.size < lower - upper < _HIGHEST * sheet.size:
            break
        if rows and abs((lower - upper) - (rows[-1][1] - rows[-1][0])) > 0.5 * (lower - upper):
            break
        if _has_label(sheet, upper, lower, left, right):
            break
        rows.append((upper, lower))
    return rows


def _has_label(sheet: Sheet, top: float, bottom: float, left: float, right: float) -> bool:
    """A printed text longer than a row's own number: the next box has begun."""
    tokens = [t for line in sheet.lines for t in line.tokens if len(t.folded) > 3]  # noqa: PLR2004  ("10.")
    return any(top < t.area.middle < bottom and left < t.area.centre < right for t in tokens)


def _widget_rows(
    sheet: Sheet, top: float, columns: Sequence[Column], fields: Sequence[FormValue]
) -> list[tuple[float, float]]:
    """Rows of a table without lines, from the form fields that stand in its columns."""
    spans = sorted(
        (f.box.top * sheet.height, f.box.bottom * sheet.height)
        for f in fields
        if f.kind == "text"
        and f.box.top * sheet.height > top - 2
        and columns[0].left - 4 <= f.box.left * sheet.width <= columns[-1].right
    )
    rows: list[tuple[float, float]] = []
    for upper, lower in spans:
        if rows and upper < (rows[-1][0] + rows[-1][1]) / 2:
            continue
        if rows and upper - rows[-1][1] > 1.5 * sheet.size:
            break
        rows.append((upper, lower))
    return rows
