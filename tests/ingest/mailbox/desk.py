"""A desk in small: stores originals, registers arrivals by key, and can die at any point in between."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from ingest.mailbox.letter import Letter, LetterKey
from ingest.mailbox.source import MailboxSource


@dataclass
class Desk:
    """Arrivals by key, with their bytes; what has been registered outlives every source."""

    arrivals: dict[LetterKey, bytes] = field(default_factory=dict)
    stored: int = 0
    problems: list[str] = field(default_factory=list)

    def knows(self, key: LetterKey) -> bool:
        """The ledger."""
        return any(key.same_message(other) for other in self.arrivals)

    def take(self, letter: Letter) -> None:
        """Store, then register by key."""
        content = letter.path.read_bytes()
        self.stored += 1
        self.arrivals.setdefault(letter.key, content)
        if letter.problem:
            self.problems.append(letter.problem.kind)

    def tend(
        self,
        source: MailboxSource,
        until: Callable[[], bool],
        *,
        seconds: float = 20.0,
        before_release: Callable[[Letter], None] = lambda _: None,
    ) -> None:
        """Take letters until ``until`` holds; fail when that takes longer than ``seconds``."""
        stop = threading.Event()
        late = threading.Event()

        def watch() -> None:
            end = threading.Event()
            waited = 0.0
            while not stop.is_set() and not until():
                waited += 0.02
                if waited > seconds:
                    late.set()
                    break
                end.wait(0.02)
            stop.set()

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            for letter in source.letters(stop):
                self.take(letter)
                before_release(letter)
                source.release(letter)
        finally:
            stop.set()
            watcher.join()
        assert not late.is_set(), f"not done in time: {source.problem}"

    @property
    def contents(self) -> list[bytes]:
        """The bytes of all arrivals, in order."""
        return sorted(self.arrivals.values())
