"""What supervisors do, in the browser, from the first click to what holds afterwards; axe finds nothing on the way."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django import Settings as DjangoSettings
from pytest_django.live_server_helper import LiveServer

from desk.cases.accounts import account_of
from desk.cases.quality import draw_sample
from desk.config import Settings
from desk.lifecycle import Role
from desk.records.models import (
    Assignment,
    Incident,
    Lesson,
    LessonKind,
    QualityCheck,
    Request,
    SourcePause,
    ThresholdChange,
)
from tests.desk.review.browsing import Enter, faults, open_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]


def test_board_assign_and_pause(enter: Enter, live_server: LiveServer, waiting: Request) -> None:
    """The board says what to do; a request is given to somebody, a source and all sending are stopped and let go."""
    sue = enter(Role.SUPERVISOR, "sue")
    open_page(sue, live_server, "/board/")
    expect(sue.get_by_role("heading", name="What to do next")).to_be_visible()
    expect(sue.locator(".charts svg[role=img]").first).to_be_visible()
    sue.get_by_label(f"Choose {waiting.reference}").check()
    sue.get_by_label("Give the chosen ones to").select_option(label="sue")
    sue.get_by_role("button", name="Give", exact=True).click()
    expect(sue.get_by_text("Changed hands: 1.")).to_be_visible()
    assert Assignment.objects.get(request=waiting).user.username == "sue"
    enter(Role.CLERK, "kim")
    for whom in ("kim", "nobody"):
        open_page(sue, live_server, "/board/")
        sue.get_by_label(f"Choose {waiting.reference}").check()
        sue.get_by_label("Give the chosen ones to").select_option(label=whom)
        sue.get_by_role("button", name="Give", exact=True).click()
        expect(sue.get_by_text("Changed hands: 1.")).to_be_visible()
        assert list(Assignment.objects.values_list("user__username", flat=True)) == [whom] * (whom == "kim")
    open_page(sue, live_server, "/sending/")
    sue.get_by_label("To stop all of them, say why:").fill("the wrong letterhead")
    sue.get_by_role("button", name="Stop sending").click()
    open_page(sue, live_server, "/board/")
    expect(sue.get_by_text("Nothing is being sent")).to_be_visible()
    open_page(sue, live_server, "/sources/")
    form = sue.locator("form[action='/sources/pause/']").first
    form.locator("input[name=reason]").fill("the line is being moved")
    form.get_by_role("button").click()
    sue.wait_for_load_state()
    assert SourcePause.objects.get().is_paused
    sue.locator("form[action='/sources/pause/']").first.get_by_role("button").click()
    sue.wait_for_load_state()
    assert [pause.is_paused for pause in SourcePause.objects.all()] == [False, True]
    open_page(sue, live_server, "/sending/")
    sue.get_by_role("button", name="Let notices go out again").click()
    expect(sue.get_by_role("button", name="Stop sending")).to_be_visible()
    sue.get_by_text("Stop or resume one way out").click()
    sue.get_by_label("Why fax stops").fill("the fax server moves")
    sue.get_by_role("button", name="Stop fax", exact=True).click()
    expect(sue.get_by_text("the fax server moves")).to_be_visible()
    assert faults(sue) == []
    open_page(sue, live_server, "/board/")
    expect(sue.get_by_text("Nothing is being sent by fax")).to_be_visible()
    open_page(sue, live_server, "/sending/")
    sue.get_by_role("button", name="Resume fax").click()
    expect(sue.get_by_role("button", name="Resume fax")).to_have_count(0)


def test_quality_from_blind_keying_to_a_threshold(
    enter: Enter, live_server: LiveServer, clear: Request, inlet: Settings, settings: DjangoSettings
) -> None:
    """Two see it differently, a third settles, the supervisor works out a threshold and sets it."""
    del clear
    settings.INLET = inlet.model_copy(update={"quality": inlet.quality.model_copy(update={"share": 1.0})})
    draw_sample(timezone.now())
    check = QualityCheck.objects.get()
    value = check.values.get(name="member.id")
    kim = enter(Role.CLERK, "kim")
    open_page(kim, live_server, "/quality/key/")
    for each in check.values.all():
        typed = "91234568A" if each == value else each.read
        kim.locator(f"#value-{each.position}").fill(typed)
    kim.get_by_role("button", name="Done, next").click()
    expect(kim.get_by_text("Nothing to key.")).to_be_visible()
    lou = enter(Role.CLERK, "lou")
    open_page(lou, live_server, "/quality/settle/")
    lou.get_by_label("91234568A").check()
    lou.get_by_role("button", name="Settle").click()
    expect(lou.get_by_text("Nothing to settle.")).to_be_visible()
    value.refresh_from_db()
    assert value.right is False
    sue = enter(Role.SUPERVISOR, "sue")
    open_page(sue, live_server, "/quality/")
    sue.get_by_label("Kind of field").select_option("member_id")
    sue.get_by_label("Least confidence").fill("0.9995")
    sue.get_by_role("button", name="Work it out").click()
    expect(sue.get_by_text("1 of 1").first).to_be_visible()
    sue.get_by_label("Why").first.fill("one of the sampled was wrong")
    sue.get_by_role("button", name="Set it from now on").click()
    expect(sue.get_by_text("one of the sampled was wrong")).to_be_visible()
    assert ThresholdChange.objects.get().kind == "member_id"


def test_privacy_incident(enter: Enter, live_server: LiveServer, waiting: Request) -> None:
    """Logged with who was told and what was secured, assessed by four factors; the member's looks are told."""
    sue = enter(Role.SUPERVISOR, "sue")
    sue.goto(f"{live_server.url}/requests/{waiting.reference}/")
    open_page(sue, live_server, "/privacy/")
    sue.get_by_text("Log an incident", exact=True).click()
    sue.get_by_label("What happened, without naming the member").fill("A fax for another plan came to our line.")
    sue.get_by_label("Who was told").fill("The sender and the privacy officer.")
    sue.get_by_label("What was secured").fill("The pages are in quarantine.")
    sue.get_by_role("button", name="Log it").click()
    sue.get_by_text("Assess it", exact=True).click()
    for label in ("1. Nature", "2. Who received", "3. Whether", "4. How far"):
        sue.get_by_label(label).fill("Two pages, seen by one clerk, destroyed.")
    sue.get_by_role("button", name="Low probability of compromise").click()
    expect(sue.locator(".chip", has_text="low probability")).to_be_visible()
    assert Incident.objects.get().is_low is True
    sue.get_by_label("Member number").fill(waiting.member_id or "91234567A")
    sue.get_by_role("button", name="Show").click()
    expect(sue.get_by_role("heading", name="Looks")).to_be_visible()
    assert faults(sue) == []


def test_lesson_is_approved_and_taken_back(enter: Enter, live_server: LiveServer) -> None:
    """A proposal is approved with a reason, stands among the decided ones with the name, and is taken back."""
    Lesson.objects.create(
        kind=LessonKind.WORDING, key="coveragekey", data={"wording": "Coverage key", "concept": "member_id"},
        requests=4, examples=["2HY3-K7TC"], last_seen=timezone.now(),
    )  # fmt: skip
    sue = enter(Role.SUPERVISOR, "sue")
    open_page(sue, live_server, "/lessons/")
    sue.get_by_label("Why", exact=True).fill("the county's forms say so")
    sue.get_by_role("button", name="Approve", exact=True).click()
    expect(sue.get_by_text("the county's forms say so")).to_be_visible()
    assert faults(sue) == []
    sue.get_by_label("Why it is taken back").fill("it was a misprint")
    sue.get_by_role("button", name="Take it back").click()
    expect(sue.locator(".chip", has_text="taken back")).to_be_visible()
    assert Lesson.objects.get().decided_by_name == "sue"


def test_token_is_made_and_ended(enter: Enter, live_server: LiveServer) -> None:
    """An administrator lets another system in: its token is shown once, lets in, and no more once ended."""
    ada = enter(Role.ADMINISTRATOR, "ada")
    ada.goto(f"{live_server.url}/admin/service-accounts/")
    ada.locator("#name").fill("portal")
    ada.get_by_label("requests:read").check()
    ada.get_by_role("button", name="Make it and show its token").click()
    token = ada.get_by_label("The token or secret").input_value()
    assert account_of(token) is not None
    ada.goto(f"{live_server.url}/admin/service-accounts/")
    expect(ada.get_by_label("The token or secret")).to_have_count(0)
    ada.get_by_role("button", name="End it").click()
    expect(ada.get_by_text("no, ada")).to_be_visible()
    assert account_of(token) is None
