"""The file system's events of one folder, as a bell and a list of files whose writers are done."""

import time
from pathlib import Path
from threading import Event, Lock

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from ingest.folder_probe import PROBE_NAME

_STOP_CHECK = 0.5
_SILENT = frozenset({"opened", "closed_no_write"})


class FolderEvents(FileSystemEventHandler):
    """Rings when something happens in a folder; remembers what was told, and which files' writers are done."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._bell = Event()
        self._probe = Event()
        self._lock = Lock()
        self._told: set[Path] = set()
        self._finished: set[Path] = set()
        self._observer: BaseObserver | None = None

    @property
    def listening(self) -> bool:
        """Whether events are waited for (which does not say that any are told)."""
        return self._observer is not None

    def start(self) -> bool:
        """Begin to listen; False where the folder has no events (not there yet, too many watches)."""
        observer = Observer()
        try:
            observer.schedule(self, str(self._path), recursive=True)
            observer.start()
        except OSError:
            return False
        self._observer = observer
        return True

    def stop(self) -> None:
        """Stop listening."""
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._observer = None

    def wait(self, seconds: float, stop: Event) -> None:
        """Wait for the bell, for ``seconds`` at most, or until ``stop`` is set."""
        if self._observer is None:
            self.start()
        end = time.monotonic() + seconds
        while not stop.is_set() and (left := end - time.monotonic()) > 0:
            if self._bell.wait(min(left, _STOP_CHECK)):
                break
        self._bell.clear()

    def news(self) -> tuple[frozenset[Path], frozenset[Path]]:
        """Every path told of since the last call, and those closed or renamed into place."""
        with self._lock:
            told, finished = frozenset(self._told), frozenset(self._finished)
            self._told.clear()
            self._finished.clear()
        return told, finished

    def expect_probe(self) -> None:
        """Forget that the probe file was ever told of."""
        self._probe.clear()

    def heard_probe(self, seconds: float) -> bool:
        """Say whether the probe file's writing was told within ``seconds``."""
        return self._probe.wait(seconds)

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Take one event from the watching thread."""
        if event.event_type in _SILENT:
            return
        place = _path(event.dest_path if event.event_type == "moved" else event.src_path)
        if place.name == PROBE_NAME:
            self._probe.set()
            return
        if not event.is_directory:
            with self._lock:
                self._told.add(place)
                if event.event_type in {"closed", "moved"}:
                    self._finished.add(place)
        self._bell.set()


def _path(place: bytes | str) -> Path:
    return Path(place if isinstance(place, str) else bytes(place).decode("utf-8", "surrogateescape"))
