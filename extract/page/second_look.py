"""Numbers and codes on a page that the page's reader misread and our own reader saw.

Only a word that is no value as it stands, and that our own reader reads almost alike as one that is
(an NPI with its check digit, a telephone number, a date, a code), is replaced: so labels and prose
stay what the better reader of text made of them.
"""

from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from extract.readers.reading import LineReading
from terms.document import Word
from terms.names import FieldKind
from terms.normal import normalise

_TYPED = (FieldKind.NPI, FieldKind.PHONE, FieldKind.DATE, FieldKind.MEMBER_ID, FieldKind.CODE, FieldKind.DIAGNOSIS)
_LEAST_DIGITS = 3
_MOST_CHANGED = 3


def has_number(text: str) -> bool:
    """Say whether a text holds enough digits to be looked at a second time."""
    return sum(char.isdigit() for char in text) >= _LEAST_DIGITS


def mend_words(words: Sequence[Word], other: LineReading) -> list[Word]:
    """Give a line's words with those replaced that only ``other`` (the same line) read as a value.

    Places stay; a replaced word has the other reader's confidence.
    """
    mended = list(words)
    said = {_bare(text) for text in other.text.split()}
    for text in other.text.split():
        if not (has_number(text) and is_value(text)):
            continue
        near = [
            (Levenshtein.distance(_bare(word.text), _bare(text)), place)
            for place, word in enumerate(mended)
            if _bare(word.text) not in said and not is_value(word.text)
        ]
        distance, place = min(near, default=(0, -1))
        if 0 < distance <= _MOST_CHANGED:
            mended[place] = replace(mended[place], text=text, confidence=other.confidence)
    return mended


def is_value(text: str) -> bool:
    """Say whether a word by itself is a valid number, date or code."""
    bare = text.strip(".,;:()[]")
    return any(normalise(kind, bare) is not None for kind in _TYPED)


def _bare(text: str) -> str:
    return "".join(char for char in text if char.isalnum()).casefold()
