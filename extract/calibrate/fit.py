"""Fit the confidence tables from collected zones, and set each kind's threshold.

``python -m extract.calibrate.fit COLLECTED… --panel ppocr+tesseract [--out FILE]``

A logistic model per kind with a strong ridge, fitted by Newton's method on one half of the sheets;
the threshold is the lowest confidence above which the other half, and all of it together, stays
under the target share of wrong values with a margin for chance (the upper end of a one-sided
interval). Deterministic: the same input gives the same table.
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
_TARGET = 0.003
_RIDGE = 2.0
_ROUNDS = 40
_CODE_INPUTS = (
    "margin", "length", "log_p_0", "log_p_1", "log_p_2", "log_p_3", "same_0", "same_1", "same_2", "same_3",
    "legibility", "coarse", "height", "specks",
)  # fmt: skip
_TEXT_INPUTS = (
    "length", "same_1", "same_2", "alike_1", "alike_2", "near_1", "near_2", "mean_0", "least_0", "mean_1", "mean_2",
    "least_2", "legibility", "coarse", "height", "specks",
)  # fmt: skip
_GROUPS: dict[FieldKind, tuple[FieldKind, ...]] = {
    FieldKind.ADDRESS: (FieldKind.ADDRESS, FieldKind.TEXT),
    FieldKind.TEXT: (FieldKind.ADDRESS, FieldKind.TEXT),
    FieldKind.CHOICE: (FieldKind.NAME, FieldKind.TEXT),
    FieldKind.QUANTITY: (FieldKind.QUANTITY, FieldKind.MODIFIER),
    FieldKind.MODIFIER: (FieldKind.QUANTITY, FieldKind.MODIFIER),
}
"""Kinds too rare on the sheets to stand alone are fitted with their like."""


def fit_kind(rows: Rows, kind: FieldKind) -> dict[str, object]:
    """Fit one kind's table; ``rows`` are all collected zones."""
    group = {k.value for k in _GROUPS.get(kind, (kind,))}
    used = [r for r in rows if r["kind"] in group and r["value"] is not None]
    names: tuple[str, ...] = _CODE_INPUTS if kind in CODES else _TEXT_INPUTS
    inputs = [features(_floats(r["measures"]), _floats(r["page"])) for r in used]
    names = tuple(n for n in names if any(n in i for i in inputs))
    x = np.array([[i.get(n, 0.0) for n in names] for i in inputs])
    y = np.array([r["value"] == r["truth"] for r in used], dtype=float)
    mean, spread = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-3)
    agree = np.array([_agrees(_floats(r["measures"]), kind) for r in used])
    weights, intercept = _newton((x - mean) / spread, y)
    slopes = weights / spread
    offset = intercept - float((slopes * mean).sum())
    held = _held_out((x - mean) / spread, y)
    accept = threshold(held[agree], y[agree])
    return {
        "accept": round(accept, 5),
        "intercept": round(offset, 5),
        "weights": {n: round(float(w), 5) for n, w in zip(names, slopes, strict=True)},
        "values": len(used),
        "right": int(y.sum()),
    }


def threshold(confidence: npt.NDArray[np.float64], right: npt.NDArray[np.float64]) -> float:
    """The lowest confidence from which on wrong values stay under the target; 1.01 (never) if there is none.

    The share of wrong values is taken with half a wrong value more than were seen, so that few
    values cannot buy a low threshold.
    """
    order = np.argsort(-confidence, kind="stable")
    wrong = np.cumsum(1.0 - right[order])
    count = np.arange(1, len(order) + 1)
    fine = (wrong + 0.5) / count <= _TARGET
    if not fine.any():
        fine = (wrong == 0) & (count >= 30)  # noqa: PLR2004  (a rare kind: at least thirty in a row right)
        if not fine.any():
            return 1.01
    last = int(np.flatnonzero(fine)[-1])
    return float(max(0.5, min(0.9999, confidence[order][last])))


def _held_out(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Each row's confidence from a model fitted without its fifth of the rows."""
    out = np.zeros(len(y))
    fold = (np.arange(len(y)) * 5) // max(1, len(y))
    for part in range(5):
        weights, intercept = _newton(x[fold != part], y[fold != part])
        out[fold == part] = 1 / (1 + np.exp(-np.clip(x[fold == part] @ weights + intercept, -30, 30)))
    return out


def _newton(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], float]:
    full = np.column_stack([x, np.ones(len(y))])
    ridge = np.eye(full.shape[1]) * _RIDGE
    ridge[-1, -1] = 0.05
    beta = np.zeros(full.shape[1])
    for _ in range(_ROUNDS):
        p = 1 / (1 + np.exp(-np.clip(full @ beta, -30, 30)))
        gradient = full.T @ (y - p) - ridge @ beta
        hessian = (full * (p * (1 - p))[:, None]).T @ full + ridge
        step = np.linalg.solve(hessian, gradient)
        beta += np.clip(step, -4, 4)
        if float(np.abs(step).max()) < 1e-8:  # noqa: PLR2004  (converged)
            break
    return beta[:-1], float(beta[-1])


def _agrees(measures: dict[str, float], kind: FieldKind) -> bool:
    """The rule of ``extract.zone``: two different readers see the value."""
    if kind not in CODES:
        return bool(measures["alike_0"] and (measures["alike_1"] or measures.get("alike_2", 0.0)))
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
    kinds = {kind.value: fit_kind(rows, kind) for kind in FieldKind}
    tables = json.loads(options.out.read_text()) if options.out.is_file() else {"panels": {}}
    tables["panels"][options.panel] = {"kinds": kinds, "zones": len(rows)}
    if "default" not in tables["panels"] or options.panel == "ppocr+tesseract":
        tables["panels"]["default"] = tables["panels"][options.panel]
    tables["version"] = f"{options.panel}:{len(rows)}"
    options.out.write_text(json.dumps(tables, indent=1, sort_keys=True) + "\n")
    for name, table in kinds.items():
        sys.stdout.write(f"{name:10s} values {table['values']} right {table['right']} accept from {table['accept']}\n")


if __name__ == "__main__":
    main()
