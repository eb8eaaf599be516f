"""A source that hands over by itself: nothing is fetched, only its spool is kept tidy and its token looked at."""

import threading
import time
from dataclasses import dataclass

from desk.api.tokens import SHORTEST
from desk.logs import log
from desk.source_settings import SourceSettings
from ingest.mailbox.errors import SignInError
from terms.errors import Problem

LOOK_SECONDS = 30.0
STALE_SECONDS = 3600.0
"""What lies in the spool for this long was left by a transfer that broke off; its sender was told so."""

_log = log(__name__)


@dataclass
class DoorWatch:
    """One provider's door: whether its token can be read; transfers that broke off are swept out."""

    source: SourceSettings
    problem: Problem | None = None
    waiting: int = 0
    faults: int = 0
    faulty: tuple[tuple[str, Problem], ...] = ()
    silent: str = ""

    def run(self, stop: threading.Event) -> None:
        """Look now and then until ``stop`` is set."""
        while not stop.is_set():
            self.look()
            stop.wait(LOOK_SECONDS)

    def look(self) -> None:
        """Read the token, sweep the spool, count what is on its way."""
        self.problem = _why_closed(self.source)
        self.faults = int(self.problem is not None)
        self.waiting = sweep(self.source)


def _why_closed(source: SourceSettings) -> Problem | None:
    """Say why nobody can be let in by a source's token; the token itself is never told."""
    try:
        token = source.bearer().get()
    except SignInError as error:
        return Problem("desk.door_secret", f"The token of this source cannot be used: {error}", retry=True)
    if len(token) < SHORTEST:
        sentence = f"The token of this source is shorter than {SHORTEST} letters and opens nothing; make a longer one."
        return Problem("desk.door_secret", sentence, retry=True)
    return None


def sweep(source: SourceSettings) -> int:
    """Remove transfers that broke off long ago; give how many are on their way."""
    count = 0
    for path in source.path.glob("*.part"):
        try:
            if time.time() - path.stat().st_mtime > STALE_SECONDS:
                path.unlink()
                _log.info("door.swept", source=source.name)
            else:
                count += 1
        except OSError:
            continue  # its transfer ended meanwhile
    return count
