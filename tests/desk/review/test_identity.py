"""Signing in by a provider of identities (OpenID Connect), against a small one of our own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings as DjangoSettings

from desk.django_settings import identity_providers
from desk.errors import SettingsError
from desk.lifecycle import Role
from desk.records.models import AuditEvent
from desk.sign_in_settings import SignInSettings
from tests.desk.review.identity_provider import CLIENT, SECRET, IdentityProvider

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(tmp_path: Path, inlet: object, settings: DjangoSettings) -> Iterator[IdentityProvider]:
    """A provider, and a desk that knows it."""
    del inlet
    made = IdentityProvider()
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n")
    file.chmod(0o600)
    _use(settings, oidc_server=made.url, oidc_client_id=CLIENT, oidc_secret_file=file, oidc_name="Plan sign-in")
    settings.SOCIALACCOUNT_PROVIDERS = identity_providers(settings.INLET)
    yield made
    made.close()


def _use(settings: DjangoSettings, **changes: object) -> None:
    sign_in = SignInSettings(**(settings.INLET.sign_in.model_dump() | changes))
    settings.INLET = settings.INLET.model_copy(update={"sign_in": sign_in})


def _come_in(client: Client, *, tamper: str = "") -> "object":
    """Walk the whole way as a browser does; give the desk's last answer."""
    assert "Plan sign-in" in client.get("/sign-in/").content.decode()
    began = client.get("/sign-in/with/plan/?next=/arrivals/")
    assert began.status_code == 302
    back = requests.get(began["Location"], allow_redirects=False, timeout=5).headers["Location"]
    path = back.split("testserver", 1)[1]
    return client.get(path.replace("state=", f"state={tamper}"))


def test_a_person_known_here_comes_in(provider: IdentityProvider, person: Callable[..., User]) -> None:
    """Whoever the provider names and the desk knows is in, with the roles they have here, where they wanted to go."""
    del provider
    person(Role.CLERK, "dana")
    client = Client()
    answer = _come_in(client)
    assert (answer.status_code, answer["Location"]) == (302, "/arrivals/")  # type: ignore[attr-defined]
    assert "dana" in client.get("/").content.decode()
    assert AuditEvent.objects.filter(action="person.identity_linked", actor_name="dana").exists()
    again = Client()
    assert _come_in(again)["Location"] == "/arrivals/"  # type: ignore[index]


def test_a_stranger_stays_out(provider: IdentityProvider) -> None:
    """Whom the desk does not know is told so, and nobody is made."""
    provider.claims = {"sub": "0002", "preferred_username": "mallory"}
    client = Client()
    answer = _come_in(client)
    assert answer.status_code == 403  # type: ignore[attr-defined]
    assert not User.objects.exists()
    assert client.get("/").status_code == 302


def test_somebody_who_left_stays_out(provider: IdentityProvider, person: Callable[..., User]) -> None:
    """A person who is no longer active here does not come in by the side door."""
    del provider
    user = person(Role.CLERK, "dana")
    user.is_active = False
    user.save()
    assert _come_in(Client()).status_code == 403  # type: ignore[attr-defined]


def test_groups_give_roles(provider: IdentityProvider, settings: DjangoSettings) -> None:
    """With a mapping people are made at their first sign-in, hold exactly their groups' roles, and lose them again."""
    _use(settings, oidc_roles={"inlet-clerks": "clerk", "inlet-audit": "auditor"})
    provider.claims = {"sub": "3", "preferred_username": "nia", "groups": ["inlet-audit", "inlet-clerks", "others"]}
    client = Client()
    assert _come_in(client).status_code == 302  # type: ignore[attr-defined]
    user = User.objects.get(username="nia")
    assert sorted(user.groups.values_list("name", flat=True)) == ["auditor", "clerk"]
    assert user.is_staff
    assert not user.has_usable_password()
    provider.claims["groups"] = ["inlet-clerks"]
    _come_in(Client())
    user.refresh_from_db()
    assert [group.name for group in user.groups.all()] == ["clerk"]
    assert not user.is_staff
    provider.claims["groups"] = ["others"]
    assert _come_in(Client()).status_code == 403  # type: ignore[attr-defined]


def test_what_was_tampered_with_is_refused(provider: IdentityProvider, person: Callable[..., User]) -> None:
    """An answer with a state that is not ours, or a refusal by the provider, lets nobody in."""
    person(Role.CLERK, "dana")
    client = Client()
    assert _come_in(client, tamper="x").status_code in {200, 403}  # type: ignore[attr-defined]
    assert client.get("/").status_code == 302
    provider.refuses = True
    client = Client()
    _come_in(client)
    assert client.get("/").status_code == 302


def test_a_second_factor_is_the_providers_own(
    provider: IdentityProvider, person: Callable[..., User], settings: DjangoSettings
) -> None:
    """Who comes in by the provider is not asked to set one up here."""
    del provider
    _use(settings, second_factor_roles=("clerk",))
    person(Role.CLERK, "dana")
    client = Client()
    _come_in(client)
    assert client.get("/").status_code == 200


def test_no_other_provider_is_known(provider: IdentityProvider) -> None:
    """An address with another provider's name is not there."""
    del provider
    assert Client().get("/sign-in/with/other/").status_code == 404


def test_settings_that_cannot_be(tmp_path: Path, settings: DjangoSettings) -> None:
    """A server without client id, by plain HTTP, an unknown role, a secret that is not there: refused."""
    for wrong in ({"oidc_server": "https://x"}, {"second_factor_roles": ("boss",)}, {"oidc_roles": {"a": "machine"}}):
        with pytest.raises(ValueError, match=r"oidc_client_id|no role"):
            SignInSettings(**wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="https"):
        SignInSettings(oidc_server="http://example.org", oidc_client_id="x", oidc_secret_file=tmp_path)
    missing = SignInSettings(oidc_server="https://x", oidc_client_id="x", oidc_secret_file=tmp_path / "none")
    with pytest.raises(SettingsError, match="oidc_secret_file"):
        identity_providers(settings.INLET.model_copy(update={"sign_in": missing}))
