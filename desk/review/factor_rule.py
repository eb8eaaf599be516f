"""Who needs a second factor, and whether they have one; asked at sign-in and before every page."""

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

MISSING = "second_factor_missing"
"""The session's mark of somebody who must set up a second factor before anything opens."""

SET_UP = frozenset({"mfa_activate_totp", "mfa_view_recovery_codes", "account_reauthenticate", "sign-out", "still-here"})
"""What opens to such a person."""


def has_second_factor(user: User) -> bool:
    """Say whether somebody has an authenticator app set up."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def is_required_of(user: User) -> bool:
    """Say whether a role of theirs needs a second factor; a superuser has every role."""
    roles = settings.INLET.sign_in.second_factor_roles
    return bool(roles) and (user.is_superuser or user.groups.filter(name__in=roles).exists())


def _mark(sender: object, request: HttpRequest, user: User, **_: object) -> None:
    """Note at sign-in whether a second factor has yet to be set up; a provider of identities asks for its own."""
    del sender
    by_provider = any(record.get("method") == "socialaccount" for record in get_authentication_records(request, user))
    if is_required_of(user) and not by_provider and not has_second_factor(user):
        request.session[MISSING] = True


def must_set_up(request: HttpRequest) -> bool:
    """Say whether the signed-in person has yet to set up a second factor."""
    if not request.session.get(MISSING):
        return False
    assert isinstance(request.user, User)
    if has_second_factor(request.user):
        del request.session[MISSING]
        return False
    return True


user_logged_in.connect(_mark, dispatch_uid="desk.review.second_factor")
