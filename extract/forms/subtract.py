"""Take a blank form's print out of a filled page, so that only what somebody wrote is left.

Only ink that is surely the blank's goes: a stroke that crosses a printed line keeps its pixels, and
a reader still sees the untouched native picture.
"""

from dataclasses import replace

import cv2
import numpy as np

from extract.page.lines import find_writing, in_reading_order
from extract.page.pieces import pieces_of
from extract.page.runs import opened
from extract.page.upright import Grey, UprightPage

_PRINTED = 96
"""Darkness (of 255) from which the blank laid over the page counts as printed."""
_CRUMB = 14
"""Largest piece, in pixels, that print leaves behind at its edges."""
_LINE, _REST = 40, 13
"""Shortest printed line, and shortest rest of one, in pixels."""
_NEAR = (11, 5)
"""How close to written ink, in pixels down and across, print is left in the picture: tails run into lines."""


def agreement(page: UprightPage, printed: Grey) -> float:
    """The share of the blank's print that stands on the page too, 0 to 1 (0.5 where it has none)."""
    print_ = printed > _PRINTED
    total = int(print_.sum())
    if not total:
        return 0.5
    reach = (3, 5) if page.is_coarse else (3, 3)
    near = cv2.dilate(np.asarray(page.image < 150, dtype=np.uint8), np.ones(reach[::-1], np.uint8))  # noqa: PLR2004  (dark)
    return float(near[print_].mean())


def without_print(page: UprightPage, printed: Grey) -> UprightPage:
    """The page with the blank's print taken out of its picture, ink and lines of text.

    ``printed`` is the blank's ink on the page (:meth:`Registration.ink_on`). ``native`` stays as it
    arrived, ``ink`` too: check boxes are judged against the blank by themselves.
    """
    sure = np.asarray(printed > _PRINTED, dtype=np.uint8)
    lines = opened(sure, _LINE)
    letters = sure & (1 - cv2.dilate(lines, np.ones((3, 3), np.uint8)))
    grow = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 7) if page.is_coarse else (5, 5))
    around, band = cv2.dilate(letters, grow), cv2.dilate(lines, grow)
    # the page's text has no ruling lines any more, and still has the strokes that cross them
    text = _without_rests(np.asarray(page.text & (1 - around), dtype=np.uint8), band)
    text = _without_crumbs(text, np.asarray(around | band, dtype=np.uint8))
    image = page.image.copy()
    print_ = (around | band) & (1 - cv2.dilate(text, np.ones(_NEAR, np.uint8)))
    image |= 255 * print_
    stretches = in_reading_order(find_writing(text, page.walls))
    return replace(page, image=image, text=text, stretches=stretches)


def _without_rests(text: Grey, band: Grey) -> Grey:
    """Drop what is left of printed lines where they were too broken to be seen as lines."""
    inside = np.asarray(text & band, dtype=np.uint8)
    rest = cv2.dilate(opened(inside, _REST), np.ones((3, 3), np.uint8)) & inside
    outside = np.asarray(text & (1 - band), dtype=np.uint8)
    crossing = cv2.morphologyEx(outside, cv2.MORPH_CLOSE, np.ones((9, 3), np.uint8))
    return np.asarray(text & (1 - (rest & (1 - crossing))), dtype=np.uint8)


def _without_crumbs(left: Grey, around: Grey) -> Grey:
    """Drop the small rests that stick out of print where the fax drew it a little thicker or beside."""
    pieces = pieces_of(left)
    if len(pieces) == 1:
        return left
    edge = cv2.dilate(around, np.ones((3, 3), np.uint8))
    touching = np.bincount(np.take(pieces.labels.ravel(), np.flatnonzero(edge & left)), minlength=len(pieces))
    thin = np.minimum(pieces.wide, pieces.high) <= 2  # noqa: PLR2004  (the rim of a line)
    # a comma that hangs down to a line only touches it; a crumb lies along the print
    crumb = ((pieces.area <= _CRUMB) & (touching >= 0.5 * pieces.area)) | (thin & (touching > 0.6 * pieces.area))
    crumb[0] = False
    return np.asarray(left & (1 - pieces.mask(crumb)), dtype=np.uint8) if crumb.any() else left
