"""Resident readers: one process for each core, models loaded once, one page at a time each.

A reader that crashes or takes longer than the limit costs only the page it held: it is killed with
everything it started, and another takes its place. Readers use one thread each, work in a private
temporary folder and end with their parent.
"""

import contextlib
import datetime as dt
import json
import os
import queue
import select
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

from desk.errors import ReaderCrashedError, ReaderError, ReaderTimeoutError
from desk.parent_death import command
from ingest.give_way import BACKGROUND

ONE_THREAD = dict.fromkeys(
    ("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)
_START_SECONDS = 120.0
_CHUNK = 1 << 16


class _Reader:
    """One reader process and the pipes to it."""

    def __init__(self, folder: Path, reading: str, level: int) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="reader-", dir=folder))
        jobs_in, jobs_out = os.pipe()
        results_in, results_out = os.pipe()
        environment = os.environ | ONE_THREAD | {"TMPDIR": str(self._folder)}
        try:
            self._process = subprocess.Popen(  # noqa: S603  (our own module, fixed arguments)
                command("desk.reader_process", str(jobs_in), str(results_out), reading, str(level)),
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(jobs_in, results_out),
                start_new_session=True,
                cwd=Path(__file__).resolve().parent.parent,
            )
        finally:
            os.close(jobs_in)
            os.close(results_out)
        self._jobs, self._results = jobs_out, results_in
        self._left = b""
        self._ready = False
        self._talking = threading.Lock()  # whoever warms up and whoever reads first must not mix their answers

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def wait_ready(self, seconds: float) -> None:
        """Wait until the models are loaded."""
        with self._talking:
            if self._ready:
                return
            answer = self._receive(seconds)
            if "ready" not in answer:
                msg = f"a reader could not start ({answer.get('failed', 'no answer')}); run inlet doctor"
                raise ReaderError(msg)
            self._ready = True

    def ask(self, job: Mapping[str, object], seconds: float) -> dict[str, Any]:
        """Send a job and wait for its answer."""
        data = (json.dumps(job, separators=(",", ":")) + "\n").encode()
        with self._talking:
            try:
                while data:
                    data = data[os.write(self._jobs, data[:_CHUNK]) :]
            except BrokenPipeError as error:
                msg = "the reader process ended before the page; the page is tried again"
                raise ReaderCrashedError(msg) from error
            return self._receive(seconds)

    def _receive(self, seconds: float) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        parts = [self._left]
        while b"\n" not in parts[-1]:
            rest = deadline - time.monotonic()
            if rest <= 0 or not select.select([self._results], [], [], rest)[0]:
                msg = f"the page was not read within {seconds:.0f} seconds"
                raise ReaderTimeoutError(msg)
            chunk = os.read(self._results, _CHUNK)
            if not chunk:
                msg = "the reader process ended under the page"
                raise ReaderCrashedError(msg)
            parts.append(chunk)
        line, _, self._left = b"".join(parts).partition(b"\n")
        answer = json.loads(line)
        assert isinstance(answer, dict)
        return answer

    def end(self) -> None:
        """Kill the process with all it started, and remove its folder."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for handle in (self._jobs, self._results):
            os.close(handle)
        shutil.rmtree(self._folder, ignore_errors=True)


class ReadersPool:
    """Readers that stay: ``read`` takes the next free one, whichever thread calls.

    ``count`` readers are started at once and load their models side by side; ``folder`` holds their
    private temporary folders; ``page_seconds`` is the limit for a page; ``reading`` names the
    function that reads (``module:function``, with the signature of ``extract.read.read_page``);
    ``level`` is how far the readers stand back behind the desk (0 where a person waits for them).
    """

    def __init__(
        self,
        *,
        count: int,
        folder: Path,
        page_seconds: float,
        reading: str = "extract.read:read_page",
        level: int = BACKGROUND,
    ) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._page_seconds = page_seconds
        self._reading = reading
        self._level = level
        self._free: queue.SimpleQueue[_Reader | None] = (
            queue.SimpleQueue()
        )  # None: a place whose reader could not be started
        self._all: set[_Reader] = set()
        self._guard = threading.Lock()
        self._closed = False
        # the kernel ends a reader with the thread that started it, so one thread starts them all and stays
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="reader-starter")
        for _ in range(count):
            self._free.put(self._start())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self) -> _Reader:
        reader = self._starter.submit(_Reader, self._folder, self._reading, self._level).result()
        with self._guard:
            self._all.add(reader)
        return reader

    def _replace(self, reader: _Reader) -> None:
        with self._guard:
            self._all.discard(reader)
        reader.end()
        if not self._closed:
            self._free.put(None)

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of the readers, for supervision and tests."""
        with self._guard:
            return tuple(sorted(reader.pid for reader in self._all))

    def warm_up(self, seconds: float = _START_SECONDS) -> None:
        """Wait until every reader has loaded its models.

        Raises :class:`desk.errors.ReaderError` when one cannot.
        """
        with self._guard:
            readers = tuple(self._all)
        for reader in readers:
            reader.wait_ready(seconds)

    def read(self, source: Mapping[str, object], *, received_on: dt.date, upright_to: Path) -> dict[str, object]:
        """Read one page and give its ``extract.reading.PageReading`` record.

        ``source`` is an ``ingest.pages.PageSource`` record with the path of the image;
        ``upright_to`` is where the upright image is written. Waits for a free reader.

        Raises :class:`desk.errors.ReaderCrashedError`, :class:`desk.errors.ReaderTimeoutError`, or
        :class:`desk.errors.ReaderError` when reading itself failed (then again would not help).
        """
        job = {"source": dict(source), "received_on": received_on.isoformat(), "upright_to": str(upright_to)}
        reading = self._ask(job, self._page_seconds, "reading")
        assert isinstance(reading, dict)
        return reading

    def read_zone(
        self, source: Mapping[str, object], zone: Mapping[str, object], *, received_on: dt.date, seconds: float
    ) -> dict[str, object]:
        """Read one place of a page again and give its ``terms.values.FieldValue`` record.

        ``zone`` has ``box`` (fractions of the upright page), ``kind``, ``turned`` and ``upright`` (path
        of the upright picture or ``None``); without a box the page is only made ready. Raises as
        :meth:`read` does.
        """
        job = {"source": dict(source), "received_on": received_on.isoformat(), "zone": dict(zone)}
        if zone["box"] is None:
            self._ask(job, seconds, "prepared")
            return {}
        value = self._ask(job, seconds, "value")
        assert isinstance(value, dict)
        return value

    def _ask(self, job: Mapping[str, object], seconds: float, wanted: str) -> object:
        """Have the next free reader do a job and give the ``wanted`` part of its answer."""
        reader = self._take()
        try:
            reader.wait_ready(_START_SECONDS)
            answer = reader.ask(job, seconds)
        except (ReaderError, OSError):
            self._replace(reader)
            raise
        self._free.put(reader)
        if wanted not in answer:
            msg = f"the page could not be read: {answer.get('failed', 'no answer')}"
            raise ReaderError(msg, retry=False)
        return answer[wanted]

    def _take(self) -> _Reader:
        """Wait for a place and give its reader, started now if the last one was lost."""
        reader = self._free.get()
        if reader is not None:
            return reader
        try:
            return self._start()
        except (OSError, RuntimeError) as error:
            self._free.put(None)
            msg = f"no reader can be started ({type(error).__name__}); the page is tried again"
            raise ReaderCrashedError(msg) from error

    def close(self) -> None:
        """End every reader at once; pages being read are lost to their callers, which see a crash."""
        self._closed = True
        with self._guard:
            readers, self._all = tuple(self._all), set()
        for reader in readers:
            with contextlib.suppress(OSError):
                reader.end()
        self._starter.shutdown()
