"""People at the desk, and requests that wait for them."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django import Settings as DjangoSettings

from desk.config import Settings
from desk.lifecycle import Role
from desk.records.models import Request
from tests.desk.review import scenes

PASSWORD = "a long enough phrase"


@pytest.fixture(autouse=True)
def quick_passwords(request: pytest.FixtureRequest, settings: DjangoSettings) -> None:
    """Hash passwords quickly, but where the way they are hashed is what a test is about."""
    if not request.node.name.startswith("test_passwords"):
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


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
