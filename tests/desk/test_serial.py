"""What the engine keeps: ids, small dicts, moments, and failures without foreign words."""

import datetime as dt
import sqlite3

import pytest
from django.db import InterfaceError, OperationalError
from sqlalchemy import exc

from desk.errors import StorageFullError
from desk.pipeline import workflows
from desk.pipeline.serial import Json, RecordsLostError, StepFailedError, is_lost, problem_of


def test_ids_and_moments_come_back() -> None:
    """Arguments and results are plain values; schedules hand over aware moments."""
    kept = {"args": [7, "a", None], "kwargs": {"at": dt.datetime(2026, 3, 8, 2, 30, tzinfo=dt.UTC), "x": {"y": [1.5]}}}
    assert Json().deserialize(Json().serialize(kept)) == kept


def test_a_failure_of_ours_keeps_kind_sentence_and_whether_to_try_again() -> None:
    """A workflow that is run again after a kill decides as it did the first time."""
    failure = StorageFullError("no space is left; make room")
    revived = Json().deserialize(Json().serialize(failure))
    assert isinstance(revived, StepFailedError)
    assert problem_of(revived) == problem_of(failure)


@pytest.mark.parametrize(
    "error",
    [OperationalError("database or disk is full"), OperationalError("database is locked"), InterfaceError("closed"),
     exc.OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))],
)  # fmt: skip
def test_records_that_cannot_be_reached_pass_by_themselves(error: Exception) -> None:
    """No room, a lock, a server that is away: nobody has to do anything about the arrival."""
    assert is_lost(error)
    assert problem_of(error).kind == RecordsLostError.kind


@pytest.mark.parametrize("error", [
    OperationalError("no such table: x"), ValueError("database is locked"),
    exc.OperationalError("SELECT", {}, sqlite3.OperationalError("no such table: x")),
])  # fmt: skip
def test_a_question_that_makes_no_sense_does_not_pass(error: Exception) -> None:
    """It would be asked for ever."""
    assert not is_lost(error)


def test_lost_records_are_waited_out_and_other_failures_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """An arrival whose step met a full disk begins again later, also after a kill; one that broke goes to a person."""
    later: list[int] = []
    given_up: list[int] = []
    monkeypatch.setattr(workflows, "_try_later", lambda arrival, _round, _seconds: later.append(arrival))
    monkeypatch.setattr(workflows, "_give_up", lambda arrival, _problem: given_up.append(arrival))
    for number, failure in enumerate((RecordsLostError("away; it is tried again"), StepFailedError("broken"))):
        revived = Json().deserialize(Json().serialize(failure))
        workflows._arrival_failed(number, 1, problem_of(revived))
    assert (later, given_up) == ([0], [1])


def test_a_foreign_failure_keeps_its_type_only() -> None:
    """Its words may be those of a page."""
    text = Json().serialize(ValueError("Quilla Sampleton 91234567A"))
    assert "Sampleton" not in text
    assert "ValueError" in text


def test_anything_else_is_refused() -> None:
    """Images and records do not travel through the engine."""
    with pytest.raises(TypeError, match="hand over ids"):
        Json().serialize(object())
