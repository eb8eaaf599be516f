"""Lessons from corrections: gathered, approved by a named person, really used, taken back."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from desk.cases import lessons
from desk.cases.actor import Actor
from desk.cases.arrivals import record_page, record_unpacked
from desk.cases.corrections import Change, correct, correct_field
from desk.cases.lessons_seen import gather
from desk.cases.number_book import number_book
from desk.cases.requests import record_document
from desk.cases.tables import current_reference, import_table
from desk.config import Settings
from desk.errors import DeskError, MoveRefusedError
from desk.lifecycle import Role
from desk.own_wordings import take_up_wordings, wordings_file
from desk.records.models import AuditEvent, Lesson, LessonKind, Provider, ReferenceVersion, Request
from extract.labels.vocabulary import own_wordings, use_wordings
from terms.geometry import Box
from terms.names import PageKind
from terms.requests import RequestValues
from terms.values import FieldValue
from tests.desk.made_up import arrive, values
from tests.desk.test_cases import NOTHING_FOUND, TABLES, page_record, reading
from tests.extract.test_unknown_labels import printed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inlet")]
WORDS = tuple(printed("Patient name: Quilla Sampleton", "Coverage key: 91234567A", "Date of birth: 03/07/1958"))
_numbers = itertools.cycle(range(1, 29))
UNFOUND = FieldValue.missing()
DIRECTORY = """npi,name,credentials,clinic,address,phone,fax,fax_verified,fax_verified_on
1234567893,Ima Example,MD,,"3 Clinic Row, Oakland, CA 94602",+15105550150,+15105550151,yes,2026-01-02
"""


@pytest.fixture(autouse=True)
def plain_again() -> Iterator[None]:
    """Leave no wording behind."""
    yield
    use_wordings({})


@pytest.fixture
def clerk() -> Actor:
    """Somebody who corrects."""
    return Actor("clara", frozenset({Role.CLERK}), User.objects.create_user("clara").pk)


@pytest.fixture
def supervisor() -> Actor:
    """Somebody who decides what is learned."""
    return Actor("sue", frozenset({Role.SUPERVISOR}), User.objects.create_user("sue").pk)


@pytest.fixture
def directory(tmp_path: Path, supervisor: Actor) -> None:
    """A directory with one provider."""
    path = tmp_path / "providers.csv"
    path.write_text(DIRECTORY)
    import_table("providers", path, actor=supervisor)


def come_in(folder: Path, read: RequestValues) -> Request:
    """A fax whose page has the words above and of which ``read`` was understood."""
    arrival = arrive(folder)
    record_unpacked(arrival.pk, 1, media_type="image/tiff", facts={}, pages=[page_record()], problem=None)
    record_page(arrival.pk, 1, 1, reading=replace(reading(), words=WORDS), upright="")
    (reference,) = record_document(
        arrival.pk, 1, kinds={1: PageKind.PA_FORM}, requests=[read], reference=TABLES, without=NOTHING_FOUND
    )
    return Request.objects.get(reference=reference)


def somebody() -> RequestValues:
    """A request for a member of whom nothing came before."""
    number = next(_numbers)
    read, name, day = values(), f"Sample{number:02}", f"1958-03-{number:02}"
    fields = {
        "member.last_name": replace(read.fields["member.last_name"], value=name),
        "member.date_of_birth": replace(read.fields["member.date_of_birth"], value=day),
    }
    return replace(read, fields={**read.fields, **fields})


def unread(folder: Path) -> Request:
    """A fax of which the member's number was not found."""
    read = somebody()
    return come_in(folder, replace(read, fields={**read.fields, "member.id": UNFOUND}))


def doubtful_fax(folder: Path, npi: str = "1234567893") -> Request:
    """A fax of which the member's number waits for a person, so that it can be corrected; numbers as printed."""
    read = somebody()
    npi_read = replace(read.fields["ordering_provider.npi"], value=npi)
    return come_in(
        folder, replace(read, fields={**read.fields, "member.id": UNFOUND, "ordering_provider.npi": npi_read})
    )


def set_field(request: Request, name: str, text: str, actor: Actor) -> None:
    """A clerk gives a field's value."""
    request.refresh_from_db()
    correct_field(request.reference, name, text, revision=request.revision, actor=actor, tables=TABLES)


def test_label_that_clerks_fill_by_hand_is_proposed(tmp_path: Path, clerk: Actor) -> None:
    """Three requests in which the value stood behind the same unknown words make one proposal; two make none."""
    for count in (1, 2, 3):
        set_field(unread(tmp_path), "member.id", "91234567A", clerk)
        assert gather(timezone.now()) == (1 if count == 3 else 0)
    lesson = Lesson.objects.get()
    assert (lesson.kind, lesson.data) == (LessonKind.WORDING, {"wording": "Coverage key", "concept": "member_id"})
    assert lesson.requests == 3
    assert len(lesson.examples) == 3


def test_place_that_a_person_pointed_at_counts(tmp_path: Path, clerk: Actor) -> None:
    """Where a box was dragged, the words before that place are looked at, whatever was typed."""
    for _ in range(3):
        request = unread(tmp_path)
        change = Change("member.id", "91234568A", "", 1, Box(0.2, 0.12, 0.4, 0.14))
        correct(request.reference, [change], revision=1, actor=clerk, tables=TABLES)
    assert gather(timezone.now()) == 1


def test_approved_wording_is_used_by_the_readers(
    tmp_path: Path,
    inlet: Settings,
    clerk: Actor,
    supervisor: Actor,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """It lies where readers look before their next page, and is gone from there once it is taken back."""
    for _ in range(3):
        set_field(unread(tmp_path), "member.id", "91234567A", clerk)
    gather(timezone.now())
    lesson = Lesson.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        lessons.approve(lesson.pk, "forms of the county clinics say so", actor=supervisor)
    take_up_wordings(inlet)
    assert own_wordings() == (("Coverage key", "member_id"),)
    assert gather(timezone.now()) == 0
    event = AuditEvent.objects.get(action="lesson.approved")
    assert (event.actor_name, event.detail) == ("sue", {"lesson": lesson.pk, "kind": "wording"})
    with django_capture_on_commit_callbacks(execute=True):
        lessons.take_back(lesson.pk, "it was a misprint", actor=supervisor)
    take_up_wordings(inlet)
    assert own_wordings() == ()
    assert wordings_file(inlet).read_text() == "{}\n"
    assert gather(timezone.now()) == 0, "what was taken back is not proposed again"


@pytest.mark.usefixtures("directory")
def test_fax_number_that_clerks_keep_correcting_lands_in_directory_and_book(
    tmp_path: Path, clerk: Actor, supervisor: Actor
) -> None:
    """Approved, the number is the provider's for the next notice; taken back, all is as it was."""
    for _ in range(3):
        set_field(doubtful_fax(tmp_path), "ordering_provider.fax", "510-555-0177", clerk)
    assert gather(timezone.now()) == 1
    lesson = Lesson.objects.get()
    assert lesson.data["listed"] == "+15105550151"
    versions = ReferenceVersion.objects.filter(table="providers").count()
    lessons.approve(lesson.pk, "they moved", actor=supervisor)
    row = Provider.objects.get(npi="1234567893")
    assert (row.fax, row.fax_verified) == ("+15105550177", True)
    found = current_reference().directory
    assert found is not None
    assert found.by_npi("1234567893") is not None
    assert found.by_npi("1234567893").fax == "+15105550177"  # type: ignore[union-attr]  # asked just above
    assert "+15105550177" in number_book("1234567893").verified["1234567893"]
    assert ReferenceVersion.objects.filter(table="providers").count() == versions + 1
    lessons.take_back(lesson.pk, "only for a week", actor=supervisor)
    row.refresh_from_db()
    assert (row.fax, row.fax_verified, str(row.fax_verified_on)) == ("+15105550151", True, "2026-01-02")
    assert number_book("1234567893").verified == {}


@pytest.mark.usefixtures("directory")
def test_numbers_that_differ_are_no_lesson(tmp_path: Path, clerk: Actor) -> None:
    """A provider whose number is corrected to something else each time has no one right number."""
    for _ in range(2):
        for last in (1, 2, 3):
            set_field(doubtful_fax(tmp_path), "ordering_provider.phone", f"510-555-018{last}", clerk)
    set_field(doubtful_fax(tmp_path), "ordering_provider.phone", "510-555-0181", clerk)
    assert gather(timezone.now()) == 0


@pytest.mark.usefixtures("directory")
def test_provider_that_clerks_keep_typing_is_proposed_for_the_directory(
    tmp_path: Path, clerk: Actor, supervisor: Actor
) -> None:
    """An NPI that the directory lacks, typed for three requests, becomes a row when a supervisor says so."""
    for _ in range(3):
        set_field(doubtful_fax(tmp_path), "ordering_provider.npi", "1245319599", clerk)
    assert gather(timezone.now()) == 1
    lesson = Lesson.objects.get(kind=LessonKind.PROVIDER)
    lessons.approve(lesson.pk, "new at the clinic", actor=supervisor)
    row = Provider.objects.get(npi="1245319599")
    assert (row.name, row.credentials, row.fax_verified) == ("Ima Example", "MD", False)
    lessons.take_back(lesson.pk, "left again", actor=supervisor)
    assert not Provider.objects.filter(npi="1245319599").exists()


@pytest.mark.usefixtures("directory")
def test_change_made_since_is_not_overwritten(tmp_path: Path, clerk: Actor, supervisor: Actor) -> None:
    """An approval whose number somebody changed again in the directory cannot be taken back blindly."""
    for _ in range(3):
        set_field(doubtful_fax(tmp_path), "ordering_provider.phone", "510-555-0177", clerk)
    gather(timezone.now())
    lesson = Lesson.objects.get()
    lessons.approve(lesson.pk, "they moved", actor=supervisor)
    Provider.objects.update(phone="+15105550199")
    with pytest.raises(DeskError, match="something else by now"):
        lessons.take_back(lesson.pk, "by mistake", actor=supervisor)
    assert Provider.objects.get().phone == "+15105550199"
    lesson.refresh_from_db()
    assert lesson.state == "approved"


def test_only_a_supervisor_with_a_reason_decides(tmp_path: Path, clerk: Actor, supervisor: Actor) -> None:
    """A clerk may not, nobody may without saying why, and a declined proposal stays declined."""
    for _ in range(3):
        set_field(unread(tmp_path), "member.id", "91234567A", clerk)
    gather(timezone.now())
    lesson = Lesson.objects.get()
    with pytest.raises(MoveRefusedError, match="supervisor"):
        lessons.approve(lesson.pk, "because", actor=clerk)
    with pytest.raises(DeskError, match="say why"):
        lessons.approve(lesson.pk, " ", actor=supervisor)
    lessons.decline(lesson.pk, "one clinic's joke", actor=supervisor)
    assert gather(timezone.now()) == 0
    with pytest.raises(DeskError, match="meanwhile"):
        lessons.decline(lesson.pk, "again", actor=supervisor)


def test_proposal_that_is_borne_out_no_more_goes(tmp_path: Path, clerk: Actor) -> None:
    """When a clerk corrects the corrections, the proposal made from them goes."""
    made = [unread(tmp_path) for _ in range(3)]
    for request in made:
        set_field(request, "member.id", "91234567A", clerk)
    assert gather(timezone.now()) == 1
    set_field(made[0], "member.id", "91234599A", clerk)
    assert gather(timezone.now()) == 0
    assert not Lesson.objects.exists()
