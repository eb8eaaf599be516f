"""Starting the engine: its database, its identity, its queues."""

import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa
from dbos import DBOS, DBOSConfig
from sqlalchemy import event

from desk.config import Settings
from desk.errors import AlreadyRunningError
from desk.locks import lock_file
from desk.logs import set_up_logs
from desk.pipeline.serial import Json

APPLICATION = "inlet"
VERSION = "1"
"""Pinned: by default the engine hashes the source, and any edit would strand the work in flight.
Raise it only when workflows in flight could not go on under the new code."""

INTAKE, PAGES, ASSEMBLY, NOTICES = QUEUES = ("intake", "pages", "assembly", "notices")
POLL_SECONDS, IDLE_POLL_SECONDS = 0.2, 1.0
"""How often each queue is looked at, with work about and without: looking costs 4 ms each time."""

BUSY_FOR_SECONDS = 20.0
"""How long after the last work there is still work about."""

_BUSY_MILLISECONDS = 30_000


def database_url(settings: Settings) -> str:
    """Give the engine's own database: its own SQLite file, or PostgreSQL beside the records."""
    if settings.pipeline_database_url:
        return _with_driver(settings.pipeline_database_url)
    if settings.uses_sqlite:
        return f"sqlite:///{settings.data_dir / 'pipeline.sqlite3'}"
    return _with_driver(settings.database_url)


def _with_driver(url: str) -> str:
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


def _sqlite_engine(url: str) -> sa.Engine:
    """SQLite as the engine's measurements ask for: WAL, full sync, immediate writes, patience."""
    engine = sa.create_engine(url, pool_size=20, max_overflow=20)

    @event.listens_for(engine, "connect")
    def set_up(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
        connection.isolation_level = "IMMEDIATE"
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    return engine


def executor_name(settings: Settings) -> str:
    """Name this worker: fixed on SQLite (there is one), else from the settings or this host and a random part."""
    if settings.executor_id:
        return settings.executor_id
    if database_url(settings).startswith("sqlite"):
        return "worker"
    return f"{socket.gethostname()}-{uuid.uuid4().hex[:8]}"


@contextmanager
def hold_name(settings: Settings, name: str) -> Iterator[None]:
    """Hold the worker's name while the block runs: two workers of one name would run work twice.

    A lock on a file for SQLite, an advisory lock of a session for PostgreSQL.

    Raises :class:`desk.errors.AlreadyRunningError`.
    """
    url = database_url(settings)
    if url.startswith("sqlite"):
        with lock_file(settings.data_dir / "worker.lock", "worker"):
            yield
        return
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain, autocommit=True) as connection:
        row = connection.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [lock_word(name)]).fetchone()
        if not row or not row[0]:
            msg = f"another worker is called {name}; give each its own executor_id"
            raise AlreadyRunningError(msg)
        yield


def lock_word(name: str) -> str:
    """Give what an executor's advisory lock is taken on."""
    return f"inlet:executor:{name}"


def launch(settings: Settings, name: str) -> None:
    """Start the engine in this process under ``name``: recovers what was in flight, then works the queues."""
    url = database_url(settings)
    config: DBOSConfig = {
        "name": APPLICATION,
        "system_database_url": url,
        "application_version": VERSION,
        "executor_id": name,
        "serializer": Json(),
        "enable_otlp": False,
        "log_level": "WARNING",
        "scheduler_polling_interval_sec": 5.0,
    }
    if url.startswith("sqlite"):
        config["system_database_engine"] = _sqlite_engine(url)
    DBOS(config=config)
    set_up_logs(settings.log_level, "worker")  # the engine brought its own handler
    DBOS.launch()
    slots = {INTAKE: 2, PAGES: settings.reader_count + 1, ASSEMBLY: 1, NOTICES: 2}
    for queue, count in slots.items():
        DBOS.register_queue(queue, worker_concurrency=count, polling_interval_sec=POLL_SECONDS)


class Pace:
    """Looks at the queues often while work comes in and seldom when none does.

    On PostgreSQL workers share the queues' settings, so there the pace stays.
    """

    def __init__(self, settings: Settings) -> None:
        self._fixed = not database_url(settings).startswith("sqlite")
        self._busy = True
        self._worked_at = time.monotonic()

    def note(self, work: int) -> None:
        """Take in how much work was just handed over, and change the pace where that asks for it."""
        now = time.monotonic()
        if work:
            self._worked_at = now
        busy = now - self._worked_at < BUSY_FOR_SECONDS
        if self._fixed or busy == self._busy:
            return
        for name in QUEUES:
            queue = DBOS.retrieve_queue(name)
            if queue is not None:
                queue.set_polling_interval_sec(POLL_SECONDS if busy else IDLE_POLL_SECONDS)
        self._busy = busy


def stop(seconds: int) -> None:
    """Stop taking work, give running steps ``seconds`` to end, and let go of the engine's database."""
    DBOS.destroy(workflow_completion_timeout_sec=seconds)
