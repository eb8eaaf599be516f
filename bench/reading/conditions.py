"""The fax conditions of the measurements, for whole pages: 400 dpi paper to a 1-bit fax page.

| | noise s | threshold t | salt and pepper p | skew k | line faults |
|---|---|---|---|---|---|
| light | 4 | 10 | 0.0001 | 0.3 | none |
| medium | 14 | 30 | 0.001 | 1.0 | up to one vertical streak; 1-3 rows lost or blank once |
| heavy | 26 | 52 | 0.004 | 2.2 | up to three of each |

Reduced to 1728 dots by 196 (fine) or 98 (standard) lines an inch, header line of the sending
machine, one page in eight upside down. "none" is the same without any fault, upright, for telling
what the fax takes away.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from bench.reading.canvas import DPI
from bench.reading.faces import families

WIDTH = 1728
DOTS = 204
LINES = {"fine": 196, "standard": 98}
Grey = npt.NDArray[np.uint8]
Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Severity:
    """One row of the table."""

    noise: float
    threshold: float
    pepper: float
    skew: float
    faults: int


SEVERITIES = {
    "none": Severity(0, 0, 0, 0, 0),
    "light": Severity(4, 10, 0.0001, 0.3, 0),
    "medium": Severity(14, 30, 0.001, 1.0, 1),
    "heavy": Severity(26, 52, 0.004, 2.2, 3),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A resolution and a severity, written ``fine-light``."""

    resolution: str
    severity: str

    @classmethod
    def parse(cls, text: str) -> "Condition":
        """Read ``fine-light``; :class:`ValueError` where there is no such condition."""
        resolution, _, severity = text.partition("-")
        if resolution not in LINES or severity not in SEVERITIES:
            raise ValueError(f"{text} is no condition; use {{fine,standard}}-{{{','.join(SEVERITIES)}}}")
        return cls(resolution, severity)

    def __str__(self) -> str:
        return f"{self.resolution}-{self.severity}"


ALL = tuple(Condition(resolution, severity) for resolution in LINES for severity in SEVERITIES)


def fax(page: Image.Image, condition: Condition, rng: Rng) -> tuple[Image.Image, int]:
    """Give the 1-bit fax of a 400 dpi page and the degrees it was turned by (0 or 180)."""
    severity, lines = SEVERITIES[condition.severity], LINES[condition.resolution]
    grey = np.asarray(page, dtype=np.uint8)
    turned = 180 if severity.skew and rng.random() < 1 / 8 else 0
    if turned:
        grey = grey[::-1, ::-1]
    if severity.skew:
        grey = _rotated(grey, float(rng.uniform(-severity.skew, severity.skew)))
    inches = (grey.shape[1] / DPI, grey.shape[0] / DPI)
    inner = (round(inches[0] * DOTS), round(inches[1] * lines))
    reduced = np.asarray(cv2.resize(grey, inner, interpolation=cv2.INTER_AREA), dtype=np.float32)
    sheet = np.full((inner[1], WIDTH), 255.0, dtype=np.float32)
    kept = min(WIDTH, inner[0])
    sheet[:, :kept] = reduced[:, :kept]
    sheet += rng.standard_normal(sheet.shape, dtype=np.float32) * severity.noise
    bits = np.where(sheet > 128 + rng.uniform(-severity.threshold, severity.threshold), 255, 0).astype(np.uint8)
    spots = rng.random(bits.shape) < severity.pepper
    bits[spots] = rng.integers(0, 2, int(spots.sum())).astype(np.uint8) * 255
    bits = _faulty(bits, severity.faults, rng)
    return Image.fromarray(_with_header(bits, lines, rng)).convert("1", dither=Image.Dither.NONE), turned


def _rotated(grey: Grey, degrees: float) -> Grey:
    height, width = grey.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turned = cv2.warpAffine(grey, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=255)
    return np.asarray(turned, dtype=np.uint8)


def _faulty(bits: Grey, most: int, rng: Rng) -> Grey:
    for _ in range(int(rng.integers(0, most + 1))):
        x = int(rng.integers(0, bits.shape[1]))
        bits[:, x : x + int(rng.integers(1, 3))] = 0
    for _ in range(most):
        rows, y = int(rng.integers(1, 4)), int(rng.integers(40, bits.shape[0] - 40))
        if rng.random() < 0.5:
            bits[y : y + rows] = 255
        else:
            bits = np.concatenate([bits[:y], bits[y + rows :], np.full((rows, bits.shape[1]), 255, np.uint8)])
    return bits


def _with_header(bits: Grey, lines: int, rng: Rng) -> Grey:
    """Write the sending machine's line over the top edge, as fax machines do: never degraded."""
    face = next(f for f in families() if f.name == "FreeMono")
    wide = Image.new("L", (WIDTH, 28), 255)
    area, line = int(rng.choice((510, 925, 415))), int(rng.integers(100, 200))
    month, day, hour, minute = (int(rng.integers(low, high)) for low, high in ((1, 7), (1, 29), (7, 19), (0, 60)))
    text = f"2026-{month:02d}-{day:02d} {hour:02d}:{minute:02d}   FROM: {area}5550{line}   P. 001/001"
    ImageDraw.Draw(wide).text((60, 22), text, fill=0, font=face.at(8, DOTS, bold=True), anchor="ls")
    header = np.asarray(wide.resize((WIDTH, round(28 * lines / DOTS)), Image.Resampling.BOX))
    bits[: header.shape[0]] = np.where(header > 128, 255, 0)
    return bits
