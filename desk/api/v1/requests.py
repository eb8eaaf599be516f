"""Requests: lists, one with everything known of it, and corrections."""

import datetime as dt
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import AwareDatetime

from desk.api.v1 import once, shapes
from desk.api.v1.door import Needs, actor
from desk.api.v1.lists import Cursor, Limit, Piece, piece
from desk.api.v1.service import ERRORS
from desk.cases.accounts import Scope
from desk.cases.audit import note_view
from desk.cases.closing import close
from desk.cases.corrections import Change, correct
from desk.cases.places import places_of
from desk.cases.release import release
from desk.cases.tables import current_reference
from desk.errors import DeskError
from desk.explaining import why
from desk.lifecycle import RequestState
from desk.records.models import Request, RouteRecord
from terms.names import Priority, Processor

router = Router()
Moment = Annotated[AwareDatetime | None, Query(description="With a time zone.")]


@router.get("/requests", auth=Needs(Scope.REQUESTS_READ), response={200: Piece, ERRORS: shapes.Trouble})
def list_requests(  # noqa: PLR0917  (each is a filter in the address, given by its name)
    request: HttpRequest,
    state: RequestState | None = None,
    priority: Priority | None = None,
    processor: Processor | None = None,
    changed_since: Moment = None,
    due_before: Moment = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> dict[str, Any]:
    """Requests, newest first: ids, places and dates, nothing about members."""
    del request
    wanted: dict[str, object] = {
        "state": state,
        "priority": priority,
        "processor": processor,
        "changed_at__gte": _utc(changed_since),
        "due_at__lt": _utc(due_before),
    }
    rows = Request.objects.filter(**{name: value for name, value in wanted.items() if value is not None})
    return piece(rows.defer("read_values", "facts"), cursor, limit, _row)


def _utc(moment: dt.datetime | None) -> dt.datetime | None:
    """A moment in UTC; the first and last of what a calendar holds have none and stay inside it."""
    if moment is None:
        return None
    try:
        return moment.astimezone(dt.UTC)
    except OverflowError:
        return moment.replace(tzinfo=dt.UTC)


@router.get(
    "/requests/{reference}",
    auth=Needs(Scope.REQUESTS_READ),
    response={200: shapes.RequestShape, ERRORS: shapes.Trouble},
)
def one_request(request: HttpRequest, reference: shapes.Reference) -> dict[str, Any]:
    """One request with fields, lines, gaps, route, clock and why. The look is written to the audit trail."""
    row = get_object_or_404(Request, reference=reference)
    note_view(actor(request), request=row)
    routes = {route.line_id: route for route in row.routes.all()}
    return _row(row) | {
        "fields": [
            {
                "name": field.name,
                "value": field.value,
                "raw": field.raw,
                "confidence": field.confidence,
                "status": field.status,
                "page": field.page_number,
                "box": field.box,
                "human": field.human,
            }
            for field in row.fields.all()
        ],
        "lines": [
            {
                "position": line.position,
                "code": line.code,
                "description": line.description,
                "quantity": line.quantity,
                "modifiers": line.modifiers.split(),
                "route": _route(routes.get(line.pk)),
            }
            for line in row.lines.all()
        ],
        "diagnoses": [diagnosis.code for diagnosis in row.diagnoses.all()],
        "gaps": list(row.gaps.values("field", "reason", "audience", "message")),
        "route": _route(routes.get(None)),
        "clock": {
            "started_at": row.clock_started_at,
            "due_at": row.due_at,
            "rule": row.due_rule,
            "others": row.other_due,
        },
        "pages": [place.page.pk for place in places_of(row) if not place.set_aside],
        "why": _why(row),
    }


def _why(row: Request) -> dict[str, object] | None:
    """The explanation; None of a request that was never decided, as one that was merged at once."""
    try:
        return why(row).to_json()
    except DeskError:
        return None


@router.get(
    "/requests/{reference}/corrections",
    auth=Needs(Scope.REQUESTS_READ),
    response={200: list[shapes.CorrectionShape], ERRORS: shapes.Trouble},
)
def list_corrections(request: HttpRequest, reference: shapes.Reference) -> list[dict[str, Any]]:
    """What was changed about a request, oldest first."""
    row = get_object_or_404(Request, reference=reference)
    note_view(actor(request), request=row)
    return [
        {
            "revision": each.revision,
            "target": each.target,
            "before": each.before,
            "after": each.after,
            "reason": each.reason,
            "by": each.by_name,
            "at": each.at,
        }
        for each in row.corrections.all()
    ]


@router.post(
    "/requests/{reference}/corrections",
    auth=Needs(Scope.CORRECTIONS_WRITE),
    response={200: shapes.Moved, 201: shapes.Moved, ERRORS: shapes.Trouble},
)
def post_corrections(
    request: HttpRequest, reference: shapes.Reference, sent: shapes.CorrectionsIn, key: once.Key
) -> Status[dict[str, object]]:
    """Change values at the revision that was seen; 409 when the request moved on meanwhile."""

    def act() -> dict[str, object]:
        get_object_or_404(Request, reference=reference)
        changes = [Change(change.target, change.text, change.reason) for change in sent.changes]
        with transaction.atomic():
            row = correct(reference, changes, revision=sent.revision, actor=actor(request), tables=current_reference())
        return _moved(row)

    return once.once(request, key, act)


@router.post(
    "/requests/{reference}/release",
    auth=Needs(Scope.REQUESTS_WRITE),
    response={200: shapes.Moved, 201: shapes.Moved, ERRORS: shapes.Trouble},
)
def post_release(
    request: HttpRequest, reference: shapes.Reference, sent: shapes.ReleaseIn, key: once.Key
) -> Status[dict[str, object]]:
    """Let a reviewed request go on at the revision that was seen; 409 while something is left to a clerk."""

    def act() -> dict[str, object]:
        get_object_or_404(Request, reference=reference)
        return _moved(release(reference, revision=sent.revision, actor=actor(request)))

    return once.once(request, key, act)


@router.post(
    "/requests/{reference}/close",
    auth=Needs(Scope.REQUESTS_WRITE),
    response={200: shapes.Moved, 201: shapes.Moved, ERRORS: shapes.Trouble},
)
def post_close(
    request: HttpRequest, reference: shapes.Reference, sent: shapes.CloseIn, key: once.Key
) -> Status[dict[str, object]]:
    """Close a decided request whose recipients know by another way, with how they were told."""

    def act() -> dict[str, object]:
        get_object_or_404(Request, reference=reference)
        return _moved(close(reference, sent.why, actor=actor(request)))

    return once.once(request, key, act)


def _moved(row: Request) -> dict[str, object]:
    row.refresh_from_db()
    return {"reference": row.reference, "revision": row.revision, "state": str(row.state)}


def _route(route: RouteRecord | None) -> dict[str, Any] | None:
    if route is None:
        return None
    names = ("processor", "outcome", "rule", "reason", "vendor", "row", "trace")
    return {name: getattr(route, name) for name in names}


def _row(row: Request) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "arrival": row.arrival_id,
        "revision": row.revision,
        "state": str(row.state),
        "priority": row.priority,
        "received_at": row.received_at,
        "due_at": row.due_at,
        "processor": row.processor,
        "outcome": row.outcome,
        "clerk_gaps": row.clerk_gap_count,
        "provider_gaps": row.provider_gap_count,
        "changed_at": row.changed_at,
    }
