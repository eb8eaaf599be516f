"""A known form read by its definition."""

import datetime as dt

import pytest

from extract.read import read_page
from extract.reading import PageReading
from ingest.pages import PageSource
from terms.values import FieldStatus
from tests.extract.forms.conftest import Filled

_DAY = dt.date(2026, 11, 17)


@pytest.fixture(scope="module")
def reading(filled: Filled) -> PageReading:
    """The filled form read, once for all tests."""
    return read_page(filled.pages[0], received_on=_DAY)


def test_a_known_form_is_read_from_its_zones(filled: Filled, reading: PageReading) -> None:
    """Every value stands in its field, the boxes say the type, and the form is named."""
    order = filled.order
    assert reading.form == "chme-order@sample"
    assert reading.value("member.id") == order.member.cin
    assert reading.value("member.date_of_birth") == order.member.date_of_birth.isoformat()
    assert reading.value("ordering_provider.npi") == order.provider.npi
    assert reading.value("request.type") == order.types[0]
    assert [line.code.value for line in reading.lines] == [line.code for line in order.lines]
    assert [d.value for d in reading.diagnoses] == list(order.diagnoses)
    assert reading.facts["type.boxes"] == order.types[0]


def test_printed_words_are_among_the_words(filled: Filled, reading: PageReading) -> None:
    """What the form prints is told with its place, as well as what was typed."""
    texts = {w.text for w in reading.words}
    assert {"ROUTINE", "HCPCS", filled.order.provider.npi} <= texts


def test_a_blank_form_is_missing_everything(blank_order: PageSource) -> None:
    """Nothing printed is taken for a value: every field is missing, with the place where it should stand."""
    reading = read_page(blank_order, received_on=_DAY)
    assert reading.form == "chme-order@sample"
    assert reading.lines == ()
    assert {v.status for v in reading.fields.values()} == {FieldStatus.MISSING}
    assert reading.fields["member.id"].box is not None
    assert reading.facts["signature"] == "no"
    assert reading.facts["type.boxes"] == ""
