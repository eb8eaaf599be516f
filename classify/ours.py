"""Is it for us at all: another plan's form for a member whom our roster does not know makes no case."""

import datetime as dt
from collections.abc import Sequence

from classify.identity import IdentityState, check_identity
from classify.reference import Reference
from classify.retro import first_service_day
from terms.dates import PACIFIC
from terms.requests import RequestValues


def keep_ours(
    requests: Sequence[RequestValues], reference: Reference, *, received_at: dt.datetime
) -> tuple[RequestValues, ...]:
    """The requests that make a case here.

    Left out is what stands on another plan's form alone, unless the roster proves that the member is
    ours, or a Medi-Cal number stands there and no roster is loaded to ask. An arrival of which nothing
    is kept is quarantined for a person with ``classify.other_plan``: no case is opened on a stranger,
    and nobody is misjudged by a program.
    """
    received_on = received_at.astimezone(PACIFIC).date()
    return tuple(values for values in requests if _is_ours(values, reference, received_on))


def _is_ours(values: RequestValues, reference: Reference, received_on: dt.date) -> bool:
    if values.facts.get("other_plan") != "yes":
        return True
    if reference.roster is None and values.value("member.id") is not None:
        return True  # a Medi-Cal number on another plan's paper: without a roster nobody can say whose
    day = first_service_day(values) or received_on
    return check_identity(values, reference.roster, day).state is IdentityState.CONFIRMED
