"""How one form looks: fonts, sizes, marks around labels, and the way a label stands to its value."""

import random
from dataclasses import dataclass

from bench.layouts.canvas import FACES

ARRANGEMENTS = (
    "underline",
    "inside",
    "below_box",
    "under",
    "plain",
    "table",
    "right_box",
    "comb",
    "dots",
    "comb_under",
    "over",
    "split",
)


@dataclass(frozen=True, slots=True)
class Style:
    """The look of one page; sizes in points."""

    family: str
    size: float
    bold: bool
    upper: bool
    colon: bool
    star: str
    numbered: bool
    columns: int
    row: float
    gap: float
    margin: float
    rule: float
    heading: str
    value_family: str
    value_size: float
    value_bold: bool
    lift: float
    """How far values stand above or below their proper place."""
    hints: float
    strays: float
    """Chances that an empty place has a printed hint or a stray stroke in it."""


def draw_style(rng: random.Random) -> Style:
    """Draw a look."""
    size = rng.choice((7.0, 7.5, 8.0, 8.5, 9.0, 9.0, 10.0, 10.0, 11.0))
    dense = rng.random() < 0.45
    return Style(
        family=rng.choice(("sans", "sans", "serif", "narrow", "dejavu", "condensed", "gothic", "palatino", "century")),
        size=size,
        bold=rng.random() < 0.3,
        upper=rng.random() < 0.2,
        colon=rng.random() < 0.55,
        star=rng.choice(("", "", "", "", "* ", " *", " (required)", "*")),
        numbered=rng.random() < 0.12,
        columns=rng.choice((1, 2, 2, 2, 3, 3)),
        row=(1.9 if dense else 2.6) * max(size, 9.0),
        gap=rng.uniform(4, 12),
        margin=rng.uniform(28, 60),
        rule=rng.choice((0.4, 0.6, 0.8, 1.2)),
        heading=rng.choice(("bar", "black", "bold", "ruled", "grey", "none")),
        value_family=rng.choice(tuple(FACES)),
        value_size=rng.choice((9.0, 9.5, 10.0, 10.5, 11.0, 12.0)),
        value_bold=rng.random() < 0.12,
        lift=rng.choice((0.0, 0.0, 0.5, 1.0, -0.7)),
        hints=rng.choice((0.0, 0.6)),
        strays=rng.choice((0.0, 0.0, 0.5)),
    )  # fmt: skip


def dressed(style: Style, rng: random.Random, text: str, number: str = "") -> str:
    """A label's wording as this form prints it: case, number, star, colon."""
    text = text.upper() if style.upper else text
    if style.star.strip() and rng.random() < 0.6:
        text = style.star + text if style.star in {"* ", "*"} and rng.random() < 0.6 else text + style.star
    if style.numbered and number:
        text = f"{number} {text}"
    return f"{text}:" if style.colon and not text.endswith(")") else text
