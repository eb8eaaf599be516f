"""Where answers may go."""

from dataclasses import replace

import pytest

from outbound.numbers import fax_destination
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
