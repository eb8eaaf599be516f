"""From evidence to a calibrated confidence, by tables fitted on sheets of known values."""

import functools
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from extract.decode.evidence import Evidence
from extract.decode.grammar import CODES
from terms.names import FieldKind

TABLE = Path(__file__).with_name("confidence.json")
TARGETS = (0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.02, 0.05)
"""Shares of wrong values among accepted ones for which a threshold is kept."""
NEVER = 1.01
"""A threshold that nothing reaches."""
_ORDINARY = 2.0
"""A look-alike spelling likelier by less than this says nothing: half of all names have one."""
Targets = Mapping[FieldKind, float]


_adopted: dict[FieldKind, float] = {}


def adopt_targets(targets: Targets) -> None:
    """Let the kinds in ``targets`` aim at other shares of wrong values from now on, in this whole process."""
    _adopted.clear()
    _adopted.update(targets)


def current_targets() -> Targets:
    """The share of wrong values among accepted ones that each kind aims at: adopted ones before the defaults."""
    return default_targets() | _adopted


def default_targets() -> dict[FieldKind, float]:
    """The shares that kinds aim at where nobody said otherwise."""
    return {kind: 0.002 if kind in CODES else 0.005 if kind is FieldKind.NAME else 0.01 for kind in FieldKind}


@dataclass(frozen=True, slots=True)
class Judge:
    """One kind's fitted table: a logistic model over measures, and from where on a value is accepted."""

    weights: Mapping[str, float]
    intercept: float
    accept: Mapping[float, float]

    def confidence(self, evidence: Evidence, page: Mapping[str, float]) -> float:
        """The chance (0 to 1) that the first value is right."""
        if not evidence.ranked or "empty" in evidence.measures:
            return 0.0
        inputs = features(evidence.measures, page)
        total = self.intercept + sum(weight * inputs.get(name, 0.0) for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))

    def threshold(self, target: float) -> float:
        """The least confidence at which a value is accepted if ``target`` of the accepted may be wrong.

        Between the shares of :data:`TARGETS` the stricter one counts; below the least of them nothing
        is accepted.
        """
        allowed = [share for share in self.accept if share <= target]
        return self.accept[max(allowed)] if allowed else NEVER


def features(measures: Mapping[str, float], page: Mapping[str, float]) -> dict[str, float]:
    """The inputs of the model: measures cut off where more says nothing, and the page's own."""
    found = dict(page)
    for name, value in measures.items():
        if name.startswith("log_p_"):
            found[name] = max(-8.0, value)
        elif name.startswith(("mean_", "least_")):
            found[name] = math.log(max(0.02, 1.0 - value))
        elif name == "rival":
            found[name] = max(0.0, value - _ORDINARY)
        elif name == "length":
            found[name] = math.log(max(1.0, value))
        else:
            found[name] = value
    return found


@functools.cache
def _tables() -> Mapping[str, Mapping[str, Judge]]:
    stages = json.loads(TABLE.read_text(encoding="utf-8"))["stages"]
    return {
        stage: {
            kind: Judge(t["weights"], t["intercept"], {float(share): at for share, at in t["accept"].items()})
            for kind, t in kinds.items()
        }
        for stage, kinds in stages.items()
    }


def judge(kind: FieldKind, stage: str) -> Judge:
    """The table of ``kind`` for a stage of reading."""
    return _tables()[stage][kind.value]
