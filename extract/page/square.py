"""A page with square pixels at 204 dpi, not turned yet: what is found before it is known which way is up."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from extract.page.binarise import flatten, ink_mask, is_bilevel
from extract.page.faults import Streak, find_streaks
from extract.page.header import HeaderFound, find_header
from extract.page.pieces import Pieces, pieces_of
from extract.page.skew import lines_run_down, skew_degrees
from extract.page.upright import DPI, Grey
from extract.readers.reading import Reader

Affine = npt.NDArray[np.float64]
_LETTER_WIDTH_IN = 8.5
_LEAST_INK = 160


@dataclass(frozen=True, slots=True)
class Scale:
    """Native pixels to square pixels at 204 dpi."""

    across: float
    down: float

    @classmethod
    def of(cls, native: Grey, dpi_x: float, dpi_y: float) -> "Scale":
        """The scale of a picture that says it has so many dots an inch (0: a letter page's)."""
        if dpi_x <= 0 or dpi_y <= 0:
            dpi_x = dpi_y = native.shape[1] / _LETTER_WIDTH_IN
        across, down = DPI / dpi_x, DPI / dpi_y
        # a scanner that claims an absurd resolution must not make a page of a gigabyte
        limit = np.sqrt(12_000_000 / (native.size * across * down))
        return cls(across * min(1.0, limit), down * min(1.0, limit))

    @property
    def shrinks(self) -> bool:
        """Say whether pixels get lost both ways: area averaging first, then turn."""
        return self.across < 0.9 and self.down < 0.9  # noqa: PLR2004  (real shrinking)

    def apply(self, native: Grey) -> Grey:
        """The picture in square pixels."""
        size = (max(1, round(native.shape[1] * self.across)), max(1, round(native.shape[0] * self.down)))
        way = cv2.INTER_AREA if self.shrinks else cv2.INTER_CUBIC
        return np.asarray(cv2.resize(native, size, interpolation=way), dtype=np.uint8)

    def to_native(self) -> Affine:
        """The affine from square to native pixels."""
        return np.array([[1 / self.across, 0.0, 0.5 / self.across - 0.5], [0.0, 1 / self.down, 0.5 / self.down - 0.5]])


@dataclass(frozen=True, slots=True, eq=False)
class SquarePage:
    """A page as it lies, with square pixels.

    ``native`` are the pixels as they arrived, ``even`` the same with the light evened out. ``body`` is
    the ink without black borders and header line, ``borders`` 1 where a border was taken out (None: none
    was), ``turn`` (0 or 90 degrees clockwise) what makes its lines run across, as it looks.
    """

    number: int
    native: Grey
    even: Grey
    scale: Scale
    body: Grey
    borders: Grey | None
    header: HeaderFound | None
    streaks: tuple[Streak, ...]
    is_blank: bool
    turn: int


def square_page(native: Grey, dpi_x: float, dpi_y: float, *, number: int, reader: Reader) -> SquarePage:
    """Make the pixels of a page (8-bit grey) square; ``reader`` reads the sending machine's header line."""
    even = native if is_bilevel(native) else flatten(native)
    scale = Scale.of(even, dpi_x, dpi_y)
    image = scale.apply(even)
    ink = ink_mask(image)
    pieces = pieces_of(ink)
    bars = _bars(pieces, ink.shape)
    borders = pieces.mask(bars) if bars.any() else None
    if borders is not None:
        ink &= 1 - borders
    header = find_header(image, ink, reader)
    body = ink
    letters = ~bars
    letters[0] = False
    if header:
        body = ink.copy()
        body[header.top : header.bottom, header.left : header.right] = 0
        letters &= (pieces.top < header.top) | (pieces.top >= header.bottom)
    stats = pieces.stats[letters]
    is_blank = _is_blank(stats)
    return SquarePage(
        number=number,
        native=native,
        even=even,
        scale=scale,
        body=body,
        borders=borders,
        header=header,
        streaks=find_streaks(native, DPI / scale.down) if even is native else (),
        is_blank=is_blank,
        turn=90 if not is_blank and lines_run_down(stats) > 0.5 else 0,  # noqa: PLR2004  (more letters stacked than in a row)
    )


@dataclass(frozen=True, slots=True, eq=False)
class Straight:
    """A page turned so that its lines run across and de-skewed; it may stand on its head.

    ``to_square`` takes points of ``image`` to the page as it lies; ``turn`` degrees clockwise and
    ``skew`` are what was taken out.
    """

    image: Grey
    to_square: Affine
    turn: int
    skew: float

    def on_its_head(self) -> "Straight":
        """The same page turned by another 180 degrees."""
        high, wide = self.image.shape
        back = np.array([[-1.0, 0.0, wide - 1.0], [0.0, -1.0, high - 1.0]])
        return Straight(on_head(self.image), then(self.to_square, back), (self.turn + 180) % 360, self.skew)


def straighten(page: SquarePage, turn: int) -> Straight:
    """Turn by 0 or 90 degrees and de-skew, in one interpolation from native pixels; a blank page is left as it lies."""
    shape = page.body.shape
    skew = 0.0 if page.is_blank else skew_degrees(_turned(page.body, turn))
    high, wide = (shape[1], shape[0]) if turn else (shape[0], shape[1])
    centre = np.array([(wide - 1) / 2, (high - 1) / 2])
    angle = np.radians(skew)
    rotate = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    lean = np.column_stack([rotate, centre - rotate @ centre])
    back = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, shape[0] - 1.0]]) if turn else np.eye(2, 3)
    to_square = then(back, lean)
    origin = page.scale.apply(page.even) if page.scale.shrinks else page.even
    move = to_square if page.scale.shrinks else then(page.scale.to_native(), to_square)
    image = cv2.warpAffine(
        origin,
        move,
        (wide, high),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=255,
    )
    return Straight(np.asarray(image, dtype=np.uint8), to_square, turn, skew)


def body_of(page: SquarePage, straight: Straight) -> Grey:
    """The ink of a straight page without black borders."""
    ink = ink_mask(straight.image)
    if page.borders is not None:
        size = (straight.image.shape[1], straight.image.shape[0])
        flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
        bars = cv2.warpAffine(page.borders, straight.to_square, size, flags=flags)
        ink &= 1 - np.asarray(cv2.dilate(bars, np.ones((5, 5), np.uint8)), dtype=np.uint8)
    return ink


def then(outer: Affine, inner: Affine) -> Affine:
    """The affine that applies ``inner`` first and ``outer`` after it."""
    full = np.vstack([inner, [0.0, 0.0, 1.0]])
    return np.asarray(outer @ full, dtype=np.float64)


def on_head(image: Grey) -> Grey:
    """A picture turned by 180 degrees."""
    return np.asarray(cv2.flip(image, -1), dtype=np.uint8)


def _turned(image: Grey, turn: int) -> Grey:
    return np.ascontiguousarray(np.rot90(image, -1)) if turn == 90 else image  # noqa: PLR2004  (the only other turn tried)


def _bars(pieces: Pieces, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Which pieces are black bars along the edges (scanner lids, torn copies): large ink that touches an edge."""
    high, wide = shape
    left, top, right, bottom = pieces.left, pieces.top, pieces.left + pieces.wide, pieces.top + pieces.high
    touches = (left <= 2) | (top <= 2) | (right >= wide - 2) | (bottom >= high - 2)  # noqa: PLR2004  (an edge)
    near = (right < 0.08 * wide) | (left > 0.92 * wide) | (bottom < 0.06 * high) | (top > 0.94 * high)
    solid = (pieces.area > 0.3 * pieces.wide * pieces.high) & (pieces.area > 400)  # noqa: PLR2004  (a bar, not letters)
    bars = touches & (near | (pieces.area > 0.02 * high * wide)) & solid
    bars[0] = False
    return np.asarray(bars, dtype=np.bool_)


def _is_blank(pieces: npt.NDArray[np.int32]) -> bool:
    """Say whether there is nothing on a page but dust: too little ink in pieces larger than specks."""
    solid = pieces[(pieces[:, cv2.CC_STAT_AREA] >= 12) & (pieces[:, cv2.CC_STAT_HEIGHT] >= 6)]  # noqa: PLR2004  (larger than a speck)
    return bool(solid[:, cv2.CC_STAT_AREA].sum() < _LEAST_INK)
