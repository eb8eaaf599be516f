"""A date that tells of something else is never offered as a birth date."""

import datetime as dt

import pytest

from extract.fields.born import is_recent_date, may_be_birth
from extract.read import read_page
from extract.reading import PageReading
from ingest.pages import PageSource
from terms.names import TextSource

DAY = dt.date(2026, 11, 16)


def _page(text: str) -> PageReading:
    source = PageSource(1, "body", None, 204, 204, text=text, text_source=TextSource.MAIL_TEXT)
    return read_page(source, received_on=DAY)


@pytest.mark.parametrize(
    ("before", "date", "may"),
    [
        ("She was born on ", "03/07/1958", True),
        ("Her date of birth is ", "10/30/2026", True),
        ("RE: Iris Samplewright, ", "03/07/1958", True),
        ("DC B: ", "03/07/1958", True),
        ("RE: Iris Samplewright, ", "03/01/2026", False),
        ("Date of visit: ", "03/07/2019", False),
        ("She has used oxygen since ", "03/01/2024", False),
        ("The patient was evaluated in my\n office on ", "03/01/2024", False),
        ("He underwent surgery. A fallon ", "07/20/2024", False),
        ("This letter documents the necessity of a walker for\nIris Samplewright (", "03/07/1958", True),
    ],
)
def test_what_leads_to_a_date_says_whether_it_may_be_a_birth_date(before: str, date: str, *, may: bool) -> None:
    """Words of birth decide, else the year, the event that the words tell of, and a small word right before it."""
    assert may_be_birth(before, date, DAY, running=True) is may


@pytest.mark.parametrize(
    ("text", "recent"),
    [("11/ 15/2 026", True), ("Nov 14, 2026", True), ("12/01/2026", True), ("03/07/1958", False), ("no date", False)],
)
def test_dates_of_the_last_year_are_known_though_torn(text: str, *, recent: bool) -> None:
    """A gap torn into a date hides its year from nobody; a day to come is no birth date either."""
    assert is_recent_date(text, DAY) is recent


@pytest.mark.parametrize(
    "told",
    [
        "Date of visit: 05/22/2026",
        "Last seen 03/14/2025",
        "Date of injury: 09/05/2023",
        "She was seen in my office on 02/11/2025.",
        "The prior wheelchair was issued 07/20/2024 and cannot be repaired.",
    ],
)
def test_a_letters_other_date_is_not_offered_as_the_birth_date(told: str) -> None:
    """A letter that gives no birth date has none, whatever other day it tells of."""
    letter = (
        "RE: Iris Samplewright\nMember ID: 91234567A\nTo whom it may concern:\n"
        "I am writing to request authorization of the equipment below for my patient Iris Samplewright.\n"
        f"{told}\nE0143 folding walker, quantity 1\nSincerely,\nAda Fauxmann, MD\nNPI: 1234567893"
    )
    reading = _page(letter)
    born = reading.fields.get("member.date_of_birth")
    assert born is None or (born.value, born.raw) == (None, None)
    assert "member.date_of_birth" not in reading.facts.get("unsettled", "")
