"""The worker's process: watches the sources, works the queues, keeps the readers.

Run as ``python -m desk.pipeline.worker`` by the supervisor. It may be killed at any moment:
whatever it was at goes on when it starts again.
"""

import logging
import os
import shutil
import signal
import threading
from pathlib import Path
from typing import NoReturn

from desk.config import Settings, current_settings
from desk.errors import DeskError
from desk.logs import log, set_up_logs
from desk.readers_pool import ReadersPool

STOP_SECONDS = 3


def main() -> None:
    """Run until SIGTERM or SIGINT, then stop taking work and end; ends with status 1 when it cannot start."""
    settings = current_settings()
    set_up_logs(settings.log_level, "worker")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        run(settings, stop)
    except DeskError as error:
        log("desk.pipeline.worker").error("worker.failed", kind=error.kind, sentence=str(error))
        _end(1)
    except Exception:  # noqa: BLE001  (whatever it is, the process must end so that it is started again)
        log("desk.pipeline.worker").exception("worker.failed")
        _end(1)
    _end(0)


def _end(status: int) -> NoReturn:
    """End at once, whatever threads still run: steps cut off here go on at the next start, readers end too."""
    logging.shutdown()
    os._exit(status)


def run(settings: Settings, stop: threading.Event) -> None:
    """Start everything, wait for ``stop``, stop the engine.

    Raises :class:`desk.errors.AlreadyRunningError` or :class:`desk.errors.ReaderError`.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desk.django_settings")
    import django  # noqa: PLC0415  (set up on the settings of this process)

    django.setup()
    from desk.pipeline import adopt, engine, outbox, sender, steps, watch, workflows  # noqa: PLC0415  (models need Django set up)

    name = engine.executor_name(settings)
    with engine.hold_name(settings, name):
        folder = _fresh_folder(settings)
        readers = ReadersPool(count=settings.reader_count, folder=folder, page_seconds=settings.page_seconds)
        steps.use_readers(readers)
        engine.launch(settings, name)
        workflows.schedule(settings.time_zone, settings.report.time)
        watches = tuple(watch.watch_of(source, settings) for source in settings.all_sources)
        threads = [threading.Thread(target=outbox.run, args=(stop, engine.Pace(settings)), name="outbox", daemon=True)]
        threads.append(threading.Thread(target=sender.run, args=(stop,), name="sender", daemon=True))
        threads += [
            threading.Thread(target=w.run, args=(stop,), name=f"source-{w.source.name}", daemon=True) for w in watches
        ]
        threads.append(
            threading.Thread(target=watch.report_status, args=(watches, stop), name="source-status", daemon=True)
        )
        if not engine.database_url(settings).startswith("sqlite"):
            work = (settings, name, stop)
            threads.append(threading.Thread(target=adopt.run, args=work, name="adopt", daemon=True))
        for thread in threads:
            thread.start()
        log("desk.pipeline.worker").info("worker.started", executor=name, readers=settings.reader_count)
        try:
            readers.warm_up()
            log("desk.pipeline.worker").info("readers.ready", pids=list(readers.pids))
            stop.wait()
        finally:
            stop.set()
            engine.stop(STOP_SECONDS)
            log("desk.pipeline.worker").info("worker.stopped")


def _fresh_folder(settings: Settings) -> Path:
    """Empty the folder for work in hand: whatever lies there was left by a worker that was killed."""
    folder = settings.data_dir / "tmp"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    main()
