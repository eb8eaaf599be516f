"""Does a line's description fit its code? A check on the one by the other, by what our table calls each code.

Offices describe things in their own words, so words that merely differ contradict nothing. A description
contradicts its code only where it has nothing of what the code is called and is plainly what another
code is called, or where a code one character away is called so much more closely.
"""

import re
import string
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from classify.codesets import ProcedureCodes

_ALIKE = 82.0
"""Likeness (0 to 100) from which two words are one, a letter misread."""
_PLAINLY, _MORE = 0.75, 0.3
"""How much of another code's name a description must have, and how much more of it than of its own code's."""
_SHORTEST = 3
_EMPTY = frozenset({
    "the", "and", "for", "with", "without", "any", "type", "each", "per", "day", "month", "unit", "size", "other",
    "new", "adult", "small", "medium", "large", "standard", "item", "pair", "left", "right", "rental", "purchase",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Likelier:
    """The code whose name a description has, and the share of that name (0 to 1) that it has."""

    code: str
    share: float


def contradicted(code: str, description: str, procedures: ProcedureCodes) -> Likelier | None:
    """The code that a description speaks of instead of ``code``; None where it fits, or nobody can say.

    A code that the table does not name is never contradicted.
    """
    entry = procedures.get(code)
    said = _words(description)
    if entry is None or not entry.description or len(said) < 2:  # noqa: PLR2004  (one word may mean anything)
        return None
    own = _likeness(said, _words(entry.description))
    rivals = procedures.items() if own == 0.0 else ((other, procedures.get(other)) for other in _near(code))
    named = [
        (_likeness(said, _words(e.description)), fuzz.ratio(description.lower(), e.description.lower()), other)
        for other, e in rivals
        if e is not None
    ]
    share, _, other = max(named, default=(0.0, 0.0, ""))
    return Likelier(other, share) if share >= _PLAINLY and share - own >= _MORE else None


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    """The words of a name that say what a thing is."""
    found = (word.rstrip("s") for word in re.findall(r"[a-z0-9]+", text.lower()))
    return frozenset(word for word in found if len(word) >= _SHORTEST and word not in _EMPTY)


def _likeness(said: Iterable[str], name: Iterable[str]) -> float:
    """How much two sets of words share (0 to 1): twice the common ones by all of both."""
    one, other = list(said), list(name)
    if not one or not other:
        return 0.0
    common = sum(any(fuzz.ratio(word, known) >= _ALIKE for known in one) for word in other)
    return 2 * common / (len(one) + len(other))


def _near(code: str) -> Iterable[str]:
    """Every code that differs from one in one character."""
    for place, char in enumerate(code):
        signs = string.digits if char.isdigit() else string.ascii_uppercase
        yield from (f"{code[:place]}{sign}{code[place + 1 :]}" for sign in signs if sign != char)
