"""The first receipt of a request: earlier than ours where a person knows that another office had it before.

Forwarding neither resets nor stops a clock: a request that a medical group received and sent on to us runs
from the group's receipt. Only a person can say so, with the reason; a receipt never becomes later.
"""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from classify.reference import Reference
from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.cases.decisions import redecide
from desk.cases.moves import lock_request, move
from desk.cases.release import supersede_unsent
from desk.errors import MoveRefusedError, ValueRefusedError
from desk.lifecycle import CORRECTABLE_STATES, PEOPLE, RequestState
from desk.records.models import Correction, Request

RECEIVED_AT = "received_at"
"""The target of the correction that keeps what the receipt was before."""


def received_earlier(
    reference: str, at: dt.datetime, *, reason: str, revision: int, actor: Actor, tables: Reference
) -> Request:
    """Set the first receipt of a request back to ``at`` (aware), when another office received it; decides anew.

    Raises :class:`desk.errors.ValueRefusedError` for a time that is not earlier or a missing reason,
    :class:`desk.errors.MoveRefusedError`, :class:`desk.errors.RevisionChangedError`.
    """
    if not actor.roles & PEOPLE:
        raise MoveRefusedError("your role may not change when a request was received")
    if not reason.strip():
        raise ValueRefusedError("say who received it then")
    with transaction.atomic():
        request = lock_request(reference, revision=revision)
        if request.state not in CORRECTABLE_STATES:
            words = request.state.replace("_", " ")
            raise MoveRefusedError(f"the receipt of a request that is {words} can no longer be changed")
        if at >= request.received_at:
            raise ValueRefusedError("a receipt can only be set to an earlier time: the clock never starts anew")
        before, request.received_at = request.received_at, at
        request.revision += 1
        request.save()
        Correction.objects.create(
            request=request,
            revision=request.revision,
            target=RECEIVED_AT,
            before={"value": before.isoformat(), "raw": None},
            after={"value": at.isoformat(), "raw": None},
            reason=reason.strip(),
            by_id=actor.user_id,
            by_name=actor.name,
            at=timezone.now(),
        )
        note(actor, "request.received_earlier", request=request, detail={"revision": request.revision})
        supersede_unsent(request)
        if request.state != RequestState.UNMATCHED:
            move(request, RequestState.NEEDS_REVIEW, actor)
        redecide(request, tables, cause="correction")
        return request
