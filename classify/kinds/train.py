"""Fit the classifier of page kinds and record its scores: ``python -m classify.kinds.train [--seed N] [--pages N]``.

Temperature and thresholds come from networks that were fitted on four fifths of the wordings and
asked about pages of the last fifth that the rules are not sure of, five times. The network that
is kept learns from all wordings and is scored on ``held_out.toml``, which nothing is fitted on.
Takes some minutes of one core.
"""

import argparse
import json
import math
import random
import sys
from collections.abc import Sequence
from typing import NamedTuple

import spacy

from classify.kinds.draw import draw_page, held_out, page_of
from classify.kinds.network import KINDS, Network
from classify.kinds.opinion import CARD, WEIGHTS, opinion
from classify.kinds.tokens import features
from classify.pages import KindVerdict, is_weak, judge_by_rules, judge_page, may_overrule
from terms.names import PageKind

VERSION = "page-kinds-1"
_FOLDS = 5
_ROUNDS = 8
_WHOLE = 5
"""Lines of a page that the threshold is found on: with fewer, not even a person could tell."""
_ELSE = 0.3
"""Papers that are none of the kinds, against pages of one kind: they are rare, and the rules know none."""
NOISES = (0.0, 0.02, 0.05, 0.08)
_RIGHT_ENOUGH = 0.97
_OVERRULES = 0.99
_LOWEST = 30


class Set(NamedTuple):
    """Pages as features with their kinds, and what the rules say of them (empty where nobody asked them)."""

    pages: list[list[str]]
    kinds: list[PageKind]
    verdicts: list[KindVerdict]


class Answer(NamedTuple):
    """What the network said of a page, what the rules had said, and what it was."""

    kind: PageKind
    probability: float
    rules: KindVerdict
    true: PageKind

    @property
    def is_right(self) -> bool:
        """Say whether the network was right."""
        return self.kind is self.true


def drawn(seed: str, count: int, *, fold: int | None = None) -> Set:
    """``count`` pages of each kind."""
    rng = random.Random(seed)  # noqa: S311  (seeded pages, not a secret)
    found = Set([], [], [])
    for kind in KINDS:
        for _ in range(count):
            found.pages.append(features(draw_page(rng, kind, fold=fold, folds=_FOLDS)))
            found.kinds.append(kind)
    return found


def doubtful(seed: str, count: int, *, fold: int) -> Set:
    """Those of ``count`` pages of each kind that the rules are not sure of: what the network will be asked about."""
    rng = random.Random(seed)  # noqa: S311  (seeded pages, not a secret)
    found = Set([], [], [])
    for kind in KINDS:
        share = _ELSE if kind is PageKind.UNKNOWN else 1.0
        for _ in range(round(count * share)):
            page = draw_page(rng, kind, fold=fold, folds=_FOLDS, least=_WHOLE)
            verdict = judge_by_rules(page)
            if is_weak(verdict):
                found.pages.append(features(page))
                found.kinds.append(kind)
                found.verdicts.append(verdict)
    return found


def _best(row: Sequence[float]) -> tuple[PageKind, float]:
    at = max(range(len(row)), key=row.__getitem__)
    return KINDS[at], row[at]


def _loss(scores: Sequence[Sequence[float]], kinds: Sequence[PageKind], temperature: float) -> float:
    total = 0.0
    for row, kind in zip(scores, kinds, strict=True):
        powered = [p ** (1 / temperature) for p in row]
        total -= math.log(powered[KINDS.index(kind)] / sum(powered))
    return total / len(kinds)


def calibrate(seed: int, count: int) -> dict[str, object]:
    """Temperature, thresholds and what they gave on wordings that the networks had not seen."""
    scores: list[list[float]] = []
    asked = Set([], [], [])
    for fold in range(_FOLDS):
        network = Network()
        learned = drawn(f"{seed}:learn:{fold}", count, fold=~fold)
        network.fit(learned.pages, learned.kinds, seed=seed, rounds=_ROUNDS)
        part = doubtful(f"{seed}:ask:{fold}", count // 2, fold=fold)
        scores += network.scores(part.pages)
        asked.pages.extend(part.pages)
        asked.kinds.extend(part.kinds)
        asked.verdicts.extend(part.verdicts)
        _say(f"fold {fold + 1} of {_FOLDS}")
    temperature = min((t / 10 for t in range(3, 60)), key=lambda t: _loss(scores, asked.kinds, t))
    sharp = [[p ** (1 / temperature) for p in row] for row in scores]
    best = [_best([p / sum(row) for p in row]) for row in sharp]
    answers = [
        Answer(kind, p, rules, true)
        for (kind, p), rules, true in zip(best, asked.verdicts, asked.kinds, strict=True)
        if kind not in {PageKind.UNKNOWN, rules.kind} and may_overrule(rules.kind, kind)
    ]
    against = [a for a in answers if a.rules.kind is not PageKind.UNKNOWN]
    agreed = [a for a in answers if a.kind in a.rules.leaning]
    alone = [a for a in answers if a not in against and a not in agreed]
    thresholds = (_threshold(alone, _RIGHT_ENOUGH), _threshold(agreed, _RIGHT_ENOUGH), _threshold(against, _OVERRULES))
    told = [
        [a for a in part if a.probability >= enough]
        for part, enough in zip((alone, agreed, against), thresholds, strict=True)
    ]
    names = ("alone", "agreed", "against")
    return {
        "temperature": temperature,
        **dict(zip(("threshold", "threshold_agreed", "threshold_against"), thresholds, strict=True)),
        "unseen_wordings": {
            "pages": len(asked.kinds), "of_them_none_of_the_kinds": asked.kinds.count(PageKind.UNKNOWN),
            "rules_right": sum(v.kind is k for v, k in zip(asked.verdicts, asked.kinds, strict=True)),
            **{f"answers_{name}": len(part) for name, part in zip(names, told, strict=True)},
            **{f"right_{name}": sum(a.is_right for a in part) for name, part in zip(names, told, strict=True)},
        },
    }  # fmt: skip


def _threshold(answers: Sequence[Answer], wanted: float) -> float:
    """The lowest probability from which at least the wanted share of answers is right."""
    for at in range(_LOWEST, 100):
        told = [a for a in answers if a.probability * 100 >= at]
        if sum(a.is_right for a in told) >= wanted * len(told):
            return at / 100
    return 1.0


def score() -> dict[str, dict[str, int]]:
    """Right, unknown and wrong answers on the held-out pages at each rate of misread letters, for the kept network.

    ``rules_right`` is what the rules alone name; ``model_`` what the network alone does with its threshold;
    ``right``, ``unknown``, ``wrong`` what both give together (:func:`classify.pages.judge_page`).
    """
    found: dict[str, dict[str, int]] = {}
    for noise in NOISES:
        rng = random.Random(noise)  # noqa: S311  (seeded pages, not a secret)
        names = ("pages", "rules_right", "rules_wrong", "model_right", "model_wrong", "right", "wrong")
        tally = dict.fromkeys(names, 0)
        for true, title, body in held_out():
            page = page_of(rng, true, title, body, noise=noise)
            view = opinion(page)
            tally["pages"] += 1
            for who, kind in (
                ("rules_", judge_by_rules(page).kind),
                ("model_", view.kind if view.sure else PageKind.UNKNOWN),
                ("", judge_page(page).kind),
            ):
                if kind is not PageKind.UNKNOWN:
                    tally[f"{who}{'right' if kind is true else 'wrong'}"] += 1
        found[f"{noise:.2f}"] = tally
    return found


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """Fit, score, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--pages", type=int, default=600, help="pages of each kind")
    options = parser.parse_args()
    figures = calibrate(options.seed, options.pages)
    _say(json.dumps(figures))
    network = Network()
    learned = drawn(f"{options.seed}:learn", options.pages)
    network.fit(learned.pages, learned.kinds, seed=options.seed, rounds=_ROUNDS)
    WEIGHTS.write_bytes(network.to_bytes())
    card: dict[str, object] = {
        "version": VERSION, "spacy": spacy.__version__, "seed": options.seed, "pages_of_each_kind": options.pages,
        "rounds": _ROUNDS, **figures,
    }  # fmt: skip
    CARD.write_text(json.dumps(card, indent=2) + "\n", "utf-8")
    card["held_out"] = score()
    _say(json.dumps(card["held_out"]))
    CARD.write_text(json.dumps(card, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
