"""Labels are found by what they say, however they say it, and not in running text."""

import pytest

from extract.fields.roles import assign_roles
from extract.labels.find import find_labels, merged
from extract.labels.likely import likely_labels
from extract.labels.vocabulary import vocabulary
from extract.layout import Sheet, lay_out
from extract.source import mail_words


def _sheet(text: str) -> Sheet:
    return lay_out(mail_words(text, 1734, 2244), 1734, 2244)


def _found(text: str) -> list[tuple[tuple[str, ...], str | None]]:
    sheet = _sheet(text)
    found = find_labels(sheet)
    labels = merged(found.labels, sheet)
    roles = assign_roles(sheet, labels, found.headings)
    return [(label.concepts, role) for label, role in zip(labels, roles, strict=True)]


@pytest.mark.parametrize(
    ("printed", "concept", "role"),
    [
        ("Medi-Cal / Alliance ID #: 91234567A", "member_id", "member"),
        ("Pt DOB: 3/7/1958", "date_of_birth", "member"),
        ("Subscriber ID: 91234567A", "member_id", "member"),
        ("Home phone: 510-555-0142", "phone", "member"),
        ("Patient's Name: Jane Doe", "full_name", "member"),
        ("Clinician: Jane Doe, MD", "person", "ordering_provider"),
        ("Referring MD: Jane Doe", "person", "ordering_provider"),
        ("Name of ordering physician: Jane Doe", "full_name", "ordering_provider"),
        ("NPI #: 1234567893", "npi", "ordering_provider"),
        ("Prescriber fax: 510-555-0142", "fax", "ordering_provider"),
        ("Rendering Provider NPI: 1234567893", "npi", "servicing_provider"),
        ("Dx codes: R26.9", "diagnosis", None),
        ("Proc code: E0143", "code", None),
        ("HCPCS: E0143", "code", None),
        ("Qty: 1", "quantity", None),
        ("Units: 1", "quantity", None),
        ("Date of Birth (mm/dd/yyyy): 3/7/1958", "date_of_birth", "member"),
        ("Name (Last, First): Doe, Jane", "name_last_first", None),
        ("Start Date of Service: 3/7/2026", "start_date", None),
        ("End Date of Service: 3/7/2026", "end_date", None),
    ],
)
def test_a_wording_never_seen_whole_is_understood(printed: str, concept: str, role: str | None) -> None:
    """Core wordings with role and filler words around them say what is asked for and of whom."""
    concepts, whose = _found(printed)[0]
    assert concepts[0] == concept
    assert whose == role


def test_a_misread_last_word_with_the_colon_belongs_to_the_label() -> None:
    """It would else be the value's first word; a word that is nothing like the wording's end stays the value's."""
    (label,) = find_labels(_sheet("Patient last Pamc: NOOR")).labels
    assert (label.concept, label.text) == ("last_name", "Patient last Pamc:")
    (label,) = find_labels(_sheet("Patient last Quill: NOOR")).labels
    assert (label.concept, label.text) == ("last_name", "Patient last")


@pytest.mark.parametrize("damaged", ["Date of Bitth:", "D0B:", "Date 0f Birth:", "Dateof Birth:", "Date of 8irth:"])
def test_a_damaged_label_is_still_found(damaged: str) -> None:
    """Misread letters and lost spaces do not hide a label."""
    assert _found(f"{damaged} 3/7/1958")[0][0] == ("date_of_birth",)


def test_running_text_has_no_labels() -> None:
    """A sentence that mentions a name, an address or a diagnosis asks for none."""
    text = "The patient has told us that her name and address will change after the diagnosis was made last year."
    assert _found(text) == []


def test_sections_say_whose_a_label_is() -> None:
    """The same label belongs to the provider in one section and to the member in the next."""
    text = (
        "Section 1: Requesting Provider Information\nLast Name: Doe    First Name: Jane\nPhone: 510-555-0177\n"
        "Section 2: Member Information\nLast Name: Roe    First Name: Rita\nPhone: 510-555-0142\n"
        "Section 3: Rendering / Servicing Provider\nPhone: 510-555-0143"
    )
    roles = [role for concepts, role in _found(text) if concepts[0] in {"last_name", "phone"}]
    assert roles == [
        "ordering_provider", "ordering_provider", "member", "member", "servicing_provider",
    ]  # fmt: skip


def test_two_columns_keep_their_sections_apart() -> None:
    """Side by side headings each govern the labels below them."""
    text = (
        "Member                              Referring MD\n"
        "Name: Rita Roe                      Name: Jane Doe, MD\n"
        "Phone: 510-555-0142                 Phone: 510-555-0177"
    )
    found = [(concepts[0], role) for concepts, role in _found(text) if concepts[0] in {"full_name", "phone"}]
    assert found == [
        ("full_name", "member"), ("full_name", "ordering_provider"), ("phone", "member"), ("phone", "ordering_provider"),  # noqa: E501  (a pattern or a list, read as one line)
    ]  # fmt: skip


def test_labels_without_sections_follow_the_person_named_before() -> None:
    """A telephone after the patient's name is the patient's, after the physician's the physician's."""
    text = (
        "Patient Name: Roe, Rita   DOB: 03/07/1958\nPhone: 510-555-0142\n\n"
        "Ordering Physician: Jane Doe, MD\nPhone: 510-555-0177   Fax: 510-555-0178"
    )
    assert [role for concepts, role in _found(text) if concepts[0] in {"phone", "fax"}] == [
        "member", "ordering_provider", "ordering_provider",
    ]  # fmt: skip


def test_labels_that_share_a_box_are_one() -> None:
    """The label "City, State, Zip" asks for three things at once."""
    assert _found("City, State, Zip: Oakland, CA 94607")[0][0] == ("city_state_zip",)


def test_every_wording_has_one_meaning() -> None:
    """No wording of the table stands under two concepts, and every kind is known."""
    words = vocabulary()
    assert set(words.phrases.values()) <= set(words.concepts)
    for phrase, concept in words.phrases.items():
        assert words.phrases[phrase] == concept
    assert {c.kind for c in words.concepts.values()} <= {
        "name", "date", "member_id", "address", "phone", "npi", "code", "modifier", "diagnosis", "quantity",
        "choice", "text", "state", "zip",
    }  # fmt: skip


def test_a_mark_that_a_letter_was_misread_as_ends_no_damaged_label() -> None:
    """A first name is asked for by "Pt. firs: name"; a value behind a wide gap is none of a label's words."""
    sheet = _sheet("Pt. firs: name        OSRIC\n")
    (label,) = likely_labels(sheet, find_labels(sheet))
    assert (label.concepts, label.text) == (("first_name",), "Pt. firs: name")
