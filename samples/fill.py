"""Fills a blank form with an order, as a typist would, and remembers what was written where.

``fill_form`` gives a flat PDF; ``fillable_form`` gives the same form with AcroForm fields that hold
the values instead. Both append to a :class:`samples.sheet.Sheet`, so that several forms and letters
make one fax.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from samples.forms import BlankForm
from samples.orders import Order
from samples.printed import Hand, slots
from samples.sheet import HEIGHT, WIDTH, Sheet, face, text_width, wrap

_MARGIN = 40.0
_WIDE = WIDTH - 2 * _MARGIN
_SMALLEST = 6.5
_LONGEST = 300
_TALL = 30.0


@dataclass(slots=True)
class Filler:
    """Draws one form's blocks onto a sheet; ``y`` is the cursor in points from the top."""

    sheet: Sheet
    form: BlankForm
    order: Order
    hand: Hand
    rng: random.Random
    texts: Mapping[str, str]
    fillable: bool = False
    y: float = 0.0

    def draw(self) -> None:
        """Draw every page of the form."""
        for number, blocks in enumerate(self.form.pages, start=1):
            if number > 1:
                self.sheet.next_page()
            self.y = 46.0
            for block in blocks:
                getattr(self, f"_{block['type']}")(block)
            footer = self.form.footer.format(page=number, pages=len(self.form.pages))
            if footer:
                self.sheet.text(_MARGIN, HEIGHT - 26, footer, font=self._label_face(), size=7.5)

    def _label_face(self, *, bold: bool = False) -> str:
        return face(self.form.label_font, bold=bold)

    def _title(self, block: dict[str, Any]) -> None:
        size = float(block.get("size", 15))
        font = self._label_face(bold=True)
        self.y += size
        x = _MARGIN
        if block.get("align", "center") == "center":
            x = (WIDTH - text_width(block["text"], font, size)) / 2
        self.sheet.text(x, self.y, block["text"], font=font, size=size)
        self.y += 7

    def _heading(self, block: dict[str, Any]) -> None:
        look = block.get("look", "band")
        self.y += 6
        if look == "band":
            self.sheet.band(_MARGIN, self.y, _WIDE, 14, grey=float(block.get("grey", 0.82)))
        elif look == "rule":
            self.sheet.line(_MARGIN, self.y + 14, _MARGIN + _WIDE, self.y + 14, width=1.4)
        self.sheet.text(_MARGIN + 4, self.y + 10.5, block["text"], font=self._label_face(bold=True), size=9.5)
        self.y += 18

    def _text(self, block: dict[str, Any]) -> None:
        size = float(block.get("size", 8))
        font = self._label_face(bold=bool(block.get("bold", False)))
        for piece in wrap(block["text"], font, size, _WIDE):
            self.y += size * 1.25
            x = _MARGIN
            if block.get("align") == "center":
                x = (WIDTH - text_width(piece, font, size)) / 2
            self.sheet.text(x, self.y, piece, font=font, size=size)
        self.y += 3

    def _gap(self, block: dict[str, Any]) -> None:
        self.y += float(block["height"])

    def _row(self, block: dict[str, Any]) -> None:
        style = block.get("style", self.form.style)
        cells = block["cells"]
        parts = sum(float(cell.get("width", 1)) for cell in cells)
        x, high = _MARGIN, float(block.get("height", self.form.row_height))
        for cell in cells:
            wide = _WIDE * float(cell.get("width", 1)) / parts
            getattr(self, f"_cell_{style}")(cell, x, wide, high)
            x += wide
        self.y += high + (3 if style == "underline" else 0)

    def _cell_underline(self, cell: dict[str, Any], x: float, wide: float, high: float) -> None:
        base = self.y + high - 5
        end = self.sheet.text(x, base, cell["label"], font=self._label_face(), size=self.form.label_size) + 3
        self.sheet.line(end, base + 2, x + wide - 8, base + 2)
        self._value(cell["key"], cell["label"], end + 3, base, x + wide - 10 - end)

    def _cell_box(self, cell: dict[str, Any], x: float, wide: float, high: float) -> None:
        self.sheet.frame(x, self.y, wide, high)
        size = min(self.form.label_size, 7.5)
        self.sheet.text(x + 2.5, self.y + size + 0.5, cell["label"], font=self._label_face(), size=size)
        self._value(cell["key"], cell["label"], x + 5, self.y + high - 4, wide - 8)

    def _cell_under(self, cell: dict[str, Any], x: float, wide: float, high: float) -> None:
        base = self.y + high - 11
        self.sheet.line(x, base + 2, x + wide - 10, base + 2)
        self.sheet.text(x, base + 9.5, cell["label"], font=self._label_face(), size=min(self.form.label_size, 7.5))
        self._value(cell["key"], cell["label"], x + 3, base, wide - 14)

    def _cell_plain(self, cell: dict[str, Any], x: float, wide: float, high: float) -> None:
        base = self.y + high - 4
        end = self.sheet.text(x, base, cell["label"], font=self._label_face(), size=self.form.label_size)
        self._value(cell["key"], cell["label"] or "Letterhead", end + 1, base, x + wide - end)

    def _cell_pair(self, cell: dict[str, Any], x: float, wide: float, high: float) -> None:
        label_wide = min(wide * 0.45, text_width(cell["label"], self._label_face(bold=True), self.form.label_size) + 10)
        self.sheet.band(x, self.y, label_wide, high, grey=0.88)
        self.sheet.frame(x, self.y, wide, high)
        self.sheet.line(x + label_wide, self.y, x + label_wide, self.y + high)
        font = self._label_face(bold=True)
        self.sheet.text(x + 4, self.y + high - 7, cell["label"], font=font, size=self.form.label_size)
        self._value(cell["key"], cell["label"], x + label_wide + 4, self.y + high - 6.5, wide - label_wide - 6)

    def _checks(self, block: dict[str, Any]) -> None:
        font, size = self._label_face(), float(block.get("size", 9))
        self.y += 15
        x = _MARGIN
        if block.get("label"):
            x = self.sheet.text(x, self.y, block["label"], font=self._label_face(bold=True), size=size) + 10
        for option in block["options"]:
            if x > _MARGIN + _WIDE - text_width(option["label"], font, size) - 16:
                self.y += 15
                x = _MARGIN + 14
            ticked = self._is_ticked(block["key"], option["value"])
            name = f"{block.get('label', '')} {option['label']}".replace(":", "").strip()
            self._tick(f"{block['key']}={option['value']}", name, x, ticked=ticked)
            x = self.sheet.text(x + 12.5, self.y, option["label"], font=font, size=size) + 16
        self.y += 5

    def _is_ticked(self, key: str, value: str) -> bool:
        if key in self.order.blank:
            return False
        if key == "request.type":
            return value in self.order.types
        if key == "clinical.attached":
            return self.order.clinicals_attached == (value == "yes")
        return self.texts.get(key, "") == value

    def _tick(self, key: str, label: str, x: float, *, ticked: bool) -> None:
        if not self.fillable:
            self.sheet.check_box(key, x, self.y, mark=self.hand.mark if ticked else "")
            return
        self.sheet.canvas.acroForm.checkbox(
            name=f"{label} {self.sheet.page}", checked=ticked, x=round(x), y=round(HEIGHT - self.y - 1), size=10,
            buttonStyle="cross", borderWidth=1,
        )  # fmt: skip
        if ticked:
            self.sheet.remember(key, "on", x, self.y, x + 9.5, size=9.5)

    def _area(self, block: dict[str, Any]) -> None:
        high = float(block["height"])
        self.sheet.frame(_MARGIN, self.y, _WIDE, high)
        label = block.get("label", "")
        self.sheet.text(_MARGIN + 3, self.y + 9, label, font=self._label_face(), size=self.form.label_size)
        text = self.texts.get(block["key"], "")
        if self.fillable:
            self._field(block["key"], label, _MARGIN + 4, self.y + high - 3, _WIDE - 8, high=high - 14, text=text)
        else:
            font, size = face(self.hand.font), self.hand.size
            for index, piece in enumerate(wrap(text, font, size, _WIDE - 14)):
                base = self.y + 21 + index * size * 1.2
                self.sheet.value(block["key"], _MARGIN + 6, base, piece, font=font, size=size)
        self.y += high + 2

    def _table(self, block: dict[str, Any]) -> None:
        columns, high = block["columns"], float(block.get("height", 18))
        parts = sum(float(column.get("width", 1)) for column in columns)
        edges = [_MARGIN]
        for column in columns:
            edges.append(edges[-1] + _WIDE * float(column.get("width", 1)) / parts)
        if block.get("header", True):
            self.sheet.band(_MARGIN, self.y, _WIDE, 15, grey=0.86)
            self.sheet.frame(_MARGIN, self.y, _WIDE, 15)
            for column, x in zip(columns, edges, strict=False):
                self.sheet.text(x + 3, self.y + 10.5, column["label"], font=self._label_face(bold=True), size=7.5)
            self.y += 15
        top = self.y
        across = int(block.get("across", 1))
        for row in range(int(block["rows"])):
            for place, column in enumerate(columns):
                index = row * across + (place if across > 1 else 0)
                key = f"{block['of']}[{index}]" + (f".{column['part']}" if column.get("part") else "")
                x, wide = edges[place], edges[place + 1] - edges[place]
                if column.get("number"):
                    self.sheet.text(x + 3, self.y + high - 6, f"{index + 1}.", font=self._label_face(), size=8)
                    x, wide = x + 12, wide - 12
                self._value(key, f"{column['label']} {index + 1}", x + 4, self.y + high - 5, wide - 6)
            self.y += high
            self.sheet.line(_MARGIN, self.y, _MARGIN + _WIDE, self.y)
        for x in edges:
            self.sheet.line(x, top, x, self.y)
        if not block.get("header", True):
            self.sheet.line(_MARGIN, top, _MARGIN + _WIDE, top)
        self.y += 4

    def _value(self, key: str, label: str, x: float, base: float, room: float) -> None:
        text = self.texts.get(key, "")
        if self.fillable:
            self._field(key, label, x - 2, base + 3, room, high=self.hand.size + 4, text=text)
            return
        if not text:
            return
        font, size = face(self.hand.font, bold=self.hand.bold), self.hand.size
        while size > _SMALLEST and text_width(text, font, size) > room:
            size -= 0.5
        if text_width(text, font, size) > room:
            font = face("narrow")
        drift = self.hand.drift
        dx, dy = (self.rng.uniform(0, 2 * drift), self.rng.uniform(-drift, drift)) if drift else (0.0, 0.0)
        self.sheet.value(key, x + dx, base - 0.5 + dy, text, font=font, size=size)

    def _field(self, key: str, label: str, x: float, bottom: float, wide: float, *, high: float, text: str) -> None:
        """Put an AcroForm text field with its bottom left corner at (x, bottom)."""
        name = f"{label.strip(' *:')} p{self.sheet.page} y{int(bottom)}"
        self.sheet.canvas.acroForm.textfield(
            name=name, value=text, x=round(x), y=round(HEIGHT - bottom), width=round(max(wide, 12)), height=round(high),
            fontName="Helvetica", fontSize=min(self.hand.size, 10), borderWidth=0, forceBorder=False,
            fieldFlags="multiline" if high > _TALL else "", maxlen=_LONGEST,
        )  # fmt: skip
        if text:
            end = x + 2 + text_width(text, "Helvetica", min(self.hand.size, 10))
            self.sheet.remember(key, text, x + 2, bottom - 3, min(end, x + wide), size=self.hand.size)


def fill_form(
    sheet: Sheet, form: BlankForm, order: Order, hand: Hand, rng: random.Random, *, fillable: bool = False
) -> None:
    """Draw ``form`` filled with ``order`` onto the sheet's current and following pages."""
    Filler(sheet, form, order, hand, rng, slots(order, hand), fillable=fillable).draw()
