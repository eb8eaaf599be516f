"""Letters, prescriptions and mails about invented people, with what each stretch of text is."""

import random
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extract.training import text

HERE = Path(__file__).parent
_SLOT = re.compile(r"\{([A-Z]+)\}")
_MISREAD: Mapping[str, str] = {
    "0": "Oo", "1": "lI", "5": "S", "8": "B", "O": "0", "l": "1I", "I": "l1", "e": "co", "c": "e", "a": "o", "i": "l1",
    "n": "r", "h": "b", "t": "lf", "f": "t", "g": "q", "r": "i", "E": "F", "D": "O", ":": ".;", ",": ".",
}  # fmt: skip
"""Letters that faxes turn into others."""
_WORDS = tomllib.loads((HERE / "things.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and its entities as (first character, past the last, label)."""

    text: str
    entities: tuple[tuple[int, int, str], ...]


@cache
def wordings(name: str) -> Mapping[str, Sequence[str]]:
    """One table of wordings: ``train``, ``test`` or ``third``."""
    return tomllib.loads((HERE / f"wordings_{name}.toml").read_text("utf-8"))


def draw_letter(rng: random.Random, table: str, *, noise: float) -> Marked:
    """A text of one to about a dozen pieces; each letter is misread with the chance ``noise``."""
    words = wordings(table)
    pieces = [rng.choice(words["head"])] if rng.random() < 0.7 else []
    if rng.random() < 0.8:
        pieces.append(rng.choice(words["about"]))
    sentences = rng.sample(words["body"], rng.randint(2, min(8, len(words["body"]))))
    joiner = rng.choice((" ", "\n", "\n\n", " "))
    pieces.append(joiner.join(sentences))
    if rng.random() < 0.8:
        pieces.append(rng.choice(words["foot"]))
    if rng.random() < 0.1:
        rng.shuffle(pieces)
    template = "\n".join(p for p in pieces if p)
    return _filled(rng, _reworded(rng, template) if table == "train" else template, noise)


def _reworded(rng: random.Random, template: str) -> str:
    """The template in other words: synonyms, words left out, words put in; slots stay."""
    share = rng.random() * 0.8
    for pattern, group in _synonyms():
        if rng.random() < share:
            template = pattern.sub(lambda _, group=group: rng.choice(group), template)  # type: ignore[misc]
    out = []
    for word in re.split(r"(\s+)", template):
        roll = rng.random()
        if "{" in word or not word.strip():
            out.append(word)
        elif roll < 0.06 * share:
            continue
        elif roll < 0.11 * share:
            out.append(f"{word} {rng.choice(_WORDS['fill'])}")
        elif roll < 0.16 * share:
            out.append(text.last_name(rng).lower())
        else:
            out.append(word)
    return "".join(out)


@cache
def _synonyms() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    return tuple((_any_of(group), tuple(group)) for group in _WORDS["synonyms"])


def _any_of(group: Sequence[str]) -> re.Pattern[str]:
    """A pattern of any of these words, the longest first, that no longer word or slot contains."""
    listed = "|".join(re.escape(w) for w in sorted(group, key=len, reverse=True))
    return re.compile(rf"(?<![\w{{])(?:{listed})(?![\w}}])", re.IGNORECASE)


def _filled(rng: random.Random, template: str, noise: float) -> Marked:
    """The template with its slots filled: the same person keeps name and numbers all through."""
    values: dict[str, str] = {}
    out: list[str] = []
    marks: list[tuple[int, int, str]] = []
    upper = rng.random() < 0.12
    at, length = 0, 0
    for slot in _SLOT.finditer(template):
        name = slot.group(1)
        if name in _ONCE:
            values.setdefault(name, _VALUES[name](rng))
        value = values.get(name) if name in _ONCE else _VALUES[name](rng)
        assert value is not None
        before = _misread(rng, template[at : slot.start()], noise)
        shown = _misread(rng, _worn(rng, name, value), noise)
        before, shown = (before.upper(), shown.upper()) if upper else (before, shown)
        out += [before, shown]
        if name in ENTITIES:
            marks.append((length + len(before), length + len(before) + len(shown), name))
        length += len(before) + len(shown)
        at = slot.end()
    rest = _misread(rng, template[at:], noise)
    return _wrapped(rng, Marked("".join([*out, rest.upper() if upper else rest]), tuple(marks)))


def _worn(rng: random.Random, name: str, value: str) -> str:
    """A person named again: whole, by title and last name, or in capitals."""
    if name == "MEMBER" and rng.random() < 0.25:
        first = rng.choice(("Mr. ", "Mrs. ", "Ms. "))
        return first + value.split(",", maxsplit=1)[0].rsplit(maxsplit=1)[-1]
    return value.upper() if name in {"MEMBER", "CLINICIAN"} and rng.random() < 0.15 else value


def _wrapped(rng: random.Random, marked: Marked) -> Marked:
    """Break long lines where a page would: line ends fall into the middle of sentences and names."""
    wide = rng.randint(60, 110)
    chars = list(marked.text)
    start = space = 0
    for i, char in enumerate(chars):
        if char == "\n":
            start = i + 1
        elif char == " ":
            space = i
        if i - start > wide and space > start:
            chars[space] = "\n"
            start = space + 1
    return Marked("".join(chars), marked.entities)


def _misread(rng: random.Random, given: str, noise: float) -> str:
    if not noise:
        return given
    read = []
    for char in given:
        roll = rng.random()
        if roll < noise and char in _MISREAD:
            read.append(rng.choice(_MISREAD[char]))
        elif roll < noise * 0.15 and char != "\n":
            continue
        else:
            read.append(char)
    return "".join(read) or given


def _whole_name(rng: random.Random) -> str:
    first, last = text.first_name(rng), text.last_name(rng)
    if rng.random() < 0.15:
        last = f"{last}-{text.last_name(rng)}"
    middle = rng.choice(("", "", "", f" {rng.choice('ABCDEFGHJKLMRSTW')}."))
    return f"{last}, {first}{middle}" if rng.random() < 0.2 else f"{first}{middle} {last}"


def _clinician(rng: random.Random) -> str:
    name = f"{text.first_name(rng)} {text.last_name(rng)}"
    degree = rng.choice(("MD", "M.D.", "DO", "NP", "PA-C", "FNP-BC", "DPM", "CNM", "DNP", "MD, FACP"))
    return rng.choice((f"{name}, {degree}", f"{name} {degree}", f"Dr. {name}", f"Dr. {name}, {degree}"))


def _phone(rng: random.Random) -> str:
    a, b, c = f"{rng.randint(201, 989)}", "555", f"{rng.randint(0, 9999):04}"
    return rng.choice(
        ("{a}-{b}-{c}", "({a}) {b}-{c}", "{a}.{b}.{c}", "1-{a}-{b}-{c}", "({a}){b}-{c}", "{a} {b} {c}")
    ).format(a=a, b=b, c=c) + rng.choice(("", "", "", "", f" ext. {rng.randint(1, 999)}", f" x{rng.randint(10, 999)}"))


_VALUES: Mapping[str, Callable[[random.Random], str]] = {
    "MEMBER": _whole_name,
    "XNAME": _whole_name,
    "CLINICIAN": _clinician,
    "CLINIC": text.facility,
    "DOB": text.date,
    "MID": text.member_id,
    "MPHONE": _phone,
    "OPHONE": _phone,
    "OFAX": _phone,
    "XPHONE": _phone,
    "NPI": text.npi,
    "CODE": lambda rng: text.code(rng).split()[0],
    "DX": lambda rng: text.diagnosis(rng).split()[0].strip(",;"),
    "DXTEXT": lambda rng: rng.choice(_WORDS["diagnoses"]),
    "ITEM": lambda rng: rng.choice(_WORDS["items"]),
    "QTY": lambda rng: str(rng.choice((1, 1, 2, 3, 10, 30, 60, 120, 200))),
    "MADDR": text.address,
    "OADDR": text.address,
}
_ONCE = frozenset({"MEMBER", "CLINICIAN", "CLINIC", "DOB", "MID", "MPHONE", "OPHONE", "OFAX", "NPI", "MADDR", "OADDR"})
ENTITIES = frozenset(_VALUES) - {"CLINIC", "ITEM"}
"""What the recogniser marks."""
