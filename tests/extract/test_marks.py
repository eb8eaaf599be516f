"""Marks in and around known check boxes, weighed against the blank and their group."""

import numpy as np
import pytest

from bench.boxes import group
from extract.boxes.marks import Seen, decide
from samples.conditions import Resolution

_WAYS = (("light", Resolution.FINE), ("medium", Resolution.STANDARD))


def _seen(*sorts: str, way: int = 0, seed: int = 11) -> list[Seen]:
    condition, resolution = _WAYS[way]
    return group(sorts, condition, resolution, seed)


@pytest.mark.parametrize("sort", ["cross", "tick", "fill", "line"])
@pytest.mark.parametrize("way", [0, 1])
def test_a_plain_mark_ticks_its_box_only(sort: str, way: int) -> None:
    """One marked box of a group is ticked, the others are clear, with the measured chance."""
    marks = decide(_seen("none", sort, "none", way=way), one=True)
    assert [m.ticked for m in marks] == [False, True, False]
    assert all(0.99 < m.sure < 1 for m in marks)


@pytest.mark.parametrize("sort", ["circle", "struck"])
def test_a_ring_or_a_scribble_goes_to_a_person(sort: str) -> None:
    """A box with a ring around it, or scribbled over, is never decided by itself."""
    decided = [decide(_seen("none", sort, "none", seed=seed), one=True)[1].ticked for seed in range(20)]
    assert set(decided) == {None}


def test_a_mark_beside_its_box_is_not_called_clear() -> None:
    """Marks that missed their box go to a person nearly always."""
    decided = [decide(_seen("outside", "none", "none", seed=seed), one=True)[0].ticked for seed in range(40)]
    assert decided.count(None) >= 32
    assert True not in decided


def test_a_scribbled_box_is_withdrawn_where_another_is_ticked() -> None:
    """Of a one-of group with a scribble and a plain mark the mark counts."""
    decided = [[m.ticked for m in decide(_seen("struck", "cross", "none", seed=s), one=True)] for s in range(20)]
    assert all(d[1] is True and d[0] is not True for d in decided)
    assert [False, True, False] in decided


def test_without_one_of_a_scribble_stays_doubtful() -> None:
    """Where several boxes may be ticked a scribble says nothing sure."""
    decided = [decide(_seen("struck", "cross", "none", seed=s), one=False)[0].ticked for s in range(10)]
    assert decided.count(None) == len(decided)


def test_the_bench_draws_what_it_says() -> None:
    """An unmarked group has no ink inside any box."""
    assert np.max([s.mark.ink for s in _seen("none", "none", "none")]) < 0.055
