"""Accounts of other systems: made with a token that is shown once, found by it, ended."""

import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Iterable
from enum import StrEnum

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone

from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.errors import DeskError
from desk.lifecycle import Role
from desk.records.models import ServiceAccount

PREFIX = "inlet_"
"""What every token begins with, so that one that lies about is recognised."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_TOUCH_AFTER = dt.timedelta(seconds=60)


class Scope(StrEnum):
    """What an account may do."""

    ARRIVALS_READ = "arrivals:read"
    ARRIVALS_WRITE = "arrivals:write"
    REQUESTS_READ = "requests:read"
    REQUESTS_WRITE = "requests:write"
    PAGES_READ = "pages:read"
    CORRECTIONS_WRITE = "corrections:write"
    DECISIONS_READ = "decisions:read"
    DECISIONS_WRITE = "decisions:write"
    NOTICES_READ = "notices:read"
    NOTICES_WRITE = "notices:write"
    ACKNOWLEDGEMENTS_READ = "acknowledgements:read"
    ACKNOWLEDGEMENTS_WRITE = "acknowledgements:write"
    REPORTS_READ = "reports:read"


_AS_CLERK = frozenset({Scope.CORRECTIONS_WRITE, Scope.DECISIONS_WRITE, Scope.NOTICES_WRITE, Scope.REQUESTS_WRITE})
"""Scopes by which an account passes on what a person did, in a clerk's role."""


def make_account(name: str, scopes: Iterable[str], *, actor: Actor) -> tuple[ServiceAccount, str]:
    """Make an account, or give an existing one a new token and new scopes; give it and the token.

    The token is not kept and cannot be shown again. Raises :class:`desk.errors.DeskError` for a
    name or scope that is none.
    """
    if not _NAME.fullmatch(name):
        raise DeskError("an account's name has small letters, digits and hyphens, at most 40; choose another")
    wanted = sorted(set(scopes))
    known = {scope.value for scope in Scope}
    if strange := [scope for scope in wanted if scope not in known]:
        raise DeskError(f"there is no scope {strange[0]!r}; scopes: {', '.join(sorted(known))}")
    if not wanted:
        raise DeskError(f"an account without a scope may do nothing; scopes: {', '.join(sorted(known))}")
    token = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        account, _made = ServiceAccount.objects.update_or_create(
            name=name,
            defaults={
                "digest": digest_of(token),
                "scopes": wanted,
                "made_at": timezone.now(),
                "made_by": actor.name,
                "ended_at": None,
                "ended_by": "",
            },
        )
        note(actor, "account.made", detail={"account": name, "scopes": wanted})
    return account, token


def end_account(name: str, *, actor: Actor) -> None:
    """Let an account in no more. Raises :class:`desk.errors.DeskError` when there is none."""
    with transaction.atomic():
        ended = ServiceAccount.objects.filter(name=name, ended_at=None)
        if not ended.update(ended_at=timezone.now(), ended_by=actor.name):
            raise DeskError(f"there is no account {name!r} that may come in; inlet token list shows all")
        note(actor, "account.ended", detail={"account": name})


def account_of(token: str) -> ServiceAccount | None:
    """Give the account that shows ``token``, None when it is nobody's; notes, to the minute, that it was here."""
    account = ServiceAccount.objects.filter(digest=digest_of(token), ended_at=None).first()
    now = timezone.now()
    if account is not None and (account.seen_at is None or now - account.seen_at > _TOUCH_AFTER):
        ServiceAccount.objects.filter(pk=account.pk).update(seen_at=now)
    return account


def count_call(account: ServiceAccount, minute: int) -> int:
    """Count a call in ``minute`` and give how many there were in it, by whichever processes."""
    own = ServiceAccount.objects.filter(pk=account.pk)
    own.update(calls=Case(When(minute=minute, then=F("calls") + 1), default=Value(1)), minute=minute)
    return own.values_list("calls", flat=True).get()


def actor_for(account: ServiceAccount) -> Actor:
    """Give the actor that the audit trail names: ``service NAME``, with a clerk's role if its scopes need one."""
    roles = {Role.CLERK} if _AS_CLERK & set(account.scopes) else set()
    return Actor(f"service {account.name}", frozenset(roles))


def digest_of(token: str) -> str:
    """Give the form in which a token is kept; tokens are 256 random bits, so a plain digest tells nothing."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
