"""The supervisor's board and work given to people."""

import datetime as dt
import os
from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone, translation
from playwright.sync_api import Page
from pytest_django import DjangoAssertNumQueries

from desk.board import OLDER, Due, board
from desk.board_days import BEFORE, last_days
from desk.cases.actor import Actor, actor_of
from desk.cases.assigning import assign
from desk.cases.pausing import PAUSED
from desk.errors import DeskError
from desk.lifecycle import Role
from desk.records.models import (
    Arrival,
    Assignment,
    AuditEvent,
    Correction,
    KeptDay,
    Notice,
    Request,
    SendingSwitch,
    SourceStatus,
)
from desk.review.board_words import steps, trouble_of
from desk.summary import day_bounds

pytestmark = pytest.mark.django_db


def test_board_counts_what_presses(waiting: Request) -> None:
    """Late, due, urgent, for a person: each counted once, by processor and age."""
    Request.objects.filter(pk=waiting.pk).update(due_at=timezone.now() - dt.timedelta(hours=1), priority="urgent")
    found = board(timezone.now())
    assert (found.for_people, found.urgent, found.late, found.due_soon) == (1, 1, 1, 0)
    assert sum(sum(ages.values()) for ages in found.backlog.values()) == 1
    assert found.dues[0] == Due("late", 1, 1)
    assert sum(found.today.hours) <= 1
    assert any("late" in step.words for step in steps(found))


def test_board_says_what_is_down(waiting: Request) -> None:
    """A source that nobody looks at, one that is hindered, and stopped sending come first."""
    del waiting
    SourceStatus.objects.create(
        name="fax", looked_at=timezone.now(), waiting=4, problem_kind="x", problem_message="The folder is not there."
    )
    SendingSwitch.objects.create(is_stopped=True, by_name="sue", at=timezone.now())
    found = board(timezone.now())
    fax, mail = found.ways_in
    assert (fax.is_up, fax.waiting, fax.trouble) == (False, 4, "The folder is not there.")
    assert "is the service running" in trouble_of(mail)
    assert steps(found)[0].words.startswith("Nothing is being sent")
    SourceStatus.objects.filter(name="fax").update(problem_kind=PAUSED, problem_message="Paused by sue: it moves.")
    fax = board(timezone.now()).ways_in[0]
    assert (fax.is_up, fax.is_paused, trouble_of(fax)) == (False, True, "Paused by sue: it moves.")


def test_automation_is_of_the_released_ones(clear: Request, waiting: Request, person: Callable[..., User]) -> None:
    """What the machine let out counts as untouched, what a person released does not, what waits not at all."""
    found = board(timezone.now())
    assert (found.automation.count, found.automation.of) == (1, 1)
    user = person(Role.CLERK, "kim")
    AuditEvent.objects.create(
        at=timezone.now(), actor=user, actor_name="kim", action="request.released", request=waiting
    )
    found = board(timezone.now())
    assert (found.automation.count, found.automation.of) == (1, 2)
    assert found.people == (("kim", 1, 0),)
    assert clear.reference != waiting.reference


def _at(days: int, hour: int) -> dt.datetime:
    """A moment some days ago, at an hour of the desk's day."""
    zone = settings.INLET.zone
    day = timezone.now().astimezone(zone).date() - dt.timedelta(days=days)
    return day_bounds(day, zone)[0] + dt.timedelta(hours=hour, minutes=30)


def test_days_that_are_over_are_counted_once(waiting: Request, person: Callable[..., User]) -> None:
    """Arrivals by hour, automation, people's work and corrections by field and form; kept, and not counted again."""
    kim = person(Role.CLERK, "kim")
    when = _at(2, 10)
    Arrival.objects.filter(pk=waiting.arrival_id).update(received_at=when)
    Request.objects.filter(pk=waiting.pk).update(received_at=when)
    waiting.pages.update(form="alliance_pa_2026")
    AuditEvent.objects.all().update(at=when)
    for action in ("request.released", "request.corrected"):
        AuditEvent.objects.create(at=when, actor=kim, actor_name="kim", action=action, request=waiting)
    Correction.objects.create(
        request=waiting, revision=2, target="member.id", after={"value": "x"}, by=kim, by_name="kim", at=when
    )
    days = last_days(timezone.now(), settings.INLET.zone)
    assert len(days) == BEFORE + 1
    assert (sum(days[-3].hours), days[-3].hours[10]) == (1, 1)
    assert (days[-3].released, days[-3].untouched, days[-3].people) == (1, 0, {"kim": [1, 1]})
    assert KeptDay.objects.count() == BEFORE
    found = board(timezone.now())
    field, form, rate = found.corrected[0]
    assert (field, form, rate.count, rate.of) == ("member.id", "alliance_pa_2026", 1, 1)
    Correction.objects.all().delete()
    assert board(timezone.now()).corrected == found.corrected


def test_board_says_what_to_do(waiting: Request, clear: Request, person: Callable[..., User]) -> None:
    """Old work at a processor, unapproved and undelivered notices, more corrections, less automation: each is told."""
    now = timezone.now()
    for number, (state, kind) in enumerate((("held", "desk.awaits_approval"), ("failed", "outbound.busy"))):
        Notice.objects.create(
            key=f"n{number}", request=clear, kind="approval", revision=1, created_at=now, state=state, problem_kind=kind
        )
    Request.objects.filter(pk=waiting.pk).update(
        received_at=now - dt.timedelta(days=9), due_at=now + dt.timedelta(hours=2), processor="CFMG"
    )
    kim = person(Role.CLERK, "kim")
    AuditEvent.objects.all().delete()
    for days, actor in ((3, None), (1, kim)):
        AuditEvent.objects.bulk_create(
            AuditEvent(at=_at(days, 9), actor=actor, actor_name="x", action="request.released", request=request)
            for request in _many(clear, 20)
        )
    found = board(now)
    assert found.backlog["CFMG"][OLDER] == 1
    told = "\n".join(step.words for step in steps(found))
    for words in (
        "1 notice of a decision waits for approval",
        "1 notice could not be delivered",
        "due within a day and given to nobody",
        "a week old or more: 1 at CFMG",
        "Only 0% went through untouched yesterday, 100% before",
    ):
        assert words in told
    assert all(step.address.startswith(("/", "#")) for step in steps(found))
    with translation.override("es"):
        spanish = [step.words for step in steps(found)]
    assert "1 aviso de una decisión espera aprobación." in spanish
    assert not set(told.splitlines()) & set(spanish)


def _many(request: Request, count: int) -> list[Request]:
    """Copies of a request, for what counts requests."""
    copies = []
    for number in range(count):
        copy = Request.objects.get(pk=request.pk)
        copy.pk, copy.position, copy.reference = None, number + 100 + Request.objects.count(), f"COPY-{number:04}"
        copies.append(copy)
    known = {row.reference: row for row in Request.objects.filter(reference__startswith="COPY-")}
    return list(known.values()) or Request.objects.bulk_create(copies)


def test_silence_on_the_lines_is_told(waiting: Request) -> None:
    """Nothing for hours in which something usually comes means that somebody looks at the lines."""
    hours = [2] * 24
    zone = settings.INLET.zone
    now = day_bounds(timezone.now().astimezone(zone).date(), zone)[0] + dt.timedelta(hours=15, minutes=5)
    Arrival.objects.filter(pk=waiting.arrival_id).update(received_at=now.replace(minute=1) - dt.timedelta(hours=3))
    for days in range(1, BEFORE + 1):
        day = now.astimezone(zone).date() - dt.timedelta(days=days)
        data = {
            "day": day.isoformat(), "hours": hours, "released": 0, "untouched": 0, "changed": {}, "read": {},
            "people": {},
        }  # fmt: skip
        KeptDay.objects.create(starts_at=day_bounds(day, zone)[0], data=data)
    told = [step.words for step in steps(board(now))]
    assert "Nothing has come in for 2 hours, usually 4 come in that time: look at the lines." in told
    Arrival.objects.filter(pk=waiting.arrival_id).update(received_at=now - dt.timedelta(minutes=2))
    assert not any("Nothing has come in" in step.words for step in steps(board(now)))


def test_board_takes_few_queries(
    waiting: Request, signed_in: Callable[..., Client], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """However much there is, the board asks the database a fixed number of times."""
    del waiting
    last_days(timezone.now(), settings.INLET.zone)  # as the night does
    client = signed_in(Role.SUPERVISOR)
    with django_assert_max_num_queries(20):
        assert client.get("/board/").status_code == 200


def test_work_is_given_and_taken_back(waiting: Request, person: Callable[..., User]) -> None:
    """A senior gives a request to a clerk, again changes nothing, and takes it back; both are in the trail."""
    senior, kim = actor_of(person(Role.SENIOR_CLERK)), person(Role.CLERK, "kim")
    assert assign(senior, [waiting.reference], kim.pk) == 1
    assert assign(senior, [waiting.reference], kim.pk) == 0
    assert Assignment.objects.get().user == kim
    assert assign(senior, [waiting.reference], None) == 1
    assert not Assignment.objects.exists()
    told = AuditEvent.objects.filter(action="request.assigned").order_by("id").values_list("detail", flat=True)
    assert [detail["to"] for detail in told] == ["kim", None]


def test_who_may_give_work_and_to_whom(waiting: Request, person: Callable[..., User]) -> None:
    """A clerk gives out nothing; an auditor is given nothing."""
    clerk, auditor = person(Role.CLERK, "kim"), person(Role.AUDITOR)
    with pytest.raises(DeskError, match="gives out no work"):
        assign(actor_of(clerk), [waiting.reference], clerk.pk)
    senior = Actor("sena", frozenset({Role.SENIOR_CLERK}))
    with pytest.raises(DeskError, match="does not work at the desk"):
        assign(senior, [waiting.reference], auditor.pk)


def test_supervisor_gives_work_in_the_browser(waiting: Request, desk: Page, person: Callable[..., User]) -> None:
    """From the board: choose the most pressing, choose a person, give; the board shows whose it is."""
    person(Role.CLERK, "kim")
    desk.get_by_role("link", name="Board").click()
    if pictures := os.environ.get("DESK_PICTURES"):
        desk.screenshot(path=f"{pictures}/board.png", full_page=True)
    desk.get_by_label(f"Choose {waiting.reference}").check()
    desk.get_by_label("Give the chosen ones to").select_option("kim")
    desk.get_by_role("button", name="Give").click()
    desk.get_by_role("row", name=waiting.reference).get_by_text("kim").wait_for()
    assert Assignment.objects.get(request=waiting).user.get_username() == "kim"
