"""How often the engine's queues are looked at: often while work is about, seldom when none is."""

from dataclasses import dataclass, field

import pytest

from desk.config import Settings
from desk.pipeline import engine


@dataclass
class _Queue:
    """Stands in for one of the engine's queues."""

    paces: list[float] = field(default_factory=list)

    def set_polling_interval_sec(self, seconds: float) -> None:
        """Keep what was asked for."""
        self.paces.append(seconds)


def test_queues_are_looked_at_seldom_once_no_work_is_about(inlet: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slower after the last work was a while ago, fast again with the next, and changed only then."""
    queues = {name: _Queue() for name in engine.QUEUES}
    now = [100.0]
    monkeypatch.setattr(engine.DBOS, "retrieve_queue", queues.get)
    monkeypatch.setattr(engine.time, "monotonic", lambda: now[0])
    pace = engine.Pace(inlet)
    for seconds, work in ((1.0, 3), (5.0, 0), (30.0, 0), (1.0, 0), (1.0, 1), (1.0, 0)):
        now[0] += seconds
        pace.note(work)
    expected = [engine.IDLE_POLL_SECONDS, engine.POLL_SECONDS]
    assert [queue.paces for queue in queues.values()] == [expected] * len(queues)
