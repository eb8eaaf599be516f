"""The queue: order, shelves, search, refreshing."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.test import Client
from django.utils import timezone, translation
from pytest_django.asserts import assertNumQueries

from desk.config import Settings
from desk.records.models import Request
from desk.review import finding, kept, rows
from desk.review.finding import SHELVES, Search, page_of
from desk.review.models import Claim
from tests.desk.review import scenes

pytestmark = pytest.mark.django_db


def _shelf(slug: str, words: str = "", *, urgent: bool = False) -> list[str]:
    shelf = next(shelf for shelf in SHELVES if shelf.slug == slug)
    return [request.reference for request in page_of(Search(shelf, words, urgent)).rows]


@pytest.fixture
def several(inlet: Settings, db: None) -> dict[str, Request]:
    """Requests that wait: a late one, an urgent one, a fresh one; and one that went out."""
    del inlet, db
    now = timezone.now()
    drawn = scenes.draw(5)
    rush, other = scenes.draw(7, urgent=True), scenes.draw(9)
    doubts = scenes.usual_doubts(drawn)
    made = {
        "late": scenes.request_of(drawn, 1, doubts=doubts, received_at=now - dt.timedelta(days=9)),
        "urgent": scenes.request_of(rush, 2, doubts=scenes.usual_doubts(rush), received_at=now),
        "fresh": scenes.request_of(other, 3, doubts=scenes.usual_doubts(other), received_at=now),
        "done": scenes.request_of(scenes.draw(6), 4, received_at=now),
    }
    return {name: Request.objects.get(pk=request.pk) for name, request in made.items()}


def test_urgent_first_then_soonest_due(several: dict[str, Request]) -> None:
    """Of what needs a person, urgent requests come first, then those due soonest."""
    assert _shelf("attention") == [several[name].reference for name in ("urgent", "late", "fresh")]


def test_every_state_has_a_shelf() -> None:
    """No request can be in a state that no shelf but All shows."""
    shown = {state for shelf in SHELVES[:-1] for state in shelf.states}
    assert shown == set(SHELVES[-1].states)


@pytest.mark.parametrize(
    "part", ["reference", "member_last_name", "member_id", "provider_npi", "codes", "provider_name"]
)
def test_search_finds_by_each_part(part: str, several: dict[str, Request]) -> None:
    """A reference, member, provider, NPI or code finds its request, in any case, and only with all words."""
    request = several["done"]
    words = getattr(request, part).split()[0]
    assert request.reference in _shelf("all", words.lower())
    assert _shelf("all", f"{words} nowhere-at-all") == []


def test_search_finds_by_phone_as_printed(several: dict[str, Request]) -> None:
    """A phone number is found however it is written."""
    number = several["done"].phones.split()[0]
    for text in (f"({number[2:5]}){number[5:8]}-{number[8:]}", number[-7:]):
        assert several["done"].reference in _shelf("all", text)


def test_a_whole_reference_opens_the_request(several: dict[str, Request], signed_in: Callable[..., Client]) -> None:
    """Searching for exactly one reference goes straight there."""
    answer = signed_in().get("/", {"q": several["done"].reference.lower()})
    assert answer["Location"] == f"/requests/{several['done'].reference}/"


def test_urgent_only(several: dict[str, Request]) -> None:
    """The filter leaves the urgent ones."""
    assert _shelf("attention", urgent=True) == [several["urgent"].reference]


def test_filters(several: dict[str, Request]) -> None:
    """By processor, by source and by due date, each alone and together with a shelf."""
    attention = SHELVES[0]

    def found(**filters: str) -> list[str]:
        return [request.reference for request in page_of(Search(attention, **filters)).rows]  # type: ignore[arg-type]

    processor = several["late"].processor
    assert set(found(processor=processor)) == {
        r.reference for r in page_of(Search(attention)).rows if r.processor == processor
    }
    assert found(source="UM fax line") == found()
    assert found(source="nowhere") == []
    assert found(due="late") == [several["late"].reference]
    assert several["late"].reference in found(due="today")


def test_a_page_is_never_beyond_the_last(several: dict[str, Request], monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages hold so many rows, say where they stand, and asking for one too many gives the last."""
    everything = _shelf("attention")
    monkeypatch.setattr(finding, "ROWS", 2)
    first, last = page_of(Search(SHELVES[0])), page_of(Search(SHELVES[0], page=9))
    assert (first.first, first.last, first.pages, len(first.rows)) == (1, 2, 2, 2)
    assert (last.number, last.first, last.last) == (2, 3, 3)
    assert [r.reference for r in (*first.rows, *last.rows)] == everything
    found = page_of(Search(SHELVES[-1], words="9", page=1))
    assert found.count >= len(found.rows)
    del several


def test_a_wide_search_says_that_it_counted_no_further(
    several: dict[str, Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of more matches than are looked at, the newest are shown, those that wait first."""
    monkeypatch.setattr(finding, "MOST_FOUND", 2)
    found = page_of(Search(SHELVES[-1], words="510"))
    assert (found.count, found.more) == (2, True)
    newest = sorted(several.values(), key=lambda request: -request.pk)[:2]
    assert {row.pk for row in found.rows} == {request.pk for request in newest}


def test_strange_queries_show_the_first_shelf(several: dict[str, Request], signed_in: Callable[..., Client]) -> None:
    """A made-up shelf, page or search is no error."""
    client = signed_in()
    for query in (
        "shelf=nothing",
        "page=-3",
        "page=99999999999",
        "page=\u0663",
        "q=%00%27%22%3Cscript%3E",
        "urgent=x",
        "due=x&processor=x&source=%00x",
    ):
        assert client.get(f"/?{query}").status_code == 200
    assert several["urgent"].reference in client.get("/?shelf=nothing").content.decode()


def test_the_next_one(several: dict[str, Request], signed_in: Callable[..., Client]) -> None:
    """Next is the most pressing request other than the one at hand; with nothing left, the queue."""
    client = signed_in()
    assert client.get("/queue/next/")["Location"] == f"/requests/{several['urgent'].reference}/"
    after = client.get("/queue/next/", {"after": several["urgent"].reference})
    assert after["Location"] == f"/requests/{several['late'].reference}/"
    Request.objects.update(state="ready")
    assert client.get("/queue/next/")["Location"] == "/"


def test_unchanged_rows_are_not_sent_again(several: dict[str, Request], signed_in: Callable[..., Client]) -> None:
    """A poll with the last tag gets 304; after a change it gets the rows."""
    client = signed_in()
    first = client.get("/queue/rows/")
    again = client.get("/queue/rows/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Request.objects.filter(pk=several["late"].pk).update(member_last_name="Changed")
    fresh = client.get("/queue/rows/", headers={"If-None-Match": first["ETag"]})
    assert fresh.status_code == 200
    assert "Changed" in fresh.content.decode()


def test_a_row_is_written_again_only_when_it_shows_something_else(several: dict[str, Request]) -> None:
    """The markup kept for a row is found again as it is; a claim, a value, the time or the language change it."""
    request, now = several["late"], timezone.now()

    def shown(at: dt.datetime = now, language: str = "en") -> str:
        with translation.override(language):
            return next(rows.shown(rows.rows_of([request.pk]), at))

    first = shown()
    made = rows._markup.cache_info().misses
    assert shown() is first
    assert rows._markup.cache_info().misses == made
    assert "9 d ago" in first
    assert "10 d ago" in shown(now + dt.timedelta(days=1))
    assert "hace" in shown(language="es")
    user = get_user_model().objects.create_user("carla")
    Claim.objects.create(request=request, user=user, until=now + dt.timedelta(minutes=5))
    assert "carla is on it" in shown()
    request.gaps.all().delete()
    assert shown() != first
    Request.objects.filter(pk=request.pk).update(member_last_name="<b>Late</b>")
    assert "&lt;b&gt;Late&lt;/b&gt;" in shown()


def test_of_many_the_counts_are_kept_for_a_while(several: dict[str, Request], monkeypatch: pytest.MonkeyPatch) -> None:
    """They are counted again when their time is over, and by one alone: others meanwhile get the last ones."""
    caches["sums"].delete(finding._COUNTS)
    monkeypatch.setattr(finding, "_MANY", 1)
    monkeypatch.setattr(kept, "LEAST_SECONDS", 600)
    try:
        before = finding.counts()
        Request.objects.filter(pk=several["done"].pk).update(state="closed")
        assert finding.counts() == before
        caches["sums"].set(finding._COUNTS, (before, 0.0))
        with kept.counting[finding._COUNTS]:
            assert finding.counts() == before, "somebody else counts"
        assert finding.counts()["done"] == before["done"] + 1
    finally:
        caches["sums"].delete(finding._COUNTS)


def test_a_fixed_number_of_queries(several: dict[str, Request], signed_in: Callable[..., Client]) -> None:
    """However many rows there are, the queue makes eight queries at most, session and person included."""
    client = signed_in()
    client.get("/")
    with assertNumQueries(8):
        client.get("/")
    for number in range(10, 16):
        scenes.request_of(scenes.draw(number), number, doubts=scenes.usual_doubts(scenes.draw(number)))
    with assertNumQueries(8):
        client.get("/")
    del several
