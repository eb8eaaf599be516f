"""Read what stands in a zone: from the picture, from a text layer, from a filled form or a mail.

A :class:`Sight` is how one page lets itself be read. The picture is read anew by the zone readers;
texts need no reading, only judgement.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from extract.combs import Comb
from extract.fields.cells import cells_as_line, respaced
from extract.fields.leaders import is_leader
from extract.fields.shapes import find, find_all, unspelled
from extract.layout import Area, Sheet, Token, around
from extract.page.upright import Grey, UprightPage
from extract.zone import decide_text, read_zone
from terms.geometry import Box
from terms.names import FieldKind
from terms.normal import normalise
from terms.values import FieldStatus, FieldValue, Source

_NARROW, _BROAD = 0.6, 1.4
_AHEAD = 20
_LETTER_GAP, _WORD_GAP = 0.22, 0.45
"""White between two letters of a word at the usual widths, and least between two words, in word heights."""
_FEW_COLUMNS = 8
_LEADER = re.compile(r"(?:\s*[.\u2026_\u00b7]){3,}\s*")
"""Dots that lead from a value to the end of its line."""
_TRAIL = re.compile(r"(?:\s+[.\u2026\u00b7]|[.\u2026\u00b7]{2,})[\s.\u2026\u00b7]*$")
"""The first dots of a leader behind a value."""
_FULL_STOP = re.compile(r"(?<=\w{4})\.$")
"""A dot behind a name that is no short form ("Jr.", "J."): the first of a leader."""
_GOES_ON = re.compile(r"[^\w\s,;/]?\s?[^\w\s,;/]?[BOSZlI]?\d")
_COMES_FROM = re.compile(r"\d$|(?<!\d)(?:19|20)\s$")
"""What makes a part of a number of what looks like a whole one: behind it, and before it."""
_SPELLED = re.compile(r"\w{1,2}(?: \w{1,2}){3,}")
"""A name spelled into boxes, one letter each."""


class Sight(Protocol):
    """One page as something values can be read from."""

    @property
    def sheet(self) -> Sheet:
        """The page's words in order."""
        ...

    @property
    def latest(self) -> dt.date:
        """The day of receipt."""
        ...

    def read(self, area: Area, kind: FieldKind, text: str, *, birth: bool = False) -> FieldValue:
        """The value of ``kind`` in ``area``; ``text`` is what the page's words say there.

        ``birth`` says that a date is a birth date, which cannot lie after the day of receipt.
        """
        ...


@dataclass(frozen=True, slots=True)
class Picture:
    """A page that is read as a picture; two-digit years lie before ``latest``."""

    sheet: Sheet
    page: UprightPage
    latest: dt.date

    def read(self, area: Area, kind: FieldKind, text: str, *, birth: bool = False) -> FieldValue:
        """Let the zone readers read the area anew; the page's words only say where to look."""
        del text
        latest = _latest(self.latest, birth=birth)
        comb = next((c for c in self.sheet.combs if _stands_in(area, c)), None)
        if comb is not None:
            line = cells_as_line(self.page, comb)
            value = read_zone(line, Box(0.0, 0.0, 1.0, 1.0), kind, latest=latest).value
            if kind in {FieldKind.NAME, FieldKind.TEXT} and value.value:
                text = respaced(self.page, comb, value.value)
                value = replace(value, value=text, candidates=tuple(c for c in value.candidates if c.value != text))
            value = tidied(replace(value, box=self.sheet.box(Area(comb.left, comb.top, comb.right, comb.bottom))), kind)
            return value.doubted() if self._reaches_out(area, comb) else value
        area = self._between_letters(area)
        if is_leader(
            self.page.text[max(0, int(area.top)) : int(area.bottom), max(0, int(area.left)) : int(area.right)]
        ):
            return FieldValue.missing(box=self.sheet.box(area))
        value = tidied(read_zone(self.page, self.sheet.box(area), kind, latest=latest).value, kind)
        return value.doubted() if kind is FieldKind.NAME and self._goes_on_outside(area) else value

    def _goes_on_outside(self, area: Area) -> bool:
        """Letters stand so close beyond a side of the area that they are of the same word, which was cut.

        As close, that is, as the letters within stand to each other, in a wide face too.
        """
        band = np.asarray(self.page.text[max(0, int(area.top)) : int(area.bottom)].any(axis=0), dtype=np.bool_)
        left, right = max(0, int(area.left)), int(area.right)
        inside = np.flatnonzero(band[left:right]) + left
        if inside.size < _FEW_COLUMNS:
            return False
        gaps = np.diff(inside)
        usual = float(np.median(gaps[gaps > 1])) if (gaps > 1).any() else 1.0
        reach = min(max(_LETTER_GAP * self.sheet.size, 1.2 * usual), _WORD_GAP * self.sheet.size)
        before = np.flatnonzero(band[:left])
        behind = np.flatnonzero(band[right:]) + right
        close = [inside[0] - before[-1]] if before.size else []
        close += [behind[0] - inside[-1]] if behind.size else []
        return any(gap <= reach for gap in close)

    def _reaches_out(self, area: Area, comb: Comb) -> bool:
        """Words of the place stand outside a comb, of which the first or last cells were not seen then."""
        half = 0.5 * (comb.right - comb.left) / max(1, len(comb.walls) - 1)
        inside = (t.area for line in self.sheet.lines for t in line.tokens if t.area.overlaps(area))
        return any(comb.left - word.left > half or word.right - comb.right > half for word in inside)

    def _between_letters(self, area: Area) -> Area:
        """The area with its sides moved to the nearest column without ink, so that they cut no letter."""
        top, bottom = max(0, int(area.top)), max(1, int(area.bottom))
        band = self.page.text[top:bottom]
        reach = int(0.6 * self.sheet.size)
        left, right = (_clear_column(band, edge, reach) for edge in (area.left, area.right))
        return Area(left, area.top, right, area.bottom) if right - left > 4 else area  # noqa: PLR2004  (pixels)


def _stands_in(area: Area, comb: Comb) -> bool:
    """What is read there stands in a comb's cells."""
    level = comb.top - 4 <= area.middle <= comb.bottom + 4
    shared = min(area.right, comb.right) - max(area.left, comb.left)
    return level and shared > 0.6 * min(area.width, comb.right - comb.left)


def tidied(value: FieldValue, kind: FieldKind) -> FieldValue:
    """Free text without the marks of what stood beside it; an address with a space after each comma."""
    if kind is FieldKind.DATE and value.value is None and value.raw:
        # a date spelled into boxes, one digit each; shown to a person, never used by itself
        return replace(value, value=normalise(kind, "".join(value.raw.split())))
    if value.value is None and value.raw and "|" in value.raw and value.status is FieldStatus.REVIEW:
        # the walls of a comb that were not seen as such; shown to a person, never used by itself
        return replace(value, value=normalise(kind, "".join(value.raw.replace("|", "").split())))
    if kind not in {FieldKind.NAME, FieldKind.ADDRESS, FieldKind.TEXT} or value.value is None:
        return value

    def clean(text: str) -> str:
        text = _TRAIL.sub("", text.strip(" :;,_|*").lstrip("."))
        if kind is FieldKind.NAME:
            text = re.sub(r"(?<=\w) ?- ?(?=\w)", "-", text)
            if _SPELLED.fullmatch(text):
                text = text.replace(" ", "")
            text = _FULL_STOP.sub("", text)
        return re.sub(r",(?=[^\s\d])", ", ", text) if kind is FieldKind.ADDRESS else text

    candidates = tuple(replace(c, value=clean(c.value)) for c in value.candidates)
    text = clean(value.value)
    if not text:
        return replace(value, value=None, status=FieldStatus.REVIEW, candidates=candidates)
    return replace(value, value=text, candidates=tuple(c for c in candidates if c.value and c.value != text))


def _latest(received_on: dt.date, *, birth: bool) -> dt.date:
    """The latest day that a date with a two-digit year can mean: services may begin years from now."""
    return received_on if birth else received_on.replace(day=1, year=received_on.year + _AHEAD)


def _clear_column(band: Grey, edge: float, reach: int) -> float:
    """The column without ink nearest to ``edge``, at most ``reach`` pixels away; else ``edge`` itself."""
    at = int(edge)
    first, past = max(0, at - reach), min(band.shape[1], at + reach + 1)
    if past <= first or band.shape[0] == 0:
        return edge
    clear = np.flatnonzero(~band[:, first:past].any(axis=0)) + first
    return float(clear[np.abs(clear - at).argmin()]) if clear.size else edge


@dataclass(frozen=True, slots=True)
class Text:
    """A page whose words are known exactly (text layer, mail)."""

    sheet: Sheet
    number: int
    source: Source
    latest: dt.date

    def read(self, area: Area, kind: FieldKind, text: str, *, birth: bool = False) -> FieldValue:
        """Judge the words."""
        box = self.sheet.box(area)
        if kind not in {FieldKind.NAME, FieldKind.ADDRESS, FieldKind.TEXT}:
            text = unspelled(text)
        text = text.strip(" .,;:_") if kind not in {FieldKind.TEXT, FieldKind.ADDRESS} else text.strip(" _")
        value = decide_text(
            kind, text, self.source, page=self.number, box=box, latest=_latest(self.latest, birth=birth)
        )
        if value.status is FieldStatus.INVALID and kind is not FieldKind.NPI:
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
    text: list[str] = []
    for i, token in enumerate(tokens):
        if i and not token.glued:
            at += 1
        a, b = max(first, at) - at, min(past, at + len(token.text)) - at
        if a < b:
            left, right = _places(token, a, b)
            areas.append(Area(left, token.area.top, right, token.area.bottom))
            words.add(token.word)
            if text and not token.glued:
                text.append(" ")
            text.append(token.text[a:b])
        at += len(token.text)
    whole = around(areas) if areas else around(t.area for t in tokens)
    return Piece("".join(text), whole, frozenset(words))


def _places(token: Token, first: int, past: int) -> tuple[float, float]:
    """Where characters of a token begin and end, by how wide letters usually are."""
    widths = [_NARROW if c in ".,;:'|!()[]il1/-" else _BROAD if c in "mwMW@" else 1.0 for c in token.text]
    scale = token.area.width / max(0.1, sum(widths))
    return token.area.left + sum(widths[:first]) * scale, token.area.left + sum(widths[:past]) * scale


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


def goes_on(tokens: Sequence[Token], kind: str) -> bool:
    """Say whether digits stand at once behind or before the first part of a row that looks like a value of ``kind``.

    A streak through a number tears it: of "08/03/19 B5" and "20 10-01-22" the parts look whole.
    """
    text = joined(tokens)
    match = find(kind, text)
    if match is None:
        return False
    return _GOES_ON.match(text[match.end() :]) is not None or _COMES_FROM.search(text[: match.start()]) is not None


def all_pieces(tokens: Sequence[Token], kind: str) -> list[Piece]:
    """Every part of a row that looks like a value of ``kind``."""
    return [piece_of(tokens, m.start(), m.end()) for m in find_all(kind, joined(tokens))]


def padded(area: Area, size: float, tokens: Sequence[Token] = (), *, within: Area | None = None) -> Area:
    """An area with room around it, but not into the ink of ``tokens`` beside it nor beyond ``within``."""
    left, right = area.left - 0.5 * size, area.right + 0.5 * size
    for token in tokens:
        if token.area.right <= area.left + 1:
            left = max(left, (token.area.right + area.left) / 2)
        elif token.area.left >= area.right - 1:
            right = min(right, (token.area.left + area.right) / 2)
    if within is not None:
        left, right = max(left, min(within.left, area.left)), min(right, max(within.right, area.right))
    return Area(left, area.top - 0.12 * size, right, area.bottom + 0.12 * size)


def room(piece: Piece, tokens: Sequence[Token], size: float, *, within: Area | None = None) -> Area:
    """Room around a piece of a row, none on a side where more of the same word stands."""
    area = padded(piece.area, size, tokens, within=within)
    whole = around(t.area for t in tokens if t.word in piece.words)
    left = area.left if piece.area.left - whole.left < 2 else piece.area.left - 1  # noqa: PLR2004  (pixels)
    right = area.right if whole.right - piece.area.right < 2 else piece.area.right + 1  # noqa: PLR2004  (pixels)
    return Area(left, area.top, right, area.bottom)
