"""How far a page leans, found from the page itself."""

import cv2
import numpy as np
import numpy.typing as npt

from extract.page.upright import Grey

_POINTS = 40_000
_LIMIT = 5.0


def skew_degrees(ink: Grey) -> float:
    """The angle, in degrees, by which text lines fall to the right (positive: turned clockwise).

    ``ink`` is a 0/1 mask with square pixels whose lines run roughly across. The angle is the one
    at which the ink, summed along lines, is most unevenly spread; between -5 and 5, to about
    0.05 degrees; 0 for a page with next to no ink.
    """
    edges = np.flatnonzero(ink[1:] > ink[:-1])
    if len(edges) < 200:  # noqa: PLR2004  (less than a line of text: nothing to measure)
        return 0.0
    ys, xs = np.divmod(edges[:: max(1, len(edges) // _POINTS)], ink.shape[1])
    points_y = ys.astype(np.float32)
    points_x = xs.astype(np.float32) - ink.shape[1] / 2
    coarse = np.arange(-_LIMIT, _LIMIT + 0.01, 0.4)
    best = float(coarse[_best(points_x[::3], points_y[::3], coarse)])
    middle = best + np.arange(-0.4, 0.41, 0.1)
    best = float(middle[_best(points_x, points_y, middle)])
    fine = best + np.arange(-0.09, 0.091, 0.03)
    return float(fine[_best(points_x, points_y, fine)])


def _best(xs: npt.NDArray[np.float32], ys: npt.NDArray[np.float32], angles: npt.NDArray[np.float64]) -> int:
    scores = []
    for angle in angles:
        rows = np.rint(ys - xs * np.float32(np.tan(np.radians(angle)))).astype(np.int32)
        counts = np.bincount(rows - rows.min()).astype(np.float64)
        scores.append(float(counts @ counts))
    return int(np.argmax(scores))


def lines_run_down(parts: npt.NDArray[np.int32]) -> float:
    """The share (0 to 1) of letters whose nearest neighbour stands above or below instead of beside them.

    ``parts`` are the connected components of a page at about 204 dpi (OpenCV's stats, without the
    background). Well under a half on a page whose lines run across, well over on one lying on its
    side; 0.5 if there are too few letters to tell.
    """
    wide, high = parts[:, cv2.CC_STAT_WIDTH], parts[:, cv2.CC_STAT_HEIGHT]
    kept = parts[(wide >= 4) & (high >= 4) & (wide <= 60) & (high <= 60) & (np.maximum(wide, high) >= 9)]  # noqa: PLR2004  (letters of 6 to 20 point at 204 dpi)
    if len(kept) < 20:  # noqa: PLR2004  (a handful of letters says nothing)
        return 0.5
    if len(kept) > 4000:  # noqa: PLR2004  (a denser page needs no more)
        kept = kept[np.linspace(0, len(kept) - 1, 4000).astype(int)]
    boxes = kept.astype(np.float32)
    left, top = boxes[:, 0], boxes[:, 1]
    right, bottom = left + boxes[:, 2], top + boxes[:, 3]
    asked = np.linspace(0, len(boxes) - 1, min(500, len(boxes))).astype(int)
    gap_x = np.maximum(left[None] - right[asked, None], left[asked, None] - right[None])
    gap_y = np.maximum(top[None] - bottom[asked, None], top[asked, None] - bottom[None])
    gap_x[np.arange(len(asked)), asked] = np.inf
    gap_y[np.arange(len(asked)), asked] = np.inf
    beside = np.where(gap_y < 0, np.maximum(gap_x, 0), np.inf).min(axis=1)
    above = np.where(gap_x < 0, np.maximum(gap_y, 0), np.inf).min(axis=1)
    beside, above = np.minimum(beside, 60), np.minimum(above, 60)
    told = beside != above
    if np.count_nonzero(told) < 10:  # noqa: PLR2004  (as above)
        return 0.5
    return float(np.count_nonzero(above[told] < beside[told]) / np.count_nonzero(told))
