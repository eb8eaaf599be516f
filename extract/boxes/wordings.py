"""The wordings of check boxes that mean something: the options of the type of request, clinicals attached."""

import functools
import re
import tomllib
from collections.abc import Iterator, Sequence
from importlib import resources
from itertools import pairwise

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from extract.labels.vocabulary import squeeze
from extract.layout import Sheet, TextLine, Token, fold

_LONGEST = 5
"""Most tokens of an option."""
_DAMAGED_FROM = 6
"""Fewest letters of an option that is known although one of them is damaged."""
_CONTACT = fold("contact")
_LOOKS_LIKE = 60.0
"""Likeness (0 to 100) from which misread words are shown as an option's."""


@functools.cache
def tables() -> tuple[dict[str, str], tuple[tuple[str, ...], ...]]:
    """What each option wording means, and the sets of words that speak of attached clinicals (all folded)."""
    data = tomllib.loads(resources.files(__package__).joinpath("options.toml").read_text(encoding="utf-8"))
    listed = data["type"]
    phrases = {squeeze(phrase): value for value, worded in listed.items() for phrase in worded}
    for kind in ("routine", "urgent"):
        # "Medication (PAD) - Urgent" in one box
        phrases |= {squeeze(f"{pad} {phrase}"): f"pad_{kind}" for pad in listed["pad"] for phrase in listed[kind]}
    return phrases, tuple(tuple(squeeze(w) for w in words) for words in data["clinical"]["words"])


def options_on(sheet: Sheet) -> bool:
    """Say whether a page prints options of the type of request, boxes found or not: two, or one at a line's start."""
    phrases, _ = tables()
    found = [(line, tokens, value) for line in sheet.lines for tokens, value in phrases_on(line, phrases)]
    return len({value for _, _, value in found}) > 1 or any(_begins(line, tokens) for line, tokens, _ in found)


def _begins(line: TextLine, tokens: Sequence[Token]) -> bool:
    """An option that begins a stretch of its line, behind a box read as letters at most."""
    place = line.tokens.index(tokens[0])
    first, _ = line.segment(place)
    before = line.tokens[first:place]
    return len(before) <= 1 and all(len(t.text) <= 2 for t in before)  # noqa: PLR2004  ("[]")


def phrases_on(line: TextLine, phrases: dict[str, str]) -> Iterator[tuple[list[Token], str]]:
    """Every option wording on a line, the longest at each place, a whole one before a damaged one."""
    place = 0
    while place < len(line.tokens):
        runs = [
            list(line.tokens[place : place + count]) for count in range(min(_LONGEST, len(line.tokens) - place), 0, -1)
        ]
        runs = [r for r in runs if r[0].folded and r[-1].folded and r[-1].area.right - r[0].area.left < 240 * len(r)]
        whole = next(((r, v) for r in runs if (v := phrases.get("".join(t.folded for t in r))) and _is_one(r, v)), None)
        words = [r for r in runs if min(len(r[0].folded), len(r[-1].folded)) > 2]  # noqa: PLR2004  (no box read as letters)
        found = whole or next(((r, v) for r in words if (v := _option("".join(t.folded for t in r), phrases))), None)
        if found and not _is_contact(line, found[0]):
            yield found
        place += len(found[0]) if found else 1


def _is_one(tokens: Sequence[Token], value: str) -> bool:
    """Words of one option: between the medication box and its own Routine and Urgent there may stand boxes."""
    white = max((b.area.left - a.area.right for a, b in pairwise(tokens)), default=0.0)
    return not value.startswith("pad_") or white < max(t.area.height for t in tokens)


def _is_contact(line: TextLine, tokens: Sequence[Token]) -> bool:
    """Words that ask for a person, not for haste: "Emergency Contact"."""
    past = line.tokens.index(tokens[-1]) + 1
    return past < len(line.tokens) and line.tokens[past].folded == _CONTACT


def _option(text: str, phrases: dict[str, str]) -> str | None:
    """What an option's wording means; a long one may have one letter damaged."""
    if text in phrases or len(text) < _DAMAGED_FROM:
        return phrases.get(text)
    near = (
        value
        for phrase, value in phrases.items()
        if len(phrase) > _DAMAGED_FROM and Levenshtein.distance(phrase, text, score_cutoff=1) <= 1
    )
    return next(near, None)


def likeliest(text: str, offered: frozenset[str]) -> str | None:
    """The option that misread words (folded) look like, of those that are not ``offered`` beside them."""
    phrases, _ = tables()
    likeness = {p: fuzz.ratio(text, p) for p, value in phrases.items() if value not in offered and value != "pad"}
    best = max(likeness, key=likeness.__getitem__, default=None)
    return phrases[best] if best is not None and likeness[best] >= _LOOKS_LIKE else None


def meaning_of(text: str) -> str | None:
    """What a box with this text beside it asks for, if it is an option of the type of request."""
    phrases, _ = tables()
    bare = re.sub(r"\(.*?\)", " ", text)
    return next((v for t in (text, bare) if (v := _option(squeeze(t), phrases)) is not None), None)


def speaks_of_clinicals(text: str) -> bool:
    """Say whether a box's text says that clinical papers are attached."""
    _, wanted = tables()
    texts = {squeeze(word) for word in text.replace("(", " ").replace(")", " ").split()}
    return any(set(words) <= texts for words in wanted)
