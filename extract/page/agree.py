"""Whether a page's own text says what its picture shows.

A PDF may draw one letter and call it another: a font with a wrong or forged table of letters. Its
words lie where the ink is, so only reading the ink tells. Enough words are read to find a text layer
that is wrong throughout, and every word with digits (codes, numbers, dates) that fits a page's budget,
so that a single forged code is found too.
"""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from extract.page.upright import Grey, UprightPage
from extract.readers.own import own
from extract.readers.reading import Reader
from extract.readers.tesseract import tesseract
from ingest.pages import FormValue
from terms.document import Word
from terms.geometry import Box

_NUMBERS, _PLAIN = 60, 16
"""How many words with digits, and how many others, are read on one page."""
_ALIKE = 60.0
"""Likeness of two texts, in per cent, below which they are not the same word misread."""
_TOO_MANY = 0.3
_CONFIRMED = 8
_SHORTEST = 4
_LONGEST_VALUE = 60
_TALLEST = 70
_MARGIN = 3


def text_agrees(page: UprightPage, words: Sequence[Word], values: Sequence[FormValue] = ()) -> bool:
    """Say whether the words and form values of an upright page are what is drawn there.

    They are not when a word with digits reads as another one to two readers, or when three words in
    ten do to the first. Without enough to compare they are taken as they are.
    """
    claims = [(w.text, w.box) for w in words] + [(v.value, v.box) for v in values if _is_line(v)]
    numbers = [c for c in claims if any(x.isdigit() for x in c[0]) and len(_plain(c[0])) >= _SHORTEST]
    plain = [c for c in claims if c not in numbers and len(_plain(c[0])) > _SHORTEST]
    chosen = _spread(numbers, _NUMBERS) + _spread(plain, _PLAIN)
    doubted = _unlike(page, chosen, own())
    if len(doubted) > max(1, _TOO_MANY * len(chosen)):
        return False
    suspect = [claim for claim in doubted if claim in numbers][:_CONFIRMED]
    return not _unlike(page, suspect, tesseract())


def _unlike(page: UprightPage, claims: Sequence[tuple[str, Box]], reader: Reader) -> list[tuple[str, Box]]:
    """The claims that a reader reads as something else; what it cannot read at all proves nothing."""
    crops: list[Grey] = []
    readable: list[tuple[str, Box]] = []
    for claim in claims:
        crop = page.crop(claim[1], margin=_MARGIN)
        if min(crop.shape) > 2 * _MARGIN and crop.shape[0] <= _TALLEST:
            crops.append(crop)
            readable.append(claim)
    readings = reader.read(crops) if crops else []
    return [
        claim
        for claim, line in zip(readable, readings, strict=True)
        if len(_plain(line.text)) >= _SHORTEST - 1 and fuzz.ratio(_plain(claim[0]), _plain(line.text)) < _ALIKE
    ]


def _is_line(value: FormValue) -> bool:
    return value.kind in {"text", "choice"} and "\n" not in value.value and len(value.value) <= _LONGEST_VALUE


def _spread(claims: Sequence[tuple[str, Box]], count: int) -> list[tuple[str, Box]]:
    """Of many claims, ``count`` spread over the page."""
    if len(claims) <= count:
        return list(claims)
    step = len(claims) / count
    return [claims[int(place * step)] for place in range(count)]


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()
