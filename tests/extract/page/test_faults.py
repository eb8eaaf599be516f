"""Streaks, lost rows and dust are told as facts."""

import cv2
import numpy as np

from extract.page.faults import find_faults, find_streaks


def lettered() -> np.ndarray:  # type: ignore[type-arg]
    """A fine fax with a dozen lines of large print."""
    page = np.full((2156, 1728), 255, dtype=np.uint8)
    for line in range(12):
        cv2.putText(page, "HIND LIMB HELD FIELD", (200, 200 + 150 * line), cv2.FONT_HERSHEY_SIMPLEX, 2.6, 0, 6)
    return page


def test_blank_rows_through_letters_are_told() -> None:
    """Three white rows in the middle of a line of print are a lost band; a gap between lines is not."""
    page = lettered()
    page[174:177] = 255
    faults = find_faults((page < 128).astype(np.uint8), page, ())
    assert faults.lost_rows == ((174, 177),)
    assert find_faults((lettered() < 128).astype(np.uint8), lettered(), ()).lost_rows == ()


def test_streaks_are_found_where_they_stand() -> None:
    """A thin dark column is a streak even with small gaps; a broad bar and short strokes are not."""
    page = lettered()
    page[100:2000, 900:902] = 0
    page[::50, 900:902] = 255
    page[:, 1500:1520] = 0
    (streak,) = find_streaks(page, 196)
    assert abs(streak.column - 900.5) <= 1
    assert streak.bottom - streak.top > 1800
    assert find_streaks(lettered(), 196) == ()


def test_dust_is_counted_on_the_square_inch() -> None:
    """A thousand dots on a letter page are about eleven on the square inch; a clean page has none."""
    rng = np.random.default_rng(2)
    dusty = np.zeros((2244, 1734), dtype=np.uint8)
    dusty[rng.integers(0, 2244, 1000), rng.integers(0, 1734, 1000)] = 1
    white = np.full_like(dusty, 255)
    assert 9 < find_faults(dusty, white, ()).specks < 11.5
    assert find_faults(np.zeros_like(dusty), white, ()).specks == 0.0
