"""Cases of what comes again: the same fax, a corrected one, loose records, and what another office forwards."""

import dataclasses
import datetime as dt

import pytest

from desk.cases.joining import join
from desk.cases.tables import current_reference
from desk.records.models import JoinedPaper, Request
from samples.conditions import CONDITIONS
from samples.orders import line
from tests.cases.office import CLERK, MONDAY, WALKER, Office, as_fax, draw, gaps, only, order
from tests.cases.test_clocks import cover_words

pytestmark = pytest.mark.django_db
TEN_MINUTES, DAY = dt.timedelta(minutes=10), dt.timedelta(days=1)
CLEAN = CONDITIONS["clean"]


def test_case_04_the_same_fax_twice_is_one_case(office: Office) -> None:
    """The same bytes are a duplicate; sent again over the line they are linked; answers cite the one reference."""
    asked = order(4)
    office.know(asked)
    data = as_fax(draw(("chme_order", asked)), condition=CLEAN)
    first = only(office.receive(data))
    first = office.let_go(first) if first.state == "needs_review" else first
    same = office.receive(data, at=MONDAY + TEN_MINUTES)
    assert (same.state, same.duplicate_of_id) == ("duplicate", first.arrival_id)
    again = office.receive(as_fax(draw(("chme_order", asked)), seed=44), at=MONDAY + TEN_MINUTES)
    assert (again.state, again.duplicate_of_id) == ("duplicate", first.arrival_id)
    assert list(Request.objects.all()) == [first]
    assert sorted(notice.kind for notice in first.notices.all()) == ["receipt", "received_again"]
    assert {notice.key.partition(":")[0] for notice in first.notices.all()} == {first.reference}


def test_case_05_a_corrected_refax_is_an_amendment(office: Office) -> None:
    """One code corrected: no duplicate and no second case; the difference is shown, the first clock is kept."""
    asked = order(5, WALKER, line("E0156"))
    corrected = dataclasses.replace(asked, lines=(line("E0149", "NU"), line("E0156")))
    office.know(asked)
    first = only(office.receive(as_fax(draw(("chme_order", asked)), condition=CLEAN)))
    due = first.due_at
    paper = only(office.receive(as_fax(draw(("chme_order", corrected)), condition=CLEAN), at=MONDAY + DAY))
    first.refresh_from_db()
    assert paper.merged_into == first
    joining = JoinedPaper.objects.get(paper=paper)
    assert joining.kind == "amendment"
    assert {"target": "line[0].code", "before": "E0143", "after": "E0149"} in joining.differences
    assert (first.state, first.received_at, first.due_at) == ("needs_review", MONDAY, due)
    assert "line[0].code" in gaps(first, "clerk")


def test_case_06_records_alone_find_their_request_or_wait(office: Office) -> None:
    """Chart notes by themselves join by the reference on page 1, else by member and birth date, else wait."""
    asked, stranger = order(6, clinicals_attached=False, summary=""), order(600)
    office.know(asked)
    first = only(office.receive(as_fax(draw(("chme_order", asked)), condition=CLEAN)))
    told = dataclasses.replace(asked, summary="Cannot walk without help since the fall in October.")
    by_member = only(office.receive(as_fax(draw(("clinical_notes", told)), condition=CLEAN), at=MONDAY + DAY))
    assert by_member.merged_into == first
    assert JoinedPaper.objects.get(paper=by_member).kind == "records"
    first.refresh_from_db()
    assert "clinical" not in gaps(first, "provider")
    waiting = only(office.receive(as_fax(draw(("test_result", stranger)), condition=CLEAN), at=MONDAY + DAY))
    assert (waiting.state, waiting.merged_into) == ("unmatched", None)
    first.refresh_from_db()
    join(waiting.reference, first.reference, revision=waiting.revision, actor=CLERK, tables=current_reference())
    first.refresh_from_db()
    assert first.pages.count() == 3
    cover = order(6, typed=cover_words(f"Records as asked. Reference: {first.reference}"))
    paper = draw(("cover_sheet", cover), ("test_result", order(666)))
    answer = only(office.receive(as_fax(paper, condition=CLEAN, seed=9), at=MONDAY + DAY))
    assert JoinedPaper.objects.filter(paper=answer).get().candidates == [first.reference]


def test_case_07_equipment_forwarded_by_a_group_keeps_its_first_receipt(office: Office) -> None:
    """DME for a CHCN member that CHCN forwards: to CHME all the same, and the earliest receipt stays."""
    asked = order(7, group="CHCN")
    office.know(asked)
    first = only(office.receive(as_fax(draw(("chme_order", asked)), condition=CLEAN)))
    assert (first.processor, first.route_rule) == ("CHME", "dme.grid")
    cover = order(7, typed=cover_words("Forwarded by Community Health Center Network: equipment is not ours."))
    paper = draw(("cover_sheet", cover), ("chme_order", asked))
    forwarded = office.receive(as_fax(paper, condition=CLEAN, seed=7), at=MONDAY + 2 * DAY)
    first.refresh_from_db()
    assert (forwarded.state, forwarded.duplicate_of_id) == ("duplicate", first.arrival_id)
    assert list(Request.objects.all()) == [first]
    assert (first.received_at, first.clock_started_at, first.processor) == (MONDAY, MONDAY, "CHME")
