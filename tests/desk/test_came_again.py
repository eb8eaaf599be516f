"""The fax that is sent again: linked to the first, one case, the first receipt; a change is told as one."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from classify.reference import load_reference
from desk.cases import quarantine
from desk.cases.actor import Actor
from desk.cases.arrivals import Receipt, register_arrival
from desk.config import Settings
from desk.lifecycle import Role
from desk.pipeline import steps
from desk.records.models import Arrival, AuditEvent, Likeness, Request
from desk.storage import store_original
from extract.reading import PageReading
from terms.document import Word
from terms.geometry import Box
from terms.names import TextSource
from terms.requests import RequestValues
from tests.desk.made_up import RECEIVED, accepted, values

pytestmark = pytest.mark.django_db
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


def _page(seed: int, *, noise: int, header: str, shift: int = 0) -> bytes:
    """A page of writing; ``seed`` is what it says, the rest is what the line made of it."""
    chance = np.random.default_rng(seed)
    page = np.full((1100, 864), 255, np.uint8)
    for row in range(90, 1000, 26):
        left = int(chance.integers(40, 120))
        for _ in range(int(chance.integers(3, 7))):
            word = "".join(chr(int(c)) for c in chance.integers(65, 91, int(chance.integers(3, 9))))
            cv2.putText(page, word, (left, row), cv2.FONT_HERSHEY_SIMPLEX, 0.55, (0,), 2)
            left += 20 * len(word)
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
