"""A crop becomes the network's input without losing or inventing ink."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.readers.line_image import HEIGHT, SIDE, line_image, scale_of


@given(st.integers(1, 120), st.integers(1, 900))
@settings(max_examples=40, deadline=None)
def test_any_crop_fits(height: int, width: int) -> None:
    """Every crop gives 40 rows, a width in fours, white margins, and ink from 0 to 1."""
    crop = np.random.default_rng(height * 1000 + width).integers(0, 256, (height, width)).astype(np.uint8)
    ink = line_image(crop)
    assert ink.shape[0] == HEIGHT
    assert ink.shape[1] % 4 == 0
    assert ink[:, :SIDE].max() == 0.0
    assert 0.0 <= ink.min() <= ink.max() <= 1.0 + 1e-6


def test_a_low_crop_is_kept_dot_for_dot() -> None:
    """A crop no higher than the input is not resampled: its dots stand in the middle rows."""
    crop = np.full((20, 50), 255, np.uint8)
    crop[5:9, 10:12] = 0
    ink = line_image(crop)
    assert ink.sum() == pytest.approx(8.0)
    assert ink[10 + 5, SIDE + 10] == 1.0
    assert scale_of(crop) == 1.0


def test_a_high_crop_is_scaled_both_ways_alike() -> None:
    """A crop twice as high as the input comes out at half its width."""
    assert scale_of(np.zeros((80, 400), np.uint8)) == pytest.approx(0.5)
    assert line_image(np.zeros((80, 400), np.uint8))[:, SIDE : SIDE + 200].min() == pytest.approx(1.0)
