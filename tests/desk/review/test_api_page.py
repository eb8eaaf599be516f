"""The interface's reference: every operation of the schema, open to all, with nothing from elsewhere."""

import re
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from desk.api.v1.description import describe
from desk.cases.accounts import Scope
from tests.desk.review.test_accessible import _faults

pytestmark = pytest.mark.django_db


def test_every_operation_is_described() -> None:
    """Method, address, scope, words, answers and refusals of each; all scopes are used by some operation."""
    told = describe()
    operations = [each for group in told.groups.values() for each in group]
    schema = Client().get("/api/v1/openapi.json").json()
    wanted = {(method.upper(), path) for path, each in schema["paths"].items() for method in each}
    assert {(each.method, each.path) for each in operations} == wanted
    assert {each.scope for each in operations} == {scope.value for scope in Scope}
    for each in operations:
        assert each.words
        assert each.answers
        assert "401" in each.refusals
        if each.method == "POST":
            assert any(part.name == "Idempotency-Key" and part.required for part in each.parameters)


def test_page_shows_shapes_and_links_lead_somewhere() -> None:
    """What an operation answers with is described on the same page."""
    page = Client().get("/api/docs/").content.decode()
    anchors = set(re.findall(r'id="([^"]+)"', page))
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert links <= anchors
    assert {"shape-Trouble", "shape-Piece"} <= links


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_in_the_browser(page: Page, live_server: LiveServer, scheme: str, tmp_path: Path) -> None:
    """No fault of WCAG 2.2 AA, nothing refused by the policy, never wider than the window."""
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{live_server.url}/api/docs/")
    assert _faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.locator('nav a[href^="#"]').nth(3).click()
    page.screenshot(path=str(tmp_path / f"api-{scheme}.png"))
    assert troubles == []
