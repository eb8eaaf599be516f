"""Combs: cells for one character each, found on the page and read as one word."""

import numpy as np

from extract.combs import find_combs, spelled_together, without_inner_walls
from extract.page.upright import Grey, Rule, Rules
from terms.document import Word
from terms.geometry import Box


def _page(cells: int, step: int = 40, *, lost: frozenset[int] = frozenset()) -> Grey:
    """A page with one comb at (100, 200), some of its walls lost."""
    ink = np.zeros((400, 900), np.uint8)
    ink[200:203, 100 : 101 + cells * step] = 1
    ink[242:245, 100 : 101 + cells * step] = 1
    for wall in range(cells + 1):
        if wall not in lost:
            ink[200:245, 99 + wall * step : 102 + wall * step] = 1
    return ink


def test_comb_is_found_with_every_wall() -> None:
    """Ten cells have eleven walls at even distances."""
    (comb,) = find_combs(_page(10))
    assert len(comb.walls) == 11
    assert abs(comb.step - 40) < 1
    assert abs(comb.top - 200) < 4
    assert abs(comb.bottom - 244) < 4


def test_lost_walls_follow_from_the_others() -> None:
    """Fax noise that swallows some walls changes nothing about where the cells are."""
    (comb,) = find_combs(_page(10, lost=frozenset({3, 4, 8})))
    assert len(comb.walls) == 11


def test_a_plain_box_is_no_comb() -> None:
    """A box with a wall at either end has no cells."""
    assert find_combs(_page(1, step=400)) == ()


def test_characters_of_a_comb_are_one_word() -> None:
    """Digits read one by one come together, a word beside the comb stays alone."""
    combs = find_combs(_page(10))
    words = [
        Word(digit, Box((110 + 40 * i) / 900, 210 / 400, (130 + 40 * i) / 900, 236 / 400), 0.9)
        for i, digit in enumerate("1245319599")
    ]
    label = Word("NPI", Box(40 / 900, 210 / 400, 90 / 900, 236 / 400), 0.9)
    together = spelled_together([label, *words], combs, 900, 400)
    assert [w.text for w in together] == ["NPI", "1245319599"]


def test_inner_walls_are_no_rules() -> None:
    """The walls between cells part nothing; the outer ones are the field's box."""
    combs = find_combs(_page(10))
    walls = tuple(Rule(100 + 40 * i, 200, 100 + 40 * i, 244) for i in range(11))
    kept = without_inner_walls(Rules((), walls), combs)
    assert [r.x0 for r in kept.vertical] == [100, 500]


def test_a_comb_whose_thin_lines_were_lost_is_known_by_its_walls() -> None:
    """At coarse resolution head and foot vanish and walls are torn: enough even, level walls are proof enough."""
    ink = _page(10)
    ink[200:203] = 0
    ink[242:245] = 0
    ink[218:221, :] = 0
    (comb,) = find_combs(ink)
    assert len(comb.walls) == 11


def test_a_few_even_strokes_are_no_comb() -> None:
    """Five upright strokes without lines along them may be letters."""
    ink = np.zeros((400, 900), np.uint8)
    for wall in range(5):
        ink[200:245, 99 + wall * 40 : 102 + wall * 40] = 1
    assert find_combs(ink) == ()
