"""The door."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from desk.lifecycle import Role
from desk.review.models import SignInTry
from tests.desk.review.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def _try(client: Client, name: str, password: str, **extra: str):  # noqa: ANN202  (Django's test answer has no public type)
    return client.post("/sign-in/", {"username": name, "password": password}, **extra)


def test_the_right_password_opens_and_goes_on(person: Callable[..., User]) -> None:
    """Signing in leads to the page that was asked for first."""
    person(Role.CLERK, "dana")
    client = Client()
    assert client.get("/arrivals/")["Location"] == "/sign-in/?next=%2Farrivals%2F"
    answer = client.post("/sign-in/", {"username": "dana", "password": PASSWORD, "next": "/arrivals/"})
    assert answer["Location"] == "/arrivals/"


def test_it_leads_nowhere_else(person: Callable[..., User]) -> None:
    """A next address on another host is ignored."""
    person(Role.CLERK, "dana")
    answer = Client().post(
        "/sign-in/", {"username": "dana", "password": PASSWORD, "next": "https://elsewhere.example/"}
    )
    assert answer["Location"] == "/"


def test_passwords_are_kept_with_argon2(person: Callable[..., User]) -> None:
    """The password's hash is Argon2's."""
    assert person(Role.CLERK).password.startswith("argon2$")


def test_a_wrong_name_and_a_wrong_password_look_the_same(person: Callable[..., User]) -> None:
    """Nobody learns which names exist."""
    person(Role.CLERK, "dana")
    pages = [_try(Client(), name, "not this one").content.decode() for name in ("dana", "nobody")]
    assert all("Name or password is not right." in page for page in pages)


def test_five_failures_make_a_name_wait_at_one_address(person: Callable[..., User]) -> None:
    """The sixth try is refused even with the right password; from elsewhere the clerk still gets in."""
    person(Role.CLERK, "dana")
    client = Client()
    for _ in range(5):
        _try(client, "dana", "wrong")
    refused = _try(client, "dana", PASSWORD)
    assert "Too many tries" in refused.content.decode()
    assert _try(Client(), "dana", PASSWORD, REMOTE_ADDR="10.0.0.9").status_code == 302


def test_one_address_cannot_try_many_names(person: Callable[..., User]) -> None:
    """Thirty failures from an address make it wait whatever the name."""
    person(Role.CLERK, "dana")
    now = timezone.now()
    SignInTry.objects.bulk_create(
        SignInTry(name_hash=str(number), address="127.0.0.1", tried_at=now) for number in range(30)
    )
    assert "Too many tries" in _try(Client(), "dana", PASSWORD).content.decode()


def test_waiting_ends(person: Callable[..., User]) -> None:
    """A quarter of an hour later the right password opens again."""
    person(Role.CLERK, "dana")
    client = Client()
    for _ in range(5):
        _try(client, "dana", "wrong")
    SignInTry.objects.update(tried_at=timezone.now() - dt.timedelta(minutes=16))
    assert _try(client, "dana", PASSWORD).status_code == 302
    assert not SignInTry.objects.exists()


def test_what_was_typed_as_a_name_is_not_kept() -> None:
    """People type passwords into the name field; the tries hold only a keyed hash."""
    _try(Client(), "my secret typed in the wrong place", "x")
    assert "secret" not in SignInTry.objects.get().name_hash


def test_a_session_is_new_after_signing_in(person: Callable[..., User]) -> None:
    """A session id planted before sign-in is not the one used after."""
    person(Role.CLERK, "dana")
    client = Client()
    client.get("/sign-in/")
    client.session.save()
    before = client.session.session_key
    _try(client, "dana", PASSWORD)
    assert client.session.session_key != before


def test_signing_out_ends_the_session(signed_in: Callable[..., Client]) -> None:
    """After signing out the queue is closed."""
    client = signed_in()
    client.post("/sign-out/")
    assert client.get("/").status_code == 302
