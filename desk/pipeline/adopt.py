"""On PostgreSQL: taking over what a dead worker had in flight.

A worker holds an advisory lock on its name while it lives. A worker whose lock can be taken is
dead; its pending workflows go back into their queues while the lock is held, so that of several
survivors one does it.
"""

import threading
from collections import defaultdict

import psycopg
from dbos import DBOS

from desk.config import Settings
from desk.logs import log
from desk.pipeline.engine import INTAKE, database_url, lock_word

LOOK_SECONDS = 10.0
_log = log(__name__)


def adopt(settings: Settings, own_name: str) -> int:
    """Put the pending workflows of every dead worker back into their queues; give how many."""
    pending = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
    foreign: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for status in pending:
        if status.executor_id and status.executor_id != own_name:
            foreign[status.executor_id].append((status.workflow_id, status.queue_name or INTAKE))
    count = 0
    if not foreign:
        return count
    url = database_url(settings).replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(url, autocommit=True) as connection:
        for name, work in foreign.items():
            taken = connection.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [lock_word(name)])
            row = taken.fetchone()
            if not row or not row[0]:
                continue
            for queue in sorted({queue for _id, queue in work}):
                DBOS.resume_workflows([each for each, its in work if its == queue], queue_name=queue)
            connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [lock_word(name)])
            count += len(work)
            _log.warning("worker.adopted", executor=name, workflows=len(work))
    return count


def run(settings: Settings, own_name: str, stop: threading.Event) -> None:
    """Look for dead workers until ``stop`` is set."""
    while not stop.wait(LOOK_SECONDS):
        try:
            adopt(settings, own_name)
        except Exception:  # noqa: BLE001  (a lost database must not end the thread)
            _log.exception("adopt.failed")
