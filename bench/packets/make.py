"""Makes packets: pages as readings, with the kind of each page and the pages of each request known.

The words come from ``wording_seen.toml`` (looked at while the weights were made) or
``wording_unseen.toml`` (not); letters are misread at a given rate and some fields are lost,
as after a fax. Pages are readings, not pictures: this measures naming and splitting, not OCR.
"""

import random
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from extract.reading import PageReading
from samples import people
from terms.document import Word
from terms.geometry import Box
from terms.names import PageKind, TextSource
from terms.requests import Line
from terms.values import FieldStatus, FieldValue, Source

_CODES = (("E0143", "folding walker"), ("K0001", "standard wheelchair"), ("E0260", "hospital bed"), ("E1390", "oxygen"))
_DIAGNOSES = ("M17.11", "J44.9", "G47.33", "I69.351")
_CONFUSED = {"o": "0", "l": "1", "i": "l", "e": "c", "s": "5", "b": "6", "n": "ri", "m": "rn"}
_ORDERS = ("pa_form", "chme_order", "letter", "prescription")
_SUPPORT = ("clinical_notes", "test_result", "identity_card", "clinical_notes", "test_result")
_MEMBER = ("member.last_name", "member.first_name", "member.date_of_birth", "member.id")


Wording = Mapping[str, Mapping[str, list[str]]]


class Place(NamedTuple):
    """Page ``number`` of ``count``."""

    number: int
    count: int


def load_wording(name: str) -> Wording:
    """The texts of every kind from ``wording_<name>.toml``."""
    return tomllib.loads((Path(__file__).parent / f"wording_{name}.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet: its readings, the kind of each page, and the pages of each request (covers left out)."""

    readings: tuple[PageReading, ...]
    kinds: tuple[PageKind, ...]
    requests: tuple[tuple[int, ...], ...]


def make_page(rng: random.Random, wording: Wording, kind: str, *, noise: float = 0.0) -> PageReading:
    """One page of a kind about a person of its own."""
    return _page(rng, wording, kind, Place(1, 1), one_person(rng), noise)


def make_packet(rng: random.Random, wording: Wording, *, noise: float) -> Packet:
    """A packet of 2 to 20 pages with 1 to 4 requests of different members, support behind each order."""
    requests = rng.choices((1, 2, 3, 4), (4, 3, 2, 1))[0]
    count = rng.randint(max(2, requests), 20)
    cover = count > requests and rng.random() < 0.6
    spare = count - requests - cover
    parts = [0] * requests
    for _ in range(spare):
        parts[rng.randrange(requests)] += 1
    kinds: list[str] = ["cover_sheet"] if cover else []
    people_of: list[dict[str, str]] = [one_person(rng)] if cover else []
    owners: list[int | None] = [None] if cover else []
    for place, extra in enumerate(parts):
        person = one_person(rng)
        for kind in (rng.choice(_ORDERS), *(rng.choice(_SUPPORT) for _ in range(extra))):
            kinds.append(kind)
            people_of.append(person)
            owners.append(place)
    readings = [_page(rng, wording, kind, Place(n, count), person, noise)
                for n, (kind, person) in enumerate(zip(kinds, people_of, strict=True), 1)]  # fmt: skip
    found = [tuple(n for n, owner in enumerate(owners, 1) if owner == place) for place in range(requests)]
    return Packet(tuple(readings), tuple(PageKind(kind) for kind in kinds), tuple(found))


def one_person(rng: random.Random) -> dict[str, str]:
    """The words about one invented member, provider and item, by slot."""
    member, provider = people.member(rng), people.provider(rng)
    code, item = rng.choice(_CODES)
    return {
        "last": member.last_name, "first": member.first_name, "dob": member.date_of_birth.strftime("%m/%d/%Y"),
        "iso": member.date_of_birth.isoformat(), "cin": member.cin, "doctor": provider.name, "clinic": provider.clinic,
        "npi": provider.npi, "code": code, "item": item, "dx": rng.choice(_DIAGNOSES),
    }  # fmt: skip


def _page(
    rng: random.Random, wording: Wording, kind: str, place: Place, person: dict[str, str], noise: float
) -> PageReading:
    number = place.number
    title, _, body = rng.choice(wording[kind]["texts"]).partition("|")
    filled = {**person, "pages": str(place.count)}
    title, body = title.strip().format(**filled), body.strip().format(**filled)
    words = [_misread(rng, word, noise) for word in f"{title} {body}".split()]
    step = 0.9 / len(words)
    placed = tuple(Word(w, Box(0.1, 0.04 + i * step, 0.4, 0.05 + i * step), 0.9) for i, w in enumerate(words))
    facts = {"page.title": " ".join(words[: len(title.split())])}
    if kind == "pa_form" and "Type" in body:
        facts["type.boxes"] = "routine"
    return PageReading(
        number=number, rotation=0, form=None, text_source=TextSource.OCR, legibility=0.9, words=placed,
        fields=_fields(rng, kind, body, person, number, noise),
        lines=(Line(_value(person["code"], number)),) if kind in _ORDERS else (),
        diagnoses=(_value(person["dx"], number),) if kind in _ORDERS else (), facts=facts,
    )  # fmt: skip


def _fields(
    rng: random.Random, kind: str, body: str, person: dict[str, str], number: int, noise: float
) -> dict[str, FieldValue]:
    there = {
        "member.last_name": "last",
        "member.first_name": "first",
        "member.date_of_birth": "iso",
        "member.id": "cin",
    }
    fields = {}
    for name, key in there.items():
        shown = person["dob"] if key == "iso" else person[key]
        if shown in body and kind != "delivery_ticket" and rng.random() > noise * 4:
            fields[name] = _value(person[key], number)
    if "member.id" in fields and rng.random() < noise * 2:
        fields["member.id"] = _wrong_digit(rng, fields["member.id"])
    if kind in _ORDERS:
        fields["ordering_provider.name"] = _value(person["doctor"], number)
        fields["ordering_provider.npi"] = _value(person["npi"], number)
    return fields


def _value(text: str, page: int) -> FieldValue:
    return FieldValue(text, text, 0.98, FieldStatus.ACCEPTED, page, None, Source.OCR, (), "label")


def _wrong_digit(rng: random.Random, value: FieldValue) -> FieldValue:
    text = value.value or ""
    place = rng.randrange(1, 8)
    wrong = text[:place] + str((int(text[place]) + rng.randrange(1, 9)) % 10) + text[place + 1 :]
    return replace(value, value=wrong, raw=wrong, confidence=0.7, status=FieldStatus.REVIEW)


def _misread(rng: random.Random, word: str, noise: float) -> str:
    return "".join(_CONFUSED.get(c, c) if rng.random() < noise else c for c in word)
