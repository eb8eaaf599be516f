"""Pages that are the same sheet, sent twice."""

import datetime as dt
import functools
import random
import zlib
from dataclasses import replace

import numpy as np
import pytest

from classify.similar import Grey, Likeness, compare, signature, unpack_signature
from samples import orders, paper
from samples.conditions import CONDITIONS, Resolution, fax_page
from samples.printed import Hand

_TODAY = dt.date(2026, 11, 20)


@functools.cache
def _drawn(form: str, who: int) -> Grey:
    """The first page of a form, filled for one of several members of the same office."""
    order = orders.draw_order(random.Random(7), today=_TODAY)
    if who:
        other = orders.draw_order(random.Random(100 + who), today=_TODAY)
        order = replace(other, provider=order.provider)
    made = paper.compose([paper.Part(form, order, Hand(size=10.0))], random.Random(5))
    return paper.render(made.pdf)[0]


@functools.cache
def _sent(
    form: str, who: int, condition: str, seed: int, resolution: str = "fine", *, skew: float | None = None
) -> Grey:
    """That page as it came over a line, upright and with square points (one degree of skew at most is left)."""
    chosen = CONDITIONS[condition]
    chosen = replace(chosen, skew=min(chosen.skew, 0.4) if skew is None else skew)
    header = f"11/0{seed}/2026 09:1{seed}  FROM: 510555014{seed}   P.01/0{seed}"
    bits = fax_page(_drawn(form, who), chosen, Resolution(resolution), np.random.default_rng(seed), header=header)
    rows = np.linspace(0, bits.shape[0] - 1, 2244).round().astype(int)
    return np.where(bits[rows], 0, 255).astype(np.uint8)


def _likeness(one: Grey, other: Grey) -> Likeness:
    first, second = unpack_signature(signature(one)), unpack_signature(signature(other))
    assert first is not None
    assert second is not None
    return compare(first, second)


@pytest.mark.parametrize("form", ["chme_order", "prescription"])
@pytest.mark.parametrize(
    ("one", "other"),
    [(("light", 1), ("light", 2)), (("light", 1), ("medium", 3, "standard")), (("heavy", 4), ("medium", 5))],
)
def test_the_same_sheet_is_found_whatever_the_line_did(form: str, one: tuple[str, int], other: tuple[str, int]) -> None:
    """Other noise, header, resolution and turn: still the same sheet, and hardly a place that differs."""
    found = _likeness(_sent(form, 0, *one), _sent(form, 0, *other))
    assert found.is_same
    assert found.alike > 0.94


def test_another_members_order_of_the_same_office_differs_in_places() -> None:
    """Same form, same provider, another member: the places where it was filled in otherwise are told."""
    found = _likeness(_sent("chme_order", 0, "light", 1), _sent("chme_order", 1, "light", 2))
    assert not found.is_same
    assert found.areas
    assert all(0 <= area.left < area.right <= 1 and 0 <= area.top < area.bottom <= 1 for area in found.areas)


def test_other_forms_have_nothing_to_do_with_each_other() -> None:
    """No line is so bad that two different papers look alike."""
    for condition in ("light", "heavy"):
        found = _likeness(_sent("chme_order", 0, condition, 1), _sent("prescription", 0, condition, 2))
        assert not found.is_likely


def test_a_page_without_ink_is_like_nothing() -> None:
    """Blank and black pages say nothing, not even with themselves; nothing raises."""
    for grey in (
        np.full((2244, 1728), 255, np.uint8),
        np.zeros((2244, 1728), np.uint8),
        np.full((3, 3), 255, np.uint8),
    ):
        assert not _likeness(grey, grey).is_likely


def test_a_page_is_the_same_as_itself_and_the_order_hardly_matters() -> None:
    """Comparing a page with itself finds no difference; two pages compare alike both ways round."""
    one, other = _sent("chme_order", 0, "light", 1), _sent("chme_order", 0, "medium", 3, "standard")
    assert _likeness(one, one).out == 0
    assert _likeness(one, other).is_same == _likeness(other, one).is_same


def test_what_is_no_signature_is_none() -> None:
    """Damaged bytes and signatures of another size are as if there were none."""
    assert unpack_signature(b"nonsense") is None
    assert unpack_signature(zlib.compress(b"short")) is None
    assert len(signature(_sent("chme_order", 0, "light", 1))) < 60_000
