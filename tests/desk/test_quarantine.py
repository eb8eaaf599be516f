"""What people do with quarantined arrivals: nothing is lost, everything is in the trail."""

from pathlib import Path

import pytest

from classify.reference import load_reference
from desk.cases import quarantine as acts
from desk.cases.actor import Actor
from desk.cases.arrivals import quarantine, record_unpacked
from desk.cases.handed_in import HandedIn
from desk.config import Settings
from desk.errors import MoveRefusedError
from desk.lifecycle import Role
from desk.records.models import Arrival, AuditEvent, Likeness, Notice, Request, WorkItem
from terms.errors import Problem
from tests.desk.made_up import arrive

pytestmark = pytest.mark.django_db
CLERK = Actor("clara", frozenset({Role.CLERK}))
SENIOR = Actor("sena", frozenset({Role.SENIOR_CLERK}))
TABLES = load_reference(None)
PROBLEM = Problem("ingest.damaged", "The file is damaged; ask the sender to send it again.")


@pytest.fixture
def stuck(inlet: Settings, tmp_path: Path) -> Arrival:
    """A quarantined arrival of which no page could be read."""
    del inlet
    return quarantine(arrive(tmp_path, b"damaged").pk, PROBLEM)


def _trail(arrival: Arrival) -> list[tuple[str, str]]:
    return [
        (event.actor_name, event.action)
        for event in AuditEvent.objects.filter(arrival=arrival).order_by("pk")
        if event.actor_name != "machine"
    ]


def _better(tmp_path: Path, content: bytes) -> HandedIn:
    (tmp_path / "better").write_bytes(content)
    return HandedIn(tmp_path / "better", "upload", "Upload page", f"upload:test:{len(content)}", "better.pdf")


def test_a_dismissal_is_taken_back(stuck: Arrival) -> None:
    """Dismissed with a note, then back in quarantine with the problem it had; both stand in the trail."""
    acts.dismiss(stuck.pk, actor=SENIOR, note_text="An advertisement.")
    stuck.refresh_from_db()
    assert (stuck.state, stuck.note, stuck.dismissed_at is not None) == ("processed", "An advertisement.", True)
    acts.undo_dismiss(stuck.pk, actor=SENIOR)
    stuck.refresh_from_db()
    assert (stuck.state, stuck.note, stuck.dismissed_at, stuck.problem) == ("quarantined", "", None, PROBLEM)
    assert _trail(stuck) == [
        ("sena", "arrival.processed"), ("sena", "arrival.dismiss_undone"), ("sena", "arrival.quarantined"),
    ]  # fmt: skip
    undone = AuditEvent.objects.get(action="arrival.dismiss_undone")
    assert undone.detail == {"note": "An advertisement."}
    with pytest.raises(MoveRefusedError, match="nothing to take back"):
        acts.undo_dismiss(stuck.pk, actor=SENIOR)


def test_what_was_processed_by_itself_is_not_taken_back(inlet: Settings, tmp_path: Path) -> None:
    """Only what a person dismissed goes back."""
    del inlet
    arrival = arrive(tmp_path)
    Arrival.objects.filter(pk=arrival.pk).update(state="processed")
    with pytest.raises(MoveRefusedError):
        acts.undo_dismiss(arrival.pk, actor=SENIOR)


def test_a_file_nothing_could_be_read_of_is_released_to_a_clerk(stuck: Arrival) -> None:
    """A request without values waits for a clerk, who looks for each before the provider is asked for any."""
    reference = acts.release_to_clerk(stuck.pk, actor=SENIOR, tables=TABLES)
    stuck.refresh_from_db()
    request = Request.objects.get(reference=reference)
    assert (stuck.state, request.arrival_id, request.state) == ("processed", stuck.pk, "needs_review")
    assert request.received_at == stuck.received_at
    assert request.facts["by_hand"] == "yes"
    assert {gap.audience for gap in request.gaps.all()} == {"clerk"}
    assert not Notice.objects.exists()
    assert ("sena", "arrival.released_to_clerk") in _trail(stuck)
    with pytest.raises(MoveRefusedError):
        acts.release_to_clerk(stuck.pk, actor=SENIOR, tables=TABLES)
    assert Request.objects.count() == 1


def test_a_better_file_takes_the_place_and_keeps_the_receipt(stuck: Arrival, tmp_path: Path) -> None:
    """The new arrival is read, with the first one's time; the first ends and names it; its original stays."""
    better = acts.replace_file(stuck.pk, _better(tmp_path, b"a better copy"), actor=SENIOR)
    stuck.refresh_from_db()
    assert (better.state, better.received_at, better.replaces_id) == ("in_progress", stuck.received_at, stuck.pk)
    assert (stuck.state, stuck.note) == ("processed", f"A better file was brought: arrival {better.pk}.")
    assert WorkItem.objects.filter(key=f"unpack:{better.pk}:1").exists()
    assert ("sena", "arrival.replaced") in _trail(stuck)
    with pytest.raises(MoveRefusedError, match="better file"):
        acts.undo_dismiss(stuck.pk, actor=SENIOR)


def test_the_very_same_file_is_no_better_one(stuck: Arrival, tmp_path: Path) -> None:
    """It is refused, named, and leaves no arrival behind."""
    with pytest.raises(MoveRefusedError, match=f"as arrival {stuck.pk}"):
        acts.replace_file(stuck.pk, _better(tmp_path, b"damaged"), actor=SENIOR)
    stuck.refresh_from_db()
    assert (stuck.state, Arrival.objects.count()) == ("quarantined", 1)


def test_a_clerk_may_do_none_of_it(stuck: Arrival, tmp_path: Path) -> None:
    """Quarantine is for senior people; nothing changes."""
    deeds = (
        lambda: acts.dismiss(stuck.pk, actor=CLERK, note_text="x"),
        lambda: acts.undo_dismiss(stuck.pk, actor=CLERK),
        lambda: acts.release_to_clerk(stuck.pk, actor=CLERK, tables=TABLES),
        lambda: acts.replace_file(stuck.pk, _better(tmp_path, b"x"), actor=CLERK),
        lambda: acts.not_the_same(stuck.pk, actor=CLERK),
    )
    for deed in deeds:
        with pytest.raises(MoveRefusedError):
            deed()
    stuck.refresh_from_db()
    assert (stuck.state, Arrival.objects.count(), Request.objects.count()) == ("quarantined", 1, 0)


def test_what_was_taken_for_sent_again_is_read_after_all(inlet: Settings, tmp_path: Path) -> None:
    """A person says that it is not the same: it is read, and not linked any more."""
    del inlet
    first, second = arrive(tmp_path), arrive(tmp_path)
    Arrival.objects.filter(pk=second.pk).update(state="duplicate", duplicate_of=first)
    Likeness.objects.create(arrival=second, earlier=first, same=True, at=first.registered_at)
    acts.not_the_same(second.pk, actor=SENIOR)
    second.refresh_from_db()
    assert (second.state, second.duplicate_of, second.reading_round) == ("in_progress", None, 2)
    assert Likeness.objects.get().refused_by == "sena"


def test_the_same_bytes_stay_a_duplicate(inlet: Settings, tmp_path: Path) -> None:
    """Nobody can make another request of what is byte for byte the same."""
    del inlet
    arrive(tmp_path, b"one")
    again = arrive(tmp_path, b"one")
    with pytest.raises(MoveRefusedError, match="bytes are those of the other"):
        acts.not_the_same(again.pk, actor=SENIOR)


def test_reading_again_counts_pages_anew(stuck: Arrival) -> None:
    """While an arrival is read anew, no page of the round before is counted."""
    Arrival.objects.filter(pk=stuck.pk).update(page_count=3)
    quarantine_again = Arrival.objects.get(pk=stuck.pk)
    assert quarantine_again.page_count == 3
    from desk.cases.arrivals import read_again  # noqa: PLC0415  (only this test)

    read_again(stuck.pk, actor=SENIOR)
    assert Arrival.objects.get(pk=stuck.pk).page_count is None
    record_unpacked(stuck.pk, 2, media_type="", facts={}, pages=[], problem=PROBLEM)
    assert Arrival.objects.get(pk=stuck.pk).page_count == 0
