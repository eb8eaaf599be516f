"""The safety net: nothing that came in stays without somebody, or some workflow, that carries it.

In ordinary running this finds nothing. It finds what a full disk, a lost database or a worker that
died over and over on the same page has left behind.
"""

import datetime as dt

from dbos import DBOS
from django.conf import settings
from django.utils import timezone

from desk.cases import arrivals, notices
from desk.cases.closing import close_told
from desk.cases.lessons import lay_out_wordings
from desk.cases.tidy import forget_old
from desk.lifecycle import NoticeState
from desk.logs import log
from desk.records.models import Arrival, Notice, WorkItem
from desk.review.chosen import take_up
from terms.names import ArrivalState

PATIENCE = dt.timedelta(minutes=2)
MOST_ROUNDS = 20
_ALIVE = ["PENDING", "ENQUEUED", "DELAYED"]
_OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_BATCH = 500
_log = log(__name__)


def tend() -> dict[str, int]:
    """Take up arrivals and notices that nothing carries any more; give how many of each.

    What people chose elsewhere is brought here: settings, label wordings. Decided requests are closed
    once everybody was told.
    """
    take_up(at_once=True)  # settings that were changed in the admin
    lay_out_wordings()
    close_told()
    return {"arrivals": _tend_arrivals(), "notices": _tend_notices()}


def _tend_arrivals() -> int:
    now = timezone.now()
    count = 0
    for arrival in Arrival.objects.filter(state=ArrivalState.IN_PROGRESS, registered_at__lt=now - PATIENCE):
        work = WorkItem.objects.filter(payload__arrival=arrival.pk, payload__round=arrival.reading_round)
        if work.filter(passed_at=None).exists() or work.filter(passed_at__gt=now - PATIENCE).exists():
            continue
        states = _states(list(work.values_list("key", flat=True)))
        if states & set(_ALIVE):
            continue
        count += 1
        if "MAX_RECOVERY_ATTEMPTS_EXCEEDED" in states or arrival.reading_round >= MOST_ROUNDS:
            arrivals.quarantine(arrival.pk, arrivals.GAVE_UP)
        else:
            arrivals.begin_again(arrival.pk, arrival.reading_round, delay_seconds=0.0)
        _log.warning("arrival.taken_up", arrival=arrival.pk, states=sorted(states))
    return count


def _tend_notices() -> int:
    now = timezone.now()
    count = 0
    waiting = Notice.objects.filter(
        state=NoticeState.DRAFTED, problem_kind="", wait_reason="", created_at__lt=now - PATIENCE
    )
    for notice in waiting:
        work = WorkItem.objects.filter(payload__notice=notice.key)
        if work.filter(passed_at=None).exists() or work.filter(passed_at__gt=now - PATIENCE).exists():
            continue
        if _states(list(work.values_list("key", flat=True))) & set(_ALIVE):
            continue
        if work.count() < MOST_ROUNDS and notices.ask_again(notice.key, delay_seconds=0.0):
            count += 1
            _log.warning("notice.taken_up", notice=notice.key)
    return count


def _states(keys: list[str]) -> set[str]:
    if not keys:
        return set()
    found = DBOS.list_workflows(workflow_ids=keys, load_input=False, load_output=False)
    return {status.status for status in found}


def delete_finished() -> int:
    """Delete finished workflows, passed-on work and old answers to other systems; give how many workflows.

    Older than ``finished_work_days``, that is. What they did stands in the records; these are only notes of how.
    """
    before = timezone.now() - dt.timedelta(days=settings.INLET.finished_work_days)
    count = 0
    while True:
        old = DBOS.list_workflows(
            end_time=before.isoformat(), status=_OVER, limit=_BATCH, load_input=False, load_output=False
        )
        if not old:
            break
        DBOS.delete_workflows([status.workflow_id for status in old])
        count += len(old)
    WorkItem.objects.filter(passed_at__lt=before).delete()
    forget_old(before)
    return count
