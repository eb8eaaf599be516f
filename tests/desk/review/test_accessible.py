"""Every page of the desk before axe-core (WCAG 2.2 A and AA), light and dark, at 1280 by 720; and on paper."""

import datetime as dt
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from desk.cases.arrivals import quarantine
from desk.lifecycle import RequestState
from desk.records.models import Request
from desk.review.urls import urlpatterns
from terms.errors import Problem
from tests.desk.review import scenes
from tests.desk.review.browsing import faults as _faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def addresses(request: Request, arrival: int) -> list[str]:
    """Every address of the desk that shows a senior clerk a whole page, from its own table."""
    client = Client()
    client.force_login(User.objects.get(username="dana"))
    given: dict[str, object] = {
        "reference": request.reference, "day": dt.date(2026, 11, 20), "provider_id": "plan", "kind": "receipt",
    }  # fmt: skip
    found = ["/sign-in/"]
    for pattern in urlpatterns:
        name = str(getattr(pattern, "name", "") or "")
        if not name:
            continue
        place = str(pattern.pattern)
        given["pk"] = arrival if place.startswith("arrivals/") else 1
        wanted = pattern.pattern.converters
        if not set(wanted) <= set(given):
            continue
        address = reverse(name, kwargs={each: given[each] for each in wanted})
        answer = client.get(address)
        shows = answer.status_code == 200 and "text/html" in answer["Content-Type"]
        if shows and not answer.streaming and b"<html" in answer.content:
            found.append(address)
        answer.close()
    return list(dict.fromkeys(found))


@pytest.fixture
def everything(waiting: Request, clear: Request) -> tuple[Request, int]:
    """A request that waits, one that went out, one off the queue, and an arrival in quarantine."""
    arrival = scenes.arrive(scenes.draw(9), 90)
    quarantine(arrival.pk, Problem("ingest.password_protected", "The file is locked; ask the sender to send it again."))
    Request.objects.filter(pk=clear.pk).update(state=RequestState.ROUTED)
    return waiting, arrival.pk


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
@pytest.mark.timeout(240)
def test_axe_finds_nothing(scheme: str, desk: Page, everything: tuple[Request, int]) -> None:
    """No fault of WCAG 2.2 AA on any page that a senior clerk opens, light and dark; none is wider than the window."""
    request, arrival = everything
    root = desk.url.rstrip("/")
    desk.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    faults: dict[str, list[str]] = {}
    seen = 0
    for address in addresses(request, arrival):
        desk.goto(root + address)
        seen += 1
        if found := _faults(desk):
            faults[address] = found
        assert desk.evaluate("document.documentElement.scrollWidth") <= 1280, address
    assert seen >= 10
    assert faults == {}


def test_what_opens_on_a_page_is_clean_too(desk: Page, waiting: Request) -> None:
    """The list of shortcuts, the notices, the history and a refusal are as clean as the page under them."""
    desk.goto(desk.url + f"requests/{waiting.reference}/")
    desk.keyboard.press("?")
    assert _faults(desk) == []
    desk.keyboard.press("Escape")
    for tab in ("#tab-notices", "#tab-story", "#tab-values"):
        desk.locator(tab).click()
        assert _faults(desk) == [], tab
    desk.locator("form.check").first.focus()
    desk.keyboard.press("F2")
    desk.keyboard.type("NOT-AN-ID")
    desk.keyboard.press("Enter")
    desk.locator("#again-text").wait_for()
    assert _faults(desk) == []


def test_on_paper(desk: Page, waiting: Request, tmp_path: Path) -> None:
    """A printed request has its page, every value, what follows and its history, and nothing to click."""
    desk.goto(desk.url + f"requests/{waiting.reference}/")
    desk.locator(".viewer .mark.focus").wait_for()
    desk.emulate_media(media="print")
    for selector in ("#values", "#notices", "#story", ".viewer .stage img"):
        assert desk.locator(selector).is_visible(), selector
    for selector in (".bar", ".foot", ".tools", "#release", ".thumbs"):
        assert not desk.locator(selector).is_visible(), selector
    assert len(desk.pdf(path=tmp_path / "page.pdf")) > 10_000
