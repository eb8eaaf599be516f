"""Candidate texts of a CTC posterior, and the exact probability of any text under it."""

import string
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from extract.decode.grammar import Grammar
from extract.decode.pattern import Pattern
from extract.readers.reading import ALPHABET, INDEX, OTHER, Posteriors

_FLOOR = 1e-6
_OPTIONAL = 0.02
_LEAST = 3e-4
_CHOICES = 6
_BEAM = 28
_LOWER = np.array([INDEX[c] for c in string.ascii_lowercase])
_UPPER = np.array([INDEX[c] for c in string.ascii_uppercase])
_SPACE = INDEX[" "]
_LENT = 0.0015
_ALIKE = (
    ("0", "ODQ"), ("O", "0"), ("D", "0"), ("Q", "0"), ("1", "IL7"), ("I", "1"), ("L", "1"), ("8", "B"), ("B", "8"),
    ("5", "S"), ("S", "5"), ("2", "Z"), ("Z", "2"), ("6", "G"), ("G", "6C"), ("C", "G"), ("E", "F"), ("F", "EP"),
    ("4", "A"), ("A", "4"), ("7", "1T"), ("T", "7"), ("P", "F"), ("U", "V"), ("V", "U"), ("M", "N"), ("3", "8"),
)  # fmt: skip
"""Look-alikes on a fax: a general reader is often certain of the wrong one where only the position can tell."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text that a reading may mean, with its log probability under the reading (grammar aside)."""

    text: str
    log_p: float
    on_pattern: bool


_FROM = np.array([INDEX[char] for char, alike in _ALIKE for _other in alike])
_TO = np.array([INDEX[other] for _char, alike in _ALIKE for other in alike])
_QUIET = 0.999


def folded(chars: Posteriors) -> Posteriors:
    """Raise the case and turn spaces into blanks: what codes, dates and numbers are compared by.

    Each character lends a little to those that look like it, and of a run of steps at which nothing
    stands only the first is kept: a fine-grained reader would else take most of the time for them.
    """
    out = chars.astype(np.float32, copy=True)
    out[:, _UPPER] += out[:, _LOWER]
    out[:, _LOWER] = 0.0
    out[:, 0] += out[:, _SPACE]
    out[:, _SPACE] = 0.0
    quiet = out[:, 0] > _QUIET
    out = out[~(quiet & np.concatenate([[False], quiet[:-1]]))]
    np.add.at(out.T, _TO, _LENT * out.T[_FROM])
    return np.asarray(out / out.sum(axis=1, keepdims=True), dtype=np.float32)


def decode(chars: Posteriors, grammar: Grammar, *, most: int = 8) -> list[Decoded]:
    """Give the likeliest texts of a :func:`folded` reading, those of the grammar preferred; best first.

    Texts are folded (upper case, no spaces). Scores are exact CTC log probabilities; texts off the
    pattern are priced by ``grammar.off`` when they are ranked. An empty text is never given.
    """
    proposals = _propose(_slots(chars), grammar)
    if not proposals:
        return []
    exact = log_probability(chars, [text for text, _on in proposals])
    found = [Decoded(text, float(p), on) for (text, on), p in zip(proposals, exact, strict=True)]
    found.sort(key=lambda d: d.log_p + (0.0 if d.on_pattern else grammar.off), reverse=True)
    return found[:most]


def log_probability(chars: Posteriors, texts: list[str]) -> npt.NDArray[np.float64]:
    """The exact log probability of each (non-empty) text under a CTC posterior, all at once.

    The standard forward sum over all alignments, in scaled probabilities; a text longer than the
    posterior's steps gets a very low value.
    """
    longest = max(len(text) for text in texts)
    states = 2 * longest + 1
    labels = np.zeros((len(texts), states), dtype=np.int64)
    ends = np.array([2 * len(text) for text in texts])
    for row, text in enumerate(texts):
        labels[row, 1 : 2 * len(text) : 2] = [INDEX[char] for char in text]
    skip = np.zeros_like(labels, dtype=bool)
    skip[:, 3::2] = labels[:, 3::2] != labels[:, 1:-2:2]
    emit = np.maximum(chars.astype(np.float64), _FLOOR)
    alpha = np.zeros((len(texts), states))
    alpha[:, 0], alpha[:, 1] = emit[0, 0], emit[0, labels[:, 1]]
    log_scale = np.zeros(len(texts))
    for step in emit[1:]:
        moved = alpha.copy()
        moved[:, 1:] += alpha[:, :-1]
        moved[:, 2:] += alpha[:, :-2] * skip[:, 2:]
        alpha = moved * step[labels]
        total = np.maximum(alpha.sum(axis=1), 1e-300)
        alpha /= total[:, None]
        log_scale += np.log(total)
    rows = np.arange(len(texts))
    last = alpha[rows, ends] + alpha[rows, ends - 1]
    return np.asarray(log_scale + np.log(np.maximum(last, 1e-300)), dtype=np.float64)


def _slots(chars: Posteriors) -> list[list[tuple[str, float]]]:
    """Turn steps into slots: at each, the characters that may stand there (``""`` = none) with log weights."""
    best = chars.argmax(axis=1)
    slots: list[list[tuple[str, float]]] = []
    start = 0
    while start < len(best):
        end = start + 1
        while end < len(best) and best[end] == best[start]:
            end += 1
        run = chars[start:end]
        if best[start] != 0:
            slots.append(_choices(run.max(axis=0), float(run[:, 0].min())))
        else:
            slots.extend(_choices(step, float(step[0])) for step in run if 1.0 - step[0] > _OPTIONAL)
        start = end
    return slots


def _choices(weights: npt.NDArray[np.float32], blank: float) -> list[tuple[str, float]]:
    weights = weights.copy()
    weights[0] = blank
    weights[INDEX[OTHER]] = 0.0
    order = np.argsort(weights)[::-1][:_CHOICES]
    found = [(ALPHABET[i] if i else "", float(np.log(weights[i]))) for i in order if weights[i] > _LEAST]
    if blank > _LEAST and all(char for char, _weight in found):
        found.append(("", float(np.log(max(blank, _FLOOR)))))
    return found


def _propose(slots: list[list[tuple[str, float]]], grammar: Grammar) -> list[tuple[str, bool]]:
    """Walk the slots with a beam; keep texts inside the pattern and the likeliest outside it."""
    pattern = grammar.pattern
    beam: dict[str, tuple[float, int]] = {"": (0.0, pattern.start)}
    for slot in slots:
        grown: dict[str, tuple[float, int]] = {}
        for text, (score, state) in beam.items():
            for char, weight in slot:
                longer = text + char
                after = pattern.step(state, char) if char else state
                value = score + weight + (grammar.off if after == Pattern.DEAD and state != Pattern.DEAD else 0.0)
                if longer not in grown or value > grown[longer][0]:
                    grown[longer] = (value, after)
        if len(grown) > _BEAM:
            ranked = sorted(grown.items(), key=lambda item: item[1][0], reverse=True)
            kept = ranked[:_BEAM]
            kept += [item for item in ranked[_BEAM:] if item[1][1] != Pattern.DEAD][: _BEAM // 2]
            grown = dict(kept)
        beam = grown
    done = [
        (
            score + (0.0 if pattern.accepts(state) or state == Pattern.DEAD else grammar.off),
            text,
            pattern.accepts(state),
        )
        for text, (score, state) in beam.items()
        if text
    ]
    done.sort(reverse=True)
    inside = [(text, True) for _score, text, on in done if on][:8]
    outside = [(text, False) for _score, text, on in done if not on][:4]
    return inside + outside
