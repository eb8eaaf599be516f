"""Every word on an upright page, with its place and how surely it was read."""

from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from extract.page.bars import is_white_on_black
from extract.page.second_look import has_number, mend_words
from extract.page.upright import Grey, Stretch, UprightPage
from extract.readers.own import own
from extract.readers.ppocr import Glancing, ppocr
from extract.readers.reading import LineReading, Reader
from terms.document import Word
from terms.names import FieldKind

Columns = npt.NDArray[np.bool_]
_SIDE = 8
_DUSTY = 30.0
"""Specks to a square inch from which a page is read with care; medium lines leave 10 to 25, heavy ones 70."""
_READ_GAP, _DIGIT_GAP, _INK_GAP, _COMMA_GAP = 0.1, 0.17, 0.8, 0.28
"""Least empty space, in line heights, for a word's end that the reader saw too, the same between digits (a 1
stands apart), for one that only the ink shows, and that after a comma."""


class Rough(NamedTuple):
    """How a stretch may be read roughly: what is expected there, and the second reader's confidence that is enough."""

    kind: FieldKind | None
    sure: float


def read_words(
    page: UprightPage,
    *,
    reader: Reader | None = None,
    second: Reader | None = None,
    roughly: Callable[[Stretch], "Rough | None"] | None = None,
) -> tuple[Word, ...]:
    """Read a page: its words from top to bottom, left to right within a line.

    Lines are found from the ink without ruling lines, each is read once by ``reader`` (default: PP-OCRv6,
    on a clear page at a glance), and its words are set apart by the reader's spaces and by clear gaps in the
    ink. Lines with numbers are read by ``second`` too (default: our own reader), which mends numbers and codes
    (:mod:`extract.page.second_look`). Stretches that need to be read only ``roughly``, because their values
    are read again where they stand, are read by ``second``, and by ``reader`` only where that is less sure
    than the :class:`Rough` says. The header line of the sending machine is not among the words (see ``page.header``).
    """
    reader, second = reader or (Glancing() if _is_clear(page) else ppocr()), second or own()
    words: list[Word] = []
    for stretch in page.stretches:
        crop = line_crop(page, stretch)
        asked = roughly(stretch) if roughly is not None else None
        rough = second.read([crop], asked.kind)[0] if asked is not None else None
        if asked is not None and rough is not None and rough.confidence >= asked.sure:
            words.extend(line_words(page, stretch, rough))
            continue
        line = reader.read([crop])[0]
        found = line_words(page, stretch, line)
        words.extend(mend_words(found, rough or second.read([crop])[0]) if has_number(line.text) else found)
    return tuple(words)


def _is_clear(page: UprightPage) -> bool:
    """Say whether words are told at a glance: sent with all lines, by a line that left little dust."""
    return not page.is_coarse and page.faults.specks < _DUSTY


def line_crop(page: UprightPage, stretch: Stretch) -> Grey:
    """The upright picture around a stretch, black on white, with room for a reader and without its box's walls."""
    pad = _pad(stretch)
    left, right = max(0, stretch.left - _SIDE), min(page.width, stretch.right + _SIDE)
    top, bottom = max(0, stretch.top - pad), stretch.bottom + pad
    crop = page.image[top:bottom, left:right].copy()
    walls = cv2.dilate(page.walls[top:bottom, left:right], np.ones((3, 5), np.uint8))
    walls[:, stretch.left - left : stretch.right - left] = 0
    if is_white_on_black(crop):
        crop = 255 - crop  # a heading in a black bar
    else:
        crop[walls > 0] = 255
    return crop


def _pad(stretch: Stretch) -> int:
    return max(4, round(stretch.height * 0.25))


def line_words(page: UprightPage, stretch: Stretch, line: LineReading) -> list[Word]:
    """Cut a read line into words where reader and ink agree that there is a gap.

    ``line`` was read from the upright picture around ``stretch`` with this module's margins.
    """
    if not line.text:
        return []
    left = max(0, stretch.left - _SIDE)
    wide = min(page.width, stretch.right + _SIDE) - left
    columns = np.asarray(
        page.text[stretch.top : stretch.bottom, stretch.left : stretch.right].any(axis=0), dtype=np.bool_
    )
    gaps = _gaps(columns, stretch, left, wide)
    usual = float(np.median([g1 - g0 for g0, g1 in gaps])) if gaps else 0.0
    unit = stretch.height / wide
    found: list[Word] = []
    letters = [i for i, char in enumerate(line.text) if char != " "]
    start = 0
    for place in range(1, len(letters) + 1):
        if place < len(letters):
            a, b = letters[place - 1], letters[place]
            space = _widest(gaps, _middle(line.spans[a]), _middle(line.spans[b]))
            least = (
                _least_gap(line.text[a], line.text[b], usual, unit)
                if b - a > 1
                else _unread_gap(line.text[a], usual, unit)
            )
            if space < least:
                continue
        first, last = letters[start], letters[place - 1]
        x0, x1 = _snapped(columns, stretch.left, left + line.spans[first][0] * wide, left + line.spans[last][1] * wide)
        word = line.text[first : last + 1].replace(" ", "")
        found.append(Word(word, page.box(x0, stretch.top, x1, stretch.bottom), line.confidence))
        start = place
    return found


def _least_gap(before: str, after: str, usual: float, unit: float) -> float:
    """How much empty space a space that the reader saw needs, as a fraction of the crop's width."""
    if before in ",;:.)":
        return 0.5 * _READ_GAP * unit
    both = before.isdigit() and after.isdigit()
    return max((_DIGIT_GAP if both else _READ_GAP) * unit, 1.3 * usual)


def _unread_gap(before: str, usual: float, unit: float) -> float:
    """How much empty space ends a word although the reader saw no space; less after a comma or colon."""
    return max((_COMMA_GAP if before in ",;:" else _INK_GAP) * unit, 2.2 * usual)


def _middle(span: tuple[float, float]) -> float:
    return (span[0] + span[1]) / 2


def _widest(gaps: list[tuple[float, float]], before: float, after: float) -> float:
    """The widest empty run that lies, for its better half, between two characters' middles."""
    inside = [g1 - g0 for g0, g1 in gaps if before < (g0 + g1) / 2 < after]
    return max(inside, default=0.0)


def _gaps(columns: Columns, stretch: Stretch, left: int, wide: int) -> list[tuple[float, float]]:
    """Empty runs of columns, as fractions of the crop's width."""
    edges = np.flatnonzero(np.diff(np.concatenate([[1], columns.astype(np.int8), [1]])))
    runs = zip(edges[::2], edges[1::2], strict=False)
    return [((stretch.left + int(a) - left) / wide, (stretch.left + int(b) - left) / wide) for a, b in runs]


def _snapped(columns: Columns, offset: int, x0: float, x1: float) -> tuple[float, float]:
    """Pull a word's edges to the nearest ink edge (within a few pixels outward or inward)."""
    size = len(columns)
    a, b = int(np.clip(x0 - offset, 0, size - 1)), int(np.clip(x1 - offset, 1, size))
    if columns[a]:
        while a > 0 and columns[a - 1] and x0 - offset - a < 8:  # noqa: PLR2004  (a CTC step is about that wide)
            a -= 1
    else:
        while a < b - 1 and not columns[a]:
            a += 1
    if b < size and columns[b - 1] and columns[b]:
        while b < size and columns[b] and b - (x1 - offset) < 8:  # noqa: PLR2004  (as above)
            b += 1
    else:
        while b > a + 1 and not columns[b - 1]:
            b -= 1
    return float(offset + a), float(offset + b)
