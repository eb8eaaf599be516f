"""Privacy: incidents are logged and assessed, disclosures and looks are told for a member, to who may see them."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from desk.lifecycle import Role
from desk.records.models import AuditEvent, Incident, Notice, Request, Transmission
from tests.desk.review.conftest import PASSWORD

pytestmark = pytest.mark.django_db
SAID = {
    "found_at": "2026-11-20T14:30",
    "what": "A packet went to another office.",
    "told": "The privacy officer, at once.",
    "secured": "The office shredded it and wrote so.",
}
FACTORS = {"nature": "One page.", "recipient": "Another office.", "acquired": "Not opened.", "mitigated": "Shredded."}


def test_an_incident_is_logged_and_assessed_once(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """What, who was told and what was secured are needed, then all four factors; neither is changed afterwards."""
    client = signed_in(Role.SUPERVISOR)
    said = SAID | {"arrival": str(waiting.arrival_id)}
    for wrong in ({"told": " "}, {"found_at": "then"}, {"arrival": "999999"}, {"arrival": "x"}):
        client.post("/privacy/incidents/", said | wrong)
    assert not Incident.objects.exists()
    client.post("/privacy/incidents/", said)
    incident = Incident.objects.get()
    assert (incident.arrival_id, incident.made_by_name, incident.is_low) == (waiting.arrival_id, "supervisor", None)
    path = f"/privacy/incidents/{incident.pk}/"
    client.post(path, FACTORS | {"acquired": "", "is_low": "yes"})
    incident.refresh_from_db()
    assert incident.assessed_at is None
    client.post(path, FACTORS | {"is_low": "no"})
    client.post(path, FACTORS | {"is_low": "yes"})
    incident.refresh_from_db()
    assert (incident.is_low, incident.nature) == (False, "One page.")
    assert "breach: notify" in client.get("/privacy/").content.decode()
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"incident.logged", "incident.assessed"} <= actions


def test_what_went_out_and_who_looked_is_told(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """Every try to send about this member, and every look, those of this page too; nothing about others."""
    Request.objects.filter(pk=waiting.pk).update(member_id="90000001A")
    now = timezone.now()
    notice = Notice.objects.create(key="n1", request=waiting, kind="receipt", revision=1, created_at=now)
    for attempt, state in ((1, "failed"), (2, "delivered")):
        Transmission.objects.create(
            notice=notice, attempt=attempt, key=f"n1:{attempt}", transport="fax", destination="+15105550142",
            state=state, intended_at=now, submitted_at=now,
        )  # fmt: skip
    clerk = signed_in(Role.CLERK)
    clerk.get(f"/requests/{waiting.reference}/")
    auditor = signed_in(Role.AUDITOR)
    told = auditor.post("/privacy/member/", {"member": "90000001a"}).content.decode()
    assert told.count("+15105550142") == 2
    assert "Opened the request" in told
    assert "clerk" in told
    assert "Looked up what went out about a member" in told
    assert auditor.get("/privacy/member/")["Location"] == "/privacy/"
    other = auditor.post("/privacy/member/", {"member": "90000002B"}).content.decode()
    assert "Nothing about this member went out." in other
    assert waiting.reference not in other
    assert clerk.get("/privacy/").status_code == 403
    assert auditor.post("/privacy/incidents/", SAID).status_code == 403


@pytest.mark.browser
def test_a_supervisor_logs_an_incident_in_the_browser(
    page: Page, live_server: LiveServer, person: Callable[..., object], waiting: Request
) -> None:
    """Logged and assessed with the keyboard and mouse of a person."""
    person(Role.SUPERVISOR, "sam")
    page.goto(f"{live_server.url}/sign-in/?next=/privacy/")
    page.get_by_label("Name").fill("sam")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/privacy/")
    page.get_by_text("Log an incident").click()
    page.get_by_label("Arrival number, if any").fill(str(waiting.arrival_id))
    for name in ("what", "told", "secured"):
        page.locator(f"#{name}").fill(SAID[name])
    page.get_by_role("button", name="Log it").click()
    expect(page.get_by_text("A packet went to another office.")).to_be_visible()
    page.get_by_text("Assess it", exact=True).click()
    for name, words in FACTORS.items():
        page.locator(f"[name={name}]").fill(words)
    page.get_by_role("button", name="Low probability of compromise").click()
    expect(page.get_by_text("low probability of compromise", exact=True)).to_be_visible()
