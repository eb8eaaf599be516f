"""The pages about decisions in a browser: clean before axe-core, no wider than the window, a draft by hand."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from desk.cases.actor import MACHINE
from desk.cases.tables import current_reference, current_version, import_table
from desk.config import Settings
from desk.lifecycle import Role
from tests.desk.made_up import values
from tests.desk.review import browsing
from tests.desk.review.conftest import PASSWORD
from tests.desk.test_joining import HOUR, came, records

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
HEAD = "code,category,processor\n"


def faults(page: Page) -> list[str]:
    """What axe-core finds on the page as it stands, and whether it is too wide."""
    wide = page.evaluate("document.documentElement.scrollWidth") > 1280
    found = browsing.faults(page)
    return [*found, "wider than the window"] if wide else found


@pytest.mark.timeout(240)
def test_an_administrator_tries_a_draft_and_puts_it_in_force(
    page: Page, live_server: LiveServer, inlet: Settings, person: Callable[..., User], tmp_path: Path
) -> None:
    """Tables, the draft with what would move, why, and the unmatched list, light and dark, by mouse."""
    del inlet
    (tmp_path / "old.csv").write_text(HEAD + "E0143,walkers,CHME\n")
    draft = tmp_path / "draft.csv"
    draft.write_text(HEAD + "E0143,walkers,ALLIANCE_UM\n")
    first = import_table("grid", tmp_path / "old.csv", actor=MACHINE)
    request = came(tmp_path, "a", values(), tables=current_reference())
    other = came(tmp_path, "b", values(codes=("E0149",)), after=HOUR, tables=current_reference())
    came(tmp_path, "c", records(), after=HOUR, tables=current_reference())
    person(Role.ADMINISTRATOR, "ada")
    page.goto(f"{live_server.url}/sign-in/")
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the words it takes
        for address in (f"/requests/{request.reference}/why/", "/unmatched/", "/tables/open/", "/tables/"):
            page.goto(live_server.url + address)
            assert faults(page) == [], (scheme, address)
    page.get_by_label("File", exact=True).set_input_files(str(draft))
    page.get_by_role("button", name="What if").click()
    page.get_by_role("heading", name="What would move").wait_for()
    assert faults(page) == []
    assert page.get_by_role("link", name=request.reference).count() == 1
    page.get_by_role("button", name="Put this draft in force").click()
    page.get_by_text("rows are in force").wait_for()
    page.get_by_role("heading", name="Open requests under these tables").wait_for()
    assert faults(page) == []
    now = current_version("grid")
    assert now is not None
    assert now.pk != first.pk
    assert other.facts["join.candidates"] == request.reference
