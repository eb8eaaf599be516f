"""The readers of a process, chosen once: who reads what, and from which cut of the page."""

import functools
from dataclasses import dataclass

from extract.readers.own import own
from extract.readers.ppocr import ppocr
from extract.readers.reading import Reader
from extract.readers.tesseract import tesseract


@dataclass(frozen=True, slots=True)
class Panel:
    """Three independent readers: ``first`` (PP-OCRv6), ``second`` (Tesseract) and our own.

    Our own costs a tenth of the others and reads first; ``second`` is asked only where the other
    two leave doubt. :mod:`extract.views` says who sees which cut.
    """

    first: Reader
    second: Reader
    own: Reader


@functools.cache
def panel() -> Panel:
    """The panel, loaded once a process."""
    return Panel(ppocr(), tesseract(), own())
