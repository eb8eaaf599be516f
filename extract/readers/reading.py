"""What a reader gives back, and the alphabet that all readers share."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from extract.page.upright import Grey
from terms.names import FieldKind

Posteriors = npt.NDArray[np.float32]
"""Character probabilities, steps by alphabet; every row sums to 1."""

BLANK = "\x00"
"""The CTC blank: nothing new at this step."""
OTHER = "\ufffd"
"""Any character outside the alphabet; never part of a text."""

ALPHABET: str = BLANK + "".join(chr(i) for i in range(32, 127)) + "áéíóúñüçÁÉÍÓÚÑÜÇ°½" + OTHER
"""Characters that a reading can hold, blank first; the column order of :data:`Posteriors`."""
INDEX: dict[str, int] = {char: i for i, char in enumerate(ALPHABET)}


@dataclass(frozen=True, slots=True, eq=False)
class LineReading:
    """One line as one reader saw it.

    ``text`` is the likeliest text by itself, ``confidence`` the mean probability of its characters
    (0 to 1; 0 for an empty text). ``chars`` holds the probabilities over :data:`ALPHABET` at each
    step from left to right; ``spans`` gives each character of ``text`` its (left, right) place as
    a fraction of the crop's width. ``is_sequence`` says whether ``chars`` is a reader's own
    posterior (CTC) or was made up from per-character confidences (Tesseract).
    """

    reader: str
    text: str
    confidence: float
    chars: Posteriors
    spans: tuple[tuple[float, float], ...]
    is_sequence: bool = True


_Read = Callable[[Grey, FieldKind | None], LineReading]


class KeptReadings:
    """The last readings of a reader: a place is often cut twice alike, as a line of words and as a field."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._readings: dict[tuple[tuple[int, ...], bytes, FieldKind | None], LineReading] = {}

    def of(
        self, crop: Grey, kind: FieldKind | None, read: Callable[[Grey, FieldKind | None], LineReading]
    ) -> LineReading:
        """The reading of a crop that was seen before with the same hint, else what ``read`` gives."""
        key = (crop.shape, hashlib.blake2b(crop.tobytes()).digest(), kind)
        line = self._readings.pop(key, None) or read(crop, kind)
        self._readings[key] = line
        if len(self._readings) > self._most:
            del self._readings[next(iter(self._readings))]
        return line

    def clear(self) -> None:
        """Forget them."""
        self._readings.clear()


class Reader(Protocol):
    """Turns pictures of single lines into readings; loaded once a process, one thread."""

    name: str

    def read(self, crops: list[Grey], kind: FieldKind | None = None) -> list[LineReading]:
        """Read each crop (dark text on white, one line, upright); ``kind`` is a hint and may be ignored."""
        ...


def greedy(reader: str, chars: Posteriors) -> LineReading:
    """Take the likeliest symbol of every step, join repeats and drop blanks.

    ``chars`` is steps by :data:`ALPHABET`. Characters outside the alphabet are dropped from the
    text but lower its confidence. A character's span reaches half a step beyond its own steps.
    """
    best = chars.argmax(axis=1)
    steps = len(best)
    text: list[str] = []
    spans: list[tuple[float, float]] = []
    sure: list[float] = []
    start = 0
    while start < steps:
        end = start + 1
        while end < steps and best[end] == best[start]:
            end += 1
        symbol = ALPHABET[best[start]]
        if symbol != BLANK:
            peak = float(chars[start:end, best[start]].max())
            sure.append(0.0 if symbol == OTHER else peak)
            if symbol != OTHER:
                text.append(symbol)
                spans.append(((start - 0.25) / steps, (end + 0.25) / steps))
        start = end
    confidence = float(np.mean(sure)) if text else 0.0
    return _stripped(LineReading(reader, "".join(text), confidence, chars, tuple(spans)))


def spelled(reader: str, text: str, sure: list[float], spans: list[tuple[float, float]]) -> LineReading:
    """Make a reading from a text and each character's confidence (0 to 1), for readers without posteriors.

    Each character gets one step in which what is not its own probability is spread over the
    alphabet, with blank steps between.
    """
    kept = [(char, conf, span) for char, conf, span in zip(text, sure, spans, strict=True) if char in INDEX]
    rows = np.full((2 * len(kept) + 1, len(ALPHABET)), 1e-4, dtype=np.float32)
    rows[::2, 0] = 1.0
    for i, (char, conf, _span) in enumerate(kept):
        rows[2 * i + 1] = max(1e-4, (1.0 - conf) / len(ALPHABET))
        rows[2 * i + 1, INDEX[char]] = max(conf, 1e-3)
    rows /= rows.sum(axis=1, keepdims=True)
    confidence = float(np.mean([conf for _char, conf, _span in kept])) if kept else 0.0
    return LineReading(
        reader,
        "".join(char for char, _conf, _span in kept),
        confidence,
        rows,
        tuple(span for _char, _conf, span in kept),
        is_sequence=False,
    )


def _stripped(line: LineReading) -> LineReading:
    lead = len(line.text) - len(line.text.lstrip())
    end = len(line.text.rstrip())
    if lead == 0 and end == len(line.text):
        return line
    if end <= lead:
        return LineReading(line.reader, "", 0.0, line.chars, ())
    return LineReading(line.reader, line.text[lead:end], line.confidence, line.chars, line.spans[lead:end])
