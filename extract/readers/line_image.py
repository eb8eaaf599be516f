"""A crop as our own line reader's network sees it; the same in training and in use."""

import cv2
import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]
Ink = npt.NDArray[np.float32]

HEIGHT = 40
"""Rows of the network's input: 0.196 inch at 204 dpi, a line of 14-point print."""
_SIDE = 6
_MIN_WIDTH = 32
_MAX_WIDTH = 2400


def line_image(crop: Grey) -> Ink:
    """Give a crop (dark on light, 204 dpi, one line) as ink from 0 to 1, :data:`HEIGHT` rows high.

    A lower crop is padded with white above and below; a higher one is scaled down, both ways alike.
    Six white columns are added at each side, and the width is rounded up to a multiple of 4.
    """
    height, width = crop.shape
    ink = 1.0 - crop.astype(np.float32) / 255.0
    if height > HEIGHT:
        factor = HEIGHT / height
        wide = max(1, min(_MAX_WIDTH, round(width * factor)))
        ink = np.asarray(cv2.resize(ink, (wide, HEIGHT), interpolation=cv2.INTER_AREA), dtype=np.float32)
    elif width > _MAX_WIDTH:
        ink = np.asarray(cv2.resize(ink, (_MAX_WIDTH, height), interpolation=cv2.INTER_AREA), dtype=np.float32)
    height, width = ink.shape
    full = max(_MIN_WIDTH, width + 2 * _SIDE)
    full += -full % 4
    out = np.zeros((HEIGHT, full), dtype=np.float32)
    above = (HEIGHT - height) // 2
    out[above : above + height, _SIDE : _SIDE + width] = ink
    return out
