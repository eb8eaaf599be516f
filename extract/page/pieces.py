"""Connected pieces of ink: the one place that knows which of OpenCV's ways of counting is the quick one."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from extract.page.upright import Grey

Numbers = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]


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
        return np.asarray(np.take(chosen.astype(np.uint8), self.labels), dtype=np.uint8)


def pieces_of(mask: Grey) -> Pieces:
    """Find the pieces of a mask. 16-bit labels take 14 ms a page where 32-bit ones take 33, and nearly always do."""
    try:
        _, labels, stats, centres = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_16U)
    except cv2.error:  # more than 65,534 pieces: a page of dust
        _, labels, stats, centres = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
    return Pieces(np.asarray(labels), np.asarray(stats, dtype=np.int32), np.asarray(centres, dtype=np.float64))
