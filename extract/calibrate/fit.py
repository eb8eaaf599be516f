"""Fit the confidence tables from collected zones, and set the thresholds.

``python -m extract.calibrate.fit COLLECTED… [--out FILE]``

For each stage of reading one logistic model for all kinds with a grammar, one for names, one for
other text: errors are rare, so kinds share their weights and differ by an intercept. The second
stage is fitted on the zones that the first left in doubt, for those alone are what it meets. A
measure may only count the way it must (agreement never lowers confidence): weights that come out the
other way are held at zero. For each target a threshold is the lowest confidence above which wrong
values stay under that share, counted with one more than were seen; ``bench/readers.py`` then
measures it on other faces. Deterministic.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from extract.calibrate.sheets import FIT_FACES
from extract.calibrate.weigh import Row, weigh
from extract.decode.agree import two_agree
from extract.decode.confidence import NEVER, TABLE, TARGETS, Judge, default_targets, features
from extract.decode.grammar import CODES
from extract.readers.own import own
from extract.views import FULL, QUICK
from extract.zone import is_deceptive
from terms.names import FieldKind

Floats = npt.NDArray[np.float64]
Tables = dict[str, dict[str, object]]
_RIDGE = 1.0
_ROUNDS = 60
_VIEWS = ("own", "own_loose", "first", "again", "second")
_CODE_SIGNS = {
    "margin": 1, "listed": 1, "coarse": -1, "height": 1, "specks": -1,
    **{f"log_p_{view}": 1 for view in _VIEWS}, **{f"same_{view}": 1 for view in _VIEWS},
}  # fmt: skip
_TEXT_SIGNS = {
    "length": -1, "odd": -1, "rival": -1, "coarse": -1, "height": 1, "specks": -1,
    **{f"{what}_{view}": 1 for what in ("same", "alike", "near") for view in _VIEWS},
    **{f"{what}_{view}": -1 for what in ("mean", "least") for view in _VIEWS},
}  # fmt: skip
"""The measures that count, and which way (confidences enter as the logarithm of what is missing to 1)."""
GROUPS: tuple[tuple[FieldKind, ...], ...] = (
    tuple(sorted(CODES)),
    (FieldKind.NAME,),
    (FieldKind.ADDRESS, FieldKind.TEXT, FieldKind.CHOICE),
)
"""Kinds fitted together."""


def fit_stages(rows: Sequence[Row]) -> dict[str, Tables]:
    """Fit both stages; gives, for each, every kind's table. Kinds fitted together share their thresholds."""
    targets = default_targets()
    stages: dict[str, Tables] = {QUICK: {}, FULL: {}}
    for kinds in GROUPS:
        mine = [r for r in rows if r.kind in kinds and r.stages]
        quick = fit_group(mine, kinds, QUICK)
        sure, right = _scores(mine, quick, QUICK)
        alone = threshold(sure, right, targets[kinds[0]])
        doubtful = [r for r, s in zip(mine, sure, strict=True) if s < alone]
        full = fit_group(doubtful, kinds, FULL)
        again, right_then = _scores(mine, full, FULL)
        best, good = np.maximum(sure, again), np.where(again > sure, right_then, right)
        accept = {str(share): round(threshold(best, good, share), 5) for share in TARGETS}
        for stage, tables in ((QUICK, quick), (FULL, full)):
            stages[stage] |= {kind: table | {"accept": accept} for kind, table in tables.items()}
    return stages


def fit_group(rows: Sequence[Row], kinds: tuple[FieldKind, ...], stage: str) -> Tables:
    """Fit the model of a group's kinds at one stage; gives each kind's table, still without thresholds."""
    used = [r for r in rows if (value := r.value(stage)) and not is_deceptive(r.kind, value, _measures(r, stage))]
    signs = _CODE_SIGNS if kinds[0] in CODES else _TEXT_SIGNS
    inputs = [features(_measures(r, stage), r.zone.page) for r in used]
    shared = [n for n in signs if any(n in i for i in inputs)]
    own_kinds = [kind.value for kind in kinds]
    x = np.array(
        [
            [i.get(n, 0.0) for n in shared] + [float(r.kind.value == k) for k in own_kinds]
            for i, r in zip(inputs, used, strict=True)
        ]
    )
    y = np.array([r.value(stage) == r.truth for r in used], dtype=float)
    held = np.array([signs[n] for n in shared] + [0] * len(own_kinds))
    weights, intercept = _signed_newton(x, y, held)
    return {
        kind: {
            "intercept": round(intercept + float(weights[len(shared) + place]), 5),
            "weights": {n: round(float(w), 5) for n, w in zip(shared, weights, strict=False) if w},
            "values": len(used),
            "right": int(y.sum()),
            "of_kind": sum(r.kind.value == kind for r in used),
        }
        for place, kind in enumerate(own_kinds)
    }


def _scores(rows: Sequence[Row], tables: Tables, stage: str) -> tuple[Floats, Floats]:
    """Each row's confidence at a stage, 0 where rules forbid to accept it, and whether its value is right."""
    sure = [judged(tables[r.kind.value], r, stage) if may_accept(r, stage) else 0.0 for r in rows]
    return np.array(sure), np.array([r.value(stage) == r.truth for r in rows], dtype=float)


def may_accept(row: Row, stage: str) -> bool:
    """Say whether rules allow a row's value to be accepted, however sure it is: ``extract.zone``'s own."""
    value = row.value(stage)
    if value is None or is_deceptive(row.kind, value, _measures(row, stage)):
        return False
    return two_agree(row.kind, _measures(row, stage))


def judged(table: dict[str, object], row: Row, stage: str) -> float:
    """The confidence that a table gives a row."""
    return as_judge(table).confidence(row.stages[stage], row.zone.page)


def as_judge(table: dict[str, object]) -> Judge:
    """A fitted table as the judge that a running Inlet makes of it."""
    weights, accept = table["weights"], table.get("accept", {})
    assert isinstance(weights, dict)
    assert isinstance(accept, dict)
    return Judge(weights, float(str(table["intercept"])), {float(share): at for share, at in accept.items()})


def threshold(confidence: Floats, right: Floats, target: float) -> float:
    """The lowest confidence from which on wrong values stay under ``target``; ``NEVER`` if there is none.

    The share of wrong values is taken with one wrong value more than were seen, so that few values
    cannot buy a low threshold.
    """
    order = np.argsort(-confidence, kind="stable")
    wrong = np.cumsum(1.0 - right[order])
    fine = (wrong + 1.0) / np.arange(1, len(order) + 1) <= target
    if not fine.any():
        return NEVER
    return float(max(0.5, confidence[order][int(np.flatnonzero(fine)[-1])]))


def _measures(row: Row, stage: str) -> dict[str, float]:
    return dict(row.stages[stage].measures)


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


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("collected", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=TABLE)
    options = parser.parse_args()
    rows = [
        row
        for path in options.collected
        for row in weigh(path, own())
        if row.zone.about["face"] in FIT_FACES and row.zone.text.isascii()
    ]
    stages = fit_stages(rows)
    tables = {"version": f"{QUICK}+{FULL}:{len(rows)}", "zones": len(rows), "stages": stages}
    options.out.write_text(json.dumps(tables, indent=1, sort_keys=True) + "\n")
    targets = default_targets()
    for stage, kinds in stages.items():
        for name, table in kinds.items():
            accept = as_judge(table).threshold(targets[FieldKind(name)])
            sys.stdout.write(f"{stage:5s} {name:10s} values {table['of_kind']} accept from {accept}\n")


if __name__ == "__main__":
    main()
