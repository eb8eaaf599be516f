"""How much of a value's ink came through: what nobody can read must be sent again, not looked at."""

import numpy as np

from extract.page.upright import Grey, UprightPage
from terms.geometry import Box

_DARK = 128
_GLYPH = 0.6
"""A glyph's width, in heights of its line."""
_CLEAN = 0.2
"""Share of a glyph-wide window that is ink where print is whole: the median of 2,600 faxed values is 0.21."""
_LEAST = 0.3


def legibility(crop: Grey) -> float:
    """How much ink stands in the middle one of a line's glyph-wide windows, against what whole print has: 0 to 1.

    ``crop`` is one line, dark on light, 204 dpi. 1 is print as it should be, under 0.3 only remains
    of strokes are left; 0 for no ink at all.
    """
    ink = crop < _DARK
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not columns.size:
        return 0.0
    tight = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float64)
    high = tight.shape[0]
    wide = min(tight.shape[1], max(4, round(_GLYPH * high)))
    windows = np.convolve(tight.sum(axis=0), np.ones(wide), "valid") / (wide * high)
    return float(min(1.0, np.median(windows) / _CLEAN))


def is_faded(page: UprightPage, box: Box) -> bool:
    """Say whether so little ink is left inside ``box`` that no reader, nor a person, can be expected to read it."""
    return 0.0 < legibility(page.crop(box)) < _LEAST
