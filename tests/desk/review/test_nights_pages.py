"""The night's pages: seen, filed, cleared, and in the browser."""

import datetime as dt
import os
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from desk.lifecycle import Role
from desk.nightly.nights import make_night
from desk.records.models import ClearedDifference, Night, Request
from desk.review.nights import _link
from reconcile.difference import Difference, DifferenceKind
from terms.reference import CaseReference

pytestmark = pytest.mark.django_db


@pytest.fixture
def overdue_night(waiting: Request) -> Night:
    """A night on which one request is overdue and its quarantined neighbours wait."""
    Request.objects.filter(pk=waiting.pk).update(due_at=timezone.now() - dt.timedelta(hours=3))
    return make_night(timezone.localdate(), timezone.now())


def test_page_tells_the_worst_first_and_links_to_it(
    overdue_night: Night, waiting: Request, signed_in: Callable[..., Client]
) -> None:
    """A supervisor sees that it is not proven, what is overdue, whose it is, and comes to it by one click."""
    page = signed_in(Role.SUPERVISOR).get(f"/nights/{overdue_night.day}/").content.decode()
    assert "Not proven." in page
    assert f'<a href="/requests/{waiting.reference}/">{waiting.reference}</a>' in page
    assert page.index("overdue") < page.index("Arrivals a day")
    assert " style=" not in page
    assert waiting.member_last_name not in page


@pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF"), ("xlsx", b"PK"), ("csv", b"What,"), ("json", b"{")])
def test_every_file_opens(overdue_night: Night, signed_in: Callable[..., Client], form: str, begins: bytes) -> None:
    """The report is had as PDF, workbook, CSV and JSON under a name with its day."""
    answer = signed_in(Role.AUDITOR).get(f"/nights/{overdue_night.day}/{form}/")
    assert answer.content.startswith(begins)
    assert f"inlet-{overdue_night.day}.{form}" in answer["Content-Disposition"]


def test_unknown_night_and_form_are_not_found(overdue_night: Night, signed_in: Callable[..., Client]) -> None:
    """A day without a report, a day that is none, and a form that is none are 404."""
    client = signed_in(Role.SUPERVISOR)
    for address in ("/nights/2020-01-01/", "/nights/2026-02-31/", f"/nights/{overdue_night.day}/exe/"):
        assert client.get(address).status_code == 404


def test_clearing_asks_for_a_reason(overdue_night: Night, waiting: Request, signed_in: Callable[..., Client]) -> None:
    """Cleared with a reason it is noted with who; without one nothing is; taken back it stands."""
    client = signed_in(Role.SENIOR_CLERK)
    data = {"day": str(overdue_night.day), "difference": f"overdue:{waiting.reference}"}
    client.post("/nights/clear/", data | {"why": ""})
    assert not ClearedDifference.objects.exists()
    client.post("/nights/clear/", data | {"why": "decided by telephone"})
    assert ClearedDifference.objects.get().by_name == "senior-clerk"
    assert "decided by telephone" in client.get(f"/nights/{overdue_night.day}/").content.decode()
    client.post("/nights/let-stand/", data)
    assert ClearedDifference.objects.get().taken_back_by == "senior-clerk"


def test_day_is_proven_from_the_page(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """A senior proves a day by hand; a day to come, or none, is refused in words."""
    del waiting
    client = signed_in(Role.SENIOR_CLERK)
    today = timezone.localdate()
    assert client.post("/nights/prove/", {"day": str(today)})["Location"] == f"/nights/{today}/"
    page = client.post("/nights/prove/", {"day": str(today + dt.timedelta(days=2))}, follow=True).content.decode()
    assert "has not come yet" in page
    assert "such as 2026-11-20" in client.post("/nights/prove/", {"day": "x"}, follow=True).content.decode()


@pytest.mark.django_db(transaction=True)
def test_senior_reads_a_night_in_the_browser(overdue_night: Night, waiting: Request, desk: Page) -> None:
    """From the bar to the night, the charts drawn, the worst item opened; nothing is refused by the policy."""
    desk.get_by_role("link", name="Nights", exact=True).click()
    desk.get_by_role("link", name=f"{overdue_night.day:%a, %b %-d}").first.click()
    assert desk.get_by_role("img", name="Arrivals a day").is_visible()
    if pictures := os.environ.get("DESK_PICTURES"):
        desk.screenshot(path=f"{pictures}/night.png", full_page=True)
    desk.get_by_role("link", name=waiting.reference).first.click()
    desk.wait_for_url(f"**/requests/{waiting.reference}/")


def test_links_lead_to_what_the_difference_is_about() -> None:
    """An arrival's number leads to the arrival, a notice's key to its request; a job's number leads nowhere."""
    now = timezone.now()

    def link(kind: DifferenceKind, item: str) -> str:
        return _link(Difference(kind, item, now))

    reference = CaseReference.new().value
    assert link(DifferenceKind.QUARANTINED_UNATTENDED, "12") == "/arrivals/12/"
    assert link(DifferenceKind.OVERDUE, reference) == f"/requests/{reference}/"
    assert link(DifferenceKind.ASKED_NOT_DELIVERED, f"{reference}:1:receipt") == f"/requests/{reference}/"
    assert link(DifferenceKind.JOB_SENT_TWICE, "12") == ""
    assert link(DifferenceKind.RECEIVED_NOT_INGESTED, "000000007:recv") == ""
