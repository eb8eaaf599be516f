"""The second factor: set up, asked for, needed by role, and never guessed at speed."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings as DjangoSettings

from desk.config import Settings
from desk.lifecycle import Role
from desk.review import adapters
from tests.desk.review.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_one_moment(inlet: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes are those of one moment; counters of tries begin anew."""
    del inlet
    cache.clear()
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: 1_800_000_000))


def _codes(secret: str) -> list[str]:
    counters = auth.yield_hotp_counters_from_time()
    return [auth.format_hotp_value(auth.hotp_value(secret, counter)) for counter in counters]


def _sign_in(client: Client, name: str) -> str:
    answer = client.post("/sign-in/", {"username": name, "password": PASSWORD, "next": "/arrivals/"})
    assert answer.status_code == 302
    return str(answer["Location"])


def _needed_of(settings: DjangoSettings, *roles: str) -> None:
    sign_in = settings.INLET.sign_in.model_copy(update={"second_factor_roles": roles})
    settings.INLET = settings.INLET.model_copy(update={"sign_in": sign_in})


def test_without_one_the_password_opens(person: Callable[..., User]) -> None:
    """Whoever has none, and whose role needs none, is in after the password."""
    person(Role.CLERK, "ana")
    client = Client()
    assert _sign_in(client, "ana") == "/arrivals/"
    assert client.get("/").status_code == 200


def test_the_code_is_asked_for(person: Callable[..., User]) -> None:
    """With one set up the password opens nothing; the code does, once, and leads where the person wanted to go."""
    user = person(Role.CLERK, "ana")
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    client = Client()
    assert _sign_in(client, "ana") == "/sign-in/code/"
    assert client.get("/").status_code == 302
    page = client.get("/sign-in/code/").content.decode()
    assert "authenticator app" in page
    assert client.post("/sign-in/code/", {"code": "000000"}).status_code == 200
    assert client.get("/").status_code == 302
    code = _codes(secret)[0]
    answer = client.post("/sign-in/code/", {"code": code})
    assert (answer.status_code, answer["Location"]) == (302, "/arrivals/")
    assert client.get("/").status_code == 200
    again = Client()
    _sign_in(again, "ana")
    assert again.post("/sign-in/code/", {"code": code}).status_code == 200, "a code opens once"


def test_guessing_codes_is_slowed_down(person: Callable[..., User]) -> None:
    """After five wrong codes even the right one has to wait."""
    user = person(Role.CLERK, "ana")
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    client = Client()
    _sign_in(client, "ana")
    for _ in range(5):
        client.post("/sign-in/code/", {"code": "123123"})
    answer = client.post("/sign-in/code/", {"code": _codes(secret)[0]})
    assert answer.status_code == 200
    assert client.get("/").status_code == 302


def test_setting_one_up(person: Callable[..., User]) -> None:
    """A clerk sets one up: the secret is stored unreadable, recovery codes are shown and each opens once."""
    person(Role.CLERK, "ana")
    client = Client()
    _sign_in(client, "ana")
    page = client.get("/second-factor/set-up/")
    secret = page.context["form"].secret
    assert "<svg" in page.content.decode()
    answer = client.post("/second-factor/set-up/", {"code": _codes(secret)[0]}, follow=True)
    recovery = answer.context["unused_codes"]
    assert len(recovery) == 10
    assert secret not in str(Authenticator.objects.get(type="totp").data)
    client.post("/sign-out/")
    _sign_in(client, "ana")
    assert client.post("/sign-in/code/", {"code": recovery[0]})["Location"] == "/arrivals/"
    again = Client()
    _sign_in(again, "ana")
    assert again.post("/sign-in/code/", {"code": recovery[0]}).status_code == 200
    assert client.get("/second-factor/").status_code == 200
    client.post("/second-factor/remove/")
    assert not Authenticator.objects.filter(type="totp").exists()


def test_a_role_that_needs_one_opens_nothing_without(person: Callable[..., User], settings: DjangoSettings) -> None:
    """A supervisor who must have one is led to set it up, and nowhere else, also by POST and in the admin."""
    _needed_of(settings, "supervisor")
    person(Role.SUPERVISOR, "sue")
    person(Role.CLERK, "ana")
    client = Client()
    _sign_in(client, "sue")
    for address in ("/", "/arrivals/", "/day/", "/admin/", "/second-factor/remove/", "/queue/rows/"):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (302, "/second-factor/set-up/"), address
    assert client.post("/requests/AAAA-AAAA/release/")["Location"] == "/second-factor/set-up/"
    secret = client.get("/second-factor/set-up/").context["form"].secret
    client.post("/second-factor/set-up/", {"code": _codes(secret)[0]})
    assert client.get("/").status_code == 200
    clerk = Client()
    _sign_in(clerk, "ana")
    assert clerk.get("/").status_code == 200


def test_the_password_is_asked_for_once_more(person: Callable[..., User], monkeypatch: pytest.MonkeyPatch) -> None:
    """Some time after the sign-in nobody sets one up at a screen left alone: the password is asked for first."""
    person(Role.CLERK, "ana")
    client = Client()
    _sign_in(client, "ana")
    monkeypatch.setattr(adapters, "_JUST_SIGNED_IN", -1.0)
    answer = client.get("/second-factor/set-up/")
    assert answer["Location"].startswith("/sign-in/password-again/")
    assert client.get(answer["Location"]).status_code == 200
    assert client.post(answer["Location"], {"password": "a wrong one"}).status_code == 200
    assert client.post(answer["Location"], {"password": PASSWORD}).status_code == 302


def test_a_session_begins_anew_at_sign_in(person: Callable[..., User]) -> None:
    """A session id that somebody planted is worth nothing after sign-in, with and without a second factor."""
    user = person(Role.CLERK, "ana")
    for secret in ("", generate_totp_secret()):
        if secret:
            TOTP.activate(user, secret)
        client = Client()
        client.get("/sign-in/")
        session = client.session
        session["planted"] = "yes"
        session.save()
        planted = session.session_key
        client.cookies["sessionid"] = planted
        _sign_in(client, "ana")
        if secret:
            client.post("/sign-in/code/", {"code": _codes(secret)[0]})
        assert client.get("/").status_code == 200
        assert client.cookies["sessionid"].value != planted
        stranger = Client()
        stranger.cookies["sessionid"] = planted
        assert stranger.get("/").status_code == 302
