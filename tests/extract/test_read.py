"""A page is read whole: the promise of the reading, on made faxes."""

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from extract.read import read_page
from extract.reading import PageReading
from ingest.pages import PageSource
from ingest.unpack import unpack
from samples.conditions import CONDITIONS, Resolution
from samples.make_fax import fresh_samples
from terms.names import CRITICAL_FIELDS, TextSource
from terms.values import FieldStatus, Source

SAMPLES = Path(__file__).parents[2] / "samples" / "faxes"


@pytest.fixture(scope="module", params=["chme_order", "letter_of_need"])
def read(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], list[PageReading]]:
    """A clean made fax: what it says in truth, and its pages as read."""
    folder = tmp_path_factory.mktemp("made")
    made = fresh_samples(1, CONDITIONS["clean"], Resolution.FINE, seed=31, forms=(request.param,))
    sample = next(made)
    path = folder / "made.tif"
    path.write_bytes(sample.tiff)
    readings = [read_page(p, received_on=dt.date(2026, 11, 23)) for p in unpack(path, folder / "pages").pages]
    return sample.truth["requests"][0], readings


def test_no_critical_value_is_accepted_wrong(read: tuple[dict[str, Any], list[PageReading]]) -> None:
    """Whatever stands as accepted is what was printed; most critical values are."""
    truth, readings = read
    right = 0
    for name in CRITICAL_FIELDS:
        expected = truth["fields"].get(name)
        for reading in readings:
            value = reading.fields.get(name)
            if value and value.status is FieldStatus.ACCEPTED:
                assert expected is not None, name
                assert value.value == expected["value"], name
                right += 1
    assert right >= 6


def test_lines_and_diagnoses_are_found(read: tuple[dict[str, Any], list[PageReading]]) -> None:
    """Every service line is found in order; every accepted diagnosis is one that was printed."""
    truth, readings = read
    found = [line.code.value for reading in readings for line in reading.lines]
    assert len(found) == len(truth["lines"])
    assert {code for code in found if code} <= {line["code"] for line in truth["lines"]}
    accepted = {d.value for reading in readings for d in reading.diagnoses if d.is_accepted}
    assert accepted <= set(truth["diagnoses"])


def test_a_reading_says_where_each_value_stands(read: tuple[dict[str, Any], list[PageReading]]) -> None:
    """Every value has its page and a box on it, inside the page."""
    _, readings = read
    for reading in readings:
        for value in reading.fields.values():
            assert value.page == reading.number
            assert value.box is not None
            assert 0 <= value.box.left < value.box.right <= 1
            assert 0 <= value.box.top < value.box.bottom <= 1
        assert PageReading.from_record(reading.to_record()).facts == reading.facts


def test_a_blank_page_is_blank(tmp_path: Path) -> None:
    """White paper gives a reading that says so, with the display picture written."""
    path = tmp_path / "page.png"
    Image.fromarray(np.full((1100, 850), 255, np.uint8)).save(path)
    upright = tmp_path / "upright.png"
    source = PageSource(1, "page 1", path, 100, 100)
    reading = read_page(source, received_on=dt.date(2026, 11, 23), upright_to=upright)
    assert reading.facts.get("blank") == "yes"
    assert reading.fields == {}
    assert upright.is_file()


def test_a_page_without_a_picture_is_a_problem_not_an_error(tmp_path: Path) -> None:
    """A page that could not be decoded comes back with the problem that says so."""
    source = PageSource(3, "page 3", tmp_path / "gone.png", 204, 196)
    reading = read_page(source, received_on=dt.date(2026, 11, 23))
    assert reading.number == 3
    assert reading.text_source is TextSource.NONE
    assert reading.problem is not None


def test_boxes_of_a_fillable_form_are_sure(tmp_path: Path) -> None:
    """A box that the form itself calls ticked is accepted; what is drawn around it raises no doubt."""
    unpacked = unpack(SAMPLES / "fillable.pdf", tmp_path)
    kind = read_page(unpacked.pages[1], received_on=dt.date(2026, 11, 16)).fields["request.type"]
    assert (kind.value, kind.status, kind.source) == ("routine", FieldStatus.ACCEPTED, Source.FORM_VALUES)
