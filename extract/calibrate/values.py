"""Values for the sheets, drawn apart from the training of any reader: its words and names are not used here.

Names come from the capitalised words of the Debian package ``wamerican``, so a reader that learned
its own list of names gains nothing; diagnoses half from the common ones, half from all that
exist; codes mostly from the equipment list, as on real orders.
"""

import csv
import random
from functools import cache
from pathlib import Path

from extract.decode.lexicon import known_codes
from extract.training.text import ENGLISH, digits, draw_value
from terms.names import FieldKind
from terms.normal import normalise

_COMMON = Path(__file__).parents[2] / "classify" / "tables" / "icd10cm_common.csv"
_UNKNOWN = 0.25
_TRAPS = 0.03
_SUFFIXES = ("St", "Ave", "Avenue", "Street", "Blvd", "Way", "Court", "Dr", "Lane", "Rd", "Terrace", "Pl")
_TITLES = (", MD", ", M.D.", " MD", ", DO", ", NP", ", PA-C", ", DPM", ", RN, NP", "")


def draw_field(kind: FieldKind, rng: random.Random) -> str:
    """Give one value of ``kind`` as a person would write it; rarely (3 %) two of them, or something else."""
    if rng.random() < _TRAPS:
        return draw_value(kind, rng)
    if kind is FieldKind.NAME:
        return _name(rng)
    if kind is FieldKind.ADDRESS:
        return _address(rng)
    if kind is FieldKind.DIAGNOSIS:
        return _diagnosis(rng)
    if kind is FieldKind.CODE:
        return rng.choice(_listed()) if rng.random() > _UNKNOWN else _single(kind, rng)
    return draw_value(kind, rng) if kind is FieldKind.TEXT else _single(kind, rng)


def _single(kind: FieldKind, rng: random.Random) -> str:
    """One value that is valid by itself."""
    while True:
        text = draw_value(kind, rng)
        if normalise(kind, text) is not None:
            return text


def _diagnosis(rng: random.Random) -> str:
    roll = rng.random()
    text = rng.choice(_common() if roll < 0.5 else _short() if roll < 0.8 else _all())  # noqa: PLR2004  (shares of a half, a third and the rest)
    return text.replace(".", "") if rng.random() < 0.1 else text  # noqa: PLR2004  (one in ten without its point)


def _name(rng: random.Random) -> str:
    first, last = rng.choice(_names()), rng.choice(_names())
    middle = rng.choice(("", "", "", " " + rng.choice("ABCDEFGHJKLMNPRSTVW") + rng.choice((".", ""))))
    if rng.random() < 0.06:  # noqa: PLR2004  (double names)
        last += rng.choice(("-", " ")) + rng.choice(_names())
    text = rng.choice((first, last, f"{first}{middle} {last}", f"{last}, {first}{middle}", f"{first} {last}"))
    if " " in text and rng.random() < 0.4:  # noqa: PLR2004  (a clinician)
        text = rng.choice(("", "", "Dr. ")) + text + rng.choice(_TITLES)
    return text.upper() if rng.random() < 0.35 else text  # noqa: PLR2004  (a third in capitals)


def _address(rng: random.Random) -> str:
    street = f"{rng.randint(1, 9999)} {rng.choice(('', '', 'N ', 'E. '))}{rng.choice(_names())} {rng.choice(_SUFFIXES)}"
    number = rng.randint(1, 400)
    more = rng.choice(("", "", f" #{number}", f", Apt {number}", f" Suite {number}"))
    city = f"{rng.choice(_names())}, CA {9}{digits(rng, 4)}"
    text = rng.choice((street + more, f"{street}{more}, {city}", city, street))
    return text.upper() if rng.random() < 0.3 else text  # noqa: PLR2004  (as names)


@cache
def _names() -> tuple[str, ...]:
    words = (w for w in ENGLISH.read_text(encoding="utf-8").split() if w.isascii() and w.isalpha() and w.istitle())
    return tuple(w for w in words if 2 < len(w) < 12)  # noqa: PLR2004  (as long as names are)


@cache
def _listed() -> tuple[str, ...]:
    return tuple(sorted(known_codes(FieldKind.CODE)))


@cache
def _all() -> tuple[str, ...]:
    return tuple(sorted(known_codes(FieldKind.DIAGNOSIS)))


@cache
def _short() -> tuple[str, ...]:
    return tuple(code for code in _all() if len(code) <= 6)  # noqa: PLR2004  (no seventh characters)


@cache
def _common() -> tuple[str, ...]:
    with _COMMON.open(encoding="utf-8", newline="") as file:
        return tuple(row["code"] for row in csv.DictReader(file))
