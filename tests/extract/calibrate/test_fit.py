"""Fitting confidence: thresholds that keep their promise, weights that turn the right way."""

import random

import numpy as np

from extract.calibrate.fit import fit_group, threshold
from terms.names import FieldKind


def test_threshold_keeps_the_target() -> None:
    """Above the threshold the wrong ones, and one more, stay under the target share."""
    sure = np.linspace(1.0, 0.5, 1000)
    right = np.ones(1000)
    right[[600, 601, 602, 900]] = 0.0
    accept = threshold(sure, right, 0.004)
    above = sure >= accept
    assert (above & (right == 0)).sum() + 1 <= 0.004 * above.sum()
    assert above.sum() >= 600


def test_too_few_values_buy_no_threshold() -> None:
    """Fifty right ones prove nothing about one in five hundred: never accept."""
    assert threshold(np.full(50, 0.99), np.ones(50), 0.002) > 1.0


def rows(count: int, seed: int) -> list[dict[str, object]]:
    """Collected zones in which agreement of the second reader means right nine times in ten more."""
    rng = random.Random(seed)
    made: list[dict[str, object]] = []
    for _ in range(count):
        same = rng.random() < 0.7
        right = rng.random() < (0.995 if same else 0.6)
        measures = {f"same_{i}": 1.0 for i in range(3)} | {f"log_p_{i}": -0.1 for i in range(3)}
        measures |= {"same_2": float(same), "margin": 9.0 if right else 4.0, "length": 5.0}
        page = {"coarse": 0.0, "height": 0.0, "specks": 1.0, "legibility": 0.9}
        made.append({
            "kind": "npi", "value": "1", "truth": "1" if right else "2", "measures": measures, "page": page,
        })  # fmt: skip
    return made


def test_agreement_never_lowers_confidence() -> None:
    """Fitted weights of agreement and margin are not negative, whatever the chance of the sample."""
    table = fit_group(rows(600, 4), (FieldKind.NPI,), 0.05)["npi"]
    weights = table["weights"]
    assert isinstance(weights, dict)
    assert weights["same_2"] > 0
    assert all(weights[name] >= 0 for name in ("margin", "same_0", "log_p_0"))


def test_same_input_gives_the_same_table() -> None:
    """Fitting is deterministic."""
    assert fit_group(rows(200, 1), (FieldKind.NPI,), 0.05) == fit_group(rows(200, 1), (FieldKind.NPI,), 0.05)
