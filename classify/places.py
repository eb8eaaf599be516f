"""Whether what stands at one place of a sheet is the same on another sending of it: by its ink, stroke by stroke.

Where a part of an order could not be read on a bad line, the pictures may still tell that nobody changed it.
Both pages are laid over each other as wholes (:func:`classify.similar.overlay`), the place is cut out of both at
full resolution, with room for a digit before and after, and compared window by window, each half as wide as a
letter is high: one stroke of one digit is enough to differ, however long the text. The threshold is measured
with digits that look alike (docs/decisions/0014-faxes-sent-again.md).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
import numpy.typing as npt

from classify.similar import HIGH, WIDE, Ink, overlay
from terms.geometry import Box
from terms.values import FieldValue

Grey = npt.NDArray[np.uint8]
Move = npt.NDArray[np.float64]
Sheet = tuple[Grey, Ink]
"""A page as it is laid over another: its upright picture (8-bit grey, dark on light) and the ink of its signature."""

_SAME = 0.92
"""How well the window that agrees worst agrees (0 to 1) when the strokes are the same: a 6 for an 8 reaches 0.90."""

_MARGIN, _SLIP = 10, 4
"""Pixels by which a place as a whole, and then each window of it, may lie aside."""

_AROUND = 0.8
"""Room at both sides of a place, in its heights: a digit that was put before or after it is a change too."""

_BLUR = 0.8
_NARROW, _NARROWEST, _WIDEST = 0.5, 14, 36
_INK, _FLAT = 20.0, 6.0
"""Mean ink (0 to 255) above which a window is looked at, and spread under which there is nothing to compare."""

_LEAST = 8


@dataclass(frozen=True, slots=True)
class Overlay:
    """Two sendings of a page, laid over each other: upright pictures (8-bit grey, dark on light), and the move.

    ``move`` (3 by 3) takes a pixel of the newer picture to where it lies on the older one.
    """

    newer: Grey
    older: Grey
    move: Move

    @classmethod
    def of(cls, newer: Sheet, older: Sheet) -> Self:
        """Lay two pages over each other; some 30 ms."""
        move = np.vstack([overlay(newer[1], older[1]), (0.0, 0.0, 1.0)])
        small = np.diag([WIDE / newer[0].shape[1], HIGH / newer[0].shape[0], 1.0])
        large = np.diag([older[0].shape[1] / WIDE, older[0].shape[0] / HIGH, 1.0])
        return cls(newer[0], older[0], large @ move @ small)

    def on_newer(self, box: Box) -> Box:
        """Give where a place of the older page lies on the newer one."""
        high, wide = self.older.shape
        corners = np.array([[box.left * wide, box.right * wide], [box.top * high, box.bottom * high], [1.0, 1.0]])
        (left, right), (top, bottom), _ = np.linalg.inv(self.move) @ corners
        high, wide = self.newer.shape
        return Box.clipped(left / wide, top / high, right / wide, bottom / high)

    def same_ink(self, box: Box) -> bool:
        """Say whether the strokes in ``box`` of the newer page stand in that place of the older one, and no others.

        False where there is hardly anything to compare: an empty place says nothing.
        """
        high, wide = self.newer.shape
        around = round(_AROUND * box.height * high)
        left, right = int(box.left * wide) - 2 - around, int(np.ceil(box.right * wide)) + 2 + around
        top, bottom = int(box.top * high) - 2, int(np.ceil(box.bottom * high)) + 2
        left, top, right, bottom = max(0, left), max(0, top), min(wide, right), min(high, bottom)
        if right - left < _LEAST or bottom - top < _LEAST:
            return False
        place = _strokes(self.newer[top:bottom, left:right])
        if float(place.std()) < _FLAT:
            return False
        shares = _windows(place, _strokes(self._cut_out(left, top, right, bottom)))
        return bool(shares) and min(shares) >= _SAME

    def _cut_out(self, left: int, top: int, right: int, bottom: int) -> Grey:
        """The same place of the older page, with a margin, as it would lie on the newer one."""
        to_place = np.array([[1.0, 0.0, left - _MARGIN], [0.0, 1.0, top - _MARGIN], [0.0, 0.0, 1.0]])
        size = (right - left + 2 * _MARGIN, bottom - top + 2 * _MARGIN)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        matrix = (self.move @ to_place)[:2].astype(np.float32)
        cut = cv2.warpAffine(self.older, matrix, size, flags=flags, borderValue=(255.0, 255.0, 255.0, 255.0))
        return np.asarray(cut, np.uint8)


def _strokes(cut: Grey) -> Ink:
    """Ink of a cut, its edges evened out a little."""
    return np.asarray(cv2.GaussianBlur(255 - cut, (0, 0), _BLUR), np.float32)


def _windows(place: Ink, under: Ink) -> list[float]:
    """How well each window of a place agrees with what lies there; windows without ink on both are left out."""
    _low, _high, _at, (x, y) = cv2.minMaxLoc(cv2.matchTemplate(under, place, cv2.TM_CCOEFF_NORMED))
    high, wide = place.shape
    window = min(wide, max(_NARROWEST, min(round(high * _NARROW), _WIDEST)))
    found = []
    for left in dict.fromkeys((*range(0, wide - window + 1, max(1, window // 2)), wide - window)):
        tile = np.ascontiguousarray(place[:, left : left + window])
        here = under[y : y + high, x + left : x + left + window]
        if max(float(tile.mean()), float(here.mean())) < _INK:
            continue
        at_left, at_top = max(0, x + left - _SLIP), max(0, y - _SLIP)
        around = np.ascontiguousarray(under[at_top : y + high + _SLIP, at_left : x + left + window + _SLIP])
        flat = float(tile.std()) < _FLAT or float(around.std()) < _FLAT
        found.append(0.0 if flat else float(cv2.matchTemplate(around, tile, cv2.TM_CCOEFF_NORMED).max()))
    return found


class Sheets:
    """The pages of two sendings, opened and laid over each other only where a place on them is asked about.

    ``newer`` and ``older`` open a page by its number (None where it has no picture); ``counterparts`` gives for
    each page of the newer sending that has one its counterpart's number.
    """

    def __init__(
        self,
        newer: Callable[[int], Sheet | None],
        older: Callable[[int], Sheet | None],
        counterparts: Mapping[int, int],
    ) -> None:
        self._newer, self._older = newer, older
        self._counterparts = counterparts
        self._overlays: dict[int, Overlay | None] = {}

    def look(self, newer: FieldValue, older: FieldValue) -> bool:
        """Say whether wherever one of the two values stands the other page shows the same strokes."""
        back = {was: number for number, was in self._counterparts.items()}
        places = [(newer.page, newer.box, False), (back.get(older.page or 0), older.box, True)]
        known = [(page, box, of_older) for page, box, of_older in places if page is not None and box is not None]
        return bool(known) and all(self._same(page, box, of_older=of_older) for page, box, of_older in known)

    def _same(self, page: int, box: Box, *, of_older: bool) -> bool:
        if page not in self._overlays:
            self._overlays[page] = self._laid(page)
        overlaid = self._overlays[page]
        return overlaid is not None and overlaid.same_ink(overlaid.on_newer(box) if of_older else box)

    def _laid(self, page: int) -> Overlay | None:
        if page not in self._counterparts:
            return None
        newer, older = self._newer(page), self._older(self._counterparts[page])
        return Overlay.of(newer, older) if newer and older else None
