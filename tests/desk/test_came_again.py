"""The fax that is sent again: linked to the first, one case, the first receipt; a change is told as one."""

import datetime as dt
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pdfplumber
import pytest
from django.utils import timezone

from classify.reference import load_reference
from desk.cases import quarantine
from desk.cases.actor import Actor
from desk.cases.arrivals import Receipt, register_arrival
from desk.cases.receipt_again import ONCE_IN, came_again, draft_receipt_again
from desk.cases.release import release
from desk.config import Settings
from desk.lifecycle import Role
from desk.pipeline import steps
from desk.records.models import Arrival, AuditEvent, GapRecord, Likeness, Notice, Request
from desk.storage import DERIVED, read_stored, store_original
from extract.reading import PageReading
from outbound.compose import moment
from terms.document import Word
from terms.geometry import Box
from terms.names import TextSource
from terms.requests import RequestValues
from terms.values import FieldStatus, FieldValue
from tests.desk.made_up import RECEIVED, accepted, doubtful, values

pytestmark = pytest.mark.django_db
CLERK = Actor("clara", frozenset({Role.CLERK}))
SENIOR = Actor("sena", frozenset({Role.SENIOR_CLERK}))
TITLE = "Alameda Alliance for Health Prior Authorization Request Form Requesting Provider Information Member"
TABLES = load_reference(None)
OTHER_MEMBER = values(
    member__last_name=accepted("Otherling"), member__first_name=accepted("Ottmar"),
    member__date_of_birth=accepted("1971-01-02"), member__id=accepted("97654321C"),
)  # fmt: skip


class _Reader:
    """Stands in for the readers: the upright picture is the page itself, the values are what the test says."""

    def __init__(self) -> None:
        self.says: RequestValues = values()

    def read(self, source: Mapping[str, object], *, received_on: dt.date, upright_to: Path) -> dict[str, object]:
        """Give the values and write the page as the upright image."""
        del received_on
        grey = cv2.imread(str(source["image"]), cv2.IMREAD_GRAYSCALE)
        assert grey is not None
        cv2.imwrite(str(upright_to), cv2.resize(grey, (1728, 2200)))
        words = tuple(Word(word, Box(0.1, 0.1, 0.2, 0.12), 0.99) for word in TITLE.split())
        return PageReading(
            number=int(str(source["number"])), rotation=0, form="alliance-pa@2026", text_source=TextSource.OCR,
            legibility=0.95, words=words, fields=self.says.fields, lines=self.says.lines,
            diagnoses=self.says.diagnoses,
            facts={"page.title": "Prior Authorization Request Form", **self.says.facts},
        ).to_record()  # fmt: skip


@pytest.fixture
def reader(inlet: Settings) -> Iterator[_Reader]:
    """A reader at work."""
    del inlet
    made = _Reader()
    steps.use_readers(made)
    yield made
    steps.use_readers(None)


_QUANTITY = Box(0.1, 430 / 1100, 0.16, 450 / 1100)
"""Where the quantity stands on a page."""


def _page(seed: int, *, noise: int, header: str, shift: int = 0, quantity: str = "12") -> bytes:
    """A page of writing; ``seed`` and ``quantity`` are what it says, the rest is what the line made of it."""
    chance = np.random.default_rng(seed)
    page = np.full((1100, 864), 255, np.uint8)
    for row in range(90, 1000, 26):
        left = int(chance.integers(40, 120))
        for _ in range(int(chance.integers(3, 7))):
            word = "".join(chr(int(c)) for c in chance.integers(65, 91, int(chance.integers(3, 9))))
            cv2.putText(page, word, (left, row), cv2.FONT_HERSHEY_SIMPLEX, 0.55, (0,), 2)
            left += 20 * len(word)
    page[424:456, 70:160] = 255
    cv2.putText(page, quantity, (92, 447), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (0,), 2)
    page = np.roll(page, shift, axis=(0, 1))
    cv2.putText(page, header, (30, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0,), 1)
    specks = np.random.default_rng(noise).random(page.shape) < 0.004
    page[specks] = 255 - page[specks]
    done, data = cv2.imencode(".png", page)
    assert done
    return data.tobytes()


_FIRST = _page(1, noise=1, header="11/02/2026 09:00 FROM: 5105550142 P.01/01")
_AGAIN = _page(1, noise=2, header="11/02/2026 09:11 FROM: 5105550142 P.01/02", shift=4)
_OTHER = _page(2, noise=3, header="11/02/2026 09:14 FROM: 5105550142 P.01/01")


def _come(folder: Path, content: bytes, *, minutes: int = 0, call: Mapping[str, object] | None = None) -> Arrival:
    """Let a page come in and go the whole way through the pipeline."""
    number = Arrival.objects.count() + 1
    path = folder / f"page-{number}"
    path.write_bytes(content)
    facts = {"call": {"caller_id": "+15105550142", "tsi": None, "called": None, "received_at": None, "pages": None,
                      "error": None} | dict(call or {})}  # fmt: skip
    receipt = Receipt("fax", "fax", "", f"again:{number}", path.name, RECEIVED + dt.timedelta(minutes=minutes), facts)
    arrival = register_arrival(receipt, store_original(path))
    return _walk(arrival)


def _walk(arrival: Arrival) -> Arrival:
    arrival.refresh_from_db()
    steps.unpack_arrival(arrival.pk, arrival.reading_round)
    steps.read_page(arrival.pk, arrival.reading_round, 1)
    steps.assemble_arrival(arrival.pk, arrival.reading_round)
    arrival.refresh_from_db()
    return arrival


def test_a_fax_sent_again_is_linked_and_makes_no_second_case(reader: _Reader, tmp_path: Path) -> None:
    """Other bytes, the same sheet, the same values: a duplicate of the first, told in the request's story."""
    del reader
    first = _come(tmp_path, _FIRST)
    again = _come(tmp_path, _AGAIN, minutes=10)
    assert (again.state, again.duplicate_of_id) == ("duplicate", first.pk)
    assert Request.objects.count() == 1
    assert Request.objects.get().received_at == first.received_at
    likeness = Likeness.objects.get()
    assert (likeness.arrival_id, likeness.earlier_id, likeness.same) == (again.pk, first.pk, True)
    assert likeness.pages[0]["earlier"] == 1
    assert AuditEvent.objects.filter(action="request.came_again", request=Request.objects.get()).count() == 1
    rows = list(Arrival.objects.values()), AuditEvent.objects.count()
    steps.assemble_arrival(again.pk, 1)
    assert (list(Arrival.objects.values()), AuditEvent.objects.count()) == rows


def test_a_third_sending_points_to_the_first(reader: _Reader, tmp_path: Path) -> None:
    """However often it comes, there is one first."""
    del reader
    first = _come(tmp_path, _FIRST)
    _come(tmp_path, _AGAIN, minutes=10)
    third = _come(tmp_path, _page(1, noise=9, header="x"), minutes=20)
    assert (third.state, third.duplicate_of_id) == ("duplicate", first.pk)


def test_one_with_a_corrected_code_is_an_amendment(reader: _Reader, tmp_path: Path) -> None:
    """It is linked with what differs, goes on to be joined, and is no duplicate."""
    first = _come(tmp_path, _FIRST)
    reader.says = values(codes=("E0149",))
    again = _come(tmp_path, _AGAIN, minutes=10)
    assert again.state == "processed"
    likeness = Likeness.objects.get()
    assert (likeness.earlier_id, likeness.same, likeness.differences) == (first.pk, False, ["line[0].code"])
    assert Request.objects.filter(arrival=again).count() == 1


def _quantity(value: FieldValue) -> RequestValues:
    whole = values()
    return replace(whole, lines=(replace(whole.lines[0], quantity=replace(value, page=1, box=_QUANTITY)),))


@pytest.mark.parametrize(("quantity", "state"), [("12", "duplicate"), ("18", "processed"), ("120", "processed")])
def test_a_part_that_was_not_read_is_looked_at(reader: _Reader, tmp_path: Path, quantity: str, state: str) -> None:
    """The same strokes at its place make a duplicate all the same; a corrected digit there is a paper of its own."""
    reader.says = _quantity(accepted("12"))
    _come(tmp_path, _FIRST)
    reader.says = _quantity(FieldValue(None, "1?", 0.2, FieldStatus.REVIEW))
    again = _come(tmp_path, _page(1, noise=2, header="x", shift=2, quantity=quantity), minutes=10)
    assert again.state == state
    assert Likeness.objects.get().same is (state == "duplicate")


def test_the_one_it_is_the_same_as_comes_before_one_it_may_be(reader: _Reader, tmp_path: Path) -> None:
    """Of two earlier sendings that look alike, one merely may be the same: the other one is the first."""
    reader.says = _quantity(accepted("12"))
    first = _come(tmp_path, _FIRST)
    reader.says = _quantity(FieldValue(None, "1?", 0.2, FieldStatus.REVIEW))
    second = _come(tmp_path, _page(1, noise=2, header="x", quantity="120"), minutes=10)
    reader.says = _quantity(accepted("12"))
    third = _come(tmp_path, _AGAIN, minutes=20)
    assert second.state == "processed"
    assert (third.state, third.duplicate_of_id) == ("duplicate", first.pk)


def test_what_cannot_be_compared_is_put_before_a_person(reader: _Reader, tmp_path: Path) -> None:
    """The same sheets, the same member, and no code that could be read: a clerk is told which request it may be."""
    _come(tmp_path, _FIRST)
    whole = values()
    unread = replace(
        whole.lines[0], code=FieldValue(None, "E0?", 0.1, FieldStatus.REVIEW, 1, Box(0.1, 0.01, 0.2, 0.03))
    )
    reader.says = replace(whole, lines=(unread,))
    again = _come(tmp_path, _AGAIN, minutes=10)
    first, second = Request.objects.order_by("pk")
    assert (again.state, second.state) == ("processed", "needs_review")
    assert second.facts["join.candidates"] == first.reference
    assert second.gaps.filter(field="request", audience="clerk").exists()
    assert Likeness.objects.get().differences == []


def test_another_members_fax_of_the_same_office_is_its_own(reader: _Reader, tmp_path: Path) -> None:
    """Even when the pages look the same: another member was read."""
    _come(tmp_path, _FIRST)
    reader.says = OTHER_MEMBER
    again = _come(tmp_path, _AGAIN, minutes=10)
    assert again.state == "processed"
    assert not Likeness.objects.exists()
    assert Request.objects.count() == 2


def test_another_sheet_of_the_same_member_is_its_own(reader: _Reader, tmp_path: Path) -> None:
    """Even when the same was read: it does not look the same."""
    del reader
    _come(tmp_path, _FIRST)
    other = _come(tmp_path, _OTHER, minutes=10)
    assert other.state == "processed"
    assert not Likeness.objects.exists()


@pytest.mark.parametrize("state", ["withdrawn", "decided", "closed", "not_ours"])
def test_what_was_put_away_and_comes_again_is_looked_at(reader: _Reader, tmp_path: Path, state: str) -> None:
    """An office that sends a withdrawn or decided order once more wants something: it is no mere copy."""
    del reader
    _come(tmp_path, _FIRST)
    Request.objects.update(state=state)
    again = _come(tmp_path, _AGAIN, minutes=10)
    assert again.state == "processed"
    assert Request.objects.filter(arrival=again).count() == 1


def test_what_comes_a_season_later_is_something_new(reader: _Reader, tmp_path: Path) -> None:
    """The same sheet two months on is a new order, for a person or a machine to look at as one."""
    del reader
    _come(tmp_path, _FIRST)
    later = _come(tmp_path, _AGAIN, minutes=60 * 24 * 60)
    assert later.state == "processed"
    assert not Likeness.objects.exists()


def test_the_earliest_receipt_counts_whichever_was_read_first(reader: _Reader, tmp_path: Path) -> None:
    """A sending that was received earlier and read later moves the request's receipt, and so its clock, back."""
    del reader
    _come(tmp_path, _FIRST, minutes=30)
    due = Request.objects.get().due_at
    _come(tmp_path, _AGAIN, minutes=0)
    request = Request.objects.get()
    assert request.received_at == RECEIVED
    assert request.due_at is not None
    assert due is not None
    assert request.due_at <= due


def test_one_call_in_two_files_is_one_fax(reader: _Reader, tmp_path: Path) -> None:
    """A server that drops a call twice, under two names: the second is a duplicate though no member was read."""
    reader.says = replace(values(member__last_name=None, member__date_of_birth=None, member__id=None))
    call = {"received_at": RECEIVED.isoformat(), "called": "510-555-0100"}
    first = _come(tmp_path, _FIRST, call=call)
    twin = _come(tmp_path, _AGAIN, call=call)
    assert (twin.state, twin.duplicate_of_id) == ("duplicate", first.pk)
    other = _come(tmp_path, _page(1, noise=5, header="y"), call=call | {"received_at": "2026-03-04T18:00:00+00:00"})
    assert other.state == "processed"


def test_a_person_says_it_is_not_the_same(reader: _Reader, tmp_path: Path) -> None:
    """Read after all, it becomes a request and is not linked to that arrival again."""
    del reader
    _come(tmp_path, _FIRST)
    again = _come(tmp_path, _AGAIN, minutes=10)
    quarantine.not_the_same(again.pk, actor=SENIOR)
    again = _walk(again)
    assert (again.state, again.duplicate_of_id) == ("processed", None)
    assert Request.objects.filter(arrival=again).count() == 1


def _released() -> Request:
    """The one request, let go on as a clerk does."""
    request = Request.objects.get(state="needs_review") if Request.objects.count() > 1 else Request.objects.get()
    if not request.released_revision:
        GapRecord.objects.filter(request=request, audience="clerk").delete()
        Request.objects.filter(pk=request.pk).update(clerk_gap_count=0)
        release(request.reference, revision=request.revision, actor=CLERK)
    request.refresh_from_db()
    return request


def _paper(notice: Notice) -> str:
    """The words of a notice's pages, made as the pipeline makes them."""
    assert steps.render_notice(notice.key)
    notice.refresh_from_db()
    with pdfplumber.open(io.BytesIO(read_stored(DERIVED, notice.pdf))) as document:
        return " ".join(" ".join((page.extract_text() or "").split()) for page in document.pages)


def test_a_resend_is_answered_with_the_first_reference(reader: _Reader, tmp_path: Path) -> None:
    """Once the request has gone on, a receipt cites it and both times; none of it opens or restarts anything."""
    del reader
    _come(tmp_path, _FIRST)
    request = _released()
    due, state = request.due_at, request.state
    again = _come(tmp_path, _AGAIN, minutes=10)
    notice = Notice.objects.get(kind="received_again")
    assert (notice.request, notice.arrival, notice.key) == (
        request, again, f"{request.reference}:{request.revision}:received_again:{again.pk}",
    )  # fmt: skip
    text = _paper(notice)
    assert f"we have under reference {request.reference}" in text
    assert f"came on {moment(RECEIVED + dt.timedelta(minutes=10))} are the same" in text
    assert f"those that came on {moment(RECEIVED)}," in text
    request.refresh_from_db()
    assert (request.received_at, request.due_at, request.state) == (RECEIVED, due, state)
    assert not notice.verified  # the number stands only on the form: it waits for a person as every notice does


def test_one_that_comes_all_day_is_answered_once(reader: _Reader, tmp_path: Path) -> None:
    """A machine that sends the same pages over and over does not get a fax for each."""
    del reader
    _come(tmp_path, _FIRST)
    _released()
    for minutes in (10, 20, 30):
        assert _come(tmp_path, _page(1, noise=minutes, header="x"), minutes=minutes).state == "duplicate"
    assert Notice.objects.filter(kind="received_again").count() == 1
    Notice.objects.filter(kind="received_again").update(created_at=timezone.now() - ONCE_IN)
    _come(tmp_path, _page(1, noise=77, header="x"), minutes=40)
    assert Notice.objects.filter(kind="received_again").count() == 2


def test_the_receipt_to_come_says_that_it_came_again(reader: _Reader, tmp_path: Path) -> None:
    """While a clerk still has the request, nothing is sent; its first notice then says when it came again."""
    reader.says = values(member__phone=doubtful("510-555-01?2"))
    _come(tmp_path, _FIRST)
    assert not Request.objects.get().released_revision
    _come(tmp_path, _AGAIN, minutes=10)
    assert not Notice.objects.filter(kind="received_again").exists()
    request = _released()
    notice = request.notices.get()
    assert f"Came again {moment(RECEIVED + dt.timedelta(minutes=10))}" in _paper(notice)


def test_one_call_given_out_twice_and_our_own_uploads_are_not_answered(reader: _Reader, tmp_path: Path) -> None:
    """Nobody sent those again."""
    del reader
    call = {"received_at": RECEIVED.isoformat(), "called": "510-555-0100"}
    _come(tmp_path, _FIRST, call=call)
    request = _released()
    assert _come(tmp_path, _AGAIN, call=call).state == "duplicate"
    uploaded = Arrival(source="upload", pk=99)
    assert draft_receipt_again(request, uploaded) is None
    assert not Notice.objects.filter(kind="received_again").exists()


def test_what_was_joined_is_answered_under_the_request_it_belongs_to(reader: _Reader, tmp_path: Path) -> None:
    """A correction sent twice: the receipt names the request that it corrected, not the paper."""
    _come(tmp_path, _FIRST)
    reader.says = values(codes=("E0149",))
    _come(tmp_path, _AGAIN, minutes=10)
    paper = Request.objects.get(arrival__received_at=RECEIVED + dt.timedelta(minutes=10))
    main = Request.objects.get(arrival__received_at=RECEIVED)
    Request.objects.filter(pk=paper.pk).update(state="merged", merged_into=main)
    Request.objects.filter(pk=main.pk).update(released_revision=main.revision)
    third = _come(tmp_path, _page(1, noise=5, header="y"), minutes=30)
    assert third.state == "duplicate"
    notice = Notice.objects.get(kind="received_again")
    assert notice.request == main
    times = came_again(notice)
    assert times is not None
    assert times.first == third.duplicate_of.received_at  # type: ignore[union-attr]  (a duplicate has a first)
    assert times.came == (third.received_at,)


def test_a_receipt_is_taken_back_when_a_person_says_it_is_not_the_same(reader: _Reader, tmp_path: Path) -> None:
    """What has not gone out is superseded; the arrival is read as something of its own."""
    del reader
    _come(tmp_path, _FIRST)
    _released()
    again = _come(tmp_path, _AGAIN, minutes=10)
    quarantine.not_the_same(again.pk, actor=SENIOR)
    assert Notice.objects.get(kind="received_again").state == "superseded"
