"""Letters: what stands in the head is the letter's and the clinic's, and every listed item is shown."""

import datetime as dt

import pytest

from extract.fields.page import SheetReading, read_sheet
from extract.fields.values import Text
from extract.labels.find import find_labels
from extract.layout import lay_out
from extract.letters.network import Entity
from extract.source import mail_words
from ingest.pages import PageSource
from terms.document import Word
from terms.geometry import Box
from terms.names import TextSource
from terms.values import FieldStatus, Source

_HEAD = "Quillwort Family Practice\n12 Sorrel Ave, Oakland, CA 94601\nPhone: 510-555-0142   Fax {}\n\n"
_ASKS = "\nTo whom it may concern:\n\nI am writing to request authorization for the items below. The patient has had\nmore and more trouble at home and the present equipment is worn out.\n\n"  # noqa: E501  (a letter, read as one line)
_FOOT = "\n\nSincerely,\n\nIris Samplewright, MD\nNPI: 1234567893\n"


def _letter(
    block: str, items: str = "E0143 Folding walker, qty 1", *, date: str = "04/24/2026", fax: str = "510-555-0177"
) -> SheetReading:
    text = f"{_HEAD.format(fax)}{date}\n\n{block}\n{_ASKS}{items}{_FOOT}"
    sheet = lay_out(mail_words(text, 1734, 2244), 1734, 2244)
    source = PageSource(1, "page 1", None, 204, 204, sheet.words, text_source=TextSource.TEXT_LAYER)
    return read_sheet(Text(sheet, 1, Source.TEXT_LAYER, dt.date(2026, 7, 1)), None, source)


def _value(reading: SheetReading, name: str) -> str | None:
    return reading.fields[name].value if name in reading.fields else None


def _unsettled(reading: SheetReading) -> set[str]:
    return set(filter(None, reading.facts.get("unsettled", "").split(",")))


def test_the_date_of_a_letter_is_no_birth_date() -> None:
    """Where a letter names no birth date, the date at its head is not offered as one, nor held possible."""
    reading = _letter("RE: Tamsin Fictive\nMember ID: 91234567A")
    assert _value(reading, "request.date") == "2026-04-24"
    assert "member.date_of_birth" not in reading.fields
    assert "member.date_of_birth" not in _unsettled(reading)


def test_a_bare_date_among_the_members_lines_may_be_a_birth_date() -> None:
    """A date without a label below the member's name stays in doubt."""
    reading = _letter("RE: Tamsin Fictive\n04/12/1961\nMember ID: 91234567A", date="")
    assert _value(reading, "member.date_of_birth") == "1961-04-12" or "member.date_of_birth" in _unsettled(reading)


def test_the_telephone_of_a_letterhead_is_not_the_members(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a letter names no telephone of the member, the clinic's is not offered as hers."""

    def seen(text: str) -> list[Entity]:
        first = text.index("510-555-0142")
        return [Entity(first, first + 12, "MPHONE")]

    monkeypatch.setattr("extract.letters.suggest.entities", seen)
    reading = _letter("Patient: Fictive, Tamsin\nD.O.B. 10-20-1996\nAlliance ID 91234567A\nICD-10: Z74.09")
    assert _value(reading, "ordering_provider.phone") == "+15105550142"
    assert "member.phone" not in reading.fields
    assert "member.phone" not in _unsettled(reading)


@pytest.mark.parametrize(
    ("item", "code", "quantity"),
    [
        ("70551 UE MRI brain without contrast, quantity 6", "70551", "6"),
        ("E0260. KH Semi-electric hospital bed, qty 12", "E0260", "12"),
        ("B9002.RT Enteral pump, quantity 12", "B9002", "12"),
        ("T4522KH Adult brief, medium x 12", "T4522", "12"),
        ("A7037Tubing for positive airway device x 90", "A7037", "90"),
        ("EO 0784 NU Insulin pump x 30", "E0784", "30"),
        ("F0562 KX Heated humidifier, quantity 12", "F0562", "12"),
    ],
)
def test_an_item_whose_code_ran_into_its_neighbours_is_shown(item: str, code: str, quantity: str) -> None:
    """A listed item is a service line also where a space was lost, a dot or a gap added, or a modifier comes first."""
    lines = _letter("RE: Tamsin Fictive\nDOB: 04/12/1961", item).lines
    assert len(lines) == 1
    assert (
        "".join(c for c in lines[0].code.raw or "" if c.isalnum()).removeprefix("EO").endswith(code.removeprefix("E"))
    )
    assert lines[0].quantity.value == quantity


def test_a_code_without_an_end_of_its_own_is_for_a_person() -> None:
    """What follows a code without a space may be its next digit: nobody takes it unseen."""
    glued, apart = (
        _letter("RE: Tamsin Fictive", item).lines[0].code
        for item in ("E0143RR Folding walker, qty 1", "E0143 RR Folding walker, qty 1")
    )
    assert glued.status is FieldStatus.REVIEW
    assert apart.is_accepted


def test_a_birth_date_torn_apart_is_not_called_missing() -> None:
    """A month with a day and a torn year may be the birth date."""
    assert "member.date_of_birth" in _unsettled(_letter("RE: Tamsin Fictive\nD.O.B. January 23, 13 952"))


def test_a_torn_fax_number_is_no_birth_date() -> None:
    """What says that it is a fax number is no date, however few of its digits came through."""
    reading = _letter("RE: Tamsin Fictive\nMember ID: 91234567A", fax="510 5 5 0126")
    assert "member.date_of_birth" not in _unsettled(reading)


@pytest.mark.parametrize("line", ["URGENT REQUEST", "URGENT - please expedite", "URGE NT REQUEST", "** STAT **"])
def test_a_letter_that_says_urgent_on_a_line_is_offered_as_urgent(line: str) -> None:
    """A letter has no box for the type: what a line of its own says is shown, and never used unseen."""
    value = _letter(f"{line}\n\nRE: Tamsin Fictive").fields["request.type"]
    assert (value.value, value.status) == ("urgent", FieldStatus.REVIEW)


@pytest.mark.parametrize("line", ["Urgent care visit on 04/02/2026", "NOT URGENT", "Standard\nURGENT"])
def test_what_only_speaks_of_urgency_is_no_type(line: str) -> None:
    """Other words on the line, or another type to choose, make it no stamp."""
    found = _letter(f"{line}\n\nRE: Tamsin Fictive").fields.get("request.type")
    assert found is None or found.value is None


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("O92.70. G35. L89.153", ["G35", "L89.153", "O92.70"]),
        ("E11.42, M1/.11, M62.81", ["E11.42", "M62.81", None]),
        ("GE 0.1, E11.42, M62.81", ["E11.42", "M62.81", None]),
        ("M54.16 No. 12, G35", ["G35", "M54.16"]),
        ("M54.16 lumbar L4-L5, G35", ["G35", "M54.16"]),
    ],
)
def test_every_code_of_a_list_of_diagnoses_is_shown(typed: str, codes: list[str | None]) -> None:
    """Points read for commas part codes, and a torn code beside read ones is left to a person, not left out."""
    found = _letter(f"RE: Tamsin Fictive\nDiagnosis: {typed}").diagnoses
    assert sorted((v.value for v in found), key=lambda code: code or "~") == codes
    assert all(v.value is not None or v.status is not FieldStatus.ACCEPTED for v in found)


def test_a_word_inside_a_sentence_in_a_typewriter_face_is_no_label() -> None:
    """White as wide as between any two words of its line makes no label of "your" at the sentence's end."""
    text = "our chart notes are enclosed with this letter for your"
    words, x = [], 200.0
    for word in text.split():
        words.append(Word(word, Box(x / 1734, 0.4, (x + 20 * len(word) - 4) / 1734, 0.4 + 18 / 2244), 0.99))
        x += 20 * (len(word) + 1)
    assert not find_labels(lay_out(words, 1734, 2244)).labels


@pytest.mark.parametrize(
    ("line", "last", "status"),
    [
        ("RE: Tamsin Fictive", "Fictive", FieldStatus.ACCEPTED),
        ("RE: Tamsin Fictive and her family", "Fictive", FieldStatus.ACCEPTED),
        ("RE: Tamsin Fi ctive", "Fi", FieldStatus.REVIEW),
    ],
)
def test_a_name_that_a_fax_tore_apart_is_not_accepted(line: str, last: str, status: FieldStatus) -> None:
    """Small letters behind a labelled name are the rest of its last word, unless they are a word that goes there."""
    reading = _letter(line)
    value = reading.fields["member.last_name"]
    assert (value.value, value.status) == (last, status)
