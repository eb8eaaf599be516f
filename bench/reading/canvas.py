"""A letter page at 400 dpi to print on, measured in points from its left top corner."""

from dataclasses import dataclass, field

from PIL import Image, ImageDraw

from bench.reading.faces import Family

DPI = 400
WIDTH, HEIGHT = 612.0, 792.0
Box = tuple[float, float, float, float]


@dataclass(slots=True)
class Canvas:
    """The page and where each value was printed on it, as fractions of the page."""

    image: Image.Image = field(
        default_factory=lambda: Image.new("L", (round(WIDTH * DPI / 72), round(HEIGHT * DPI / 72)), 255)
    )
    placed: dict[str, Box] = field(default_factory=dict)

    def text(
        self, x: float, y: float, text: str, family: Family, size: float, *, bold: bool = False, name: str = ""
    ) -> float:
        """Print ``text`` with its baseline at ``y``; give the x where it ends. ``name`` notes a value's place."""
        face = family.at(size, DPI, bold=bold)
        draw = ImageDraw.Draw(self.image)
        draw.text((_dots(x), _dots(y)), text, font=face, fill=0, anchor="ls")
        end = x + float(face.getlength(text)) * 72 / DPI
        if name and text:
            self.placed[name] = (x / WIDTH, (y - size) / HEIGHT, end / WIDTH, (y + size * 0.3) / HEIGHT)
        return end

    def place(self, name: str, box: Box) -> None:
        """Note where an empty field stands, in points."""
        self.placed[name] = (box[0] / WIDTH, box[1] / HEIGHT, box[2] / WIDTH, box[3] / HEIGHT)

    def line(self, x0: float, y0: float, x1: float, y1: float, *, weight: float = 0.6) -> None:
        """Draw a rule."""
        ImageDraw.Draw(self.image).line([_dots(v) for v in (x0, y0, x1, y1)], fill=0, width=max(1, _dots(weight)))

    def box(self, x0: float, y0: float, x1: float, y1: float, *, weight: float = 0.6) -> None:
        """Draw an empty rectangle."""
        ImageDraw.Draw(self.image).rectangle(
            [_dots(v) for v in (x0, y0, x1, y1)], outline=0, width=max(1, _dots(weight))
        )

    def check_box(self, x: float, y: float, size: float, mark: str) -> None:
        """Draw a check box standing on ``y``; ``mark`` is empty, ``cross``, ``tick`` or ``fill``."""
        self.box(x, y - size, x + size, y, weight=0.7)
        if mark == "cross":
            self.line(x + 1, y - size + 1, x + size - 1, y - 1, weight=1.1)
            self.line(x + 1, y - 1, x + size - 1, y - size + 1, weight=1.1)
        elif mark == "tick":
            self.line(x + 1, y - size * 0.5, x + size * 0.4, y - 1, weight=1.2)
            self.line(x + size * 0.4, y - 1, x + size, y - size - 1, weight=1.2)
        elif mark == "fill":
            draw = ImageDraw.Draw(self.image)
            draw.rectangle([_dots(v) for v in (x + 1.5, y - size + 1.5, x + size - 1.5, y - 1.5)], fill=0)


def _dots(points: float) -> int:
    return round(points * DPI / 72)
