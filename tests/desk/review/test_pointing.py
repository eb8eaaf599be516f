"""Pointing at the page: the place is read again for the field at hand."""

import datetime as dt
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from desk import zone_reader
from desk.config import Settings
from desk.errors import ReaderTimeoutError
from desk.lifecycle import Role
from desk.records.models import FieldRecord, Request
from desk.review import pointing
from ingest.pages import PageSource
from terms.geometry import Box
from terms.values import Candidate, FieldStatus, FieldValue, Source
from tests.desk.review import scenes

pytestmark = pytest.mark.django_db


class Stand:
    """Reads the same value everywhere, and remembers where it was asked."""

    def __init__(self, value: FieldValue | None) -> None:
        self.value = value
        self.asked: list[Mapping[str, Any]] = []

    def ask(
        self, data_dir: Path, source: Mapping[str, object], zone: Mapping[str, object], *, received_on: dt.date
    ) -> dict[str, object]:
        """Give the value, or be too slow."""
        del data_dir, received_on
        self.asked.append({"source": source, "zone": zone})
        if self.value is None:
            raise ReaderTimeoutError("too slow")
        return self.value.to_record()

    def submit(self, prepare: Callable[..., object], *words: object) -> None:
        """Get a page ready at once, where the desk would do so in the background."""
        prepare(*words)


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch) -> Stand:
    """A reader that says 95550142A with some doubt."""
    value = FieldValue(
        "91234567A", "91234567A", 0.81, FieldStatus.REVIEW, 3, Box(0.5, 0.2, 0.6, 0.22), Source.OCR,
        (Candidate("91234567H", 0.11, "also possible"),),
    )  # fmt: skip
    made = Stand(value)
    monkeypatch.setattr(pointing, "ask", made.ask)
    monkeypatch.setattr(pointing, "_aside", made)
    return made


def _point(client: Client, request: Request, number: int, **data: str) -> Any:  # noqa: ANN401  (an answer of Django's client)
    page = request.pages.get(number=number)
    return client.post(f"/pages/{page.pk}/read/", {"target": "member.id", "box": "0.4,0.1,0.7,0.2"} | data)


def test_a_picture_is_read_by_the_reader(waiting: Request, signed_in: Callable[..., Client], stand: Stand) -> None:
    """The reader gets the page's picture, the box and the field's kind; the answer has value, place and choices."""
    answer = _point(signed_in(Role.CLERK), waiting, 3)
    assert answer.json() == {
        "text": "91234567A", "percent": 81, "status": "review", "box": [0.5, 0.2, 0.6, 0.22],
        "choices": [{"shown": "91234567H", "percent": 11}],
    }  # fmt: skip
    (asked,) = stand.asked
    assert asked["zone"]["kind"] == "member_id"
    assert asked["zone"]["box"] == [0.4, 0.1, 0.7, 0.2]
    assert str(asked["source"]["image"]).endswith(".png")


def test_typed_words_are_taken_as_they_are(waiting: Request, signed_in: Callable[..., Client], stand: Stand) -> None:
    """On a page with a text layer the words inside the box are the reading; no reader is asked."""
    page = waiting.pages.get(number=3)
    page.text_source = "text_layer"
    page.reading = page.reading | {
        "words": [["03/07/1958", [0.41, 0.11, 0.5, 0.14], 1.0], ["x", [0.8, 0.8, 0.9, 0.9], 1]]
    }
    page.save()
    answer = _point(signed_in(Role.CLERK), waiting, 3, target="member.date_of_birth")
    assert answer.json()["text"] == "03/07/1958"
    assert stand.asked == []


@pytest.mark.parametrize("box", ["", "a,b,c,d", "0.1,0.1,0.1,0.1", "0,0,1", "9,9,9,9", "nan,0,1,1"])
def test_a_box_that_is_none_is_refused(
    box: str, waiting: Request, signed_in: Callable[..., Client], stand: Stand
) -> None:
    """Whatever a browser sends, a sentence comes back and nobody is asked to read."""
    answer = _point(signed_in(Role.CLERK), waiting, 3, box=box)
    assert answer.status_code == 422
    assert "box" in answer.json()["told"]
    assert stand.asked == []


def test_a_slow_reader_costs_nothing_but_the_reading(
    waiting: Request, signed_in: Callable[..., Client], stand: Stand
) -> None:
    """When the reader is lost, the clerk is told to type; getting a page ready fails silently for them."""
    stand.value = None
    client = signed_in(Role.CLERK)
    answer = _point(client, waiting, 3)
    assert answer.status_code == 422
    assert "type what stands there" in answer.json()["told"]


def test_a_page_is_made_ready_before_anybody_points(
    waiting: Request, signed_in: Callable[..., Client], stand: Stand
) -> None:
    """The reader is asked for no place of it; one that cannot be made ready is no fault of the page's."""
    page, client = waiting.pages.get(number=4), signed_in(Role.CLERK)
    assert client.post(f"/pages/{page.pk}/ready/").status_code == 204
    (asked,) = stand.asked
    assert asked["zone"]["box"] is None
    stand.value = None
    assert client.post(f"/pages/{page.pk}/ready/").status_code == 204
    assert len(stand.asked) == 2


def test_where_the_clerk_pointed_is_kept(waiting: Request, signed_in: Callable[..., Client]) -> None:
    """The place pointed at becomes the value's evidence."""
    client = signed_in(Role.CLERK)
    client.post(
        f"/requests/{waiting.reference}/correct/",
        {"target": "member.id", "text": "91234567A", "revision": "1", "page": "4", "box": "0.1,0.2,0.3,0.4"},
    )
    field = FieldRecord.objects.get(request=waiting, name="member.id")
    assert (field.page_number, field.box, field.value) == (4, [0.1, 0.2, 0.3, 0.4], "91234567A")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_dragging_reads_again_in_the_browser(desk: Page, waiting: Request, stand: Stand) -> None:
    """A dragged box fills the field, is read again, offers the choices, and its place goes with the value."""
    desk.goto(desk.url + f"requests/{waiting.reference}/")
    expect(desk.locator("form.check").first).to_be_focused()
    stage = desk.locator(".viewer .stage").bounding_box()
    assert stage is not None
    desk.keyboard.down("Shift")
    desk.mouse.move(stage["x"] + 100, stage["y"] + 300)
    desk.mouse.down()
    desk.mouse.move(stage["x"] + 300, stage["y"] + 340, steps=4)
    desk.mouse.up()
    desk.keyboard.up("Shift")
    form = desk.locator('form.check[data-target="member.id"]')
    expect(form.locator("input")).to_have_value("91234567A")
    expect(desk.locator("#notes")).to_contain_text("81 %")
    desk.keyboard.press("Alt+2")
    expect(form.locator("input")).to_have_value("91234567H")
    desk.keyboard.press("Enter")
    expect(desk.locator("#panel-state")).to_have_attribute("data-revision", "2")
    assert FieldRecord.objects.get(request=waiting, name="member.id").box == [0.5, 0.2, 0.6, 0.22]
    assert stand.asked


@pytest.fixture
def reader(inlet: Settings) -> Iterator[None]:
    """The real reader behind its socket, ended afterwards."""
    with zone_reader.answering(inlet.data_dir) as service:
        threading.Thread(target=service.serve_forever, daemon=True).start()
        yield
        service.shutdown()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(180)
@pytest.mark.usefixtures("reader")
def test_the_real_reader_answers(signed_in: Callable[..., Client], inlet: Settings) -> None:
    """Once its page is ready, a place on a faxed page is read right; how long it took is printed (``pytest -s``)."""
    del inlet
    drawn = scenes.draw(5, faxed=True)
    request = scenes.request_of(drawn, 1, doubts=scenes.usual_doubts(drawn))
    client = signed_in(Role.CLERK)
    number, box = drawn.places["member.id"]
    page = request.pages.get(number=number)
    page.source = PageSource(number, f"page {number}", None, 204.0, 204.0).to_record()
    page.save()
    place = Box.clipped(box.left - 0.01, box.top - 0.008, box.right + 0.02, box.bottom + 0.008)
    data = {"target": "member.id", "box": ",".join(map(str, place.to_json()))}
    took = []
    for _ in range(4):
        began = time.monotonic()
        answer = client.post(f"/pages/{page.pk}/read/", data)
        took.append(time.monotonic() - began)
    assert answer.json()["text"] == drawn.order.member.cin
    sys.stdout.write(f"a place read again: {[round(seconds, 2) for seconds in took]} s\n")
