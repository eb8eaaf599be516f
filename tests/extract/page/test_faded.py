"""How much of a value's ink came through."""

import cv2
import numpy as np
import numpy.typing as npt

from extract.page.faded import legibility

Grey = npt.NDArray[np.uint8]


def print_of(text: str) -> Grey:
    """A line of print at fax size."""
    crop = np.full((34, 240), 255, dtype=np.uint8)
    cv2.putText(crop, text, (6, 26), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 0, 2)
    return crop


def faded(crop: Grey, kept: float) -> Grey:
    """The same with only some of its dark dots left."""
    rng = np.random.default_rng(4)
    return np.where((crop < 128) & (rng.random(crop.shape) > kept), 255, crop).astype(np.uint8)


def test_whole_print_is_legible_and_less_ink_is_less_so() -> None:
    """Print as it should be is near 1; the measure falls with the ink that is lost."""
    crop = print_of("1234567893")
    measured = [legibility(crop), legibility(faded(crop, 0.5)), legibility(faded(crop, 0.1))]
    assert measured[0] > 0.8
    assert measured == sorted(measured, reverse=True)
    assert measured[-1] < 0.3


def test_no_ink_at_all_is_nothing_to_read() -> None:
    """An empty crop has no legibility, and no division by nothing."""
    assert legibility(np.full((30, 90), 255, dtype=np.uint8)) == 0.0
