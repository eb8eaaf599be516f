"""Pieces of ink are counted the quick way, and rightly where that way cannot."""

import numpy as np

from extract.page.pieces import pieces_of


def test_pieces_have_their_places() -> None:
    """Two pieces, one of them joined at a corner: left, top, width, height, area; background first."""
    mask = np.zeros((12, 20), np.uint8)
    mask[2:4, 3:6] = 1
    mask[4, 6] = 1
    mask[9, 10:15] = 1

    pieces = pieces_of(mask)

    assert pieces.stats[1:].tolist() == [[3, 2, 4, 3, 7], [10, 9, 5, 1, 5]]
    assert pieces.mask(np.array([False, False, True])).sum() == 5


def test_a_page_of_dust_has_all_its_pieces() -> None:
    """More pieces than 16 bits count are still all found."""
    mask = np.zeros((900, 900), np.uint8)
    mask[::3, ::3] = 1

    assert len(pieces_of(mask)) == 90_001
