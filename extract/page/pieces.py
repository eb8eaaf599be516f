"""Connected pieces of ink: the one place that knows which of OpenCV's ways of counting is the quick one."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from extract.page.upright import Grey

Numbers = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
_FEW = 400
"""Pieces up to which drawing or wiping out each by itself is quicker than looking up every pixel of a page."""


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """The pieces of a 0/1 mask that touch at sides or corners; piece 0 is the background.

    ``labels`` gives each pixel its piece; ``stats`` OpenCV's rows (left, top, width, height, area),
    ``centres`` the middles of the pieces (x, y), the background's among them.
    """

    labels: npt.NDArray[np.integer]
    stats: Numbers
    centres: npt.NDArray[np.float64]

    @property
    def left(self) -> Numbers:
        """Left edges."""
        return np.asarray(self.stats[:, cv2.CC_STAT_LEFT])

    @property
    def top(self) -> Numbers:
        """Top edges."""
        return np.asarray(self.stats[:, cv2.CC_STAT_TOP])

    @property
    def wide(self) -> Numbers:
        """Widths."""
        return np.asarray(self.stats[:, cv2.CC_STAT_WIDTH])

    @property
    def high(self) -> Numbers:
        """Heights."""
        return np.asarray(self.stats[:, cv2.CC_STAT_HEIGHT])

    @property
    def area(self) -> Numbers:
        """Pixels of ink."""
        return np.asarray(self.stats[:, cv2.CC_STAT_AREA])

    def __len__(self) -> int:
        return len(self.stats)

    def mask(self, chosen: Flags) -> Grey:
        """1 where the pieces with a true flag stand."""
        few, other = np.flatnonzero(chosen[1:]) + 1, np.flatnonzero(~chosen[1:]) + 1
        if chosen[0] or min(len(few), len(other)) > _FEW:
            return np.asarray(np.take(chosen.astype(np.uint8), self.labels), dtype=np.uint8)
        if len(few) <= len(other):
            made, rest, value = np.zeros(self.labels.shape, dtype=np.uint8), few, 1
        else:
            made, rest, value = np.asarray(self.labels > 0, dtype=np.uint8), other, 0
        for i in rest:
            left, top, wide, high, _area = self.stats[i].tolist()
            place = np.s_[top : top + high, left : left + wide]
            made[place][self.labels[place] == i] = value
        return made


def pieces_of(mask: Grey) -> Pieces:
    """Find the pieces of a mask. 16-bit labels take 14 ms a page where 32-bit ones take 33, and nearly always do."""
    try:
        _, labels, stats, centres = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_16U)
    except cv2.error:  # more than 65,534 pieces: a page of dust
        _, labels, stats, centres = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
    return Pieces(np.asarray(labels), np.asarray(stats, dtype=np.int32), np.asarray(centres, dtype=np.float64))


def frames_of(mask: Grey) -> list[tuple[int, int, int, int]]:
    """The frame (left, top, width, height) of each piece of a mask that is mostly empty: twenty times quicker there."""
    contours, tree = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return []
    outer = np.asarray(tree)[0, :, 3] < 0  # the others run around holes
    found = (cv2.boundingRect(contour) for contour, is_outer in zip(contours, outer, strict=True) if is_outer)
    return [(int(left), int(top), int(wide), int(high)) for left, top, wide, high in found]
