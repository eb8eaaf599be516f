"""What is sent twice is done once: answers kept under the account's Idempotency-Key."""

import hashlib
from collections.abc import Callable
from typing import Annotated

from django.db import transaction
from django.http import HttpRequest
from ninja import Header, Status

from desk.api.v1.door import account
from desk.records.models import KeptAnswer
from terms.errors import InletError

LONGEST = 200
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=LONGEST,
        pattern=r"^[!-~]+$",
        description="Your own name for this wish; sent again with the same content, it is answered as before.",
    ),
]


class KeyUsedError(InletError):
    """The key came before with something else."""

    kind = "api.key_used"


def once(request: HttpRequest, key: str, act: Callable[[], dict[str, object]]) -> Status[dict[str, object]]:
    """Do ``act`` in a transaction and answer 201, or give the answer (200) of the first time.

    An error undoes everything, so that the same may be tried again. Raises :class:`KeyUsedError`.
    """
    asked = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.body).hexdigest()
    with transaction.atomic():
        kept, new = KeptAnswer.objects.select_for_update().get_or_create(
            account=account(request), key=hashlib.sha256(key.encode()).hexdigest(), defaults={"asked": asked}
        )
        if kept.asked != asked:
            raise KeyUsedError("This Idempotency-Key came before with something else; use a new key for each wish.")
        if not new:
            return Status(200, kept.body)
        kept.body, kept.status = act(), 201
        kept.save(update_fields=["body", "status"])
        return Status(201, kept.body)
