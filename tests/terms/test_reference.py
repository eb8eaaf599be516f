"""References: short, unambiguous, and proof against slips."""

import itertools
import random

import pytest

from terms.errors import InvalidTermError
from terms.reference import ALPHABET, CaseReference


def test_a_new_reference_reads_back_however_it_is_written() -> None:
    """Case, spaces and dashes do not matter; the normal form has a dash in the middle."""
    reference = CaseReference.new(random.Random(7).choice)
    text = reference.value
    assert text[4] == "-"
    for written in (text.lower(), text.replace("-", ""), f" {text[:2]} {text[2:]} "):
        assert CaseReference.parse(written) == reference


def test_every_single_slip_and_every_exchange_is_found() -> None:
    """One wrong sign, or two signs exchanged, never makes another valid reference."""
    rng = random.Random(11)
    for _ in range(50):
        signs = CaseReference.new(rng.choice).value.replace("-", "")
        for place, other in itertools.product(range(8), ALPHABET):
            if other != signs[place]:
                assert CaseReference.parse(signs[:place] + other + signs[place + 1 :]) is None
        for a, b in itertools.combinations(range(8), 2):
            if signs[a] != signs[b]:
                swapped = list(signs)
                swapped[a], swapped[b] = swapped[b], swapped[a]
                assert CaseReference.parse("".join(swapped)) is None


@pytest.mark.parametrize("text", ["", "A7K2", "OOOO-OOOO", "2HY3-K7TC-X", "1234-5678"])
def test_what_is_no_reference_is_refused(text: str) -> None:
    """Other texts give no reference, and cannot be made into one."""
    assert CaseReference.parse(text) is None
    with pytest.raises(InvalidTermError):
        CaseReference(text)
