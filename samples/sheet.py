"""A paper to draw on: letter pages in points from the top left, remembering where each value stands.

Wraps a ReportLab canvas (BSD licence). Coordinates are points, x to the right and y **down** from
the page's top left corner; remembered boxes are fractions of the page.
"""

import functools
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from terms.geometry import Box

WIDTH, HEIGHT = 612.0, 792.0
_FONT_FOLDERS = (Path("/usr/share/fonts/truetype/liberation"), Path("/usr/share/fonts/truetype/dejavu"))
_CHECK_SIZE = 8.5

FAMILIES: dict[str, tuple[str, str]] = {
    "sans": ("LiberationSans-Regular", "LiberationSans-Bold"),
    "serif": ("LiberationSerif-Regular", "LiberationSerif-Bold"),
    "mono": ("LiberationMono-Regular", "LiberationMono-Bold"),
    "narrow": ("LiberationSansNarrow-Regular", "LiberationSansNarrow-Bold"),
    "dejavu": ("DejaVuSans", "DejaVuSans-Bold"),
    "dejavu_serif": ("DejaVuSerif", "DejaVuSerif-Bold"),
    "dejavu_mono": ("DejaVuSansMono", "DejaVuSansMono-Bold"),
    "condensed": ("DejaVuSansCondensed", "DejaVuSansCondensed-Bold"),
}
"""Font families by our own name: file stems of the regular and bold face (Debian's packages)."""


class FontMissingError(RuntimeError):
    """A font file that the samples are drawn with is not installed."""


@functools.cache
def use_font(stem: str) -> str:
    """Register a font file by its stem and give ReportLab's name for it."""
    for folder in _FONT_FOLDERS:
        path = folder / f"{stem}.ttf"
        if path.exists():
            pdfmetrics.registerFont(TTFont(stem, str(path)))
            return stem
    raise FontMissingError(f"font {stem} is not installed: install fonts-liberation and fonts-dejavu-extra")


def face(family: str, *, bold: bool = False) -> str:
    """Give the registered name of a family's face."""
    return use_font(FAMILIES[family][int(bold)])


def text_width(text: str, font: str, size: float) -> float:
    """Width of ``text`` in points."""
    return float(pdfmetrics.stringWidth(text, font, size))


@dataclass(frozen=True, slots=True)
class Placed:
    """A value on the paper: whose it is, what was printed, and where."""

    key: str
    printed: str
    page: int
    box: Box


@dataclass(slots=True)
class Sheet:
    """Pages being drawn. ``placed`` grows as values are written; ``page`` is 1-based."""

    canvas: Canvas
    buffer: io.BytesIO
    page: int = 1
    placed: list[Placed] = field(default_factory=list)

    @classmethod
    def new(cls, title: str) -> "Sheet":
        """Start a document whose bytes depend on its content only."""
        buffer = io.BytesIO()
        canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1)
        canvas.setTitle(title)
        return cls(canvas, buffer)

    def text(self, x: float, y: float, text: str, *, font: str, size: float, grey: float = 0.0) -> float:
        """Write ``text`` with its baseline at y; give the x where it ends."""
        self.canvas.setFillGray(grey)
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, HEIGHT - y, text)
        self.canvas.setFillGray(0)
        return x + text_width(text, font, size)

    def value(self, key: str, x: float, y: float, text: str, *, font: str, size: float) -> float:
        """Write a value and remember its place; give the x where it ends."""
        end = self.text(x, y, text, font=font, size=size)
        if text:
            self.remember(key, text, x, y, end, size=size)
        return end

    def remember(self, key: str, text: str, x: float, y: float, end: float, *, size: float) -> None:
        """Note that ``text`` stands between x and end on the baseline y."""
        box = Box.clipped(x / WIDTH, (y - 0.78 * size) / HEIGHT, end / WIDTH, (y + 0.24 * size) / HEIGHT)
        self.placed.append(Placed(key, text, self.page, box))

    def line(self, x0: float, y0: float, x1: float, y1: float, *, width: float = 0.7) -> None:
        """Draw a straight line."""
        self.canvas.setLineWidth(width)
        self.canvas.line(x0, HEIGHT - y0, x1, HEIGHT - y1)

    def frame(self, x: float, y: float, wide: float, high: float, *, width: float = 0.7, fill: float = 1.0) -> None:
        """Draw a rectangle from its top left corner, shaded with the grey ``fill`` (1 = white)."""
        self.canvas.setLineWidth(width)
        self.canvas.setFillGray(fill)
        self.canvas.rect(x, HEIGHT - y - high, wide, high, stroke=1, fill=int(fill < 1))
        self.canvas.setFillGray(0)

    def band(self, x: float, y: float, wide: float, high: float, *, grey: float) -> None:
        """Fill a rectangle with grey, without an outline."""
        self.canvas.setFillGray(grey)
        self.canvas.rect(x, HEIGHT - y - high, wide, high, stroke=0, fill=1)
        self.canvas.setFillGray(0)

    def check_box(self, key: str, x: float, y: float, *, mark: str) -> float:
        """Draw a box on the baseline y and, with a ``mark`` (cross, tick, fill), tick it; give its right edge."""
        top, size = y - _CHECK_SIZE + 1, _CHECK_SIZE
        self.frame(x, top, size, size, width=0.9)
        if mark == "cross":
            self.line(x - 0.6, top - 0.4, x + size + 0.4, top + size + 0.6, width=1.3)
            self.line(x + size + 0.6, top - 0.6, x - 0.4, top + size + 0.4, width=1.3)
        elif mark == "tick":
            self.line(x + 1, top + size * 0.5, x + size * 0.42, top + size * 0.92, width=1.5)
            self.line(x + size * 0.42, top + size * 0.92, x + size + 2, top - 1.5, width=1.5)
        elif mark == "fill":
            self.band(x + 1.2, top + 1.2, size - 2.4, size - 2.4, grey=0)
        if mark:
            box = Box.clipped(x / WIDTH, top / HEIGHT, (x + size) / WIDTH, (top + size) / HEIGHT)
            self.placed.append(Placed(key, mark, self.page, box))
        return x + size

    def next_page(self) -> None:
        """Finish the page and begin another."""
        self.canvas.showPage()
        self.page += 1

    @contextmanager
    def turned(self, degrees: float, x: float, y: float) -> Iterator[None]:
        """Draw turned about the point (x, y)."""
        self.canvas.saveState()
        self.canvas.translate(x, HEIGHT - y)
        self.canvas.rotate(degrees)
        self.canvas.translate(-x, -(HEIGHT - y))
        yield
        self.canvas.restoreState()

    def pdf(self, *, password: str | None = None) -> bytes:
        """Finish the document and give its bytes."""
        if password:
            self.canvas.setEncrypt(password)
        self.canvas.save()
        return self.buffer.getvalue()


def wrap(text: str, font: str, size: float, width: float) -> list[str]:
    """Break ``text`` into lines no wider than ``width`` points."""
    lines: list[str] = []
    current = ""
    for word in text.split():
        trial = f"{current} {word}".strip()
        if current and text_width(trial, font, size) > width:
            lines.append(current)
            current = word
        else:
            current = trial
    return [*lines, current] if current else lines
