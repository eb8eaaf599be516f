"""Looking up while typing."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from desk.records.models import Member, Provider

pytestmark = pytest.mark.django_db


def _offers(client: Client, kind: str, text: str) -> list[list[str]]:
    return list(client.get(f"/look-up/{kind}/", {"q": text}).json()["offers"])


def test_codes_by_start_and_by_word(signed_in: Callable[..., Client]) -> None:
    """A code's beginning comes first, then codes that are called so; each with its description."""
    client = signed_in()
    assert _offers(client, "code", "e139")[0][0] == "E1390"
    assert any("walker" in words.lower() for _, words in _offers(client, "code", "walker"))
    assert len(_offers(client, "code", "E0")) == 12


def test_providers_and_members(signed_in: Callable[..., Client]) -> None:
    """A provider is found by NPI, name or clinic, a member by id or last name."""
    Provider.objects.create(npi="1234567893", name="Ima Example", credentials="MD", clinic="Invented Clinic")
    Member.objects.create(
        cin="91234567A", last_name="Sampleton", first_name="Quilla", date_of_birth=dt.date(1958, 3, 7),
        line_of_business="MEDI_CAL", medical_group="ALLIANCE",
    )  # fmt: skip
    client = signed_in()
    for text in ("1234", "example", "Invented"):
        assert _offers(client, "npi", text) == [["1234567893", "Ima Example, MD, Invented Clinic"]]
    for text in ("9123", "sample"):
        assert _offers(client, "member_id", text) == [["91234567A", "Sampleton, Quilla, born 03/07/1958"]]


def test_diagnoses_by_start_and_by_words(signed_in: Callable[..., Client]) -> None:
    """A diagnosis is found by its code, with or without the point, and by words of its title; categories say so."""
    client = signed_in()
    assert ["J44.9", "Chronic obstructive pulmonary disease, unspecified"] in _offers(client, "diagnosis", "J449")
    assert any(code == "J44.9" for code, _ in _offers(client, "diagnosis", "chronic obstructive unspecified"))
    assert any("longer code" in words for code, words in _offers(client, "diagnosis", "J44") if code == "J44")
    assert _offers(client, "diagnosis", "no such illness") == []


def test_names_of_providers_and_members(signed_in: Callable[..., Client]) -> None:
    """Name fields are offered names, with what tells two of the same name apart."""
    Provider.objects.create(npi="1234567893", name="Ima Example", credentials="MD", clinic="Invented Clinic")
    Member.objects.create(
        cin="91234567A", last_name="Sampleton", first_name="Quilla", date_of_birth=dt.date(1958, 3, 7),
        line_of_business="MEDI_CAL", medical_group="ALLIANCE",
    )  # fmt: skip
    client = signed_in()
    assert _offers(client, "provider_name", "exam") == [["Ima Example, MD", "NPI 1234567893, Invented Clinic"]]
    assert _offers(client, "member_name", "samp") == [["Sampleton", "Quilla, 03/07/1958, 91234567A"]]


def test_nothing_for_too_little(signed_in: Callable[..., Client]) -> None:
    """One letter is no question, and there is no other table."""
    client = signed_in()
    assert _offers(client, "code", "E") == []
    assert client.get("/look-up/nothing/", {"q": "E1390"}).status_code == 404
