"""The desk's own reader: reads the place that a clerk points at, beside whatever the pipeline is reading.

One resident reader process, started when the first clerk opens a page and ended when nobody has
pointed at anything for a while. It ends with the web process.
"""

import datetime as dt
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from desk.errors import DeskError
from desk.logs import log
from desk.readers_pool import ReadersPool

ZONE_SECONDS = 8.0
"""The longest that a clerk waits for a place to be read."""
IDLE_SECONDS = 15 * 60.0
_CHECK_SECONDS = 30.0
_log = log(__name__)


class ZoneReader:
    """Reads places of pages; ``folder`` is for the reader's own files alone. Safe to use from any thread."""

    def __init__(self, folder: Path, *, idle_seconds: float = IDLE_SECONDS) -> None:
        self._folder = folder
        self._idle_seconds = idle_seconds
        self._guard = threading.Lock()
        self._pool: ReadersPool | None = None
        self._used = 0.0
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="zone-warm")

    def read(
        self, source: Mapping[str, object], zone: Mapping[str, object], *, received_on: dt.date
    ) -> dict[str, object]:
        """Read a place, or get its page ready; see :meth:`desk.readers_pool.ReadersPool.read_zone`.

        Raises :class:`desk.errors.ReaderError`.
        """
        return self._started().read_zone(source, zone, received_on=received_on, seconds=ZONE_SECONDS)

    def get_ready(self, prepare: Callable[[], object]) -> None:
        """Have a page made ready (``prepare``) in the background, so that the first place on it is read at once."""
        self._aside.submit(self._prepare, prepare)

    def _prepare(self, prepare: Callable[[], object]) -> None:
        try:
            prepare()
        except (DeskError, OSError) as error:
            _log.warning("zone.not_ready", error=type(error).__name__)

    def _started(self) -> ReadersPool:
        with self._guard:
            self._used = time.monotonic()
            if self._pool is None:
                shutil.rmtree(self._folder, ignore_errors=True)  # left by a web process that was killed
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


_readers: dict[Path, ZoneReader] = {}
_making = threading.Lock()


def zone_reader(data_dir: Path) -> ZoneReader:
    """Give this process's reader for an installation."""
    with _making:
        return _readers.setdefault(data_dir, ZoneReader(data_dir / "zones"))
