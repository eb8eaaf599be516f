"""Orders in mail bodies, letters and lists are read with every value in its role."""

import datetime as dt

import pytest

from extract.read import read_page
from extract.reading import PageReading
from ingest.pages import PageSource
from terms.names import TextSource
from terms.values import FieldStatus

_ORDER = """DME order

Patient Name: Roe, Rita   DOB: 03/07/58   Member ID: 91234567A
Address: 1200 Harbor Test Ln, Oakland, CA 94607   Phone: 510-555-0142

Ordering Physician: Jane Doe, MD   NPI: 1234567893
Address: 88 Sample Plaza, Alameda, CA 94501
Phone: 510-555-0177   Fax: 510-555-0178

Dx: R26.9, M17.11

E0143 x1 folding wheeled walker
E0163-NU x2 commode chair

URGENT - please process today
"""

_LETTER = """Plumtree Test Clinic
88 Sample Plaza, Alameda, CA 94501
Phone 510-555-0177   Fax 510-555-0178

November 19, 2026

Alameda Alliance for Health
Fax 855-891-7174

RE: Rita Roe, DOB 03/07/1958, Member ID 91234567A

I am writing on behalf of my patient, Rita Roe, born March 7, 1958, who lives at
1200 Harbor Test Ln, Oakland, CA 94607 and can be reached at (510) 555-0142. She has
an unsteady gait (R26.9) and right knee osteoarthritis (M17.11) and cannot walk without
help after two falls. I am ordering a folding walker (E0143), quantity 1.

Sincerely,

Jane Doe, MD
NPI 1234567893
"""


def _read(text: str) -> PageReading:
    source = PageSource(1, "body", None, 0, 0, text=text, text_source=TextSource.MAIL_TEXT)
    return read_page(source, received_on=dt.date(2026, 11, 23))


@pytest.mark.parametrize("text", [_ORDER, _LETTER], ids=["order", "letter"])
def test_every_value_has_its_role(text: str) -> None:
    """The member's telephone is not the clinic's, the plan's fax is nobody's, and names are split."""
    reading = _read(text)
    found = {name: value.value for name, value in reading.fields.items()}
    expected = {
        "member.last_name": "Roe",
        "member.first_name": "Rita",
        "member.date_of_birth": "1958-03-07",
        "member.id": "91234567A",
        "member.address": "1200 Harbor Test Ln, Oakland, CA 94607",
        "member.phone": "+15105550142",
        "ordering_provider.name": "Jane Doe, MD",
        "ordering_provider.npi": "1234567893",
        "ordering_provider.address": "88 Sample Plaza, Alameda, CA 94501",
        "ordering_provider.phone": "+15105550177",
        "ordering_provider.fax": "+15105550178",
    }
    assert {name: found.get(name) for name in expected} == expected
    assert [d.value for d in reading.diagnoses] == ["R26.9", "M17.11"]


def test_a_free_list_gives_lines_with_quantity_modifiers_and_description() -> None:
    """The line "E0163-NU x2 commode chair" is a code, a modifier, a quantity and a description."""
    lines = _read(_ORDER).lines
    assert [line.code.value for line in lines] == ["E0143", "E0163"]
    assert [line.quantity.value for line in lines] == ["1", "2"]
    assert [m.value for m in lines[1].modifiers] == ["NU"]
    assert lines[0].description.value == "folding wheeled walker"


def test_urgency_and_clinical_reasons_are_facts() -> None:
    """What a text says of urgency and need is kept for classify."""
    assert _read(_ORDER).facts["text.urgent"] == "yes"
    assert _read(_LETTER).facts["text.clinical"] == "yes"
    assert "text.urgent" not in _read("Non-urgent request for a walker, routine handling is fine.").facts


def test_a_label_with_nothing_behind_it_is_missing_by_its_printed_name() -> None:
    """A blank field is missing, with the label as printed for the notice."""
    value = _read("Patient Name: Roe, Rita\nMember's Phone No.:\nDOB: 03/07/1958\n").fields["member.phone"]
    assert value.status is FieldStatus.MISSING
    assert value.label == "Member's Phone No.:"


@pytest.mark.parametrize("name", ["Ines Halimbawa, FNP-BC", "Ines Halimbawa,FNP-BC", "Ines Halimbawa MD"])
def test_a_clinician_named_in_the_letterhead_alone(name: str) -> None:
    """Above the address, with a degree, whether the space behind the comma was seen or not."""
    text = f"Plumtree Test Clinic\n{name}\n88 Sample Plaza, Alameda, CA 94501\nNPI 1234567893\n\nRx: E0570 nebulizer\n"
    read = _read(text).fields["ordering_provider.name"].value or ""
    assert read.replace(",", ", ").split() == name.replace(",", ", ").split()


def test_two_different_birth_dates_go_to_a_person() -> None:
    """Values that contradict each other are both kept and neither is used."""
    value = _read("Patient DOB: 03/07/1958\n\n\nPatient DOB: 03/07/1985\n").fields["member.date_of_birth"]
    assert value.status is FieldStatus.REVIEW
    assert {c.value for c in value.candidates} == {"1958-03-07", "1985-03-07"}


def test_typed_boxes_choose_the_type() -> None:
    """A cross before "Urgent" among other boxes is the type of the request; two crosses are for a person."""
    one = _read("Review type:   [ ] Routine   [X] Urgent   [ ] Retro")
    assert one.fields["request.type"].value == "urgent"
    assert one.facts["type.boxes"] == "urgent"
    two = _read("Review type:   [X] Routine   [X] Urgent   [ ] Retro")
    assert two.fields["request.type"].status is FieldStatus.REVIEW
    assert two.facts["type.boxes"] == "routine,urgent"


def test_a_table_in_a_mail_gives_its_lines() -> None:
    """Columns are taken apart by their header; a wrapped description stays with its row."""
    text = (
        "HCPCS     Mod     Qty     Description\n"
        "E0143     NU      1       Folding wheeled walker\n"
        "                          with seat\n"
        "E0163     RR      1       Commode chair\n"
    )
    lines = _read(text).lines
    assert [(x.code.value, x.quantity.value, [m.value for m in x.modifiers]) for x in lines] == [
        ("E0143", "1", ["NU"]),
        ("E0163", "1", ["RR"]),
    ]
    assert lines[0].description.value == "Folding wheeled walker with seat"


def test_an_empty_mail_is_an_empty_reading() -> None:
    """Nothing to read gives a reading with nothing in it."""
    reading = _read("\n\n")
    assert reading.fields == {}
    assert reading.lines == ()


@pytest.mark.parametrize(
    "printed",
    [
        "Decisions on routine requests are made within 7 days, on urgent requests within 72 hours of receipt.",
        "Urgent: the standard timeframe could seriously jeopardize the member's life, health or function.",
        "Retro requests are accepted within 90 calendar days of service only if eligibility was unknown.",
    ],
)
def test_what_a_form_says_in_general_is_no_request(printed: str) -> None:
    """Printed rules about urgent and retro requests make no request urgent or retro."""
    facts = _read(printed).facts
    assert "text.urgent" not in facts
    assert "text.retro" not in facts


def test_another_plans_name_is_a_fact() -> None:
    """The name of another health plan at the top of a page is kept."""
    assert (
        _read("Golden Placeholder Health Plan\nAuthorization form").facts["plan.name"]
        == "Golden Placeholder Health Plan"
    )
    assert "plan.name" not in _read("Alameda Alliance for Health\nAuthorization form").facts


def test_a_page_mark_is_kept() -> None:
    """The mark "Page 2 of 5" says which page of the form this is."""
    assert _read("Some form\nPage 2 of 5").facts["page.of"] == "2/5"


def test_code_and_description_in_one_column() -> None:
    """A column that asks for code and description gives both, five digits among them."""
    text = (
        "Procedure Code / Description          Qty\n"
        "97110 - Therapeutic exercise          12\n"
        "E0143 - Folding wheeled walker        1\n"
    )
    lines = _read(text).lines
    assert [(x.code.value, x.description.value, x.quantity.value) for x in lines] == [
        ("97110", "Therapeutic exercise", "12"),
        ("E0143", "Folding wheeled walker", "1"),
    ]


def test_a_column_of_no_concern_keeps_its_words() -> None:
    """What stands under a heading that asks for nothing we keep is no part of the column beside it."""
    text = "HCPCS        Color of frame        Qty\nE0143        dark 12345            1\n"
    (line,) = _read(text).lines
    assert (line.code.value, line.quantity.value) == ("E0143", "1")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("97110 Therapeutic exercise (qly 12)", "97110"),
        ("6 x 97110 Therapeutic exercise", "97110"),
        ("1. Therapeutic exercise - 97110 - qty 6", "97110"),
        ("88350 Mockup Ln Apt 12, San Leandro, CA 94577 (341) 555-6374", None),
        ("12450 Sample Rd (510) 555-0142", None),
    ],
)
def test_five_digits_in_a_list_are_a_procedure_where_something_is_counted(written: str, code: str | None) -> None:
    """Counted services are offered for review; a house number, a ZIP code and an area code count nothing."""
    lines = _read(f"Services Requested\n\n{written}\n").lines
    assert [x.code.value for x in lines] == ([code] if code else [])
    assert not any(x.code.is_accepted for x in lines)
