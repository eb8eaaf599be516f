"""The grammar of each kind of field: how its values are written, spaces aside."""

import functools
import re
import string
from dataclasses import dataclass

from extract.decode.pattern import Part, Pattern, chars, either, maybe, seq, times
from terms.codes import CIN_LETTERS
from terms.names import FieldKind

_D = chars(string.digits)
_UPPER = chars(string.ascii_uppercase)
_MARK = chars("/.-")
_MONTHS = (
    "JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER",
    "DECEMBER", "JAN", "FEB", "MAR", "APR", "JUN", "JUL", "AUG", "SEP", "SEPT", "OCT", "NOV", "DEC",
)  # fmt: skip


def _date() -> Part:
    year = either(times(_D, 4, 4), times(_D, 2, 2))
    short = times(_D, 1, 2)
    numeric = seq(short, _MARK, short, _MARK, year)
    iso = seq(times(_D, 4, 4), "-", times(_D, 2, 2), "-", times(_D, 2, 2))
    words = seq(either(*_MONTHS), maybe("."), short, maybe(either("ST", "ND", "RD", "TH")), maybe(","), times(_D, 4, 4))
    return either(numeric, iso, times(_D, 8, 8), words)


def _phone() -> Part:
    gap = maybe(chars("-./"))
    lead = maybe(seq(maybe("+"), "1", gap))
    area = either(seq("(", chars("23456789"), _D, _D, ")"), seq(chars("23456789"), _D, _D))
    extension = seq(maybe(","), either("EXT", "X", "EXTENSION"), maybe(chars(".:#")), times(_D, 1, 6))
    return seq(lead, area, gap, chars("23456789"), _D, _D, gap, times(_D, 4, 4), maybe(extension))


_PARTS: dict[FieldKind, Part] = {
    FieldKind.NPI: seq(chars("12"), times(_D, 9, 9)),
    FieldKind.CODE: either(
        seq(chars("ABCDEGHJKLMPQRSTUV"), times(_D, 4, 4)), times(_D, 5, 5), seq(times(_D, 4, 4), chars("FTU"))
    ),
    FieldKind.MODIFIER: either(seq(_UPPER, chars(string.ascii_uppercase + string.digits)), times(_D, 2, 2)),
    FieldKind.DIAGNOSIS: seq(
        _UPPER,
        _D,
        chars(string.digits + "AB"),
        maybe(seq(maybe("."), times(chars(string.digits + string.ascii_uppercase), 1, 4))),
    ),
    FieldKind.MEMBER_ID: seq("9", times(_D, 7, 7), chars(CIN_LETTERS), maybe(seq(_D, times(_D, 4, 4)))),
    FieldKind.QUANTITY: seq(maybe("#"), times(_D, 1, 4), maybe(seq(".", chars("0"), maybe("0")))),
    FieldKind.DATE: _date(),
    FieldKind.PHONE: _phone(),
}
CODES = frozenset(_PARTS)
"""Kinds whose values have a grammar; the others are free text."""
_OFF: dict[FieldKind, float] = {FieldKind.DIAGNOSIS: -22.0, FieldKind.CODE: -12.0, FieldKind.MEMBER_ID: -12.0}
"""Kinds written in one way only, where a first sign read as 1 or 0 is the letter I or O: the value is then shown
with a low confidence and what was read, never accepted."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """How values of a kind are written once spaces are dropped and letters are raised.

    ``off`` is the logarithmic price of a text outside the pattern: it stays possible, since
    formats vary, but must be read much more clearly than one inside.
    """

    kind: FieldKind
    pattern: Pattern
    off: float = -5.0

    def written(self, text: str) -> str:
        """Give a decoded text the spaces its parser needs (month names), without a sentence's marks around it."""
        text = text.strip(".,;:")
        if self.kind is not FieldKind.PHONE:
            text = text.strip("()[].,;:")
        if self.kind is not FieldKind.DATE or not text[:1].isalpha():
            return text
        match = re.fullmatch(r"([A-Z]+)\.?(\d{1,2})(?:ST|ND|RD|TH)?,?(\d{4})", text)
        return f"{match.group(1)} {match.group(2)}, {match.group(3)}" if match else text


@functools.cache
def grammar(kind: FieldKind) -> Grammar | None:
    """The grammar of ``kind``, or None for kinds that are free text (names, addresses, notes)."""
    part = _PARTS.get(kind)
    if part is None:
        return None
    # in a list or a sentence a mark may stand so close that every crop holds it: "(E0143)", "R26.9;"
    marked = seq(maybe(chars("([")), part, maybe(chars(")].,;:")), maybe(chars(".,;:")))
    return Grammar(kind, Pattern(marked), _OFF.get(kind, -5.0))
