"""From a page as it arrived to an upright, de-skewed page with square pixels."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from extract.errors import ImageUnreadableError
from extract.page.binarise import flatten, ink_mask, is_bilevel
from extract.page.faults import Streak, find_faults, find_streaks
from extract.page.header import HeaderFound, find_header
from extract.page.lines import find_stretches, in_reading_order
from extract.page.orient import text_without_rules, upside_down
from extract.page.skew import lines_run_down, skew_degrees
from extract.page.upright import DPI, Grey, HeaderLine, Rule, Rules, Stretch, UprightPage
from extract.readers.ppocr import ppocr
from extract.readers.reading import Reader
from ingest.pages import PageSource
from terms.geometry import Box

Affine = npt.NDArray[np.float64]
_LETTER_WIDTH_IN = 8.5
_MOST_PIXELS = 40_000_000
_LEAST_INK = 160
_READS_WELL, _CLEARLY = 0.6, 0.1
"""A page that reads worse than this is also tried on its side, which must read clearly better to win."""


def prepare(source: PageSource, *, reader: Reader | None = None) -> UprightPage:
    """Turn a page upright and make its pixels square at 204 dpi; see :class:`UprightPage`.

    ``reader`` decides which way is up by reading (default: PP-OCRv6). Raises
    :class:`ImageUnreadableError` if the page has no image or it cannot be decoded.
    """
    if source.image is None or not source.image.is_file():
        raise ImageUnreadableError(f"page {source.number} has no image; unpack the arrival again")
    native = cv2.imdecode(np.fromfile(source.image, dtype=np.uint8), cv2.IMREAD_GRAYSCALE)
    if native is None or native.size == 0 or native.size > _MOST_PIXELS:
        raise ImageUnreadableError(f"the image of page {source.number} cannot be decoded; unpack the arrival again")
    return prepare_image(
        np.asarray(native, dtype=np.uint8), source.dpi_x, source.dpi_y, number=source.number, reader=reader
    )


def prepare_image(
    native: Grey, dpi_x: float, dpi_y: float, *, number: int = 1, reader: Reader | None = None
) -> UprightPage:
    """The same for a picture in memory (8-bit grey, native pixels)."""
    reader = reader or ppocr()
    even = native if is_bilevel(native) else flatten(native)
    scale = _Scale.of(even, dpi_x, dpi_y)
    square = scale.apply(even)
    ink = _without_borders(ink_mask(square))
    header = find_header(square, ink, reader)
    body = ink.copy()
    if header:
        body[header.top : header.bottom, header.left : header.right] = 0
    streaks = find_streaks(native, DPI / scale.down) if even is native else ()
    pieces = cv2.connectedComponentsWithStats(body, connectivity=8)[2][1:]
    is_blank = _is_blank(pieces)
    if is_blank:
        first = _stand(even, scale, 0, body, header=header, reader=None, streaks=streaks)
    else:
        turn = 90 if lines_run_down(pieces) > 0.5 else 0  # noqa: PLR2004  (more letters stacked than in a row)
        first = _stand(even, scale, turn, body, header=header, reader=reader, streaks=streaks)
        if first.reads < _READS_WELL:
            other = _stand(even, scale, 90 - turn, body, header=header, reader=reader, streaks=streaks)
            first = other if other.reads > first.reads + _CLEARLY else first
    return UprightPage(
        number=number,
        image=first.image,
        native=native,
        to_native=_then(scale.to_native(), first.to_square),
        ink=first.ink,
        text=first.text,
        walls=first.walls,
        rotation=first.turn,
        skew=first.skew,
        legibility=first.reads,
        is_blank=is_blank,
        rules=first.rules,
        stretches=in_reading_order(first.stretches),
        header=_placed(header, first.to_square, first.image.shape),
        faults=find_faults(first.ink, native, streaks),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Standing:
    """A page turned one way: everything found on it, and how well it reads like this (0 to 1)."""

    image: Grey
    to_square: Affine
    ink: Grey
    text: Grey
    walls: Grey
    rules: Rules
    stretches: tuple[Stretch, ...]
    turn: int
    skew: float
    reads: float

    def on_its_head(self) -> "_Standing":
        """The same page turned by another 180 degrees."""
        high, wide = self.image.shape
        return replace(
            self,
            image=_on_head(self.image),
            to_square=_then(self.to_square, np.array([[-1.0, 0.0, wide - 1.0], [0.0, -1.0, high - 1.0]])),
            ink=_on_head(self.ink),
            text=_on_head(self.text),
            walls=_on_head(self.walls),
            rules=self.rules.turned(wide, high),
            stretches=tuple(s.turned(wide, high) for s in self.stretches),
            turn=(self.turn + 180) % 360,
        )


def _stand(
    even: Grey,
    scale: "_Scale",
    turn: int,
    body: Grey,
    *,
    header: HeaderFound | None,
    reader: Reader | None,
    streaks: tuple[Streak, ...],
) -> _Standing:
    """Turn a page by 0 or 90 degrees, de-skew it, and by another 180 if it reads better so.

    Without a ``reader`` (a blank page) it is left as it lies.
    """
    skew = skew_degrees(_turned(body, turn)) if reader else 0.0
    image, to_square = _straight(even, scale, turn, skew, body.shape)
    ink = _without_borders(ink_mask(image))
    line = _placed(header, to_square, image.shape)
    if line:
        _whiten(ink, line.box)
    text, walls, rules = text_without_rules(ink, _leaning(streaks, _then(scale.to_native(), to_square)))
    stretches = find_stretches(text, walls)
    flipped, reads = upside_down(image, stretches, reader) if reader else (False, 0.0)
    standing = _Standing(image, to_square, ink, text, walls, rules, stretches, turn, skew, reads)
    return standing.on_its_head() if flipped else standing


def _leaning(streaks: tuple[Streak, ...], to_native: Affine) -> tuple[Rule, ...]:
    """Streaks of the native picture as lines on the upright page; those that lie across it are left out."""
    to_upright = cv2.invertAffineTransform(to_native)
    found = []
    for streak in streaks:
        ends = np.array([[streak.column, streak.top, 1.0], [streak.column, streak.bottom - 1.0, 1.0]]) @ to_upright.T
        (x0, y0), (x1, y1) = np.rint(ends[np.argsort(ends[:, 1])]).astype(int)
        if y1 - y0 > abs(x1 - x0):
            found.append(Rule(int(x0), int(y0), int(x1), int(y1), 2))
    return tuple(found)


def _on_head(image: Grey) -> Grey:
    return np.ascontiguousarray(image[::-1, ::-1])


def _whiten(ink: Grey, box: Box) -> None:
    """Take the ink out of a box."""
    high, wide = ink.shape
    left, top, right, bottom = (int(v) for v in np.multiply(box.to_json(), [wide, high, wide, high]))
    ink[top : bottom + 2, left : right + 2] = 0


@dataclass(frozen=True, slots=True)
class _Scale:
    """Native pixels to square pixels at 204 dpi."""

    across: float
    down: float

    @classmethod
    def of(cls, native: Grey, dpi_x: float, dpi_y: float) -> "_Scale":
        if dpi_x <= 0 or dpi_y <= 0:
            dpi_x = dpi_y = native.shape[1] / _LETTER_WIDTH_IN
        across, down = DPI / dpi_x, DPI / dpi_y
        # a scanner that claims an absurd resolution must not make a page of a gigabyte
        limit = np.sqrt(12_000_000 / (native.size * across * down))
        return cls(across * min(1.0, limit), down * min(1.0, limit))

    def apply(self, native: Grey) -> Grey:
        size = (max(1, round(native.shape[1] * self.across)), max(1, round(native.shape[0] * self.down)))
        way = cv2.INTER_AREA if self.across < 0.9 and self.down < 0.9 else cv2.INTER_CUBIC  # noqa: PLR2004  (real shrinking)
        return np.asarray(cv2.resize(native, size, interpolation=way), dtype=np.uint8)

    def to_native(self) -> Affine:
        return np.array([[1 / self.across, 0.0, 0.5 / self.across - 0.5], [0.0, 1 / self.down, 0.5 / self.down - 0.5]])


def _then(outer: Affine, inner: Affine) -> Affine:
    """The affine that applies ``inner`` first and ``outer`` after it."""
    full = np.vstack([inner, [0.0, 0.0, 1.0]])
    return np.asarray(outer @ full, dtype=np.float64)


def _turned(image: Grey, turn: int) -> Grey:
    return np.ascontiguousarray(np.rot90(image, -1)) if turn == 90 else image  # noqa: PLR2004  (the only other turn tried)


def _straight(even: Grey, scale: _Scale, turn: int, skew: float, shape: tuple[int, ...]) -> tuple[Grey, Affine]:
    """Turn and de-skew in one interpolation from native pixels; gives the picture and upright-to-square."""
    high, wide = (shape[1], shape[0]) if turn else (shape[0], shape[1])
    centre = np.array([(wide - 1) / 2, (high - 1) / 2])
    angle = np.radians(skew)
    rotate = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    lean = np.column_stack([rotate, centre - rotate @ centre])
    back = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, shape[0] - 1.0]]) if turn else np.eye(2, 3)
    to_square = _then(back, lean)
    shrinking = scale.across < 0.9 and scale.down < 0.9  # noqa: PLR2004  (area averaging first, then turn)
    origin = scale.apply(even) if shrinking else even
    move = to_square if shrinking else _then(scale.to_native(), to_square)
    image = cv2.warpAffine(
        origin,
        move,
        (wide, high),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=255,
    )
    return np.asarray(image, dtype=np.uint8), to_square


def _without_borders(ink: Grey) -> Grey:
    """Take out black bars along the edges (scanner lids, torn copies): large ink that touches an edge."""
    count, labels, stats, _centres = cv2.connectedComponentsWithStats(ink, connectivity=8)
    high, wide = ink.shape
    drop = np.zeros(count, dtype=bool)
    for i in range(1, count):
        left, top, width, height, area = (int(v) for v in stats[i])
        touches = left <= 2 or top <= 2 or left + width >= wide - 2 or top + height >= high - 2  # noqa: PLR2004  (an edge)
        near = left + width < 0.08 * wide or left > 0.92 * wide or top + height < 0.06 * high or top > 0.94 * high
        solid = area > 0.3 * width * height and area > 400  # noqa: PLR2004  (a bar, not letters)
        drop[i] = touches and (near or area > 0.02 * ink.size) and solid
    return np.asarray(ink & ~drop[labels], dtype=np.uint8) if drop.any() else ink


def _is_blank(pieces: npt.NDArray[np.int32]) -> bool:
    """Say whether there is nothing on a page but dust: too little ink in pieces larger than specks."""
    solid = pieces[(pieces[:, cv2.CC_STAT_AREA] >= 12) & (pieces[:, cv2.CC_STAT_HEIGHT] >= 6)]  # noqa: PLR2004  (larger than a speck)
    return bool(solid[:, cv2.CC_STAT_AREA].sum() < _LEAST_INK)


def _placed(header: HeaderFound | None, to_square: Affine, shape: tuple[int, ...]) -> HeaderLine | None:
    """Carry a header found on the unturned picture over to the upright page."""
    if header is None:
        return None
    to_upright = cv2.invertAffineTransform(to_square)
    corners = (
        np.array([[x, y, 1.0] for x in (header.left, header.right) for y in (header.top, header.bottom)]) @ to_upright.T
    )
    high, wide = shape[:2]
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return HeaderLine(
        Box.clipped(left / wide, top / high, right / wide, bottom / high),
        header.text,
        header.sender,
        header.stamp,
        header.page,
        header.pages,
    )
