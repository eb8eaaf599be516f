"""PageReading keeps everything through its storable form."""

import json

from extract.reading import PageReading
from terms.document import Word
from terms.errors import Problem
from terms.geometry import Box
from terms.names import TextSource
from terms.requests import Line
from terms.values import Candidate, FieldStatus, FieldValue, Source

_NPI = FieldValue(
    value="1234567893",
    raw="1234567893",
    confidence=0.99,
    status=FieldStatus.ACCEPTED,
    page=2,
    box=Box(0.1, 0.2, 0.3, 0.25),
    source=Source.OCR,
    candidates=(Candidate("1234567893", 0.99),),
    label="*NPI Number",
)


def test_a_reading_survives_json() -> None:
    """A reading written as JSON and read back is the same reading."""
    reading = PageReading(
        number=2,
        rotation=180,
        form="alliance-pa@2026",
        text_source=TextSource.OCR,
        legibility=0.875,
        words=(Word("NPI", Box(0.05, 0.2, 0.09, 0.22), 0.9),),
        fields={"ordering_provider.npi": _NPI, "member.id": FieldValue.missing(page=2, label="Member ID")},
        lines=(Line(code=FieldValue("E0143", "E0143", 0.9, FieldStatus.REVIEW)),),
        diagnoses=(FieldValue("R26.9", "R269", 0.9, FieldStatus.ACCEPTED),),
        facts={"page.of": "2/5"},
        problem=Problem("extract.unreadable", "The page cannot be read; ask for it again."),
    )
    assert PageReading.from_record(json.loads(json.dumps(reading.to_record()))) == reading


def test_value_and_text_are_at_hand() -> None:
    """A field's value and the page's text need no digging."""
    words = (Word("Jane", Box(0, 0, 0.1, 0.1), 1.0), Word("Doe", Box(0.1, 0, 0.2, 0.1), 1.0))
    reading = PageReading(1, 0, None, TextSource.OCR, None, words, {"ordering_provider.npi": _NPI})
    assert reading.text == "Jane Doe"
    assert reading.value("ordering_provider.npi") == "1234567893"
    assert reading.value("member.id") is None
