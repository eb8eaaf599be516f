"""Which stretches of ink on a page are writing."""

import cv2
import numpy as np

from extract.page.lines import find_stretches, find_writing


def test_the_dots_of_a_grey_ground_are_no_writing() -> None:
    """A heading's grey, sent as scattered dots, is a stretch of ink but none of letters; torn letters are writing."""
    rng = np.random.default_rng(7)
    ink = np.zeros((300, 900), np.uint8)
    ink[40:80, 50:850] = rng.random((40, 800)) < 0.1
    cv2.putText(ink, "H0431 ZZMOCK", (60, 170), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 1, 3)
    cv2.putText(ink, "E0601 ZZTORN", (60, 250), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 1, 3)
    ink[210:260] &= rng.random((50, 900)) < 0.75
    walls = np.zeros_like(ink)
    every = find_stretches(ink, walls)
    writing = find_writing(ink, walls)
    assert any(s.top < 80 for s in every)
    assert not any(s.top < 80 for s in writing)
    assert {s for s in every if s.top >= 100} == set(writing)
    assert any(s.top < 180 for s in writing)
    assert any(s.top > 200 for s in writing)
