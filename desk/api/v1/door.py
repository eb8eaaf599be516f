"""Who may do what by the interface: a token in ``Authorization: Bearer …``, and the scope that each operation needs."""

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from desk.cases.accounts import Scope, account_of, actor_for
from desk.cases.actor import Actor
from desk.records.models import ServiceAccount
from terms.errors import InletError


class ScopeMissingError(InletError):
    """The account may not do this."""

    kind = "api.forbidden"


class StrangeFilterError(InletError):
    """The address has a parameter that means nothing here."""

    kind = "api.strange_parameter"


class Needs(HttpBearer):
    """Lets in the accounts that hold one scope."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope
        self.filters: frozenset[str] = frozenset()

    def authenticate(self, request: HttpRequest, token: str) -> Any:  # noqa: ANN401  (the base's own signature)
        """Give the account, None for a stranger. Raises :class:`ScopeMissingError` and :class:`StrangeFilterError`.

        A misspelt filter in the address would otherwise be passed over, and everything given.
        """
        account = account_of(token)
        if account is None:
            return None
        if self.scope.value not in account.scopes:
            raise ScopeMissingError(f"This account has no scope {self.scope.value}; ask for a token that has it.")
        if set(request.GET) - self.filters:
            known = ", ".join(sorted(self.filters)) or "none"
            raise StrangeFilterError(
                f"The address names a parameter that this operation does not have; it has: {known}."
            )
        return account


class Nobody(HttpBearer):
    """Lets nobody in: what an operation that names no scope of its own gets."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:  # noqa: ANN401  (the base's own signature)
        """Refuse."""
        del request, token


def account(request: HttpRequest) -> ServiceAccount:
    """Give the account that was let in."""
    found = getattr(request, "auth", None)
    assert isinstance(found, ServiceAccount)
    return found


def actor(request: HttpRequest) -> Actor:
    """Give it as the audit trail names it."""
    return actor_for(account(request))
