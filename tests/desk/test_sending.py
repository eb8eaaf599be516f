"""What becomes of a notice on the line: waiting, delivered, tried again, given to a person; never sent twice."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings as DjangoSettings

from desk.cases import sending
from desk.cases.notices import verify_and_send
from desk.cases.number_book import allow, forbid, number_book
from desk.cases.resend import draft_resend
from desk.config import Settings
from desk.errors import MoveRefusedError
from desk.pipeline import sender, steps
from desk.pipeline.tend import MOST_ROUNDS
from desk.records.models import Arrival, AuditEvent, LineStatus, Notice, Request, Transmission, VerifiedNumber, WorkItem
from desk.sending_settings import FaxWay
from outbound.transport import Failure, Stage, Standing
from tests.desk.sending_house import CLERK, FAX, SENIOR, Line, know_number, line, minutes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inlet")]


@pytest.fixture
def out(tmp_path: Path, settings: DjangoSettings, inlet: Settings) -> Iterator[Line]:
    """A line with the made-up provider's number known."""
    del inlet
    know_number()
    with line(tmp_path, settings, lines=2) as made:
        yield made


def receipt_of(out: Line, **changed: object) -> Notice:
    """The drafted receipt of a fresh request."""
    return out.request(**changed).notices.get(kind="receipt")


def urgent_receipt_of(out: Line) -> Notice:
    """The same of an urgent request."""
    notice = receipt_of(out)
    Request.objects.filter(pk=notice.request_id).update(priority="urgent")
    return notice


def test_a_delivered_notice_says_so_with_its_pages(out: Line) -> None:
    """Submitted under its key, asked after, delivered with the pages that the far side confirmed."""
    notice = receipt_of(out)
    assert out.send(notice.key)
    notice.refresh_from_db()
    assert (notice.state, notice.destination, notice.verified) == ("sent", FAX, True)
    job = out.provider.board.jobs[f"{notice.key}:1"]["job"]
    assert isinstance(job, dict)
    assert job["to"] == FAX
    notice = out.end(f"{notice.key}:1", "delivered", pages=2)
    assert notice.state == "delivered"
    transmission = notice.transmissions.get()
    assert (transmission.state, transmission.pages) == ("delivered", 2)
    assert not out.send(notice.key)
    assert len(out.provider.board.jobs) == 1


def test_killed_between_submit_and_record_it_is_not_sent_again(out: Line) -> None:
    """The far side took it, nothing was written down: taken up again, it is the same job."""
    notice = receipt_of(out)
    assert steps.render_notice(notice.key)
    steps.submit_notice(notice.key)  # killed here: what it gave is lost
    assert Transmission.objects.get().state == "intended"
    answer = steps.submit_notice(notice.key)
    assert answer is not None
    steps.record_submission(answer)
    steps.record_submission(answer)
    assert len(out.provider.board.jobs) == 1
    assert Notice.objects.get(pk=notice.pk).state == "sent"


def test_a_busy_line_is_tried_again_up_the_ladder_and_then_is_a_persons(out: Line) -> None:
    """Each failure sets the next try later; after the last the notice is failed with what a clerk does."""
    notice = receipt_of(out)
    pauses = []
    for attempt in range(1, 7):
        assert out.send(notice.key)
        before = timezone.now()
        notice = out.end(f"{notice.key}:{attempt}", "failed", "busy", 0)
        if notice.wait_until:
            pauses.append(round((notice.wait_until - before).total_seconds() / 60))
            assert notice.state == "drafted"
            assert not out.send(notice.key), "it waits"
            Notice.objects.filter(pk=notice.pk).update(wait_until=timezone.now())
    assert pauses == [5, 10, 20, 45, 90]
    assert (notice.state, notice.problem_kind) == ("failed", "outbound.busy")
    assert "Call the office" in notice.problem_message
    assert [t.failure for t in notice.transmissions.all()] == ["busy"] * 6
    with pytest.raises(MoveRefusedError):
        verify_and_send(notice.key, FAX, actor=SENIOR)
    sending.send_again(notice.key, actor=CLERK)
    assert sending.take_up_waiting(timezone.now()) == 1
    assert out.send(notice.key)
    assert out.end(f"{notice.key}:7", "failed", "busy", 0).state == "drafted", "from the foot of the ladder"


@pytest.mark.parametrize("failure", ["refused", "unsure", "cancelled"])
def test_what_trying_again_does_not_mend_is_a_persons_at_once(out: Line, failure: str) -> None:
    """A refused number, a job that somebody took back, one of which nobody knows: no further call."""
    notice = receipt_of(out)
    out.send(notice.key)
    assert out.end(f"{notice.key}:1", "failed", failure, 0).state == "failed"


def test_fewer_pages_than_sent_is_no_delivery(out: Line) -> None:
    """The far side says done with one page of two: that is partial, and tried again."""
    notice = receipt_of(out)
    out.send(notice.key)
    notice = out.end(f"{notice.key}:1", "delivered", pages=1)
    assert (notice.state, notice.transmissions.get().failure) == ("drafted", "partial")


def test_a_job_that_vanished_is_for_a_person(out: Line) -> None:
    """The fax server knows nothing of it any more: nobody can say, so it is not sent again by itself."""
    notice = receipt_of(out)
    out.send(notice.key)
    key = f"{notice.key}:1"
    assert sending.record_standing(key, Standing(Stage.UNKNOWN)) == "submitted"
    Transmission.objects.update(submitted_at=timezone.now() - sending.VANISHED_AFTER - minutes(1))
    assert sending.record_standing(key, Standing(Stage.UNKNOWN)) == "failed"
    assert Notice.objects.get(pk=notice.pk).problem_kind == f"outbound.{Failure.UNSURE.value}"


def test_one_switch_stops_and_resumes_everything(out: Line) -> None:
    """While sending is stopped nothing is handed over and every notice says why; then all of it goes, urgent first."""
    with pytest.raises(MoveRefusedError):
        sending.turn(stop=True, reason=" ", actor=CLERK)
    sending.turn(stop=True, reason="wrong cover text", actor=CLERK)
    routine = receipt_of(out)
    urgent = urgent_receipt_of(out)
    for notice in (routine, urgent):
        assert not out.send(notice.key)
        notice.refresh_from_db()
        assert (notice.state, notice.wait_reason) == ("drafted", "stopped")
    assert out.provider.board.jobs == {}
    assert sending.take_up_waiting(timezone.now()) == 0
    sending.turn(stop=False, reason="", actor=CLERK)
    assert sending.take_up_waiting(timezone.now()) == 2
    asked = WorkItem.objects.filter(kind="notice", payload__notice__in=[routine.key, urgent.key]).order_by("-id")
    assert {item.payload["notice"]: item.priority for item in asked[:2]} == {urgent.key: 1, routine.key: 10}
    assert [event.action for event in AuditEvent.objects.filter(action__startswith="sending.")] != []


def test_one_way_is_stopped_by_itself(out: Line) -> None:
    """Faxes wait and say why, mails would go; the waiting ones take no place from others; then they go."""
    with pytest.raises(MoveRefusedError, match="no such way"):
        sending.turn(stop=True, reason="moved", actor=CLERK, way="pigeon")
    sending.turn(stop=True, reason="the fax server moves", actor=CLERK, way="fax")
    assert sending.is_stopped() is None
    assert sending.is_stopped("email") is None
    assert list(sending.stopped_ways()) == ["fax"]
    notice = receipt_of(out)
    assert not out.send(notice.key)
    notice.refresh_from_db()
    assert notice.wait_reason == "stopped"
    assert sending.take_up_waiting(timezone.now()) == 0
    sending.turn(stop=False, reason="", actor=CLERK, way="fax")
    assert sending.stopped_ways() == {}
    assert sending.take_up_waiting(timezone.now()) == 1
    assert out.send(notice.key)
    sending.turn(stop=True, reason="all of it", actor=CLERK)
    assert sending.is_stopped("email") == sending.is_stopped()


def test_what_lies_in_the_outbox_takes_no_line(out: Line, settings: DjangoSettings, inlet: Settings) -> None:
    """With the folder as the way out, faxes that something else has yet to fetch do not keep the next from going."""
    laid = [receipt_of(out) for _ in range(3)]
    settings.INLET = inlet.model_copy(update={"sending": inlet.sending.model_copy(update={"fax_way": FaxWay.FOLDER})})
    for notice in laid:
        assert out.send(notice.key)
    assert Transmission.objects.filter(transport="folder", finished_at=None).count() == len(laid)
    assert sending.on_the_line() == 0
    sending.turn(stop=True, reason="wrong cover text", actor=CLERK)
    late = receipt_of(out)
    assert not out.send(late.key)
    sending.turn(stop=False, reason="", actor=CLERK)
    assert sending.take_up_waiting(timezone.now()) == 1


def test_only_so_many_faxes_are_on_their_way_at_once_urgent_ones_first(out: Line) -> None:
    """With two lines taken the next waits; when one ends, the urgent one that came later goes first."""
    first, second = receipt_of(out), receipt_of(out)
    assert out.send(first.key)
    assert out.send(second.key)
    third, urgent = receipt_of(out), urgent_receipt_of(out)
    for notice in (third, urgent):
        assert not out.send(notice.key)
        notice.refresh_from_db()
        assert notice.wait_reason == "lines"
    out.end(f"{first.key}:1", "delivered")
    third.refresh_from_db()
    urgent.refresh_from_db()
    assert (urgent.wait_reason, third.wait_reason) == ("", "lines")
    assert out.send(urgent.key)


def test_routine_faxes_wait_for_the_hours_of_the_place_called(tmp_path: Path, settings: DjangoSettings) -> None:
    """Outside the hours a routine one waits until they open there, an urgent one goes at once."""
    know_number()
    local = timezone.now().astimezone(settings.INLET.zone)
    opens, closes = local + minutes(120), local + minutes(180)
    with line(tmp_path, settings, calls_from=f"{opens:%H}:00", calls_until=f"{closes:%H}:59") as out:
        routine, urgent = receipt_of(out), urgent_receipt_of(out)
        assert not out.send(routine.key)
        routine.refresh_from_db()
        assert routine.wait_reason == "hours"
        assert routine.wait_until is not None
        assert routine.wait_until.astimezone(settings.INLET.zone).strftime("%H:%M") == f"{opens:%H}:00"
        assert out.send(urgent.key)


def test_a_number_that_must_not_be_faxed_is_not(out: Line) -> None:
    """The list outranks directory and people: the notice is held, and nobody can vouch for the number."""
    with pytest.raises(MoveRefusedError):
        forbid("no number", "why", actor=CLERK)
    row = forbid("510-555-0151", "a private house", actor=CLERK)
    notice = receipt_of(out)
    assert out.send(notice.key)
    notice.refresh_from_db()
    assert notice.state == "held"
    assert "a private house" in notice.destination_reason
    with pytest.raises(MoveRefusedError, match="must not be faxed"):
        verify_and_send(notice.key, "510-555-0151", actor=SENIOR)
    with pytest.raises(MoveRefusedError):
        allow(row.pk, actor=CLERK)
    allow(row.pk, actor=SENIOR)
    verify_and_send(notice.key, "510-555-0151", actor=SENIOR)
    assert out.send(notice.key)
    assert Notice.objects.get(pk=notice.pk).state == "sent"


def test_a_number_that_a_person_vouched_for_is_remembered(out: Line) -> None:
    """Held for the first notice, vouched for with who and when, used for the next one of this provider."""
    VerifiedNumber.objects.all().delete()
    first = receipt_of(out)
    out.send(first.key)
    first.refresh_from_db()
    assert (first.state, first.destination_reason) == ("held", "The number stands only on the form.")
    verify_and_send(first.key, "510-555-0151", actor=SENIOR, remembered=True)
    out.send(first.key)
    row = VerifiedNumber.objects.get()
    assert (row.npi, row.number, row.verified_by) == ("1234567893", FAX, "sena")
    assert number_book("1234567893").verified == {"1234567893": {FAX: "sena"}}
    second = receipt_of(out)
    out.send(second.key)
    second.refresh_from_db()
    assert (second.state, second.destination_reason) == ("sent", "Verified by sena.")


def test_a_notice_that_cannot_be_read_back_is_held_for_a_person(
    tmp_path: Path, settings: DjangoSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What our own reading does not give back does not go out until somebody has looked at it."""
    know_number()
    with line(tmp_path, settings, read_back=True) as out:
        notice = receipt_of(out)
        monkeypatch.setattr("desk.pipeline.paper.not_read_back", lambda _tiff, words, **_: words[:2])
        out.send(notice.key)
        notice.refresh_from_db()
        assert notice.state == "held"
        assert "2 of its numbers or codes" in notice.destination_reason
        verify_and_send(notice.key, FAX, actor=SENIOR)
        out.send(notice.key)
        assert Notice.objects.get(pk=notice.pk).state == "sent"


def test_a_line_that_is_down_is_tried_later_and_one_that_refuses_is_a_persons(out: Line) -> None:
    """The provider in trouble: nothing is lost. It refuses: the notice is failed and says what to do."""
    from outbound.errors import LineDownError, LineRefusedError  # noqa: PLC0415  (beside their one use)

    notice = receipt_of(out)
    steps.render_notice(notice.key)
    out.provider.board.trouble = [503]
    with pytest.raises(LineDownError):
        steps.submit_notice(notice.key)
    out.provider.board.trouble = [400]
    with pytest.raises(LineRefusedError) as refused:
        steps.submit_notice(notice.key)
    steps.note_notice_problem(notice.key, refused.value.as_problem().to_json())
    notice.refresh_from_db()
    assert (notice.state, notice.problem_kind) == ("failed", "outbound.line_refused")
    sending.send_again(notice.key, actor=CLERK)
    sending.take_up_waiting(timezone.now())
    assert out.send(notice.key)
    assert [t.state for t in notice.transmissions.order_by("attempt")] == ["failed", "submitted"]


def test_what_only_waits_is_not_written_down_again_and_again(
    out: Line, django_assert_num_queries: Callable[..., AbstractContextManager[object]]
) -> None:
    """However many transmissions wait, asking after them reads once and writes nothing."""
    for _ in range(2):
        notice = receipt_of(out)
        out.send(notice.key)
    with django_assert_num_queries(1):
        assert sender.ask_all() == 0


def test_lines_show_how_they_stand(out: Line) -> None:
    """The lines of the way out are noted, and what hinders it."""
    sender.go_round(look_at_lines=True)
    status = LineStatus.objects.get()
    assert (status.way, status.lines) == ("provider", [{"name": "trial", "state": "idle"}])
    out.provider.__exit__()
    sender.note_lines()
    assert LineStatus.objects.get().problem_kind == "outbound.line_down"
    assert MOST_ROUNDS > 0


def test_an_unreadable_fax_is_asked_for_again_once(out: Line) -> None:
    """The fax of a quarantined arrival's sender: drafted once, held unless its number is an office's verified one."""
    notice = receipt_of(out)
    arrival = notice.request.arrival if notice.request else None
    assert arrival is not None
    assert draft_resend(arrival.pk) is None
    Arrival.objects.filter(pk=arrival.pk).update(
        state="quarantined", problem_kind="classify.blank_pages", facts={"call": {"caller_id": "5105550100"}}
    )
    arrival.pages.update(kind="blank")
    drafted = draft_resend(arrival.pk)
    assert drafted == draft_resend(arrival.pk)
    assert drafted is not None
    assert out.send(drafted.key)
    drafted.refresh_from_db()
    assert (drafted.state, drafted.destination) == ("held", "+15105550100")
    assert drafted.data["troubles"] == ["Every page is blank; they may have been fed face down."]
    assert "patient" in drafted.data
    assert drafted.data["patient"] == ""
