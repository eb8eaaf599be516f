"""How long to wait before connecting again: longer each time, and never in step with other clients."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Backoff:
    """Waits that double from ``first`` to ``most`` seconds, each shortened by up to half by chance."""

    first: float
    most: float
    chance: Callable[[], float] = field(default_factory=lambda: random.SystemRandom().random)
    _next: float = field(default=0.0, init=False)

    @property
    def waited(self) -> bool:
        """Whether there was a wait since the last reset."""
        return self._next > 0

    def wait(self) -> float:
        """Give the next wait in seconds."""
        now = min(max(self._next, self.first), self.most)
        self._next = min(now * 2, self.most)
        return now * (1 - self.chance() / 2)

    def reset(self) -> None:
        """Begin again with the shortest wait: something went right."""
        self._next = 0.0
