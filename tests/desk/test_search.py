"""Finding requests by words."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import search, search_postgres
from desk.records.models import Page, Request
from tests.desk.test_pages import come_in, form, notes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inlet")]


@pytest.fixture
def request_(tmp_path: Path) -> Request:
    """A request of two pages that is to be found."""
    _, (made,) = come_in(tmp_path, form(1, "E0143", ordering_provider__name="Inés Ñandú, MD"), notes(2))
    return made


def _found(words: str) -> list[str]:
    return list(Request.objects.filter(search.matching(words)).values_list("reference", flat=True))


@pytest.mark.parametrize(
    "words",
    [
        "sampleton", "SAMPLETON Quilla", "sampl", "91234567A", "1234567893", "ines", "Ñandu", "E0143", "510-555-0142",
        "(510)555-0142", "555-0142", "0142", "03/07/1958", "1958-03-07", "progress", "progress note sampleton",
    ],
)  # fmt: skip
def test_a_request_is_found(words: str, request_: Request) -> None:
    """By member, provider, code, phone, birth date and words of its pages, in any case, with or without accents."""
    assert _found(words) == [request_.reference]


def test_by_reference(request_: Request) -> None:
    """By its reference, whole, without the dash, or by its beginning."""
    for words in (request_.reference, request_.reference.replace("-", "").lower(), request_.reference[:6]):
        assert _found(words) == [request_.reference]


@pytest.mark.parametrize("looked_at", [1, 2, 3, 100])
@pytest.mark.parametrize(
    "words",
    ["sampleton", "sampl", "E0143", "E", "progress", "progress sampl", "progress E1390", "walrus", "E0143 rare"],
)
def test_the_newest_are_the_newest_of_all(
    words: str, looked_at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However few are looked at first, as many are given as there are, up to as many as asked for."""
    for number, (code, more) in enumerate([("E0143", "rare"), ("E1390", ""), ("E0143", ""), ("E1390", "")]):
        folder = tmp_path / str(number)
        folder.mkdir()
        arrival, _ = come_in(folder, form(1, code), notes(2))
        if more:
            search.index_page(arrival.pages.get(number=2).pk, "progress rare")
        if number:
            arrival.pages.get(number=2).requests.clear()  # read, but nobody's
    monkeypatch.setattr(search, "_FIRST_LOOK", looked_at)
    monkeypatch.setattr(search, "_PAGES_EACH", 1)
    monkeypatch.setattr(search_postgres, "_TRIED", looked_at)
    everything = list(Request.objects.filter(search.matching(words)).order_by("-pk").values_list("pk", flat=True))
    assert search.newest(words, 100) == everything
    assert set(search.newest(words, 2)) <= set(everything)
    assert len(search.newest(words, 2)) == min(2, len(everything))


@pytest.mark.parametrize(
    "words", ["nobody", "sampleton nobody", "E0144", "5550199", "progress walrus", '"', "*", "' OR 1=1"]
)
def test_what_is_nowhere_is_not_found(words: str, request_: Request) -> None:
    """Each word must stand somewhere; signs alone ask for nothing and give no error."""
    assert _found(words) == ([request_.reference] if not search.starts(words) else [])


def test_corrections_and_deletions_are_followed(request_: Request) -> None:
    """What changed is found under its new words; what is gone is not found."""
    request_.member_last_name = "Otherperson"
    request_.save()
    search.index_request(request_)
    assert _found("otherperson") == [request_.reference]
    assert _found("sampleton") == []
    page = Page.objects.get(arrival=request_.arrival, number=2)
    request_.pages.remove(page)
    page.places.all().delete()
    page.delete()
    assert _found("progress") == []


def test_pages_that_move_take_their_words_along(request_: Request, tmp_path: Path) -> None:
    """A page is found with the request that has it now, under what is read on it now; a look at it changes nothing."""
    folder = tmp_path / "other"
    folder.mkdir()
    _, (other,) = come_in(folder, form(1, "E1390"))
    page = Page.objects.get(arrival=request_.arrival, number=2)
    other.pages.add(page)
    assert set(_found("progress")) == {request_.reference, other.reference}
    request_.pages.remove(page)
    assert _found("progress") == _found("progress E1390") == [other.reference]
    search.index_page(page.pk, "walrus 91")
    assert _found("progress") == []
    assert _found("walrus E1390") == [other.reference]
    search.index_request(other)
    assert _found("walrus E1390") == [other.reference]
    Request.pages.through.objects.filter(page=page).update(request=request_)
    assert _found("walrus") == [request_.reference]


def test_two_letters_are_not_looked_for_on_pages(request_: Request) -> None:
    """They stand on nearly every page; the request's own words may be as short."""
    search.index_page(request_.pages.all()[1].pk, "zz zzz")
    assert _found("zz") == search.newest("zz", 10) == []
    assert _found("zzz") == _found("E0 zzz") == [request_.reference]


@given(st.text(max_size=40))
def test_any_text_can_be_searched(text: str) -> None:
    """Whatever is typed, tokens are letters and digits only, and a search is a valid one."""
    for start in search.starts(text):
        assert start.isascii()
        assert start.isalnum()
        assert start in "".join(search.tokens(text)) or len(start) > 64
