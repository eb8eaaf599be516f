"""Notices: what goes out, what became of it, and the paper itself."""

import hashlib
from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from desk.api.v1 import once, shapes
from desk.api.v1.door import Needs, actor
from desk.api.v1.lists import Cursor, Limit, Piece, piece
from desk.api.v1.service import ERRORS, tagged
from desk.cases.accounts import Scope
from desk.cases.approving import approve
from desk.cases.audit import note
from desk.cases.holding import hold, let_go
from desk.lifecycle import NoticeState
from desk.records.models import Notice
from desk.review.files import stored_file
from desk.storage import DERIVED

router = Router()


@router.get("/notices", auth=Needs(Scope.NOTICES_READ), response={200: Piece, ERRORS: shapes.Trouble})
def list_notices(
    request: HttpRequest,
    state: NoticeState | None = None,
    reference: Annotated[str, Query(max_length=12, pattern=r"^[0-9A-Z-]*$")] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> dict[str, Any]:
    """Notices, newest first, of all requests or of one."""
    del request
    rows = Notice.objects.select_related("request").defer("data")
    if state is not None:
        rows = rows.filter(state=state)
    if reference:
        rows = rows.filter(request__reference=reference)
    return piece(rows, cursor, limit, _shown)


@router.get(
    "/notices/{notice}", auth=Needs(Scope.NOTICES_READ), response={200: shapes.NoticeShape, ERRORS: shapes.Trouble}
)
def one_notice(request: HttpRequest, notice: shapes.Number) -> dict[str, Any]:
    """One notice."""
    del request
    return _shown(get_object_or_404(Notice.objects.select_related("request"), pk=notice))


@router.get(
    "/notices/{notice}/pdf",
    auth=Needs(Scope.NOTICES_READ),
    response={200: None, ERRORS: shapes.Trouble},
    openapi_extra=shapes.file_answer("application/pdf", "The notice as it goes out"),
)
def notice_pdf(request: HttpRequest, notice: shapes.Number) -> HttpResponseBase:
    """A notice as its reader gets it; 404 until it is made. Written to the audit trail."""
    row = get_object_or_404(Notice.objects.select_related("request", "arrival"), pk=notice)
    answer = stored_file(DERIVED, row.pdf, "application/pdf", f"notice-{notice}.pdf", inline=True)
    note(actor(request), "notice.opened", request=row.request, arrival=row.arrival, detail={"notice": notice})
    answered: HttpResponseBase = tagged(request, answer, hashlib.sha256(row.pdf.encode()).hexdigest())
    return answered


@router.post(
    "/notices/{notice}/approval",
    auth=Needs(Scope.NOTICES_WRITE),
    response={200: shapes.NoticeShape, 201: shapes.NoticeShape, ERRORS: shapes.Trouble},
)
def post_approval(
    request: HttpRequest, notice: shapes.Number, sent: shapes.ApprovalIn, key: once.Key
) -> Status[dict[str, object]]:
    """Pass on a named person's approval of a decision's notice; 409 when its paper is another one by now."""

    def act(name: str) -> Notice:
        return approve(name, sent.paper, actor=actor(request), approved_by=sent.approved_by)

    return _do(request, notice, key, act)


@router.post(
    "/notices/{notice}/hold",
    auth=Needs(Scope.NOTICES_WRITE),
    response={200: shapes.NoticeShape, 201: shapes.NoticeShape, ERRORS: shapes.Trouble},
)
def post_hold(
    request: HttpRequest, notice: shapes.Number, sent: shapes.HoldIn, key: once.Key
) -> Status[dict[str, object]]:
    """Keep a notice that has not left from going out."""
    return _do(request, notice, key, lambda name: hold(name, sent.reason, actor=actor(request)))


@router.post(
    "/notices/{notice}/let-go",
    auth=Needs(Scope.NOTICES_WRITE),
    response={200: shapes.NoticeShape, 201: shapes.NoticeShape, ERRORS: shapes.Trouble},
)
def post_let_go(request: HttpRequest, notice: shapes.Number, key: once.Key) -> Status[dict[str, object]]:
    """Let a notice go out that was held."""
    return _do(request, notice, key, lambda name: let_go(name, actor=actor(request)))


def _do(request: HttpRequest, number: int, key: str, act: Callable[[str], Notice]) -> Status[dict[str, object]]:
    def done() -> dict[str, object]:
        row = act(get_object_or_404(Notice, pk=number).key)
        shown = _shown(row)
        return shown | {name: at.isoformat() if (at := shown[name]) else None for name in ("created_at", "sent_at")}

    return once.once(request, key, done)


def _shown(row: Notice) -> dict[str, Any]:
    return {
        "notice": row.pk,
        "reference": row.request.reference if row.request else None,
        "arrival": row.arrival_id,
        "kind": row.kind,
        "language": row.language,
        "processor": row.processor,
        "way": row.way,
        "revision": row.revision,
        "state": str(row.state),
        "verified": row.verified,
        "created_at": row.created_at,
        "sent_at": row.sent_at,
        "pages": row.pages,
        "problem": row.problem_kind,
        "paper": row.pdf,
        "approved_by": row.approved_by,
    }
