"""Whether two pages are the same sheet, sent twice: by where their ink lies, whatever the line did to it.

A fax that is sent again never has the same bytes: other noise, another header line, a turn of half a
degree, other lines an inch, rows lost on the way. So each page is kept as a small picture of its ink
(:func:`signature`), and two of them are laid over each other (:func:`compare`), first as wholes, then
tile by tile, since paper slips and lines drop out. A line's noise makes all tiles agree a little less;
another filling of the same form makes a few tiles agree much less than the rest. So each tile is held
against the middle of its own page, and the tiles that fall out are told as areas.

The picture alone is never enough: two orders of one office may differ in a name of five letters. Who
links pages also asks what was read (:mod:`classify.resent`). The figures behind the thresholds are
measured (docs/measurements-arrivals.md).
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from terms.geometry import Box

Grey = npt.NDArray[np.uint8]
Ink = npt.NDArray[np.float32]

WIDE, HIGH = 432, 561
"""Points of a signature: a letter page at 51 an inch."""

_LEVELS = 16
_EDGE = round(HIGH * 0.045)
"""Rows at the top, and at the foot of a page that went in the wrong way round, where machines print headers."""

_TILE_WIDE, _TILE_HIGH = 36, 18
_SLIP = 5
_INK_TILE = 0.03
"""Mean ink (0 to 1) above which a tile is looked at."""

_FALLS_OUT = 0.2
"""How far below the middle of its page a tile agrees that differs."""

_LEAST_TILES = 12
_SAME_MIDDLE, _SAME_OUT = 0.6, 0.06
_LIKE_MIDDLE, _LIKE_OUT = 0.5, 0.12
_COARSE, _COARSE_AGREES = 9, 0.35
_BLUR, _FAINT = 1.0, 1e-6
_ALIGN_BLUR, _ALIGN_STEPS, _ALIGN_ENOUGH = 2.5, 25, 1e-4
_MOST_SHIFT = 8


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two pages compare: how well the middle tile agrees (0 to 1), how many tiles there are, and those that differ.

    ``areas`` are where they differ, in fractions of the newer page. A page with hardly any ink has few
    tiles, and says little.
    """

    middle: float
    tiles: int
    out: int
    areas: tuple[Box, ...] = ()

    @property
    def alike(self) -> float:
        """The share of tiles that agree."""
        return 1 - self.out / self.tiles if self.tiles else 0.0

    @property
    def is_same(self) -> bool:
        """Say whether the two look like one sheet, with no more differing than a line's faults explain."""
        return self._is(_SAME_MIDDLE, _SAME_OUT)

    @property
    def is_likely(self) -> bool:
        """Say whether they may be one sheet: over a bad line, or with a correction in a few places."""
        return self._is(_LIKE_MIDDLE, _LIKE_OUT)

    def _is(self, middle: float, out: float) -> bool:
        return self.tiles >= _LEAST_TILES and self.middle >= middle and self.out <= out * self.tiles


NOTHING = Likeness(0.0, 0, 0)


def signature(upright: Grey) -> bytes:
    """Give the small picture of a page's ink, packed (some 25 kB): of an upright page, 8-bit grey, dark on light."""
    small = cv2.resize(255 - upright, (WIDE, HIGH), interpolation=cv2.INTER_AREA)
    levels = (small.astype(np.uint16) * (_LEVELS - 1) + 127) // 255
    return zlib.compress(levels.astype(np.uint8).tobytes(), 6)


def unpack_signature(packed: bytes) -> Ink | None:
    """Give a signature as ink from 0 to 1, calmed; None when it is none of this version's."""
    try:
        data = zlib.decompress(packed)
    except zlib.error:
        return None
    if len(data) != WIDE * HIGH:
        return None
    levels = np.frombuffer(data, np.uint8).reshape(HIGH, WIDE)
    return _calm(np.asarray(levels / (_LEVELS - 1), np.float32))


def _calm(ink: Ink) -> Ink:
    """Take away header lines, streaks down the page, and what noise puts everywhere; even out small shifts."""
    calm = cv2.GaussianBlur(ink, (0, 0), _BLUR)
    calm = np.clip(calm - float(np.median(calm)) - 0.02, 0.0, 1.0)
    calm = np.clip(calm - np.median(calm, axis=0, keepdims=True), 0.0, 1.0)
    calm[:_EDGE] = 0.0
    calm[-_EDGE:] = 0.0
    result: Ink = np.asarray(calm, np.float32)
    return result


def compare(newer: Ink, older: Ink) -> Likeness:
    """Say how two pages compare, by what :func:`unpack_signature` gave of them; some 35 ms."""
    if not _roughly_alike(newer, older):
        return NOTHING
    older = _laid_over(newer, older)
    places: list[tuple[int, int]] = []
    shares: list[float] = []
    for top in range(0, HIGH - _TILE_HIGH + 1, _TILE_HIGH):
        for left in range(0, WIDE - _TILE_WIDE + 1, _TILE_WIDE):
            share = _tile(newer, older, top, left)
            if share is not None:
                places.append((top, left))
                shares.append(share)
    if not shares:
        return NOTHING
    middle = float(np.median(shares))
    out = [place for place, share in zip(places, shares, strict=True) if share < middle - _FALLS_OUT]
    return Likeness(middle, len(shares), len(out), _areas(out))


def _roughly_alike(one: Ink, other: Ink) -> bool:
    """Say whether the ink of two pages lies in about the same places; quick, and only to skip the rest."""
    size = (WIDE // _COARSE, HIGH // _COARSE)
    small = cv2.resize(one, size, interpolation=cv2.INTER_AREA)
    large = cv2.copyMakeBorder(
        cv2.resize(other, size, interpolation=cv2.INTER_AREA),
        3,
        3,
        3,
        3,
        cv2.BORDER_CONSTANT,
        value=(0.0, 0.0, 0.0, 0.0),
    )
    if float(small.std()) < _FAINT or float(large.std()) < _FAINT:
        return False
    return float(cv2.matchTemplate(large, small, cv2.TM_CCOEFF_NORMED).max()) >= _COARSE_AGREES


def overlay(new: Ink, old: Ink) -> npt.NDArray[np.float32]:
    """Give the move (2 by 3, in points of a signature) that takes a place on ``new`` to where it lies on ``old``."""
    window = np.outer(np.hanning(HIGH), np.hanning(WIDE)).astype(np.float32)
    (x, y), _response = cv2.phaseCorrelate(old, new, window)
    near = abs(x) < WIDE / _MOST_SHIFT and abs(y) < HIGH / _MOST_SHIFT
    start = np.array([[1, 0, -x], [0, 1, -y]] if near else [[1, 0, 0], [0, 1, 0]], np.float32)
    return _fitted(new, old, start)


def _laid_over(new: Ink, old: Ink) -> Ink:
    """Move, turn and stretch ``old`` so that it lies on ``new`` as well as it can as a whole."""
    moved = cv2.warpAffine(old, overlay(new, old), (WIDE, HIGH), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    result: Ink = np.asarray(moved, np.float32)
    return result


def _fitted(new: Ink, old: Ink, start: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Improve a move by how well the blurred pages agree; ``start`` where that leads nowhere."""
    half = (WIDE // 2, HIGH // 2)
    one = cv2.resize(cv2.GaussianBlur(new, (0, 0), _ALIGN_BLUR), half)
    other = cv2.resize(cv2.GaussianBlur(old, (0, 0), _ALIGN_BLUR), half)
    move = start.copy()
    move[:, 2] /= 2
    enough = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, _ALIGN_STEPS, _ALIGN_ENOUGH)
    try:
        _score, found = cv2.findTransformECC(one, other, move, cv2.MOTION_AFFINE, enough, None, 1)
    except cv2.error:
        return start
    fitted = np.asarray(found, np.float32).copy()
    fitted[:, 2] *= 2
    return fitted


def _tile(new: Ink, old: Ink, top: int, left: int) -> float | None:
    """How well one tile agrees with what lies there on the other page, a little aside allowed; None without ink."""
    tile = new[top : top + _TILE_HIGH, left : left + _TILE_WIDE]
    here = old[top : top + _TILE_HIGH, left : left + _TILE_WIDE]
    if max(float(tile.mean()), float(here.mean())) < _INK_TILE:
        return None
    under = old[max(0, top - _SLIP) : top + _TILE_HIGH + _SLIP, max(0, left - _SLIP) : left + _TILE_WIDE + _SLIP]
    if float(tile.std()) < _FAINT or float(under.std()) < _FAINT:
        return 0.0
    return float(cv2.matchTemplate(under, np.ascontiguousarray(tile), cv2.TM_CCOEFF_NORMED).max())


def _areas(tiles: Sequence[tuple[int, int]]) -> tuple[Box, ...]:
    """Join tiles that touch into boxes, top first."""
    mask = np.zeros((HIGH // _TILE_HIGH + 1, WIDE // _TILE_WIDE + 1), np.uint8)
    for top, left in tiles:
        mask[top // _TILE_HIGH, left // _TILE_WIDE] = 1
    count, _labels, stats, _centres = cv2.connectedComponentsWithStats(mask, connectivity=4)
    boxes = [
        Box(
            int(x) * _TILE_WIDE / WIDE,
            int(y) * _TILE_HIGH / HIGH,
            min(1.0, int(x + wide) * _TILE_WIDE / WIDE),
            min(1.0, int(y + high) * _TILE_HIGH / HIGH),
        )
        for x, y, wide, high, _size in stats[1:count]
    ]
    return tuple(sorted(boxes, key=lambda box: (box.top, box.left)))
