"""Definitions learned from blanks."""

import datetime as dt
from pathlib import Path

import pytest

from extract.errors import FormError
from extract.forms.definition import FormDefinition, load_definition
from extract.forms.learn import learn
from extract.forms.picture import rows, write_pictures
from samples.blanks import blank_pdf

_TODAY = dt.date(2026, 3, 4)


def _learned(folder: Path, *, fillable: bool) -> FormDefinition:
    blank = folder / "blank.pdf"
    blank.write_bytes(blank_pdf("chme_order", fillable=fillable))
    return load_definition(learn(blank, folder, form_id="order", edition="a", today=_TODAY).folder)


@pytest.mark.parametrize("fillable", [False, True])
def test_a_blank_gives_zones_boxes_and_tables(tmp_path: Path, *, fillable: bool) -> None:
    """A plain or fillable blank gives every field its zone, the options their boxes and the table its rows."""
    page = _learned(tmp_path, fillable=fillable).pages[0]
    slots = {z.slot for z in page.zones}
    assert {
        "member.name_last_first", "member.date_of_birth", "member.id", "member.address.street", "member.phone",
        "ordering_provider.name", "ordering_provider.npi", "ordering_provider.phone", "ordering_provider.fax",
        "diagnosis", "clinical.summary", "request.date", "service.start_date", "signature",
    } <= slots  # fmt: skip
    assert [(c.group, c.value) for c in page.checks] == [
        ("request.type", "routine"),
        ("request.type", "urgent"),
        ("request.type", "retro"),
    ]
    table = page.tables[0]
    assert [c.part for c in table.columns] == ["quantity", "code", "description"]
    assert len(table.rows) == 6


def test_the_proposal_is_shown(tmp_path: Path) -> None:
    """Every page is drawn as a picture, and every zone stands in the table."""
    form = _learned(tmp_path, fillable=False)
    assert [p.is_file() for p in write_pictures(form, tmp_path)] == [True]
    assert len(rows(form)) == len(form.pages[0].zones) + len(form.pages[0].checks) + 1


def test_what_is_no_form_is_refused(tmp_path: Path) -> None:
    """A file without pages, and one without any place to write, cannot be learned."""
    (tmp_path / "nothing.pdf").write_bytes(b"not a PDF")
    with pytest.raises(FormError, match="cannot be learned"):
        learn(tmp_path / "nothing.pdf", tmp_path, form_id="x", edition="a", today=_TODAY)
