"""Decisions in the browser: each kind recorded, looked at, approved, sent and closed; tables of them; who may."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, Response, expect
from pytest_django import Settings as DjangoSettings
from pytest_django.live_server_helper import LiveServer

from desk.cases.closing import close_told
from desk.config import Settings
from desk.lifecycle import Role
from desk.pipeline import steps
from desk.records.models import Acknowledgement, AuditEvent, CareRecord, Notice, Request, Transmission, VerifiedNumber
from outbound.care import NOTICE_OF, CareKind
from tests.desk.review import scenes
from tests.desk.review.browsing import Enter, faults, open_page
from tests.desk.sending_house import FAX, Line, know_number, line

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]
DECIDED_BY = "Octavia Pretendwell, MD"
GRANTS = {CareKind.APPROVE, CareKind.MODIFY}
SAID: dict[CareKind, dict[str, str]] = {
    CareKind.APPROVE: {"authorization_number": "A-17"},
    CareKind.MODIFY: {
        "authorization_number": "A-18", "vendor": "Pretend Home Medical Supply",
        "reasons": "A preferred vendor has the same item.", "criteria": "Made-up guideline DME-7, by phone.",
    },
    CareKind.DEFER: {
        "reasons": "A report is missing.", "awaited": "Sleep study of October 2026", "expected_on": "2026-12-12",
        "criteria": "", "harmless": "yes",
    },
    CareKind.DENY: {
        "reasons": "The records do not show the need.", "criteria": "Made-up guideline DME-7, section 2.",
        "unmet": "A condition that needs it.",
    },
    CareKind.RETRO_DENY: {
        "reasons": "Asked for 60 days after the service.", "criteria": "Made-up provision 4, by phone."
    },
}  # fmt: skip


@pytest.fixture
def out(tmp_path: Path, settings: DjangoSettings, inlet: Settings) -> Iterator[Line]:
    """A fax provider, and the number of every provider known."""
    del inlet
    know_number()
    with line(tmp_path, settings) as made:
        yield made


def _handed_over(seed: int) -> Request:
    """A request without doubt that its processor has."""
    record = scenes.request_of(scenes.draw(seed), seed)
    steps.hand_over_request(record.reference, record.revision)
    Request.objects.filter(pk=record.pk).update(state="handed_over")
    VerifiedNumber.objects.get_or_create(
        npi=record.provider_npi, defaults={"number": FAX, "verified_by": "sena", "verified_at": record.received_at}
    )
    record.refresh_from_db()
    return record


def _write(page: Page, kind: CareKind) -> None:
    """Fill in the form as a person does."""
    page.get_by_label("Decision", exact=True).select_option(kind.value)
    page.get_by_label("Decided by (name and title)").fill(DECIDED_BY)
    page.get_by_label("Their direct line").fill("510-555-0142")
    for name, text in SAID[kind].items():
        box = page.locator(f"#{name}")
        if name == "harmless":
            page.get_by_label("The clinician says that waiting does no harm").check()
        else:
            box.fill(text)
    if kind in GRANTS:
        for box in page.locator("input[name=line_granted]").all():
            box.fill("1")
        for box in page.locator("input[name=line_ends]").all():
            box.fill("2027-12-31")


@pytest.mark.browser
@pytest.mark.parametrize("kind", list(CareKind))
def test_each_kind_from_its_page_to_the_other_fax_machine(
    enter: Enter, live_server: LiveServer, out: Line, kind: CareKind
) -> None:
    """Acknowledged, written, looked at before and after, approved, sent; closed when it arrived (not a deferral)."""
    record = _handed_over(6)
    dana = enter(Role.SENIOR_CLERK, "dana")
    open_page(dana, live_server, f"/requests/{record.reference}/")
    dana.get_by_role("tab", name="Notices").click()
    form = dana.locator("form[data-post$='/acknowledged/']").first
    form.locator("input[name=number]").fill("C-4711")
    form.get_by_role("button").click()
    expect(dana.get_by_text("C-4711")).to_be_visible()
    open_page(dana, live_server, f"/requests/{record.reference}/decide/")
    _write(dana, kind)
    with dana.context.expect_event("response", lambda answer: answer.url.endswith("/preview/")) as answered:
        with dana.expect_popup() as opened:
            dana.get_by_role("button", name="Preview the notice").click()
        opened.value.wait_for_url("**/preview/")
    preview: Response = answered.value
    assert (preview.status, preview.header_value("content-type")) == (200, "application/pdf")
    opened.value.close()
    assert not CareRecord.objects.exists()
    dana.get_by_role("button", name="Record the decision").click()
    expect(dana.get_by_text("The decision is recorded")).to_be_visible()
    row = CareRecord.objects.get()
    assert (row.kind, row.decided_by, row.entered_by_name) == (kind.value, DECIDED_BY, "dana")
    notice = Notice.objects.get(care=row)
    assert notice.kind == NOTICE_OF[kind].value
    assert not out.send(notice.key)
    assert out.provider.board.jobs == {}
    open_page(dana, live_server, "/decisions/")
    expect(dana.get_by_role("link", name=f"Open the paper of {record.reference}")).to_be_visible()
    dana.goto(f"{live_server.url}/requests/{record.reference}/")
    dana.get_by_role("tab", name="Notices").click()
    assert faults(dana) == []
    dana.get_by_role("button", name="Approve this paper and send it").click()
    expect(dana.get_by_text("Approved by dana")).to_be_visible()
    assert out.send(notice.key)
    assert out.end(Transmission.objects.get(notice=notice).key, "delivered").state == "delivered"
    is_over = kind is not CareKind.DEFER
    assert close_told() == is_over
    dana.reload()
    expect(dana.locator("#strip").get_by_text("Closed" if is_over else "Handed over")).to_be_visible()
    assert AuditEvent.objects.filter(action="notice.approved", actor_name="dana").count() == 1


@pytest.mark.browser
def test_a_table_of_decisions_is_looked_through_and_recorded(
    enter: Enter, live_server: LiveServer, out: Line, tmp_path: Path
) -> None:
    """Saved as a table, filled in; a fault keeps all of it out; mended it is recorded, and its notices approved."""
    first, second = _handed_over(6), _handed_over(8)
    dana = enter(Role.SENIOR_CLERK, "dana")
    open_page(dana, live_server, "/decisions/")
    with dana.expect_download() as saved:
        dana.get_by_role("link", name="Save what waits as a table to fill in").click()
    rows = list(csv.DictReader(saved.value.path().read_text("utf-8-sig").splitlines()))
    assert {row["reference"] for row in rows} == {first.reference, second.reference}
    for row in rows:
        row |= {
            "kind": "approve", "decided_by": DECIDED_BY, "phone": "510-555-0142", "decided_at": "2026-11-20 14:30",
            "authorization_number": "A-17", "granted": "1",
        }  # fmt: skip
    table = tmp_path / "filled.csv"

    def look_through() -> None:
        with table.open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        dana.get_by_label("Table", exact=True).set_input_files(table)
        dana.get_by_role("button", name="Look through it").click()

    for row in rows:
        row["phone"] = "" if row["reference"] == second.reference else row["phone"]
    look_through()
    expect(dana.locator("#told")).to_contain_text("1 of 2 have a fault")
    expect(dana.locator("#told")).to_contain_text("phone")
    assert faults(dana) == []
    expect(dana.get_by_role("button", name="Record all")).to_have_count(0)
    for row in rows:
        row["phone"] = "510-555-0142"
    look_through()
    expect(dana.locator("#told")).to_contain_text("2 without a fault")
    assert not CareRecord.objects.exists()
    dana.get_by_role("button", name="Record all 2").click()
    expect(dana.locator("#told")).to_contain_text("2 of 2 recorded")
    assert set(CareRecord.objects.values_list("decided_by", "entered_by_name")) == {(DECIDED_BY, "dana")}
    keys = list(Notice.objects.filter(care__isnull=False).values_list("key", flat=True))
    assert not any(out.send(key) for key in keys)
    open_page(dana, live_server, "/decisions/")
    for record in (first, second):
        dana.get_by_label(f"Choose {record.reference}, Approval").check()
    dana.get_by_role("button", name="Approve and send the chosen ones").click()
    expect(dana.get_by_text("Notices that go out now: 2.")).to_be_visible()
    expect(dana.get_by_text("Nothing waits for approval.")).to_be_visible()
    assert all(out.send(key) for key in keys)


@pytest.mark.browser
def test_a_table_of_acknowledgements_by_its_heading(
    enter: Enter, live_server: LiveServer, out: Line, tmp_path: Path
) -> None:
    """The same page takes processors' words; what is no table is refused in words."""
    del out
    record = _handed_over(6)
    kim = enter(Role.CLERK, "kim")
    open_page(kim, live_server, "/decisions/")
    table = tmp_path / "words.csv"
    for text, told in (
        ("reference,processor,acknowledged_at\nAAAA-AAAA,CHME,2026-11-20 09:00\n", "no request has this reference"),
        (f"reference,processor,acknowledged_at\n{record.reference},CHME,soon\n", "not an acknowledgement"),
        (f"reference,processor,acknowledged_at,number\n{record.reference},CHME,2026-11-20 09:00,C-9\n", "1 without a"),
    ):
        table.write_text(text)
        kim.get_by_label("Table", exact=True).set_input_files(table)
        kim.get_by_role("button", name="Look through it").click()
        expect(kim.locator("#told")).to_contain_text(told)
    assert not Acknowledgement.objects.exists()
    kim.get_by_role("button", name="Record all 1").click()
    expect(kim.locator("#told")).to_contain_text("1 of 1 recorded")
    assert Acknowledgement.objects.get().number == "C-9"
    table.write_text("a,b\n1,2\n")
    kim.get_by_label("Table", exact=True).set_input_files(table)
    kim.get_by_role("button", name="Look through it").click()
    expect(kim.get_by_text("The table has no column")).to_be_visible()


def test_who_may_look_and_who_may_record(signed_in: Callable[..., Client], out: Line) -> None:
    """An auditor reads the page and does nothing on it; a table that is not text is refused; GET leads back."""
    record = _handed_over(6)
    auditor, clerk = signed_in(Role.AUDITOR), signed_in(Role.CLERK, "kim")
    page = auditor.get("/decisions/").content.decode()
    assert record.reference in page
    assert 'type="file"' not in page
    for path in ("/decisions/table/", "/decisions/approve/", "/notices/1/approve/"):
        assert auditor.post(path).status_code == 403
    assert auditor.get("/decisions/waiting.csv").status_code == 403
    assert clerk.get("/decisions/table/")["Location"] == "/decisions/"
    bad = out.folder / "bad.csv"
    bad.write_bytes(b"\xff\xfe\x00")
    with bad.open("rb") as file:
        clerk.post("/decisions/table/", {"table": file})
    assert "UTF-8" in clerk.get("/decisions/").content.decode()
    clerk.post("/decisions/approve/", {"notice": ["x", "1"]})
    clerk.post("/decisions/approve/", {})
    assert "Choose at least one notice first." in clerk.get("/decisions/").content.decode()
    assert not CareRecord.objects.exists()
