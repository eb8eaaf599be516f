"""The decision on a request's values: priority, clock, gaps and routes, each with its reason.

It is pure and looks at nothing but its arguments, so it is made again whenever a value changes and
an old one can be replayed under the tables of its day. It never judges care.
"""

import datetime as dt

from classify.clock import run_clock
from classify.complete import Checking, find_gaps
from classify.identity import check_identity
from classify.priority import judge_priority
from classify.reference import Reference
from classify.retro import first_service_day, retro_gaps
from classify.route import route_facts, route_line, route_request
from terms.dates import PACIFIC
from terms.requests import Decision, RequestValues


def decide(values: RequestValues, reference: Reference, *, received_at: dt.datetime) -> Decision:
    """Decide on one request received at ``received_at`` (aware): same arguments, same decision.

    Raises ``ValueError`` for a naive time and for nothing that the values can hold. ``received_at``
    is the first receipt: forwarding and amendments keep it.
    """
    if received_at.tzinfo is None:
        raise ValueError("received_at needs a time zone")
    received_on = received_at.astimezone(PACIFIC).date()
    day = first_service_day(values) or received_on
    identity = check_identity(values, reference.roster, day)
    verdict = judge_priority(values)
    shared = route_facts(values, identity, day, reference)
    routes = tuple(route_line(line, shared) for line in values.lines)
    check = Checking(values, reference, received_on, day, identity, verdict)
    gaps = find_gaps(check) + retro_gaps(values, routes, received_on, reference.clocks.retro_window)
    safe = identity.member if identity.member is not None and not identity.is_unsafe else None
    line = safe.line_of_business if safe else None
    clock = run_clock(verdict.kinds, line, received_at, reference.clocks, reference.calendar)
    return Decision(
        priority=verdict.priority,
        clock=clock,
        gaps=gaps,
        route=route_request(values, routes, shared),
        line_routes=routes,
        tables=reference.tables,
    )
