"""Known forms at the desk."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page
from pytest_django import Settings as DjangoSettings
from pytest_django.live_server_helper import LiveServer

from desk.config import Settings
from desk.lifecycle import Role
from desk.records.models import AuditEvent
from extract.forms.definition import load_definition
from extract.forms.library import PACKAGED, use_folder
from tests.desk.review.conftest import PASSWORD

pytestmark = pytest.mark.django_db
_FORM = load_definition(PACKAGED / "cover-sheet" / "sample")


@pytest.fixture
def own(tmp_path: Path, settings: DjangoSettings) -> Iterator[Path]:
    """A folder for the plan's own definitions."""
    reading = settings.INLET.reading.model_copy(update={"forms": tmp_path})
    settings.INLET = settings.INLET.model_copy(update={"reading": reading})
    yield tmp_path
    use_folder(None)


def _sent(edition: str) -> dict[str, str]:
    data = {"edition": edition}
    for index, zone in enumerate(_FORM.pages[0].zones):
        stem = f"p1z{index}"
        data |= {f"{stem}-name": zone.name, f"{stem}-slot": zone.slot}
        data |= {f"{stem}-{e}": f"{getattr(zone.box, e):.4f}" for e in ("left", "top", "right", "bottom")}
    return data


def test_an_administrator_sees_every_form(signed_in: Callable[..., Client], own: Path) -> None:
    """The list names the forms; a form shows its blank with every zone's numbers."""
    del own
    client = signed_in(Role.ADMINISTRATOR)
    assert "chme-order@sample" in client.get("/forms/").content.decode()
    page = client.get("/forms/cover-sheet@sample/").content.decode()
    assert page.count("data-zone=") == len(_FORM.pages[0].zones)
    picture = client.get("/forms/cover-sheet@sample/picture/?page=1")
    assert picture["Content-Type"] == "image/png"
    assert client.get("/forms/cover-sheet@sample/picture/?page=9").status_code == 404


def test_a_change_makes_a_new_edition(signed_in: Callable[..., Client], own: Path) -> None:
    """A moved and renamed zone is saved beside the old edition, and who did it stands in the trail."""
    data = _sent("2027") | {"p1z0-left": "0.2000", "p1z0-name": "to", "p1z1-gone": "on"}
    answer = signed_in(Role.ADMINISTRATOR).post("/forms/cover-sheet@sample/", data)
    assert answer["Location"] == "/forms/cover-sheet@2027/"
    saved = load_definition(own / "cover-sheet" / "2027")
    first = saved.pages[0].zones[0]
    assert first == replace(_FORM.pages[0].zones[0], name="to", box=replace(first.box, left=0.2))
    assert len(saved.pages[0].zones) == len(_FORM.pages[0].zones) - 1
    assert AuditEvent.objects.get(action="form.edition_saved").detail["form"] == "cover-sheet@2027"


def test_what_cannot_be_is_refused_with_the_reason(signed_in: Callable[..., Client], own: Path) -> None:
    """A box turned inside out, or an edition's name that is none, saves nothing and says why."""
    client = signed_in(Role.ADMINISTRATOR)
    for change in ({"p1z0-left": "0.99"}, {"edition": "No Name"}):
        page = client.post("/forms/cover-sheet@sample/", _sent("2028") | change, follow=True).content.decode()
        assert "is no box on a page" in page or "is no name of a form" in page
    assert not list(own.iterdir())


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_zone_is_moved_by_mouse_and_sized_by_keys(
    page: Page, live_server: LiveServer, inlet: Settings, person: Callable[..., User]
) -> None:
    """Dragging a zone over the blank changes its numbers; Shift with an arrow key makes it wider."""
    del inlet
    person(Role.ADMINISTRATOR, "ada")
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.goto(f"{live_server.url}/sign-in/?next=/forms/cover-sheet@sample/")
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    zone = page.locator(".blank rect").first
    left, right = (page.locator(f'[name="p1z0-{edge}"]') for edge in ("left", "right"))
    before, wide = float(left.input_value()), float(right.input_value())
    zone.scroll_into_view_if_needed()
    place = zone.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + 20, place["y"] + 5)
    page.mouse.down()
    page.mouse.move(place["x"] + 50, place["y"] + 5)
    page.mouse.up()
    moved = float(left.input_value())
    assert moved > before + 0.01
    assert float(right.input_value()) - moved == pytest.approx(wide - before, abs=0.002)
    page.keyboard.press("Shift+ArrowRight")
    assert float(right.input_value()) == pytest.approx(moved + wide - before + 0.001, abs=0.002)
    assert troubles == []
