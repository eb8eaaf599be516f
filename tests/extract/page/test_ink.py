"""Blank, faint or filled: what a zone's ink says."""

from dataclasses import replace

import cv2
import numpy as np

from extract.page.ink import zone_ink
from extract.page.upright import UprightPage
from tests.extract.conftest import Drawn


def test_empty_cell_is_blank(page: UprightPage, drawn: Drawn) -> None:
    """A cell in which nothing was written is blank and not faint."""
    ink = zone_ink(page, drawn.boxes["Blank:"])
    assert ink.is_blank
    assert not ink.is_faint


def test_written_cell_is_filled_and_tight(page: UprightPage, drawn: Drawn) -> None:
    """A written cell has a hull around its ink, well inside the zone."""
    ink = zone_ink(page, drawn.boxes["DOB:"])
    assert not ink.is_blank
    assert ink.hull is not None
    left, top, right, bottom = page.pixels(drawn.boxes["DOB:"])
    assert left <= ink.hull.left < ink.hull.right < right
    assert top < ink.hull.top < ink.hull.bottom < bottom


def test_single_digit_is_filled(page: UprightPage, drawn: Drawn) -> None:
    """One thin stroke of a digit's height is writing."""
    left, top, _right, bottom = page.pixels(drawn.boxes["Blank:"])
    text = page.text.copy()
    middle = (top + bottom) // 2
    text[middle - 10 : middle + 10, left + 40 : left + 43] = 1
    assert not zone_ink(replace(page, text=text), drawn.boxes["Blank:"]).is_blank


def test_stray_line_is_no_value(page: UprightPage, drawn: Drawn) -> None:
    """A line drawn through the zone is not a value."""
    left, top, right, bottom = page.pixels(drawn.boxes["Blank:"])
    text = page.text.copy()
    cv2.line(text, (left - 30, top + 20), (right + 30, top + 26), 1, 2)
    cv2.line(text, (left + 90, top - 30), (left + 92, bottom + 30), 1, 2)
    assert zone_ink(replace(page, text=text), drawn.boxes["Blank:"]).is_blank


def test_traces_of_lost_text_are_not_called_blank_for_sure(page: UprightPage, drawn: Drawn) -> None:
    """Many dots where the page is clean: something stood there, and "missing" would be a guess."""
    left, top, right, bottom = page.pixels(drawn.boxes["Blank:"])
    text = page.text.copy()
    rng = np.random.default_rng(3)
    for x in rng.integers(left + 20, min(right - 20, left + 260), 60):
        y = int(rng.integers(top + 25, bottom - 25))
        text[y : y + 2, x : x + 2] = 1
    ink = zone_ink(replace(page, text=text), drawn.boxes["Blank:"])
    assert ink.is_faint or not ink.is_blank
