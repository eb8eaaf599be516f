"""The fax conditions for single lines: what happens between paper and reader.

The recipe is the house's: paper at 400 dpi, reduced to 204 dots by 196 or 98 lines an inch with a
skew, noise ``s``, threshold at 128 ± ``t``, salt and pepper ``p``, lost and repeated rows, vertical
streaks; then what page preparation does: rows stretched to square dots and the page turned back.
The first half (``onto_lines``) is done once when a line is drawn; the second (``send``) anew for
every view, so that one drawing gives many faxes.
"""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from extract.training.draw import DPI, Drawn, Frame, Grey

DOTS = 204
FINE, STANDARD = 196, 98
Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Severity:
    """One line of the table of conditions: noise, threshold offset, salt and pepper share, skew, line faults."""

    name: str
    noise: float
    threshold: float
    pepper: float
    skew: float
    streaks: int
    lost: int


CONDITIONS = {
    "none": Severity("none", 0.0, 0.0, 0.0, 0.0, 0, 0),
    "light": Severity("light", 4.0, 10.0, 0.0001, 0.3, 0, 0),
    "medium": Severity("medium", 14.0, 30.0, 0.001, 1.0, 1, 3),
    "heavy": Severity("heavy", 26.0, 52.0, 0.004, 2.2, 3, 3),
}
_PAGE_ROWS = 11 * FINE
_PAGE_DOTS = 1728
_BANK = 1 << 22


@dataclass(frozen=True, slots=True, eq=False)
class OnLines:
    """A drawn line on the fax's raster before noise and threshold, skewed by ``skew`` degrees."""

    image: Grey
    lines: int
    skew: float
    frame: Frame


def onto_lines(drawn: Drawn, *, lines: int, skew: float) -> OnLines:
    """Turn the drawing by ``skew`` degrees about its middle and reduce it to 204 by ``lines`` dots an inch."""
    image = drawn.image
    height, width = image.shape
    if skew:
        rise = int(abs(np.sin(np.radians(skew))) * width / 2) + 1
        image = np.pad(image, ((rise, rise), (0, 0)), mode="edge")
        image = turned(image, skew)
    size = (round(width * DOTS / DPI), max(8, round(image.shape[0] * lines / DPI)))
    reduced = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    offset = (image.shape[0] - height) / 2
    box = drawn.frame
    frame = Frame(
        box.left,
        box.top + offset,
        box.right,
        box.bottom + offset,
        box.reach_left,
        box.reach_top + offset,
        box.reach_right,
        box.reach_bottom + offset,
    )
    return OnLines(reduced, lines, skew, frame.scaled(DOTS / DPI))


def send(page: OnLines, severity: Severity, rng: Rng, *, one_bit: bool = True) -> Grey:
    """Send a line down the telephone and prepare it as pages are: grey (0 = ink), 204 dpi both ways, upright.

    With ``one_bit`` false the line stays grey, as on a page from a PDF.
    """
    image = page.image.astype(np.float32)
    if severity.noise:
        image += _noise(image.shape, rng) * severity.noise
    if one_bit:
        level = 128.0 + (rng.uniform(-severity.threshold, severity.threshold) if severity.threshold else 0.0)
        bits = (image > level).astype(np.uint8) * np.uint8(255)
    else:
        bits = np.clip(image, 0, 255).astype(np.uint8)
    if severity.pepper:
        count = rng.binomial(bits.size, severity.pepper)
        bits.flat[rng.integers(0, bits.size, count)] = rng.integers(0, 2, count).astype(np.uint8) * 255
    bits = _faults(bits, severity, rng)
    return prepared(bits, page.lines, -page.skew + _residue(page.skew, rng), rng)


@cache
def _noise_bank() -> npt.NDArray[np.float32]:
    return np.random.default_rng(0).standard_normal(_BANK, dtype=np.float32)


def _noise(shape: tuple[int, ...], rng: Rng) -> npt.NDArray[np.float32]:
    """Normal noise of deviation 1: a random stretch of a long bank, for drawing it anew costs more than all else."""
    size = int(np.prod(shape))
    if size > _BANK // 4:
        return rng.standard_normal(shape, dtype=np.float32)
    start = int(rng.integers(0, _BANK - size))
    return _noise_bank()[start : start + size].reshape(shape)


def _residue(skew: float, rng: Rng) -> float:
    """What de-skewing leaves over, in degrees."""
    return float(rng.normal(0, 0.12)) if skew else 0.0


def _faults(bits: Grey, severity: Severity, rng: Rng) -> Grey:
    """Streaks down the page and rows lost, blanked or repeated, as often as a line of this size would meet them."""
    height, width = bits.shape
    for _ in range(severity.streaks):
        if rng.random() < 1.5 * width / _PAGE_DOTS:
            x, thick = int(rng.integers(0, width)), int(rng.integers(1, 3))
            bits[:, x : x + thick] = 0
    for _ in range(severity.streaks if severity.lost else 0):
        if rng.random() > 4 * height / _PAGE_ROWS:
            continue
        rows = int(rng.integers(1, severity.lost + 1))
        y = int(rng.integers(0, max(1, height - rows)))
        fate = rng.random()
        if fate < 0.4:
            bits[y : y + rows] = 255
        elif fate < 0.75:
            bits = np.concatenate([bits[:y], bits[y + rows :], np.full((rows, width), 255, np.uint8)])
        else:
            bits = np.concatenate([bits[: y + rows], bits[y : y + rows], bits[y + rows :]])[:height]
    return bits


def prepared(bits: Grey, lines: int, turn: float, rng: Rng) -> Grey:
    """Square dots and upright, with the interpolation page preparation may use."""
    height = round(bits.shape[0] * DOTS / lines)
    way = (cv2.INTER_LINEAR, cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_NEAREST)[int(rng.integers(4))]
    image = np.asarray(cv2.resize(bits, (bits.shape[1], height), interpolation=way), dtype=np.uint8)
    return turned(image, turn) if abs(turn) > 0.05 else image


def turned(image: Grey, degrees: float) -> Grey:
    """Turn an image about its middle, its edges continued outwards."""
    height, width = image.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(
        cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
        dtype=np.uint8,
    )
