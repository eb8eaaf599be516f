"""Faxes of which less came than was sent."""

from dataclasses import replace

import pytest

from classify.decide import decide
from classify.reference import load_reference
from desk.cases.arrivals import unreadable_page
from desk.cases.partial import pages_short, with_call
from extract.reading import PageReading
from ingest.pages import CallFacts
from terms.errors import Problem
from terms.names import TextSource
from tests.desk.made_up import RECEIVED, values

TABLES = load_reference(None)
DAMAGED = Problem("ingest.page_unreadable", "This page is damaged and could not be read.")


def _readings(good: int, bad: int = 0) -> list[PageReading]:
    pages = [PageReading(number, 0, None, TextSource.OCR, 0.9) for number in range(1, good + 1)]
    return pages + [unreadable_page(number, DAMAGED) for number in range(good + 1, good + bad + 1)]


@pytest.mark.parametrize(
    ("call", "readable", "kind"),
    [
        (CallFacts(pages=5), 4, "ingest.pages_short"),
        (CallFacts(pages=5, error="lost carrier"), 4, "ingest.pages_short"),
        (CallFacts(error="lost carrier"), 4, "ingest.call_ended_badly"),
        (CallFacts(pages=4), 4, None),
        (CallFacts(pages=3), 4, None),
        (CallFacts(), 4, None),
        (None, 4, None),
    ],
)
def test_what_the_fax_server_counted_is_compared(call: CallFacts | None, readable: int, kind: str | None) -> None:
    """Five told and four readable is a partial fax; more than told is none."""
    found = pages_short(call.to_record() if call else None, readable)
    assert (found.kind if found else None) == kind


def test_a_partial_fax_waits_for_a_clerk() -> None:
    """A ticket of five pages with four readable ones opens a gap that a clerk must look at."""
    (request,) = with_call([values()], CallFacts(pages=5).to_record(), _readings(4, 1))
    assert request.facts["pages.short"] == "4/5"
    gaps = decide(request, TABLES, received_at=RECEIVED).clerk_gaps
    assert [gap.field for gap in gaps] == ["pages"]
    assert "4 pages came and 5 were announced" in gaps[0].message


def test_a_call_that_ended_badly_waits_for_a_clerk_until_somebody_looked() -> None:
    """Without a count the receiver's error alone is enough; a person's word settles it."""
    (request,) = with_call([values()], CallFacts(error="lost carrier").to_record(), _readings(2))
    (gap,) = decide(request, TABLES, received_at=RECEIVED).clerk_gaps
    assert "ended badly" in gap.message
    assert "carrier" not in gap.message
    settled = replace(request, facts={**request.facts, "confirmed.pages": "yes"})
    assert decide(settled, TABLES, received_at=RECEIVED).clerk_gaps == ()


def test_a_whole_fax_has_no_such_gap() -> None:
    """As many pages as told, and what a cover sheet announces beyond that stands."""
    (request,) = with_call([values()], CallFacts(pages=2).to_record(), _readings(2))
    assert not decide(request, TABLES, received_at=RECEIVED).clerk_gaps
    short = replace(values(), facts={**values().facts, "pages.short": "2/9"})
    (request,) = with_call([short], CallFacts(pages=5).to_record(), _readings(2))
    assert request.facts["pages.short"] == "2/9"
    (request,) = with_call([values()], None, _readings(2))
    assert request == values()
