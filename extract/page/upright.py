"""An upright page: the picture that everything else measures on, tied to its native pixels."""

from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from terms.geometry import Box

Grey = npt.NDArray[np.uint8]
"""A grey picture, rows by columns, 0 = black, 255 = white."""

DPI = 204
"""Dots an inch of an upright page, both ways: a fax's own horizontal resolution."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A printed straight line in pixels of the upright page: from (x0, y0) to (x1, y1), ``thick`` pixels."""

    x0: int
    y0: int
    x1: int
    y1: int
    thick: int = 2

    @property
    def length(self) -> int:
        """Length in pixels along the longer way."""
        return max(self.x1 - self.x0, self.y1 - self.y0)


@dataclass(frozen=True, slots=True)
class Rules:
    """The ruling lines of a page, each list from top to bottom or left to right."""

    horizontal: tuple[Rule, ...] = ()
    vertical: tuple[Rule, ...] = ()

    def turned(self, width: int, height: int) -> "Rules":
        """The same rules on the page (of ``width`` by ``height`` pixels) stood on its head."""
        right, bottom = width - 1, height - 1
        across, down = (
            tuple(Rule(right - r.x1, bottom - r.y1, right - r.x0, bottom - r.y0, r.thick) for r in reversed(rules))
            for rules in (self.horizontal, self.vertical)
        )
        return Rules(across, down)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of text in pixels of the upright page, tight to its ink (right and bottom excluded)."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def height(self) -> int:
        """Height in pixels."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Width in pixels."""
        return self.right - self.left

    def turned(self, width: int, height: int) -> "Stretch":
        """The same stretch on the page (of ``width`` by ``height`` pixels) stood on its head."""
        return Stretch(width - self.right, height - self.bottom, width - self.left, height - self.top)


@dataclass(frozen=True, slots=True)
class HeaderLine:
    """The line that the sending machine prints over the page, and what it says.

    ``box`` is its band on the upright page; ``sender`` is a telephone number in E.164 or the
    station's name, ``stamp`` the date and time as printed, ``page`` and ``pages`` the page count.
    """

    box: Box
    text: str
    sender: str | None = None
    stamp: str | None = None
    page: int | None = None
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class Faults:
    """What the line or the scanner did to the page.

    ``streaks`` are columns (of the native picture) of vertical streaks; ``lost_rows`` are
    bands (top, bottom) of native rows that are blank or torn; ``specks`` is the number of dust dots on a
    square inch.
    """

    streaks: tuple[int, ...] = ()
    lost_rows: tuple[tuple[int, int], ...] = ()
    specks: float = 0.0


_COARSE = 0.7
"""Native rows for each row of the upright page below which a page was sent at 98 lines an inch."""


@dataclass(frozen=True, slots=True, eq=False)
class UprightPage:
    """A page turned upright, with square pixels at :data:`DPI`.

    ``image`` is what people and page-wide readers see; ``native`` the pixels as they arrived and
    ``to_native`` the 2x3 affine that takes a point (x, y) of ``image`` to ``native``, so that a
    zone can be read from untouched pixels. ``ink`` is 1 where the page is dark (borders and header
    line left out), ``text`` the ink without ruling lines, ``walls`` 1 where vertical ruling lines
    stand, ``stretches`` the stretches of text in reading order. ``rotation`` is
    how far the page was turned clockwise to stand upright (0, 90, 180 or 270), ``skew`` what was
    taken out besides, in degrees. ``legibility`` runs from 0 (nobody reads this) to 1.
    """

    number: int
    image: Grey
    native: Grey
    to_native: npt.NDArray[np.float64]
    ink: Grey
    text: Grey
    walls: Grey
    rotation: int
    skew: float
    legibility: float
    is_blank: bool
    rules: Rules = field(default_factory=Rules)
    stretches: tuple[Stretch, ...] = ()
    header: HeaderLine | None = None
    faults: Faults = field(default_factory=Faults)

    @property
    def width(self) -> int:
        """Width in pixels."""
        return int(self.image.shape[1])

    @property
    def height(self) -> int:
        """Height in pixels."""
        return int(self.image.shape[0])

    @property
    def is_coarse(self) -> bool:
        """Whether the page was sent with half the lines, 98 to the inch."""
        move = self.to_native
        return bool(min(np.hypot(move[0, 0], move[1, 0]), np.hypot(move[0, 1], move[1, 1])) < _COARSE)

    def pixels(self, box: Box) -> tuple[int, int, int, int]:
        """A box in whole pixels of the upright page: left, top, right, bottom (right and bottom excluded)."""
        return (
            int(box.left * self.width),
            int(box.top * self.height),
            max(int(np.ceil(box.right * self.width)), int(box.left * self.width) + 1),
            max(int(np.ceil(box.bottom * self.height)), int(box.top * self.height) + 1),
        )

    def box(self, left: float, top: float, right: float, bottom: float) -> Box:
        """Pixels of the upright page as a box."""
        return Box.clipped(left / self.width, top / self.height, right / self.width, bottom / self.height)

    def crop(self, box: Box, *, margin: int = 0) -> Grey:
        """The part of the upright picture inside ``box``, grown by ``margin`` pixels, as a copy."""
        left, top, right, bottom = self.pixels(box)
        return self.image[
            max(0, top - margin) : bottom + margin,
            max(0, left - margin) : right + margin,
        ].copy()

    def native_crop(self, box: Box, *, margin: int = 0) -> Grey:
        """The same part cut from native pixels, turned upright and made square but otherwise untouched."""
        left, top, right, bottom = self.pixels(box)
        left, top = max(0, left - margin), max(0, top - margin)
        right, bottom = min(self.width, right + margin), min(self.height, bottom + margin)
        move = self.to_native.copy()
        move[:, 2] = self.to_native @ np.array([left, top, 1.0])
        size = (max(1, right - left), max(1, bottom - top))
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(
            cv2.warpAffine(self.native, move, size, flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=255),
            dtype=np.uint8,
        )


def upright_png(page: UprightPage, path: Path) -> None:
    """Write the upright picture as a PNG for people to look at (all boxes are fractions of it)."""
    done, data = cv2.imencode(".png", page.image, [cv2.IMWRITE_PNG_COMPRESSION, 3])
    assert done, "OpenCV encodes PNG"
    path.write_bytes(data.tobytes())
