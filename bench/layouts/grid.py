"""A page being drawn, and how its labelled fields are laid out in rows."""

import random
from dataclasses import dataclass, field, replace

from bench.layouts.canvas import WIDTH, Canvas, width_of
from bench.layouts.style import Style, dressed

STACKED = frozenset({"inside", "below_box", "under", "comb_under", "over"})
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
    rich: bool = False
    column: tuple[float, float] | None = None
    """From where to where the column reaches that is drawn now, in points; None for the whole page."""

    @property
    def left(self) -> float:
        """Where fields begin."""
        return self.column[0] if self.column else self.style.margin

    @property
    def right(self) -> float:
        """Where fields end."""
        return self.column[1] if self.column else WIDTH - self.style.margin

    def value(self, x: float, y: float, item: Item, how: str, *, limit: float = 1e9) -> float:
        """Type a value and remember it; one that is too wide is set smaller."""
        style = self.style
        self.how[item.key] = how
        if not item.value:
            leave_blank(self, x, y, item, how, limit)
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
    unit = (sheet.right - sheet.left) / columns
    rows: list[list[Item]] = [[]]
    for given in items:
        share = min(columns, max(given.share, needed(sheet, given, how) / unit))
        item = replace(given, share=share)
        if rows[-1] and sum(i.share for i in rows[-1]) + share > columns + 0.05:
            rows.append([])
        rows[-1].append(item)
    return rows


def needed(sheet: Sheet, item: Item, how: str) -> float:
    """Points a field takes so that nothing is printed over anything else."""
    style = sheet.style
    label = width_of(f"99. {item.label}", style.family, style.size, bold=style.bold) * (1.25 if style.upper else 1.0)
    label += width_of(style.star, style.family, style.size) + 8
    value = width_of(item.value, style.value_family, 9.0, bold=style.value_bold) + 12
    return max(label, value) if how in STACKED else label + value + style.gap + 6


_HINTS = {
    "date_of_birth": ("mm/dd/yyyy", "MM / DD / YYYY", "__/__/____", "month / day / year"),
    "phone": ("(   )    -", "(___) ___-____", "area code first"),
    "fax": ("(   )    -", "(___) ___-____", "required"),
    "npi": ("10 digits", "(10-digit number)"),
    "id": ("9 digits + letter", "see card"),
    "last_name": ("(optional)", "as on card", "Last"),
    "first_name": ("First", "First, MI"),
    "name": ("Last, First", "print or type"),
}
"""What forms print inside a place that nobody filled."""


def leave_blank(sheet: Sheet, x: float, y: float, item: Item, how: str, limit: float) -> None:
    """Leave a place empty as real pages do: with a printed hint, a stray stroke, or nothing."""
    rng, style = sheet.rng, sheet.style
    luck = rng.random()
    hints = _HINTS.get(item.key.rpartition(".")[2], ())
    if luck < style.hints and hints and how not in {"plain", "dots"}:
        sheet.canvas.text(x + 2, y, rng.choice(hints), style.family, 6.5)
    elif luck > 1 - style.strays and limit < WIDTH:
        left = rng.uniform(x, max(x + 1, limit - 30))
        drop = rng.uniform(-4, 4)
        sheet.canvas.line(left, y - 3 - drop, min(limit, left + rng.uniform(5, 25)), y - 3 + drop, 0.6)
