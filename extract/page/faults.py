"""What the line or the scanner did to a page: streaks, lost rows, speckle. Told, never painted over."""

import cv2
import numpy as np
import numpy.typing as npt

from extract.page.upright import DPI, Faults, Grey

Numbers = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]


def find_faults(ink: Grey, native_rows: Grey) -> Faults:
    """Find a page's faults.

    ``ink`` is the 0/1 ink of the upright page; ``native_rows`` the picture as it arrived (rows as
    sent), in which a lost row shows as a row equal to its neighbour over dense text or as a white
    row through letters.
    """
    return Faults(_streaks(ink), _lost_rows(native_rows), _specks(ink))


def _streaks(ink: Grey) -> tuple[int, ...]:
    """Columns dark over nearly the whole height and no wider than a few pixels."""
    height = ink.shape[0]
    dark = ink.sum(axis=0) / max(1, height)
    columns = np.nonzero(dark > 0.6)[0]  # noqa: PLR2004  (no letterpress fills a column like that)
    groups = np.split(columns, np.nonzero(np.diff(columns) > 1)[0] + 1) if len(columns) else []
    return tuple(int(g.mean()) for g in groups if 0 < len(g) <= 8 and 8 < g.mean() < ink.shape[1] - 8)  # noqa: PLR2004  (wider is a border)


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
