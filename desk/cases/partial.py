"""Faxes of which less came than the fax server counted: told on the arrival, and put before a clerk on its requests."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from extract.reading import PageReading
from ingest.errors import problem
from ingest.pages import CallFacts
from terms.errors import Problem
from terms.requests import RequestValues

_SHORT, _CUT = "pages.short", "call.cut"


def pages_short(call: Mapping[str, Any] | None, readable: int) -> Problem | None:
    """The problem of a fax with fewer readable pages than its ticket tells, or whose call ended badly."""
    facts = CallFacts.from_record(call) if call else CallFacts()
    if facts.pages is not None and facts.pages > readable:
        return problem("pages_short", told=facts.pages, came=readable)
    return problem("call_ended_badly") if facts.error else None


def with_call(
    requests: Sequence[RequestValues], call: Mapping[str, Any] | None, readings: Sequence[PageReading]
) -> tuple[RequestValues, ...]:
    """The requests of an arrival, with what the fax server told of missing pages as facts.

    Where a cover sheet announces more pages than the fax server counted, the cover sheet stands.
    """
    facts = CallFacts.from_record(call) if call else CallFacts()
    readable = sum(1 for reading in readings if reading.problem is None)
    more: dict[str, str] = {}
    if facts.error:
        more[_CUT] = "yes"
    found = []
    for values in requests:
        announced = int(values.facts.get(_SHORT, "0/0").rpartition("/")[2])
        told = facts.pages or 0
        short = {_SHORT: f"{readable}/{told}"} if told > max(readable, announced) else {}
        found.append(replace(values, facts={**values.facts, **more, **short}))
    return tuple(found)
