"""The expected results and the decision agree: given the true values, classify finds the expected gaps and routes."""

import datetime as dt
import json
from pathlib import Path

import pytest

from classify.decide import decide
from classify.reference import Reference, load_reference
from terms.names import FIELD_KINDS
from terms.requests import Line, RequestValues
from terms.values import FieldStatus, FieldValue, Source

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
CASES = [
    pytest.param(data, place, id=f"{data['file']}-{place + 1}")
    for path in sorted(SAMPLES.glob("*/*.expected.json"))
    for data in [json.loads(path.read_text("utf-8"))]
    for place in range(len(data["requests"] or []))
]


@pytest.fixture(scope="module")
def reference() -> Reference:
    """The sample reference tables."""
    return load_reference(SAMPLES / "reference")


def sure(value: str | None, printed: str | None, page: int | None = 1) -> FieldValue:
    """A value read with certainty; one that was printed but is not valid is invalid."""
    if printed is None:
        return FieldValue.missing()
    status = FieldStatus.ACCEPTED if value is not None else FieldStatus.INVALID
    return FieldValue(value, printed, 0.999, status, page, None, Source.OCR)


def true_values(data: dict, request: dict) -> RequestValues:
    """What a perfect reader would hand to classify."""
    fields = {name: FieldValue.missing() for name in FIELD_KINDS}
    fields |= {name: sure(f["value"], f["printed"], f["page"]) for name, f in request["fields"].items()}
    lines = tuple(
        Line(
            code=sure(line["code"], line["code"]),
            description=sure(line["description"], line["description"]),
            quantity=sure(line["quantity"], line["quantity"]),
            modifiers=tuple(sure(m, m) for m in line["modifiers"]),
        )
        for line in request["lines"]
    )
    kinds = {page["number"]: page["kind"] for page in data["pages"]}
    facts = {"kinds": ",".join(f"{n}:{kinds[n]}" for n in request["pages"]), "legibility": "1.0"}
    typed = request["fields"].get("request.type")
    if typed:
        several = typed["printed"].split(" + ")
        facts["type.boxes"] = ",".join(several if len(several) > 1 else [typed["value"]])
    if "cover_sheet" in kinds.values() and request["priority"] == "urgent":
        facts["cover.urgent"] = "yes"
    pages = tuple(request["pages"])
    diagnoses = tuple(sure(code, code) for code in request["diagnoses"])
    return RequestValues(pages, fields, lines, diagnoses, facts)


@pytest.mark.parametrize(("data", "place"), CASES)
def test_decision_on_the_true_values_is_the_expected_one(data: dict, place: int, reference: Reference) -> None:
    """Gaps, routes line by line, and priority are those of the expected result: no more, no fewer."""
    request = data["requests"][place]
    decision = decide(true_values(data, request), reference, received_at=dt.datetime.fromisoformat(data["received_at"]))
    found = {(g.field, g.reason.value, g.audience.value) for g in decision.gaps}
    assert found == {(g["field"], g["reason"], g["audience"]) for g in request["gaps"]}
    assert decision.priority.value == request["priority"]
    assert decision.route.processor.value == request["route"]
    assert [(r.processor.value, r.outcome.value, r.vendor) for r in decision.line_routes] == [
        (line["processor"], line["outcome"], line["vendor"]) for line in request["lines"]
    ]
