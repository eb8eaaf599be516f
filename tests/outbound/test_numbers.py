"""Where answers may go."""

from dataclasses import replace

import pytest

from outbound.numbers import NumberBook, fax_destination, known_office
from terms.contact import FaxNumber
from terms.values import FieldStatus
from tests.outbound import made_up

_DIRECTORY_FAX = "+15105558235"


def test_the_directorys_verified_number_is_dialled() -> None:
    """Provider known, NPI certain, name agrees, number verified: no person is needed."""
    found = fax_destination(made_up.values(), made_up.tables())
    assert (str(found.number), found.verified) == (_DIRECTORY_FAX, True)


def test_another_number_on_the_form_is_not_dialled() -> None:
    """Where the form names another number, the verified one is used, and the reason says so."""
    found = fax_destination(made_up.values(ordering_provider__fax="+15105550199"), made_up.tables())
    assert (str(found.number), found.verified) == (_DIRECTORY_FAX, True)
    assert "another" in found.reason


@pytest.mark.parametrize(
    ("changed", "number"),
    [
        ({"ordering_provider__npi": "1234567893", "ordering_provider__fax": "+15105550199"}, "+15105550199"),
        ({"ordering_provider__npi": None, "ordering_provider__fax": "+15105550199"}, "+15105550199"),
        ({"ordering_provider__npi": None, "ordering_provider__fax": None}, None),
        ({"ordering_provider__npi": None, "ordering_provider__fax": "+18558917174"}, None),
        ({"ordering_provider__name": "Somebody Else, NP"}, _DIRECTORY_FAX),
    ],
    ids=["unknown NPI", "only on the form", "no number", "our own line", "NPI of another name"],
)
def test_anything_else_is_held(changed: dict[str, str | None], number: str | None) -> None:
    """A number that nobody vouches for is never verified."""
    found = fax_destination(made_up.values(**changed), made_up.tables())
    assert (str(found.number) if found.number else None, found.verified) == (number, False)
    assert found.reason.endswith(".")


def test_a_doubtful_npi_holds_the_answer() -> None:
    """While a person has not settled the NPI, its directory number is not dialled."""
    values = made_up.values()
    fields = dict(values.fields)
    fields["ordering_provider.npi"] = replace(fields["ordering_provider.npi"], status=FieldStatus.REVIEW)
    assert not fax_destination(replace(values, fields=fields), made_up.tables()).verified


def test_without_a_directory_nothing_is_verified() -> None:
    """The shipped tables hold no directory: every answer is held."""
    assert not fax_destination(made_up.values(), replace(made_up.tables(), directory=None)).verified


def test_an_unverified_directory_entry_is_held() -> None:
    """A number that stands in the directory without having been confirmed is not dialled."""
    tables = made_up.tables()
    unverified = next(p for p in tables.directory.providers() if not p.fax_verified) if tables.directory else None
    assert unverified is not None
    found = fax_destination(
        made_up.values(ordering_provider__npi=unverified.npi, ordering_provider__name=unverified.name), tables
    )
    assert not found.verified


def test_a_number_that_a_person_vouched_for_is_used_and_a_forbidden_one_never() -> None:
    """The book outranks the directory for its provider; the list of forbidden numbers outranks both."""
    said, tables = made_up.values(), made_up.tables()
    book = NumberBook({"1064750221": {"+15105550111": "sena"}})
    found = fax_destination(said, tables, book)
    assert (found.number, found.verified, found.reason) == (FaxNumber("+15105550111"), True, "Verified by sena.")
    assert fax_destination(said, tables, NumberBook({"1999999984": {"+15105550111": "sena"}})).number != found.number
    forbidden = fax_destination(said, tables, NumberBook(book.verified, {"+15105550111": "a house"}))
    assert (forbidden.verified, forbidden.reason) == (False, "This number must not be faxed: a house")


def test_a_number_of_another_kind_of_party_is_named() -> None:
    """The member's own phone and another provider's fax are held, and it is said whose they are."""
    tables = made_up.tables()
    member = made_up.values(ordering_provider__npi=None, ordering_provider__fax="+15105550699")
    assert fax_destination(member, tables).reason == "The number is the member's own phone."
    other = made_up.values(ordering_provider__npi=None, ordering_provider__fax="+16505555208")
    assert fax_destination(other, tables).reason == "The number belongs to another provider of the directory."
    assert not fax_destination(other, tables).verified


def test_an_unknown_caller_is_answered_only_at_a_verified_number() -> None:
    """Of a fax without a request only the caller is known: the directory's verified number, or a person looks."""
    tables = made_up.tables()
    assert known_office(FaxNumber("+16505555208"), tables).verified
    assert not known_office(FaxNumber("+15105550100"), tables).verified
    assert known_office(None, tables).number is None
    assert known_office(FaxNumber("+18558917174"), tables).number is None
    assert not known_office(FaxNumber("+16505555208"), tables, NumberBook({}, {"+16505555208": "why"})).verified
