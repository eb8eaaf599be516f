"""Phrases found in what was read, tolerant of misread letters."""

import re
from collections.abc import Iterable

from rapidfuzz import fuzz

from terms.document import Word

_CLOSE = 88.0
_FUZZY_LENGTH = 9


def plain(text: str) -> str:
    """Lower case, letters and digits only, single spaces: the form in which phrases are compared."""
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def region(words: Iterable[Word], top: float, bottom: float) -> str:
    """The plain text of the words whose middle lies between two heights (fractions of the page)."""
    return plain(" ".join(w.text for w in words if top <= w.box.centre[1] < bottom))


def holds(text: str, phrase: str, *, fuzzy: bool = True) -> bool:
    """Say whether plain ``text`` holds plain ``phrase`` as whole words.

    Long phrases may differ by a letter in nine or so when ``fuzzy``, word for word or with a word
    broken in two; short ones must be exact.
    """
    if f" {phrase} " in f" {text} ":
        return True
    if not fuzzy or len(phrase) < _FUZZY_LENGTH or len(text) < len(phrase) - 1:
        return False
    if fuzz.partial_ratio(phrase, text, score_cutoff=_CLOSE) < _CLOSE:
        return False  # quick: no stretch of the text is alike, whole words or not
    words, count = text.split(), phrase.count(" ") + 1
    stretches = (words[i : i + n] for n in (count, count + 1) for i in range(len(words) - n + 1))
    return any(fuzz.ratio(phrase, " ".join(stretch)) >= _CLOSE for stretch in stretches)
