"""Service before the request: the plan's retro window and CHME's retro rule, evaluated and shown.

What fails here is a gap for a person. Nothing is denied by a program.

Sources: since 1 November 2014 CHME-managed equipment is looked at after the fact only for an
emergency, explained, on a request marked RETRO; the plan's form of 2026 takes retro requests up to
90 days after the service (docs/domain.md, sections 2 and 4).
"""

import datetime as dt
from collections.abc import Sequence

from classify.identity import confirmed_by_person
from terms.names import Processor, RequestType
from terms.requests import Audience, Gap, GapReason, RequestValues, Route
from terms.values import FieldValue

_START = "service.start_date"
_LABEL = "Retro request"
_UNMARKED = (
    "The service starts before the request arrived and the request is not marked RETRO. "
    "CHME's retro rule is not met as it stands; a person decides what happens."
)
_TOO_OLD = (
    "The service was more than {days} days before the request arrived, outside the plan's retro window; "
    "a person decides what happens."
)
_EXPLAIN = (
    "The service starts before the request arrived. Please say whether it was an emergency, and explain the need."
)


def first_service_day(values: RequestValues) -> dt.date | None:
    """The earliest certain start date of the request or one of its lines, or ``None``."""
    dates = [values.fields.get(_START, FieldValue.missing()), *(line.start_date for line in values.lines)]
    days = [dt.date.fromisoformat(d.value) for d in dates if d.is_accepted and d.value]
    return min(days, default=None)


def is_marked_retro(values: RequestValues) -> bool:
    """Say whether the request calls itself RETRO, by its type box or in its text."""
    boxes = values.facts.get("type.boxes", "").split(",")
    retro = RequestType.RETRO.value
    return values.value("request.type") == retro or retro in boxes or values.facts.get("text.retro") == "yes"


def retro_gaps(
    values: RequestValues, routes: Sequence[Route], received_on: dt.date, window: dt.timedelta
) -> tuple[Gap, ...]:
    """What a person or the provider must settle because the service came before the request.

    ``window`` is how long after the service the plan takes a retro request (``clocks.toml``).
    """
    start = first_service_day(values)
    marked = is_marked_retro(values)
    if start is None or start >= received_on:
        return _undated(values, start) if marked else ()
    gaps: list[Gap] = []
    managed = any(route.processor is Processor.CHME for route in routes)
    settled = confirmed_by_person(values.facts, _START)
    if managed and not marked and not settled:
        gaps.append(_clerk(_UNMARKED))
    if managed and marked and values.facts.get("text.emergency") != "yes":
        gaps.append(Gap("retro.explanation", GapReason.MISSING, Audience.PROVIDER, _EXPLAIN, _LABEL))
    if received_on - start > window and not settled:
        gaps.append(_clerk(_TOO_OLD.format(days=window.days)))
    return tuple(gaps)


def _undated(values: RequestValues, start: dt.date | None) -> tuple[Gap, ...]:
    """A request marked RETRO needs the day of the service to be judged at all."""
    if start is not None or any(values.fields.get(name, FieldValue.missing()).raw for name in (_START,)):
        return ()
    label = values.fields.get(_START, FieldValue.missing()).label or _LABEL
    message = "The request is marked RETRO but gives no date of service."
    return (Gap(_START, GapReason.MISSING, Audience.PROVIDER, message, label),)


def _clerk(message: str) -> Gap:
    return Gap(_START, GapReason.CONFLICT, Audience.CLERK, message, _LABEL)
