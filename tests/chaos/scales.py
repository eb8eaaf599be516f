"""How much memory a service holds while it works."""

import threading
from dataclasses import dataclass, field
from typing import Self

import psutil

from tests.chaos.service import Service

_FAMILY = ("desk.cli.main", "desk.web", "desk.zone_reader", "desk.pipeline.worker")


@dataclass
class Scales:
    """Weighs supervisor, web desk and worker every second; readers and decoders have limits of their own.

    ``most`` is the most they held together, in bytes of proportional set size, ``by_part`` what each
    held then, and ``last`` what they held at the last look.
    """

    service: Service
    most: int = 0
    last: int = 0
    by_part: dict[str, int] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._stop.set()
        self._thread.join()

    def figures(self) -> dict[str, object]:
        """Give the most in megabytes, as a whole and by part."""
        return {
            "memory_mb": round(self.most / 2**20),
            "memory_by_part_mb": {name: round(held / 2**20) for name, held in self.by_part.items()},
        }

    def _run(self) -> None:
        while not self._stop.wait(1.0):
            parts: dict[str, int] = {}
            try:
                family = self.service.processes()
            except psutil.Error:
                continue  # it was killed this very moment
            for process in family:
                try:
                    words = process.cmdline()
                    name = next((each for each in _FAMILY if each in words), None)
                    if name:
                        parts[name] = parts.get(name, 0) + process.memory_full_info().pss
                except psutil.Error:
                    continue
            self.last = sum(parts.values())
            if self.last > self.most:
                self.most, self.by_part = self.last, parts
