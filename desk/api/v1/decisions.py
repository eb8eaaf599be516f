"""Care decisions that named persons made, and the processors' acknowledgements."""

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from desk.api.v1 import once, shapes
from desk.api.v1.door import Needs, actor
from desk.api.v1.lists import Cursor, Limit, Piece, piece
from desk.api.v1.service import ERRORS
from desk.cases.accounts import Scope
from desk.cases.acknowledging import acknowledge
from desk.cases.care import record_decision
from desk.pipeline import paper
from desk.records.models import Acknowledgement, CareRecord, Request
from outbound.care import CareDecision, DecidedLine

router = Router()


@router.get("/decisions", auth=Needs(Scope.DECISIONS_READ), response={200: Piece, ERRORS: shapes.Trouble})
def list_decisions(
    request: HttpRequest,
    reference: Annotated[str, Query(max_length=12, pattern=r"^[0-9A-Z-]*$")] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> dict[str, Any]:
    """Recorded decisions, newest first, of all requests or of one."""
    del request
    rows = CareRecord.objects.select_related("request").prefetch_related("notices")
    return piece(rows.filter(request__reference=reference) if reference else rows, cursor, limit, _shown)


@router.post(
    "/requests/{reference}/decisions",
    auth=Needs(Scope.DECISIONS_WRITE),
    response={200: shapes.DecisionMade, 201: shapes.DecisionMade, ERRORS: shapes.Trouble},
)
def post_decision(
    request: HttpRequest, reference: shapes.Reference, sent: shapes.DecisionIn, key: once.Key
) -> Status[dict[str, object]]:
    """Record what a named person decided about a handed-over request; its notices are drafted."""

    def act() -> dict[str, object]:
        get_object_or_404(Request, reference=reference)
        row = record_decision(
            reference,
            decision_of(sent),
            revision=sent.revision,
            actor=actor(request),
            languages=tuple(sent.letters),
            sender=paper.sender_contact(),
            texts=paper.own_texts(),
        )
        row.request.refresh_from_db()
        return {
            "decision": row.pk,
            "reference": reference,
            "state": str(row.request.state),
            "notices": list(row.notices.order_by("pk").values_list("pk", flat=True)),
        }

    return once.once(request, key, act)


def decision_of(sent: shapes.DecisionIn) -> CareDecision:
    """Give what was sent as a decision. Raises :class:`outbound.errors.CareDecisionError` naming what it lacks."""
    plain = sent.model_dump(exclude={"revision", "lines", "letters"})
    return CareDecision(lines=tuple(DecidedLine(**line.model_dump()) for line in sent.lines), **plain)


@router.get("/acknowledgements", auth=Needs(Scope.ACKNOWLEDGEMENTS_READ), response={200: Piece, ERRORS: shapes.Trouble})
def list_acknowledgements(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> dict[str, Any]:
    """What processors acknowledged, newest first."""
    del request
    return piece(Acknowledgement.objects.all(), cursor, limit, _acknowledged)


@router.post(
    "/acknowledgements",
    auth=Needs(Scope.ACKNOWLEDGEMENTS_WRITE),
    response={200: shapes.AcknowledgementShape, 201: shapes.AcknowledgementShape, ERRORS: shapes.Trouble},
)
def post_acknowledgement(
    request: HttpRequest, sent: shapes.AcknowledgementIn, key: once.Key
) -> Status[dict[str, object]]:
    """Say that a request arrived at its processor; the first word counts, a later one changes nothing."""

    def act() -> dict[str, object]:
        row = acknowledge(sent.reference, sent.processor, sent.at, number=sent.number, actor=actor(request))
        return _acknowledged(row) | {"at": row.at.astimezone(dt.UTC).isoformat()}

    return once.once(request, key, act)


def _acknowledged(row: Acknowledgement) -> dict[str, Any]:
    return {
        "acknowledgement": row.pk,
        "reference": row.reference,
        "processor": str(row.processor),
        "at": row.at,
        "number": row.number,
    }


def _shown(row: CareRecord) -> dict[str, Any]:
    return {
        "decision": row.pk,
        "reference": row.request.reference,
        "revision": row.revision,
        "kind": row.kind,
        "decided_by": row.decided_by,
        "decided_at": row.decided_at,
        "entered_by": row.entered_by_name,
        "entered_at": row.entered_at,
        "notices": [notice.pk for notice in row.notices.all()],
    }
