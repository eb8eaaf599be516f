"""What comes in about a request we have: joined to it, asked about, and taken back."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from classify.reference import Reference, load_reference
from desk.cases.actor import MACHINE, Actor
from desk.cases.arrivals import Receipt, UnpackedPage, record_page, record_unpacked, register_arrival
from desk.cases.corrections import Change, correct
from desk.cases.joining import join
from desk.cases.moves import move
from desk.cases.places import places_of
from desk.cases.requests import record_document
from desk.cases.undo import undo
from desk.errors import MoveRefusedError
from desk.lifecycle import RequestState, Role
from desk.records.models import JoinedPaper, Request
from desk.storage import store_original
from extract.reading import PageReading
from terms.errors import Problem
from terms.names import PageKind, TextSource
from terms.requests import RequestValues
from tests.desk.made_up import RECEIVED, values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inlet")]
CLERK = Actor("clara", frozenset({Role.CLERK}))
TABLES = load_reference(None)
NONE = Problem("classify.no_request", "nothing")


def came(
    folder: Path, name: str, said: RequestValues, *, after: dt.timedelta = dt.timedelta(), tables: Reference = TABLES
) -> Request:
    """A one-page arrival that says ``said``, through every step but the reading itself."""
    path = folder / name
    path.write_text(name)
    receipt = Receipt("fax", "fax", "510-555-0100", f"fax:{name}", name, RECEIVED + after)
    arrival = register_arrival(receipt, store_original(path))
    pages = [UnpackedPage(1, {}, "")]
    record_unpacked(arrival.pk, 1, media_type="image/tiff", facts={}, pages=pages, problem=None)
    reading = PageReading(1, 0, None, TextSource.OCR, 0.9, fields=said.fields, lines=said.lines)
    record_page(arrival.pk, 1, 1, reading=reading, upright="")
    kinds = {1: PageKind.CLINICAL_NOTES if said.facts.get("records_only") else PageKind.PA_FORM}
    said = replace(said, facts=dict(said.facts) | {"kinds": f"1:{kinds[1].value}"})
    (reference,) = record_document(arrival.pk, 1, kinds=kinds, requests=[said], reference=tables, without=NONE)
    return Request.objects.get(reference=reference)


def records(**facts: str) -> RequestValues:
    """Chart notes of the same member, asking for nothing."""
    whole = values()
    return replace(whole, lines=(), diagnoses=(), facts={"records_only": "yes", **facts})


HOUR = dt.timedelta(hours=1)


def test_an_answer_with_our_reference_closes_the_gap_it_answers(tmp_path: Path) -> None:
    """The missing phone comes with the reference: the request is whole, its first receipt and clock stay."""
    first = came(tmp_path, "first", values(member__phone=None))
    assert first.state == "incomplete"
    paper = came(tmp_path, "answer", replace(values(), facts={"reference": first.reference}), after=HOUR)
    first.refresh_from_db()
    assert (paper.state, paper.merged_into_id) == ("merged", first.pk)
    assert first.fields.get(name="member.phone").value == "+15105550142"
    assert (first.state, first.revision, first.received_at) == ("routed", 2, RECEIVED)
    assert JoinedPaper.objects.get().kind == "answer"
    assert [(p.number, p.page.arrival_id) for p in places_of(first)] == [(1, first.arrival_id), (2, paper.arrival_id)]
    assert list(first.notices.values_list("kind", "state").order_by("id")) == [
        ("information_request", "superseded"), ("receipt", "drafted"),
    ]  # fmt: skip


def test_a_corrected_refax_is_an_amendment_that_a_person_settles(tmp_path: Path) -> None:
    """One code differs: the difference is kept, the request waits for a clerk, its clock runs from the first fax."""
    first = came(tmp_path, "first", values(codes=("E0143", "E0156")))
    due = first.due_at
    paper = came(tmp_path, "again", values(codes=("E0149", "E0156")), after=HOUR)
    first.refresh_from_db()
    assert paper.merged_into == first
    made = JoinedPaper.objects.get()
    assert (made.kind, made.differences) == (
        "amendment", [{"target": "line[0].code", "before": "E0143", "after": "E0149"}],
    )  # fmt: skip
    assert (first.state, first.due_at) == ("needs_review", due)
    assert list(first.gaps.filter(audience="clerk").values_list("field", flat=True)) == ["line[0].code"]


def test_the_same_request_again_changes_nothing(tmp_path: Path) -> None:
    """A resend without any change is linked, its pages are kept there; nothing more is decided or sent."""
    first = came(tmp_path, "first", values())
    paper = came(tmp_path, "again", values(), after=HOUR)
    first.refresh_from_db()
    assert (paper.merged_into, JoinedPaper.objects.get().kind) == (first, "repeat")
    assert (first.state, first.revision, first.notices.count(), first.pages.count()) == ("routed", 1, 1, 2)


def test_loose_records_find_the_one_open_request_of_their_member(tmp_path: Path) -> None:
    """Notes that follow by themselves count as its clinical information."""
    lacking = values(clinical__attached=None, clinical__summary=None)
    first = came(tmp_path, "first", replace(lacking, facts={"type.boxes": "routine"}))
    assert list(first.gaps.values_list("field", "audience")) == [("clinical", "provider")]
    came(tmp_path, "notes", records(), after=HOUR)
    first.refresh_from_db()
    assert (first.state, first.pages.count(), first.gaps.count()) == ("routed", 2, 0)


def test_records_of_nobody_we_know_wait_in_the_unmatched_list(tmp_path: Path) -> None:
    """They stay there until a clerk joins them by hand."""
    stranger = values(member__date_of_birth=None).fields
    paper = came(tmp_path, "notes", replace(records(), fields=stranger))
    assert (paper.state, JoinedPaper.objects.get().kind) == ("unmatched", "unmatched")
    first = came(tmp_path, "first", values(), after=HOUR)
    join(paper.reference, first.reference, revision=paper.revision, actor=CLERK, tables=TABLES)
    paper.refresh_from_db()
    first.refresh_from_db()
    assert (paper.state, paper.merged_into) == ("merged", first)
    assert first.received_at == RECEIVED
    assert JoinedPaper.objects.filter(target=first).get().by_name == "clara"


def test_what_follows_records_that_wait_is_put_before_a_clerk(tmp_path: Path) -> None:
    """An answer to papers of which nobody has said yet what they belong to is no trouble for the machine."""
    first = came(tmp_path, "notes", records())
    assert first.state == "unmatched"
    paper = came(tmp_path, "answer", replace(values(), facts={"reference": first.reference}), after=HOUR)
    first.refresh_from_db()
    assert (paper.state, paper.merged_into, first.state) == ("merged", first, "needs_review")


def test_what_only_looks_alike_is_a_persons_choice(tmp_path: Path) -> None:
    """Another code for the same diagnosis names the candidate, keeps both requests, and can be let stand."""
    first = came(tmp_path, "first", values())
    other = came(tmp_path, "other", values(codes=("E0149",)), after=HOUR)
    assert (other.state, other.merged_into, other.facts["join.candidates"]) == ("needs_review", None, first.reference)
    gap = other.gaps.get(field="request")
    assert first.reference in gap.message
    correct(other.reference, [Change("request", "")], revision=1, actor=CLERK, tables=TABLES)
    assert not Request.objects.get(pk=other.pk).gaps.exists()


def test_a_joining_can_be_taken_back(tmp_path: Path) -> None:
    """Both stand as before at new revisions; the value that came with the paper is gone from the first."""
    first = came(tmp_path, "first", values(member__phone=None))
    paper = came(tmp_path, "answer", replace(values(), facts={"reference": first.reference}), after=HOUR)
    first.refresh_from_db()
    undo(first.reference, revision=first.revision, actor=CLERK, tables=TABLES)
    for each in (first, paper):
        each.refresh_from_db()
    assert (first.state, paper.state, paper.merged_into) == ("needs_review", "needs_review", None)
    assert first.fields.get(name="member.phone").value is None
    assert first.pages.count() == 1
    assert JoinedPaper.objects.get().act.undone_by == "clara"  # type: ignore[union-attr]


def test_papers_of_a_request_that_has_gone_on_wait_for_a_person(tmp_path: Path) -> None:
    """The processor holds it: nothing changes by itself; by hand the pages are put to it and no value."""
    first = came(tmp_path, "first", values())
    move(first, RequestState.HANDED_OVER, MACHINE)
    paper = came(tmp_path, "late", replace(values(codes=("E0149",)), facts={"reference": first.reference}), after=HOUR)
    assert (paper.state, paper.facts["join.candidates"]) == ("needs_review", first.reference)
    join(paper.reference, first.reference, revision=paper.revision, actor=CLERK, tables=TABLES)
    first.refresh_from_db()
    assert (first.state, first.pages.count(), first.lines.get().code) == ("handed_over", 2, "E0143")


def test_a_person_without_the_role_joins_nothing(tmp_path: Path) -> None:
    """Auditors look."""
    first, paper = came(tmp_path, "first", values()), came(tmp_path, "b", values(member__date_of_birth=None))
    auditor = Actor("ada", frozenset({Role.AUDITOR}))
    with pytest.raises(MoveRefusedError):
        join(paper.reference, first.reference, revision=1, actor=auditor, tables=TABLES)
