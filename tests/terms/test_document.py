"""The one-file contract: what the value types print conforms to the published schema."""

import datetime as dt
import json
from pathlib import Path

import jsonschema
import pytest

from terms.document import Document, PageSummary, Word
from terms.errors import Problem
from terms.geometry import Box
from terms.names import FIELD_KINDS, PageKind, Priority, Processor, TextSource
from terms.requests import (
    Audience,
    Clock,
    Decision,
    DueDate,
    Gap,
    GapReason,
    Line,
    Outcome,
    RequestValues,
    Route,
)
from terms.values import Candidate, FieldStatus, FieldValue, Source

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "read.schema.json").read_text())
NOW = dt.datetime(2026, 11, 20, 16, 58, tzinfo=dt.timezone(dt.timedelta(hours=-8)))


def _value(text: str) -> FieldValue:
    return FieldValue(
        text,
        text,
        0.98,
        FieldStatus.ACCEPTED,
        1,
        Box(0.1, 0.2, 0.3, 0.4),
        Source.OCR,
        (Candidate("other", 0.01, "8 and 3 look alike"),),
        "Label",
    )


def _values() -> RequestValues:
    fields = {name: FieldValue.missing() for name in FIELD_KINDS} | {"member.id": _value("91234567A")}
    line = Line(code=_value("E0143"), quantity=_value("1"), modifiers=(_value("NU"),), start_date=_value("2026-11-20"))
    return RequestValues((1, 2), fields, (line,), (_value("M17.11"),), {"form": "alliance-pa@2026"})


def _document() -> Document:
    route = Route(
        Processor.CHME, Outcome.PROCESS, "dme.grid", "E0143 is a walker", vendor="", row="grid:12", trace=("a",)
    )
    gap = Gap("member.phone", GapReason.MISSING, Audience.PROVIDER, "Member phone is empty.", "Phone Number")
    clock = Clock(NOW, NOW, "routine.calendar", (DueDate(NOW, "routine.business"),))
    decision = Decision(Priority.ROUTINE, clock, (gap,), route, (route,), {"grid": "1"})
    page = PageSummary(
        1,
        PageKind.PA_FORM,
        "alliance-pa@2026",
        180,
        TextSource.OCR,
        0.91,
        Problem("ingest.page_damaged", "Rows are missing; ask for a resend."),
        (Word("Member", Box(0, 0, 0.1, 0.1), 0.9),),
    )
    return Document("fax.tif", "0" * 64, NOW, (page,), ((_values(), decision),), None)


@pytest.mark.parametrize("words", [True, False])
def test_a_full_document_conforms_to_the_schema(words: bool) -> None:  # noqa: FBT001  (pytest passes it)
    """Every part of a document, with and without words, is valid under docs/read.schema.json."""
    data = json.loads(json.dumps(_document().to_json(words=words)))
    jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(data)
    assert ("words" in data["pages"][0]) is words
    assert data["requests"][0]["lines"][0]["code"]["value"] == "E0143"


def test_a_document_that_could_not_be_read_conforms_too() -> None:
    """A problem takes the place of pages and requests."""
    problem = Problem("ingest.password_protected", "The PDF is encrypted; ask for it without a password.")
    data = Document("a.pdf", "f" * 64, NOW, (), (), problem).to_json()
    jsonschema.validate(data, SCHEMA)
    assert data["problem"] == problem.to_json()


def test_request_values_survive_storage() -> None:
    """What is stored comes back equal, labels and candidates included."""
    values = _values()
    again = RequestValues.from_record(json.loads(json.dumps(values.to_record())))
    assert again == values
    assert again.fields["member.id"].label == "Label"


def test_the_best_value_is_the_likeliest_candidate_when_there_is_none() -> None:
    """A person is shown a suggestion, but it is no value."""
    doubtful = FieldValue(None, "12345", 0.2, FieldStatus.REVIEW, candidates=(Candidate("a", 0.3), Candidate("b", 0.6)))
    assert (doubtful.value, doubtful.best) == (None, "b")


def test_a_problem_needs_a_stable_kind_and_a_sentence() -> None:
    """Programs rely on the kind, people on the sentence."""
    with pytest.raises(ValueError, match=r"package\.what"):
        Problem("Bad Kind", "x")
    with pytest.raises(ValueError, match="sentence"):
        Problem("ingest.damaged", "")


def test_boxes_are_clipped_to_the_page_and_put_in_order() -> None:
    """A zone that reaches over the edge becomes a box of the page."""
    assert Box.clipped(1.2, 0.5, -0.1, 0.2) == Box(0.0, 0.2, 1.0, 0.5)
    assert Box(0, 0, 0.2, 0.2).overlap(Box(0.1, 0.1, 0.5, 0.5)) == pytest.approx(0.25)
    assert Box(0, 0, 0.1, 0.1).overlap(Box(0.5, 0.5, 0.6, 0.6)) == 0.0
