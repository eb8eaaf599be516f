"""``inlet serve``: keeps the web desk and the pipeline's worker running, and ends them together.

The supervisor holds the data folder (a second service refuses to start), brings the records up to
date, opens the web socket, and starts its children. A child that ends is started again, after a
pause that grows while it keeps ending. SIGTERM and SIGINT stop everything within seconds; if the
supervisor is killed, the kernel ends its children.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from desk.config import Settings, adopt_settings, secret_key
from desk.errors import DeskError, SettingsError
from desk.locks import lock_file
from desk.logs import log, set_up_logs
from desk.parent_death import command, end_with_parent
from terms.errors import InletError, Problem

STOP_SECONDS = 8.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STEADY_SECONDS = 60.0
_TICK = 0.2
_log = log(__name__)


@dataclass
class Child:
    """One process that is kept running: how it is started, and how it has been doing."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    not_before: float = field(default=0.0)

    def look_after(self, now: float) -> None:
        """Start the process if it is due, note its end if it has ended."""
        if self.process is None:
            if now >= self.not_before:
                self.process, self.started = self.start(), now
                _log.info("child.started", child=self.name, pid=self.process.pid)
            return
        status = self.process.poll()
        if status is None:
            return
        if now - self.started > STEADY_SECONDS:
            self.pause = FIRST_PAUSE
        _log.error("child.ended", child=self.name, pid=self.process.pid, status=status, again_in=self.pause)
        self.process = None
        self.not_before = now + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises :class:`desk.errors.AlreadyRunningError`, :class:`desk.errors.SettingsError` or
    :class:`desk.errors.ReferenceDataError` when it cannot start.
    """
    adopt_settings(settings)
    set_up_logs(settings.log_level, "supervisor")
    make_folders(settings)
    with lock_file(settings.data_dir / "serve.lock", "service"), _web_socket(settings) as web:
        _prepare_apart(settings)
        host, port = web.getsockname()[:2]
        (settings.data_dir / "web.address").write_text(f"http://{host}:{port}/\n", "utf-8")
        _log.info("service.started", address=f"http://{host}:{port}/", sources=len(settings.all_sources))
        _keep_running(
            *(Child(f"web {number}", lambda: _spawn_web(web)) for number in range(1, settings.web_process_count + 1)),
            Child("zones", lambda: _spawn("desk.zone_reader")),
            Child("worker", lambda: _spawn("desk.pipeline.worker")),
        )
        _log.info("service.stopped")


def make_folders(settings: Settings) -> None:
    """Make every folder that Inlet writes to or watches.

    Raises :class:`desk.errors.SettingsError` naming the folder and the remedy.
    """
    secret_key(settings)
    own = (settings.data_dir / "tmp", settings.outbox, settings.held)
    for folder in (*own, *(source.path for source in settings.all_sources)):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            msg = f"the folder {folder} cannot be made ({error.strerror}); check its parent's rights or the settings"
            raise SettingsError(msg) from error
    (settings.data_dir / "tmp").chmod(0o700)


def _prepare_apart(settings: Settings) -> None:
    """Do :func:`prepare_records` in a process of its own: what it loads is not held for as long as the service runs.

    Raises :class:`desk.errors.DeskError` with the kind and sentence of what went wrong there.
    """
    told, tell = os.pipe()
    own = os.getpid()
    child = os.fork()
    if child == 0:
        _prepare_and_end(settings, tell, own)
    os.close(tell)
    with os.fdopen(told, encoding="utf-8") as answer:
        trouble = answer.read()
    _pid, status = os.waitpid(child, 0)
    if trouble:
        problem = Problem.from_json(json.loads(trouble))
        raise DeskError(problem.message, kind=problem.kind, retry=problem.retry)
    if status:
        raise DeskError("bringing the records up to date was cut off; see the log and run inlet doctor")


def _prepare_and_end(settings: Settings, tell: int, parent: int) -> NoReturn:
    """Be the child of :func:`_prepare_apart`: prepare, tell the parent of expected trouble, end."""
    status = 1
    try:
        end_with_parent(parent)
        prepare_records(settings)
        status = 0
    except InletError as error:
        os.write(tell, json.dumps(error.as_problem().to_json()).encode())
    except Exception:  # noqa: BLE001  (the parent says that it was cut off)
        _log.exception("records.failed")
    finally:
        os._exit(status)


def prepare_records(settings: Settings) -> None:
    """Bring the database up to date and import reference tables that have changed.

    Raises :class:`desk.errors.SettingsError` when a processor's hand-over leads to what Inlet itself
    watches: what is handed over there would come in again as work.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desk.django_settings")
    import django  # noqa: PLC0415  (the settings must be adopted first)
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import DatabaseError, connections  # noqa: PLC0415

    django.setup()
    from desk.cases.actor import MACHINE  # noqa: PLC0415  (models need Django set up)
    from desk.cases.hand_over import own_places  # noqa: PLC0415
    from desk.cases.tables import current_reference, import_changed  # noqa: PLC0415
    from outbound.handover import WATCHED, faults  # noqa: PLC0415

    try:
        call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as error:
        msg = f"the database cannot be used ({type(error).__name__}); check database_url and run inlet doctor"
        raise DeskError(msg) from error
    if settings.reference_dir:
        for version in import_changed(settings.reference_dir, actor=MACHINE):
            _log.info("reference.imported", table=version.table, version=version.version, rows=version.rows)
    found = [each for each in faults(current_reference().processors.offices(), own_places(settings)) if WATCHED in each]
    connections.close_all()
    if found:
        raise SettingsError(" ".join(found))


@contextlib.contextmanager
def _web_socket(settings: Settings) -> Iterator[socket.socket]:
    """Open the desk's socket here, so that it stays the same when the web process is started again."""
    family = socket.AF_INET6 if ":" in settings.web_host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as web:
        web.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            web.bind((settings.web_host, settings.web_port))
        except OSError as error:
            msg = (
                f"the desk cannot listen on {settings.web_host}:{settings.web_port} ({error.strerror}); "
                "set web_host and web_port, or stop the program that has it"
            )
            raise SettingsError(msg) from error
        web.listen(128)
        web.set_inheritable(True)
        yield web


_FEW_ARENAS = {"MALLOC_ARENA_MAX": "2"}
"""A worker's many threads would each keep freed memory in a pool of their own (glibc); said otherwise, that counts."""


def _spawn(module: str, *words: str, handle: int | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  (our own modules)
        command(module, *words),
        stdin=subprocess.DEVNULL,
        pass_fds=() if handle is None else (handle,),
        cwd=Path(__file__).resolve().parent.parent,
        env=_FEW_ARENAS | os.environ,
    )


def _spawn_web(web: socket.socket) -> subprocess.Popen[bytes]:
    """Start a process that answers what comes to the desk's socket; whichever is free takes the next caller."""
    return _spawn("desk.web", str(web.fileno()), handle=web.fileno())


def _keep_running(*children: Child) -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        while not stop.wait(_TICK):
            for child in children:
                child.look_after(time.monotonic())
    finally:
        _end(children)


def _end(children: tuple[Child, ...]) -> None:
    running = [child.process for child in children if child.process]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in running:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
