"""Phones, dates and every other kind of field in normal form."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terms.contact import FaxNumber, Phone
from terms.dates import parse_date
from terms.names import FIELD_KINDS, FIELD_LABELS, MINIMUM_FIELDS, FieldKind
from terms.normal import normalise


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("1.510.747.4540", "+15107474540"),
        ("(510) 747-4540", "+15107474540"),
        ("510-747-4540 ext. 5", "+15107474540;ext=5"),
        ("510/747-4540 x5", "+15107474540;ext=5"),
        ("+15107474540;ext=5", "+15107474540;ext=5"),
        ("5107474540", "+15107474540"),
    ],
)
def test_phones_as_people_write_them(text: str, normal: str) -> None:
    """The forms that the plan itself prints come out in E.164."""
    assert str(Phone.parse(text)) == normal


@pytest.mark.parametrize("text", ["747-4540", "110-747-4540", "510-147-4540", "51O-747-4540", "2 510 747 4540", ""])
def test_what_is_not_a_phone_is_refused(text: str) -> None:
    """Short numbers, impossible area codes and letters are not repaired."""
    assert Phone.parse(text) is None


def test_a_phone_prints_as_people_read_it() -> None:
    """The display form and the line itself are told apart from the extension."""
    phone = FaxNumber("+15107474540;ext=5")
    assert (phone.display, phone.number, phone.extension) == ("510-747-4540 ext. 5", "+15107474540", "5")


@pytest.mark.parametrize(
    "text", ["3/7/1958", "03-07-1958", "03.07.1958", "03071958", "1958-03-07", "March 7, 1958", "Mar. 7 1958"]
)
def test_dates_in_us_order(text: str) -> None:
    """Every way of writing the same day gives the same day."""
    assert parse_date(text) == dt.date(1958, 3, 7)


def test_a_short_year_is_the_latest_that_is_not_in_the_future() -> None:
    """A birth year of 58 read in 2026 is 1958; 26 is 2026."""
    latest = dt.date(2026, 11, 22)
    assert parse_date("3/7/58", latest=latest) == dt.date(1958, 3, 7)
    assert parse_date("3/7/26", latest=latest) == dt.date(2026, 3, 7)


@pytest.mark.parametrize(
    "text", ["2/30/2020", "13/1/2020", "0/1/2020", "3/7", "Smarch 7, 1958", "3/7/1858", "mayor 3, 2020"]
)
def test_what_is_not_a_date_is_refused(text: str) -> None:
    """Days that do not exist and words that only start like a month are no dates."""
    assert parse_date(text) is None


@given(
    st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)),
    st.sampled_from(["%m/%d/%Y", "%Y-%m-%d", "%m%d%Y", "%B %d, %Y"]),
)
def test_every_date_comes_back(day: dt.date, form: str) -> None:
    """Writing a date in any of the forms and reading it gives the date."""
    assert parse_date(day.strftime(form)) == day


@given(st.sampled_from(list(FieldKind)), st.text(max_size=30))
def test_normal_forms_are_fixed_points(kind: FieldKind, text: str) -> None:
    """Normalising a normal form changes nothing, and nothing raises."""
    once = normalise(kind, text)
    if once is not None:
        assert normalise(kind, once) == once


def test_choices_and_quantities() -> None:
    """Boxes and amounts come out as design.md names them."""
    assert normalise(FieldKind.CHOICE, "Standing Referral") == "standing_referral"
    assert normalise(FieldKind.CHOICE, "Yes") == "yes"
    assert normalise(FieldKind.CHOICE, "perhaps") is None
    assert normalise(FieldKind.QUANTITY, "#2 each") == "2"
    assert normalise(FieldKind.QUANTITY, "two") is None


def test_every_field_has_a_label() -> None:
    """No notice can meet a field that it cannot name."""
    assert set(FIELD_KINDS) <= set(FIELD_LABELS)
    assert set(MINIMUM_FIELDS) <= set(FIELD_KINDS)
