"""What several readings of one zone say together: the values they allow, ranked, and how they agree.

Nothing here decides. The measures go to :mod:`extract.decode.confidence`, which was fitted on sheets
of known values and turns them into the chance that the first value is right.
"""

import datetime as dt
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Levenshtein

from extract.decode.ctc import decode, folded, log_probability
from extract.decode.grammar import Grammar, grammar
from extract.decode.lexicon import NO_CODES
from extract.decode.spelling import likelier_alike
from extract.readers.reading import INDEX, LineReading, Posteriors
from terms.names import FieldKind
from terms.normal import normalise

_LEAST = -12.0
_INVALID = -3.0
_LISTED = 1.5
_WEIGHTS = {"tesseract": 0.6}
_VOTES = {"first": 1.0, "again": 0.7, "own": 0.5, "own_loose": 0.4, "second": 0.5}
"""What each view's whole text counts where views differ."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A value the readings allow: its normal form (None if the text has none), the text, its score."""

    value: str | None
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """Values ranked best first, and the measures of agreement that confidence is computed from."""

    ranked: tuple[Weighed, ...]
    measures: Mapping[str, float]
    raw: str

    @property
    def best(self) -> Weighed | None:
        """The likeliest value, or None where nothing was read."""
        return self.ranked[0] if self.ranked else None


def weigh_code(
    kind: FieldKind,
    views: Mapping[str, LineReading],
    *,
    latest: dt.date | None = None,
    lexicon: frozenset[str] = NO_CODES,
) -> Evidence:
    """Weigh readings of a value with a grammar (number, code, date).

    ``views`` are the readings by the names of their views. Every text that any view proposes is
    scored under all of them; texts with the same normal form count together. ``lexicon`` holds
    known values in normal form: a listed one is somewhat likelier, an unlisted one stays possible.
    """
    rules = grammar(kind)
    assert rules is not None, "only kinds with a grammar come here"
    read = {name: view for name, view in views.items() if view.text}
    chars = {name: folded(view.chars) for name, view in read.items()}
    texts = {d.text: d.on_pattern for name in read for d in decode(chars[name], rules)}
    if not texts:
        return Evidence((), {"empty": 1.0}, "")
    spaced = {"".join(view.text.upper().split()): view.text for view in reversed(read.values())}
    names = list(texts)
    per_view = {name: _log_p(chars.get(name), names) for name in views}
    values = [
        normalise(kind, rules.written(text), latest=latest) or normalise(kind, spaced.get(text, ""), latest=latest)
        for text in names
    ]
    scores = np.sum([_WEIGHTS.get(views[name].reader, 1.0) * p for name, p in per_view.items()], axis=0)
    priors = np.array([_prior(texts[t], v, rules, lexicon) for t, v in zip(names, values, strict=True)])
    ranked = _grouped(names, values, scores + priors)
    top = ranked[0]
    member = [i for i, (text, value) in enumerate(zip(names, values, strict=True)) if _same(value, text, top)]
    measures = {
        "margin": min(12.0, top.score - ranked[1].score) if len(ranked) > 1 else 12.0,
        "valid": float(top.value is not None),
        "listed": float(top.value in lexicon),
        "length": float(len(top.text)),
    }
    for name, view in views.items():
        measures[f"log_p_{name}"] = max(float(per_view[name][i]) for i in member)
        measures[f"same_{name}"] = float(_reads_as(kind, view, rules, latest) == (top.value or top.text))
    raw = next(iter(read.values())).text
    return Evidence(tuple(ranked), measures, raw)


@dataclass(frozen=True, slots=True)
class TextView:
    """One view's whole text of a zone: its mean and its least character confidence, 0 to 1."""

    text: str
    mean: float
    least: float


def text_view(lines: list[LineReading], text: str | None = None) -> TextView:
    """Sum up a view's lines; ``text`` is given where it is not simply theirs, joined by spaces."""
    said = [line for line in lines if line.text]
    text = " ".join(line.text for line in said) if text is None else text
    mean = float(np.mean([line.confidence for line in said])) if said else 0.0
    return TextView(" ".join(text.split()), mean, min((_least(line) for line in said), default=0.0))


def _least(line: LineReading) -> float:
    """The least sure character of a reading."""
    best = line.chars.argmax(axis=1)
    peaks = line.chars.max(axis=1)
    return float(peaks[best != 0].min()) if (best != 0).any() else 0.0


def weigh_text(kind: FieldKind, views: Mapping[str, TextView], *, coarse: bool = False) -> Evidence:
    """Weigh readings of free text (names, addresses); ``views`` by name, the most trusted one first.

    The first view's text is the value unless the others' votes outweigh it, or another one is
    almost the same but free of a digit inside a word or, on a ``coarse`` page (98 lines an inch), of
    an accent: there dust makes one more often than a typist (9 of 16; in fine mode 6 of 25).
    Where views differ in spaces alone, the one that sets more words apart is right: readers run
    words together far more often than they tear one.
    """
    texts = [view.text for view in views.values() if view.text]
    if not texts:
        return Evidence((), {"empty": 1.0}, "")
    doubt = _doubt if coarse else _odd
    first = _elected(views)
    plain = next((t for t in texts if doubt(kind, t) < doubt(kind, first) and _close(t, first)), None)
    first = plain or first
    apart = [t for t in texts if "".join(t.split()) == "".join(first.split())]
    first = max([first, *apart], key=lambda t: t.count(" "))
    measures: dict[str, float] = {
        "length": float(len(first)),
        "odd": float(min(2, _odd(kind, first))),
        "rival": likelier_alike(first),
    }
    for name, view in views.items():
        measures[f"same_{name}"] = float(view.text == first)
        measures[f"alike_{name}"] = float(_bare(view.text) == _bare(first))
        measures[f"near_{name}"] = 1.0 - Levenshtein.normalized_distance(_bare(view.text), _bare(first))
        measures[f"mean_{name}"] = view.mean
        measures[f"least_{name}"] = view.least
    ranked = [Weighed(first, first, 0.0)]
    ranked += [Weighed(t, t, -2.0) for t in dict.fromkeys(texts) if t != first]
    return Evidence(tuple(ranked), measures, first)


def _elected(views: Mapping[str, TextView]) -> str:
    """The text with most votes, spaces aside; the most trusted view's where votes are even."""
    votes: dict[str, float] = {}
    spelled: dict[str, str] = {}
    for name, view in views.items():
        key = "".join(view.text.split())
        if key:
            votes[key] = votes.get(key, 0.0) + _VOTES.get(name, 0.5)
            spelled.setdefault(key, view.text)
    return spelled[max(votes, key=lambda key: votes[key])]


def _odd(kind: FieldKind, text: str) -> int:
    """How much of a text cannot be meant.

    Digits inside words (0xygen, Campbel1); in a name also signs that no name has, an H that lost its
    bar (MITCIIELL), a full stop after a long word, a small first letter before capitals, and a word that
    begins with a small L, which a capital I of many faces is (lonics).
    """
    digits = len(re.findall(r"(?<=[A-Za-z]{2})[0158]\b|\b[0158](?=[a-z]{3})|(?<=[A-Za-z])[0158](?=[A-Za-z])", text))
    if kind is not FieldKind.NAME:
        return digits + len(re.findall(r"\bPI\b", text)) + len(re.sub(r"[\w .,'&/()#:;%+\-\"°½]", "", text))
    signs = len(re.sub(r"[^\W\d_]|[ .,'&/()\-]", "", text))
    bars = len(re.findall(r"(?<=[A-HJ-Za-z])I[Il]|I[Il](?=[A-HJ-Z])", text))
    stops = len(re.findall(r"[^\W\d_]{5,}\. ", text))
    small = bool(re.match(r"[a-z]", text)) and text != text.lower()
    ells = len(re.findall(r"(?<![^\W\d_])(?<!['\u2019])l(?=[^\W\d_]{2})", text))
    return digits + signs + bars + stops + small + ells


def _doubt(kind: FieldKind, text: str) -> int:
    """Oddities and accents together: what one reader may have made of dust."""
    return _odd(kind, text) + sum(ord(char) > 0x7F for char in text)  # noqa: PLR2004  (the end of ASCII)


def _close(one: str, other: str) -> bool:
    return int(Levenshtein.distance(one, other)) <= 2  # noqa: PLR2004  (a letter or two)


def _bare(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _log_p(chars: Posteriors | None, texts: list[str]) -> npt.NDArray[np.float64]:
    """The log probability of each text under a folded reading; of a view that read nothing, all alike."""
    if chars is None:
        return np.full(len(texts), _LEAST / 2)
    known = [i for i, text in enumerate(texts) if all(c in INDEX for c in text)]
    out = np.full(len(texts), _LEAST)
    out[known] = log_probability(chars, [texts[i] for i in known])
    return np.asarray(np.maximum(out, _LEAST), dtype=np.float64)


def _prior(on_pattern: bool, value: str | None, rules: Grammar, lexicon: frozenset[str]) -> float:  # noqa: FBT001  (a row of the table, not a switch)
    prior = 0.0 if on_pattern else rules.off
    if value is None and on_pattern:
        prior += _INVALID if rules.kind is not FieldKind.NPI else 0.0
    if value in lexicon:
        prior += _LISTED
    return prior


def _grouped(texts: list[str], values: list[str | None], scores: npt.NDArray[np.float64]) -> list[Weighed]:
    groups: dict[str, Weighed] = {}
    for text, value, score in zip(texts, values, scores, strict=True):
        key = value if value is not None else f"\x00{text}"
        old = groups.get(key)
        if old is None:
            groups[key] = Weighed(value, text, float(score))
        else:
            high, low = max(old.score, float(score)), min(old.score, float(score))
            best_text = old.text if old.score >= score else text
            groups[key] = Weighed(value, best_text, high + math.log1p(math.exp(low - high)))
    return sorted(groups.values(), key=lambda w: w.score, reverse=True)


def _same(value: str | None, text: str, top: Weighed) -> bool:
    return value == top.value if top.value is not None else (value is None and text == top.text)


def _reads_as(kind: FieldKind, view: LineReading, rules: Grammar, latest: dt.date | None) -> str | None:
    """What a view says by itself, without help from the grammar: its normal form, else its folded text."""
    if not view.text:
        return None
    plain = "".join(view.text.upper().split())
    return normalise(kind, view.text, latest=latest) or normalise(kind, rules.written(plain), latest=latest) or plain
