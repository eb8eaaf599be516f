"""A known form read by its definition."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from extract.read import read_page
from extract.reading import PageReading
from ingest.pages import PageSource
from terms.values import FieldStatus
from tests.extract.forms.conftest import Filled
from tests.extract.test_handwriting import scrawled

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


def test_a_known_form_filled_by_hand_goes_to_a_person(blank_order: PageSource, tmp_path: Path) -> None:
    """Letters that a hand drew into its zones are told as handwriting, and nothing of them is accepted."""
    image = cv2.imread(str(blank_order.image), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    boxes = read_page(blank_order, received_on=_DAY).fields
    names = ("member.last_name", "member.first_name", "member.address", "ordering_provider.address")
    for name, text in zip(names, ("Halimbawa", "Priya Jan", "12 Specimen Way", "9 Clinic Row"), strict=True):
        box = boxes[name].box
        assert box is not None
        left, top = int(box.left * image.shape[1]), int(box.top * image.shape[0])
        room = int((box.bottom - box.top) * image.shape[0])
        ink = scrawled(text)
        ink = cv2.resize(ink[:, :420], (420 * room // ink.shape[0] + 120, room), interpolation=cv2.INTER_NEAREST)
        image[top : top + room, left : left + ink.shape[1]][ink > 0] = 0
    path = tmp_path / "written.png"
    cv2.imwrite(str(path), image)
    reading = read_page(replace(blank_order, image=path), received_on=_DAY)
    assert reading.form == "chme-order@sample"
    assert reading.facts["handwriting"] == "yes"
    assert {v.status for v in reading.fields.values()} <= {FieldStatus.MISSING, FieldStatus.REVIEW}


def test_damaged_rows_cost_one_field_not_the_page(filled: Filled, reading: PageReading, tmp_path: Path) -> None:
    """Rows that a fax lost through one value leave the form known and every value elsewhere as it was."""
    hurt = reading.fields["member.id"].box
    assert hurt is not None
    source = filled.pages[0]
    grey = cv2.imread(str(source.image), cv2.IMREAD_GRAYSCALE)
    assert grey is not None
    top, bottom = int(hurt.top * grey.shape[0]), int(np.ceil(hurt.bottom * grey.shape[0]))
    grey[top : top + (bottom - top) * 2 // 3] = 255
    lost = tmp_path / "lost.png"
    cv2.imwrite(str(lost), grey)

    after = read_page(replace(source, image=lost), received_on=_DAY)

    level = {n for n, v in reading.fields.items() if v.box and v.box.top < hurt.bottom and v.box.bottom > hurt.top}
    apart = set(reading.fields) - level
    assert after.form == reading.form
    assert after.fields["member.id"].value == reading.fields["member.id"].value or not (
        after.fields["member.id"].is_accepted
    )
    assert len(apart) > len(level)
    assert {n: after.fields[n].value for n in apart} == {n: reading.fields[n].value for n in apart}
