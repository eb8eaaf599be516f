"""Check boxes are found beside their words, and marks of every sort count."""

import cv2
import numpy as np
import pytest

from extract.boxes.squares import Ink, Mark, box_beside, judge_box
from extract.layout import Area

_TEXT = Area(120, 88, 220, 112)
_SIZE = 24.0


def _page(mark: str | None, *, side: int = 24, thick: int = 2) -> Ink:
    """A page with a box left of the text, marked as asked."""
    page = np.zeros((200, 300), np.uint8)
    x, y = 80, 88
    if mark != "none":
        cv2.rectangle(page, (x, y), (x + side, y + side), 1, thick)
    if mark == "cross":
        cv2.line(page, (x + 4, y + 4), (x + side - 4, y + side - 4), 1, 3)
        cv2.line(page, (x + side - 4, y + 4), (x + 4, y + side - 4), 1, 3)
    elif mark == "tick":
        cv2.line(page, (x + 4, y + 12), (x + 10, y + 20), 1, 3)
        cv2.line(page, (x + 10, y + 20), (x + 26, y - 6), 1, 3)
    elif mark == "fill":
        cv2.rectangle(page, (x + 3, y + 3), (x + side - 3, y + side - 3), 1, -1)
    elif mark == "over":
        cv2.line(page, (x - 8, y - 8), (x + side + 8, y + side + 8), 1, 3)
        cv2.line(page, (x + side + 8, y - 8), (x - 8, y + side + 8), 1, 3)
    elif mark == "speck":
        page[y + 11 : y + 13, x + 11 : x + 13] = 1
    return page


def _seen(page: Ink) -> Mark | None:
    return box_beside(page, _TEXT, _SIZE)


@pytest.mark.parametrize("mark", ["cross", "tick", "fill", "over"])
@pytest.mark.parametrize("side", [18, 24, 32])
def test_every_sort_of_mark_ticks_a_box(mark: str, side: int) -> None:
    """Crosses, ticks, fills and marks that run over the edges tick a box of any usual size."""
    seen = _seen(_page(mark, side=side))
    assert seen is not None
    assert seen.ticked is True


@pytest.mark.parametrize("mark", [None, "speck"])
def test_an_empty_box_is_empty(mark: str | None) -> None:
    """A clean box, or one with a speck of dust in it, is not ticked."""
    seen = _seen(_page(mark))
    assert seen is not None
    assert seen.ticked is False


def test_no_box_no_mark() -> None:
    """Words without a box beside them are no option, nor is a table's cell or an underline a box."""
    assert _seen(_page("none")) is None
    ruled = np.zeros((200, 300), np.uint8)
    ruled[110:112, :] = 1
    ruled[86:88, :] = 1
    ruled[:, 60:62] = 1
    ruled[:, 84:86] = 1
    assert _seen(ruled) is None


def test_a_broken_box_is_still_a_box() -> None:
    """A fax that lost a row and some dots of the edge does not hide the box."""
    page = _page("cross")
    page[96] = 0
    page[88:90, 90:93] = 0
    seen = _seen(page)
    assert seen is not None
    assert seen.ticked is True


def test_a_small_box_with_thick_edges_is_empty() -> None:
    """Edges that reach far into a small box are its print, not a mark; a fill is still one."""
    empty = judge_box(_page(None, side=18, thick=6), Area(77, 85, 101, 109))
    assert empty.ticked is False
    filled = judge_box(_page("fill", side=18, thick=6), Area(77, 85, 101, 109))
    assert filled.ticked is True
