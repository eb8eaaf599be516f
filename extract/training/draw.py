"""One line of text drawn at 400 dpi among what stands around it on a form.

Everything is drawn the way it meets a reader: rules and boxes at the line, parts of labels above
and below, neighbours left and right, pale or swollen print, a shaded ground.
"""

import random
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from extract.training.alphabet import in_alphabet
from extract.training.fonts import Catalogue, Face, load_face
from extract.training.text import draw_text, label
from terms.names import FieldKind

DPI = 400
_PX_PER_POINT = DPI / 72
_MARGIN = 100
"""White around the text on every side, in pixels at 400 dpi, so that a reader's crop can reach out."""

Grey = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Frame:
    """The room a crop may take, in pixels of the drawing: the text's box and how far the crop may reach."""

    left: float
    top: float
    right: float
    bottom: float
    reach_left: float
    reach_top: float
    reach_right: float
    reach_bottom: float

    def scaled(self, factor: float) -> "Frame":
        """The same room at another resolution."""
        return Frame(*(factor * getattr(self, name) for name in self.__dataclass_fields__))


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A drawn line: dark on light at 400 dpi, what it says, and where."""

    image: Grey
    text: str
    kind: FieldKind | None
    family: str
    frame: Frame


def draw_line(rng: random.Random, fonts: Catalogue, *, given: tuple[str, FieldKind | None] | None = None) -> Drawn:
    """Draw one line in a random face; ``given`` sets its text and kind, else they are drawn too."""
    face = fonts.draw(rng)
    text, kind = given or draw_text(rng)
    text = in_alphabet(text, face.lacks)
    size = _size(rng)
    glyphs = _glyphs(rng, face, text, size)
    blank = given is None and rng.random() < 0.03
    if blank:
        text = ""
        glyphs = np.zeros_like(glyphs)
    glyphs = _print_gain(rng, glyphs)
    height, width = glyphs.shape
    ink = np.zeros((height + 2 * _MARGIN, width + 2 * _MARGIN), dtype=np.uint8)
    ink[_MARGIN : _MARGIN + height, _MARGIN : _MARGIN + width] = glyphs
    top, bottom = _rows(glyphs, blank=blank)
    box = (_MARGIN, _MARGIN + top, _MARGIN + width, _MARGIN + bottom)
    strength = rng.uniform(0.5, 0.85) if rng.random() < 0.33 else rng.uniform(0.85, 1.0)
    ink = (ink * strength).astype(np.uint8)
    reach = _surround(rng, ink, box, size, face)
    ground = rng.uniform(195, 245) if rng.random() < 0.06 else 255.0
    image = np.clip(ground - ink.astype(np.float32) * (ground / 255.0), 0, 255).astype(np.uint8)
    if rng.random() < 0.6:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.8)), dtype=np.uint8)
    return Drawn(image, text, kind, face.family, Frame(*box, *reach))


def _size(rng: random.Random) -> int:
    """Pixels to the em: mostly 9 to 12 points, from 7 to 14."""
    roll = rng.random()
    points = rng.uniform(9, 12) if roll < 0.66 else rng.uniform(7, 9) if roll < 0.88 else rng.uniform(12, 14)
    return round(points * _PX_PER_POINT)


def _glyphs(rng: random.Random, face: Face, text: str, size: int) -> Grey:
    """The text's ink (255 = full) at 400 dpi, full line height, cut at its sides."""
    font = load_face(face.path, size)
    ascent, descent = font.getmetrics()
    height = min(ascent + descent, 3 * size)
    roll = rng.random()
    pitch = 0.0
    comb = 0
    if roll < 0.12:
        pitch = rng.uniform(-0.03, 0.15) * size
    elif roll < 0.15 and len(text) <= 16:
        comb = round(rng.uniform(0.8, 1.5) * size)
    width = round(sum(font.getlength(c) + pitch for c in text)) + comb * len(text) + 2 * size
    image = Image.new("L", (width, height + size // 2), 0)
    draw = ImageDraw.Draw(image)
    if comb:
        _comb(rng, draw, font, text, comb, height)
    elif pitch:
        x = size / 2
        for char in text:
            draw.text((x, size // 4), char, fill=255, font=font)
            x += font.getlength(char) + pitch
    else:
        draw.text((size // 2, size // 4), text, fill=255, font=font)
    array = np.asarray(image)
    columns = np.flatnonzero(array.any(axis=0))
    if len(columns):
        array = array[:, columns[0] : columns[-1] + 1]
    if rng.random() < 0.2:
        stretch = rng.uniform(0.82, 1.2)
        array = np.asarray(
            cv2.resize(array, (max(4, round(array.shape[1] * stretch)), array.shape[0]), interpolation=cv2.INTER_AREA)
        )
    return array.astype(np.uint8)


def _comb(
    rng: random.Random, draw: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont, text: str, step: int, height: int
) -> None:
    """One character to a box, with ticks or whole bars between."""
    bar = rng.choice((0, 0, 2, 3))
    low = height + height // 8
    high = rng.choice((0, low * 2 // 3))
    for place, char in enumerate(text):
        middle = (place + 0.5) * step
        draw.text((middle - font.getlength(char) / 2, height // 8), char, fill=255, font=font)
        if bar and place:
            draw.line((place * step, high, place * step, low), fill=255, width=bar)


def _print_gain(rng: random.Random, glyphs: Grey) -> Grey:
    """Thin, swollen or untouched strokes."""
    roll = rng.random()
    kernel = np.ones((2, 2), dtype=np.uint8)
    if roll < 0.15:
        return np.asarray(cv2.erode(glyphs, kernel), dtype=np.uint8)
    return np.asarray(cv2.dilate(glyphs, kernel), dtype=np.uint8) if roll < 0.27 else glyphs


def _rows(glyphs: Grey, *, blank: bool) -> tuple[int, int]:
    rows = np.flatnonzero(glyphs.any(axis=1))
    if blank or not len(rows):
        height = glyphs.shape[0]
        return height // 4, height * 3 // 4
    return int(rows[0]), int(rows[-1]) + 1


def _surround(
    rng: random.Random, ink: Grey, box: tuple[int, int, int, int], size: int, face: Face
) -> tuple[float, float, float, float]:
    """Draw what stands around the text; give how far a crop may reach on each side."""
    image = Image.fromarray(np.zeros_like(ink))
    draw = ImageDraw.Draw(image)
    left, top, right, bottom = box
    reach = [0.0, 0.0, float(ink.shape[1]), float(ink.shape[0])]
    thick = rng.choice((2, 3, 3, 4, 5, 7))
    start = 0 if rng.random() < 0.7 else left - rng.randint(0, 60)
    stop = ink.shape[1] if rng.random() < 0.7 else right + rng.randint(0, 60)
    if rng.random() < 0.38:
        y = bottom + rng.randint(-size // 6, size // 2)
        draw.line((start, y, stop, y), fill=255, width=thick)
    if rng.random() < 0.25:
        y = top - rng.randint(2, size // 2)
        draw.line((start, y, stop, y), fill=255, width=thick)
    if rng.random() < 0.22:
        x = left - rng.randint(3, size)
        draw.line((x, 0, x, ink.shape[0]), fill=255, width=thick)
    if rng.random() < 0.22:
        x = right + rng.randint(3, size)
        draw.line((x, 0, x, ink.shape[0]), fill=255, width=thick)
    _neighbours(rng, draw, box, size, face, reach)
    if rng.random() < 0.03:
        points = [
            (rng.randint(0, ink.shape[1]), rng.randint(top - size, bottom + size)) for _ in range(rng.randint(2, 4))
        ]
        draw.line(points, fill=rng.randint(120, 255), width=rng.randint(3, 6), joint="curve")
    np.maximum(ink, np.asarray(image), out=ink)
    return reach[0], reach[1], reach[2], reach[3]


def _neighbours(
    rng: random.Random,
    draw: ImageDraw.ImageDraw,
    box: tuple[int, int, int, int],
    size: int,
    face: Face,
    reach: list[float],
) -> None:
    """Parts of other lines and words; ``reach`` is pulled in so that no whole one comes into a crop."""
    left, top, right, bottom = box
    small = load_face(face.path, max(24, round(size * rng.uniform(0.6, 1.0))))
    other = in_alphabet(label(rng), face.lacks) or "x"
    wide, (ascent, descent) = small.getlength(other), small.getmetrics()
    if rng.random() < 0.3:
        gap = rng.randint(1, size // 2)
        draw.text((left + rng.randint(-80, 80), top - gap - ascent), other, fill=255, font=small)
        reach[1] = max(reach[1], top - gap - 0.28 * size)
    if rng.random() < 0.22:
        gap = rng.randint(1, size // 2)
        draw.text((left + rng.randint(-80, 80), bottom + gap - descent // 2), other, fill=255, font=small)
        reach[3] = min(reach[3], bottom + gap + 0.28 * size)
    level = bottom - size
    if rng.random() < 0.15:
        gap = rng.randint(size // 2, 2 * size)
        draw.text((left - gap - wide, level), other, fill=255, font=small)
        reach[0] = max(reach[0], left - gap - 0.12 * size)
    if rng.random() < 0.15:
        gap = rng.randint(size // 2, 2 * size)
        draw.text((right + gap, level), other, fill=255, font=small)
        reach[2] = min(reach[2], right + gap + 0.12 * size)
    if rng.random() < 0.03:
        side = round(size * rng.uniform(0.5, 0.8))
        x = left - side - rng.randint(6, size)
        draw.rectangle((x, bottom - side, x + side, bottom), outline=255, width=3)
