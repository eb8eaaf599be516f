"""Is a zone blank, faint or filled? Ink evidence for one zone of a page."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from extract.page.lines import find_stretches
from extract.page.upright import DPI, Stretch, UprightPage
from terms.geometry import Box

_FRINGE = 14
_REACH = 3
LEGIBLE = 0.5
"""On a page that reads worse than this no field can be called missing."""


@dataclass(frozen=True, slots=True)
class ZoneInk:
    """What ink a zone holds, ruling lines and neighbours' overhang left out.

    ``stretches`` are the lines of text in pixels of the upright page, top to bottom; ``is_blank``
    says that nothing was written here; ``is_faint`` that there are traces of lost text, so that
    "missing" would be a guess. ``share`` is the part of the zone's area that is ink.
    """

    stretches: tuple[Stretch, ...]
    share: float
    is_blank: bool
    is_faint: bool

    @property
    def hull(self) -> Stretch | None:
        """The smallest rectangle around all of it."""
        if not self.stretches:
            return None
        return Stretch(
            min(s.left for s in self.stretches),
            min(s.top for s in self.stretches),
            max(s.right for s in self.stretches),
            max(s.bottom for s in self.stretches),
        )


def zone_ink(page: UprightPage, box: Box) -> ZoneInk:
    """Weigh the ink inside ``box``.

    A piece of ink counts as the zone's own when its middle lies inside; what reaches in from
    outside (a label's last letter, the line above) does not. Stray strokes (long, thin, touching
    the zone's edge) make nothing filled.
    """
    left, top, right, bottom = page.pixels(box)
    l0, t0 = max(0, left - _FRINGE), max(0, top - _FRINGE)
    r0, b0 = min(page.width, right + _FRINGE), min(page.height, bottom + _FRINGE)
    text = cv2.morphologyEx(page.text[t0:b0, l0:r0], cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    walls = np.ascontiguousarray(page.walls[t0:b0, l0:r0])
    count, labels, stats, centres = cv2.connectedComponentsWithStats(text, connectivity=8)
    own = np.zeros(count, dtype=bool)
    specks = 0
    solid = 0
    for i in range(1, count):
        x, y = centres[i][0] + l0, centres[i][1] + t0
        if not (left - _REACH <= x < right + _REACH and top - 2 <= y < bottom + 2):
            continue
        wide, high, area = int(stats[i, 2]), int(stats[i, 3]), int(stats[i, 4])
        if _is_stray(wide, high, area, bottom - top, right - left):
            continue
        own[i] = True
        if area < 12 or max(wide, high) < 6:  # noqa: PLR2004  (a dot at this size)
            specks += 1
        else:
            solid += area
    kept = own.astype(np.uint8)[labels]
    zone_area = max(1, (right - left) * (bottom - top))
    stretches = tuple(
        Stretch(s.left + l0, s.top + t0, s.right + l0, s.bottom + t0) for s in find_stretches(kept, walls)
    )
    written = tuple(s for s in stretches if s.height >= 7 and s.width >= 2)  # noqa: PLR2004  (a mark smaller than a digit is dust)
    expected = page.faults.specks * zone_area / DPI**2
    crowded = specks > 2.0 * expected + 4.0 * math.sqrt(expected) + 6.0
    blank = solid < 24 or not written  # noqa: PLR2004  (less ink than a comma)
    faint = blank and (bool(crowded) or page.legibility < LEGIBLE)
    return ZoneInk(() if blank else written, float(kept.sum()) / zone_area, blank, faint)


def _is_stray(wide: int, high: int, area: int, zone_high: int, zone_wide: int) -> bool:
    """A stroke that is no letter: a rest of a ruling line or a streak."""
    if high <= 5 and wide > 40:  # noqa: PLR2004  (flat and longer than a dash)
        return True
    if high > max(30, 0.9 * zone_high) and wide < 0.3 * high:
        return True
    return wide > 0.8 * zone_wide and area < 0.2 * wide * high
