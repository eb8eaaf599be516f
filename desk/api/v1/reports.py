"""Reports: the nights that were proven, and measures over days."""

import datetime as dt
import json
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router
from pydantic import Field

from desk.api.v1 import shapes
from desk.api.v1.door import Needs
from desk.api.v1.lists import Cursor, Limit, Piece, piece
from desk.api.v1.service import ERRORS
from desk.board import board
from desk.cases.accounts import Scope
from desk.cases.quality import checked_values, thresholds
from desk.errors import DeskError
from desk.nightly.nights import measures_of, report_of
from desk.omissions import omissions
from desk.records.models import Night
from reconcile.quality import ErrorRate, error_rates
from reconcile.report import files

router = Router()
LONGEST_DAYS = 400
Day = Annotated[dt.date, Query(ge=dt.date(2000, 1, 1), le=dt.date(2200, 1, 1))]


@router.get("/reports/nights", auth=Needs(Scope.REPORTS_READ), response={200: Piece, ERRORS: shapes.Trouble})
def list_nights(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> dict[str, Any]:
    """The nights that were proven, the last one made first."""
    del request
    return piece(Night.objects.defer("open_items"), cursor, limit, _shown)


@router.get(
    "/reports/nights/{day}",
    auth=Needs(Scope.REPORTS_READ),
    response={200: dict[str, Any], ERRORS: shapes.Trouble},
)
def one_night(request: HttpRequest, day: dt.date) -> dict[str, Any]:
    """The whole report of one night, as its JSON file."""
    del request
    found: dict[str, Any] = json.loads(files.to_json(report_of(get_object_or_404(Night, day=day))))
    return found


@router.get(
    "/reports/measures",
    auth=Needs(Scope.REPORTS_READ),
    response={200: dict[str, Any], ERRORS: shapes.Trouble},
)
def measures(
    request: HttpRequest,
    first: Day,
    last: Annotated[dt.date, Query(ge=dt.date(2000, 1, 1), le=dt.date(2200, 1, 1)), Field(description="Included.")],
) -> dict[str, Any]:
    """Turnaround, automation, corrections, senders and lines of the requests received from `first` to `last`."""
    del request
    if not dt.timedelta(0) <= last - first <= dt.timedelta(days=LONGEST_DAYS):
        raise DeskError(f"measures are made of 1 to {LONGEST_DAYS} days, the first before the last; choose others")
    return measures_of(first, last, timezone.now()).to_json()


@router.get("/reports/board", auth=Needs(Scope.REPORTS_READ), response={200: dict[str, Any], ERRORS: shapes.Trouble})
def board_now(request: HttpRequest) -> dict[str, Any]:
    """Where the desk stands now: backlog, what is due, lines and mailboxes, automation, corrections, people's work."""
    del request
    return board(timezone.now()).to_json()


@router.get("/reports/quality", auth=Needs(Scope.REPORTS_READ), response={200: dict[str, Any], ERRORS: shapes.Trouble})
def quality(request: HttpRequest, days: Annotated[int, Query(ge=1, le=LONGEST_DAYS)] = 90) -> dict[str, Any]:
    """How many accepted values were wrong, by kind of field and by kind and form, with interval and target."""
    del request
    target = settings.INLET.quality.target
    checked = checked_values(timezone.now() - dt.timedelta(days=days))
    *kinds, together = (_rate(row) for row in error_rates(checked, target=target))
    return {
        "days": days,
        "target": target,
        "all": together,
        "kinds": kinds,
        "forms": [_rate(row) for row in error_rates(checked, target=target, by_form=True)[:-1]],
        "thresholds": {kind.value: threshold for kind, threshold in thresholds().items()},
    }


@router.get(
    "/reports/omissions", auth=Needs(Scope.REPORTS_READ), response={200: dict[str, Any], ERRORS: shapes.Trouble}
)
def omitted(request: HttpRequest, days: Annotated[int, Query(ge=1, le=LONGEST_DAYS)] = 90) -> dict[str, Any]:
    """Senders and forms ranked by what they leave out."""
    del request
    found = omissions(timezone.now() - dt.timedelta(days=days))
    ranked = {"senders": found.senders, "forms": found.forms}
    return {"days": days, "requests": found.requests} | {
        name: [row.rate.to_json() | {"name": row.name, "fields": dict(row.fields)} for row in rows]
        for name, rows in ranked.items()
    }


def _rate(row: ErrorRate) -> dict[str, Any]:
    return row.rate.to_json() | {"standing": row.standing.value}


def _shown(row: Night) -> dict[str, Any]:
    return {
        "day": row.day,
        "made_at": row.made_at,
        "proven": row.proven,
        "headline": row.headline,
        "open_count": row.open_count,
    }
