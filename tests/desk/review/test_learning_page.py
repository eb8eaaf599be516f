"""The page of lessons: what is left out, what is proposed, and a supervisor's word."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from desk.cases.refit import bends
from desk.lifecycle import Role
from desk.records.models import ConfidenceRefit, Lesson, LessonKind, Request
from tests.desk.review import scenes

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson(inlet: object) -> Lesson:
    """A wording that waits for a word."""
    del inlet
    return Lesson.objects.create(
        kind=LessonKind.WORDING,
        key="coveragekey",
        data={"wording": "Coverage key", "concept": "member_id"},
        requests=4,
        examples=["2HY3-K7TC"],
        last_seen=timezone.now(),
    )


def test_senders_and_forms_are_ranked_by_what_they_leave_out(inlet: object, signed_in: Callable[..., Client]) -> None:
    """Who left something out most often comes first, with what; only what the provider alone can give counts."""
    del inlet
    for number in range(3):
        scenes.request_of(scenes.draw(20 + number), number, blank=("member.phone", "member.address"))
    Request.objects.update(provider_name="Ima Example, MD", provider_npi="1234567893")
    page = signed_in(Role.SUPERVISOR, "sue").get("/lessons/").content.decode()
    assert "Ima Example, MD (1234567893)" in page
    assert "no known form" in page
    assert "(3)" in page
    assert "Counted from 3 requests" in page


def test_supervisor_approves_declines_and_takes_back(lesson: Lesson, signed_in: Callable[..., Client]) -> None:
    """Each with a reason, seen on the page with the name; without a reason nothing happens."""
    client = signed_in(Role.SUPERVISOR, "sue")
    assert "“Coverage key”" in client.get("/lessons/").content.decode()
    address = f"/lessons/{lesson.pk}/decide/"
    client.post(address, {"deed": "approve", "why": ""})
    client.post(address, {"deed": "shred", "why": "because"})
    lesson.refresh_from_db()
    assert lesson.state == "proposed"
    client.post(address, {"deed": "approve", "why": "county forms"})
    page = client.get("/lessons/").content.decode()
    assert "county forms" in page
    assert "Nothing is proposed." in page
    client.post(address, {"deed": "take-back", "why": "a misprint"})
    lesson.refresh_from_db()
    assert (lesson.state, lesson.decided_by_name, lesson.why) == ("taken_back", "sue", "a misprint")


def test_others_look_on(lesson: Lesson, signed_in: Callable[..., Client]) -> None:
    """A senior clerk sees the page without buttons and may not decide by address either."""
    senior = signed_in(Role.SENIOR_CLERK, "sena")
    assert 'value="approve"' not in senior.get("/lessons/").content.decode()
    answer = senior.post(f"/lessons/{lesson.pk}/decide/", {"deed": "approve", "why": "county forms"})
    assert answer.status_code == 403
    assert senior.post("/lessons/gather/").status_code == 403


def test_confidence_tables_are_shown_and_taken_up(inlet: object, signed_in: Callable[..., Client]) -> None:
    """The quality page lists every table; the reader's own confidence is one button away, with a reason."""
    del inlet
    table = {"npi": {"a": 0.0, "b": 1.0, "least": 0.9991}}
    ConfidenceRefit.objects.create(table=table, values=400, at=timezone.now(), by_name="sue", why="a bad quarter")
    client = signed_in(Role.SUPERVISOR, "sue")
    page = client.get("/quality/").content.decode()
    assert "a bad quarter" in page
    assert "NPIs: 0.9991" in page
    client.post("/quality/table/", {"table": "0", "why": ""})
    assert bends()
    client.post("/quality/table/", {"table": "0", "why": "the line is gone"})
    assert bends() == {}
    assert signed_in(Role.SENIOR_CLERK, "sena").post("/quality/table/", {"table": "0"}).status_code == 403
