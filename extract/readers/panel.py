"""The readers of a process, chosen once: who reads what, and from which cut of the page."""

import functools
from dataclasses import dataclass

from extract.readers.own import own
from extract.readers.ppocr import ppocr
from extract.readers.reading import Reader
from extract.readers.tesseract import tesseract


@dataclass(frozen=True, slots=True)
class Panel:
    """Two independent readers, and our own as a third where its model is installed.

    ``first`` gives character probabilities and reads both the upright picture and the raw native
    cut; ``second`` reads the native cut; ``own`` (may be None) reads the upright picture.
    """

    first: Reader
    second: Reader
    own: Reader | None = None

    @property
    def name(self) -> str:
        """Which confidence table fits: the readers' names joined by ``+``."""
        return "+".join(r.name for r in (self.first, self.second, self.own) if r is not None)


@functools.cache
def panel(*, with_own: bool) -> Panel:
    """A panel loaded once a process; with our own reader (its model must be installed) or without."""
    return Panel(ppocr(), tesseract(), own() if with_own else None)
