"""Section headings among the lines of a page, and whose section each one opens."""

import functools
import tomllib
from importlib import resources

from extract.labels.label import PERSON, Heading, Label
from extract.labels.roles import role_of, strongest
from extract.labels.vocabulary import Vocabulary, squeeze
from extract.layout import TextLine, Token, around, join


def headings_of(line: TextLine, number: int, labels: list[Label], words: Vocabulary) -> list[Heading]:
    """The section headings among the segments of line ``number``; ``labels`` are those found on it."""
    marks, topics = _heading_words()
    found = []
    for first, past in line.segments():
        tokens = [t for t in line.tokens[first:past] if t.folded]
        if not 0 < len(tokens) <= 12:  # noqa: PLR2004  (longer is a sentence)
            continue
        role = _heading_role(tokens, marks, topics, words)
        if role is None:
            continue
        area = around(t.area for t in tokens)
        alone = [x for x in labels if first <= x.first < past]
        if any(x.concept != PERSON and not _covers_segment(x, tokens, marks) for x in alone):
            continue
        found.append(Heading(role, join(tokens), area, number))
    return found


def is_heading(label: Label, heading: Heading) -> bool:
    """A wording inside a section's heading is no label, except a person's that may have a value beside it."""
    inside = heading.area.left - 2 <= label.area.left and label.area.right <= heading.area.right + 2
    return inside and label.concept != PERSON


@functools.cache
def _heading_words() -> tuple[frozenset[str], dict[str, str]]:
    data = tomllib.loads(resources.files(__package__).joinpath("headings.toml").read_text(encoding="utf-8"))
    topics = {squeeze(word): role for role, listed in data["topics"].items() for word in listed}
    return frozenset(squeeze(word) for word in data["marks"]), topics


def _covers_segment(label: Label, tokens: list[Token], marks: frozenset[str]) -> bool:
    return any(t.folded in marks for t in tokens) and not label.colon


def _heading_role(tokens: list[Token], marks: frozenset[str], topics: dict[str, str], words: Vocabulary) -> str | None:
    """Whose section a segment opens, or None if it is no heading."""
    marked = any(t.folded in marks for t in tokens)
    roles: list[tuple[str, bool]] = []
    topic: str | None = None
    unknown = 0
    i = 0
    while i < len(tokens):
        for count in (3, 2, 1):
            whole = "".join(t.folded for t in tokens[i : i + count])
            role = role_of(whole, words) if i + count <= len(tokens) else None
            if role and role[0] not in {"request", "office"}:
                roles.append(role)
                i += count
                break
        else:
            text = tokens[i].folded
            if text in topics:
                topic = topic or topics[text]
            elif text not in marks and text not in words.fillers and len(text) > 2:  # noqa: PLR2004  (numbering)
                unknown += 1
            i += 1
    if any(t.colon for t in tokens[2:-1]) or unknown > (1 if marked else 0):
        return None
    whose, weak = strongest(roles)
    named = "".join(t.folded for t in tokens) in words.people
    if whose and (marked or named or not (topic or weak)):
        return whose
    return topic if marked and topic else None
