"""A sheet sent by fax: the conditions of the house for whole pages, with where every point went."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from extract.calibrate.sheets import DPI
from extract.page.upright import Grey

DOTS = 1728
FINE, STANDARD = 196, 98


@dataclass(frozen=True, slots=True)
class Condition:
    """Noise, threshold offset, salt and pepper, skew, streaks and line faults of a sending machine."""

    noise: float
    offset: float
    pepper: float
    skew: float
    faults: int


CONDITIONS = {
    "none": Condition(0.0, 0.0, 0.0, 0.0, 0),
    "light": Condition(4.0, 10.0, 0.0001, 0.3, 0),
    "medium": Condition(14.0, 30.0, 0.001, 1.0, 1),
    "heavy": Condition(26.0, 52.0, 0.004, 2.2, 3),
}


def send(sheet: Grey, condition: Condition, *, lines: int, seed: int) -> tuple[Grey, npt.NDArray[np.float64]]:
    """Fax a sheet; gives the 1728-dot black-and-white picture and the affine from sheet to fax pixels."""
    rng = np.random.default_rng(seed)
    high, wide = sheet.shape
    lean = cv2.getRotationMatrix2D((wide / 2, high / 2), float(rng.uniform(-condition.skew, condition.skew)), 1.0)
    leaned = cv2.warpAffine(sheet, lean, (wide, high), flags=cv2.INTER_LINEAR, borderValue=255)
    rows = round(high / DPI * lines)
    small = cv2.resize(leaned, (DOTS, rows), interpolation=cv2.INTER_AREA).astype(np.float32)
    small += rng.normal(0.0, condition.noise, small.shape).astype(np.float32)
    level = 128 + rng.uniform(-condition.offset, condition.offset)
    bits = np.where(small < level, 0, 255).astype(np.uint8)
    flips = rng.random(bits.shape) < condition.pepper
    bits[flips] = 255 - bits[flips]
    for _ in range(int(rng.integers(0, condition.faults + 1))):
        column = int(rng.integers(0, DOTS))
        bits[int(rng.integers(0, rows // 2)) :, column : column + int(rng.integers(1, 3))] = 0
    for _ in range(condition.faults):
        row, count = int(rng.integers(10, rows - 20)), int(rng.integers(1, 4))
        if rng.random() < 0.5:  # noqa: PLR2004  (lost and blank alike)
            bits = np.vstack([bits[:row], bits[row + count :]])
        else:
            bits[row : row + count] = 255
    scale = np.array([[DOTS / wide, 0.0, 0.0], [0.0, rows / high, 0.0], [0.0, 0.0, 1.0]])
    return np.ascontiguousarray(bits), np.asarray((scale @ np.vstack([lean, [0.0, 0.0, 1.0]]))[:2], dtype=np.float64)
