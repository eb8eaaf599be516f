"""The label wordings as data: concepts, roles and filler words, ready to compare with.

The tables beside this module (``concepts.toml``, ``roles.toml``, ``fillers.toml``) say what they
hold; a new wording is a new entry there and no code. A plan's own wordings come beside them
(:func:`use_wordings`).
"""

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from extract.layout import fold, fold_token

_NUMBERED = ("phone", "phone_2", "fax", "npi", "member_id")
"""Concepts whose every wording may have "number" or "#" behind it."""
_TELLING = {"fax": re.compile(r"fa.|f.x|.ax|facs|fx|tefax")}
"""What must be left of a word that alone tells two wordings apart ("office tel", "office fax")."""
LONG_ROLE = 6
"""Letters from which a role word is known with one of them damaged."""
_FUZZY_FROM = 5
"""Shortest wording (folded) that a damaged reading may stand for."""


@dataclass(frozen=True, slots=True)
class Concept:
    """What a label asks for.

    ``kind`` is a :class:`terms.names.FieldKind` value, or ``state``/``zip`` for parts of an
    address; ``role`` whose it is by default; ``alone`` whether the wording counts without a colon
    or a role; ``ignore`` marks what is not wanted but must keep its value to itself.
    """

    name: str
    kind: str
    role: str | None = None
    alone: bool = True
    ignore: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Folded wordings: phrase → concept, role words, words that label a person by themselves, fillers."""

    concepts: dict[str, Concept]
    phrases: dict[str, str]
    roles: dict[str, tuple[str, bool]]
    people: dict[str, str]
    fillers: frozenset[str]
    bracketed: frozenset[str]
    fuzzy: tuple[str, ...]
    long_roles: tuple[str, ...]
    """Role words long enough to be known with one letter damaged."""

    def nearest(self, texts: list[str]) -> dict[str, tuple[str, float]]:
        """For each damaged text the phrase it most likely stands for, with the likeness (0 to 1)."""
        texts = [t for t in texts if len(t) >= _FUZZY_FROM and not self._is_composed(t)]
        if not texts:
            return {}
        found: dict[str, tuple[str, float]] = {}
        scores = process.cdist(
            texts, self.fuzzy, scorer=Levenshtein.normalized_similarity, score_cutoff=0.75, dtype=float
        )
        places = scores.argmax(axis=1)
        for row, text in enumerate(texts):
            phrase, score = self.fuzzy[int(places[row])], float(scores[row, places[row]])
            told = all(pattern.search(text) for word, pattern in _TELLING.items() if word in phrase)
            if told and score >= _least(min(len(text), len(phrase))):
                found[text] = (phrase, score)
        return found

    def _is_composed(self, text: str) -> bool:
        """A role word and a wording, or a wording and a filler, both whole: nothing is damaged here."""
        return any(
            (text[:cut] in self.roles and text[cut:] in self.phrases)
            or (text[:cut] in self.phrases and text[cut:] in self.fillers)
            for cut in range(2, len(text))
        )


def _least(length: int) -> float:
    """The least likeness at which a damaged wording of ``length`` letters still counts: one slip in five."""
    return 1 - max(1, length // 5) / length - 1e-9 if length <= 9 else 0.8  # noqa: PLR2004  (one slip, then one in five)


_own: dict[str, tuple[tuple[str, str], ...]] = {"wordings": ()}


def use_wordings(wordings: Mapping[str, str]) -> None:
    """Know the plan's own label wordings too, from now on in this process: wording as printed → concept.

    What the shipped tables say of a wording stays; a concept that they do not have is passed over.
    """
    _own["wordings"] = tuple(sorted(wordings.items()))


def own_wordings() -> tuple[tuple[str, str], ...]:
    """The plan's own wordings in use, with their concepts."""
    return _own["wordings"]


def vocabulary() -> Vocabulary:
    """The shipped tables with the plan's own wordings; built anew only when those change."""
    return _built(_own["wordings"])


@functools.lru_cache(maxsize=2)
def _built(own: tuple[tuple[str, str], ...]) -> Vocabulary:
    tables = {name: _load(f"{name}.toml") for name in ("concepts", "roles", "fillers")}
    concepts: dict[str, Concept] = {}
    phrases: dict[str, str] = {}
    for name, entry in tables["concepts"].items():
        role = entry.get("role")
        concepts[name] = Concept(
            name,
            str(entry["kind"]),
            str(role) if role else None,
            alone=bool(entry.get("alone", True)),
            ignore=bool(entry.get("ignore", False)),
        )
        for phrase in entry["phrases"]:
            phrases.setdefault(squeeze(phrase), name)
    for name in _NUMBERED:
        for phrase in tables["concepts"][name]["phrases"]:
            phrases.setdefault(squeeze(f"{phrase} number"), name)
            phrases.setdefault(squeeze(phrase) + fold("no"), name)  # "NPINo.", read without its space
    for phrase, name in own:
        if name in concepts and squeeze(phrase):
            phrases.setdefault(squeeze(phrase), name)
    roles, people = _whose(tables["roles"])
    fillers = frozenset(squeeze(word) for word in tables["fillers"]["words"])
    bracketed = frozenset(squeeze(word) for word in tables["fillers"]["bracketed"])
    fuzzy = tuple(p for p in phrases if len(p) >= _FUZZY_FROM)
    long_roles = tuple(word for word in roles if len(word) >= LONG_ROLE)
    return Vocabulary(concepts, phrases, roles, people, fillers, bracketed, fuzzy, long_roles)


def _whose(table: dict[str, Any]) -> tuple[dict[str, tuple[str, bool]], dict[str, str]]:
    """Role words, weak ones marked, and the words that label a person by themselves."""
    roles: dict[str, tuple[str, bool]] = {}
    people: dict[str, str] = {}
    for role, entry in table.items():
        for word in entry["words"]:
            roles.setdefault(squeeze(word), (role, False))
        for word in entry.get("weak", []):
            roles.setdefault(squeeze(word), (role, True))
        for word in entry["alone"]:
            people.setdefault(squeeze(word), role)
    return roles, people


def squeeze(phrase: str) -> str:
    """Fold a wording of several words the way the tokens of a line are folded and joined."""
    return "".join(fold_token(word) for word in phrase.split()) or fold(phrase)


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath(name).read_text(encoding="utf-8"))
