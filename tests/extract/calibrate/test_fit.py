"""Fitting confidence: thresholds that keep their promise, weights that turn the right way."""

import random

import numpy as np

from extract.calibrate.fit import fit_group, threshold
from extract.calibrate.store import Gathered
from extract.calibrate.weigh import Row
from extract.decode.evidence import Evidence, Weighed
from terms.names import FieldKind

VIEWS = ("own", "own_loose", "again")


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


def rows(count: int, seed: int) -> list[Row]:
    """Zones in which agreement of the other reader means right nine times in ten more."""
    rng = random.Random(seed)
    made: list[Row] = []
    for _ in range(count):
        same = rng.random() < 0.7
        right = rng.random() < (0.995 if same else 0.6)
        measures = {f"{what}_{view}": 1.0 - (what == "log_p") * 1.1 for what in ("same", "log_p") for view in VIEWS}
        measures |= {"same_again": float(same), "margin": 9.0 if right else 4.0, "length": 5.0, "listed": 0.0}
        page = {"coarse": 0.0, "height": 0.0, "specks": 1.0, "legibility": 0.9}
        zone = Gathered(FieldKind.NPI, "1", {}, blank=False, faint=False, page=page)
        seen = Evidence((Weighed("1" if right else "2", "1", 0.0),), measures, "1")
        made.append(Row(FieldKind.NPI, "1", zone, {"quick": seen, "full": seen}))
    return made


def test_agreement_never_lowers_confidence() -> None:
    """Fitted weights of agreement and margin are not negative, whatever the chance of the sample."""
    table = fit_group(rows(600, 4), (FieldKind.NPI,), "quick")["npi"]
    weights = table["weights"]
    assert isinstance(weights, dict)
    assert weights["same_again"] > 0
    assert all(weights.get(name, 0.0) >= 0 for name in ("margin", "same_own", "log_p_own"))


def test_same_input_gives_the_same_table() -> None:
    """Fitting is deterministic."""
    assert fit_group(rows(200, 1), (FieldKind.NPI,), "quick") == fit_group(rows(200, 1), (FieldKind.NPI,), "quick")
