"""Patterns that are walked a character at a time, and the grammars made of them."""

import datetime as dt
import re

from hypothesis import given
from hypothesis import strategies as st

from extract.decode.grammar import grammar
from extract.decode.pattern import Pattern, chars, either, maybe, seq, times
from terms.codes import CIN_LETTERS
from terms.names import FieldKind
from terms.normal import normalise


@given(st.text(alphabet="ab1-", max_size=8))
def test_a_pattern_matches_what_its_expression_matches(text: str) -> None:
    """Walking agrees with the regular expression of the same meaning."""
    walked = Pattern(seq(either("a", seq("b", maybe("-"))), times(chars("1a"), 1, 3)))
    assert walked.matches(text) == bool(re.fullmatch(r"(?:a|b-?)[1a]{1,3}", text))


def test_a_dead_walk_stays_dead() -> None:
    """Once nothing fits, nothing fits any more."""
    walked = Pattern(seq("a", "b"))
    assert walked.step(walked.step(walked.start, "x"), "a") == Pattern.DEAD


@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)))
def test_dates_in_every_way_of_writing_are_inside_the_grammar(date: dt.date) -> None:
    """Each way a form writes a date matches, and is parsed to that date once its spaces are back."""
    rules = grammar(FieldKind.DATE)
    assert rules is not None
    for text in (
        f"{date.month}/{date.day}/{date.year}", f"{date:%m-%d-%Y}", f"{date:%m%d%Y}", f"{date:%Y-%m-%d}",
        f"{date:%B}{date.day},{date.year}".upper(), f"{date:%b}.{date.day},{date.year}".upper(),
    ):  # fmt: skip
        assert rules.pattern.matches(text), text
        assert normalise(FieldKind.DATE, rules.written(text)) == date.isoformat()


@given(st.integers(200, 999), st.integers(200, 999), st.integers(0, 9999))
def test_phones_in_every_way_of_writing_are_inside_the_grammar(area: int, exchange: int, rest: int) -> None:
    """Brackets, dashes, points, country code and extension are all ways to write one number."""
    rules = grammar(FieldKind.PHONE)
    assert rules is not None
    for text in (
        f"({area}){exchange}-{rest:04d}", f"{area}-{exchange}-{rest:04d}", f"1.{area}.{exchange}.{rest:04d}",
        f"+1{area}{exchange}{rest:04d}", f"{area}{exchange}{rest:04d}EXT.12",
    ):  # fmt: skip
        assert rules.pattern.matches(text), text
        assert normalise(FieldKind.PHONE, text.lower()) is not None


@given(st.integers(0, 9_999_999), st.sampled_from(sorted(CIN_LETTERS)))
def test_member_ids_are_inside_the_grammar(number: int, letter: str) -> None:
    """A CIN matches, alone and with the rest of a card's number."""
    rules = grammar(FieldKind.MEMBER_ID)
    assert rules is not None
    assert rules.pattern.matches(f"9{number:07d}{letter}")
    assert rules.pattern.matches(f"9{number:07d}{letter}29180")


def test_free_text_has_no_grammar() -> None:
    """Names, addresses and notes are taken as written."""
    assert all(grammar(kind) is None for kind in (FieldKind.NAME, FieldKind.ADDRESS, FieldKind.TEXT))
