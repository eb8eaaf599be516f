"""The workflows: steps in a fixed order, nothing else. Each is enqueued under a key, so it exists once.

An arrival goes ``unpack`` → ``page`` for each page → ``assemble``; what comes next is asked for in
the transaction that makes it necessary, so no workflow waits for another and none holds a thread.
A notice goes ``notice``, and again when somebody vouched for the number of a held one.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from dbos import DBOS
from django.conf import settings
from django.db import connections

from desk.logs import log
from desk.pipeline import nightly, steps, tell
from desk.pipeline.bell import ring
from desk.pipeline.engine import ASSEMBLY, INTAKE, NOTICES, PAGES
from desk.pipeline.serial import RecordsLostError, StepFailedError, is_lost, problem_of, records_lost
from desk.pipeline.tend import delete_finished, tend
from terms.errors import InletError, Problem

RECOVERIES = 10
"""How often a workflow that was cut off is taken up again before it shows to an operator."""

_SLOW = frozenset({"desk.storage", "desk.storage_full", "outbound.outbox", "outbound.line_down"})
"""What does not pass in seconds."""

_WAITABLE = _SLOW | {RecordsLostError.kind}
"""What is waited out and then begun again, however long it takes."""

_TRIES = 4
_log = log(__name__)
P = ParamSpec("P")
R = TypeVar("R")


def _worth_retrying(error: BaseException) -> bool:
    return isinstance(error, InletError) and error.retry and error.kind not in _SLOW


def _step(function: Callable[P, R]) -> Callable[P, R]:
    """Make a step: seconds of retries for a locked or lost database, no foreign words in failures, no open handles."""
    name = function.__name__

    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except InletError:
            raise
        except Exception as error:
            lost = is_lost(error)
            _log.exception("step.failed", step=name, retry=lost)
            if lost:
                raise records_lost(error) from error
            raise StepFailedError(problem_of(error).message) from error
        finally:
            connections.close_all()
            ring()

    guarded.__name__ = guarded.__qualname__ = name
    guarded.__module__ = function.__module__
    made: Callable[P, R] = DBOS.step(
        name=name, retries_allowed=True, max_attempts=_TRIES, interval_seconds=0.5, should_retry=_worth_retrying
    )(guarded)
    return made


_unpack = _step(steps.unpack_arrival)
_read = _step(steps.read_page)
_assemble = _step(steps.assemble_arrival)
_give_up = _step(steps.give_up)
_try_later = _step(steps.try_later)
_render = _step(steps.render_notice)
_submit = _step(steps.submit_notice)
_hand_over = _step(steps.hand_over_request)
_withdraw = _step(steps.withdraw_notice)
_record = _step(steps.record_submission)
_notice_problem = _step(steps.note_notice_problem)
_notice_later = _step(steps.try_notice_later)
_tell = _step(tell.tell)
_tend = _step(tend)
_delete_finished = _step(delete_finished)
_prove = _step(nightly.prove_day_before)
_mail_nights = _step(nightly.mail_reports)
_draw = _step(nightly.draw_checks)
_learn = _step(nightly.gather_lessons)


def _arrival_failed(arrival: int, reading_round: int, problem: Problem) -> None:
    if problem.kind in _WAITABLE:
        _try_later(arrival, reading_round, settings.INLET.storage_retry_seconds)
    else:
        _give_up(arrival, problem.to_json())


@DBOS.workflow(name="unpack", max_recovery_attempts=RECOVERIES)
def unpack(arrival: int, round: int) -> None:  # noqa: A002  (the name in stored payloads)
    """Unpack an arrival; its pages are asked for by what it stores."""
    try:
        _unpack(arrival, round)
    except Exception as error:  # noqa: BLE001  (whatever stops it, the arrival must end somewhere)
        _arrival_failed(arrival, round, problem_of(error))


@DBOS.workflow(name="page", max_recovery_attempts=RECOVERIES)
def page(arrival: int, round: int, number: int) -> None:  # noqa: A002  (as above)
    """Read one page; after the last one the requests are asked for."""
    try:
        _read(arrival, round, number)
    except Exception as error:  # noqa: BLE001  (as above)
        _arrival_failed(arrival, round, problem_of(error))


@DBOS.workflow(name="assemble", max_recovery_attempts=RECOVERIES)
def assemble(arrival: int, round: int) -> None:  # noqa: A002  (as above)
    """Make the requests of an arrival whose pages are read; notices are asked for by what it stores."""
    try:
        _assemble(arrival, round)
    except Exception as error:  # noqa: BLE001  (as above)
        _arrival_failed(arrival, round, problem_of(error))


@DBOS.workflow(name="notice", max_recovery_attempts=RECOVERIES)
def notice(notice: str) -> None:
    """Render a notice, submit it, record what the transport said."""
    try:
        if _render(notice):
            _go_out(notice)
    except Exception as error:  # noqa: BLE001  (as above; the notice stays drafted and says why)
        _notice_failed(notice, problem_of(error))


@DBOS.workflow(name="withdraw", max_recovery_attempts=RECOVERIES)
def withdraw(notice: str) -> None:
    """Take a superseded notice back out of the held folder, where it waited for somebody."""
    _withdraw(notice)


@DBOS.workflow(name="hand_over", max_recovery_attempts=RECOVERIES)
def hand_over(reference: str, revision: int) -> None:
    """Hand a routed request over to its processors; packets go out as notices of their own."""
    _hand_over(reference, revision)


@DBOS.workflow(name="webhook", max_recovery_attempts=RECOVERIES)
def webhook(telling: int) -> None:
    """Tell another system of a change; what does not arrive is asked for again, later each time."""
    _tell(telling)


def _go_out(key: str) -> None:
    answer = _submit(key)
    if answer is not None:
        _record(answer)


def _notice_failed(key: str, problem: Problem) -> None:
    _notice_problem(key, problem.to_json())
    if problem.retry or problem.kind in _WAITABLE:
        _notice_later(key, settings.INLET.storage_retry_seconds)


@DBOS.workflow(name="tend", max_recovery_attempts=RECOVERIES)
def tend_work(_scheduled: object, _context: object) -> None:
    """Look for arrivals and notices that no workflow carries any more."""
    _tend()


@DBOS.workflow(name="delete_finished", max_recovery_attempts=RECOVERIES)
def delete_old_work(_scheduled: object, _context: object) -> None:
    """Delete the engine's notes of work that ended long ago."""
    _delete_finished()


@DBOS.workflow(name="nightly", max_recovery_attempts=RECOVERIES)
def prove_night(scheduled: dt.datetime, _context: object) -> None:
    """Prove the day before the scheduled moment; a day missed while the service was down is proven when it is back."""
    _prove(scheduled.isoformat())


@DBOS.workflow(name="mail_night", max_recovery_attempts=RECOVERIES)
def mail_nights(_scheduled: object, _context: object) -> None:
    """Mail reports that are not out yet, until they are."""
    _mail_nights()


@DBOS.workflow(name="draw_checks", max_recovery_attempts=RECOVERIES)
def draw_checks(_scheduled: object, _context: object) -> None:
    """Draw requests that people key again."""
    _draw()


@DBOS.workflow(name="learn", max_recovery_attempts=RECOVERIES)
def learn(_scheduled: object, _context: object) -> None:
    """Gather what clerks keep correcting into proposals."""
    _learn()


def schedule(time_zone: str, report_at: dt.time) -> None:
    """Set up what runs by the clock; call once the engine is launched."""
    DBOS.apply_schedules(
        [
            {"schedule_name": "tend", "workflow_fn": tend_work, "schedule": "* * * * *", "cron_timezone": time_zone},
            {
                "schedule_name": "delete-finished",
                "workflow_fn": delete_old_work,
                "schedule": "30 3 * * *",
                "cron_timezone": time_zone,
                "automatic_backfill": True,
            },
            {
                "schedule_name": "nightly",
                "workflow_fn": prove_night,
                "schedule": f"{report_at.minute} {report_at.hour} * * *",
                "cron_timezone": time_zone,
                "automatic_backfill": True,
            },
            {
                "schedule_name": "draw-checks",
                "workflow_fn": draw_checks,
                "schedule": "*/10 * * * *",
                "cron_timezone": time_zone,
            },
            {"schedule_name": "learn", "workflow_fn": learn, "schedule": "50 3 * * *", "cron_timezone": time_zone},
            {
                "schedule_name": "mail-night",
                "workflow_fn": mail_nights,
                "schedule": "*/5 * * * *",
                "cron_timezone": time_zone,
            },
        ]
    )


KINDS: dict[str, tuple[str, Callable[..., Any]]] = {
    "unpack": (INTAKE, unpack),
    "page": (PAGES, page),
    "assemble": (ASSEMBLY, assemble),
    "notice": (NOTICES, notice),
    "withdraw": (NOTICES, withdraw),
    "hand_over": (NOTICES, hand_over),
    "webhook": (NOTICES, webhook),
}
"""The queue and workflow of each kind of work item."""
