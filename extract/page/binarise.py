"""Dark or light: ink masks of fax pages (already black and white), scans and photographs."""

import cv2
import numpy as np

from extract.page.upright import Grey

_NEARLY = 24
_GREY_SHARE = 0.03


def is_bilevel(image: Grey) -> bool:
    """Say whether a picture is black and white only (but for a few stray greys)."""
    sample = image[::3, ::3]
    middle = np.count_nonzero((sample > _NEARLY) & (sample < 255 - _NEARLY))
    return bool(middle < _GREY_SHARE * sample.size)


def flatten(image: Grey) -> Grey:
    """Even out the light of a grey scan or photograph: paper becomes white, ink keeps its depth.

    The paper's brightness is taken from the brightest parts around each point (about a third of
    an inch at 204 dpi), so shadows and yellow paper go, and a broad dark area stays dark.
    """
    small = cv2.resize(image, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.dilate(small, np.ones((17, 17), np.uint8))
    paper = cv2.GaussianBlur(paper, (0, 0), 6)
    paper = np.maximum(paper, 60)
    full = cv2.resize(paper, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(image, full, scale=250), dtype=np.uint8)


def ink_mask(image: Grey) -> Grey:
    """1 where a picture (square pixels, paper white) is dark, else 0.

    The threshold follows the picture: the middle between the paper and its darkest hundredth, but
    never so high that faint paper texture counts.
    """
    sample = image[::2, ::2]
    # the darkest hundredth from a count of shades: as exact as sorting, at a tenth of its cost
    shades = np.cumsum(cv2.calcHist([np.ascontiguousarray(sample)], [0], None, [256], [0, 256]).ravel())
    dark = float(np.searchsorted(shades, 0.01 * sample.size))
    threshold = float(np.clip((dark + 245.0) / 2.0, 110.0, 190.0))
    return np.asarray(cv2.threshold(image, np.ceil(threshold) - 1, 1, cv2.THRESH_BINARY_INV)[1], dtype=np.uint8)
