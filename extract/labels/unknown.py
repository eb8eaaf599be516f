"""The printed wording before a value of which Inlet knew no label: what could be a label wording of the plan's own.

A person filled a field that was not found. Where the value stands on the page, the words before it (or
above it) are looked at: if nothing there is known as a label, they are the wording.
"""

from collections.abc import Sequence

from extract.labels.find import find_labels
from extract.layout import Area, Sheet, TextLine, Token, around, fold, join, lay_out
from terms.document import Word
from terms.geometry import Box
from terms.names import FieldKind
from terms.normal import normalise

_WIDE, _HIGH = 1734.0, 2244.0
"""A letter page in pixels of the upright page: words are kept as fractions only."""
_MOST_TOKENS = 10
_MOST_WORDS = 6
_LEAST_LETTERS = 3
_ABOVE = 2.6
"""How far above a value, in word heights, its label may stand."""
_MOSTLY = 0.6
"""A known label that is less of a wording than this does not make it known ("ref" in "Cardholder ref")."""
_FAR = 14.0
"""How much white, in word heights, may lie between a label and its value."""


def unknown_label(words: Sequence[Word], kind: FieldKind, value: str, *, box: Box | None = None) -> str | None:
    """The wording that stands before ``value`` (normal form of ``kind``) on a page, if no label is known there.

    ``box`` is where a person pointed, if anybody did. None where the value is not found exactly, where a
    known label stands beside it, or where the words before it are not like a label (digits, too long).
    """
    sheet = lay_out(words, _WIDE, _HIGH)
    place = _pointed_at(sheet, box) if box else _found(sheet, kind, value)
    if place is None:
        return None
    number, first, past = place
    line = sheet.lines[number]
    before = _before(line, first, sheet.size) or _above(sheet, around(t.area for t in line.tokens[first:past]))
    if not before or len(before) > _MOST_WORDS:
        return None
    area = around(token.area for token in before)
    known = [label.area for label in find_labels(sheet).labels if label.area.shared_rows(area) > 0.5]  # noqa: PLR2004  (the same line)
    if any(min(area.right, x.right) - max(area.left, x.left) > _MOSTLY * area.width for x in known):
        return None
    text = join(before).strip(" :.,-_*")
    letters = sum(c.isalpha() for c in text)
    return text if letters >= _LEAST_LETTERS and not any(c.isdigit() for c in text) else None


def _pointed_at(sheet: Sheet, box: Box) -> tuple[int, int, int] | None:
    """The line whose tokens lie in a box, with the first and past the last of them."""
    area = sheet.area(box)
    for number, line in enumerate(sheet.lines):
        inside = [i for i, t in enumerate(line.tokens) if _holds(area, t)]
        if inside:
            return number, inside[0], inside[-1] + 1
    return None


def _holds(area: Area, token: Token) -> bool:
    return area.left <= token.area.centre <= area.right and area.top <= token.area.middle <= area.bottom


def _found(sheet: Sheet, kind: FieldKind, value: str) -> tuple[int, int, int] | None:
    """Where a value stands, written in any form of its kind; None where it does not stand exactly once."""
    folded, places = fold(value), []
    for number, line in enumerate(sheet.lines):
        for first in range(len(line.tokens)):
            for past in range(first + 1, min(first + _MOST_TOKENS, len(line.tokens)) + 1):
                text = join(line.tokens[first:past])
                if fold(text) == folded or normalise(kind, text) == value:
                    places.append((number, first, past))
                    break
    return places[0] if len(places) == 1 else None


def _before(line: TextLine, first: int, size: float) -> list[Token]:
    """The tokens of the piece of line before a value, back to the colon or the wide gap before them."""
    if first == 0:
        return []
    near = line.tokens[first - 1]
    if line.tokens[first].area.left - near.area.right > _FAR * size:
        return []
    start, _past = line.segment(first - 1)
    found: list[Token] = []
    for token in reversed(line.tokens[start:first]):
        if found and token.colon:
            break
        found.insert(0, token)
    return [token for token in found if token.text.strip(":_. ")]


def _above(sheet: Sheet, area: Area) -> list[Token]:
    """The piece of the line just above a value that stands over it."""
    for line in reversed(sheet.lines):
        if not 0 < area.middle - line.area.middle <= _ABOVE * sheet.size:
            continue
        for start, past in line.segments():
            tokens = list(line.tokens[start:past])
            over = around(token.area for token in tokens)
            if over.shared_columns(area) > 0.3 or abs(over.left - area.left) < sheet.size:  # noqa: PLR2004  (over it)
                return tokens
    return []
