"""The page of sending: the switch, what a person has to see to, numbers never faxed, the words of letters."""

import os
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django import Settings as DjangoSettings

from desk.config import Settings
from desk.lifecycle import Role
from desk.records.models import ForbiddenNumber, LineStatus, Notice, Request, SendingSwitch, TextApproval, Transmission
from desk.sending_settings import FaxWay

pytestmark = pytest.mark.django_db


def test_the_switch_stops_and_resumes_and_says_who_and_why(signed_in: Callable[..., Client]) -> None:
    """A clerk stops all sending with a reason that everybody sees, and lets it go on."""
    client = signed_in(Role.CLERK, "kim")
    assert client.post("/sending/turn/", {"to": "stop", "reason": ""}).status_code == 302
    assert not SendingSwitch.objects.exists()
    client.post("/sending/turn/", {"to": "stop", "reason": "wrong cover"})
    page = client.get("/sending/").content.decode()
    assert "Sending is stopped." in page
    assert "kim" in page
    assert "wrong cover" in page
    client.post("/sending/turn/", {"to": "go"})
    assert "To stop all of them, say why" in client.get("/sending/").content.decode()
    auditor = signed_in(Role.AUDITOR)
    assert auditor.get("/sending/").status_code == 200
    assert auditor.post("/sending/turn/", {"to": "stop", "reason": "x"}).status_code == 403


def test_a_failed_notice_is_shown_with_what_to_do_and_sent_again(
    clear: Request, signed_in: Callable[..., Client]
) -> None:
    """What failed stands there with its remedy; one press has it sent again."""
    notice = clear.notices.get()
    Notice.objects.filter(pk=notice.pk).update(
        state="failed", problem_kind="outbound.busy", problem_message="The line was busy every time. Call the office."
    )
    client = signed_in()
    assert "The line was busy every time." in client.get("/sending/").content.decode()
    client.post(f"/notices/{notice.pk}/again/")
    notice.refresh_from_db()
    assert (notice.state, notice.wait_reason) == ("drafted", "retry")
    assert "It is tried again." in client.get("/sending/rows/").content.decode()


def test_lines_and_what_is_on_them_are_shown(
    clear: Request, signed_in: Callable[..., Client], settings: DjangoSettings, inlet: Settings
) -> None:
    """Each line with what it does, each transmission under way with number and try."""
    client = signed_in()
    assert "faxes that may" not in client.get("/sending/").content.decode()
    settings.INLET = inlet.model_copy(update={"sending": inlet.sending.model_copy(update={"fax_way": FaxWay.HYLAFAX})})
    LineStatus.objects.create(
        way="hylafax", checked_at=timezone.now(), lines=[{"name": "ttyS0", "state": "Sending job 7"}]
    )
    notice = clear.notices.get()
    Notice.objects.filter(pk=notice.pk).update(state="sent")
    now = timezone.now()
    Transmission.objects.create(
        notice=notice, attempt=3, key=f"{notice.key}:3", transport="hylafax", destination="+15105550151",
        state="submitted", intended_at=now, submitted_at=now,
    )  # fmt: skip
    page = client.get("/sending/").content.decode()
    for words in ("ttyS0", "Sending job 7", "510-555-0151", "1 of 2 faxes"):
        assert words in page


def test_a_number_is_put_on_the_list_and_taken_off(signed_in: Callable[..., Client]) -> None:
    """A clerk forbids a number with a reason; only a senior person allows it again."""
    clerk, senior = signed_in(Role.CLERK, "kim"), signed_in(Role.SENIOR_CLERK, "lou")
    clerk.post("/sending/never/", {"fax": "510-555-0142", "reason": "a private house"})
    row = ForbiddenNumber.objects.get()
    assert (row.number, row.forbidden_by) == ("+15105550142", "kim")
    assert "a private house" in clerk.get("/sending/").content.decode()
    assert clerk.post(f"/sending/never/{row.pk}/off/").status_code == 403
    senior.post(f"/sending/never/{row.pk}/off/")
    assert not ForbiddenNumber.objects.exists()


def test_a_notice_is_previewed_with_its_real_data_and_nothing_is_stored(
    clear: Request, signed_in: Callable[..., Client]
) -> None:
    """The words and tables of this moment as a PDF; the notice itself stays as it was."""
    notice = clear.notices.get()
    answer = signed_in().get(f"/notices/{notice.pk}/preview/")
    assert answer.content.startswith(b"%PDF")
    assert Notice.objects.get(pk=notice.pk).pdf == notice.pdf


def test_letters_words_are_drafts_until_a_named_person_approves_exactly_them(signed_in: Callable[..., Client]) -> None:
    """Every edition is listed; a senior person approves what they read, and nothing else."""
    clerk, senior = signed_in(Role.CLERK, "kim"), signed_in(Role.SENIOR_CLERK, "lou")
    page = senior.get("/sending/texts/").content.decode()
    assert page.count("I stand by these words") == 20
    name = "letter_denial.vi.2026-1"
    assert clerk.post(f"/sending/texts/{name}/approve/", {"digest": "x"}).status_code == 403
    senior.post(f"/sending/texts/{name}/approve/", {"digest": "0" * 64})
    assert not TextApproval.objects.exists()
    digest = page.split(f"/sending/texts/{name}/approve/")[1].split('name="digest" value="')[1].split('"')[0]
    senior.post(f"/sending/texts/{name}/approve/", {"digest": digest})
    row = TextApproval.objects.get()
    assert (row.name, row.digest, row.approved_by_name) == (name, digest, "lou")
    assert senior.get("/sending/texts/").content.decode().count("I stand by these words") == 19


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_page_is_drawn(desk: Page, clear: Request) -> None:
    """Nothing overflows and no script fails; with a folder for pictures it is kept as one."""
    notice = clear.notices.get()
    Notice.objects.filter(pk=notice.pk).update(
        state="failed", problem_kind="outbound.busy", problem_message="The line was busy every time. Call the office.",
        destination="+15105550151",
    )  # fmt: skip
    LineStatus.objects.create(
        way="hylafax", checked_at=timezone.now(), lines=[{"name": "ttyS0", "state": "Running and idle"}]
    )
    desk.goto(f"{desk.url}sending/")
    assert desk.get_by_role("heading", name="Sending").is_visible()
    assert desk.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    if folder := os.environ.get("PICTURES"):
        desk.screenshot(path=f"{folder}/desk-sending.png", full_page=True)
