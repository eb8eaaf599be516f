"""How likely a line was written by hand: a fitted judgement over the measures of its ink."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from extract.handwriting.strokes import Numbers, measure
from extract.page.upright import Grey

WEIGHTS = Path(__file__).parent / "judge.json"


@dataclass(frozen=True, slots=True)
class _Fitted:
    mean: Numbers
    spread: Numbers
    weights: Numbers
    threshold: float


def threshold() -> float:
    """The chance from which a single line is called handwriting: few typed lines reach it (see ``judge.json``)."""
    return _fitted().threshold


def probability(ink: Grey) -> float | None:
    """The chance (0 to 1) that a line was written by hand, None where there is too little ink to tell."""
    row = measure(ink)
    if row is None:
        return None
    fitted = _fitted()
    score = float((expanded(((row - fitted.mean) / fitted.spread)[None]) @ fitted.weights)[0])
    return float(1 / (1 + np.exp(-np.clip(score, -30, 30))))


def expanded(rows: Numbers) -> Numbers:
    """Standardised measures with a constant and every product of two of them; outliers are held at 4 spreads."""
    rows = np.clip(rows, -4, 4)
    first, second = np.triu_indices(rows.shape[1])
    return np.hstack([np.ones((len(rows), 1)), rows, rows[:, first] * rows[:, second]])


@cache
def _fitted() -> _Fitted:
    card = json.loads(WEIGHTS.read_text("utf-8"))
    return _Fitted(
        np.array(card["mean"]), np.array(card["spread"]), np.array(card["weights"]), float(card["threshold"])
    )
