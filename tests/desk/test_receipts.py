"""A request that another office had before us runs from that office's receipt."""

import datetime as dt
from pathlib import Path

import pytest

from desk.cases.actor import Actor
from desk.cases.receipts import received_earlier
from desk.errors import MoveRefusedError, ValueRefusedError
from desk.lifecycle import Role
from tests.desk.made_up import RECEIVED, values
from tests.desk.test_joining import CLERK, TABLES, came

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inlet")]
DAY = dt.timedelta(days=1)


def test_the_clock_runs_from_the_earlier_receipt(tmp_path: Path) -> None:
    """The due date moves back by a day, what it was stays in the trail, and a clerk releases it again."""
    request = came(tmp_path, "a", values())
    due = request.due_at
    assert due is not None
    done = received_earlier(
        request.reference, RECEIVED - DAY, reason="stamped by CHCN", revision=1, actor=CLERK, tables=TABLES
    )
    assert (done.received_at, done.clock_started_at, done.due_at) == (RECEIVED - DAY, RECEIVED - DAY, due - DAY)
    assert (done.state, done.revision) == ("needs_review", 2)
    assert done.corrections.get().reason == "stamped by CHCN"


@pytest.mark.parametrize(("at", "reason"), [(RECEIVED, "x"), (RECEIVED + DAY, "x"), (RECEIVED - DAY, " ")])
def test_a_receipt_never_becomes_later_and_wants_its_reason(at: dt.datetime, reason: str, tmp_path: Path) -> None:
    """Nothing is changed then."""
    request = came(tmp_path, "a", values())
    with pytest.raises(ValueRefusedError):
        received_earlier(request.reference, at, reason=reason, revision=1, actor=CLERK, tables=TABLES)
    request.refresh_from_db()
    assert (request.received_at, request.revision) == (RECEIVED, 1)


def test_only_people_who_work_on_requests_may(tmp_path: Path) -> None:
    """An auditor looks."""
    request = came(tmp_path, "a", values())
    auditor = Actor("ada", frozenset({Role.AUDITOR}))
    with pytest.raises(MoveRefusedError):
        received_earlier(request.reference, RECEIVED - DAY, reason="x", revision=1, actor=auditor, tables=TABLES)
