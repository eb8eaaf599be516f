"""What the engine keeps: ids, small dicts, moments, and failures without foreign words."""

import datetime as dt

import pytest

from desk.errors import StorageFullError
from desk.pipeline.serial import Json, StepFailedError, problem_of


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


def test_a_foreign_failure_keeps_its_type_only() -> None:
    """Its words may be those of a page."""
    text = Json().serialize(ValueError("Quilla Sampleton 91234567A"))
    assert "Sampleton" not in text
    assert "ValueError" in text


def test_anything_else_is_refused() -> None:
    """Images and records do not travel through the engine."""
    with pytest.raises(TypeError, match="hand over ids"):
        Json().serialize(object())
