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
_SIZE = (512, 320)
"""Rows and columns of the compared pictures, with room for shifts."""
_SCALES = (1.0, 0.97, 0.94, 1.03)
"""Sizes at which a page is tried; machines shrink pages to fit their paper."""
_MOST_SHIFT = 0.2
_ALIKE = 0.16
"""Least likeness worth a closer look, measured on pages of other forms and letters."""


def by_layout(image: Grey, blanks: Sequence[BlankImage]) -> list[tuple[float, int, Matrix]]:
    """The blanks a page is like, likest first: how like (0 to 1), which one, and the map from blank to page."""
    found: list[tuple[float, int, Matrix]] = []
    for scale in _SCALES:
        page = _spectrum(_layout(image, 1 / scale))
        for index, blank in enumerate(blanks):
            likeness, dx, dy = _likeness(page, blank.spectrum(_spectrum_of))
            if likeness >= _ALIKE:
                matrix = np.array([[scale, 0, scale * dx], [0, scale, scale * dy], [0, 0, 1]], dtype=np.float64)
                found.append((likeness, index, matrix))
        if found:
            break
    return sorted(found, key=lambda f: -f[0])


def _likeness(page: npt.NDArray[np.float32], blank: npt.NDArray[np.float32]) -> tuple[float, float, float]:
    """The best likeness over all shifts, and that shift in pixels of the full picture."""
    product = cv2.mulSpectrums(page, blank, 0, conjB=True)
    scores = cv2.idft(product, flags=cv2.DFT_REAL_OUTPUT | cv2.DFT_SCALE)
    rows, columns = (round(_MOST_SHIFT * size) for size in (281, 217))
    # shifts back stand at the far ends
    near = np.roll(scores, (rows, columns), axis=(0, 1))[: 2 * rows + 1, : 2 * columns + 1]
    y, x = np.unravel_index(int(near.argmax()), near.shape)
    return float(near[y, x]), float(int(x) - columns) * _SMALL, float(int(y) - rows) * _SMALL


def _spectrum_of(blank: BlankImage) -> npt.NDArray[np.float32]:
    return _spectrum(_layout(np.asarray(255 - 255 * blank.ink, dtype=np.uint8), 1.0))


def _spectrum(layout: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.asarray(cv2.dft(layout), dtype=np.float32)


def _layout(image: Grey, scale: float) -> npt.NDArray[np.float32]:
    """A page as a small even-toned picture with length 1, on a larger empty ground."""
    size = (
        min(_SIZE[1], round(image.shape[1] * scale / _SMALL)),
        min(_SIZE[0], round(image.shape[0] * scale / _SMALL)),
    )
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    dark = np.minimum(255.0 - small, 140.0)
    even = dark - cv2.GaussianBlur(dark, (0, 0), 6)
    ground = np.zeros(_SIZE, np.float32)
    ground[: even.shape[0], : even.shape[1]] = even
    return np.asarray(ground / max(1.0, float(np.linalg.norm(ground))), dtype=np.float32)
