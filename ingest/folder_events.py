"""The file system's events of one folder, as a bell and a list of files whose writers are done."""

import time
from pathlib import Path
from threading import Event, Lock

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

_STOP_CHECK = 0.5


class FolderEvents(FileSystemEventHandler):
    """Rings when something happens in a folder; remembers files that were closed or renamed into place."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._bell = Event()
        self._lock = Lock()
        self._finished: set[Path] = set()
        self._observer: BaseObserver | None = None

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

    def finished(self) -> frozenset[Path]:
        """The files closed or renamed into place since the last call."""
        with self._lock:
            found = frozenset(self._finished)
            self._finished.clear()
        return found

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Take one event from the watching thread."""
        if event.event_type in {"opened", "closed_no_write"}:
            return
        if event.event_type in {"closed", "moved"} and not event.is_directory:
            place = event.dest_path if event.event_type == "moved" else event.src_path
            with self._lock:
                self._finished.add(
                    Path(place if isinstance(place, str) else bytes(place).decode("utf-8", "surrogateescape"))
                )
        self._bell.set()
