"""Read one place of a page again, where a person points: the page is prepared once and kept for the next place."""

import datetime as dt
import functools
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from extract.errors import ImageUnreadableError
from extract.forms.known import prepare_known
from extract.page.prepare import prepare_image
from extract.page.upright import DPI, UprightPage
from extract.zone import read_zone
from ingest.pages import PageSource
from terms.geometry import Box
from terms.names import FieldKind
from terms.values import FieldValue

_KEPT = 6
_TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


def read_again(
    source: PageSource,
    upright: Path | None,
    box: Box,
    kind: FieldKind,
    *,
    turned: int = 0,
    latest: dt.date | None = None,
) -> FieldValue:
    """Read the value of ``kind`` inside ``box``; the value's own box is tight to the ink there.

    ``box`` is in fractions of the page as it was read. A page that a person ``turned`` (degrees
    clockwise) is read the way it stands now, from its ``upright`` picture. ``latest`` bounds years.
    Raises :class:`extract.errors.ImageUnreadableError`.
    """
    if turned and upright is not None:
        value = read_zone(
            _turned_page(upright, turned, source.number), turn_box(box, turned), kind, latest=latest
        ).value
        back = turn_box(value.box, 360 - turned) if value.box else None
        return replace(value, box=back)
    return read_zone(prepared(source), box, kind, latest=latest).value


def prepared(source: PageSource) -> UprightPage:
    """Give a page ready to be read; the last few are kept, so that pointing at another place costs no waiting."""
    if source.image is None:
        raise ImageUnreadableError(f"page {source.number} has no image; unpack the arrival again")
    return _prepared(source.image, source.dpi_x, source.dpi_y, source.number)


@functools.lru_cache(maxsize=_KEPT)
def _prepared(image: Path, dpi_x: float, dpi_y: float, number: int) -> UprightPage:
    return prepare_known(PageSource(number, f"page {number}", image, dpi_x, dpi_y))[0]


@functools.lru_cache(maxsize=_KEPT)
def _turned_page(upright: Path, turned: int, number: int) -> UprightPage:
    picture = cv2.imdecode(np.fromfile(upright, dtype=np.uint8), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        raise ImageUnreadableError(f"the picture of page {number} cannot be decoded; read the arrival again")
    grey = np.ascontiguousarray(cv2.rotate(picture, _TURNS[turned]), dtype=np.uint8)
    return prepare_image(grey, DPI, DPI, number=number)


def turn_box(box: Box, degrees: int) -> Box:
    """Give where a box stands on its page after the page was turned clockwise by 0, 90, 180 or 270 degrees."""
    left, top, right, bottom = box.left, box.top, box.right, box.bottom
    corners = {
        0: (left, top, right, bottom),
        90: (1 - bottom, left, 1 - top, right),
        180: (1 - right, 1 - bottom, 1 - left, 1 - top),
        270: (top, 1 - right, bottom, 1 - left),
    }
    return Box.clipped(*corners[degrees % 360])
