"""What the trained recogniser sees in running text where neither labels nor rules gave a value.

It reads wordings that no rule was written for, and is wrong too often to be believed: everything
it finds goes to a person, who would otherwise be shown an empty field.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from extract.fields.born import may_be_birth
from extract.fields.collect import Collected
from extract.fields.people import halves, has_name_shape, part, provider_name
from extract.fields.values import Sight
from extract.letters.recogniser import entities
from extract.letters.running import Prose, is_taken, put, read_span
from terms.names import FieldKind
from terms.values import Candidate, FieldStatus, FieldValue, Source

if TYPE_CHECKING:
    from extract.letters.network import Entity

_PLACES: Mapping[str, tuple[str, FieldKind]] = {
    "DOB": ("member.date_of_birth", FieldKind.DATE),
    "MID": ("member.id", FieldKind.MEMBER_ID),
    "MPHONE": ("member.phone", FieldKind.PHONE),
    "MADDR": ("member.address", FieldKind.ADDRESS),
    "CLINICIAN": ("ordering_provider.name", FieldKind.NAME),
    "NPI": ("ordering_provider.npi", FieldKind.NPI),
    "OPHONE": ("ordering_provider.phone", FieldKind.PHONE),
    "OFAX": ("ordering_provider.fax", FieldKind.PHONE),
    "OADDR": ("ordering_provider.address", FieldKind.ADDRESS),
}
_RUNNING = re.compile(r"(?:\b[A-Za-z']{2,}[ ,\n]+){6}")
"""Six words in a row: without them a page holds no sentence, and nobody is asked."""
_SAME = 80.0
"""Likeness (0 to 100) from which two readings are of the same words."""
_HALF = 0.5
_NAMED = 0.3
"""Chance of a code that was only named in words: many codes say nearly the same."""


def doubt_roles(prose: Prose, out: Collected, known: frozenset[str]) -> None:
    """Leave to a person what the rules took from running text and the recogniser does not see as theirs.

    ``known`` are the fields that labels gave, which stay as they are. A rule knows a telephone by
    the words before it; whose it is, two must agree on.
    """
    wanted = {name: label for label, (name, _) in _PLACES.items()}
    wanted |= {"member.last_name": "MEMBER", "member.first_name": "MEMBER"}
    doubted = [name for name, value in out.fields.items() if name in wanted and name not in known and value.is_accepted]
    if not doubted:
        return
    seen: dict[str, list[str]] = {}
    for entity in entities(prose.text):
        seen.setdefault(entity.label, []).append(_plain(prose.text[entity.first : entity.past]))
    for name in doubted:
        value = out.fields[name]
        text = _plain(value.raw or value.value or "")
        part_of_name = name.startswith("member.") and wanted[name] == "MEMBER"
        text = _plain(value.value or "") if part_of_name else text
        others = bool(seen.get("XPHONE")) and wanted[name] in {"MPHONE", "OPHONE"}
        if others or not any(_alike(text, other, whole=not part_of_name) for other in seen.get(wanted[name], ())):
            out.fields[name] = replace(value, status=FieldStatus.REVIEW)


def _alike(text: str, other: str, *, whole: bool) -> bool:
    score = fuzz.ratio(text, other) if whole else fuzz.partial_ratio(text, other)
    return bool(score >= _SAME)


def _plain(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def suggest(sight: Sight, prose: Prose, out: Collected) -> None:
    """Fill what is still empty with what the recogniser sees, each value for a person to confirm."""
    empty = {name for name, _ in _PLACES.values() if name not in out.fields}
    if "member.last_name" not in out.fields:
        empty.add("member.last_name")
    if not (empty or not out.diagnoses) or not _RUNNING.search(prose.text):
        return
    found = entities(prose.text)
    for entity in found:
        if is_taken(prose, (entity.first, entity.past), out):
            continue
        if entity.label == "MEMBER" and "member.last_name" in empty:
            _member(sight, prose, entity, out)
        elif entity.label in _PLACES and _PLACES[entity.label][0] in empty:
            _single(sight, prose, entity, out)
    if not out.diagnoses:
        _named_diagnoses(prose, (e for e in found if e.label == "DXTEXT"), out)


def _single(sight: Sight, prose: Prose, entity: "Entity", out: Collected) -> None:
    name, kind = _PLACES[entity.label]
    before, text = prose.text[: entity.first], prose.text[entity.first : entity.past]
    if kind is FieldKind.DATE and not may_be_birth(before, text, sight.latest, running=True):
        return
    value = read_span(sight, prose, (entity.first, entity.past), kind, birth=entity.label == "DOB")
    if value is None or value.value is None or name in out.fields:
        return
    if entity.label == "CLINICIAN":
        value = part(value, provider_name(value.value))
    put(out, name, _doubted(value))


def _member(sight: Sight, prose: Prose, entity: "Entity", out: Collected) -> None:
    value = read_span(sight, prose, (entity.first, entity.past), FieldKind.NAME)
    if value is None or value.value is None or not has_name_shape(value.value.strip(" ,.;:")):
        return
    last, first = halves(replace(value, value=value.value.strip(" ,.;:")), last_first=False)
    put(out, "member.last_name", _doubted(last))
    put(out, "member.first_name", _doubted(first))


def _doubted(value: FieldValue) -> FieldValue:
    return replace(value, status=FieldStatus.REVIEW, confidence=min(value.confidence, _HALF))


def _named_diagnoses(prose: Prose, spans: Iterable["Entity"], out: Collected) -> None:
    """Diagnoses that are named in words and by no code, with the codes that the words may stand for."""
    said: set[str] = set()
    for entity in spans:
        words = " ".join(prose.text[entity.first : entity.past].split())
        codes = codes_for(words)
        if codes and words.lower() not in said:
            said.add(words.lower())
            candidates = tuple(Candidate(code, _NAMED, "named in words") for code in codes)
            out.diagnoses.append(FieldValue(None, words, 0.0, FieldStatus.REVIEW, None, None, Source.OCR, candidates))


def codes_for(words: str) -> tuple[str, ...]:
    """The ICD-10-CM codes that a diagnosis named in words may mean, the most specific wording first."""
    text = " ".join(re.sub(r"[^a-z0-9 ]", " ", words.lower()).split())
    known = _named()
    hits = [phrase for phrase in known if f" {phrase} " in f" {text} "]
    best = max(hits, key=len, default=None)
    return known[best] if best else ()


@cache
def _named() -> Mapping[str, tuple[str, ...]]:
    data = tomllib.loads(resources.files(__package__).joinpath("diagnosis_words.toml").read_text(encoding="utf-8"))
    return {phrase: tuple(codes) for phrase, codes in data["phrases"].items()}
