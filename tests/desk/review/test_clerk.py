"""A scripted clerk clears twenty doubtful requests by keyboard alone; says what it cost."""

import sys
import time

import pytest
from playwright.sync_api import Page, expect

from desk.config import Settings
from desk.records.models import Correction, Notice, Request
from tests.desk.review import scenes

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(400),
    pytest.mark.django_db(transaction=True),
]

REQUESTS = 20


def test_twenty_requests_by_keyboard(desk: Page, inlet: Settings) -> None:
    """Each request takes one key for each doubt, one to release and one to go on; every one ends released, once."""
    del inlet
    root = desk.url
    desk.goto("about:blank")  # the database in memory takes no polling beside so much writing
    for number in range(1, REQUESTS + 1):
        drawn = scenes.draw(100 + number)
        doubts = dict(list(scenes.usual_doubts(drawn).items())[: 1 + number % 3])
        scenes.request_of(drawn, number, doubts=doubts)
    assert Request.objects.filter(state="needs_review").count() == REQUESTS
    keys = 0
    began = time.monotonic()
    desk.goto(root)
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    for cleared in range(1, REQUESTS + 1):
        expect(desk.locator("form.check").first).to_be_focused()
        reference = desk.locator(".strip .reference").inner_text()
        while (left := desk.locator("form.check").count()) > 0:
            desk.keyboard.press("Enter")
            keys += 1
            expect(desk.locator("form.check")).to_have_count(left - 1)
        expect(desk.locator("#release")).to_be_focused()
        desk.keyboard.press("Enter")
        expect(desk.locator(".foot a.button")).to_be_focused()
        desk.keyboard.press("Enter")
        keys += 2
        if cleared < REQUESTS:
            expect(desk.locator(".strip .reference")).not_to_have_text(reference)
    expect(desk.get_by_role("heading", name="Queue")).to_be_attached()
    seconds = time.monotonic() - began
    sys.stdout.write(f"{keys / REQUESTS:.1f} keys and {seconds / REQUESTS:.2f} s a request\n")
    assert Notice.objects.count() == REQUESTS
    assert not Request.objects.filter(state="needs_review").exists()
    assert keys == Correction.objects.count() + 2 * REQUESTS
