"""A sheet of letter paper at 400 dpi on which text, rules and boxes are put, in points from the top left."""

import functools
import re
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFont

from samples.conditions import DRAWN_DPI, Grey
from terms.document import Word
from terms.geometry import Box

WIDTH, HEIGHT = 612.0, 792.0
SCALE = DRAWN_DPI / 72
"""Pixels of the drawn page for each point."""
_FOLDERS = (
    Path("/usr/share/fonts/truetype/liberation"),
    Path("/usr/share/fonts/truetype/dejavu"),
    Path("/usr/share/fonts/opentype/urw-base35"),
)
FACES: dict[str, tuple[str, str]] = {
    "sans": ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    "serif": ("LiberationSerif-Regular.ttf", "LiberationSerif-Bold.ttf"),
    "mono": ("LiberationMono-Regular.ttf", "LiberationMono-Bold.ttf"),
    "narrow": ("LiberationSansNarrow-Regular.ttf", "LiberationSansNarrow-Bold.ttf"),
    "dejavu": ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    "condensed": ("DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf"),
    "dejavu_serif": ("DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf"),
    "dejavu_mono": ("DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf"),
    "bookman": ("URWBookman-Light.otf", "URWBookman-Demi.otf"),
    "gothic": ("URWGothic-Book.otf", "URWGothic-Demi.otf"),
    "palatino": ("P052-Roman.otf", "P052-Bold.otf"),
    "century": ("C059-Roman.otf", "C059-Bold.otf"),
}
"""Families by our own name; those kept for the evaluation set are not among them."""


@functools.cache
def font(family: str, size: float, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Load a face at ``size`` points."""
    name = FACES[family][int(bold)]
    path = next(folder / name for folder in _FOLDERS if (folder / name).exists())
    return ImageFont.truetype(str(path), round(size * SCALE))


class Canvas:
    """One page; ``y`` of a text is its baseline."""

    def __init__(self) -> None:
        """Begin with white paper."""
        self._image = Image.new("L", (round(WIDTH * SCALE), round(HEIGHT * SCALE)), 255)
        self._draw = ImageDraw.Draw(self._image)
        self.words: list[Word] = []

    def text(self, x: float, y: float, text: str, family: str, size: float, *, bold: bool = False) -> float:
        """Write a line of text; gives the x at which it ends."""
        face = font(family, size, bold=bold)
        self._draw.text((x * SCALE, y * SCALE), text, font=face, fill=0, anchor="ls")
        self.remember(x, y, text, face, size)
        return x + face.getlength(text) / SCALE

    def put(self, picture: Image.Image, place: tuple[int, int]) -> None:
        """Lay a picture, dark on white, over what stands at ``place`` (left, top), in pixels at 400 dpi."""
        self._image.paste(0, place, ImageChops.invert(picture))

    def remember(self, x: float, y: float, text: str, face: ImageFont.FreeTypeFont, size: float) -> None:
        """Keep each word with its box, as a text layer would have it."""
        for match in re.finditer(r"\S+", text):
            left = x + face.getlength(text[: match.start()]) / SCALE
            right = x + face.getlength(text[: match.end()]) / SCALE
            box = Box.clipped(left / WIDTH, (y - 0.74 * size) / HEIGHT, right / WIDTH, (y + 0.2 * size) / HEIGHT)
            self.words.append(Word(match.group(), box, 1.0))

    def line(self, x0: float, y0: float, x1: float, y1: float, width: float = 0.7) -> None:
        """Draw a rule."""
        self._draw.line([v * SCALE for v in (x0, y0, x1, y1)], fill=0, width=max(1, round(width * SCALE)))

    def rect(self, x0: float, y0: float, x1: float, y1: float, width: float = 0.7, fill: int | None = None) -> None:
        """Draw a box, filled with a grey (0 black … 255 white) if ``fill`` is given."""
        self._draw.rectangle(
            [v * SCALE for v in (x0, y0, x1, y1)], outline=0, width=max(1, round(width * SCALE)), fill=fill
        )

    def circle(self, x: float, y: float, radius: float, *, filled: bool = False, width: float = 0.8) -> None:
        """Draw a circle, or a disc."""
        box = [(x - radius) * SCALE, (y - radius) * SCALE, (x + radius) * SCALE, (y + radius) * SCALE]
        self._draw.ellipse(box, outline=0, width=max(1, round(width * SCALE)), fill=0 if filled else None)

    def white_text(self, x: float, y: float, text: str, family: str, size: float) -> None:
        """Write white on whatever is there (a black heading bar)."""
        face = font(family, size, bold=True)
        self._draw.text((x * SCALE, y * SCALE), text, font=face, fill=255, anchor="ls")
        self.remember(x, y, text, face, size)

    def grey(self) -> Grey:
        """Give the page as an 8-bit grey picture, 0 = ink."""
        return np.array(self._image, dtype=np.uint8)


def width_of(text: str, family: str, size: float, *, bold: bool = False) -> float:
    """Width of ``text`` in points."""
    return font(family, size, bold=bold).getlength(text) / SCALE
