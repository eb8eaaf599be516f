"""The desk's own reader: reads the places that clerks point at, beside whatever the pipeline is reading.

One resident reader process for all web processes, started when the first clerk opens a page and ended
when nobody has pointed at anything for a while. Run as ``python -m desk.zone_reader`` by the supervisor;
web processes ask it through a socket in the data folder (:func:`ask`), a line of JSON each way.
"""

import datetime as dt
import json
import os
import shutil
import socket
import socketserver
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from desk.config import current_settings
from desk.errors import ReaderCrashedError, ReaderError, ReaderTimeoutError
from desk.logs import log, set_up_logs
from desk.readers_pool import ReadersPool

ZONE_SECONDS = 8.0
"""The longest that a place is read for."""
IDLE_SECONDS = 15 * 60.0
_CHECK_SECONDS = 30.0
_ANSWER_SECONDS = 30.0
_SOCKET = "socket"
_log = log(__name__)


class ZoneReader:
    """Reads places of pages; ``folder`` is for the reader's own files alone. Safe to use from any thread."""

    def __init__(self, folder: Path, *, idle_seconds: float = IDLE_SECONDS) -> None:
        self._folder = folder
        self._idle_seconds = idle_seconds
        self._guard = threading.Lock()
        self._pool: ReadersPool | None = None
        self._used = 0.0

    def read(
        self, source: Mapping[str, object], zone: Mapping[str, object], *, received_on: dt.date
    ) -> dict[str, object]:
        """Read a place, or get its page ready; see :meth:`desk.readers_pool.ReadersPool.read_zone`.

        Raises :class:`desk.errors.ReaderError`.
        """
        return self._started().read_zone(source, zone, received_on=received_on, seconds=ZONE_SECONDS)

    def _started(self) -> ReadersPool:
        with self._guard:
            self._used = time.monotonic()
            if self._pool is None:
                shutil.rmtree(self._folder, ignore_errors=True)  # left by a process that was killed
                self._pool = ReadersPool(count=1, folder=self._folder, page_seconds=ZONE_SECONDS, level=0)
                threading.Thread(target=self._end_when_idle, name="zone-idle", daemon=True).start()
            return self._pool

    def _end_when_idle(self) -> None:
        while True:
            time.sleep(min(_CHECK_SECONDS, self._idle_seconds))
            with self._guard:
                if self._pool is None:
                    return
                if time.monotonic() - self._used < self._idle_seconds:
                    continue
                pool, self._pool = self._pool, None
            pool.close()
            return

    def close(self) -> None:
        """End the reader now."""
        with self._guard:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()


class _Answering(socketserver.StreamRequestHandler):
    """One question: a line with ``source``, ``zone`` and ``received_on``, answered by a line."""

    server: "_Service"

    def handle(self) -> None:
        asked = json.loads(self.rfile.readline())
        received_on = dt.date.fromisoformat(asked["received_on"])
        answer: dict[str, object]
        try:
            answer = {"read": self.server.reader.read(asked["source"], asked["zone"], received_on=received_on)}
        except ReaderError as error:
            _log.warning("zone.not_read", kind=error.kind)
            answer = {"kind": error.kind, "sentence": str(error)}
        self.wfile.write(json.dumps(answer).encode() + b"\n")


class _Service(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True

    def __init__(self, address: str, reader: ZoneReader) -> None:
        self.reader = reader
        super().__init__(address, _Answering)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say in the log that a question was not answered; a page's words never stand there."""
        del request, client_address
        _log.exception("zone.not_answered")


@contextmanager
def _address(data_dir: Path) -> Iterator[str]:
    """Give the socket's address, however long the data folder's name (a socket's may have 107 letters)."""
    folder = data_dir / "zones"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}/{_SOCKET}"
    finally:
        os.close(handle)


@contextmanager
def answering(data_dir: Path) -> Iterator[socketserver.BaseServer]:
    """Listen for questions; whoever enters serves them (``serve_forever``). The reader ends with it."""
    (data_dir / "zones" / _SOCKET).unlink(missing_ok=True)
    reader = ZoneReader(data_dir / "zones" / "reader")
    with closing(reader), _address(data_dir) as address, _Service(address, reader) as service:
        yield service


def ask(
    data_dir: Path, source: Mapping[str, object], zone: Mapping[str, object], *, received_on: dt.date
) -> dict[str, object]:
    """Have a place read, as :meth:`ZoneReader.read`, by the process that does so for this installation.

    Raises :class:`desk.errors.ReaderError`, also when that process cannot be reached.
    """
    asked = {"source": dict(source), "zone": dict(zone), "received_on": received_on.isoformat()}
    try:
        with _address(data_dir) as address, socket.socket(socket.AF_UNIX) as line:
            line.settimeout(_ANSWER_SECONDS)
            line.connect(address)
            line.sendall(json.dumps(asked).encode() + b"\n")
            with line.makefile("rb") as answers:
                told = answers.readline()
    except TimeoutError as error:
        msg = f"the place was not read within {_ANSWER_SECONDS:.0f} seconds"
        raise ReaderTimeoutError(msg) from error
    except OSError as error:
        msg = f"the desk's reader cannot be reached ({error.strerror}); it starts again by itself"
        raise ReaderCrashedError(msg) from error
    if not told:
        msg = "the desk's reader ended under the place; it starts again by itself"
        raise ReaderCrashedError(msg)
    answer = json.loads(told)
    if "read" not in answer:
        raise ReaderError(answer["sentence"], kind=answer["kind"])
    read = answer["read"]
    assert isinstance(read, dict)
    return read


def main() -> None:
    """Answer until the supervisor ends this process."""
    settings = current_settings()
    set_up_logs(settings.log_level, "zones")
    with answering(settings.data_dir) as service:
        _log.info("zones.started")
        service.serve_forever()


if __name__ == "__main__":
    main()
