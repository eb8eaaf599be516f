"""The pictures of the desk in the docs: made here, so that they show the desk as it is.

``DESK_PICTURES=docs/pictures pytest tests/desk/review/test_pictures.py`` writes them anew.
"""

import datetime as dt
import os
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from desk.config import Settings
from desk.records.models import Request
from tests.desk.review import scenes

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

_KINDS = (
    "walkers", "wheelchairs_manual", "hospital_beds_support", "incontinence", "cpap_sleep", "breast_pumps",
    "respiratory_oxygen", "orthotics", "walkers", "wheelchairs_power",
)  # fmt: skip
_DOUBTS = (3, 0, 1, 2, 1, 3, 0, 2, 1, 2)


def _fill() -> Request:
    """A morning's requests; the first is the one that is opened."""
    now = timezone.now()
    drawn = scenes.draw(5, faxed=True, urgent=True)
    first = scenes.request_of(drawn, 1, doubts=scenes.usual_doubts(drawn), received_at=now - dt.timedelta(hours=50))
    for number, (kind, doubts) in enumerate(zip(_KINDS, _DOUBTS, strict=True), start=2):
        drawn = scenes.draw(20 + number, kind=kind, urgent=number == 8)
        scenes.request_of(
            drawn,
            number,
            doubts=dict(list(scenes.usual_doubts(drawn).items())[:doubts]),
            blank=("ordering_provider.npi",) if number % 4 == 0 else (),
            received_at=now - dt.timedelta(hours=number * 7, minutes=number * 3),
            label="UM fax line" if number % 3 else "DME orders",
        )
    return first


def test_pictures(desk: Page, inlet: Settings, tmp_path: Path) -> None:
    """Queue, request and page tools look whole: the queue has its rows, the request its page, crops and thumbnails."""
    del inlet
    folder = Path(os.environ.get("DESK_PICTURES", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    request = _fill()
    desk.reload()
    expect(desk.locator("tr[data-row]")).to_have_count(9)
    desk.screenshot(path=folder / "desk-queue.png")
    root = desk.url
    desk.goto(root + f"requests/{request.reference}/")
    expect(desk.locator(".viewer .mark.focus")).to_be_visible()
    desk.wait_for_timeout(400)
    desk.screenshot(path=folder / "desk-request.png")
    desk.goto(f"{root}requests/{request.reference}/pages/")
    expect(desk.locator(".tile-of-page img").last).to_be_visible()
    desk.wait_for_timeout(400)
    desk.screenshot(path=folder / "desk-pages.png")
    for name in ("desk-queue.png", "desk-request.png", "desk-pages.png"):
        with Image.open(folder / name) as picture:
            assert picture.size == (1280, 720)
            assert len(picture.convert("L").getcolors(256) or []) > 100
