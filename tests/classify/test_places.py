"""Whether the strokes at one place are the same on two sendings: what lets a duplicate through a bad line."""

import functools
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from classify.places import Grey, Overlay, Sheet, Sheets
from classify.similar import signature, unpack_signature
from samples.conditions import CONDITIONS, DRAWN_DPI, Resolution, fax_page
from terms.geometry import Box
from terms.values import FieldStatus, FieldValue

_WIDE, _HIGH = round(8.5 * DRAWN_DPI), 11 * DRAWN_DPI
_LEFT, _TOP, _SIZE = 1500, 1200, 66
_AT = Box(_LEFT / _WIDE, (_TOP + 12) / _HIGH, (_LEFT + 40) / _WIDE, (_TOP + 62) / _HIGH)
"""Where the one digit stands that tests change: a quantity."""


@functools.cache
def _drawn(quantity: str) -> Grey:
    """A page of writing with a quantity in its midst, at 400 dpi."""
    page = Image.new("L", (_WIDE, _HIGH), 255)
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(size=_SIZE)
    for row in range(300, 4000, 180):
        text = f"Folding walker with wheels, line {row // 180}, R26.{row % 90}" if row != _TOP else "E0143, how many:"
        draw.text((260, row), text, fill=0, font=font)
    draw.text((_LEFT, _TOP), quantity, fill=0, font=font)
    return np.asarray(page, np.uint8)


@functools.cache
def _sent(quantity: str, condition: str, resolution: str, seed: int) -> Sheet:
    """That page as it came over a line, upright and with square points (a little turn is left)."""
    chosen = CONDITIONS[condition]
    chosen = replace(chosen, skew=min(chosen.skew, 0.4))
    bits = fax_page(_drawn(quantity), chosen, Resolution(resolution), np.random.default_rng(seed))
    rows = np.linspace(0, bits.shape[0] - 1, 2244).round().astype(int)
    upright: Grey = np.where(bits[rows], 0, 255).astype(np.uint8)
    ink = unpack_signature(signature(upright))
    assert ink is not None
    return upright, ink


@pytest.mark.parametrize(
    ("one", "other"),
    [(("light", "fine"), ("light", "fine")), (("light", "fine"), ("medium", "fine")),
     (("medium", "fine"), ("heavy", "fine"))],
)  # fmt: skip
def test_the_same_digit_is_the_same_whatever_the_line_did(one: tuple[str, str], other: tuple[str, str]) -> None:
    """Other noise and turn: nobody changed it; on standard lines it often cannot be told, which makes no link."""
    for quantity in "1368":
        assert Overlay.of(_sent(quantity, *one, 1), _sent(quantity, *other, 2)).same_ink(_AT), quantity


@pytest.mark.parametrize("pair", ["68", "38", "56", "89", "17", "14", "27"])
@pytest.mark.parametrize("line", [("light", "fine"), ("medium", "standard"), ("heavy", "fine"), ("heavy", "standard")])
def test_another_digit_is_never_the_same(pair: str, line: tuple[str, str]) -> None:
    """Digits that look alike, both ways round, over every line: a correction does not drown in noise."""
    one, other = pair
    assert not Overlay.of(_sent(one, "light", "fine", 1), _sent(other, *line, 2)).same_ink(_AT)
    assert not Overlay.of(_sent(other, *line, 3), _sent(one, "light", "fine", 1)).same_ink(_AT)


@pytest.mark.parametrize("line", [("light", "fine"), ("heavy", "fine"), ("heavy", "standard")])
def test_a_digit_put_before_or_after_is_a_change(line: tuple[str, str]) -> None:
    """One becomes sixteen, although the one still stands where it stood."""
    assert not Overlay.of(_sent("1", "light", "fine", 1), _sent("16", *line, 2)).same_ink(_AT)
    assert not Overlay.of(_sent("16", *line, 2), _sent("1", "light", "fine", 1)).same_ink(_AT)


def test_an_empty_place_says_nothing() -> None:
    """Where no ink is, or no place, there is nothing to tell from."""
    laid = Overlay.of(_sent("1", "light", "fine", 1), _sent("1", "light", "fine", 2))
    assert not laid.same_ink(Box(0.7, 0.95, 0.8, 0.97))
    assert not laid.same_ink(Box(0.5, 0.5, 0.5, 0.5))


def test_a_value_is_looked_at_wherever_one_of_the_two_stands() -> None:
    """By the newer page or by the older one; a value without a place, or a page without a picture, tells nothing."""
    pages = {1: _sent("3", "light", "fine", 1), 2: _sent("3", "medium", "fine", 2), 3: _sent("8", "light", "fine", 3)}
    read = FieldValue("3", "3", 0.99, FieldStatus.ACCEPTED, 1, _AT)
    nothing = FieldValue.missing()
    same = Sheets({1: pages[1]}.get, {4: pages[2]}.get, {1: 4})
    assert same.look(read, nothing)
    assert same.look(nothing, replace(read, page=4))
    assert same.look(read, replace(read, page=4))
    assert not same.look(nothing, nothing)
    assert not same.look(replace(read, page=2), nothing)
    assert not same.look(read, replace(read, page=4, box=Box(0.7, 0.95, 0.8, 0.97)))
    other = Sheets({1: pages[1]}.get, {4: pages[3]}.get, {1: 4})
    assert not other.look(read, nothing)
    assert not other.look(nothing, replace(read, page=4))
    assert not Sheets({1: pages[1]}.get, {}.get, {1: 4}).look(read, nothing)
