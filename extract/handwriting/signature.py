"""Whether the line to sign on has a signature."""

import cv2
import numpy as np

from extract.layout import Area
from extract.page.upright import UprightPage

_ABOVE, _BELOW = 1.7, 0.3
"""How far a signature reaches above and below the place of one line of print, in word heights."""
_LEAST_WIDE = 2.0
"""Least width of a signature, in word heights."""
_INK = 60
"""Least ink of a signature, in pixels at 204 dpi."""


def is_signed(page: UprightPage, place: Area, size: float) -> bool:
    """Say whether there is ink like a signature's at ``place``, the label's own value place, in pixels.

    Dust and the rests of a line are none; a typed name or a stamp is as good as a hand here.
    """
    top, bottom = max(0, int(place.top - _ABOVE * size)), int(place.bottom + _BELOW * size)
    ink = page.text[top:bottom, max(0, int(place.left)) : int(place.right)]
    if ink.size == 0:
        return False
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    solid = np.flatnonzero((stats[:, cv2.CC_STAT_AREA] >= 12) & (stats[:, cv2.CC_STAT_HEIGHT] >= 5))[1:]  # noqa: PLR2004
    if count < 2 or not solid.size:  # noqa: PLR2004  (background only)
        return False
    kept = np.isin(labels, solid)
    columns = np.flatnonzero(kept.any(axis=0))
    return bool(kept.sum() >= _INK and columns[-1] - columns[0] >= _LEAST_WIDE * size)
