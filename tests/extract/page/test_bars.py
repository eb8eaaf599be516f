"""White print in black bars is found and turned into ink on white."""

import cv2
import numpy as np

from extract.page.bars import find_bars, is_white_on_black, turned_out
from extract.page.lines import find_stretches
from extract.page.upright import Grey


def _page(text: str = "HCPCS   Quantity") -> Grey:
    """A page with a bar that holds ``text``, and a line of print and a thick rule below it."""
    ink = np.zeros((400, 900), np.uint8)
    ink[100:144, 60:840] = 1
    cv2.putText(ink, text, (80, 132), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 0, 2)
    cv2.putText(ink, "E0143  1", (80, 220), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 1, 2)
    ink[260:266, 60:840] = 1
    return ink


def test_a_bar_is_found_and_its_print_read_as_ink() -> None:
    """Of a black bar only the letters are left, so that its line of text is found like any other."""
    ink = _page()
    (bar,) = find_bars(ink)
    assert abs(bar.top - 100) <= 2
    assert abs(bar.bottom - 144) <= 2
    assert abs(bar.right - bar.left - 780) <= 4
    before = find_stretches(ink, np.zeros_like(ink))
    after = find_stretches(turned_out(ink, (bar,)), np.zeros_like(ink))
    assert not [s for s in before if 100 < s.top < 140]
    assert [s for s in after if 100 < s.top < 140]


def test_print_and_rules_are_no_bars() -> None:
    """Heavy letters, thick rules and filled check boxes stay as they are."""
    ink = np.zeros((400, 900), np.uint8)
    cv2.putText(ink, "PRIOR AUTHORIZATION", (60, 100), cv2.FONT_HERSHEY_SIMPLEX, 1.4, 1, 7)
    ink[200:206, 60:840] = 1
    ink[260:286, 100:126] = 1
    assert find_bars(ink) == ()
    assert turned_out(ink, ()) is ink


def test_two_bars_close_together_stay_two() -> None:
    """The white between two bars is no print inside one."""
    ink = np.zeros((400, 900), np.uint8)
    ink[100:140, 60:840] = 1
    ink[165:205, 60:840] = 1
    assert [(b.top // 10, b.bottom // 10) for b in find_bars(ink)] == [(10, 14), (16, 20)]


def test_white_on_black_is_told_from_black_on_white() -> None:
    """A crop of a line says whether it must be turned before it is read."""
    crop = np.where(_page()[104:140, 70:400] > 0, 0, 255).astype(np.uint8)
    assert is_white_on_black(crop)
    assert not is_white_on_black(255 - crop)
