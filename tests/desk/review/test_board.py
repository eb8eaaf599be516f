"""The supervisor's board and work given to people."""

import datetime as dt
import os
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django import DjangoAssertNumQueries

from desk.board import board
from desk.cases.actor import Actor, actor_of
from desk.cases.assigning import assign
from desk.errors import DeskError
from desk.lifecycle import Role
from desk.records.models import Assignment, AuditEvent, Request, SendingSwitch, SourceStatus

pytestmark = pytest.mark.django_db


def test_board_counts_what_presses(waiting: Request) -> None:
    """Late, due, urgent, for a person: each counted once, by processor and age."""
    Request.objects.filter(pk=waiting.pk).update(due_at=timezone.now() - dt.timedelta(hours=1), priority="urgent")
    found = board(timezone.now())
    assert (found.for_people, found.urgent, found.late, found.due_soon) == (1, 1, 1, 0)
    assert sum(sum(ages.values()) for ages in found.backlog.values()) == 1
    assert sum(found.by_hour.values()) <= 1
    assert any("late" in line for line in found.to_do())


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
    assert "is the service running" in mail.trouble
    assert found.to_do()[0].startswith("Nothing is being sent")


def test_automation_is_of_the_released_ones(clear: Request, waiting: Request, person: Callable[..., User]) -> None:
    """What the machine let out counts as untouched, what a person released does not, what waits not at all."""
    found = board(timezone.now())
    assert (found.released, found.untouched) == (1, 1)
    user = person(Role.CLERK, "kim")
    AuditEvent.objects.create(
        at=timezone.now(), actor=user, actor_name="kim", action="request.released", request=waiting
    )
    found = board(timezone.now())
    assert (found.released, found.untouched) == (2, 1)
    assert found.people == (("kim", 1, 0),)
    assert clear.reference != waiting.reference


def test_board_takes_few_queries(
    waiting: Request, signed_in: Callable[..., Client], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """However much there is, the board asks the database a fixed number of times."""
    del waiting
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
