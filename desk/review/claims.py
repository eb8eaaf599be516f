"""Who is working on a request: a claim that frees itself a few minutes after its page was left.

Opening a request that waits for a person claims it; the open page keeps the claim alive. Others may
look on, and take over with one press. A claim keeps clerks out of each other's way; that nobody's
change is lost is the revision's work (:mod:`desk.review.corrections`).
"""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.lifecycle import PEOPLE
from desk.records.models import Request
from desk.review.models import Claim
from desk.review.sheet import WAITING_STATES

LASTS = dt.timedelta(minutes=3)
_RENEW_AFTER = dt.timedelta(minutes=1)


def hold(request: Request, actor: Actor) -> Claim | None:
    """Claim a request for somebody who may work on it, or keep their claim alive; give the claim in force.

    Somebody else's claim is left as it is and given back; ``None`` where nobody's is wanted.
    """
    current = claim_on(request)
    if current and current.user_id != actor.user_id:
        return current
    if request.state not in WAITING_STATES or not actor.roles & PEOPLE or actor.user_id is None:
        return current
    now = timezone.now()
    if current is None or current.until - now < LASTS - _RENEW_AFTER:
        return _write(request, actor, now)
    return current


def claim_on(request: Request) -> Claim | None:
    """Give the claim in force on a request, if any."""
    found: Claim | None = getattr(request, "claim", None)
    if found is None or found.until <= timezone.now() or request.state not in WAITING_STATES:
        return None
    return found


def held_by_other(request: Request, actor: Actor) -> Claim | None:
    """Give somebody else's claim in force, if there is one."""
    current = claim_on(request)
    return current if current and current.user_id != actor.user_id else None


def take_over(request: Request, actor: Actor) -> Claim:
    """Make the claim this person's, whoever had it; in the audit trail with the one before."""
    with transaction.atomic():
        before = held_by_other(request, actor)
        claim = _write(request, actor, timezone.now())
        if before:
            note(actor, "request.taken_over", request=request, detail={"from": before.user.get_username()})
        return claim


def _write(request: Request, actor: Actor, now: dt.datetime) -> Claim:
    assert actor.user_id is not None
    claim = Claim(request=request, user_id=actor.user_id, until=now + LASTS)
    kept = ["user", "until"]
    Claim.objects.bulk_create([claim], update_conflicts=True, unique_fields=["request"], update_fields=kept)
    return claim
