"""Our own notices that come back: known by our sentences, and never read as an order."""

import tomllib
from pathlib import Path

import pytest

import outbound
from classify.own_notice import PHRASES, is_own_notice, settle_own_notices
from classify.phrases import plain
from extract.reading import PageReading
from terms.document import Word
from terms.geometry import Box
from terms.names import PageKind, TextSource
from terms.requests import Line
from terms.values import FieldStatus, FieldValue, Source

_TEXTS = sorted(
    path for path in (Path(outbound.__file__).parent / "texts").glob("*.en.*.toml") if "letter" not in path.name
    and not path.name.startswith("availability")
)  # fmt: skip


def _page(number: int, text: str, **facts: str) -> PageReading:
    read = FieldValue("91234567A", "91234567A", 0.99, FieldStatus.ACCEPTED, number, Box(0.1, 0.1, 0.2, 0.2), Source.OCR)
    words = tuple(Word(word, Box(0.1, 0.1, 0.2, 0.12), 0.9) for word in text.split())
    return PageReading(
        number, 0, None, TextSource.OCR, 0.9, words, {"member.id": read}, (Line(code=read),), (read,), facts
    )


def test_there_are_notices() -> None:
    """The test below looks at something."""
    assert len(_TEXTS) >= 10


@pytest.mark.parametrize("path", _TEXTS, ids=lambda path: path.name)
def test_every_notice_speaks_a_sentence_that_is_known(path: Path) -> None:
    """A changed wording of a notice shows here, before it comes back and is read as an order."""
    parts = tomllib.loads(path.read_text("utf-8"))["part"]
    text = plain(" ".join(part.get("heading", "") + " " + part.get("text", "") for part in parts))
    assert any(phrase in text for phrase in PHRASES), path.name


def test_a_notice_keeps_nothing_but_its_reference() -> None:
    """The page behind it keeps all its values; the notice becomes its cover."""
    notice = _page(
        1,
        "Reference 2HY3-K7TC. The clock is running. It does not stop while we wait. Send only what is missing",
        reference="2HY3-K7TC",
    )
    form = _page(2, "Prior Authorization Request Form")
    settled = settle_own_notices([notice, form], [PageKind.LETTER, PageKind.PA_FORM])
    assert (settled.reference, settled.ours) == ("2HY3-K7TC", {1})
    assert settled.kinds == (PageKind.COVER_SHEET, PageKind.PA_FORM)
    assert (settled.readings[0].fields, settled.readings[0].lines, settled.readings[0].diagnoses) == ({}, (), ())
    assert settled.readings[0].facts == {"reference": "2HY3-K7TC"}
    assert settled.readings[1] is form


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Reference 2HY3-K7TC, corrected form enclosed", {"reference": "2HY3-K7TC"}),
        ("The clock is running. It does not stop while we wait. Send only what is missing", {}),
    ],
    ids=["reference alone", "words alone"],
)
def test_an_answer_that_names_our_reference_is_no_notice(text: str, facts: dict[str, str]) -> None:
    """It takes both our reference and our sentences."""
    assert not is_own_notice(_page(1, text, **facts))
