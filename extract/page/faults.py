"""What the line or the scanner did to a page: streaks, lost rows, speckle. Told, never painted over."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from extract.page.pieces import pieces_of
from extract.page.runs import closed_down
from extract.page.upright import DPI, Faults, Grey

Numbers = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
_BLACK = 128
"""Darker is black of a fax."""
_LINE = 40
"""Dark dots in a row that goes through a line of text."""


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
    dark = cv2.threshold(native, _BLACK - 1, 1, cv2.THRESH_BINARY_INV)[1]
    bridged = closed_down(np.asarray(dark, dtype=np.uint8), 5)
    least = max(20, round(rows_per_inch))
    found = []
    for first, past in _columns_with_runs(bridged, least):
        tall = cv2.morphologyEx(bridged[:, first:past], cv2.MORPH_OPEN, np.ones((least, 1), np.uint8))
        stats = pieces_of(np.asarray(tall, dtype=np.uint8)).stats[1:]
        found += [
            Streak(first + left + (wide - 1) / 2, top, top + high)
            for left, top, wide, high, _area in stats.tolist()
            if wide <= 4  # noqa: PLR2004  (wider is a bar)
        ]
    return tuple(found)


def _columns_with_runs(mask: Grey, least: int) -> list[tuple[int, int]]:
    """Groups of neighbouring columns (first, past) that hold an upright run of at least ``least`` pixels.

    Eight columns stand in a byte, and each step doubles the run that is asked for.
    """
    runs, asked = np.packbits(mask, axis=1), 1
    while asked < min(least, mask.shape[0]):
        step = min(asked, least - asked)
        runs = runs[:-step] & runs[step:]
        asked += step
    columns = np.flatnonzero(np.unpackbits(np.bitwise_or.reduce(runs, axis=0))[: mask.shape[1]])
    groups = np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1) if len(columns) else []
    return [(int(group[0]), int(group[-1]) + 1) for group in groups]


def _lost_rows(native: Grey) -> tuple[tuple[int, int], ...]:
    """Bands of native rows that are white between rows that clearly belong together."""
    dark = np.count_nonzero(native < _BLACK, axis=1)
    found = []
    for row in np.flatnonzero((dark[2:-6] == 0) & (dark[1:-7] > _LINE)) + 2:
        end = int(row)
        while end < len(dark) - 2 and dark[end] == 0 and end - row < 6:  # noqa: PLR2004  (a few rows are lost at once)
            end += 1
        above, below = native[row - 1] < _BLACK, native[end] < _BLACK
        both = np.count_nonzero(above & below)
        if end - row < 6 and both > 0.45 * max(1, min(above.sum(), below.sum())) and dark[end] > _LINE:  # noqa: PLR2004  (as above)
            found.append((int(row), end))
    return tuple(found)


def _specks(ink: Grey) -> float:
    """Dots per square inch that are smaller than a full stop of the smallest print."""
    pieces = pieces_of(ink)
    small = is_speck(pieces.wide[1:], pieces.high[1:], pieces.area[1:])
    return float(np.count_nonzero(small) / (ink.size / DPI**2))


def is_speck(wide: Numbers, high: Numbers, area: Numbers) -> Flags:
    """Say which pieces of ink are dust: one or two fax dots."""
    return np.asarray((area < 12) & (np.maximum(wide, high) < 6), dtype=np.bool_)  # noqa: PLR2004  (a dot of fine mode is about 4 pixels)
