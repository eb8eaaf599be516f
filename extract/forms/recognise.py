"""Name the known form that a page is, from its title and the words that only this form has."""

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources

from rapidfuzz import fuzz

from extract.layout import Sheet, fold, join

_LIKE = 86.0


@dataclass(frozen=True, slots=True)
class KnownForm:
    """A form by its words.

    One of ``titles`` stands in the upper part of a page; at least ``least`` of ``phrases`` stand
    somewhere on it.
    """

    id: str
    titles: tuple[str, ...]
    phrases: tuple[str, ...]
    least: int


def recognise(sheet: Sheet, facts: dict[str, str]) -> str | None:
    """The ``id@edition`` of the form, or None; ``facts`` are those of the page."""
    del facts
    lines = [fold(join(line.tokens)) for line in sheet.lines]
    upper = [text for text, line in zip(lines, sheet.lines, strict=True) if line.area.top < 0.25 * sheet.height]
    best, most = None, 0
    for form in known_forms():
        hits = sum(
            any(fuzz.partial_ratio(p, text) >= _LIKE for text in lines if len(text) >= len(p) - 2) for p in form.phrases
        )
        titled = any(
            fuzz.partial_ratio(t, text) >= _LIKE for t in form.titles for text in upper if len(text) >= len(t) - 2
        )
        score = hits + (3 if titled else 0)
        if hits >= form.least and (titled or not form.titles or hits >= form.least + 2) and score > most:
            best, most = form.id, score
    return best


@functools.cache
def known_forms() -> tuple[KnownForm, ...]:
    """The form definitions beside this module."""
    forms = []
    for entry in sorted(resources.files(__package__).iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".toml"):
            data = tomllib.loads(entry.read_text(encoding="utf-8"))
            forms.append(
                KnownForm(
                    f"{data['id']}@{data['edition']}",
                    tuple(fold(t) for t in data["titles"]),
                    tuple(fold(p) for p in data["phrases"]),
                    int(data["least"]),
                )
            )
    return tuple(forms)
