"""Which words of a line are the wording of a label: the core around which the rest of a label stands."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from extract.labels.label import PERSON
from extract.labels.vocabulary import Vocabulary
from extract.layout import TextLine, fold

_LONGEST = 7
_VALUE_DIGITS = 3
"""Digits in one word from which it belongs to a value."""
NUMBERING = re.compile(r"[(]?(?:\d{1,2}|[A-Za-z])[a-z]?[.)]{1,2}")
"""A form's own number before a label: "17.", "3a)"."""
_OF_A_HOUSE = frozenset({"phone", "fax", "street", "full_address", "city", "tax_id", "contact", "email"})
_NUMBER = fold("number")


@dataclass(frozen=True, slots=True)
class Core:
    """A wording among a line's tokens, what it asks for, and how like it is (0 to 1)."""

    first: int
    past: int
    concept: str
    role: tuple[str, bool] | None
    likeness: float
    letters: int


def windows(line: TextLine) -> Iterable[tuple[int, int, str]]:
    """Every run of up to seven tokens of one segment that could be a wording, with its folded text."""
    for start, past in line.segments():
        for first in range(start, past):
            if not line.tokens[first].folded or (first + 1 < past and NUMBERING.fullmatch(line.tokens[first].text)):
                continue
            text = ""
            for end in range(first, min(past, first + _LONGEST)):
                token = line.tokens[end]
                text += token.folded
                if token.folded:
                    yield first, end + 1, text
                if token.colon or (token.closes and end > first):
                    break


def cores_of(line: TextLine, words: Vocabulary, near: dict[str, tuple[str, float]]) -> list[Core]:
    """Every wording on a line, overlapping ones too; ``near`` gives damaged texts their likeliest wording."""
    found = []
    for first, past, text in windows(line):
        if text in words.phrases:
            found.append(Core(first, past, words.phrases[text], None, 1.0, len(text)))
        elif text in words.people:
            found.append(Core(first, past, PERSON, (words.people[text], False), 1.0, len(text)))
        elif text in near and past - first <= len(near[text][0]) and not _holds_number(line, first, past):
            phrase, likeness = near[text]
            found.append(Core(first, past, words.phrases[phrase], None, likeness, len(text)))
        elif past - first == 1:
            found.extend(_grown_together(first, text, words))
    return found


def _holds_number(line: TextLine, first: int, past: int) -> bool:
    """Digits are a value's, however like letters they look: "Fax Number 510" is no damaged "Fax Number No"."""
    return any(sum(c.isdigit() for c in t.text) >= _VALUE_DIGITS for t in line.tokens[first:past])


def _grown_together(place: int, text: str, words: Vocabulary) -> list[Core]:
    """A role and a wording read as one word: "PatientName"."""
    found = []
    for role, meaning in words.roles.items():
        rest = text.removeprefix(role)
        if rest != text and rest in words.phrases and len(rest) > 1:
            found.append(Core(place, place + 1, words.phrases[rest], meaning, 1.0, len(text)))
    return found


def choose(cores: list[Core]) -> list[Core]:
    """Take the cores that cover most letters, none overlapping, in order."""
    taken: list[Core] = []
    for core in sorted(cores, key=lambda c: (-c.letters * c.likeness, c.concept == PERSON, c.first)):
        if all(core.past <= other.first or core.first >= other.past for other in taken):
            taken.append(core)
    return sorted(taken, key=lambda c: c.first)


def joined_cores(cores: list[Core], line: TextLine) -> list[Core]:
    """Two wordings for the same thing side by side are one label: "Reason for order / clinical notes"."""
    out: list[Core] = []
    for core in cores:
        last = out[-1] if out else None
        between = line.tokens[last.past : core.first] if last else ()
        if (
            last is not None
            and last.concept == core.concept
            and not line.tokens[last.past - 1].colon
            and not any(t.folded for t in between)
            and line.segment(last.first) == line.segment(core.first)
        ):
            out[-1] = replace(
                last,
                past=core.past,
                likeness=min(last.likeness, core.likeness),
                letters=last.letters + core.letters,
            )
        else:
            out.append(core)
    return out


def owned_cores(cores: list[Core], line: TextLine) -> list[Core]:
    """Make one of what is one label: "Clinic Phone" (a house only says whose), "ICD-10 #" (a number sign)."""
    out: list[Core] = []
    for core in cores:
        last = out[-1] if out else None
        if (
            last is not None
            and last.concept == "facility"
            and core.concept in _OF_A_HOUSE
            and last.past == core.first
            and not line.tokens[last.past - 1].colon
            and line.segment(last.first) == line.segment(core.first)
        ):
            out[-1] = replace(core, first=last.first, role=("ordering_provider", True))
        elif (
            last is not None
            and core.past - core.first == 1
            and line.tokens[core.first].folded == _NUMBER
            and last.past == core.first
            and not line.tokens[last.past - 1].colon
            and line.segment(last.first) == line.segment(core.first)
        ):
            out[-1] = replace(last, past=core.past)
        else:
            out.append(core)
    return out
