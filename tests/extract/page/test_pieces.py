"""Pieces of ink are counted the quick way, and rightly where that way cannot."""

import numpy as np
import pytest

from extract.page import pieces
from extract.page.pieces import frames_of, pieces_of
from extract.page.upright import Grey


def test_pieces_have_their_places() -> None:
    """Two pieces, one of them joined at a corner: left, top, width, height, area; background first."""
    mask = np.zeros((12, 20), np.uint8)
    mask[2:4, 3:6] = 1
    mask[4, 6] = 1
    mask[9, 10:15] = 1

    found = pieces_of(mask)

    assert found.stats[1:].tolist() == [[3, 2, 4, 3, 7], [10, 9, 5, 1, 5]]
    assert found.mask(np.array([False, False, True])).sum() == 5


def test_a_page_of_dust_has_all_its_pieces() -> None:
    """More pieces than 16 bits count are still all found."""
    mask = np.zeros((900, 900), np.uint8)
    mask[::3, ::3] = 1

    assert len(pieces_of(mask)) == 90_001


def _page(seed: int, share: float) -> Grey:
    """Random strokes and dust, some pieces inside the holes of others."""
    rng = np.random.default_rng(seed)
    page = np.asarray(rng.random((300, 260)) < share, dtype=np.uint8)
    for _ in range(25):
        top, left = rng.integers(0, 270), rng.integers(0, 230)
        high, wide = rng.integers(2, 30), rng.integers(2, 30)
        page[top : top + high, left : left + wide] = 1
        page[top + 2 : top + high - 2, left + 2 : left + wide - 2] = 0
        page[top + high // 2, left + wide // 2] = 1
    return page


@pytest.mark.parametrize("share", [0.0, 0.002, 0.05])
def test_frames_are_those_of_the_pieces(share: float) -> None:
    """Touching at corners joins pieces, and a piece in another's hole is one of its own."""
    page = _page(5, share)
    counted = pieces_of(page).stats[1:, :4].tolist()
    assert sorted(frames_of(page)) == sorted(tuple(frame) for frame in counted)


def test_an_empty_page_has_no_frames() -> None:
    """Nothing is found where nothing is."""
    assert frames_of(np.zeros((20, 20), dtype=np.uint8)) == []


@pytest.mark.parametrize("kept", [0.03, 0.5, 0.97])
@pytest.mark.parametrize("few", [0, 10_000])
def test_a_mask_of_chosen_pieces(kept: float, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing few pieces, wiping out few and looking up all give the same picture."""
    monkeypatch.setattr(pieces, "_FEW", few)
    found = pieces_of(_page(8, 0.01))
    chosen = np.random.default_rng(2).random(len(found)) < kept
    chosen[0] = False
    assert np.array_equal(found.mask(chosen), np.isin(found.labels, np.flatnonzero(chosen)).astype(np.uint8))
