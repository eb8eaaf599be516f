"""Long lists in pieces: newest first, each piece with a cursor for the next."""

import base64
import binascii
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from django.db.models import Model, QuerySet
from ninja import Query, Schema
from pydantic import Field

from terms.errors import InletError

MOST = 200
Limit = Annotated[int, Query(ge=1, le=MOST, description="Rows in one answer.")]
Cursor = Annotated[str, Query(max_length=40, description="What `next` of the answer before said; empty: the newest.")]
Row = TypeVar("Row", bound=Model)


class Piece(Schema):
    """One piece of a list."""

    items: list[dict[str, Any]]
    next: str | None = Field(description="Cursor of the next piece; null at the end.")


class CursorError(InletError):
    """A cursor that no answer gave."""

    kind = "api.cursor"


def piece(rows: QuerySet[Row], cursor: str, limit: int, show: Callable[[Row], dict[str, Any]]) -> dict[str, Any]:
    """Give up to ``limit`` rows after ``cursor``. Rows that come in meanwhile neither hide nor repeat any."""
    if cursor:
        rows = rows.filter(pk__lt=_read(cursor))
    found = list(rows.order_by("-pk")[: limit + 1])
    more = len(found) > limit
    return {"items": [show(row) for row in found[:limit]], "next": _write(found[limit - 1].pk) if more else None}


def _write(pk: int) -> str:
    return base64.urlsafe_b64encode(f"before:{pk}".encode()).decode()


def _read(cursor: str) -> int:
    try:
        word, _, number = base64.urlsafe_b64decode(cursor.encode("ascii")).decode("ascii").partition(":")
    except (UnicodeError, binascii.Error):
        word, number = "", ""
    if word != "before" or not (number.isdecimal() and len(number) < 19):  # noqa: PLR2004  (what a database's number holds)
        raise CursorError("This cursor is none that an answer gave; begin without one.")
    return int(number)
