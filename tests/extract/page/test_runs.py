"""Opening and closing along columns, eight at a time, gives what OpenCV gives."""

import cv2
import numpy as np
import pytest

from extract.page.runs import bridged_down, closed_down, mended_down, opened_across, opened_down, transposed


@pytest.mark.parametrize("wide", [1, 7, 8, 61])
@pytest.mark.parametrize("size", [2, 3, 9, 30, 40])
def test_as_opencv(wide: int, size: int) -> None:
    """At the edges too, and for even sizes, where OpenCV moves what it leaves by a pixel."""
    rng = np.random.default_rng(size * 100 + wide)
    noise = (rng.random((90, wide)) < 0.85).astype(np.uint8)
    mask = noise | cv2.dilate((rng.random((90, wide)) < 0.02).astype(np.uint8), np.ones((45, 1), np.uint8))
    mask[[20, 21, 70]] = 0
    assert 0 < mask.mean() < 1
    kernel, other = np.ones((size, 1), np.uint8), np.ones((5, 1), np.uint8)
    opened, closed = (cv2.morphologyEx(mask, way, kernel) for way in (cv2.MORPH_OPEN, cv2.MORPH_CLOSE))
    np.testing.assert_array_equal(opened_down(mask, size), opened)
    np.testing.assert_array_equal(closed_down(mask, size), closed)
    np.testing.assert_array_equal(opened_across(transposed(mask), size), transposed(opened))
    np.testing.assert_array_equal(
        mended_down(mask, gap=5, least=size),
        cv2.morphologyEx(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, other), cv2.MORPH_OPEN, kernel),
    )
    np.testing.assert_array_equal(
        bridged_down(mask, least=size, gap=5), cv2.morphologyEx(opened, cv2.MORPH_CLOSE, other)
    )
