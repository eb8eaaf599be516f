"""What django-allauth asks us: how secrets are kept, who comes in from a provider of identities, with which roles."""

import base64
import hashlib
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext as _

from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.lifecycle import Role
from desk.logs import log

_STAFF = frozenset({Role.SUPERVISOR.value, Role.AUDITOR.value, Role.ADMINISTRATOR.value})
"""Roles that may open the admin."""

_JUST_SIGNED_IN = 300.0
"""Seconds after a sign-in in which nobody is asked for the password once more."""

_log = log(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Nobody makes an account for themselves, and no message says what the page shows anyway."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody."""
        del request
        return False

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Ask for the password once more before a second factor changes, but not within minutes of the sign-in."""
        del app
        records = get_authentication_records(self.request, self.request.user)
        newest = max((float(record["at"]) for record in records), default=0.0)
        return time.time() - newest > _JUST_SIGNED_IN

    def add_message(self, *_args: object, **_kwargs: object) -> None:
        """Say nothing."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # as above
    """Second factors are kept encrypted with a key made from the installation's own."""

    def get_totp_issuer(self) -> str:
        """Give the name that authenticator apps show."""
        return f"Inlet {settings.INLET.organisation}"

    def encrypt(self, text: str) -> str:
        """Give the text as only this installation can read it."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Give the text back."""
        return _fernet().decrypt(encrypted_text.encode()).decode()


def _fernet() -> Fernet:
    key = hashlib.sha256(b"desk.review.second_factor" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


class IdentityAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # as above
    """Lets people in whom the plan's provider of identities names, with the roles that it or the desk gives them."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        """Nobody: people are found or made in :meth:`pre_social_login`."""
        del request, sociallogin
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:  # noqa: ANN401  (allauth ships no types)
        """Find the person whom the provider names, give them the roles of their groups, or refuse with words."""
        sign_in = settings.INLET.sign_in
        claims = _claims(sociallogin)
        name = str(claims.get(sign_in.oidc_name_claim) or "").strip()[:150]
        groups = claims.get(sign_in.oidc_roles_claim) or []
        held = {str(group) for group in groups} if isinstance(groups, list | tuple) else {str(groups)}
        roles = sorted({role for group, role in sign_in.oidc_roles.items() if group in held})
        if sign_in.oidc_roles and not roles:
            raise _refused(request, _("Your account has no role at this desk. Ask an administrator."))
        user = sociallogin.user if sociallogin.is_existing else _person(name, may_make=bool(roles))
        if user is None or not user.is_active:
            raise _refused(request, _("Nobody at this desk goes by this account. Ask an administrator."))
        if roles:
            _give_roles(user, roles)
        if not sociallogin.is_existing:
            sociallogin.connect(request, user)
            note(Actor(user.get_username(), frozenset(), user.pk), "person.identity_linked")

    def on_authentication_error(
        self, request: HttpRequest, provider: object, error: object = None, exception: Exception | None = None,
        extra_context: object = None,
    ) -> None:  # fmt: skip
        """Say that it did not work; what the provider answered goes to the log without anything of the person."""
        del provider, extra_context
        _log.warning("sign_in.provider_failed", error=str(error)[:60], exception=type(exception).__name__)
        raise _refused(request, _("The provider of identities did not let you in. Try again, or use your password."))


def _claims(sociallogin: Any) -> dict[str, Any]:  # noqa: ANN401  (allauth ships no types)
    """Everything that the provider says of a person: the id token's word first, then the user info's."""
    data = sociallogin.account.extra_data
    if "userinfo" in data or "id_token" in data:
        return {**(data.get("userinfo") or {}), **(data.get("id_token") or {})}
    return dict(data)


def _person(name: str, *, may_make: bool) -> User | None:
    if not name:
        return None
    found = User.objects.filter(username__iexact=name).first()
    if found is None and may_make:
        found = User(username=name)
        found.set_unusable_password()
        found.save()
    return found


def _give_roles(user: User, roles: list[str]) -> None:
    before = sorted(user.groups.values_list("name", flat=True))
    if before == roles:
        return
    user.groups.set(Group.objects.filter(name__in=roles))
    user.is_staff = bool(_STAFF & set(roles))
    user.save(update_fields=["is_staff"])
    who = Actor(user.get_username(), frozenset(), user.pk)
    note(who, "person.roles_given", detail={"from": before, "to": roles, "by": "provider of identities"})


def _refused(request: HttpRequest, words: str) -> ImmediateHttpResponse:
    page = render(request, "review/trouble.html", {"title": _("You were not let in"), "words": words}, status=403)
    return ImmediateHttpResponse(page)
