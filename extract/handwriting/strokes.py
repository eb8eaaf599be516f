"""Measures of a line's ink by which handwriting differs from print.

Print stands on one baseline, repeats its heights, strokes and gaps, and has stems as straight as
the raster allows. A hand does none of this exactly.
"""

import cv2
import numpy as np
import numpy.typing as npt

from extract.page.upright import Grey

Numbers = npt.NDArray[np.float64]
FEATURES = (
    "baseline", "topline", "heights", "widths", "gaps", "joined", "widest", "stroke", "strokes_vary", "stems", "bars",
    "slant", "slant_gain", "wander", "outline", "turns", "letters", "height",
)  # fmt: skip
"""Names of the measures, in the order of :func:`measure`'s result."""
_SPECK = 6
_LEAST_LETTERS = 4
"""Fewest pieces of ink by which a line can be judged."""
_SLANTS = np.tan(np.radians(np.arange(-24, 37, 4)))


def measure(ink: Grey) -> Numbers | None:
    """The measures of a line (0/1 ink at 204 dpi, ruling lines left out), None for one with too little ink to judge."""
    mended = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, 2), np.uint8))
    count, labels, stats, _centres = cv2.connectedComponentsWithStats(mended, connectivity=8)
    boxes = stats[1:]
    if count < 2 or not len(boxes):  # noqa: PLR2004  (background only)
        return None
    usual = float(np.percentile(boxes[:, 3], 75))
    letters = boxes[(boxes[:, 3] >= 0.45 * usual) & (boxes[:, 4] >= 12)]  # noqa: PLR2004  (more than a speck)
    if len(letters) < _LEAST_LETTERS or usual < 9:  # noqa: PLR2004  (lower than any letter that can be read)
        return None
    letters = letters[letters[:, 0].argsort()]
    kept = np.isin(labels, np.flatnonzero((stats[:, 3] >= 0.3 * usual) & (stats[:, 4] >= _SPECK))[1:]).astype(np.uint8)
    x = letters[:, 0] + letters[:, 2] / 2
    bottoms, tops = letters[:, 1] + letters[:, 3], letters[:, 1]
    base = _off_line(x, bottoms, usual)
    top = _off_line(x, tops, usual)
    gaps = letters[1:, 0] - (letters[:-1, 0] + letters[:-1, 2])
    wide = letters[:, 2] / usual
    stroke, vary = _stroke_width(kept)
    stems, bars = _straight(kept, usual)
    slant, gain = _slant(kept)
    outline, turns = _outline(kept, usual)
    return np.array(
        [
            base, top, _spread(letters[:, 3]), _spread(letters[:, 2]), _spread(np.maximum(gaps, 0)),
            float(np.mean(wide > 1.6)), float(wide.max()), stroke / usual, vary, stems, bars, abs(slant), gain,  # noqa: PLR2004
            _wander(letters, usual), outline, turns, min(40.0, len(letters)), usual / 24,
        ],
        dtype=np.float64,
    )  # fmt: skip


def _off_line(x: Numbers, y: Numbers, usual: float) -> float:
    """How far edges stray from the nearest of the levels that print has, in letter heights: a robust residue."""
    slope, start = np.polyfit(x, y, 1) if len(x) > 2 else (0.0, float(np.mean(y)))  # noqa: PLR2004  (a line needs more)
    rest = (y - slope * x - start) / usual
    near = rest - np.median(rest)
    close = np.abs(near)[np.abs(near) < 0.22]  # noqa: PLR2004  (descenders and capitals stand on levels of their own)
    return float(close.mean()) if close.size else 0.2


def _spread(values: Numbers) -> float:
    return float(np.std(values) / max(1.0, float(np.mean(values)))) if len(values) else 0.0


def _stroke_width(ink: Grey) -> tuple[float, float]:
    """Mean stroke width in pixels, and how much it varies."""
    distance = cv2.distanceTransform(ink, cv2.DIST_L2, 3)
    ridge = (distance >= cv2.dilate(distance, np.ones((3, 3), np.uint8)) - 1e-3) & (distance > 0)
    widths = 2 * distance[ridge]
    return (float(widths.mean()), float(widths.std() / widths.mean())) if widths.size else (0.0, 0.0)


def _straight(ink: Grey, usual: float) -> tuple[float, float]:
    """Share of the ink in upright runs over most of a letter's height, and in level runs of half of it."""
    total = max(1, int(ink.sum()))
    stems = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((max(4, round(0.62 * usual)), 1), np.uint8))
    bars = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, max(4, round(0.36 * usual))), np.uint8))
    return float(stems.sum()) / total, float(bars.sum()) / total


def _slant(ink: Grey) -> tuple[float, float]:
    """The shear that makes the columns most uneven, and how much more uneven than as it stands."""
    high, wide = ink.shape
    scores = []
    for shear in _SLANTS:
        matrix = np.array([[1.0, shear, -shear * high / 2], [0.0, 1.0, 0.0]])
        turned = cv2.warpAffine(ink, matrix, (wide, high), flags=cv2.INTER_NEAREST)
        scores.append(float(np.square(turned.sum(axis=0, dtype=np.float64)).sum()))
    best = int(np.argmax(scores))
    upright = scores[int(np.abs(_SLANTS).argmin())]
    return float(_SLANTS[best]), scores[best] / max(1.0, upright) - 1.0


def _wander(letters: npt.NDArray[np.int32], usual: float) -> float:
    """How far the middles of neighbouring letters jump, against their heights."""
    middles = letters[:, 1] + letters[:, 3] / 2
    return float(np.mean(np.abs(np.diff(middles)))) / usual if len(middles) > 1 else 0.0


def _outline(ink: Grey, usual: float) -> tuple[float, float]:
    """Length of the outlines against the ink, and how often they change direction."""
    contours, _ = cv2.findContours(ink, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    length = sum(len(c) for c in contours)
    corners = sum(len(cv2.approxPolyDP(c, 0.06 * usual, closed=True)) for c in contours if len(c) > usual)
    return length / max(1.0, float(ink.sum())), corners / max(1.0, length / usual)
