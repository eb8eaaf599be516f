"""What a fax machine and a line do to a page, by measure, so that a figure means the same everywhere.

A page drawn at 400 dpi is turned a little, reduced to 1728 dots a line and
196 (fine) or 98 (standard) lines an inch, and made 1-bit at a wandering threshold after Gaussian
noise; salt and pepper and lost rows follow. The figures of the severities are those of
docs/measurements.md. Everything is seeded and vectorised: about 0.1 s a page, under 1 ms a line crop.

Images are 8-bit grey arrays, 0 = ink; results are boolean arrays, True = ink.
"""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Bits = NDArray[np.bool_]

DRAWN_DPI = 400
DOTS = 1728
"""Dots across a fax line, whatever the paper."""


class Resolution(StrEnum):
    """Vertical resolution of a fax: 98 or 196 lines an inch."""

    STANDARD = "standard"
    FINE = "fine"

    @property
    def lines_per_inch(self) -> int:
        """Lines an inch."""
        return 196 if self is Resolution.FINE else 98


@dataclass(frozen=True, slots=True)
class Condition:
    """A severity: noise s, threshold 128 ± t, salt and pepper p, skew up to k degrees, line faults."""

    name: str
    noise: float
    threshold: float
    speckle: float
    skew: float
    streaks: int = 0
    row_faults: int = 0


CLEAN = Condition("clean", 0, 0, 0, 0)
LIGHT = Condition("light", 4, 10, 0.0001, 0.3)
MEDIUM = Condition("medium", 14, 30, 0.001, 1.0, streaks=1, row_faults=1)
HEAVY = Condition("heavy", 26, 52, 0.004, 2.2, streaks=3, row_faults=3)
CONDITIONS: dict[str, Condition] = {c.name: c for c in (CLEAN, LIGHT, MEDIUM, HEAVY)}


def fax_page(
    grey: Grey,
    condition: Condition,
    resolution: Resolution,
    rng: np.random.Generator,
    *,
    header: str = "",
    upside_down: bool = False,
) -> Bits:
    """Send a page drawn at 400 dpi through a fax machine; the result is 1728 dots wide.

    ``header`` is printed by the sending machine above the page's text, ``upside_down`` says that
    the sheet went in the wrong way round (the header still comes out upright).
    """
    high = round(grey.shape[0] / DRAWN_DPI * resolution.lines_per_inch)
    if upside_down:
        grey = np.ascontiguousarray(grey[::-1, ::-1])
    grey = _turn(grey, rng.uniform(-condition.skew, condition.skew) if condition.skew else 0.0)
    small = cv2.resize(grey, (DOTS, high), interpolation=cv2.INTER_AREA).astype(np.uint8)
    bits = _to_bits(small, condition, rng)
    if header:
        _print_header(bits, header, resolution)
    return _row_faults(_streaks(bits, condition, rng), condition, rng)


def fax_line(grey: Grey, condition: Condition, resolution: Resolution, rng: np.random.Generator) -> Bits:
    """Send a crop drawn at 400 dpi (a line of text) through a fax machine: no streaks, no header.

    The crop keeps its width in inches: it comes out at 204 dots by 196 or 98 lines an inch.
    """
    scale = DOTS / (8.5 * DRAWN_DPI)
    wide = max(1, round(grey.shape[1] * scale))
    high = max(1, round(grey.shape[0] * resolution.lines_per_inch / DRAWN_DPI))
    grey = _turn(grey, rng.uniform(-condition.skew, condition.skew) if condition.skew else 0.0)
    small = cv2.resize(grey, (wide, high), interpolation=cv2.INTER_AREA).astype(np.uint8)
    bits = _to_bits(small, condition, rng)
    if condition.row_faults and rng.random() < high / 2000 * condition.row_faults:
        bits = _lose_rows(bits, condition, rng)
    return bits


def _turn(grey: Grey, degrees: float) -> Grey:
    if not degrees:
        return grey
    high, wide = grey.shape
    matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), degrees, 1.0)
    turned = cv2.warpAffine(grey, matrix, (wide, high), flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255, 255))
    result: Grey = turned.astype(np.uint8)
    return result


def _to_bits(grey: Grey, condition: Condition, rng: np.random.Generator) -> Bits:
    threshold = 128 + (rng.uniform(-condition.threshold, condition.threshold) if condition.threshold else 0.0)
    if condition.noise:
        noise = rng.standard_normal(grey.shape, dtype=np.float32) * np.float32(condition.noise)
        bits = np.asarray(grey + noise < threshold)
    else:
        bits = grey < threshold
    if condition.speckle:
        count = rng.binomial(bits.size, condition.speckle)
        places = rng.integers(0, bits.size, count)
        bits.reshape(-1)[places] = rng.random(count) < 0.5  # noqa: PLR2004  (salt as often as pepper)
    return bits


def _streaks(bits: Bits, condition: Condition, rng: np.random.Generator) -> Bits:
    for _ in range(int(rng.integers(0, condition.streaks + 1))):
        x, wide = int(rng.integers(0, bits.shape[1] - 3)), int(rng.integers(1, 3))
        bits[:, x : x + wide] = True
    return bits


def _row_faults(bits: Bits, condition: Condition, rng: np.random.Generator) -> Bits:
    for _ in range(int(rng.integers(0, condition.row_faults + 1))):
        bits = _lose_rows(bits, condition, rng)
    return bits


def _lose_rows(bits: Bits, _: Condition, rng: np.random.Generator) -> Bits:
    """Lose one to three rows: they vanish, or come as blank ones."""
    count = min(int(rng.integers(1, 4)), bits.shape[0] - 1)
    if count < 1:
        return bits
    top = int(rng.integers(0, bits.shape[0] - count))
    if rng.random() < 0.5:  # noqa: PLR2004  (lost as often as blank)
        return np.delete(bits, np.s_[top : top + count], axis=0)
    bits[top : top + count] = False
    return bits


def _print_header(bits: Bits, header: str, resolution: Resolution) -> None:
    """Print the sending machine's line at the top, as machines do: over whatever is there."""
    high = 40
    band = np.full((high, DOTS), 255, np.uint8)
    cv2.putText(band, header, (40, 28), cv2.FONT_HERSHEY_DUPLEX, 0.85, (0,), 2, cv2.LINE_AA)
    if resolution is Resolution.STANDARD:
        band = cv2.resize(band, (DOTS, high // 2), interpolation=cv2.INTER_AREA).astype(np.uint8)
    top = 8
    bits[top : top + band.shape[0]] |= band < 140  # noqa: PLR2004  (keeps thin strokes)
