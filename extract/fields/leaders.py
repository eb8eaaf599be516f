"""Dots or short strokes that lead from a label to the end of its line: ink, but nothing that anybody wrote."""

import cv2
import numpy as np

from extract.page.upright import Grey

_FEWEST = 5
"""Fewest dots of a leader."""
_DOT = 9
"""Widest and highest a dot can be, in pixels at 204 dpi."""
_LEVEL = 3.0
"""How far dots may stray from their line, in pixels."""


def is_leader(ink: Grey) -> bool:
    """Say whether all the ink (0/1 at 204 dpi) is a level row of dots; strewn dust is none."""
    count, _labels, stats, centres = cv2.connectedComponentsWithStats(ink, connectivity=8)
    boxes, middles = stats[1:], centres[1:]
    if count - 1 < _FEWEST or max(boxes[:, 2].max(), boxes[:, 3].max()) > _DOT:
        return False
    solid = boxes[:, 4] >= 3  # noqa: PLR2004  (more than a speck of noise)
    if solid.sum() < _FEWEST:
        return False
    x, y = middles[solid, 0], middles[solid, 1]
    slope, start = np.polyfit(x, y, 1) if len(x) > 1 else (0.0, float(y.mean()))
    rest = np.abs(y - slope * x - start)
    return float(np.percentile(rest, 80)) <= _LEVEL and abs(float(slope)) < 0.05  # noqa: PLR2004  (a page's skew)
