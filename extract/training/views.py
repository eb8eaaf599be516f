"""Views: one random fax of a drawn line, cropped the way fields are cropped, as the network's input."""

import cv2
import numpy as np

from extract.readers.line_image import Ink, line_image
from extract.training.degrade import CONDITIONS, DOTS, FINE, STANDARD, OnLines, Rng, Severity, send
from extract.training.draw import Frame, Grey

_NAMES = ("none", "light", "medium", "heavy")
_SHARES = (0.10, 0.24, 0.34, 0.32)
_GREY_SHARE = 0.5
_ZOOM_SHARE = 0.3
_WORSE_SHARE = 0.15
_LEAST_INK = 0.3


def draw_raster(rng: Rng) -> tuple[int, float]:
    """Give the lines an inch and the skew, in degrees, that a drawn line is put on the fax raster with."""
    lines = FINE if rng.random() < 0.55 else STANDARD
    worst = (0.0, 0.3, 1.0, 2.2)[int(rng.choice(4, p=(0.25, 0.3, 0.25, 0.2)))]
    return lines, float(rng.uniform(-worst, worst))


def view(page: OnLines, rng: Rng) -> Ink:
    """Give one view of the line: its own noise, threshold, faults and crop each time.

    Where next to no ink is left the line is sent again under milder conditions: nobody can read what
    is not there, and learning to would be learning to invent.
    """
    name = _NAMES[int(rng.choice(4, p=_SHARES))]
    severity = CONDITIONS[name]
    if name == "heavy" and rng.random() < _WORSE_SHARE:
        severity = Severity("worse", 32.0, 60.0, 0.006, 2.2, 3, 3)
    grey = name == "none" and rng.random() < _GREY_SHARE
    image = send(page, severity, rng, one_bit=not grey)
    for one_bit in (True, False):
        if ink_left(image, page) >= _LEAST_INK:
            break
        image = send(page, CONDITIONS["light"], rng, one_bit=one_bit)
    crop = loose_crop(image, page.frame, rng)
    if rng.random() < _ZOOM_SHARE:
        zoom = float(rng.uniform(0.85, 1.2))
        size = (max(8, round(crop.shape[1] * zoom)), max(8, round(crop.shape[0] * zoom)))
        crop = np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
    return line_image(crop)


def ink_left(image: Grey, page: OnLines) -> float:
    """The ink in the text's box after the fax, as a share of the ink before it."""
    box = page.frame
    x0, x1, y0, y1 = int(box.left), int(box.right) + 1, int(box.top), int(box.bottom) + 1
    sent = 255.0 - float(image[y0:y1, x0:x1].mean())
    scale = page.lines / DOTS
    before = page.image[int(y0 * scale) : int(y1 * scale) + 1, x0:x1]
    drawn = 255.0 - float(before.mean())
    return sent / max(drawn, 1.0)


def loose_crop(image: Grey, frame: Frame, rng: Rng) -> Grey:
    """Cut the line out with margins from tight to most of a line's height, never into a whole neighbour."""
    high = frame.bottom - frame.top
    most = high * (0.25 if rng.random() < 0.5 else 0.9)
    tight = -1.0 if rng.random() < 0.1 else 0.5
    top = max(frame.reach_top, frame.top - rng.uniform(tight, max(most, tight + 0.1)))
    bottom = min(frame.reach_bottom, frame.bottom + rng.uniform(tight, max(most, tight + 0.1)))
    wide = 45.0 if rng.random() < 0.5 else 12.0
    left = max(frame.reach_left, frame.left - rng.uniform(0.5, wide))
    right = min(frame.reach_right, frame.right + rng.uniform(0.5, wide))
    rows, columns = image.shape
    y0, y1 = int(np.clip(top, 0, rows - 8)), int(np.clip(np.ceil(bottom), 8, rows))
    x0, x1 = int(np.clip(left, 0, columns - 8)), int(np.clip(np.ceil(right), 8, columns))
    return image[y0 : max(y1, y0 + 8), x0 : max(x1, x0 + 8)]
