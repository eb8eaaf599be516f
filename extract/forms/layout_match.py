"""Which blank a page is like as a whole: layouts compared as small pictures, at every shift at once."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from extract.forms.blank import BlankImage
from extract.page.upright import Grey

Matrix = npt.NDArray[np.float64]
_SMALL = 8
"""How much smaller the pictures are that are compared: 25 dots an inch."""
_SIZE = (360, 288)
"""Rows and columns of the compared pictures, with room for shifts; quick to transform."""
_SCALES = (1.0, 0.97, 0.94, 1.03, 0.9)
"""Sizes at which a page is tried; machines shrink pages to fit their paper."""
_MOST_SHIFT = 0.2
_ALIKE = 0.16
"""Least likeness worth a closer look, measured on pages of other forms and letters."""


def by_layout(image: Grey, blanks: Sequence[BlankImage]) -> list[tuple[float, int, Matrix]]:
    """The blanks a page is like, likest first: how like (0 to 1), which one, and the map from blank to page."""
    small = _small(image)
    return next((found for scale in _SCALES if (found := _at_scale(small, scale, blanks))), [])


def either_way_up(image: Grey, blanks: Sequence[BlankImage]) -> tuple[bool, list[tuple[float, int, Matrix]]]:
    """The same for a page that may stand on its head: whether it does, and the blanks it is like when it is turned."""
    small = _small(image)
    ways = ((False, small), (True, np.asarray(cv2.flip(small, -1), dtype=np.uint8)))
    for scale in _SCALES:
        found = {turned: _at_scale(way, scale, blanks) for turned, way in ways}
        if any(found.values()):
            turned = max(found, key=lambda way: found[way][0][0] if found[way] else 0.0)
            return turned, found[turned]
    return False, []


def _at_scale(small: Grey, scale: float, blanks: Sequence[BlankImage]) -> list[tuple[float, int, Matrix]]:
    page = _spectrum(_layout(small, 1 / scale))
    found: list[tuple[float, int, Matrix]] = []
    for index, blank in enumerate(blanks):
        likeness, dx, dy = _likeness(page, blank.spectrum(_spectrum_of))
        if likeness >= _ALIKE:
            matrix = np.array([[scale, 0, scale * dx], [0, scale, scale * dy], [0, 0, 1]], dtype=np.float64)
            found.append((likeness, index, matrix))
    return sorted(found, key=lambda f: -f[0])


def _likeness(page: npt.NDArray[np.float32], blank: npt.NDArray[np.float32]) -> tuple[float, float, float]:
    """The best likeness over all shifts, and that shift in pixels of the full picture."""
    product = cv2.mulSpectrums(page, blank, 0, conjB=True)
    scores = cv2.idft(product, flags=cv2.DFT_REAL_OUTPUT | cv2.DFT_SCALE)
    rows, columns = (round(_MOST_SHIFT * size) for size in (281, 217))
    best = (-1.0, 0, 0)
    # shifts back stand at the far ends
    for y0, high in ((0, rows + 1), (_SIZE[0] - rows, rows)):
        for x0, wide in ((0, columns + 1), (_SIZE[1] - columns, columns)):
            _, score, _, (x, y) = cv2.minMaxLoc(scores[y0 : y0 + high, x0 : x0 + wide])
            best = max(best, (score, x0 + x, y0 + y))
    score, x, y = best
    dx, dy = (x if x <= columns else x - _SIZE[1]), (y if y <= rows else y - _SIZE[0])
    return score, float(dx) * _SMALL, float(dy) * _SMALL


def _spectrum_of(blank: BlankImage) -> npt.NDArray[np.float32]:
    return _spectrum(_layout(_small(np.asarray(255 - 255 * blank.ink, dtype=np.uint8)), 1.0))


def _spectrum(layout: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.asarray(cv2.dft(layout), dtype=np.float32)


def _small(image: Grey) -> Grey:
    """A page at 25 dots an inch: halved three times, which OpenCV does ten times as fast as at once."""
    for _ in range(3):
        image = np.asarray(cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return image


def _layout(small: Grey, scale: float) -> npt.NDArray[np.float32]:
    """A small page as an even-toned picture with length 1, on a larger empty ground."""
    size = (min(_SIZE[1], round(small.shape[1] * scale)), min(_SIZE[0], round(small.shape[0] * scale)))
    if size != (small.shape[1], small.shape[0]):
        small = np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    dark = np.minimum(255.0 - small.astype(np.float32), np.float32(140.0))
    even = dark - cv2.GaussianBlur(dark, (0, 0), 6)
    ground = np.zeros(_SIZE, np.float32)
    ground[: even.shape[0], : even.shape[1]] = even
    return np.asarray(ground / max(1.0, float(np.linalg.norm(ground))), dtype=np.float32)
