"""Forms that nobody has seen: round buttons, lines to mark, leader dots, damaged labels, written types."""

import datetime as dt

import cv2
import numpy as np
import pytest

from extract.boxes.squares import Ink, box_beside, line_beside
from extract.labels.find import find_labels, merged
from extract.labels.likely import likely_labels
from extract.layout import Area, Sheet, lay_out
from extract.read import read_page
from extract.reading import PageReading
from extract.source import mail_words
from ingest.pages import PageSource
from terms.names import TextSource
from terms.values import FieldStatus

_TEXT = Area(120, 88, 220, 112)
_SIZE = 24.0


def _sheet(text: str) -> Sheet:
    return lay_out(mail_words(text, 1734, 2244), 1734, 2244)


def _concepts(text: str) -> list[str]:
    sheet = _sheet(text)
    return [label.concepts[0] for label in merged(find_labels(sheet).labels, sheet)]


def _read(text: str) -> PageReading:
    source = PageSource(1, "body", None, 204, 204, text=text, text_source=TextSource.MAIL_TEXT)
    return read_page(source, received_on=dt.date(2026, 11, 16))


def _button(*, dotted: bool) -> Ink:
    page = np.zeros((200, 300), np.uint8)
    cv2.circle(page, (98, 100), 10, 1, 2)
    if dotted:
        cv2.circle(page, (98, 100), 5, 1, -1)
    return page


@pytest.mark.parametrize("dotted", [True, False])
def test_a_round_button_is_chosen_by_its_dot(dotted: bool) -> None:  # noqa: FBT001  (a case of the test)
    """A ring before a word is an option button, chosen only if its middle is dark."""
    seen = box_beside(_button(dotted=dotted), _TEXT, _SIZE)
    assert seen is not None
    assert seen.ticked is dotted


def test_a_streak_down_the_page_ticks_no_box() -> None:
    """A line that a dirty scanner draws through a box is no mark in it."""
    page = np.zeros((200, 300), np.uint8)
    cv2.rectangle(page, (80, 88), (104, 112), 1, 2)
    page[:, 91:94] = 1
    seen = box_beside(page, _TEXT, _SIZE)
    assert seen is not None
    assert seen.ticked is False


def test_a_letter_far_off_is_no_button() -> None:
    """A ring that stands well away from the word belongs to something else."""
    assert box_beside(_button(dotted=True), Area(200, 88, 280, 112), _SIZE) is None


@pytest.mark.parametrize("marked", [True, False])
def test_a_line_behind_a_word_is_marked_by_what_stands_on_it(marked: bool) -> None:  # noqa: FBT001  (a case of the test)
    """A cross on the line marks the word ("Urgent _X_"), an empty line does not."""
    page = np.zeros((200, 400), np.uint8)
    cv2.line(page, (228, 114), (290, 114), 1, 2)
    if marked:
        cv2.line(page, (250, 94), (266, 110), 1, 2)
        cv2.line(page, (266, 94), (250, 110), 1, 2)
    seen = line_beside(page, _TEXT, _SIZE, before=False)
    assert seen is not None
    assert seen.ticked is marked


@pytest.mark.parametrize(
    ("printed", "concepts"),
    [
        ("Last Name (as on card): Doe", ["last_name"]),
        ("Office Tel #: 510-555-0142", ["phone"]),
        ("Clinic Phone: 510-555-0142", ["phone"]),
        ("Phone (area code first): 510-555-0142", ["phone"]),
        ("16. Fax Number 510 555 0142", ["fax"]),
        ("M/F: F", ["sex"]),
        ("Patient Name: Last, First: Doe, Jane", ["name_last_first"]),
        ("Ordering MD Fax Number: 510-555-0142", ["fax"]),
        ("Dx 1: R26.9", ["diagnosis"]),
        ("ICD-10 #2: R26.9", ["diagnosis"]),
        ("Phone: 510-555-0142 . . . . . . . Fax: 510-555-0178", ["phone", "fax"]),
    ],
)
def test_wordings_of_offices_and_vendors_are_known(printed: str, concepts: list[str]) -> None:
    """A label is what it asks for, however an office words it."""
    assert _concepts(printed) == concepts


def test_a_damaged_label_is_likely_what_it_looks_like() -> None:
    """A torn wording is offered as a likely label only, never as a sound one."""
    sheet = _sheet("Date of Duth: 03/07/1958")
    found = find_labels(sheet)
    assert not found.labels
    assert [x.concept for x in likely_labels(sheet, found)][:1] == ["date_of_birth"]


def test_a_value_beside_a_damaged_label_goes_to_a_person() -> None:
    """What stands beside a torn label is shown for review instead of being called missing."""
    value = _read("Patient Name: Roe, Rita\nDate of Duth: 03/07/1958\n").fields["member.date_of_birth"]
    assert value.value == "1958-03-07"
    assert value.status is FieldStatus.REVIEW


def test_an_npi_without_a_label_goes_to_a_person() -> None:
    """The only number with an NPI's check digit is offered as the NPI, for review."""
    value = _read("Ordering Physician: Jane Doe, MD\nN1* 1234567893\n").fields["ordering_provider.npi"]
    assert (value.value, value.status) == ("1234567893", FieldStatus.REVIEW)


def test_a_blank_field_stays_missing() -> None:
    """A label with nothing beside it is not filled from elsewhere on the page."""
    fields = _read("Ordering Physician: Jane Doe, MD\nNPI:\nGroup NPI: 1234567893\n").fields
    assert fields["ordering_provider.npi"].status is FieldStatus.MISSING


@pytest.mark.parametrize(("written", "kind"), [("Urgent", "urgent"), ("Routine / Elective", "routine")])
def test_a_type_written_beside_its_label_is_read(written: str, kind: str) -> None:
    """A word written out ("Priority: Urgent") says the type of request as well as a ticked box."""
    assert _read(f"Priority: {written}\nPatient Name: Roe, Rita\n").fields["request.type"].value == kind


def test_a_number_that_may_be_an_npi_is_no_sure_telephone() -> None:
    """Ten digits in one that pass an NPI's check are not accepted as a fax number."""
    fields = _read("Ordering Physician: Jane Doe, MD\nFax: 2135451005\n").fields
    fax = fields["ordering_provider.fax"]
    assert fax.status is not FieldStatus.ACCEPTED


def test_a_zip_code_under_a_label_that_says_code_is_no_procedure() -> None:
    """A torn label ("Zip" lost before "Code") does not make a ZIP code a service."""
    assert not _read("Code: Hayward, CA 94541\n").lines


def test_headings_of_columns_set_close_together_are_all_labels() -> None:
    """A header whose wordings fill it from end to end is read column by column."""
    assert _concepts("CPT or HCPCS Code Qty Requested Description") == ["code"]
    sheet = _sheet("CPT or HCPCS Code Qty Requested Description")
    assert [x.concept for x in find_labels(sheet).labels] == ["code", "quantity", "description"]
