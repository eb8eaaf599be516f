"""Fit the confidence tables from collected zones, and set the thresholds.

``python -m extract.calibrate.fit COLLECTED… --panel ppocr+tesseract [--out FILE]``

One logistic model for all kinds with a grammar, one for names, one for other text: errors are rare,
so kinds share their weights and differ by an intercept. A measure may only count the way it must
(agreement never lowers confidence): weights that come out the other way are held at zero. The
threshold is the lowest confidence above which wrong values stay under the target share, counted
with one more than were seen; ``bench/readers.py`` then measures it on other faces. Deterministic.
"""

import argparse
import json
import math
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

from extract.decode.confidence import CODES, TABLE, features
from terms.names import FieldKind

Rows = list[dict[str, object]]
Floats = npt.NDArray[np.float64]
_RIDGE = 1.0
_ROUNDS = 60
_CODE_SIGNS = {
    "margin": 1, "log_p_0": 1, "log_p_1": 1, "log_p_2": 1, "log_p_3": 1, "same_0": 1, "same_1": 1, "same_2": 1,
    "same_3": 1, "coarse": -1, "height": 1, "specks": -1,
}  # fmt: skip
_TEXT_SIGNS = {
    "length": -1, "odd": -1, "coarse": -1, "height": 1, "specks": -1, "same_second": 1, "same_again": 1, "same_own": 1,
    "same_first": 1, "alike_second": 1, "alike_again": 1, "alike_own": 1, "near_second": 1, "near_again": 1,
    "near_own": 1, "mean_first": -1, "least_first": -1, "mean_second": -1, "mean_again": -1, "least_again": -1,
    "mean_own": -1, "least_own": -1,
}  # fmt: skip
"""The measures that count, and which way (confidences enter as the logarithm of what is missing to 1)."""
_GROUPS: tuple[tuple[tuple[FieldKind, ...], float], ...] = (
    (tuple(sorted(CODES)), 0.002),
    ((FieldKind.NAME,), 0.004),
    ((FieldKind.ADDRESS, FieldKind.TEXT, FieldKind.CHOICE), 0.01),
)
"""Kinds fitted together, and the share of wrong values among accepted ones that is aimed at."""


def fit_group(rows: Rows, kinds: tuple[FieldKind, ...], target: float) -> dict[str, dict[str, object]]:
    """Fit the kinds of a group together; gives each kind's table. ``rows`` are all collected zones."""
    names = {kind.value for kind in kinds}
    used = [r for r in rows if r["kind"] in names and r["value"] is not None and not _never_accepted(r)]
    signs = _CODE_SIGNS if kinds[0] in CODES else _TEXT_SIGNS
    inputs = [features(_floats(r["measures"]), _floats(r["page"])) for r in used]
    shared = [n for n in signs if any(n in i for i in inputs)]
    own = [kind.value for kind in kinds]
    x = np.array(
        [
            [i.get(n, 0.0) for n in shared] + [float(r["kind"] == k) for k in own]
            for i, r in zip(inputs, used, strict=True)
        ]
    )
    y = np.array([r["value"] == r["truth"] for r in used], dtype=float)
    held = np.array([signs[n] for n in shared] + [0] * len(own))
    agree = np.array([_agrees(_floats(r["measures"]), kinds[0]) for r in used])
    weights, intercept = _signed_newton(x, y, held)
    sure = 1 / (1 + np.exp(-np.clip(x @ weights + intercept, -30, 30)))
    accept = threshold(sure[agree], y[agree], target)
    tables: dict[str, dict[str, object]] = {}
    for place, kind in enumerate(own):
        mine = np.array([r["kind"] == kind for r in used])
        tables[kind] = {
            "accept": round(accept, 5),
            "intercept": round(intercept + float(weights[len(shared) + place]), 5),
            "weights": {n: round(float(w), 5) for n, w in zip(shared, weights, strict=False)},
            "values": len(used),
            "right": int(y.sum()),
            "of_kind": int(mine.sum()),
        }
    return tables


def _never_accepted(row: dict[str, object]) -> bool:
    """Values that ``extract.zone`` holds back by rule: they must not lower the confidence of others."""
    return row["kind"] == FieldKind.CODE.value and str(row["value"])[0] in "01"


def threshold(confidence: Floats, right: Floats, target: float) -> float:
    """The lowest confidence from which on wrong values stay under ``target``; 1.01 (never) if there is none.

    The share of wrong values is taken with one wrong value more than were seen, so that few values
    cannot buy a low threshold.
    """
    order = np.argsort(-confidence, kind="stable")
    wrong = np.cumsum(1.0 - right[order])
    fine = (wrong + 1.0) / np.arange(1, len(order) + 1) <= target
    if not fine.any():
        return 1.01
    return float(max(0.5, confidence[order][int(np.flatnonzero(fine)[-1])]))


def _signed_newton(x: Floats, y: Floats, signs: npt.NDArray[np.int64]) -> tuple[Floats, float]:
    """Fit, hold at zero what came out the wrong way, and fit again until nothing does."""
    spread = np.where(signs == 0, 1.0, np.maximum(x.std(axis=0), 1e-3))
    mean = np.where(signs == 0, 0.0, x.mean(axis=0))
    free = np.ones(len(signs), dtype=bool)
    while True:
        weights = np.zeros(len(signs))
        weights[free], intercept = _newton(((x - mean) / spread)[:, free], y)
        wrong = free & (weights * signs < 0)
        if not wrong.any():
            slopes = weights / spread
            return slopes, intercept - float((slopes * mean).sum())
        free &= ~wrong


def _newton(x: Floats, y: Floats) -> tuple[Floats, float]:
    full = np.column_stack([x, np.ones(len(y))])
    ridge = np.eye(full.shape[1]) * _RIDGE
    ridge[-1, -1] = 0.05
    beta = np.zeros(full.shape[1])
    for _ in range(_ROUNDS):
        p = 1 / (1 + np.exp(-np.clip(full @ beta, -30, 30)))
        gradient = full.T @ (y - p) - ridge @ beta
        hessian = (full * (p * (1 - p))[:, None]).T @ full + ridge
        step = np.linalg.solve(hessian, gradient)
        beta += np.clip(step, -2, 2)
        if float(np.abs(step).max()) < 1e-8:  # noqa: PLR2004  (converged)
            break
    return beta[:-1], float(beta[-1])


def _agrees(measures: dict[str, float], kind: FieldKind) -> bool:
    """The rule of ``extract.zone``: two different readers see the value."""
    if kind not in CODES:
        seen = measures["alike_first"] or measures.get("alike_again", 0.0)
        return bool(seen + measures["alike_second"] + measures.get("alike_own", 0.0) >= 2)  # noqa: PLR2004  (two readers)
    first = measures["same_0"] or measures["same_1"] or max(measures["log_p_0"], measures["log_p_1"]) > -1.0
    own = measures.get("same_3", 0.0) or measures.get("log_p_3", -math.inf) > -1.0
    return bool(first + measures["same_2"] + own >= 2)  # noqa: PLR2004  (two of two or three)


def _floats(value: object) -> dict[str, float]:
    assert isinstance(value, dict)
    return value


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("collected", type=Path, nargs="+")
    parser.add_argument("--panel", required=True, help="the readers' names joined by +")
    parser.add_argument("--out", type=Path, default=TABLE)
    options = parser.parse_args()
    rows: Rows = [json.loads(line) for path in options.collected for line in path.read_text().splitlines()]
    kinds = {name: table for group, target in _GROUPS for name, table in fit_group(rows, group, target).items()}
    tables = json.loads(options.out.read_text()) if options.out.is_file() else {"panels": {}}
    tables["panels"][options.panel] = {"kinds": kinds, "zones": len(rows)}
    tables["version"] = f"{options.panel}:{len(rows)}"
    options.out.write_text(json.dumps(tables, indent=1, sort_keys=True) + "\n")
    for name, table in kinds.items():
        sys.stdout.write(f"{name:10s} values {table['of_kind']} accept from {table['accept']}\n")


if __name__ == "__main__":
    main()
