"""Pages to learn from: a kind's wordings in random number and order about invented people, misread as faxes are."""

import random
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extract.reading import PageReading
from terms.document import Word
from terms.geometry import Box
from terms.names import PageKind, TextSource
from terms.requests import Line
from terms.values import FieldStatus, FieldValue, Source

HERE = Path(__file__).parent
_TABLES = ("wordings_orders.toml", "wordings_records.toml", "wordings_mixed.toml")
_HABITS = tomllib.loads((HERE / "habits.toml").read_text("utf-8"))
_OFTEN: Mapping[str, Mapping[str, float]] = _HABITS["often"]
_SLOTS: Mapping[str, Sequence[str]] = _HABITS["slots"]
_MISREAD: Mapping[str, Sequence[str]] = _HABITS["misread"]
_MOST_NOISE = 0.08
_LETTERS = "BCDFGHJKLMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class Wordings:
    """How pages of one kind are headed and worded."""

    titles: tuple[str, ...]
    lines: tuple[str, ...]


@cache
def wordings() -> Mapping[PageKind, Wordings]:
    """The wordings of every kind that is drawn."""
    rows: dict[PageKind, Wordings] = {}
    for table in _TABLES:
        for name, part in tomllib.loads((HERE / table).read_text("utf-8")).items():
            kind = PageKind(name)
            before = rows.get(kind, Wordings((), ()))
            rows[kind] = Wordings(before.titles + _each(part["titles"]), before.lines + _each(part["lines"]))
    return rows


def _each(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.strip().splitlines() if line.strip())


def held_out() -> list[tuple[PageKind, str, str]]:
    """The pages nobody learns from: kind, title, text."""
    rows = tomllib.loads((HERE / "held_out.toml").read_text("utf-8"))
    found = []
    for name, texts in rows.items():
        for text in texts:
            title, _, body = text.partition("|")
            found.append((PageKind(name), title.strip(), body.strip()))
    return found


def draw_page(
    rng: random.Random, kind: PageKind, *, fold: int | None = None, folds: int = 4, least: int = 2
) -> PageReading:
    """One page of a kind, with ``least`` to 16 lines unless its wordings are fewer.

    With ``fold`` (0 to ``folds`` - 1) only that share of the wordings is used; with ``~fold`` all others.
    """
    own = wordings()[kind]
    titles, lines = _share(own.titles, fold, folds), _share(own.lines, fold, folds)
    title = rng.choice(titles) if rng.random() < _often(kind, "title") else ""
    picked = rng.sample(lines, min(len(lines), round(rng.triangular(least, 16, max(least, 5)))))
    blocks = _HABITS["blocks"]
    for block in ("patient", "provider"):
        if rng.random() < _often(kind, block):
            picked.insert(rng.randrange(len(picked) + 1), rng.choice(blocks[block]))
    if rng.random() < _often(kind, "clinic"):
        picked.insert(0, rng.choice(blocks["clinic"]))
    return page_of(rng, kind, title, " ".join(picked), noise=rng.choice((0.0, rng.random() * _MOST_NOISE)))


def _share(rows: tuple[str, ...], fold: int | None, folds: int) -> tuple[str, ...]:
    if fold is None:
        return rows
    if fold < 0:
        return tuple(row for at, row in enumerate(rows) if at % folds != ~fold)
    return tuple(row for at, row in enumerate(rows) if at % folds == fold)


def page_of(rng: random.Random, kind: PageKind, title: str, body: str, *, noise: float) -> PageReading:
    """A reading of a page with this title and text, its slots filled, its letters misread at the rate ``noise``."""
    person = _person(rng)
    title, body = title.format_map(person), body.format_map(person)
    head = _misread(rng, title.split(), noise)
    words = head + _misread(rng, body.split(), noise)
    words = words or ["Page"]
    step = rng.uniform(0.3, 0.9) / len(words)
    placed = tuple(
        Word(word, Box(0.1, 0.05 + at * step, 0.4, 0.05 + (at + 1) * step), 0.9) for at, word in enumerate(words)
    )
    facts = {"page.title": " ".join(head)} if head and rng.random() < _HABITS["title_seen"] else {}
    if kind is PageKind.PA_FORM and rng.random() < _HABITS["type_boxes"]:
        facts["type.boxes"] = ""
    fields: dict[str, FieldValue] = {}
    if rng.random() < _often(kind, "member"):
        fields["member.last_name"] = _value(person["last"])
    if rng.random() < _often(kind, "ordering"):
        fields["ordering_provider.npi"] = _value(person["npi"])
    lines = (Line(_value(person["code"])),) if rng.random() < _often(kind, "service") else ()
    return PageReading(1, 0, None, TextSource.OCR, 0.9, placed, fields, lines, (), facts)


def _often(kind: PageKind, what: str) -> float:
    return _OFTEN.get(kind.value, _OFTEN["other"]).get(what, _OFTEN["other"][what])


def _value(text: str) -> FieldValue:
    return FieldValue(text, text, 0.9, FieldStatus.ACCEPTED, 1, None, Source.OCR, (), "label")


def _person(rng: random.Random) -> dict[str, str]:
    picked = {name: rng.choice(rows) for name, rows in _SLOTS.items()}
    day = f"{rng.randint(1, 12):02}/{rng.randint(1, 28):02}/"
    plan = f"{rng.choice(_SLOTS['planword'])} {rng.choice(_SLOTS['planend'])}"
    doctor = f"{picked['first']} {rng.choice(_SLOTS['last'])}, {rng.choice(('MD', 'DO', 'NP', 'PA-C'))}"
    return picked | {
        "dob": f"{day}{rng.randint(1930, 2020)}",
        "date": f"{day}{rng.randint(2024, 2027)}",
        "id": f"9{rng.randint(0, 9_999_999):07}{rng.choice(_LETTERS)}",
        "npi": str(rng.randint(1_000_000_000, 1_999_999_999)),
        "phone": f"510-555-{rng.randint(100, 199):04}",
        "n": str(rng.randint(1, 90)),
        "doctor": rng.choice((f"Dr. {doctor.split(',', maxsplit=1)[0]}", doctor)),
        "plan": plan,
        "planword": plan.split(maxsplit=1)[0].lower(),
    }  # fmt: skip


def _misread(rng: random.Random, words: Sequence[str], noise: float) -> list[str]:
    """Misread letters at the rate ``noise``; drop, join and break words at a fraction of it."""
    read: list[str] = []
    for word in words:
        if rng.random() < noise / 2:
            continue
        text = "".join(_letter(rng, c) if rng.random() < noise else c for c in word)
        if not text:
            continue
        if read and rng.random() < noise / 4:
            read[-1] += text
        elif len(text) > 3 and rng.random() < noise / 4:  # noqa: PLR2004  (a word long enough to break)
            at = rng.randrange(1, len(text))
            read += [text[:at], text[at:]]
        else:
            read.append(text)
    return read


def _letter(rng: random.Random, letter: str) -> str:
    return rng.choice(_MISREAD.get(letter) or _MISREAD["other"])
