"""Fields that were not found: missing, or perhaps there and not read."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from bench.layouts.canvas import Canvas
from extract.decode.lexicon import is_equipment_code
from extract.fields.called import is_called_otherwise
from extract.fields.collect import _is_printed
from extract.fields.shapes import could_be_npi, digit_runs, is_of_another_kind
from extract.fields.unsettled import Rest, rests_of, unsettled_fields
from extract.fields.values import Text, tidied
from extract.layout import Sheet, lay_out
from extract.read import read_page
from extract.reading import PageReading
from ingest.pages import PageSource
from samples.conditions import CONDITIONS, Resolution, fax_page
from terms.document import Word
from terms.geometry import Box
from terms.names import FieldKind, TextSource
from terms.values import Candidate, FieldStatus, FieldValue, Source

DAY = dt.date(2026, 11, 16)


def _page(text: str) -> PageReading:
    source = PageSource(1, "body", None, 204, 204, text=text, text_source=TextSource.MAIL_TEXT)
    return read_page(source, received_on=DAY)


def _numbers(text: str) -> tuple[Sheet, list[Rest]]:
    """Words parted by bars on one line of a sheet, and what nothing explains of it; a label ends in a colon."""
    words = [
        Word(part, Box(0.1 + 0.05 * i, 0.4, 0.14 + 0.05 * i, 0.412), 0.9) for i, part in enumerate(text.split("|"))
    ]
    sheet = lay_out(words, 1734, 2244)
    return sheet, rests_of(sheet, frozenset(i for i, w in enumerate(words) if w.text.endswith(":")), ())


def _unsettled(reading: PageReading) -> set[str]:
    return set(filter(None, reading.facts.get("unsettled", "").split(",")))


def test_a_number_that_no_label_explains_may_be_the_one_not_found() -> None:
    """A telephone behind words that are no label may be the member's: it is not called missing."""
    known = "Patient Information\nLast Name: Samplewright\nFirst Name: Iris\nDate of Birth: 03/07/1958\n"
    known += "Provider Name: Ada Fauxmann, MD\nProvider Phone: 510-555-0199\n"
    reading = _page(f"{known}Pxlqnt Trrl 510-555-0142")
    assert "member.phone" in _unsettled(reading)
    assert not {"member.last_name", "member.date_of_birth"} & _unsettled(reading)


def test_a_page_on_which_everything_is_explained_leaves_missing_what_is_missing() -> None:
    """Nothing on the page could be a telephone, a fax or a birth date: they are not there."""
    text = "Last Name: Samplewright\nFirst Name: Iris\nMember ID: 91234567A\nNPI: 1234567893\n"
    assert not {"member.phone", "ordering_provider.fax", "member.date_of_birth"} & _unsettled(_page(text))


def test_another_persons_number_explains_itself() -> None:
    """An emergency contact's telephone is not a sign of the member's."""
    text = "Last Name: Samplewright\nFirst Name: Iris\nEmergency Contact Phone: 510-555-0142\n"
    assert "member.phone" not in _unsettled(_page(text))


def test_a_name_that_no_label_claims_is_never_called_missing() -> None:
    """People are hardly ever left unnamed."""
    assert {"member.last_name", "member.first_name"} <= _unsettled(_page("Member ID: 91234567A\nHCPCS: E0143"))


@pytest.mark.parametrize("how", ["under", "ruled"])
def test_a_value_is_found_above_its_label_with_the_line_between_or_without(how: str, tmp_path: Path) -> None:
    """A label set close below its value is its label, whether the line to write on came through or not."""
    canvas = Canvas()
    for row, (label, value) in enumerate(
        (
            ("Last Name", "Samplewright"),
            ("First Name", "Iris"),
            ("Date of Birth", "03/07/1958"),
            ("Phone", "510-555-0142"),
        )
    ):
        y = 120.0 + 42 * row
        canvas.text(64, y, value, "sans", 10.5)
        if how == "ruled":
            canvas.line(60, y + 2.5, 260, y + 2.5, 0.7)
        canvas.text(60, y + 11.5, label, "sans", 8.0)
    reading = _faxed(canvas, tmp_path)
    assert reading.value("member.last_name") == "Samplewright"
    assert reading.value("member.date_of_birth") == "1958-03-07"


def test_a_value_runs_on_beyond_the_part_of_the_line_that_came_through(tmp_path: Path) -> None:
    """A line to write on that is lost halfway does not cut a name in two."""
    canvas = Canvas()
    canvas.text(64, 120, "Lourdes Samplewright", "sans", 10.5)
    canvas.line(60, 122.5, 92, 122.5, 0.7)
    canvas.text(60, 131.5, "Patient Full Name", "sans", 8.0)
    canvas.text(60, 170, "DOB: 03/07/1958", "sans", 10.0)
    reading = _faxed(canvas, tmp_path)
    assert (reading.value("member.last_name"), reading.value("member.first_name")) == ("Samplewright", "Lourdes")


def test_a_label_on_two_lines_in_a_box_is_no_value(tmp_path: Path) -> None:
    """The second line of a label is not read as what stands below its first."""
    canvas = Canvas()
    rows = (("Family|Name", "SAMPLESEN"), ("First|Name", "XIOMARA"), ("Member|Phone", ""))
    for row, (label, value) in enumerate(rows):
        y = 120.0 + 30 * row
        canvas.rect(60, y, 110, y + 26, 0.7)
        canvas.rect(110, y, 300, y + 26, 0.7)
        for line, part in enumerate(label.split("|")):
            canvas.text(63, y + 10 + 9 * line, part, "sans", 8.0)
        canvas.text(115, y + 17, value, "sans", 11.0)
    canvas.text(60, 240, "DOB: 03/07/1958", "sans", 10.0)
    reading = _faxed(canvas, tmp_path)
    assert reading.value("member.last_name") == "SAMPLESEN"
    assert reading.fields["member.phone"].status is FieldStatus.MISSING


def test_a_name_spelled_into_a_comb_has_no_spaces_but_those_of_empty_cells(tmp_path: Path) -> None:
    """The white between two cells is no space."""
    canvas = Canvas()
    canvas.text(60, 120, "Last Name", "sans", 10.0)
    for cell in range(17):
        canvas.line(140 + 14 * cell, 107, 140 + 14 * cell, 124, 0.7)
    for y in (107.0, 124.0):
        canvas.line(140, y, 140 + 14 * 16, y, 0.7)
    for place, char in enumerate("VAN SAMPLE"):
        canvas.text(144 + 14 * place, 120, char, "sans", 10.5)
    canvas.text(60, 160, "DOB: 03/07/1958", "sans", 10.0)
    assert _faxed(canvas, tmp_path).value("member.last_name") == "VAN SAMPLE"


def _faxed(canvas: Canvas, folder: Path) -> PageReading:
    bits = fax_page(canvas.grey(), CONDITIONS["clean"], Resolution.FINE, np.random.default_rng(3))
    path = folder / "page.png"
    cv2.imwrite(str(path), np.where(bits, 0, 255).astype(np.uint8))
    return read_page(PageSource(1, "page 1", path, 204.0, 196.0), received_on=DAY)


@pytest.mark.parametrize(
    "row", ["70551 - MRI brain without contrast - Qty 3", "MRI brain without contrast (70551) x 3"]
)
def test_five_digits_with_a_quantity_are_offered_as_a_procedure(row: str) -> None:
    """A letter need not call a CPT code one; what only its place says goes to a person."""
    (line,) = _page(f"Please authorize for Iris Samplewright, DOB: 03/07/1958\n{row}\n").lines
    assert (line.code.value, line.code.status, line.quantity.value) == ("70551", FieldStatus.REVIEW, "3")


@pytest.mark.parametrize("row", ["12 Invented Way, Oakland, CA 94601", "94601", "Account (12345) is closed"])
def test_five_digits_without_a_quantity_are_no_procedure(row: str) -> None:
    """A ZIP code or an account number asks for nothing."""
    assert not _page(f"DOB: 03/07/1958\n{row}\n").lines


def _says(rows: str) -> PageReading:
    return _page(f"Last Name: Samplewright\nFirst Name: Iris\nMember ID: 91234567A\nNPI: 1234567893\n{rows}")


def _beside(label: str, typed: str) -> tuple[str, ...]:
    """The unsettled fields of a sheet on which ``typed`` stands above the label of a blank birth date."""
    words = [Word(typed, Box(0.1, 0.2, 0.3, 0.21), 0.9), Word(label, Box(0.1, 0.215, 0.25, 0.225), 0.9)]
    sheet = lay_out(words, 1700, 2200)
    blank = FieldValue.missing(box=Box(0.3, 0.215, 0.9, 0.225), label=label)
    asked = {"member.date_of_birth": [sheet.area(words[1].box)]}
    return unsettled_fields(sheet, {"member.date_of_birth": blank}, rests_of(sheet, frozenset({1}), ()), asked, DAY)


def test_digits_right_at_their_label_are_its_value_however_torn() -> None:
    """A birth date out of a torn comb is not called missing; the walls of an empty one are no value."""
    assert "member.date_of_birth" in _beside("Birthdate:", "211811983")
    assert "member.date_of_birth" not in _beside("Birthdate:", "1I11111111")


@pytest.mark.parametrize("typed", ["1872", "184.10"])
def test_a_diagnosis_whose_letter_was_lost_is_shown_to_a_person(typed: str) -> None:
    """What stands at a label for diagnoses with a digit for its letter is not called missing, and no procedure."""
    reading = _says(f"Diagnosis / ICD-10   codes: {typed}\n")
    (diagnosis,) = reading.diagnoses
    assert diagnosis.status is FieldStatus.REVIEW
    assert not reading.lines


def test_an_equipment_code_is_no_diagnosis() -> None:
    """A code of the next column that the diagnosis' column runs into is not read as E09.73."""
    assert [d.value for d in _says("Diagnosis: I27.20 E0973\n").diagnoses] == ["I27.20"]
    assert is_equipment_code("E0973")
    assert not is_equipment_code("E11.9")


def test_a_members_number_stays_hers_under_another_persons_heading() -> None:
    """A member's number below the primary care provider's rows is shown to a person, not dropped."""
    reading = _page(
        "Member Information\nLast Name: Samplewright\nFirst Name: Iris\n"
        "Primary Care Provider\nName: Bram Bystander\nPhone: 510-555-0142\nCIN: 91234567A\n"
    )
    value = reading.fields["member.id"]
    assert value.value == "91234567A"


def test_an_address_ends_with_its_zip_code(tmp_path: Path) -> None:
    """A telephone in the next column, level with it, is no part of it."""
    canvas = Canvas()
    canvas.text(40, 120, "Last Name: Samplewright", "sans", 10.0)
    canvas.text(40, 150, "Member Street: 12 Sample Way", "sans", 10.0)
    canvas.text(40, 180, "Member City, State, ZIP: Oakland, CA 94607", "sans", 10.0)
    canvas.text(300, 180, "510-555-0142", "sans", 10.0)
    assert (_faxed(canvas, tmp_path).value("member.address") or "").endswith("94607")


def test_a_second_diagnosis_that_no_place_took_is_shown(tmp_path: Path) -> None:
    """A code of the complete list beside the one that its label took is offered to a person, not lost."""
    canvas = Canvas()
    canvas.text(40, 120, "Last Name: Samplewright", "sans", 10.0)
    canvas.text(40, 150, "E11.42", "sans", 10.5)
    canvas.text(330, 150, "N39.41", "sans", 10.5)
    canvas.text(40, 161, "Diagnosis", "sans", 8.0)
    found = _faxed(canvas, tmp_path).diagnoses
    assert sorted(d.value or "" for d in found) == ["E11.42", "N39.41"]


@pytest.mark.parametrize(
    ("row", "code"),
    [("F1235 - Pediatric rigid manual chair - #1", "F1235"), ("97162 Physical therapy evaluation (qty", "97162")],
)
def test_a_row_of_a_damaged_code_is_for_a_person(row: str, code: str) -> None:
    """Where a page asks for services and none was read, a row that looks like one is shown, never used."""
    (line,) = _says(f"Equipment Requested:\n{row}\n").lines
    assert line.code.status is not FieldStatus.ACCEPTED
    assert code in {line.code.value, line.code.raw}
    assert not _says(f"Notes:\n{row}\n").lines


@pytest.mark.parametrize(
    ("typed", "part"),
    [("9/25/19: 35.", "2019-09-25"), ("08/03/19 B5", "2019-08-03"), ("20 10-01-22", "2022-10-01"),
     ("5r 010-01-22", "2022-10-01")],
)  # fmt: skip
def test_a_number_torn_in_two_is_read_whole(typed: str, part: str) -> None:
    """A birth date whose digits stand apart at a stray mark or a streak is not cut short to another day."""
    value = _says(f"Date of Birth: {typed}\n").fields["member.date_of_birth"]
    assert value.status is not FieldStatus.ACCEPTED
    assert value.value != part


def test_an_npi_beside_another_that_nothing_explains_is_for_a_person() -> None:
    """One of the two may be the ordering provider's whose label was misread."""
    alone = _says("NPI: 1234567893\n").fields["ordering_provider.npi"]
    assert alone.status is FieldStatus.ACCEPTED
    both = _says("NFt Nvmbcr: 1679576722\nNPI: 1234567893\n").fields["ordering_provider.npi"]
    assert (both.value, both.status) == ("1234567893", FieldStatus.REVIEW)


def test_a_name_of_one_word_is_the_half_that_has_no_label_of_its_own() -> None:
    """A "Patient Name" of one word beside a "Last Name" is offered as the first name, not as a second last name."""
    fields = _says("Last Name: Samplewright\nPatient Name: Iris\n").fields
    assert fields["member.last_name"].value == "Samplewright"
    first = fields["member.first_name"]
    assert (first.value, first.status) == ("Iris", FieldStatus.REVIEW)


def test_five_digits_behind_a_bare_code_are_for_a_person() -> None:
    """The rest of a "Zip Code" whose first word was lost asks for no procedure."""
    assert all(not line.code.is_accepted for line in _says("Code: 94587\n").lines)


@pytest.mark.parametrize(
    ("label", "status"), [("Phone", FieldStatus.ACCEPTED), ("Xqrnt phone", FieldStatus.REVIEW)]
)  # fmt: skip
def test_a_telephone_whose_label_lost_its_person_is_for_a_person(label: str, status: FieldStatus) -> None:
    """The word before "phone" that was not read may say that it is the member's, whatever heading stands above."""
    member = "PATIENT INFORMATION\nLast Name: Samplewright\nFirst Name: Iris\nDate of Birth: 03/07/1958\n"
    provider = "ORDERING PROVIDER INFORMATION\nProvider Name: Ada Fauxmann, MD\nNPI: 1234567893\n"
    place = f"Provider fax: 510-555-0199\nProvider Address: 1 Mock St, Oakland, CA 94601\n{label}: 510-555-0142\n"
    text = f"{member}Member ID: 91234567A\n{provider}{place}Dx: R26.9\nHCPCS: E0143\nQty: 1\n"
    value = _page(text).fields["ordering_provider.phone"]
    assert (value.value, value.status) == ("+15105550142", status)


def test_a_full_stop_is_no_part_of_a_name() -> None:
    """The first dot of a leader is left out, that of a short form stays."""
    found = FieldValue("Inventado.", "Inventado.", 0.99, FieldStatus.ACCEPTED)
    assert tidied(found, FieldKind.NAME).value == "Inventado"
    assert tidied(replace(found, value="Sampleson Jr."), FieldKind.NAME).value == "Sampleson Jr."


def test_an_npi_behind_a_wall_is_no_telephone() -> None:
    """Ten digits with a good check digit are an NPI, a mark before them or not."""
    assert could_be_npi("[2089609640")


def test_a_comb_that_lost_its_first_cells_is_for_a_person(tmp_path: Path) -> None:
    """A name that begins before the first wall seen is not cut to what stands in the cells."""
    canvas = Canvas()
    canvas.text(60, 120, "Last Name", "sans", 10.0)
    for cell in range(3, 17):
        canvas.line(140 + 14 * cell, 107, 140 + 14 * cell, 124, 0.7)
    for y in (107.0, 124.0):
        canvas.line(182, y, 140 + 14 * 16, y, 0.7)
    for place, char in enumerate("SAMPLESEN"):
        canvas.text(144 + 14 * place, 120, char, "sans", 10.5)
    canvas.text(60, 160, "DOB: 03/07/1958", "sans", 10.0)
    value = _faxed(canvas, tmp_path).fields["member.last_name"]
    assert value.value == "SAMPLESEN" or not value.is_accepted


def test_a_heading_in_the_other_column_bars_no_value(tmp_path: Path) -> None:
    """A name set above its label, level with the other column's first row, is found."""
    canvas = Canvas()
    canvas.text(40, 120, "Ordering Physician Information", "sans", 11.0)
    canvas.text(330, 120, "Patient Information", "sans", 11.0)
    canvas.text(40, 150, "Treating Physician: Tuan Mockeridge, DO", "sans", 10.0)
    rows = (
        ("O'Mockery, Octavio", "Member Name (Last, First, MI)"),
        ("92059811X", "Medi-Cal ID #:"),
        ("12/27/1957", "Date of Birth"),
    )
    for row, (value, label) in enumerate(rows):
        canvas.text(334, 151 + 38 * row, value, "sans", 10.5)
        canvas.text(330, 162 + 38 * row, label, "sans", 8.0)
    reading = _faxed(canvas, tmp_path)
    assert reading.value("member.id") == "92059811X"
    assert reading.value("member.first_name") == "Octavio"


def test_a_number_behind_the_rest_of_an_unread_label_is_for_a_person() -> None:
    """A telephone label whose own value was lost does not take the fax number of the next box for sure."""
    found = _says("Prescriber phone: Clioc fxx 408.555.0154\n").fields["ordering_provider.phone"]
    assert found.status is not FieldStatus.ACCEPTED
    assert _says("Prescriber phone: Office 408.555.0154\n").fields["ordering_provider.phone"].is_accepted


def test_what_looks_like_a_letterhead_on_a_ruled_form_is_for_a_person(tmp_path: Path) -> None:
    """A form whose labels were all lost is no letter: its first number is not surely the clinic's."""
    canvas = Canvas()
    canvas.text(60, 90, "Saltmarsh Community Clinic", "sans", 12.0)
    for row in range(4):
        for column in range(3):
            canvas.rect(60 + 150 * column, 110 + 40 * row, 210 + 150 * column, 150 + 40 * row, 0.8)
    canvas.text(70, 140, "11.29.1951", "sans", 10.5)
    canvas.text(370, 140, "925.555.0158", "sans", 10.5)
    canvas.text(70, 220, "Rohan Applegarth, NP", "sans", 10.5)
    assert not any(value.is_accepted for value in _faxed(canvas, tmp_path).fields.values())


def test_a_number_counts_only_for_the_fields_that_its_words_may_call_it() -> None:
    """An unread fax number is no sign of a telephone, nor of a member's number."""
    unsettled = _unsettled(_page("Last Name: Samplewright\nFirst Name: Iris\nNPI: 1234567893\nFxqt Fax 510,555:0182"))
    assert "ordering_provider.fax" in unsettled
    assert not {"member.phone", "ordering_provider.phone", "member.id"} & unsettled


@pytest.mark.parametrize(
    ("text", "name", "otherwise"),
    [
        ("Fax 510,555:0182", "ordering_provider.fax", False),
        ("Fax 510,555:0182", "member.phone", True),
        ("Telephcne 510 555 0182", "member.phone", False),
        ("NPT. 1420421006", "member.id", True),
        ("NPT. 1420421006", "ordering_provider.npi", False),
        ("Her diagnosis codes are 024.410", "member.phone", True),
        ("510 555 0182", "member.phone", False),
        ("Pxlqnt Trrl 510-555-0142", "member.phone", False),
        ("Fax 510,555:0182", "member.last_name", False),
        ("/ f ax 510,555:0182", "ordering_provider.npi", True),
        ("call 510 555 0182", "member.phone", False),
        ("Date of visit 03/07/1958", "member.date_of_birth", True),
        ("Date of Buth 03/07/1958", "member.date_of_birth", False),
        ("Surgery and birth 03/07/1958", "member.date_of_birth", False),
    ],
)
def test_what_words_call_a_number_is_known_though_damaged(text: str, name: str, *, otherwise: bool) -> None:
    """One misread letter of a short word, a quarter of a long one; words that say nothing exclude nothing."""
    assert is_called_otherwise(name, text) is otherwise


@pytest.mark.parametrize(
    ("kind", "text", "other"),
    [
        (FieldKind.PHONE, "11/ 15/2 026", True),
        (FieldKind.PHONE, "37-9927662", True),
        (FieldKind.PHONE, "(51 10) 555-6107", False),
        (FieldKind.NPI, "510.555,8949", True),
        (FieldKind.NPI, "1234567 893", False),
        (FieldKind.MEMBER_ID, "11/15/2026", True),
        (FieldKind.MEMBER_ID, "9123 4567A", False),
        (FieldKind.DATE, "(510) 555-8949", True),
        (FieldKind.DATE, "O3/O7/1958", False),
        (FieldKind.NAME, "11/15/2026", False),
    ],
)
def test_the_marks_of_a_number_say_of_what_kind_it_is(kind: FieldKind, text: str, *, other: bool) -> None:
    """A telephone's and a date's marks and a tax number's stroke show through gaps and misread points."""
    assert is_of_another_kind(kind, text) is other


def test_a_number_behind_a_label_is_what_the_label_asks_for() -> None:
    """What stands right behind "Fax" is no sign of an id or a telephone, whosoever it is."""
    sheet, rests = _numbers("Fax:|51O 555-61O7")
    lost = unsettled_fields(sheet, {}, rests, {"None.fax": [sheet.lines[0].tokens[0].area]}, DAY)
    assert "ordering_provider.fax" in lost
    assert not {"member.phone", "ordering_provider.phone", "member.id"} & set(lost)


def test_a_mails_number_that_one_field_took_is_no_sign_of_another() -> None:
    """The member's telephone leaves an office's fax number that is not given missing."""
    reading = _page(
        "Patient: Samplewright, Iris\nDate of birth: 03/07/1958\nCIN: 91234567A\nTel: 510-555-0142\n"
        "Ordering provider: Ada Fauxmann, MD\nNPI: 1234567893\nPhone: 510-555-0199\nFax:"
    )
    assert "ordering_provider.fax" not in _unsettled(reading)
    assert all(value.box is None for value in reading.fields.values())


def test_the_walls_of_an_empty_comb_are_no_number() -> None:
    """What walls and strokes are read as holds nothing."""
    assert [rest.text for rest in _numbers("1111|0142-77|IlI1 1")[1]] == ["1111 0142-77 IlI1 1"]
    assert _numbers("1111111|IlI1 1")[1] == []


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("Hospital-grade breast pump, (E06! 04) x 1", ["(E06! 04)", "1"]),
        ("4 1 5 S 5 5 0 1 4 2", ["4 1 5 S 5 5 0 1 4 2"]),
        ("Iris", []),
    ],
)
def test_numbers_are_words_side_by_side_that_hold_digits(text: str, runs: list[str]) -> None:
    """Letters of a word that look like digits make no number long."""
    assert digit_runs(text) == runs


@pytest.mark.parametrize("typed", ["05-04 2026", "Walker, (E0! 43) x 1"])
def test_a_date_without_its_mark_or_an_item_is_no_telephone(typed: str) -> None:
    """Nobody looks for a telephone there."""
    assert "member.phone" not in _unsettled(_says(typed))


def test_the_other_number_on_a_letters_line_is_the_same_persons() -> None:
    """A telephone beside the office's fax is not the member's."""
    words = [Word("4155550133", Box(0.1, 0.1, 0.2, 0.11), 0.9)]
    sheet = lay_out([*words, Word("415-555-0132", Box(0.25, 0.1, 0.35, 0.11), 0.9)], 1700, 2200)
    fax = FieldValue(
        "+14155550132", "415-555-0132", 0.99, FieldStatus.ACCEPTED, 1, Box(0.25, 0.1, 0.35, 0.11), Source.OCR
    )
    rests = [replace(rest, text="415 5550133") for rest in rests_of(sheet, frozenset({1}), ())]
    lost = unsettled_fields(sheet, {"ordering_provider.fax": fax}, rests, {}, DAY)
    assert "ordering_provider.phone" in lost
    assert "member.phone" not in lost


@pytest.mark.parametrize(("said", "shown"), [("150.22", "150.22"), ("110", "110")])
def test_a_sentence_that_speaks_of_diagnoses_shows_codes_whose_letter_was_lost(said: str, shown: str) -> None:
    """A code read without its letter is not called missing; the provider is not asked for what stands there."""
    text = f"RE: Iris Samplewright\nDOB: 03/07/1958\nPlease authorize E0143.\nHer diagnosis codes are {said}.\n"
    (diagnosis,) = _page(text).diagnoses
    assert (diagnosis.status, diagnosis.raw) == (FieldStatus.REVIEW, shown)


def test_a_telephone_in_the_place_of_a_members_number_is_none() -> None:
    """What has a telephone's marks is not read as an id or a birth date; it stays a sign of a telephone."""
    reading = _page("Last Name: Samplewright\nFirst Name: Iris\nMember ID: 510-555-7643\nDOB: 510-555-7643")
    assert reading.fields["member.id"].status is FieldStatus.MISSING
    assert reading.fields["member.date_of_birth"].status is FieldStatus.MISSING


@pytest.mark.parametrize(
    ("raw", "value", "height", "candidates", "printed"),
    [
        ("cod0s", None, 0.5, ("C00.0S",), True),
        ("codes", None, 1.0, (), True),
        ("Membasr plioneDat6", "M11.I", 0.5, (), True),
        ("Membasr plioneDat6", "M11.I", 1.0, (), False),
        ("1I0", None, 1.0, (), False),
        ("cod0s", None, 0.5, ("I10",), False),
        ("I10", "I10", 0.5, (), False),
    ],
)
def test_a_labels_small_print_is_no_diagnosis(
    raw: str, value: str | None, height: float, candidates: tuple[str, ...], *, printed: bool
) -> None:
    """Low letters that are like no known code are a label's; full-sized ones with a digit go to a person."""
    sheet = lay_out([Word("Name", Box(0.1, 0.1, 0.2, 0.11), 0.9)], 1700, 2200)
    box = Box(0.1, 0.2, 0.2, 0.2 + height * sheet.size / 2200)
    others = tuple(Candidate(text, 0.1, "") for text in candidates)
    found = FieldValue(value, raw, 0.01, FieldStatus.REVIEW, 1, box, Source.OCR, others)
    assert _is_printed(found, Text(sheet, 1, Source.OCR, DAY)) is printed
