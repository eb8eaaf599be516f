"""A page as the classifier sees it: the set of its words, pairs and pieces of words, and its shape.

Letters that a fax confuses are made one (0 and o, 1 and l and i, e and c, rn and m), numbers become
their shape, so that a misread page looks much like a clean one. Each feature is one of a fixed number
of buckets: nothing read on a page stays behind in the classifier's store of strings.
"""

import re
from itertools import pairwise
from zlib import crc32

from extract.reading import PageReading
from terms.names import TextSource

BUCKETS = 1 << 15
"""How many features there are; two that share a bucket are told apart by the others of their page."""
_TOP_THIRD = 0.34
_PIECE = 5
_FEW_WORDS, _MANY_WORDS = 40, 150
_TOKEN = re.compile(r"[a-z0-9]+")
_SAME = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "e": "c", "5": "s", "8": "b", "6": "b"})
_PLAN = re.compile(r"(?:[a-z&'\-]+ ){1,4}(?:health ?plan|healthplan|health care plan)\b|members only")
_OURS = ("alameda alliance", "alliance for health", "california home medical", "chme")
_MEMBER = ("member.last_name", "member.id", "member.date_of_birth")
_PROVIDER = ("ordering_provider.name", "ordering_provider.npi")


def features(reading: PageReading) -> list[str]:
    """The page's features as bucket names, each once, in a fixed order."""
    found = {f"t:{word}" for word in _words(reading.facts.get("page.title", ""))}
    words = _words(" ".join(word.text for word in reading.words))
    found.update(f"w:{word}" for word in words)
    found.update(f"p:{a} {b}" for a, b in pairwise(words))
    for word in set(words):
        found.update(f"c:{word[at : at + _PIECE]}" for at in range(len(word) - _PIECE + 1) if len(word) > _PIECE)
    found.update(_shape(reading, len(words)))
    return [f"f{bucket}" for bucket in sorted({crc32(name.encode()) % BUCKETS for name in found})]


def _words(text: str) -> list[str]:
    return [_folded(word) for word in _TOKEN.findall(text.lower())]


def _folded(word: str) -> str:
    digits = sum(c.isdigit() for c in word)
    if digits * 2 >= len(word):
        return f"#{len(word)}" if digits == len(word) else f"@{len(word)}"
    return word.translate(_SAME).replace("rn", "m")


def _shape(reading: PageReading, count: int) -> set[str]:
    """What the reading's shape says: how much text, whose names, lines, boxes."""
    head = " ".join(w.text for w in reading.words if w.box.centre[1] < _TOP_THIRD).lower()
    shape = {"s:few" if count < _FEW_WORDS else "s:many" if count > _MANY_WORDS else "s:some"}
    if any(name in head for name in _OURS):
        shape.add("s:ours")
    elif _PLAN.search(head):
        shape.add("s:plan")
    if reading.lines:
        shape.add("s:lines")
    if any(name in reading.fields for name in _MEMBER):
        shape.add("s:member")
    if any(name in reading.fields for name in _PROVIDER):
        shape.add("s:provider")
    if "type.boxes" in reading.facts:
        shape.add("s:type")
    if reading.text_source is TextSource.MAIL_TEXT:
        shape.add("s:mail")
    return shape
