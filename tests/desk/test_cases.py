"""What may be done to arrivals and requests, and that doing it twice changes nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from classify.decide import decide
from classify.reference import Reference, load_reference
from desk.cases.actor import MACHINE, Actor
from desk.cases.arrivals import UnpackedPage, quarantine, read_again, record_page, record_unpacked
from desk.cases.corrections import Change, correct, correct_diagnosis, correct_field, correct_line
from desk.cases.decisions import decision_at
from desk.cases.quarantine import dismiss
from desk.cases.release import release, why_not_releasable
from desk.cases.requests import record_document
from desk.cases.values import values_of
from desk.errors import (
    MoveRefusedError,
    NotReleasableError,
    RevisionChangedError,
    UnknownTargetError,
    ValueRefusedError,
)
from desk.lifecycle import Role
from desk.records.models import Arrival, AuditEvent, Correction, DecisionRecord, Notice, Page, Request, WorkItem
from extract.reading import PageReading
from terms.errors import Problem
from terms.names import PageKind, TextSource
from terms.requests import RequestValues
from tests.desk.made_up import RECEIVED, arrive, doubtful, values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inlet")]
CLERK = Actor("clara", frozenset({Role.CLERK}))
SENIOR = Actor("sena", frozenset({Role.SENIOR_CLERK}))
AUDITOR = Actor("audie", frozenset({Role.AUDITOR}))
TABLES: Reference = load_reference(None)
NOTHING_FOUND = Problem("classify.no_request", "No request was found; look at the pages.")


def page_record(number: int = 1) -> UnpackedPage:
    """A page without picture, as unpacking gives a mail's body."""
    return UnpackedPage(number, {"number": number, "text": "words"}, "")


def reading(number: int = 1) -> PageReading:
    """An empty reading."""
    return PageReading(number=number, rotation=0, form=None, text_source=TextSource.MAIL_TEXT, legibility=None)


def read_arrival(folder: Path, *requests: RequestValues) -> Arrival:
    """An arrival with one page, read, holding ``requests``."""
    arrival = arrive(folder)
    record_unpacked(arrival.pk, 1, media_type="image/tiff", facts={}, pages=[page_record()], problem=None)
    record_page(arrival.pk, 1, 1, reading=reading(), upright="")
    record_document(
        arrival.pk, 1, kinds={1: PageKind.PA_FORM}, requests=requests, reference=TABLES, without=NOTHING_FOUND
    )
    arrival.refresh_from_db()
    return arrival


def made_request(folder: Path, **changed: object) -> Request:
    """The one request of a read arrival."""
    return read_arrival(folder, values(**changed)).requests.get()  # type: ignore[arg-type]


def test_the_same_pickup_is_the_same_arrival(tmp_path: Path) -> None:
    """Registering a pickup twice (killed before it was removed) makes one arrival and one piece of work."""
    first = arrive(tmp_path, b"x", "fax:k")
    assert arrive(tmp_path, b"x", "fax:k") == first
    assert WorkItem.objects.count() == 1


def test_the_same_bytes_are_a_duplicate_of_the_first(tmp_path: Path) -> None:
    """Content that came before is linked to its first arrival and not read again."""
    first, second, third = (arrive(tmp_path, b"same") for _ in range(3))
    assert first.state == "in_progress"
    assert [a.state for a in (second, third)] == ["duplicate", "duplicate"]
    assert {second.duplicate_of, third.duplicate_of} == {first}
    assert WorkItem.objects.count() == 1


def test_pages_are_read_once_and_the_last_one_asks_for_assembly(tmp_path: Path) -> None:
    """Unpacking asks for each page, the last page read asks for the requests; all of it twice changes nothing."""
    arrival = arrive(tmp_path)
    for _ in range(2):
        pages = [page_record(1), page_record(2)]
        record_unpacked(arrival.pk, 1, media_type="image/tiff", facts={}, pages=pages, problem=None)
    assert Page.objects.count() == 2
    for _ in range(2):
        record_page(arrival.pk, 1, 1, reading=reading(1), upright="a")
    assert not WorkItem.objects.filter(kind="assemble").exists()
    for _ in range(2):
        record_page(arrival.pk, 1, 2, reading=reading(2), upright="b")
    assert sorted(WorkItem.objects.values_list("kind", flat=True)) == ["assemble", "page", "page", "unpack"]


def test_an_original_without_pages_is_quarantined(tmp_path: Path) -> None:
    """A file that gives no page ends with the reason, ready for a person."""
    arrival = arrive(tmp_path)
    trouble = Problem("ingest.empty_file", "The file is empty; ask for it again.")
    record_unpacked(arrival.pk, 1, media_type="", facts={}, pages=[], problem=trouble)
    arrival.refresh_from_db()
    assert (arrival.state, arrival.problem) == ("quarantined", trouble)


def test_an_arrival_without_request_is_quarantined(tmp_path: Path) -> None:
    """Pages in which no request was found go to a person."""
    arrival = read_arrival(tmp_path)
    assert (arrival.state, arrival.problem_kind) == ("quarantined", "classify.no_request")


def test_a_clear_request_goes_out_by_itself(tmp_path: Path) -> None:
    """Nothing doubtful: decided, routed, with one notice asked for, and the arrival is processed."""
    request = made_request(tmp_path)
    assert request.clerk_gap_count == 0, list(request.gaps.values_list("field", "message"))
    assert request.arrival.state == "processed"
    assert request.processor == "CHME"
    assert request.state == "routed"
    assert request.due_at is not None
    assert request.due_at > RECEIVED
    assert request.lines.get().route.processor == "CHME"
    notice = Notice.objects.get()
    assert notice.key == f"{request.reference}:1:receipt"
    assert WorkItem.objects.filter(key=f"notice:{notice.key}").count() == 1


def test_papers_that_ask_for_nothing_wait_for_a_person(tmp_path: Path) -> None:
    """They are unmatched and nobody is written to; a correction makes them a request of their own."""
    papers = replace(values(), lines=(), facts={"records_only": "yes"})
    request = read_arrival(tmp_path, papers).requests.get()
    assert request.state == "unmatched"
    assert not Notice.objects.exists()
    with pytest.raises(NotReleasableError):
        release(request.reference, revision=1, actor=CLERK)
    request = correct(request.reference, [Change("line[+]", "E0143")], revision=1, actor=CLERK, tables=TABLES)
    assert request.state == "needs_review"
    assert request.processor == "CHME"


def test_recording_a_document_twice_changes_nothing(tmp_path: Path) -> None:
    """The step that makes requests may run again: same references, rows, notices and events."""
    arrival = read_arrival(tmp_path, values(), values(codes=("E0601",)))
    before = sorted(Request.objects.values_list("reference", "state", "revision"))
    counts = [m.objects.count() for m in (Request, Notice, DecisionRecord, AuditEvent, WorkItem)]
    kinds = {1: PageKind.PA_FORM}
    record_document(arrival.pk, 1, kinds=kinds, requests=[values()], reference=TABLES, without=NOTHING_FOUND)
    assert sorted(Request.objects.values_list("reference", "state", "revision")) == before
    assert [m.objects.count() for m in (Request, Notice, DecisionRecord, AuditEvent, WorkItem)] == counts


def test_a_provider_gap_alone_makes_an_information_request(tmp_path: Path) -> None:
    """What is certainly not on the paper is asked of the provider."""
    request = made_request(tmp_path, member__phone=None)
    assert (request.clerk_gap_count, request.provider_gap_count) == (0, 1)
    assert request.state == "incomplete"
    assert Notice.objects.get().kind == "information_request"


def test_nothing_is_asked_while_a_clerk_gap_is_open(tmp_path: Path) -> None:
    """A doubtful value keeps everything in, even beside a provider gap, until a clerk has looked."""
    request = made_request(tmp_path, member__id=doubtful("9123456?A", "91234567A"), member__phone=None)
    assert request.state == "needs_review"
    assert not Notice.objects.exists()
    assert "settled by a clerk" in why_not_releasable(request)
    with pytest.raises(NotReleasableError):
        release(request.reference, revision=1, actor=CLERK)


def test_correct_then_release(tmp_path: Path) -> None:
    """A correction decides anew from the values, raises the revision; the release sends one notice."""
    request = made_request(tmp_path, member__id=doubtful("9123456?A", "91234567A"))
    for revision in (1, 2):
        request = correct_field(
            request.reference, "member.id", "9123 4567-a", revision=revision, actor=CLERK, tables=TABLES
        )
    assert (request.revision, request.clerk_gap_count, request.state) == (3, 0, "needs_review")
    row = request.fields.get(name="member.id")
    assert (row.value, row.human, row.changed_by, row.confidence) == ("91234567A", True, "clara", 1.0)
    assert row.box is not None
    for _ in range(2):
        request = release(request.reference, revision=3, actor=CLERK)
    assert request.state == "routed"
    assert list(Notice.objects.values_list("key", flat=True)) == [f"{request.reference}:3:receipt"]
    assert list(DecisionRecord.objects.values_list("revision", "cause")) == [
        (1, "reading"), (2, "correction"), (3, "correction"),
    ]  # fmt: skip
    assert request.read_values["fields"]["member.id"]["raw"] == "9123456?A"


def test_a_change_after_sending_makes_a_superseding_notice(tmp_path: Path) -> None:
    """A sent notice stays; the one at the next revision names it; an unsent one is superseded."""
    request = made_request(tmp_path, member__phone=None)
    Notice.objects.update(state="sent")
    correct_field(request.reference, "member.phone", "510.555.0142", revision=1, actor=CLERK, tables=TABLES)
    request = release(request.reference, revision=2, actor=CLERK)
    second = Notice.objects.get(revision=2)
    assert (second.kind, second.supersedes) == ("receipt", Notice.objects.get(revision=1))
    request = correct_line(request.reference, 0, "quantity", "2", revision=2, actor=CLERK, tables=TABLES)
    release(request.reference, revision=3, actor=CLERK)
    assert list(Notice.objects.order_by("revision").values_list("state", flat=True)) == [
        "sent", "superseded", "drafted",
    ]  # fmt: skip


def test_two_clerks_cannot_overwrite_each_other(tmp_path: Path) -> None:
    """The second learns that the request was changed, by whom, and nothing of theirs is stored."""
    request = made_request(tmp_path)
    correct_field(request.reference, "member.phone", "5105550143", revision=1, actor=CLERK, tables=TABLES)
    with pytest.raises(RevisionChangedError, match="clara") as refused:
        correct_field(request.reference, "member.phone", "5105550144", revision=1, actor=SENIOR, tables=TABLES)
    assert refused.value.current == 2
    assert request.fields.get(name="member.phone").value == "+15105550143"


def test_an_invalid_value_needs_a_reason(tmp_path: Path) -> None:
    """An NPI that fails its check is kept only as what the paper says, with why, and asked of the provider."""
    request = made_request(tmp_path)
    with pytest.raises(ValueRefusedError):
        correct_field(request.reference, "ordering_provider.npi", "1234567890", revision=1, actor=CLERK, tables=TABLES)
    assert not Correction.objects.exists()
    request = correct_field(
        request.reference,
        "ordering_provider.npi",
        "1234567890",
        revision=1,
        actor=CLERK,
        tables=TABLES,
        reason="clearly typed so",
    )
    gap = request.gaps.get(field="ordering_provider.npi")
    assert (gap.audience, gap.reason) == ("provider", "invalid")


def test_lines_and_diagnoses_can_be_changed_added_and_removed(tmp_path: Path) -> None:
    """Every part of a request is open to correction, in one new revision."""
    request = made_request(tmp_path, codes=("E0143", "E0601"))
    changes = [
        Change("line[0].code", "e0149"),
        Change("line[0].modifiers", "nu, rr"),
        Change("line[1]", None),
        Change("line[+]", "A4253"),
        Change("diagnosis[+]", "e119"),
    ]
    request = correct(request.reference, changes, revision=1, actor=CLERK, tables=TABLES)
    assert list(request.lines.values_list("position", "code", "modifiers")) == [
        (0, "E0149", "NU RR"), (1, "A4253", ""),
    ]  # fmt: skip
    assert request.routes.count() == 3
    request = correct_diagnosis(request.reference, 0, "R26.89", revision=2, actor=CLERK, tables=TABLES)
    assert list(request.diagnoses.values_list("code", flat=True)) == ["R26.89", "E11.9"]
    request = correct(request.reference, [Change("diagnosis[0]", None)], revision=3, actor=CLERK, tables=TABLES)
    assert list(request.diagnoses.values_list("position", "code")) == [(0, "E11.9")]
    assert (request.revision, Correction.objects.count()) == (4, 7)


@pytest.mark.parametrize("target", ["member.shoe_size", "line[9].code", "line[0].colour", "diagnosis[7]", "line[x]"])
def test_an_unknown_target_changes_nothing(tmp_path: Path, target: str) -> None:
    """A correction of something that is not there is refused whole."""
    request = made_request(tmp_path)
    changes = [Change("member.phone", "5105550143"), Change(target, "x")]
    with pytest.raises(UnknownTargetError):
        correct(request.reference, changes, revision=1, actor=CLERK, tables=TABLES)
    request.refresh_from_db()
    assert (request.revision, Correction.objects.count()) == (1, 0)


def test_an_auditor_changes_nothing(tmp_path: Path) -> None:
    """Looking gives no right to change, release or dismiss."""
    request = made_request(tmp_path)
    with pytest.raises(MoveRefusedError):
        correct_field(request.reference, "member.phone", "5105550143", revision=1, actor=AUDITOR, tables=TABLES)
    quarantined = read_arrival(tmp_path)
    with pytest.raises(MoveRefusedError):
        dismiss(quarantined.pk, actor=AUDITOR, note_text="seen")


def test_a_quarantined_arrival_is_read_again_or_settled(tmp_path: Path) -> None:
    """A senior person takes it up anew, or says what was done; the machine's late steps change nothing."""
    arrival = read_arrival(tmp_path)
    with pytest.raises(MoveRefusedError):
        dismiss(arrival.pk, actor=SENIOR, note_text="  ")
    read_again(arrival.pk, actor=SENIOR)
    arrival.refresh_from_db()
    assert (arrival.state, arrival.reading_round, arrival.problem) == ("in_progress", 2, None)
    assert WorkItem.objects.filter(key=f"unpack:{arrival.pk}:2").exists()
    record_unpacked(arrival.pk, 1, media_type="", facts={}, pages=[], problem=None)
    arrival.refresh_from_db()
    assert arrival.state == "in_progress"
    quarantine(arrival.pk, Problem("desk.gave_up", "Look at it."), actor=MACHINE)
    assert dismiss(arrival.pk, actor=SENIOR, note_text="called the sender").state == "processed"


def test_a_past_decision_is_given_as_it_stood(tmp_path: Path) -> None:
    """A notice of an earlier revision is made from that revision's values and decision, not from today's."""
    request = made_request(tmp_path, member__phone=None)
    then = decision_at(request, 1)
    assert then == (values_of(request), decide(values_of(request), TABLES, received_at=RECEIVED))
    correct_field(request.reference, "member.phone", "510.555.0142", revision=1, actor=CLERK, tables=TABLES)
    assert decision_at(request, 1) == then
    assert not decision_at(request, 2)[1].gaps
