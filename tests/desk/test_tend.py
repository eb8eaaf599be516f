"""The safety net: what nothing carries any more is taken up, and what is carried is left alone."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone

from desk.pipeline import tend as tending
from desk.records.models import Arrival, Notice, WorkItem
from tests.desk.made_up import arrive

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inlet")]
LONG_AGO = dt.timedelta(hours=1)


@pytest.fixture
def engine_says(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """What the engine would say of the workflows of an arrival or notice."""
    states: set[str] = set()
    monkeypatch.setattr(tending, "_states", lambda keys: states if keys else set())
    return states


def stuck(folder: Path) -> Arrival:
    """An arrival whose work was handed over an hour ago and which has not ended."""
    arrival = arrive(folder)
    past = timezone.now() - LONG_AGO
    Arrival.objects.update(registered_at=past)
    WorkItem.objects.update(passed_at=past)
    return arrival


@pytest.mark.parametrize("state", ["PENDING", "ENQUEUED", "DELAYED"])
def test_what_is_carried_is_left_alone(tmp_path: Path, engine_says: set[str], state: str) -> None:
    """A long fax may take its time."""
    arrival = stuck(tmp_path)
    engine_says.add(state)
    assert tending.tend() == {"arrivals": 0, "notices": 0}
    arrival.refresh_from_db()
    assert arrival.reading_round == 1


def test_what_was_asked_for_just_now_is_left_alone(tmp_path: Path, engine_says: set[str]) -> None:
    """Work that waits to be handed over, or was handed over a moment ago, is nobody's loss."""
    del engine_says
    stuck(tmp_path)
    for passed in (None, timezone.now()):
        WorkItem.objects.update(passed_at=passed)
        assert tending.tend()["arrivals"] == 0


def test_a_lost_arrival_is_read_again(tmp_path: Path, engine_says: set[str]) -> None:
    """All its workflows ended and it has not: another round begins."""
    arrival = stuck(tmp_path)
    engine_says.update({"SUCCESS", "ERROR"})
    assert tending.tend()["arrivals"] == 1
    arrival.refresh_from_db()
    assert (arrival.state, arrival.reading_round) == ("in_progress", 2)
    assert WorkItem.objects.filter(key=f"unpack:{arrival.pk}:2", passed_at=None).exists()


def test_an_arrival_that_kills_the_worker_goes_to_a_person(tmp_path: Path, engine_says: set[str]) -> None:
    """After the engine has given up on it, so do we, with a reason."""
    arrival = stuck(tmp_path)
    engine_says.add("MAX_RECOVERY_ATTEMPTS_EXCEEDED")
    assert tending.tend()["arrivals"] == 1
    arrival.refresh_from_db()
    assert (arrival.state, arrival.problem_kind) == ("quarantined", "desk.gave_up")


def test_a_lost_notice_is_asked_for_again(engine_says: set[str]) -> None:
    """A drafted notice that no workflow carries and that has no problem goes on."""
    engine_says.add("SUCCESS")
    past = timezone.now() - LONG_AGO
    Notice.objects.create(key="2HY3-K7TC:1:receipt", kind="receipt", revision=1, created_at=past)
    assert tending.tend()["notices"] == 1
    assert tending.tend()["notices"] == 0
    assert WorkItem.objects.get().key == "notice:2HY3-K7TC:1:receipt:1"
