"""Draw one page with its truth: sections in any order, or a letter."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bench.layouts.canvas import HEIGHT, WIDTH, Canvas, width_of
from bench.layouts.grid import Sheet
from bench.layouts.kinds import type_section
from bench.layouts.letter import draw_letter
from bench.layouts.mailbody import draw_mail
from bench.layouts.parts import (
    diagnosis_section,
    people_section,
    request_dates,
    service_list,
    service_table,
    summary_section,
)
from bench.layouts.prescription import draw_prescription
from bench.layouts.services import services, with_procedures
from bench.layouts.style import draw_style
from bench.layouts.told_dates import told_dates
from bench.layouts.type_grid import type_grid
from bench.layouts.wordings import OFFICES, TITLES
from samples.conditions import Grey
from samples.make_fax import RECEIVED_AT
from samples.orders import Order, draw_order
from samples.printed import draw_hand, slots
from terms.document import Word
from terms.names import CRITICAL_FIELDS, FIELD_KINDS
from terms.normal import normalise

_BOTTOM = HEIGHT - 40
_PEOPLE = ("member", "ordering_provider", "servicing_provider")
SERVICING = ("servicing_provider.npi", "servicing_provider.phone", "servicing_provider.fax")
"""Fields of the third person, which show whether a number goes to its own owner."""


MAY_BE_BLANK = (
    "member.id", "member.phone", "member.date_of_birth",
    "ordering_provider.npi", "ordering_provider.phone", "ordering_provider.fax",
)  # fmt: skip
"""Critical fields of one place each that a sender may leave out."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page at 400 dpi, what stands on it in normal form, and how each field was set."""

    grey: Grey
    values: dict[str, str]
    codes: list[str]
    diagnoses: list[str]
    words: tuple[Word, ...]
    how: dict[str, str] = field(default_factory=dict)
    layout: str = "form"
    text: str | None = None
    """A mail's text; then ``grey`` is an empty sheet."""


LAYOUTS = ("form", "bare", "columns", "letter", "prescription", "mail")
"""Kinds of page: a form, one whose sections have no headings, one in two columns, and what is no form."""


def draw_page(
    seed: int,
    number: int,
    *,
    rich: bool = False,
    blanks: float = 0.0,
    paper: Callable[[], Canvas] = Canvas,
    values_in: str | None = None,
) -> Drawn:
    """Draw page ``number`` of ``seed``: always the same for the same two numbers.

    ``blanks`` is the chance with which each of :data:`MAY_BE_BLANK` is not given, whatever the layout; letters
    and mails then speak of other dates too (:mod:`bench.layouts.told_dates`).

    ``paper`` makes the sheet that is drawn on and ``values_in`` names the face of values, instead of a random one.

    ``rich`` draws forms alone, with services and types of request as offices print them
    (:mod:`bench.layouts.services`, :mod:`bench.layouts.type_grid`).
    """
    for attempt in range(20):
        rng = random.Random(f"layouts:{seed}:{number}:{attempt}{':rich' if rich else ''}")
        order = draw_order(rng, today=RECEIVED_AT.date())
        left_out = random.Random(f"blanks:{seed}:{number}:{attempt}")
        order = replace(order, blank=order.blank | {name for name in MAY_BE_BLANK if left_out.random() < blanks})
        kind = rng.choices(("routine", "urgent", "retro", ""), (5, 3, 1, 1))[0]
        hand = draw_hand(rng)
        texts = slots(order, hand)
        style = draw_style(rng)
        sheet = Sheet(paper(), replace(style, value_family=values_in or style.value_family), rng, rich=rich)
        if rich:
            order = with_procedures(sheet, order)
            texts = slots(order, hand)
        count = len(order.lines)
        codes = [texts[f"diagnosis[{i}]"] for i in range(len(order.diagnoses))]
        layout = rng.choices(LAYOUTS, (10, 4, 4, 0, 0, 0) if rich else (10, 4, 4, 4, 3, 3))[0]
        if blanks and layout in {"letter", "mail"}:
            said, line = told_dates(left_out, hand, RECEIVED_AT.date())
            texts |= {"clinical.summary": f"{texts['clinical.summary']} {said}".strip(), "told.date": line}
        if layout == "mail":
            text, shown = draw_mail(rng, texts, count, codes)
            sheet.shown |= shown
            sheet.how |= dict.fromkeys((*shown, "line"), "mail")
            return _drawn(sheet, order, layout, text)
        if layout == "letter":
            draw_letter(sheet, texts, kind, count, codes)
        elif layout == "prescription":
            draw_prescription(sheet, texts, count, codes)
        else:
            _form(sheet, order, texts, kind, codes, layout)
        if sheet.y < _BOTTOM:
            return _drawn(sheet, order, layout)
    raise RuntimeError(f"page {number} of seed {seed} does not fit on a sheet: change the seed")


def _drawn(sheet: Sheet, order: Order, layout: str, text: str | None = None) -> Drawn:
    words = tuple(sheet.canvas.words)
    return Drawn(sheet.canvas.grey(), _truth(sheet, order), *_lists(sheet, order), words, sheet.how, layout, text)


def _form(  # noqa: C901  (a branch for each section)
    sheet: Sheet, order: Order, texts: dict[str, str], kind: str, codes: list[str], layout: str
) -> None:
    rng = sheet.rng
    _title(sheet)
    titled = None if layout == "form" else layout == "columns"
    sections = ["member", "ordering_provider", "services", "diagnosis", "type"]
    if order.servicing and rng.random() < 0.4:
        sections.append("servicing_provider")
    rng.shuffle(sections)
    if rng.random() < 0.7:
        sections.sort(key=["type", "member", "ordering_provider", "servicing_provider", "diagnosis", "services"].index)
    for name in sections:
        if name in _PEOPLE and layout == "columns":
            _beside(sheet, [n for n in sections if n in _PEOPLE], name, texts)
        elif name in _PEOPLE:
            people_section(sheet, name, texts, titled=titled)
        elif name == "type":
            (type_grid if sheet.rich and rng.random() < 0.7 else type_section)(sheet, kind)
            request_dates(sheet, texts)
        elif name == "diagnosis":
            diagnosis_section(sheet, codes)
        elif sheet.rich:
            services(sheet, texts, len(order.lines), codes)
        elif rng.random() < 0.75:
            service_table(sheet, texts, len(order.lines))
        else:
            service_list(sheet, texts, len(order.lines))
    if rng.random() < 0.4 and sheet.y < _BOTTOM - 90:
        summary_section(sheet, texts)


def _beside(sheet: Sheet, people: list[str], name: str, texts: dict[str, str]) -> None:
    """Draw the first two people's sections side by side when the first comes up, a third below them."""
    place = people.index(name)
    if place == 1:
        return
    if place > 1:
        people_section(sheet, name, texts, titled=True)
        return
    top, bottom, margin = sheet.y, sheet.y, sheet.style.margin
    middle = WIDTH / 2
    for who, column in zip(people, ((margin, middle - 6), (middle + 6, WIDTH - margin)), strict=False):
        sheet.y, sheet.column = top, column
        people_section(sheet, who, texts, titled=True)
        bottom = max(bottom, sheet.y)
    sheet.y, sheet.column = bottom, None


def _title(sheet: Sheet) -> None:
    rng, style = sheet.rng, sheet.style
    office, title = rng.choice(OFFICES), rng.choice(TITLES)
    for text, size in ((office, 11.0), (title, 14.0)) if rng.random() < 0.7 else ((title, 14.0),):
        wide = width_of(text, style.family, size, bold=True)
        x = (WIDTH - wide) / 2 if rng.random() < 0.6 else style.margin
        sheet.canvas.text(x, sheet.y + size, text, style.family, size, bold=True)
        sheet.y += size * 1.4
    if rng.random() < 0.3:
        text = "Fax completed form to 510-555-0100. Incomplete forms will be returned."
        sheet.canvas.text(style.margin, sheet.y + 8, text, style.family, 8)
        sheet.y += 12
    sheet.y += 4


def _truth(sheet: Sheet, order: Order) -> dict[str, str]:
    shown = sheet.shown
    values: dict[str, str] = {}
    names = {"member.last_name": order.member.last_name, "member.first_name": order.member.first_name}
    for key, name in names.items():
        if key in shown or "member.name" in shown or "member.full_name" in shown:
            values[key] = name
            sheet.how.setdefault(key, sheet.how.get("member.name") or sheet.how.get("member.full_name") or "letter")
    for key in (*CRITICAL_FIELDS, *SERVICING):
        if shown.get(key) and key not in values:
            text = shown[key]
            normal = text if key == "request.type" else normalise(FIELD_KINDS[key], text, latest=RECEIVED_AT.date())
            values[key] = normal or text
    return values


def _lists(sheet: Sheet, order: Order) -> tuple[list[str], list[str]]:
    codes = [line.code for i, line in enumerate(order.lines) if f"line[{i}].code" in sheet.shown]
    diagnoses = [code for i, code in enumerate(order.diagnoses) if f"diagnosis[{i}]" in sheet.shown]
    return codes, diagnoses
