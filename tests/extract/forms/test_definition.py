"""Form definitions as data."""

import shutil
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from extract.errors import FormError
from extract.forms.definition import from_data, load_definition, save_definition, to_toml
from extract.forms.library import PACKAGED, Library

_ORDER = PACKAGED / "chme-order" / "sample"


def test_every_packaged_definition_loads() -> None:
    """All forms that ship are whole: pictures, words, zones inside the page."""
    known = Library((PACKAGED,))
    assert known.faults == []
    assert {"alliance-pa@2026", "chme-order@sample", "breast-pump@sample"} <= set(known.forms)
    assert all(page.words and page.blank.landmarks for _, page in known.pages)


def test_a_definition_survives_writing_and_reading() -> None:
    """What is written as TOML is read back the same."""
    form = load_definition(_ORDER)
    again = from_data(tomllib.loads(to_toml(form)), _ORDER)
    assert again == form


def test_an_edition_is_never_written_over(tmp_path: Path) -> None:
    """A changed definition is a new edition; the old one stays as it was."""
    form = load_definition(_ORDER)
    save_definition(form, tmp_path)
    with pytest.raises(FormError, match="another name"):
        save_definition(form, tmp_path)
    home = save_definition(replace(form, edition="next"), tmp_path)
    assert load_definition(home).name == "chme-order@next"


def test_a_slot_that_does_not_exist_is_refused() -> None:
    """A misspelt slot is named together with those there are."""
    data = tomllib.loads(to_toml(load_definition(_ORDER)))
    data["page"][0]["zone"][0]["slot"] = "member.shoe_size"
    with pytest.raises(ValueError, match=r"member\.last_name"):
        from_data(data, _ORDER)


def test_a_damaged_definition_is_a_fault_and_hides_no_other(tmp_path: Path) -> None:
    """One folder that cannot be used leaves the rest in use and says what is wrong."""
    shutil.copytree(_ORDER, tmp_path / "good" / "one")
    shutil.copytree(_ORDER, tmp_path / "torn" / "one")
    (tmp_path / "torn" / "one" / "form.toml").write_text("id = ", encoding="utf-8")
    known = Library((tmp_path,))
    assert list(known.forms) == ["chme-order@sample"]
    assert "torn/one" in str(known.faults[0])


def test_of_editions_with_the_same_blank_the_last_is_used(tmp_path: Path) -> None:
    """An edition changed at the desk takes the place of the one it was made from."""
    form = load_definition(_ORDER)
    save_definition(replace(form, edition="2027"), tmp_path)
    known = Library((PACKAGED, tmp_path))
    assert {"chme-order@sample", "chme-order@2027"} <= set(known.forms)
    assert [f.name for f, _ in known.pages if f.id == "chme-order"] == ["chme-order@2027"]
