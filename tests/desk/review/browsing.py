"""Pages in a browser: opened by somebody with a role, and looked over by axe-core."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from desk.lifecycle import Role

AXE = (Path(__file__).parent / "vendor" / "axe-4.10.2.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
Enter = Callable[[Role, str], Page]
"""Opens a window in which somebody with a role is signed in."""


def faults(page: Page) -> list[str]:
    """What axe finds on a page."""
    page.evaluate(AXE)
    found = page.evaluate("(rules) => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES)
    return [
        f"{fault['id']} ({fault['impact']}): {fault['help']}: {node['target']}"
        for fault in found["violations"]
        for node in fault["nodes"][:3]
    ]


def open_page(page: Page, live_server: LiveServer, path: str) -> None:
    """Go to a page; axe finds nothing on it and it is no wider than the window."""
    page.goto(live_server.url + path)
    assert faults(page) == [], path
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280, path
