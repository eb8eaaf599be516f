"""Service accounts in the admin: a token shown once, scopes, an end, and who may."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from desk.cases.accounts import account_of
from desk.lifecycle import Role
from desk.records.models import AuditEvent, ServiceAccount, Subscription

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/service-accounts/"


@pytest.fixture
def admin(signed_in: Callable[..., Client]) -> Client:
    """An administrator's browser."""
    return signed_in(Role.ADMINISTRATOR, "ada")


def make(admin: Client, name: str = "portal", *scopes: str) -> str:
    """Make an account and give the token that the page shows."""
    form = {"deed": "make", "new": "1", "name": name, "scope": scopes or ("requests:read",)}
    found = re.search(r'value="(inlet_[^"]+)"', admin.post(ADDRESS, form).content.decode())
    return found[1] if found else ""


def test_token_is_shown_once_and_lets_in(admin: Client) -> None:
    """It stands on the answer to the form and nowhere after; who made the account is in the audit trail."""
    token = make(admin, "portal", "requests:read", "arrivals:write")
    account = account_of(token)
    assert account is not None
    assert account.scopes == ["arrivals:write", "requests:read"]
    page = admin.get(ADDRESS).content.decode()
    assert token not in page
    assert "portal" in page
    event = AuditEvent.objects.get(action="account.made")
    assert event.actor_name == "ada"
    assert token not in str(event.detail)


def test_new_token_ends_the_old_one_and_ending_ends_all(admin: Client) -> None:
    """Renewing keeps the scopes; an ended account is let in no more."""
    old = make(admin)
    answer = admin.post(ADDRESS, {"deed": "make", "name": "portal", "scope": ["requests:read"]})
    fresh = re.search(r'value="(inlet_[^"]+)"', answer.content.decode())
    assert fresh is not None
    assert account_of(old) is None
    assert account_of(fresh[1]) is not None
    admin.post(ADDRESS, {"deed": "end", "name": "portal"})
    assert account_of(fresh[1]) is None
    assert "no, ada" in admin.get(ADDRESS).content.decode()


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"deed": "make", "new": "1", "name": "Not A Name", "scope": ["requests:read"]}, "small letters"),
        ({"deed": "make", "new": "1", "name": "other"}, "without a scope"),
        ({"deed": "make", "new": "1", "name": "other", "scope": ["all"]}, "no scope"),
        ({"deed": "make", "new": "1", "name": "portal", "scope": ["requests:read"]}, "own row"),
        ({"deed": "end", "name": "nobody"}, "no account"),
        ({"deed": "tell", "name": "portal", "url": "ftp://x/"}, "https"),
        ({"deed": "untell", "subscription": "x"}, "no subscription"),
        ({"deed": "shred"}, "Say what"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(form: dict[str, object], words: str, admin: Client) -> None:
    """Each fault says what to do; nothing changes."""
    token = make(admin)
    page = admin.post(ADDRESS, form, follow=True).content.decode()
    assert words in page
    assert account_of(token) is not None
    assert ServiceAccount.objects.count() == 1


def test_webhooks_are_made_and_ended(admin: Client) -> None:
    """The secret that signs is shown once; the address is told no more when it is ended."""
    make(admin)
    form = {"deed": "tell", "name": "portal", "url": "https://portal.example/hook", "event": ["request.state"]}
    page = admin.post(ADDRESS, form).content.decode()
    row = Subscription.objects.get()
    assert row.secret in page
    assert row.secret not in admin.get(ADDRESS).content.decode()
    admin.post(ADDRESS, {"deed": "untell", "subscription": str(row.pk)})
    row.refresh_from_db()
    assert row.ended_at is not None


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AUDITOR])
def test_others_only_look(role: Role, signed_in: Callable[..., Client]) -> None:
    """Staff without an administrator's duties see which systems come in and make none."""
    client = signed_in(role)
    assert "Make it and show its token" not in client.get(ADDRESS).content.decode()
    assert client.post(ADDRESS, {"deed": "make", "new": "1", "name": "x", "scope": "requests:read"}).status_code == 403
    assert not ServiceAccount.objects.exists()


def test_clerk_does_not_see_it(signed_in: Callable[..., Client]) -> None:
    """Whoever is no staff is sent away."""
    assert signed_in(Role.CLERK).get(ADDRESS).status_code == 302
