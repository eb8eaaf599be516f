"""Recording a decision on its page: what is written, looked at, kept, and who may."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from desk.lifecycle import Role
from desk.records.models import AuditEvent, CareRecord, Notice, Request

pytestmark = pytest.mark.django_db


def _said(record: Request, **more: object) -> dict[str, object]:
    lines = list(record.lines.all())
    return {
        "revision": record.revision, "kind": "approve", "decided_at": "2026-11-20T14:30",
        "decided_by": "Octavia Pretendwell, MD", "phone": "510-555-0142", "authorization_number": "A-17",
        "line_code": [line.code for line in lines], "line_description": [line.description for line in lines],
        "line_requested": [line.quantity for line in lines], "line_granted": ["1"] * len(lines),
        "line_starts": [""] * len(lines), "line_ends": ["2027-02-20"] * len(lines),
    } | more  # fmt: skip


@pytest.fixture
def handed_over(clear: Request) -> Request:
    """A request that its processor has."""
    Request.objects.filter(pk=clear.pk).update(state="handed_over")
    clear.refresh_from_db()
    return clear


def test_a_decision_is_looked_at_and_kept(handed_over: Request, signed_in: Callable[..., Client]) -> None:
    """The preview is a PDF and stores nothing; recording moves the request and drafts the notice."""
    client = signed_in(Role.CLERK)
    path = f"/requests/{handed_over.reference}/decide/"
    shown = client.get(path)
    assert all(line.code in shown.content.decode() for line in handed_over.lines.all())
    preview = client.post(path + "preview/", _said(handed_over))
    assert (preview.status_code, preview.content[:5]) == (200, b"%PDF-")
    assert not CareRecord.objects.exists()
    assert client.post(path, _said(handed_over)).status_code == 302
    assert CareRecord.objects.get().decided_by == "Octavia Pretendwell, MD"
    assert Notice.objects.filter(kind="approval", request=handed_over).exists()
    assert AuditEvent.objects.filter(action="care.previewed").count() == 1
    assert "Nobody decides this request now" in client.get(path).content.decode()


def test_what_is_missing_is_named_and_nothing_is_lost(handed_over: Request, signed_in: Callable[..., Client]) -> None:
    """422 with the parts by name; what was typed still stands; a request that moved on is not decided."""
    client = signed_in(Role.CLERK)
    path = f"/requests/{handed_over.reference}/decide/"
    for address in (path, path + "preview/"):
        refused = client.post(address, _said(handed_over, kind="deny", unmet="Item three of it."))
        assert refused.status_code == 422
        assert "reasons, criteria" in refused.content.decode()
        assert "Item three of it." in refused.content.decode()
    assert client.post(path, _said(handed_over, revision=99)).status_code == 422
    letter = _said(handed_over, kind="deny", reasons="R", criteria="C", unmet="U", letter="es", member_reasons="R")
    assert "approved the words" in client.post(path, letter).content.decode()
    assert not CareRecord.objects.exists()


@pytest.mark.browser
def test_a_clerk_records_a_decision_in_the_browser(desk: Page, live_server: LiveServer, handed_over: Request) -> None:
    """By keyboard and mouse: written, recorded, and told on the request's page."""
    desk.goto(f"{live_server.url}/requests/{handed_over.reference}/decide/")
    desk.get_by_label("Decision", exact=True).select_option("approve")
    desk.get_by_label("Decided by (name and title)").fill("Octavia Pretendwell, MD")
    desk.get_by_label("Their direct line").fill("510-555-0142")
    desk.get_by_label("Authorization number").fill("A-17")
    for field in desk.get_by_label("Granted").all():
        field.fill("1")
    desk.get_by_role("button", name="Record the decision").click()
    expect(desk.get_by_text("The decision is recorded")).to_be_visible()
    assert CareRecord.objects.get().entered_by_name == "dana"
