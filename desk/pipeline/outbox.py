"""Handing the engine the work that transactions asked for.

Each :class:`desk.records.models.WorkItem` is enqueued under its key, which the engine knows only
once, and then marked: killed in between, it is enqueued again and the engine keeps the first.
"""

import threading

from dbos import DBOS, SetEnqueueOptions, SetWorkflowID
from django.db import connections, transaction
from django.utils import timezone

from desk.logs import log
from desk.pipeline.bell import wait
from desk.pipeline.engine import Pace
from desk.pipeline.workflows import KINDS
from desk.records.models import WorkItem

IDLE_SECONDS = 0.25
_BATCH = 200
_log = log(__name__)


def hand_over() -> int:
    """Enqueue every item that was asked for and not yet passed on, urgent ones first; give how many."""
    items = list(WorkItem.objects.filter(passed_at=None).order_by("priority", "id")[:_BATCH])
    for item in items:
        queue, workflow = KINDS[item.kind]
        delay = item.delay_seconds or None
        with SetWorkflowID(item.key), SetEnqueueOptions(priority=item.priority, delay_seconds=delay):
            DBOS.enqueue_workflow(queue, workflow, **item.payload)
    if items:
        with transaction.atomic():
            WorkItem.objects.filter(pk__in=[item.pk for item in items]).update(passed_at=timezone.now())
    return len(items)


def run(stop: threading.Event, pace: Pace) -> None:
    """Hand over work until ``stop`` is set, and set the queues' pace; trouble is logged and tried again."""
    while not stop.is_set():
        try:
            count = hand_over()
            pace.note(count)
        except Exception:  # noqa: BLE001  (a lost database must not end the thread)
            _log.exception("outbox.failed")
            connections.close_all()
            stop.wait(2.0)
            continue
        if count < _BATCH:
            wait(IDLE_SECONDS)
    connections.close_all()
