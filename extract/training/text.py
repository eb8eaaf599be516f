"""Values of every kind as people write them on forms, drawn at random.

``draw_text`` gives one line of text and the kind it was drawn as. Digits are uniform and check
digits mostly valid, so that the network learns shapes rather than a few invented numbers.
"""

import random
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path

from extract.training.words import (
    CITIES,
    COMMON,
    CREDENTIALS,
    FACILITY_HEADS,
    FACILITY_MIDDLES,
    FACILITY_TAILS,
    FIRST_NAMES,
    ITEMS,
    LABELS,
    LAST_NAMES,
    MODIFIERS,
    MONTHS,
    SPECIALTIES,
    STREET_NAMES,
    STREET_TYPES,
    UNITS,
)
from terms.codes import CIN_LETTERS, luhn_ok
from terms.names import FieldKind

ENGLISH = Path("/usr/share/dict/words")
"""General English, from the Debian package ``wamerican``."""

_VALID_SHARE = 0.8
_LONGEST = 64

Rng = random.Random


def digits(rng: Rng, count: int) -> str:
    """Give ``count`` random digits."""
    return "".join(rng.choice("0123456789") for _ in range(count))


def _cased(rng: Rng, text: str) -> str:
    roll = rng.random()
    if roll < 0.35:
        return text.upper()
    return text.lower() if roll < 0.38 else text


def _coined(rng: Rng) -> str:
    """A pronounceable name nobody has, so that names are read by their letters."""
    onset = (
        "b",
        "br",
        "c",
        "ch",
        "d",
        "f",
        "g",
        "gr",
        "h",
        "j",
        "k",
        "l",
        "m",
        "n",
        "p",
        "qu",
        "r",
        "s",
        "sh",
        "st",
        "t",
        "th",
        "v",
        "w",
        "x",
        "y",
        "z",
    )
    core = ("a", "e", "i", "o", "u", "ai", "ee", "ia", "io", "ou", "y")
    close = ("", "", "n", "r", "l", "s", "m", "ll", "nn", "rt", "ck", "z", "tt", "ng", "x")
    word = "".join(rng.choice(onset) + rng.choice(core) + rng.choice(close) for _ in range(rng.choice((1, 2, 2, 3))))
    return word.capitalize()


def last_name(rng: Rng) -> str:
    """A last name, often a coined one."""
    return _coined(rng) if rng.random() < 0.4 else rng.choice(LAST_NAMES)


def first_name(rng: Rng) -> str:
    """A first name, sometimes a coined one."""
    return _coined(rng) if rng.random() < 0.3 else rng.choice(FIRST_NAMES)


def _person(rng: Rng) -> str:
    first, last = first_name(rng), last_name(rng)
    middle = rng.choice(
        ("", "", "", f" {rng.choice('ABCDEFGHJKLMNOPRSTVW')}.", f" {rng.choice('ABCDEFGHJKLMNOPRSTVW')}")
    )
    if rng.random() < 0.35:
        return f"{last}, {first}{middle}"
    return f"{first}{middle} {last}"


def name(rng: Rng) -> str:
    """A first, last or full name, sometimes a provider's with credentials or a facility's."""
    roll = rng.random()
    if roll < 0.3:
        return _cased(rng, last_name(rng))
    if roll < 0.5:
        return _cased(rng, first_name(rng))
    if roll < 0.7:
        return _cased(rng, _person(rng))
    if roll < 0.85:
        title = rng.choice(("", "", "Dr. "))
        return _cased(rng, f"{title}{_person(rng)}{rng.choice((', ', ' '))}{rng.choice(CREDENTIALS)}")
    return _cased(rng, facility(rng))


def facility(rng: Rng) -> str:
    """A clinic's, hospital's or group's name."""
    parts = [rng.choice(FACILITY_HEADS if rng.random() < 0.7 else LAST_NAMES)]
    if rng.random() < 0.8:
        parts.append(rng.choice(FACILITY_MIDDLES))
    parts.append(rng.choice(FACILITY_TAILS))
    return " ".join(parts)


def date(rng: Rng) -> str:
    """A date in any US form."""
    month, day, year = rng.randint(1, 12), rng.randint(1, 31), rng.randint(1920, 2029)
    sep = rng.choice("//////--..")
    short = f"{year % 100:02d}" if rng.random() < 0.3 else str(year)
    roll = rng.random()
    if roll < 0.5:
        return f"{month:02d}{sep}{day:02d}{sep}{short}"
    if roll < 0.75:
        return f"{month}{sep}{day}{sep}{short}"
    if roll < 0.8:
        return f"{month:02d}{day:02d}{year}"
    if roll < 0.85:
        return f"{year}-{month:02d}-{day:02d}"
    if roll < 0.88:
        return f"{month:02d} {sep} {day:02d} {sep} {short}"
    word = rng.choice(MONTHS)
    word = word if rng.random() < 0.6 else word[:3] + rng.choice(("", "."))
    return _cased(rng, f"{word} {day}{rng.choice((', ', ', ', ' '))}{year}")


def phone(rng: Rng) -> str:
    """A North American number in any form, sometimes with an extension."""
    area, exchange, rest = (
        f"{rng.randint(2, 9)}{digits(rng, 2)}",
        f"{rng.randint(2, 9)}{digits(rng, 2)}",
        digits(rng, 4),
    )
    forms = (
        f"({area}) {exchange}-{rest}",
        f"({area}){exchange}-{rest}",
        f"{area}-{exchange}-{rest}",
        f"{area}-{exchange}-{rest}",
        f"{area}.{exchange}.{rest}",
        f"{area} {exchange} {rest}",
        f"{area}{exchange}{rest}",
        f"1-{area}-{exchange}-{rest}",
        f"1.{area}.{exchange}.{rest}",
        f"+1 {area} {exchange} {rest}",
        f"{area}/{exchange}-{rest}",
        f"{area} {exchange}-{rest}",
        f"+1 ({area}) {exchange}-{rest}",
        f"1 ({area}) {exchange}-{rest}",
        f"{exchange}-{rest}",
        f"({area}) {exchange} - {rest}",
    )
    text = rng.choice(forms)
    if rng.random() < 0.12:
        text += rng.choice((" ext. ", " x", " ext ", " Ext. ", " EXT ", " x ", ", ext. ")) + digits(
            rng, rng.randint(1, 5)
        )
    return text


def npi(rng: Rng) -> str:
    """Ten digits, mostly with a valid check digit, sometimes spaced."""
    text, valid = rng.choice("1111112") + digits(rng, 9), rng.random() < _VALID_SHARE
    while valid and not luhn_ok("80840" + text):
        text = text[0] + digits(rng, 9)
    roll = rng.random()
    if roll < 0.04:
        return " ".join(text)
    return f"{text[:4]} {text[4:7]} {text[7:]}" if roll < 0.07 else text


def code(rng: Rng) -> str:
    """A HCPCS or CPT code, sometimes with modifiers or several in one cell."""
    roll = rng.random()
    if roll < 0.72:
        text = rng.choice("EEEEEEAAAAKKKLLLBSTVGHJQCDMPRU") + digits(rng, 4)
    elif roll < 0.97:
        text = digits(rng, 5)
    else:
        text = digits(rng, 4) + rng.choice("FTU")
    roll = rng.random()
    if roll < 0.06:
        text += rng.choice(("-", " ", " - ")) + modifier(rng)
    elif roll < 0.12:
        text += rng.choice((", ", " ", "/", "; ", ",")) + code(rng)
    elif roll < 0.14:
        text = text.lower()
    elif roll < 0.2:
        text += " " + rng.choice(ITEMS)
    return text


def modifier(rng: Rng) -> str:
    """One to three modifiers."""
    count = rng.choice((1, 1, 1, 2, 2, 3))
    drawn = (
        rng.choice(MODIFIERS)
        if rng.random() < 0.85
        else rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") + rng.choice("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ")
        for _ in range(count)
    )
    return rng.choice((" ", " ", ", ", ",", "-", "/")).join(drawn)


def _icd(rng: Rng) -> str:
    known, _ = _diagnoses()
    if known and rng.random() < 0.5:
        text = rng.choice(known)
    else:
        text = rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") + digits(rng, 2)
        if rng.random() < 0.85:
            text += "." + digits(rng, rng.choice((1, 1, 2, 2, 3)))
            text += rng.choice(("", "", "", "A", "D", "S", "XA", "X"))
            text = text[:8]
    return text.replace(".", "") if rng.random() < 0.12 else text


def diagnosis(rng: Rng) -> str:
    """One or several ICD-10-CM codes, sometimes with a title."""
    roll = rng.random()
    if roll < 0.65:
        return _icd(rng)
    if roll < 0.85:
        return rng.choice((", ", "; ", " ", ",", " / ")).join(_icd(rng) for _ in range(rng.randint(2, 4)))
    _, titles = _diagnoses()
    title = rng.choice(titles) if titles else rng.choice(ITEMS)
    return f"{_icd(rng)}{rng.choice((' ', ' - ', ': '))}{title}"[:_LONGEST].strip()


def member_id(rng: Rng) -> str:
    """A CIN, a BIC number, a Medicare number or another plan's id."""
    cin = "9" + digits(rng, 7) + rng.choice(CIN_LETTERS)
    roll = rng.random()
    if roll < 0.65:
        return cin
    if roll < 0.75:
        return f"{cin}{digits(rng, 1)}{rng.choice(('', ' '))}{digits(rng, 4)}"
    if roll < 0.8:
        return f"{cin[:-1]} {cin[-1]}"
    letters = "ACDEFGHJKMNPQRTUVWXY"
    if roll < 0.9:
        mbi = [
            rng.choice("123456789"),
            rng.choice(letters),
            rng.choice(letters + "0123456789"),
            digits(rng, 1),
            rng.choice(letters),
            rng.choice(letters + "0123456789"),
            digits(rng, 1),
            rng.choice(letters),
            rng.choice(letters),
            digits(rng, 2),
        ]
        text = "".join(mbi)
        return text if rng.random() < 0.5 else f"{text[:4]}-{text[4:7]}-{text[7:]}"
    return "".join(rng.choice(("", "A", "H", "M", "AA", "MC-", "C"))) + digits(rng, rng.randint(6, 11))


def quantity(rng: Rng) -> str:
    """A number of things, sometimes with its unit."""
    number = str(rng.choice((1, 1, 1, 2, 3, 4, 6, 10, 12, 30, rng.randint(1, 400))))
    roll = rng.random()
    if roll < 0.6:
        return number
    if roll < 0.85:
        return f"{number} {rng.choice(UNITS)}"
    return rng.choice(
        (
            f"{number} per month",
            f"{number}/mo",
            f"#{number}",
            f"{number}x",
            f"x {number}",
            f"{number}.0",
            f"{number} / month",
            f"{number},{digits(rng, 3)}",
        )
    )


def zip_code(rng: Rng) -> str:
    """Five digits, sometimes plus four."""
    return digits(rng, 5) + (f"-{digits(rng, 4)}" if rng.random() < 0.25 else "")


def address(rng: Rng) -> str:
    """A street line, a city line, or both."""
    number = str(rng.randint(1, 99999 if rng.random() < 0.2 else 4999))
    street = (
        rng.choice(STREET_NAMES + LAST_NAMES)
        if rng.random() < 0.7
        else f"{rng.randint(1, 120)}{rng.choice(('th', 'st', 'nd', 'rd'))}"
    )
    quarter = rng.choice(("", "", "", "E ", "W. ", "N ", "S. "))
    line = f"{number} {quarter}{street.replace('-', ' ')} {rng.choice(STREET_TYPES)}"
    if rng.random() < 0.3:
        line += (
            rng.choice((", ", " "))
            + rng.choice(("Apt ", "Apt. ", "#", "Unit ", "Suite ", "Ste ", "Ste. ", "Bldg ", "Fl ", "Rm "))
            + rng.choice((str(rng.randint(1, 999)), rng.choice("ABCDEF"), f"{rng.randint(1, 30)}{rng.choice('ABC')}"))
        )
    city = rng.choice(CITIES) if rng.random() < 0.85 else _coined(rng)
    state = rng.choice(("CA", "CA", "CA", "Calif.", "NV", "OR", "AZ", "TX", "NY"))
    town = f"{city}{rng.choice((', ', ' ', ', '))}{state} {zip_code(rng)}"
    roll = rng.random()
    if roll < 0.4:
        text = line
    elif roll < 0.6:
        text = town
    elif roll < 0.67:
        text = city
    elif roll < 0.77:
        text = zip_code(rng)
    elif roll < 0.8:
        text = f"PO Box {rng.randint(1, 99999)}"
    else:
        text = f"{line}, {town}"
    return _cased(rng, text)


def label(rng: Rng) -> str:
    """A form's label, sometimes with its colon or another label beside it."""
    text = rng.choice(LABELS)
    roll = rng.random()
    if roll < 0.4:
        text += ":"
    elif roll < 0.5:
        text += f": {rng.choice((phone, date, npi, member_id, name, zip_code, code, diagnosis))(rng)}"
    elif roll < 0.55:
        text += f" {rng.choice(LABELS)}"
    return _cased(rng, text) if rng.random() < 0.6 else text


def prose(rng: Rng) -> str:
    """A stretch of a letter, a note or a description."""
    english, (_, titles) = _english(), _diagnoses()
    words: list[str] = []
    for _ in range(rng.randint(1, 9)):
        roll = rng.random()
        if roll < 0.5:
            words.append(rng.choice(COMMON))
        elif roll < 0.72:
            words.append(rng.choice(english))
        elif roll < 0.8:
            words.append(rng.choice((quantity, zip_code, date, _icd, modifier))(rng))
        elif roll < 0.9:
            words.append(rng.choice(rng.choice(titles).split()) if titles else rng.choice(COMMON))
        else:
            word = rng.choice(english)
            words.append(
                rng.choice(
                    (
                        f"{word},",
                        f"{word}.",
                        f"({word})",
                        f'"{word}"',
                        f"{word};",
                        f"{word}:",
                        f"{word}-{rng.choice(COMMON)}",
                        word.upper(),
                        word.capitalize(),
                        f"{rng.randint(1, 99)}%",
                        f"{rng.randint(1, 9)}.{rng.randint(0, 99)}",
                        f"{rng.randint(60, 200)}/{rng.randint(40, 99)}",
                        f"${rng.randint(1, 999)}.{digits(rng, 2)}",
                        "&",
                        f"{rng.randint(90, 104)}°F",
                        f"{rng.randint(1, 9)}½",
                        f"{word}@{rng.choice(english)}.org",
                    )
                )
            )
    text = " ".join(words)
    if rng.random() < 0.3:
        text = text[:1].upper() + text[1:]
    if rng.random() < 0.2:
        text += "."
    return _cased(rng, text[:_LONGEST].strip()) if rng.random() < 0.3 else text[:_LONGEST].strip()


def text_line(rng: Rng) -> str:
    """What a free-text field or a description column holds."""
    roll = rng.random()
    if roll < 0.3:
        return _cased(rng, rng.choice(ITEMS))
    if roll < 0.42:
        _, titles = _diagnoses()
        return (rng.choice(titles) if titles else rng.choice(ITEMS))[:_LONGEST].strip()
    if roll < 0.5:
        return rng.choice(SPECIALTIES)
    if roll < 0.58:
        return facility(rng)
    if roll < 0.62:
        return f"{digits(rng, 2)}-{digits(rng, 7)}"
    return prose(rng)


def scramble(rng: Rng) -> str:
    """Characters with no sense, all printable ones alike: what no list of words can help with."""
    pool = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" if rng.random() < 0.6 else "".join(map(chr, range(33, 127)))
    text = "".join(rng.choice(pool) for _ in range(rng.randint(2, 12)))
    return f"{text[:4]} {text[4:]}".strip() if rng.random() < 0.2 else text


_DRAWS: tuple[tuple[FieldKind, Callable[[Rng], str], float], ...] = (
    (FieldKind.NAME, name, 0.16),
    (FieldKind.DATE, date, 0.09),
    (FieldKind.MEMBER_ID, member_id, 0.07),
    (FieldKind.ADDRESS, address, 0.10),
    (FieldKind.PHONE, phone, 0.10),
    (FieldKind.NPI, npi, 0.07),
    (FieldKind.CODE, code, 0.10),
    (FieldKind.MODIFIER, modifier, 0.03),
    (FieldKind.DIAGNOSIS, diagnosis, 0.08),
    (FieldKind.QUANTITY, quantity, 0.03),
    (FieldKind.CHOICE, label, 0.07),
    (FieldKind.TEXT, text_line, 0.10),
)
_SCRAMBLED = 0.04
_STRAY = 0.05


def draw_text(rng: Rng) -> tuple[str, FieldKind | None]:
    """Give one line of text and the kind it may be announced as.

    In one case of twenty the text is of another kind than announced, so that a reader told the kind
    still reads what is there. ``None``: no kind fits.
    """
    if rng.random() < _SCRAMBLED:
        return scramble(rng), None
    kinds, draws, weights = zip(*_DRAWS, strict=True)
    place = rng.choices(range(len(draws)), weights)[0]
    text = " ".join(draws[place](rng).split())
    kind = rng.choice(kinds) if rng.random() < _STRAY else kinds[place]
    return text, kind


def draw_value(kind: FieldKind, rng: Rng) -> str:
    """Give one value of ``kind``."""
    for candidate, draw, _ in _DRAWS:
        if candidate is kind:
            return " ".join(draw(rng).split())
    raise KeyError(kind)


@cache
def _english() -> tuple[str, ...]:
    if not ENGLISH.exists():
        return tuple(COMMON)
    return tuple(w for w in ENGLISH.read_text().split() if w.isascii() and len(w) < 14)


@cache
def _diagnoses() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes and titles of ICD-10-CM; both empty where the list is not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the package reads its own data in an old way
        try:
            import simple_icd_10_cm as icd  # noqa: PLC0415  (slow to load, and needed by training alone)
        except ImportError:
            return (), ()
        codes = tuple(c for c in icd.get_all_codes(with_dots=True) if icd.is_leaf(c))
        return codes, tuple(icd.get_description(c) for c in codes[:: max(1, len(codes) // 8000)])
