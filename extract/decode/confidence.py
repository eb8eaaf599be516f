"""From evidence to a calibrated confidence, by tables fitted on sheets of known values."""

import functools
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from extract.decode.evidence import Evidence
from terms.names import FieldKind

TABLE = Path(__file__).with_name("confidence.json")
PLAIN, FULL = "ppocr+tesseract", "ppocr+tesseract+own"
"""Names of the panel without and with our own reader."""
CODES = frozenset({
    FieldKind.NPI, FieldKind.PHONE, FieldKind.DATE, FieldKind.MEMBER_ID, FieldKind.CODE, FieldKind.DIAGNOSIS,
    FieldKind.QUANTITY, FieldKind.MODIFIER,
})  # fmt: skip
"""Kinds whose values have a grammar; the others are free text."""


@dataclass(frozen=True, slots=True)
class Judge:
    """One kind's fitted table: a logistic model over measures, and from where on a value is accepted."""

    weights: Mapping[str, float]
    intercept: float
    accept: float

    def confidence(self, evidence: Evidence, page: Mapping[str, float]) -> float:
        """The chance (0 to 1) that the first value is right."""
        if not evidence.ranked or "empty" in evidence.measures:
            return 0.0
        inputs = features(evidence.measures, page)
        total = self.intercept + sum(weight * inputs.get(name, 0.0) for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def features(measures: Mapping[str, float], page: Mapping[str, float]) -> dict[str, float]:
    """The inputs of the model: measures cut off where more says nothing, and the page's own."""
    found = dict(page)
    for name, value in measures.items():
        if name.startswith("log_p_"):
            found[name] = max(-8.0, value)
        elif name.startswith(("mean_", "least_")):
            found[name] = math.log(max(0.02, 1.0 - value))
        elif name == "length":
            found[name] = math.log(max(1.0, value))
        else:
            found[name] = value
    return found


@functools.cache
def panels() -> Mapping[str, Mapping[str, Judge]]:
    """The tables of every panel of readers that confidence was fitted for, by the panel's name and kind."""
    tables = json.loads(TABLE.read_text(encoding="utf-8"))["panels"]
    return {
        name: {kind: Judge(t["weights"], t["intercept"], t["accept"]) for kind, t in table["kinds"].items()}
        for name, table in tables.items()
    }


def judge(kind: FieldKind, panel: str) -> Judge:
    """The table of ``kind`` for a panel of readers; one that nothing was fitted for is judged as the plain panel."""
    known = panels()
    return known[panel if panel in known else PLAIN][kind.value]
