"""The desk in a real browser: a clerk at work, by keyboard."""

import re
import sys

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Route, expect

from desk.config import Settings
from desk.records.models import Correction, Notice, Request
from tests.desk.review import scenes
from tests.desk.review.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _wait_for_revision(request: Request, revision: int, page: Page) -> None:
    expect(page.locator("#panel-state")).to_have_attribute("data-revision", str(revision))
    assert Request.objects.get(pk=request.pk).revision == revision


def test_a_doubtful_request_is_cleared_by_keyboard(desk: Page, waiting: Request) -> None:
    """Open from the queue, pick a candidate, accept, type another value, release: no mouse anywhere."""
    desk.reload()
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    expect(desk.locator("form.check").first).to_be_focused()
    expect(desk.locator(".thumbs button[aria-current]")).to_have_attribute("data-page", "3")
    desk.keyboard.press("2")
    desk.keyboard.press("Enter")
    _wait_for_revision(waiting, 2, desk)
    expect(desk.locator('form.check[data-target="member.phone"]')).to_be_focused()
    desk.keyboard.press("F2")
    desk.keyboard.type("5105550177")
    desk.keyboard.press("Enter")
    _wait_for_revision(waiting, 3, desk)
    expect(desk.locator('form.check[data-target="line[0].code"]')).to_be_focused()
    desk.keyboard.press("Enter")
    _wait_for_revision(waiting, 4, desk)
    expect(desk.locator("#release")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("#notes")).to_contain_text("Released")
    changed = {correction.target: correction.after["value"] for correction in Correction.objects.all()}
    assert changed["member.phone"] == "+15105550177"
    assert changed["member.id"] != scenes.draw(5).order.member.cin
    assert Notice.objects.filter(request=waiting, revision=4).count() == 1


def test_the_page_follows_the_field(desk: Page, waiting: Request) -> None:
    """Going to a value shows its page, marks its place in sight, and its crop is drawn."""
    desk.goto(desk.url + f"requests/{waiting.reference}/")
    desk.locator('form.row[data-target="ordering_provider.npi"] input').focus()
    expect(desk.locator(".thumbs button[aria-current]")).to_have_attribute("data-page", "2")
    mark = desk.locator(".viewer .mark.focus")
    expect(mark).to_be_visible()
    place, view = mark.bounding_box(), desk.locator(".viewer").bounding_box()
    assert place is not None
    assert view is not None
    assert view["x"] <= place["x"] <= place["x"] + place["width"] <= view["x"] + view["width"]
    assert view["y"] <= place["y"] <= place["y"] + place["height"] <= view["y"] + view["height"]
    dark = desk.locator("form.check canvas").first.evaluate(
        "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data"
        ".filter((value, index) => index % 4 === 0 && value < 100).length"
    )
    assert dark > 20


def test_pointing_at_a_word_fills_the_field(desk: Page, waiting: Request) -> None:
    """A click on a word of the page puts it into the field at hand; Shift and drag takes several."""
    desk.goto(desk.url + f"requests/{waiting.reference}/")
    expect(desk.locator("form.check").first).to_be_focused()
    drawn = scenes.draw(5)
    page, box = drawn.places["member.last_name"]
    assert page == 3
    stage = desk.locator(".viewer .stage").bounding_box()
    assert stage is not None
    x, y = (stage["x"] + box.centre[0] * stage["width"], stage["y"] + box.centre[1] * stage["height"])
    desk.keyboard.down("Shift")
    desk.mouse.move(x - 60, y - 12)
    desk.mouse.down()
    desk.mouse.move(x + 60, y + 12, steps=4)
    desk.mouse.up()
    desk.keyboard.up("Shift")
    expect(desk.locator('form.check[data-target="member.id"] input')).to_have_value(drawn.order.member.last_name)


def test_what_is_refused_comes_back_with_the_way_on(desk: Page, waiting: Request) -> None:
    """An impossible value is not saved; the box on top has it, and a reason takes it as written."""
    desk.goto(desk.url + f"requests/{waiting.reference}/")
    desk.keyboard.press("F2")
    desk.keyboard.type("NOT-AN-ID")
    desk.keyboard.press("Enter")
    expect(desk.locator("#again-text")).to_have_value("NOT-AN-ID")
    expect(desk.locator("#again-text")).to_be_focused()
    desk.locator("#again-reason").fill("written so on the form")
    desk.keyboard.press("Enter")
    _wait_for_revision(waiting, 2, desk)
    assert waiting.fields.get(name="member.id").status == "invalid"


def test_a_second_clerk_sees_what_the_first_did(desk: Page, waiting: Request) -> None:
    """While one clerk looks, another's change appears by itself, and what is being typed stays."""
    desk.goto(desk.url + f"requests/{waiting.reference}/")
    desk.keyboard.press("F2")
    desk.keyboard.type("9123")
    Request.objects.filter(pk=waiting.pk).update(route_reason="Changed by somebody else.")
    expect(desk.locator("#verdict-title + dl")).to_contain_text("Changed by somebody else.")
    focused = desk.locator('form.check[data-target="member.id"] input')
    expect(focused).to_be_focused()
    expect(focused).to_have_value("9123")


def test_the_queue_refreshes_itself(desk: Page, inlet: Settings) -> None:
    """A request that comes in appears without anybody loading the page."""
    del inlet
    drawn = scenes.draw(7)
    request = scenes.request_of(drawn, 70, doubts=scenes.usual_doubts(drawn))
    expect(desk.locator(f'tr[data-row="{request.reference}"]')).to_be_visible(timeout=12_000)


def test_zoom_turn_and_pages_by_keyboard(desk: Page, waiting: Request) -> None:
    """The view is worked by keys: zoom, turn, next page, whole page."""
    desk.goto(desk.url + f"requests/{waiting.reference}/")
    expect(desk.locator("form.check").first).to_be_focused()
    expect(desk.locator(".viewer .stage")).to_have_attribute("style", re.compile("width"))  # the picture has come
    zoom = desk.locator(".viewer output")
    before = zoom.text_content()
    assert before is not None
    desk.keyboard.press("+")
    expect(zoom).not_to_have_text(before)
    desk.keyboard.press("n")
    expect(desk.locator(".viewer .where")).to_contain_text("Page 4 of")
    desk.keyboard.press("o")
    expect(desk.locator(".viewer .stage")).to_have_attribute("style", re.compile(r"rotate\(90deg\)"))
    desk.keyboard.press("?")
    expect(desk.get_by_role("heading", name="Keyboard shortcuts")).to_be_visible()
    desk.keyboard.press("Escape")
    desk.keyboard.press("Escape")
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("heading", name="Queue")).to_be_attached()


def test_from_the_keystroke_to_the_next_field(desk: Page, waiting: Request) -> None:
    """The next doubt is in focus before the browser draws again, although nothing is saved yet; the time is printed."""
    desk.goto(desk.url + f"requests/{waiting.reference}/")
    fields = [form.get_attribute("data-target") for form in desk.locator("form.check").all()]
    expect(desk.locator("form.check").first).to_be_focused()
    held: list[Route] = []
    desk.route("**/correct/", lambda route: held.append(route))  # noqa: PLW0108  (Playwright marks the function it is given)
    desk.evaluate(
        """() => {
          Object.assign(window, { took: [], drawn: 0, drawnUntilFocus: [] });
          const count = () => { window.drawn += 1; requestAnimationFrame(count); };
          requestAnimationFrame(count);
          let began = 0, drawn = 0;
          addEventListener("keydown", () => { began = performance.now(); drawn = window.drawn; }, true);
          addEventListener("focusin", (event) => {
            if (!began || !event.target.matches("form.check, #release")) return;
            const from = began;
            began = 0;
            window.drawnUntilFocus.push(window.drawn - drawn);
            requestAnimationFrame(() => window.took.push(performance.now() - from));
          });
        }"""
    )
    for target in fields[1:]:
        desk.keyboard.press("Enter")
        expect(desk.locator(f'form.check[data-target="{target}"]')).to_be_focused()
    assert desk.evaluate("window.drawnUntilFocus") == [0] * (len(fields) - 1)
    assert Request.objects.get(pk=waiting.pk).revision == waiting.revision
    desk.unroute("**/correct/")
    expect(desk.locator("form.check")).to_have_count(1)
    took = desk.evaluate("window.took")
    sys.stdout.write(f"keystroke to next field: {[round(ms) for ms in took]} ms\n")


def test_the_end_of_a_session_loses_no_work(desk: Page, waiting: Request) -> None:
    """When the session ends under a clerk, the page is covered; after signing in elsewhere it goes on as it was."""
    root = desk.url
    desk.goto(root + f"requests/{waiting.reference}/")
    desk.keyboard.press("F2")
    desk.keyboard.type("9123")
    Session.objects.all().delete()
    cover = desk.locator("dialog.locked")
    expect(cover).to_be_visible()
    expect(cover).to_contain_text("What you typed is still here")
    with desk.expect_popup() as opened:
        cover.get_by_role("link", name="Sign in again").click()
    door = opened.value
    door.get_by_label("Name").fill("dana")
    door.get_by_label("Password").fill(PASSWORD)
    door.keyboard.press("Enter")
    expect(cover).to_be_hidden()
    typed = desk.locator('form.check[data-target="member.id"] input')
    expect(typed).to_have_value("9123")
    typed.fill("91234567A")
    typed.press("Enter")
    _wait_for_revision(waiting, 2, desk)
