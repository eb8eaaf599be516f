"""Read what stands in a zone: from the picture, from a text layer, from a filled form or a mail.

A :class:`Sight` is how one page lets itself be read. The picture is read anew by the zone readers;
texts need no reading, only judgement.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from extract.fields.shapes import find, find_all
from extract.layout import Area, Sheet, Token, around
from extract.page.upright import UprightPage
from extract.zone import decide_text, read_zone
from terms.names import FieldKind
from terms.values import FieldStatus, FieldValue, Source


class Sight(Protocol):
    """One page as something values can be read from."""

    sheet: Sheet

    def read(self, area: Area, kind: FieldKind, text: str) -> FieldValue:
        """The value of ``kind`` in ``area``; ``text`` is what the page's words say there."""
        ...


@dataclass(frozen=True, slots=True)
class Picture:
    """A page that is read as a picture; two-digit years lie before ``latest``."""

    sheet: Sheet
    page: UprightPage
    latest: dt.date

    def read(self, area: Area, kind: FieldKind, text: str) -> FieldValue:
        """Let the zone readers read the area anew; the page's words only say where to look."""
        del text
        return read_zone(self.page, self.sheet.box(area), kind, latest=self.latest).value


@dataclass(frozen=True, slots=True)
class Text:
    """A page whose words are known exactly (text layer, mail); ``has_places`` if they have real boxes."""

    sheet: Sheet
    number: int
    source: Source
    latest: dt.date
    has_places: bool = True

    def read(self, area: Area, kind: FieldKind, text: str) -> FieldValue:
        """Judge the words."""
        box = self.sheet.box(area) if self.has_places else None
        text = text.strip(" .,;:_") if kind not in {FieldKind.TEXT, FieldKind.ADDRESS} else text.strip(" _")
        value = decide_text(kind, text, self.source, page=self.number, box=box, latest=self.latest)
        if value.status is FieldStatus.INVALID and kind not in {FieldKind.NPI}:
            # prose beside a label is no value: only a number of the right length can be a wrong one
            return replace(value, status=FieldStatus.REVIEW)
        return value


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a row of tokens: its text, its area, and how sure the page's reader was."""

    text: str
    area: Area
    words: frozenset[int]


def piece_of(tokens: Sequence[Token], first: int, past: int) -> Piece:
    """The part of the joined text of ``tokens`` from character ``first`` up to ``past``, with its area."""
    at = 0
    areas: list[Area] = []
    words: set[int] = set()
    text = []
    for i, token in enumerate(tokens):
        if i and not token.glued:
            at += 1
        a, b = max(first, at) - at, min(past, at + len(token.text)) - at
        if a < b:
            step = token.area.width / max(1, len(token.text))
            left, right = token.area.left + a * step, token.area.left + b * step
            areas.append(Area(left, token.area.top, right, token.area.bottom))
            words.add(token.word)
            if text and not token.glued:
                text.append(" ")
            text.append(token.text[a:b])
        at += len(token.text)
    whole = around(areas) if areas else around(t.area for t in tokens)
    return Piece("".join(text), whole, frozenset(words))


def joined(tokens: Sequence[Token]) -> str:
    """The text that :func:`piece_of` counts characters in."""
    return "".join((("" if i == 0 or t.glued else " ") + t.text) for i, t in enumerate(tokens))


def narrowed(tokens: Sequence[Token], kind: str) -> Piece | None:
    """The part of a row that looks like a value of ``kind``, if there is one and more beside it."""
    text = joined(tokens)
    match = find(kind, text)
    if match is None or match.end() - match.start() >= len(text.strip(" .,;")) - 1:
        return None
    return piece_of(tokens, match.start(), match.end())


def all_pieces(tokens: Sequence[Token], kind: str) -> list[Piece]:
    """Every part of a row that looks like a value of ``kind``."""
    return [piece_of(tokens, m.start(), m.end()) for m in find_all(kind, joined(tokens))]


def padded(area: Area, size: float, tokens: Sequence[Token] = ()) -> Area:
    """An area with room around it, but not into the ink of ``tokens`` that stand beside it."""
    left, right = area.left - 0.5 * size, area.right + 0.5 * size
    for token in tokens:
        if token.area.right <= area.left + 1:
            left = max(left, (token.area.right + area.left) / 2)
        elif token.area.left >= area.right - 1:
            right = min(right, (token.area.left + area.right) / 2)
    return Area(left, area.top - 0.12 * size, right, area.bottom + 0.12 * size)
