"""Values drawn for calibration sheets."""

import random

import pytest

from extract.calibrate.values import draw_field
from extract.decode.lexicon import known_codes
from extract.training.text import ENGLISH
from terms.names import FieldKind
from terms.normal import normalise


@pytest.mark.parametrize("kind", [FieldKind.NPI, FieldKind.DATE, FieldKind.PHONE, FieldKind.CODE, FieldKind.DIAGNOSIS])
def test_most_drawn_values_are_valid(kind: FieldKind) -> None:
    """All but the few traps have a normal form."""
    rng = random.Random(5)
    valid = [normalise(kind, draw_field(kind, rng)) is not None for _ in range(200)]
    assert sum(valid) >= 185


def test_most_codes_are_listed_and_some_are_not() -> None:
    """As on real orders: a list helps, and must not be taken for the whole world."""
    rng = random.Random(6)
    listed = [draw_field(FieldKind.CODE, rng) in known_codes(FieldKind.CODE) for _ in range(300)]
    assert 0.6 < sum(listed) / len(listed) < 0.85


@pytest.mark.skipif(not ENGLISH.is_file(), reason="the Debian package wamerican is not installed")
def test_names_are_plain_letters() -> None:
    """No accents: a face may lack them, and what is not drawn cannot be read."""
    rng = random.Random(7)
    assert all(draw_field(FieldKind.NAME, rng).isascii() for _ in range(100))
