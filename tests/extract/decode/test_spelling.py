"""Names that a look-alike letter would make far likelier."""

import pytest

from extract.decode.spelling import likelier_alike, log_probability


@pytest.mark.parametrize("misread", ["MLADOWS", "MLRRIAM", "Dnicper", "PROVFNCALS", "Ihespian"])
def test_a_misread_letter_shows(misread: str) -> None:
    """The look-alike spelling is at least fifty times likelier."""
    assert likelier_alike(misread) > 4.0


@pytest.mark.parametrize("name", ["MEADOWS", "Nguyen", "Xiong", "Delgado", "Okonkwo", "Kowalczyk", "Zhao", "Thanh"])
def test_rare_and_foreign_names_are_not_held_against_their_bearers(name: str) -> None:
    """A name that is seldom in a census, but has no likelier look-alike, raises no doubt."""
    assert likelier_alike(name) < 4.0


def test_initials_digits_and_accents_say_nothing() -> None:
    """What the table does not know is not judged."""
    assert likelier_alike("J. 42 Ñu") == 0.0
    assert likelier_alike("") == 0.0


def test_longer_words_are_less_likely() -> None:
    """Log probabilities add up over the letters."""
    assert log_probability("smith") > log_probability("smithsmith")
