"""Puts the pages of one fax together: cover sheets, forms, letters and notes, each for its order."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pypdfium2 as pdfium

from samples.conditions import DRAWN_DPI, Grey
from samples.fill import fill_form
from samples.forms import form_names, load_form
from samples.letters import load_prose, write_prose
from samples.orders import Order
from samples.printed import Hand
from samples.sheet import Placed, Sheet

BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Part:
    """One form or letter in a fax; ``request`` is the index of the order it is about, None for junk."""

    what: str
    order: Order
    hand: Hand
    request: int | None = 0


@dataclass(frozen=True, slots=True)
class PartPages:
    """Where a part ended up: 1-based pages, page kind, form id, the slots it has places for, its values."""

    part: Part
    pages: tuple[int, ...]
    kind: str
    form: str | None
    keys: frozenset[str]
    placed: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A document drawn: PDF bytes and what stands where."""

    pdf: bytes
    parts: tuple[PartPages, ...]


def compose(parts: Sequence[Part], rng: random.Random, *, fillable: bool = False, password: str | None = None) -> Paper:
    """Draw the parts one after another."""
    sheet = Sheet.new("Sample")
    done: list[PartPages] = []
    for number, part in enumerate(parts):
        if number:
            sheet.next_page()
        first, before = sheet.page, len(sheet.placed)
        kind, form, keys = _draw(sheet, part, rng, fillable=fillable)
        pages = tuple(range(first, sheet.page + 1))
        done.append(PartPages(part, pages, kind, form, keys, tuple(sheet.placed[before:])))
    return Paper(sheet.pdf(password=password), tuple(done))


def _draw(sheet: Sheet, part: Part, rng: random.Random, *, fillable: bool) -> tuple[str, str | None, frozenset[str]]:
    if part.what == BLANK:
        sheet.text(0, 0, "", font="Helvetica", size=8)
        return "blank", None, frozenset()
    if part.what in form_names():
        form = load_form(part.what)
        fill_form(sheet, form, part.order, part.hand, rng, fillable=fillable)
        return form.kind, form.id, form.keys
    prose = load_prose(part.what)
    write_prose(sheet, prose, part.order, part.hand)
    return prose.kind, None, prose.keys


def render(pdf: bytes, *, dpi: float = DRAWN_DPI) -> list[Grey]:
    """Draw every page of a PDF as 8-bit grey (0 = ink), form fields included."""
    document = pdfium.PdfDocument(pdf)
    try:
        document.init_forms()
        pages = []
        for page in document:
            bitmap = page.render(scale=dpi / 72, grayscale=True, may_draw_forms=True)
            array = np.array(bitmap.to_numpy(), dtype=np.uint8)
            pages.append(array.reshape(array.shape[0], array.shape[1]))
        return pages
    finally:
        document.close()
