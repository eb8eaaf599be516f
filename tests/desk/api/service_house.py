"""Another system at the door: an account with its token, and what it asks."""

import itertools
import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.test import Client

from desk.cases.accounts import Scope, make_account
from desk.cases.actor import Actor

ADMIN = Actor("ada", frozenset())
_keys = itertools.count()


class Other:
    """A system with some scopes."""

    def __init__(self, *scopes: Scope, name: str = "portal") -> None:
        self.account, self.token = make_account(name, [scope.value for scope in scopes or Scope], actor=ADMIN)
        self.client = Client(enforce_csrf_checks=True)

    def headers(self, **more: str) -> dict[str, str]:
        """Its token, and what else is sent."""
        return {"Authorization": f"Bearer {self.token}"} | {
            name.replace("_", "-"): value for name, value in more.items()
        }

    def get(self, path: str, **headers: str) -> HttpResponse:
        """Ask."""
        return self.client.get(f"/api/v1{path}", headers=self.headers(**headers))  # type: ignore[return-value]  (the test client's own answer)

    def post(self, path: str, data: Mapping[str, object], *, key: str | None = "") -> HttpResponse:
        """Send JSON, under a new key unless one is given; None: without."""
        sent = self.headers() | ({} if key is None else {"Idempotency-Key": key or f"key-{next(_keys)}"})
        return self.client.post(f"/api/v1{path}", json.dumps(data), "application/json", headers=sent)  # type: ignore[return-value]  (as above)


def told(answer: HttpResponse) -> Any:  # noqa: ANN401  (whatever JSON holds)
    """What an answer says."""
    return json.loads(answer.content)


def fault(answer: HttpResponse) -> tuple[int, str]:
    """An answer's trouble, in the one shape."""
    error = told(answer)["error"]
    assert set(error) == {"kind", "message", "retry"}
    assert error["message"]
    return answer.status_code, error["kind"]
