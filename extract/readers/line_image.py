"""A crop as our own line reader's network sees it; the same in training and in use."""

import cv2
import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]
Ink = npt.NDArray[np.float32]

HEIGHT = 40
"""Rows of the network's input: 0.196 inch at 204 dpi, a line of 14-point print."""
SIDE = 6
"""White columns added at the left of every crop, and at least as many at its right."""
_MIN_WIDTH = 32
_MAX_WIDTH = 2400


def scale_of(crop: Grey) -> float:
    """Give the factor by which :func:`line_image` scales a crop's width: below 1 for one higher than the input."""
    height, width = crop.shape
    factor = HEIGHT / height if height > HEIGHT else 1.0
    return float(max(1, min(_MAX_WIDTH, round(width * factor))) / width)


def line_image(crop: Grey) -> Ink:
    """Give a crop (dark on light, 204 dpi, one line) as ink from 0 to 1, :data:`HEIGHT` rows high.

    A lower crop is padded with white above and below; a higher one is scaled down, both ways alike.
    :data:`SIDE` white columns are added at each side, and the width is rounded up to a multiple of 4.
    """
    height, width = crop.shape
    ink = 1.0 - crop.astype(np.float32) / 255.0
    wide, high = max(1, round(width * scale_of(crop))), min(height, HEIGHT)
    if (high, wide) != (height, width):
        ink = np.asarray(cv2.resize(ink, (wide, high), interpolation=cv2.INTER_AREA), dtype=np.float32)
    full = max(_MIN_WIDTH, wide + 2 * SIDE)
    full += -full % 4
    out = np.zeros((HEIGHT, full), dtype=np.float32)
    above = (HEIGHT - high) // 2
    out[above : above + high, SIDE : SIDE + wide] = ink
    return out
