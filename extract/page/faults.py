"""What the line or the scanner did to a page: streaks, lost rows, speckle. Told, never painted over."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from extract.page.upright import DPI, Faults, Grey

Numbers = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Streak:
    """A vertical line that the scanner drew: a native column and its rows (last excluded)."""

    column: float
    top: int
    bottom: int


def find_faults(ink: Grey, native: Grey, streaks: tuple[Streak, ...]) -> Faults:
    """Gather a page's faults.

    ``ink`` is the 0/1 ink of the upright page; ``native`` the picture as it arrived (rows as sent);
    ``streaks`` those found by :func:`find_streaks`, of which only long ones count as faults (a
    table's own lines stand upright too).
    """
    long = tuple(round(s.column) for s in streaks if s.bottom - s.top > 0.4 * native.shape[0])
    return Faults(long, _lost_rows(native), _specks(ink))


def find_streaks(native: Grey, rows_per_inch: float) -> tuple[Streak, ...]:
    """Columns of the picture as it arrived that stay dark for more than an inch: streaks, or printed lines.

    Found before the page is turned straight, where a streak is exactly vertical; at most four
    pixels wide. Neither streak nor printed line is text.
    """
    dark = (native < 128).astype(np.uint8)  # noqa: PLR2004  (black of a fax)
    bridged = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((5, 1), np.uint8))
    tall = cv2.morphologyEx(bridged, cv2.MORPH_OPEN, np.ones((max(20, round(rows_per_inch)), 1), np.uint8))
    count, _labels, stats, _centres = cv2.connectedComponentsWithStats(tall, connectivity=8)
    return tuple(
        Streak(left + (wide - 1) / 2, top, top + high)
        for left, top, wide, high, _area in (tuple(int(v) for v in stats[i]) for i in range(1, count))
        if wide <= 4  # noqa: PLR2004  (wider is a bar)
    )


def _lost_rows(native: Grey) -> tuple[tuple[int, int], ...]:
    """Bands of native rows that are white between rows that clearly belong together."""
    dark = (native < 128).sum(axis=1).astype(np.int64)  # noqa: PLR2004  (black of a fax)
    found = []
    row = 2
    while row < len(dark) - 6:
        if dark[row] == 0 and dark[row - 1] > 40:  # noqa: PLR2004  (through a line of text)
            end = row
            while end < len(dark) - 2 and dark[end] == 0 and end - row < 6:  # noqa: PLR2004  (a few rows are lost at once)
                end += 1
            above, below = native[row - 1] < 128, native[end] < 128  # noqa: PLR2004  (as above)
            both = np.count_nonzero(above & below)
            if end - row < 6 and both > 0.45 * max(1, min(above.sum(), below.sum())) and dark[end] > 40:  # noqa: PLR2004  (as above)
                found.append((row, end))
            row = end
        row += 1
    return tuple(found)


def _specks(ink: Grey) -> float:
    """Dots per square inch that are smaller than a full stop of the smallest print."""
    count, _labels, stats, _centres = cv2.connectedComponentsWithStats(ink, connectivity=8)
    small = is_speck(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT], stats[1:, cv2.CC_STAT_AREA])
    return float(np.count_nonzero(small) / (ink.size / DPI**2)) if count > 1 else 0.0


def is_speck(wide: Numbers, high: Numbers, area: Numbers) -> Flags:
    """Say which pieces of ink are dust: one or two fax dots."""
    return np.asarray((area < 12) & (np.maximum(wide, high) < 6), dtype=np.bool_)  # noqa: PLR2004  (a dot of fine mode is about 4 pixels)
