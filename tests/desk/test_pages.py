"""Moving pages between requests, and taking it back."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone

from classify.assemble import assemble
from desk.cases import endings, pages, undo
from desk.cases.actor import Actor
from desk.cases.arrivals import UnpackedPage, record_page, record_unpacked
from desk.cases.corrections import correct_field
from desk.cases.places import places_of
from desk.cases.release import release
from desk.cases.requests import record_document
from desk.cases.tables import current_reference
from desk.errors import MoveRefusedError, RevisionChangedError, UnknownTargetError
from desk.lifecycle import NoticeState, RequestState, Role
from desk.records.models import Arrival, AuditEvent, Request
from desk.review.story import action_words
from extract.reading import PageReading
from terms.document import Word
from terms.errors import Problem
from terms.geometry import Box
from terms.names import ArrivalState, PageKind, TextSource
from terms.requests import Line
from terms.values import FieldStatus, FieldValue, Source
from tests.desk import made_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inlet")]

DANA = Actor("dana", frozenset({Role.CLERK}))
AUDITOR = Actor("alex", frozenset({Role.AUDITOR}))
NOTHING = Problem("desk.no_request", "No request was found; look at the pages.")
WALKER, OXYGEN = "E0143", "E1390"


def _read(value: str, number: int, top: float) -> FieldValue:
    return FieldValue(value, value, 0.999, FieldStatus.ACCEPTED, number, Box(0.3, top, 0.6, top + 0.02), Source.OCR)


def form(number: int, code: str, **changed: str) -> PageReading:
    """A page of a filled form for the usual member, asking for ``code``; ``changed`` replaces values."""
    values = made_up.COMPLETE | {name.replace("__", "."): value for name, value in changed.items()}
    fields = {name: _read(value, number, 0.1 + 0.03 * at) for at, (name, value) in enumerate(values.items())}
    line = Line(code=_read(code, number, 0.7), description=_read("Equipment", number, 0.74))
    words = (Word("Prior Authorization Request", Box(0.1, 0.02, 0.5, 0.05), 0.99),)
    return PageReading(
        number, 0, None, TextSource.OCR, 0.9, words, fields=fields, lines=(line,),
        diagnoses=(_read("R26.81", number, 0.8),), facts={"type.boxes": "routine", "text.clinical": "yes"},
    )  # fmt: skip


def notes(number: int) -> PageReading:
    """A page of running text that names nobody."""
    words = (Word("Progress note", Box(0.1, 0.1, 0.4, 0.13), 0.99),)
    return PageReading(number, 0, None, TextSource.OCR, 0.9, words, facts={"text.clinical": "yes"})


def come_in(folder: Path, *readings: PageReading) -> tuple[Arrival, list[Request]]:
    """Let pages come in and become requests, as the pipeline would."""
    arrival = made_up.arrive(folder)
    record_unpacked(
        arrival.pk, 1, media_type="image/tiff", facts={},
        pages=[UnpackedPage(reading.number, {"number": reading.number}, "") for reading in readings], problem=None,
    )  # fmt: skip
    for reading in readings:
        record_page(arrival.pk, 1, reading.number, reading=reading, upright="")
    kinds = [PageKind.PA_FORM if reading.lines else PageKind.CLINICAL_NOTES for reading in readings]
    references = record_document(
        arrival.pk, 1, kinds=dict(zip([r.number for r in readings], kinds, strict=True)),
        requests=assemble(readings, kinds), reference=current_reference(), without=NOTHING,
    )  # fmt: skip
    return arrival, [Request.objects.get(reference=reference) for reference in references]


def _hold(request: Request) -> Request:
    """Have a person look at the request again, whatever became of it by itself."""
    correct_field(
        request.reference, "member.phone", "510-555-0190", revision=request.revision, actor=DANA,
        tables=current_reference(),
    )  # fmt: skip
    return Request.objects.get(pk=request.pk)


def _codes(request: Request) -> list[str]:
    return list(request.lines.order_by("position").values_list("code", flat=True))


def _ids(request: Request) -> list[int]:
    return [place.page.pk for place in places_of(request)]


def test_a_split_makes_two_requests_each_with_its_own_values(tmp_path: Path) -> None:
    """Two forms taken for one are parted: each request has its page, its codes and a decision of its own."""
    arrival, (request,) = come_in(tmp_path, form(1, WALKER), form(2, WALKER))
    request = _hold(request)
    assert request.pages.count() == 2
    first, second = _ids(request)
    made = pages.split(request.reference, [second], revision=2, actor=DANA, tables=current_reference())
    request.refresh_from_db()
    assert (_ids(request), _ids(made)) == ([first], [second])
    assert (request.revision, made.state, made.received_at) == (3, RequestState.NEEDS_REVIEW, arrival.received_at)
    assert made.member_last_name == request.member_last_name != ""
    assert made.fields.get(name="member.last_name").page_number == 2
    assert made.decisions.count() == 1
    assert request.arrival_id == made.arrival_id
    assert AuditEvent.objects.filter(action="pages.split").count() == 2


def test_what_a_person_set_goes_with_its_page(tmp_path: Path) -> None:
    """A correction of a value on page 2 is in the request that page 2 went to, and not in the other."""
    _, (request,) = come_in(tmp_path, form(1, WALKER), form(2, WALKER, member__phone="+15105550111"))
    request = _hold(request)
    on_two = request.fields.get(name="member.phone")
    on_two.page_number = 2
    on_two.save()
    first, second = _ids(request)
    made = pages.split(request.reference, [second], revision=2, actor=DANA, tables=current_reference())
    assert made.fields.get(name="member.phone").human
    assert made.fields.get(name="member.phone").value == "+15105550190"
    assert not request.fields.get(name="member.phone").human
    assert _ids(request) == [first]


def test_a_merge_takes_all_pages_and_the_earlier_receipt(tmp_path: Path) -> None:
    """A second fax's pages get numbers of their own, both codes stand, and the first clock counts."""
    _, (one,) = come_in(tmp_path, form(1, WALKER), notes(2))
    _, (two,) = come_in(tmp_path, form(1, OXYGEN))
    early = made_up.RECEIVED - dt.timedelta(days=2)
    Request.objects.filter(pk=two.pk).update(received_at=early)
    one, two = _hold(one), _hold(two)
    into = pages.merge(two.reference, one.reference, revision=2, actor=DANA, tables=current_reference())
    two.refresh_from_db()
    assert two.state == RequestState.MERGED
    assert two.merged_into_id == into.pk
    assert into.received_at == early
    assert [place.number for place in places_of(into)] == [1, 2, 3]
    assert sorted(_codes(into)) == [WALKER, OXYGEN]
    assert into.lines.get(code=OXYGEN).parts["code"]["page"] == 3


def test_some_pages_move_to_another_request(tmp_path: Path) -> None:
    """Notes that went to the wrong request are moved; both are decided anew."""
    _, (one,) = come_in(tmp_path, form(1, WALKER), notes(2))
    _, (two,) = come_in(tmp_path, form(1, OXYGEN))
    one, two = _hold(one), _hold(two)
    page = _ids(one)[1]
    pages.move_pages(one.reference, [page], two.reference, revision=2, actor=DANA, tables=current_reference())
    assert page not in _ids(one)
    assert [place.number for place in places_of(two)] == [1, 2]
    assert Request.objects.get(pk=one.pk).revision == Request.objects.get(pk=two.pk).revision == 3


def test_order_and_turn_change_no_value(tmp_path: Path) -> None:
    """Pages in another order or turned leave values, revision and state as they are."""
    _, (request,) = come_in(tmp_path, form(1, WALKER), notes(2))
    request = _hold(request)
    first, second = _ids(request)
    pages.reorder(request.reference, [second, first], revision=2, actor=DANA)
    pages.turn(request.reference, second, 180, revision=2, actor=DANA)
    request.refresh_from_db()
    assert _ids(request) == [second, first]
    assert request.pages.get(pk=second).turned == 180
    assert (request.revision, _codes(request)) == (2, [WALKER])
    undo.undo(request.reference, revision=2, actor=DANA, tables=current_reference())
    assert request.pages.get(pk=second).turned == 0
    undo.undo(request.reference, revision=3, actor=DANA, tables=current_reference())
    assert _ids(request) == [first, second]


def test_a_page_set_aside_no_longer_counts(tmp_path: Path) -> None:
    """What stands on a page that is not the request's is not the request's, and nothing would send the page on."""
    _, (request,) = come_in(
        tmp_path, form(1, WALKER), form(2, WALKER, member__address="2 Wrong Way, Oakland, CA 94601")
    )
    request = _hold(request)
    first, second = _ids(request)
    pages.set_aside(request.reference, [second], revision=2, actor=DANA, tables=current_reference())
    assert list(request.pages.values_list("pk", flat=True)) == [first]
    assert [place.set_aside for place in places_of(request)] == [False, True]
    with pytest.raises(MoveRefusedError, match="needs a page of its own"):
        pages.set_aside(request.reference, [first], revision=3, actor=DANA, tables=current_reference())
    pages.set_aside(request.reference, [second], revision=3, actor=DANA, tables=current_reference(), back=True)
    assert request.pages.count() == 2


def test_a_split_is_taken_back(tmp_path: Path) -> None:
    """Undoing a split gives the request its page back; the one it made is part of it; later corrections stay."""
    _, (request,) = come_in(tmp_path, form(1, WALKER), notes(2))
    request = _hold(request)
    before = _ids(request)
    made = pages.split(request.reference, [before[1]], revision=2, actor=DANA, tables=current_reference())
    correct_field(
        request.reference, "member.address", "1 New Place, Oakland, CA 94601", revision=3, actor=DANA,
        tables=current_reference(),
    )  # fmt: skip
    undo.undo(request.reference, revision=4, actor=DANA, tables=current_reference())
    made.refresh_from_db()
    request.refresh_from_db()
    assert _ids(request) == before
    assert (made.state, made.merged_into_id) == (RequestState.MERGED, request.pk)
    assert request.fields.get(name="member.address").value == "1 New Place, Oakland, CA 94601"
    assert request.fields.get(name="member.phone").value == "+15105550190"
    assert (request.state, request.revision) == (RequestState.NEEDS_REVIEW, 5)
    with pytest.raises(MoveRefusedError, match="nothing to take back"):
        undo.undo(request.reference, revision=5, actor=DANA, tables=current_reference())


def test_a_merge_is_taken_back(tmp_path: Path) -> None:
    """Undoing a merge, from either side, makes two requests of it again, each as it was."""
    _, (one,) = come_in(tmp_path, form(1, WALKER))
    _, (two,) = come_in(tmp_path, form(1, OXYGEN))
    one, two = _hold(one), _hold(two)
    pages.merge(two.reference, one.reference, revision=2, actor=DANA, tables=current_reference())
    undo.undo(two.reference, revision=3, actor=DANA, tables=current_reference())
    one.refresh_from_db()
    two.refresh_from_db()
    assert (_codes(one), _codes(two)) == ([WALKER], [OXYGEN])
    assert (one.state, two.state, two.merged_into_id) == (RequestState.NEEDS_REVIEW, RequestState.NEEDS_REVIEW, None)
    assert [place.number for place in places_of(two)] == [1]


def test_nothing_is_taken_back_once_a_notice_has_gone_out(tmp_path: Path) -> None:
    """When a notice was sent after the act, undoing is refused and says why; what was done before stays."""
    _, (request,) = come_in(tmp_path, form(1, WALKER), notes(2))
    request = _hold(request)
    pages.split(request.reference, [_ids(request)[1]], revision=2, actor=DANA, tables=current_reference())
    request.refresh_from_db()
    assert request.clerk_gap_count == 0
    release(request.reference, revision=3, actor=DANA)
    request.notices.filter(revision=3).update(state=NoticeState.SENT, sent_at=timezone.now())
    with pytest.raises(MoveRefusedError, match="a notice has gone out"):
        undo.undo(request.reference, revision=3, actor=DANA, tables=current_reference())


@pytest.mark.parametrize("ending", endings.ENDINGS)
def test_a_request_leaves_the_queue_and_comes_back(ending: RequestState, tmp_path: Path) -> None:
    """Not ours, withdrawn, quarantined: each needs a reason, is told in the story, and can be taken back."""
    arrival, (request,) = come_in(tmp_path, form(1, WALKER))
    request = _hold(request)
    with pytest.raises(MoveRefusedError, match="say why"):
        endings.end(request.reference, ending, reason=" ", revision=2, actor=DANA)
    endings.end(request.reference, ending, reason="Another plan's form.", revision=2, actor=DANA)
    request.refresh_from_db()
    arrival.refresh_from_db()
    assert request.state == ending
    assert (arrival.state == ArrivalState.QUARANTINED) is (ending is RequestState.QUARANTINED)
    assert not request.notices.filter(state=NoticeState.DRAFTED).exists()
    undo.undo(request.reference, revision=3, actor=DANA, tables=current_reference())
    request.refresh_from_db()
    arrival.refresh_from_db()
    assert (request.state, arrival.state) == (RequestState.NEEDS_REVIEW, ArrivalState.PROCESSED)


def test_refusals(tmp_path: Path) -> None:
    """A stale revision, a page of somebody else, no page, a role that only looks: refused, nothing changed."""
    _, (request,) = come_in(tmp_path, form(1, WALKER), notes(2))
    _, (other,) = come_in(tmp_path, form(1, OXYGEN))
    request, other = _hold(request), _hold(other)
    tables = current_reference()
    with pytest.raises(RevisionChangedError):
        pages.split(request.reference, [_ids(request)[1]], revision=1, actor=DANA, tables=tables)
    with pytest.raises(UnknownTargetError, match="no longer has"):
        pages.split(request.reference, _ids(other), revision=2, actor=DANA, tables=tables)
    with pytest.raises(UnknownTargetError, match="at least one"):
        pages.split(request.reference, [], revision=2, actor=DANA, tables=tables)
    with pytest.raises(MoveRefusedError, match="needs a page"):
        pages.split(request.reference, _ids(request), revision=2, actor=DANA, tables=tables)
    with pytest.raises(MoveRefusedError, match="your role"):
        pages.split(request.reference, [_ids(request)[1]], revision=2, actor=AUDITOR, tables=tables)
    with pytest.raises(MoveRefusedError, match="into itself"):
        pages.merge(request.reference, request.reference, revision=2, actor=DANA, tables=tables)
    with pytest.raises(UnknownTargetError, match="90"):
        pages.turn(request.reference, _ids(request)[0], 45, revision=2, actor=DANA)
    assert Request.objects.get(pk=request.pk).revision == 2


def test_each_act_has_words() -> None:
    """The story tells every act in people's words, not by its id."""
    for kind in ("order", "turn", "set_aside", "take_back", "split", "merge", "move", "undone"):
        words = action_words(f"pages.{kind}")
        assert not words.startswith("Pages "), kind
