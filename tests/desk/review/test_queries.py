"""No page of the desk asks the database more than twenty times."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from desk.board_days import last_days
from desk.cases.arrivals import quarantine
from desk.lifecycle import Role
from desk.pipeline import steps
from desk.records.models import Request
from desk.review.urls import urlpatterns
from terms.errors import Problem
from tests.desk.review import scenes

pytestmark = pytest.mark.django_db
MOST = 20


@pytest.fixture
def busy(waiting: Request, clear: Request) -> tuple[Request, Request, int]:
    """A request that waits, one that its processor has with its notices, more of them, and a quarantined arrival."""
    for number in range(4):
        drawn = scenes.draw(30 + number)
        scenes.request_of(drawn, 30 + number, doubts=scenes.usual_doubts(drawn))
    steps.hand_over_request(clear.reference, clear.revision)
    clear.refresh_from_db()
    assert clear.state == "handed_over"
    arrival = scenes.arrive(scenes.draw(9), 90)
    last_days(timezone.now(), settings.INLET.zone)  # as the night does
    quarantine(arrival.pk, Problem("ingest.password_protected", "The file is locked; ask the sender to send it again."))
    return waiting, clear, arrival.pk


@pytest.mark.parametrize("role", [Role.CLERK, Role.SUPERVISOR])
def test_no_page_asks_more_than_twenty_times(
    role: Role, busy: tuple[Request, Request, int], signed_in: Callable[..., Client]
) -> None:
    """Every address that a role may open, for a request that waits and one that is with its processor."""
    waiting, handed, arrival = busy
    client = signed_in(role)
    given: dict[str, object] = {
        "day": dt.date(2026, 11, 20), "provider_id": "plan", "kind": "code", "form": "json", "name": "grid",
        "version": 1,
    }  # fmt: skip
    asked: dict[str, int] = {}
    for pattern in urlpatterns:
        name = str(getattr(pattern, "name", "") or "")
        if not name or name.startswith("mfa"):
            continue
        place = str(pattern.pattern)
        given["pk"] = arrival if place.startswith("arrivals/") else waiting.pages.all()[0].pk
        for request in (waiting, handed) if "reference" in pattern.pattern.converters else (waiting,):
            given["reference"] = request.reference
            address = reverse(name, kwargs={each: given[each] for each in pattern.pattern.converters})
            with CaptureQueriesContext(
                connection,
            ) as queries:
                answer = client.get(address)
                if answer.status_code == 200 and not answer.streaming:
                    assert answer.content
            answer.close()
            if answer.status_code == 200:
                asked[address] = len(queries)
    assert len(asked) > 20
    assert {address: count for address, count in asked.items() if count > MOST} == {}
    worst = max(asked.values())
    print(f"{role}: {len(asked)} pages, at most {worst} queries: {[a for a, n in asked.items() if n == worst]}")  # noqa: T201  (a figure of docs/measurements-desk.md)
