"""Would a name be far likelier with one look-alike letter in another's place? MEADOWS read as MLADOWS.

Two readers agree on such a misreading often enough to matter, since the picture really shows the
other letter. The letters' own order tells: how letters follow each other in names, three at a time.
Only a likelier *look-alike* counts, so a rare name is not held against its bearer.
"""

import functools
import re
from pathlib import Path

import numpy as np
import numpy.typing as npt

TABLE = Path(__file__).with_name("name_letters.npz")
"""Log probabilities of a letter after two others, ``[first, second, next]``; made by ``make_spelling``."""
LETTERS = "^abcdefghijklmnopqrstuvwxyz"
"""The rows of the table; ``^`` is a word's edge."""
_ALIKE = (
    "ec", "ef", "el", "il", "it", "lt", "rt", "nu", "nh", "ao", "od", "oq", "oc", "cg", "uv", "hb", "pf", "yv", "fp",
    "bf", "be", "tf", "fr", "kx", "mn", "is",
)  # fmt: skip
_RUNS = (
    ("rn", "m"), ("m", "rn"), ("ii", "u"), ("ii", "h"), ("ll", "u"), ("cl", "d"), ("d", "cl"), ("vv", "w"), ("li", "h"),
)  # fmt: skip
_LOST = "itl"
"""Thin letters that a fax swallows."""
_MOST = 10.0


def likelier_alike(text: str) -> float:
    """How much likelier (in logarithms, 0 to 10) the likeliest look-alike spelling of any word of ``text`` is.

    Words of one or two letters and words with digits say nothing. 0 where the text as it stands is
    the likeliest.
    """
    words = [word for word in re.findall(r"[^\W\d_]+", text.casefold()) if len(word) > 2 and word.isascii()]  # noqa: PLR2004  (an initial, a title)
    return max((_gain(word) for word in words), default=0.0)


@functools.lru_cache(maxsize=4096)
def _gain(word: str) -> float:
    base = log_probability(word)
    best = max((log_probability(other) for other in _alternatives(word)), default=base)
    return float(min(_MOST, max(0.0, best - base)))


def log_probability(word: str) -> float:
    """The log probability of a word of small ASCII letters, its ends included."""
    places = [0, 0, *(LETTERS.index(char) for char in word), 0]
    table = _table()
    return float(sum(table[a, b, c] for a, b, c in zip(places, places[1:], places[2:], strict=False)))


def _alternatives(word: str) -> set[str]:
    found = set()
    for place, char in enumerate(word):
        for pair in _ALIKE:
            if char in pair:
                other = pair[1] if char == pair[0] else pair[0]
                found.add(word[:place] + other + word[place + 1 :])
        for run, other in _RUNS:
            if word.startswith(run, place):
                found.add(word[:place] + other + word[place + len(run) :])
    return found | {word[:place] + thin + word[place:] for place in range(1, len(word) + 1) for thin in _LOST}


@functools.cache
def _table() -> npt.NDArray[np.float32]:
    with np.load(TABLE) as file:
        return np.asarray(file["log_p"], dtype=np.float32)
