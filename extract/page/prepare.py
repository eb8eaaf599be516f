"""From a page as it arrived to an upright, de-skewed page with square pixels."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from extract.errors import ImageUnreadableError
from extract.page.bars import find_bars, turned_out
from extract.page.faults import Streak, find_faults
from extract.page.header import HeaderFound
from extract.page.lines import find_writing, in_reading_order
from extract.page.orient import text_without_rules, upside_down
from extract.page.square import Affine, SquarePage, Straight, body_of, on_head, square_page, straighten, then
from extract.page.upright import Grey, HeaderLine, Rule, Rules, Stretch, UprightPage
from extract.readers.own import own
from extract.readers.reading import Reader
from ingest.pages import PageSource
from terms.geometry import Box

_MOST_PIXELS = 40_000_000
_READS_WELL, _CLEARLY = 0.6, 0.1
"""A page that reads worse than this is also tried on its side, which must read clearly better to win."""


def prepare(source: PageSource, *, reader: Reader | None = None) -> UprightPage:
    """Turn a page upright and make its pixels square at 204 dpi; see :class:`UprightPage`.

    ``reader`` decides which way is up by reading (default: our own). A page of a known form is better
    stood up by :func:`extract.forms.known.prepare_known`. Raises :class:`ImageUnreadableError` if the
    page has no image or it cannot be decoded.
    """
    reader = reader or own()
    return by_reading(square_source(source, reader=reader), reader=reader)


def prepare_image(
    native: Grey, dpi_x: float, dpi_y: float, *, number: int = 1, reader: Reader | None = None
) -> UprightPage:
    """The same for a picture in memory (8-bit grey, native pixels)."""
    reader = reader or own()
    return by_reading(square_page(native, dpi_x, dpi_y, number=number, reader=reader), reader=reader)


def square_source(source: PageSource, *, reader: Reader) -> SquarePage:
    """A page's image with square pixels, as it lies; :class:`ImageUnreadableError` if there is none."""
    if source.image is None or not source.image.is_file():
        raise ImageUnreadableError(f"page {source.number} has no image; unpack the arrival again")
    native = cv2.imdecode(np.fromfile(source.image, dtype=np.uint8), cv2.IMREAD_GRAYSCALE)
    if native is None or native.size == 0 or native.size > _MOST_PIXELS:
        raise ImageUnreadableError(f"the image of page {source.number} cannot be decoded; unpack the arrival again")
    grey = np.asarray(native, dtype=np.uint8)
    return square_page(grey, source.dpi_x, source.dpi_y, number=source.number, reader=reader)


def by_reading(page: SquarePage, *, reader: Reader, straight: Straight | None = None) -> UprightPage:
    """Stand a page up by reading it; ``straight`` is the page at its likely turn, if it was made already.

    Lines run across as its letters say; where that reads badly the page is tried on its side too.
    """
    first = _stand(page, straight or straighten(page, page.turn), reader)
    if first.reads < _READS_WELL and not page.is_blank:
        other = _stand(page, straighten(page, 90 - page.turn), reader)
        first = other if other.reads > first.reads + _CLEARLY else first
    return _upright(page, first, first.reads, in_reading_order(first.stretches))


def as_it_stands(page: SquarePage, straight: Straight, *, reads: float) -> UprightPage:
    """A page that is known to stand upright: its ink, rules and faults; no stretches of text, which nobody asked for.

    ``reads`` is how well it reads, 0 to 1.
    """
    return _upright(page, _inked(page, straight), reads, ())


@dataclass(frozen=True, slots=True, eq=False)
class _Standing:
    """A page turned one way: everything found on it, and how well it reads like this (0 to 1)."""

    straight: Straight
    ink: Grey
    text: Grey
    walls: Grey
    rules: Rules
    stretches: tuple[Stretch, ...] = ()
    reads: float = 0.0

    def on_its_head(self) -> "_Standing":
        """The same page turned by another 180 degrees."""
        high, wide = self.ink.shape
        return replace(
            self,
            straight=self.straight.on_its_head(),
            ink=on_head(self.ink),
            text=on_head(self.text),
            walls=on_head(self.walls),
            rules=self.rules.turned(wide, high),
            stretches=tuple(s.turned(wide, high) for s in self.stretches),
        )


def _stand(page: SquarePage, straight: Straight, reader: Reader) -> _Standing:
    """Find what stands on a straight page, and turn it by another 180 degrees if it reads better so."""
    standing = _inked(page, straight)
    stretches = find_writing(standing.text, standing.walls)
    flipped, reads = (False, 0.0) if page.is_blank else upside_down(straight.image, stretches, reader)
    standing = replace(standing, stretches=stretches, reads=reads)
    return standing.on_its_head() if flipped else standing


def _inked(page: SquarePage, straight: Straight) -> _Standing:
    ink = body_of(page, straight)
    line = _placed(page.header, straight.to_square, ink.shape)
    if line:
        _whiten(ink, line.box)
    ink = turned_out(ink, find_bars(ink))
    leaning = _leaning(page.streaks, then(page.scale.to_native(), straight.to_square))
    text, walls, rules = text_without_rules(ink, leaning)
    return _Standing(straight, ink, text, walls, rules)


def _upright(page: SquarePage, found: _Standing, reads: float, stretches: tuple[Stretch, ...]) -> UprightPage:
    straight = found.straight
    return UprightPage(
        number=page.number,
        image=straight.image,
        native=page.native,
        to_native=then(page.scale.to_native(), straight.to_square),
        ink=found.ink,
        text=found.text,
        walls=found.walls,
        rotation=straight.turn,
        skew=straight.skew,
        legibility=reads,
        is_blank=page.is_blank,
        rules=found.rules,
        stretches=stretches,
        header=_placed(page.header, straight.to_square, straight.image.shape),
        faults=find_faults(found.ink, page.native, page.streaks),
    )


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


def _whiten(ink: Grey, box: Box) -> None:
    """Take the ink out of a box."""
    high, wide = ink.shape
    left, top, right, bottom = (int(v) for v in np.multiply(box.to_json(), [wide, high, wide, high]))
    ink[top : bottom + 2, left : right + 2] = 0


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
