"""People at the desk, and requests that wait for them."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django import Settings as DjangoSettings
from pytest_django.live_server_helper import LiveServer

from desk.config import Settings
from desk.errors import ReaderTimeoutError
from desk.lifecycle import Role
from desk.records.models import Request
from desk.review import chosen, pointing
from tests.desk.review import scenes
from tests.desk.review.browsing import Enter

PASSWORD = "a long enough phrase"
CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(autouse=True)
def quick_passwords(request: pytest.FixtureRequest, settings: DjangoSettings) -> None:
    """Hash passwords quickly, but where the way they are hashed is what a test is about."""
    if not request.node.name.startswith("test_passwords"):
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def _no_answer(*_: object, **__: object) -> dict[str, object]:
    raise ReaderTimeoutError("no reader runs in this test")


@pytest.fixture(autouse=True)
def no_reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start no reader process beside the browser, but where reading is what a test is about."""
    if "reader" not in request.fixturenames:
        monkeypatch.setattr(pointing, "ask", _no_answer)


@pytest.fixture(autouse=True)
def plain_english() -> Iterator[None]:
    """Leave the thread's language as it was, whatever a browser asked for."""
    with translation.override("en-us"):
        yield


@pytest.fixture(autouse=True)
def no_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for changed settings only when one is changed, so that pages make the same queries each time."""
    monkeypatch.setattr(chosen, "_LOOK_SECONDS", 1e9)


@pytest.fixture
def person(db: None) -> Callable[..., User]:
    """Make somebody with a role."""
    del db

    def make(role: Role, name: str = "") -> User:
        user = User.objects.create_user(name or role.value.replace(" ", "-"), password=PASSWORD)
        user.groups.add(Group.objects.get(name=role.value))
        user.is_staff = role in {Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR}
        user.save()
        return user

    return make


@pytest.fixture
def signed_in(person: Callable[..., User], inlet: Settings) -> Callable[..., Client]:
    """Give a browser in which somebody with a role is signed in."""
    del inlet

    def make(role: Role = Role.CLERK, name: str = "") -> Client:
        client = Client()
        client.force_login(person(role, name))
        return client

    return make


@pytest.fixture
def waiting(inlet: Settings, db: None) -> Request:
    """A request with three doubtful values."""
    del inlet, db
    drawn = scenes.draw(5)
    return scenes.request_of(drawn, 1, doubts=scenes.usual_doubts(drawn))


@pytest.fixture
def clear(inlet: Settings, db: None) -> Request:
    """A request without any doubt, which went out by itself."""
    del inlet, db
    return scenes.request_of(scenes.draw(6), 2)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, told to look nothing up by itself.

    Its event loop runs in the test's thread, where Django would take every query for a mistake.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        expect.set_options(timeout=20_000)  # a loaded machine draws late; what holds is not waited for
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window of the smallest size the desk is made for, with nothing remembered."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    window = context.new_page()
    yield window
    window.goto("about:blank")  # a context that closes in the middle of a navigation hangs
    context.close()


@pytest.fixture
def enter(browser: Browser, live_server: LiveServer, person: Callable[..., User], inlet: Settings) -> Iterator[Enter]:
    """Open a window in which somebody with a role is signed in."""
    del inlet
    opened: list[BrowserContext] = []

    def make(role: Role, name: str) -> Page:
        person(role, name)
        context = browser.new_context(viewport={"width": 1280, "height": 720})
        opened.append(context)
        page = context.new_page()
        page.goto(f"{live_server.url}/sign-in/")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{live_server.url}/")
        return page

    yield make
    for context in opened:
        for page in context.pages:
            page.goto("about:blank")
        context.close()


@pytest.fixture
def desk(
    page: Page,
    live_server: LiveServer,
    inlet: Settings,
    person: Callable[..., User],
) -> Iterator[Page]:
    """A clerk's browser on the queue; any script error or refused request fails the test."""
    del inlet
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(f"script: {error}"))
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    person(Role.SENIOR_CLERK, "dana")
    page.goto(f"{live_server.url}/sign-in/")
    page.get_by_label("Name").fill("dana")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/")
    yield page
    expected = re.compile(r"status of (401|409|422)")
    assert [trouble for trouble in troubles if not expected.search(trouble)] == []
