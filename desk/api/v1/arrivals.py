"""Arrivals and their pages: what came in, and a file handed over."""

import hashlib
from typing import Annotated, Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseBase
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from desk.api.v1 import once, shapes
from desk.api.v1.door import Needs, account, actor
from desk.api.v1.lists import Cursor, Limit, Piece, piece
from desk.api.v1.service import ERRORS, tagged
from desk.cases.accounts import Scope
from desk.cases.audit import note, note_view
from desk.cases.handed_in import HandedIn, hand_in
from desk.config import Settings
from desk.records.models import Arrival, Page
from desk.review.files import stored_file
from desk.spool import spooled_files
from desk.storage import DERIVED
from terms.errors import InletError
from terms.names import ArrivalState

LARGEST_MB = 100
router = Router()
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "string", "format": "binary"}},
                    "required": ["file"],
                }
            }
        },
    }
}


class FormError(InletError):
    """A form that holds not exactly one file."""

    kind = "api.form"


@router.get("/arrivals", auth=Needs(Scope.ARRIVALS_READ), response={200: Piece, ERRORS: shapes.Trouble})
def list_arrivals(
    request: HttpRequest,
    state: ArrivalState | None = None,
    source: Annotated[str, Query(max_length=64, pattern=r"^[a-z0-9-]*$")] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> dict[str, Any]:
    """Arrivals, newest first."""
    del request
    rows = Arrival.objects.all()
    if state is not None:
        rows = rows.filter(state=state)
    if source:
        rows = rows.filter(source=source)
    return piece(rows, cursor, limit, _shown)


@router.get(
    "/arrivals/{arrival}",
    auth=Needs(Scope.ARRIVALS_READ),
    response={200: shapes.ArrivalShape, ERRORS: shapes.Trouble},
)
def one_arrival(request: HttpRequest, arrival: shapes.Number) -> dict[str, Any]:
    """One arrival, with its pages and requests."""
    del request
    row = get_object_or_404(Arrival, pk=arrival)
    return _shown(row) | {
        "pages": list(row.pages.values_list("pk", flat=True)),
        "requests": list(row.requests.order_by("position").values_list("reference", flat=True)),
    }


@router.post(
    "/arrivals",
    auth=Needs(Scope.ARRIVALS_WRITE),
    response={200: shapes.ArrivalShape, 201: shapes.ArrivalShape, ERRORS: shapes.Trouble},
    openapi_extra=_FORM,
)
def post_arrival(request: HttpRequest, key: once.Key) -> Status[dict[str, Any]]:
    """Hand a file over. What is answered is stored safely; the same key with the same file is the same arrival."""
    if request.content_type != "multipart/form-data":
        raise FormError("Send multipart/form-data with one file.")
    inlet: Settings = settings.INLET
    who = account(request)
    try:
        with spooled_files(request, inlet.data_dir / "spool" / "interface", LARGEST_MB * 2**20) as files:
            if len(files) != 1 or not files[0].size:
                raise FormError("Send exactly one file that is not empty; hand over each fax by itself.")
            pickup = f"interface:{who.pk}:{hashlib.sha256(key.encode()).hexdigest()}"
            with files[0].path.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
            before = Arrival.objects.filter(pickup_key=pickup).first()
            if before is not None and before.sha256 != digest:
                raise once.KeyUsedError("This Idempotency-Key came before with another file; nothing was kept.")
            arrival, new = hand_in(
                HandedIn(path=files[0].path, source="interface", label=who.name, key=pickup, file_name=files[0].name)
            )
    except (MultiPartParserError, SuspiciousOperation) as error:
        raise FormError("The form breaks off or makes no sense; send it again.") from error
    if new:
        note(actor(request), "arrival.handed_in", arrival=arrival)
    return Status(201 if new else 200, _shown(arrival))


@router.get("/pages/{page}", auth=Needs(Scope.PAGES_READ), response={200: shapes.PageShape, ERRORS: shapes.Trouble})
def one_page(request: HttpRequest, page: shapes.Number) -> dict[str, Any]:
    """A page and everything read on it. That it was looked at is written to the audit trail."""
    row = get_object_or_404(Page.objects.select_related("arrival"), pk=page)
    note_view(actor(request), arrival=row.arrival)
    return {
        "page": row.pk,
        "arrival": row.arrival_id,
        "number": row.number,
        "kind": row.kind,
        "form": row.form,
        "rotation": row.rotation,
        "text_source": row.text_source,
        "legibility": row.legibility,
        "problem": row.problem.to_json() if row.problem else None,
        "reading": row.reading,
    }


@router.get(
    "/pages/{page}/image",
    auth=Needs(Scope.PAGES_READ),
    response={200: None, ERRORS: shapes.Trouble},
    openapi_extra=shapes.file_answer("image/png", "The upright page"),
)
def page_image(request: HttpRequest, page: shapes.Number) -> HttpResponseBase:
    """The upright page as PNG. That it was looked at is written to the audit trail."""
    row = get_object_or_404(Page.objects.select_related("arrival").defer("reading", "source"), pk=page)
    name = row.upright or row.image
    answer = stored_file(DERIVED, name, "image/png", f"page-{page}.png", inline=True)
    note_view(actor(request), arrival=row.arrival)
    answered: HttpResponseBase = tagged(request, answer, hashlib.sha256(name.encode()).hexdigest())
    return answered


def _shown(arrival: Arrival) -> dict[str, Any]:
    return {
        "arrival": arrival.pk,
        "source": arrival.source,
        "channel": arrival.channel,
        "state": arrival.state,
        "sha256": arrival.sha256,
        "size": arrival.size,
        "received_at": arrival.received_at,
        "finished_at": arrival.finished_at,
        "page_count": arrival.page_count,
        "duplicate_of": arrival.duplicate_of_id,
        "problem": arrival.problem.to_json() if arrival.problem else None,
        "pages": [],
        "requests": [],
    }
