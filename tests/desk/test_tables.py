"""Reference data: imported whole or not at all, versioned, and decided by."""

import datetime as dt
from pathlib import Path

import pytest

from classify.reference import load_reference
from desk.cases.actor import MACHINE
from desk.cases.tables import (
    TABLES,
    current_reference,
    current_version,
    import_changed,
    import_folder,
    import_table,
    record_edit,
)
from desk.errors import ReferenceDataError
from desk.records.models import AuditEvent, GridRow, Member, Provider, ReferenceVersion
from terms.names import Processor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inlet")]
SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "reference"
DAY = dt.date(2026, 3, 4)
GRID = "code,category,processor\nE0143,walkers,ALLIANCE_UM\n"


def test_the_shipped_tables_decide_before_anything_is_imported() -> None:
    """Without imports there is a grid, and no roster or directory."""
    reference = current_reference()
    assert reference.grid.find("E0143", DAY) is not None
    assert (reference.roster, reference.directory) == (None, None)


@pytest.mark.skipif(not (SAMPLES / "grid.csv").exists(), reason="the samples' tables have not been made")
def test_the_sample_tables_go_in_and_come_back_the_same() -> None:
    """What is decided by after an import is what the files say."""
    versions = import_folder(SAMPLES, actor=MACHINE)
    found, expected = current_reference(), load_reference(SAMPLES)
    assert found.grid.find("E0143", DAY).processor is expected.grid.find("E0143", DAY).processor  # type: ignore[union-attr]
    assert found.roster is not None
    assert expected.roster is not None
    assert sorted(found.roster.members(), key=repr) == sorted(expected.roster.members(), key=repr)
    assert found.directory is not None
    assert expected.directory is not None
    assert sorted(found.directory.providers(), key=repr) == sorted(expected.directory.providers(), key=repr)
    assert sorted(found.processors.offices(), key=repr) == sorted(expected.processors.offices(), key=repr)
    assert sorted(found.vendors.vendors(), key=repr) == sorted(expected.vendors.vendors(), key=repr)
    for version in versions:
        assert found.tables[version.table] == version.version


def test_an_import_takes_effect_at_once_and_is_named(tmp_path: Path) -> None:
    """The next decision goes by the new rows and names their version; the same file again is no new version."""
    path = tmp_path / "grid.csv"
    path.write_text(GRID)
    version = import_table("grid", path, actor=MACHINE)
    row = current_reference().grid.find("E0143", DAY)
    assert row is not None
    assert row.processor is Processor.ALLIANCE_UM
    assert current_reference().tables["grid"] == version.version
    assert import_table("grid", path, actor=MACHINE) == version
    assert AuditEvent.objects.filter(action="reference.changed").count() == 1


def test_one_faulty_row_refuses_the_whole_file(tmp_path: Path) -> None:
    """The rows in force stay, and each fault is named with its row."""
    path = tmp_path / "grid.csv"
    path.write_text(GRID)
    import_table("grid", path, actor=MACHINE)
    path.write_text("code,category,processor\nE0601,sleep,CHME\nXX,sleep,CHME\nE0602,pumps,NOBODY\n")
    with pytest.raises(ReferenceDataError) as refused:
        import_table("grid", path, actor=MACHINE)
    assert [row.split(",")[0] for row in refused.value.rows] == ["row 3", "row 4"]
    assert list(GridRow.objects.values_list("code", flat=True)) == ["E0143"]


def test_a_folder_is_imported_whole_or_not_at_all(tmp_path: Path) -> None:
    """A good grid beside a bad roster changes nothing."""
    (tmp_path / "grid.csv").write_text(GRID)
    (tmp_path / "roster.csv").write_text("cin,last_name\n")
    with pytest.raises(ReferenceDataError):
        import_folder(tmp_path, actor=MACHINE)
    assert not ReferenceVersion.objects.exists()
    with pytest.raises(ReferenceDataError, match=r"grid\.csv"):
        import_folder(tmp_path / "nothing", actor=MACHINE)


def test_edits_by_hand_outlive_a_restart(tmp_path: Path) -> None:
    """At start only files that changed since their last import are imported."""
    (tmp_path / "grid.csv").write_text(GRID)
    assert [v.table for v in import_changed(tmp_path, actor=MACHINE)] == ["grid"]
    GridRow.objects.update(processor="CHME")
    edited = record_edit("grid", actor=MACHINE)
    assert import_changed(tmp_path, actor=MACHINE) == ()
    assert current_version("grid") == edited
    row = current_reference().grid.find("E0143", DAY)
    assert row is not None
    assert row.processor is Processor.CHME
    (tmp_path / "grid.csv").write_text(GRID + "E0601,sleep,CHME\n")
    assert len(import_changed(tmp_path, actor=MACHINE)) == 1


def test_codes_have_dates(tmp_path: Path) -> None:
    """A code list says until when a code may be used."""
    path = tmp_path / "codes.csv"
    path.write_text("code,description,effective_from,effective_to\nE0143,Walker,,2025-12-31\n")
    import_table("codes", path, actor=MACHINE)
    assert current_reference().procedures.standing("E0143", DAY).value == "ended"


def test_an_unknown_table_is_refused(tmp_path: Path) -> None:
    """The sentence names the tables that there are."""
    with pytest.raises(ReferenceDataError, match=", ".join(TABLES)):
        import_table("gird", tmp_path / "x.csv", actor=MACHINE)
    assert not Member.objects.exists()
    assert not Provider.objects.exists()
