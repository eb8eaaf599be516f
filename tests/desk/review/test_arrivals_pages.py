"""Arrivals on the desk: what hinders them and what a person can do."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from desk.cases.arrivals import quarantine
from desk.config import Settings
from desk.lifecycle import Role
from desk.records.models import Arrival, AuditEvent, MailDraft, SourceStatus
from terms.errors import Problem
from tests.desk.review import scenes

pytestmark = pytest.mark.django_db

PROBLEM = Problem("ingest.password_protected", "The PDF is locked; ask the sender for one without a password.")


@pytest.fixture
def stuck(inlet: Settings, db: None) -> Arrival:
    """A quarantined arrival."""
    del inlet, db
    return quarantine(scenes.arrive(scenes.draw(5), 1).pk, PROBLEM)


def test_the_list_says_what_to_do(stuck: Arrival, signed_in: Callable[..., Client]) -> None:
    """A quarantined arrival stands there with its remedy, under All and under Quarantined."""
    client = signed_in()
    for query in ("", "?state=quarantined"):
        page = client.get(f"/arrivals/{query}").content.decode()
        assert "ask the sender for one without a password" in page
        assert f"/arrivals/{stuck.pk}/" in page
    assert f"/arrivals/{stuck.pk}/" not in client.get("/arrivals/?state=processed").content.decode()


def test_what_the_fax_server_told_stands_there(stuck: Arrival, signed_in: Callable[..., Client]) -> None:
    """Station, count of pages, the receiver's error, and what was wrong with the ticket."""
    call = {"caller_id": "+15105550142", "tsi": "EASTBAY 5", "pages": 5, "error": "No carrier detected"}
    bad = {"kind": "ingest.ticket_damaged", "message": "The ticket is bad.", "retry": False}
    Arrival.objects.filter(pk=stuck.pk).update(facts={"call": call, "ticket_problem": bad}, page_count=4)
    page = signed_in().get(f"/arrivals/{stuck.pk}/").content.decode()
    for words in ("510-555-0142", "EASTBAY 5", "5 by the fax server, 4 in the file", "No carrier", "ticket is bad"):
        assert words in page


def test_a_hindered_sources_entries_are_named(signed_in: Callable[..., Client]) -> None:
    """On both pages; what is not named is counted."""
    link = "The entry is a link, not a plain file, and is never followed. Remove it from the folder."
    SourceStatus.objects.create(
        name="fax", looked_at=timezone.now(), faults=3, problem_kind="ingest.not_a_plain_file", problem_message=link,
        problem_since=timezone.now(), faulty=[{"entry": "below/one.tif", "message": link}],
    )  # fmt: skip
    client = signed_in()
    assert "below/one.tif" in client.get("/arrivals/").content.decode()
    page = client.get("/sources/").content.decode()
    assert "below/one.tif" in page
    assert "And 2 more" in page


def test_a_drafted_answer_comes_first(stuck: Arrival, signed_in: Callable[..., Client]) -> None:
    """Whoever opens a mail that could not be used is led to the answer that is drafted."""
    assert 'href="#answer"' not in signed_in().get(f"/arrivals/{stuck.pk}/").content.decode()
    MailDraft.objects.create(
        arrival=stuck, message_id="<x@y>", to_address="a@b.example", subject="s", text="t", created_at=timezone.now()
    )
    assert 'href="#answer"' in signed_in(name="other").get(f"/arrivals/{stuck.pk}/").content.decode()


def test_a_duplicate_points_to_the_first(stuck: Arrival, signed_in: Callable[..., Client]) -> None:
    """The same bytes again are shown as such, with a link."""
    from desk.cases.arrivals import Receipt, register_arrival  # noqa: PLC0415  (only this test registers by hand)
    from desk.storage import Stored  # noqa: PLC0415  (as above)

    receipt = Receipt("fax", "fax", "UM fax line", "again", "again.tif", timezone.now())
    other = register_arrival(receipt, Stored(stuck.original, stuck.sha256, stuck.size))
    page = signed_in().get(f"/arrivals/{other.pk}/").content.decode()
    assert f'href="/arrivals/{stuck.pk}/"' in page
    assert "same bytes" in page


def test_a_senior_has_it_read_again(stuck: Arrival, signed_in: Callable[..., Client]) -> None:
    """Reading again takes it up; the audit trail says who asked."""
    client = signed_in(Role.SENIOR_CLERK, "sara")
    client.post(f"/arrivals/{stuck.pk}/read-again/")
    stuck.refresh_from_db()
    assert (stuck.state, stuck.reading_round) == ("in_progress", 2)
    assert AuditEvent.objects.filter(action="arrival.read_again", actor_name="sara").exists()


def test_a_senior_settles_it_with_a_note(stuck: Arrival, signed_in: Callable[..., Client]) -> None:
    """Settling needs words; with them the arrival ends as processed."""
    client = signed_in(Role.SENIOR_CLERK)
    refused = client.post(f"/arrivals/{stuck.pk}/settle/", {"note": "  "}, follow=True)
    assert "say what was done" in refused.content.decode().lower()
    client.post(f"/arrivals/{stuck.pk}/settle/", {"note": "Called the clinic; they fax it anew."})
    stuck.refresh_from_db()
    assert (stuck.state, stuck.note) == ("processed", "Called the clinic; they fax it anew.")


def test_a_clerk_is_told_who_can(stuck: Arrival, signed_in: Callable[..., Client]) -> None:
    """A clerk sees the trouble, no button, and whom to ask."""
    page = signed_in(Role.CLERK).get(f"/arrivals/{stuck.pk}/").content.decode()
    assert "senior clerk or supervisor" in page
    assert "read-again" not in page


def test_doing_it_twice_is_refused_kindly(stuck: Arrival, signed_in: Callable[..., Client]) -> None:
    """A second press tells that it is no longer quarantined."""
    client = signed_in(Role.SENIOR_CLERK)
    client.post(f"/arrivals/{stuck.pk}/read-again/")
    again = client.post(f"/arrivals/{stuck.pk}/read-again/", follow=True)
    assert "cannot become" in again.content.decode()


def test_a_hindered_source_is_shown(signed_in: Callable[..., Client]) -> None:
    """A folder that cannot be read is named on top."""
    SourceStatus.objects.create(
        name="fax", problem_kind="ingest.unreadable", problem_message="The folder cannot be read; check its rights.",
        problem_since=timezone.now(),
    )  # fmt: skip
    assert "The folder cannot be read" in signed_in().get("/arrivals/").content.decode()


def test_the_day_adds_up(stuck: Arrival, signed_in: Callable[..., Client]) -> None:
    """The day page counts what came in by how it ended."""
    page = signed_in(Role.SENIOR_CLERK).get("/day/", {"date": timezone.localdate(stuck.received_at).isoformat()})
    sums = page.context["sums"]
    assert (sums.received, sums.quarantined, sums.is_balanced) == (1, 1, True)
    assert f"Arrival {stuck.pk}" in page.content.decode()


@pytest.mark.parametrize("date", ["", "nonsense", "2999-01-01", "0001-01-01"])
def test_any_date_is_a_page(date: str, signed_in: Callable[..., Client]) -> None:
    """A strange date is no error."""
    assert signed_in(Role.SENIOR_CLERK).get("/day/", {"date": date}).status_code == 200
