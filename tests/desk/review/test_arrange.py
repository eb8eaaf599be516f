"""Arranging pages at the desk: what the forms do, and the same by mouse and by keyboard."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import Page, expect

from desk.cases.places import places_of
from desk.config import Settings
from desk.lifecycle import RequestState, Role
from desk.records.models import AuditEvent, Request
from tests.desk.review import scenes

pytestmark = pytest.mark.django_db


def _act(client: Client, request: Request, act: str, **data: object) -> HttpResponse:
    values = {"act": act, "revision": request.revision, "shown": request.reference} | data
    return client.post(f"/requests/{request.reference}/pages/act/", values, follow=True)


def _ids(request: Request) -> list[int]:
    return [place.page.pk for place in places_of(request)]


@pytest.fixture
def other(inlet: Settings, db: None) -> Request:
    """Another request that waits, of another fax."""
    del inlet, db
    drawn = scenes.draw(8, kind="walkers")
    return scenes.request_of(drawn, 8, doubts=scenes.usual_doubts(drawn))


def test_a_split_by_the_form(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """The chosen page becomes a request of its own; both are told of, and it can be taken back."""
    client = signed_in(Role.CLERK)
    last = _ids(waiting)[-1]
    told = _act(client, waiting, "split", page=[last]).content.decode()
    made = Request.objects.exclude(pk=waiting.pk).get()
    assert f"Made request {made.reference}" in told
    assert _ids(made) == [last]
    assert AuditEvent.objects.filter(action="pages.split", actor_name="clerk").count() == 2
    waiting.refresh_from_db()
    assert "Taken back" in _act(client, waiting, "undo").content.decode()
    made.refresh_from_db()
    assert made.state == RequestState.MERGED


def test_sharing_moving_and_merging(waiting: Request, other: Request, signed_in: Callable[..., Client]) -> None:
    """Pages may stand in two requests, go to another one, and a request may become part of another."""
    client = signed_in(Role.CLERK)
    first = _ids(waiting)[0]
    assert "in both" in _act(client, waiting, "share", page=[first]).content.decode()
    assert first in _ids(waiting)
    waiting.refresh_from_db()
    assert "Moved" in _act(client, waiting, "move", page=[first], into=other.reference.lower()).content.decode()
    assert first in _ids(other)
    waiting.refresh_from_db()
    assert "Merged" in _act(client, waiting, "merge", into=other.reference).content.decode()
    waiting.refresh_from_db()
    assert waiting.merged_into_id == other.pk


def test_order_turn_aside_and_back(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """The small acts, one after another, each with its word."""
    client = signed_in(Role.CLERK)
    first, *rest = _ids(waiting)
    assert "new order" in _act(client, waiting, "order", page=[*rest, first]).content.decode()
    assert _ids(waiting) == [*rest, first]
    assert "Turned" in _act(client, waiting, "turn", page=[first]).content.decode()
    assert waiting.pages.get(pk=first).turned == 90
    assert "Set aside" in _act(client, waiting, "aside", page=[first]).content.decode()
    waiting.refresh_from_db()
    assert not waiting.pages.filter(pk=first).exists()
    assert "Taken back into" in _act(client, waiting, "take_back", page=[first]).content.decode()


def test_off_the_queue(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """Not ours, with a reason; without one it is refused in words."""
    client = signed_in(Role.CLERK)
    assert "Say why" in _act(client, waiting, "end", into="not_ours", reason="").content.decode()
    assert "Taken off" in _act(client, waiting, "end", into="not_ours", reason="Another plan's form").content.decode()
    waiting.refresh_from_db()
    assert waiting.state == RequestState.NOT_OURS
    assert "cannot make" not in _act(client, waiting, "undo").content.decode()


@pytest.mark.parametrize(
    ("act", "data", "words"),
    [
        ("split", {"page": ["x", "99999"]}, "no longer has one of these pages"),
        ("merge", {"into": "AAAA-AAAA"}, "no request with this reference"),
        ("end", {"into": "closed", "reason": "x"}, "cannot make"),
        ("nonsense", {}, "does not know"),
        ("take_in", {"page": ["1"]}, "in a request already"),
        ("undo", {}, "nothing to take back"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    act: str, data: dict[str, object], words: str, waiting: Request, signed_in: Callable[..., Client]
) -> None:
    """Whatever a form holds, the answer is a sentence and nothing has changed."""
    assert words in _act(signed_in(Role.CLERK), waiting, act, **data).content.decode()
    assert Request.objects.get(pk=waiting.pk).revision == waiting.revision


def test_a_stale_page_changes_nothing(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """Whoever saw an older revision is told so."""
    told = _act(signed_in(Role.CLERK), waiting, "split", page=_ids(waiting)[:1], revision=99).content.decode()
    assert "Somebody else changed" in told
    assert Request.objects.count() == 1


def test_nobody_moves_pages_under_a_colleague(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """While one clerk works on a request, another is told who, and moves nothing."""
    signed_in(Role.CLERK, "ana").get(f"/requests/{waiting.reference}/")
    told = _act(signed_in(Role.CLERK, "ben"), waiting, "split", page=_ids(waiting)[:1]).content.decode()
    assert "ana is working on" in told
    assert Request.objects.count() == 1


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_pages_are_moved_by_mouse(desk: Page, waiting: Request) -> None:
    """A thumbnail dragged to the empty lane becomes a request; dragged to the other lane it goes back there."""
    desk.goto(desk.url + f"requests/{waiting.reference}/")
    desk.locator("#arrange").click()
    tile = desk.locator(".tile-of-page").last
    page = tile.get_attribute("data-page")
    tile.drag_to(desk.locator(".lane.drop"))
    expect(desk.locator("#notes")).to_contain_text("Made request")
    desk.wait_for_load_state("load")
    made = Request.objects.exclude(pk=waiting.pk).get()
    lane = desk.locator(f'form.lane[data-lane="{made.reference}"]')
    expect(lane.locator(f'[data-page="{page}"]')).to_be_visible()
    home = desk.locator(f'form.lane[data-lane="{waiting.reference}"]')
    home.locator(".tile-of-page").first.drag_to(lane.locator("header"))
    expect(desk.locator("#notes")).to_contain_text("Moved to request")
    assert len(_ids(made)) == 2


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_pages_are_moved_by_keyboard(desk: Page, waiting: Request) -> None:
    """Walk, put earlier, choose, split and take back: no mouse anywhere."""
    before = _ids(waiting)
    desk.goto(desk.url + f"requests/{waiting.reference}/")
    expect(desk.locator("form.check").first).to_be_focused()
    desk.keyboard.press("g")
    expect(desk.locator(".tile-of-page input").first).to_be_focused()
    desk.keyboard.press("Alt+ArrowRight")
    expect(desk.locator("#notes")).to_contain_text("new order")
    desk.wait_for_load_state("load")
    assert _ids(waiting) == [before[1], before[0], *before[2:]]
    expect(desk.locator(".tile-of-page input").first).to_be_focused()
    desk.keyboard.press("ArrowRight")
    desk.keyboard.press("Space")
    desk.keyboard.press("s")
    expect(desk.locator("#notes")).to_contain_text("Made request")
    desk.wait_for_load_state("load")
    assert Request.objects.exclude(pk=waiting.pk).get().pages.get().pk == before[0]
    desk.keyboard.press("z")
    expect(desk.locator("#notes")).to_contain_text("Taken back")
    assert len(_ids(waiting)) == len(before)
    desk.keyboard.press("Escape")
    expect(desk.locator("form.check").first).to_be_visible()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_turned_page_keeps_its_places(desk: Page, waiting: Request) -> None:
    """On a page that somebody turned, the field's place is marked where the words are now, and words can be picked."""
    drawn = scenes.draw(5)
    page, box = drawn.places["member.last_name"]
    waiting.pages.filter(number=page).update(turned=180)
    desk.goto(desk.url + f"requests/{waiting.reference}/")
    expect(desk.locator("form.check").first).to_be_focused()
    expect(desk.locator(".viewer .mark.focus")).to_be_visible()
    stage = desk.locator(".viewer .stage").bounding_box()
    assert stage is not None
    x, y = stage["x"] + (1 - box.centre[0]) * stage["width"], stage["y"] + (1 - box.centre[1]) * stage["height"]
    desk.keyboard.down("Shift")
    desk.mouse.move(x - 60, y - 12)
    desk.mouse.down()
    desk.mouse.move(x + 60, y + 12, steps=4)
    desk.mouse.up()
    desk.keyboard.up("Shift")
    expect(desk.locator('form.check[data-target="member.id"] input')).to_have_value(drawn.order.member.last_name)
