"""Codes hold only what is valid, in normal form, and never repair what was read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terms.codes import CIN_LETTERS, Code, HcpcsCode, Icd10Code, MemberId, Modifier, Npi, luhn_ok
from terms.errors import InvalidTermError


@pytest.mark.parametrize(
    ("text", "normal"),
    [("1234567893", "1234567893"), ("1234-567-893", "1234567893"), (" 1 2 3 4 5 6 7 8 9 3 ", "1234567893")],
)
def test_npi_takes_valid_numbers_however_spaced(text: str, normal: str) -> None:
    """CMS's own example passes, with spaces and dashes dropped."""
    assert str(Npi.parse(text)) == normal


@pytest.mark.parametrize(
    "text", ["1234567898", "3234567893", "123456789", "12345678930", "l234567893", "", "\u0661234567893"]
)
def test_npi_refuses_everything_else(text: str) -> None:
    """A failed check digit, a wrong first digit, a wrong length and letters are not an NPI."""
    assert Npi.parse(text) is None


@given(st.from_regex(r"[12][0-9]{8}", fullmatch=True), st.integers(0, 9), st.integers(1, 9))
def test_luhn_catches_every_single_wrong_digit(stem: str, place: int, step: int) -> None:
    """Of the ten last digits exactly one is right, and changing any one digit is noticed."""
    right = [d for d in "0123456789" if luhn_ok("80840" + stem + d)]
    assert len(right) == 1
    number = stem + right[0]
    changed = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    assert not luhn_ok("80840" + changed)


@pytest.mark.parametrize(
    ("kind", "text", "normal"),
    [
        (HcpcsCode, "e0143", "E0143"),
        (HcpcsCode, "E 0143", "E0143"),
        (HcpcsCode, "99213", "99213"),
        (HcpcsCode, "0042T", "0042T"),
        (Modifier, "rr", "RR"),
        (Modifier, "59", "59"),
        (Icd10Code, "g4733", "G47.33"),
        (Icd10Code, "G47.33", "G47.33"),
        (Icd10Code, "G47,33", "G47.33"),
        (Icd10Code, "I10", "I10"),
        (Icd10Code, "T81.31XA", "T81.31XA"),
        (MemberId, "91234567A", "91234567A"),
        (MemberId, "91234567a2 9180", "91234567A"),
        (MemberId, "91234567A2", "91234567A"),
    ],
)
def test_codes_take_what_people_write(kind: type[Code], text: str, normal: str) -> None:
    """Case, spaces, dashes and the ICD point are put into normal form."""
    assert str(kind.parse(text)) == normal


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (HcpcsCode, "E0l43"),
        (HcpcsCode, "EO143"),
        (HcpcsCode, "E014"),
        (HcpcsCode, "W0143"),
        (Modifier, "R"),
        (Modifier, "1A"),
        (Icd10Code, "447.33"),
        (Icd10Code, "G47.33333"),
        (MemberId, "81234567A"),
        (MemberId, "9123456A"),
        (MemberId, "91234567A29180999"),
    ],
)
def test_codes_never_repair(kind: type[Code], text: str) -> None:
    """A letter in a digit's place is not quietly turned into the digit."""
    assert kind.parse(text) is None


def test_cin_letters_are_the_sixteen_of_the_card_format() -> None:
    """Every excluded letter is refused and every allowed one is taken."""
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        taken = MemberId.parse(f"91234567{letter}") is not None
        assert taken == (letter not in "BIJKLOPQRS") == (letter in CIN_LETTERS)


def test_a_value_type_cannot_be_built_wrong() -> None:
    """Building from a string that is not in normal form is a broken promise, told without the text."""
    with pytest.raises(InvalidTermError) as told:
        Npi("1234567898")
    assert "1234567898" not in str(told.value)


@given(st.text(max_size=20))
def test_parse_gives_a_fixed_point_or_nothing(text: str) -> None:
    """Whatever is given, a parsed code parses to itself again."""
    for kind in (Npi, HcpcsCode, Modifier, Icd10Code, MemberId):
        value = kind.parse(text)
        if value is not None:
            assert kind.parse(str(value)) == value
