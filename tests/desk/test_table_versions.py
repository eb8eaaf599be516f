"""Every version of a table is kept: what an import would change, the way back, and replay."""

import datetime as dt
import gzip
import io
from pathlib import Path

import pytest
from openpyxl import Workbook

from desk.cases.actor import MACHINE
from desk.cases.decisions import redecide
from desk.cases.replay import replay_all
from desk.cases.table_files import FileFacts
from desk.cases.tables import (
    TABLES,
    current_reference,
    current_version,
    draft_reference,
    export,
    go_back,
    import_folder,
    import_table,
    preview,
    record_edit,
    reference_of,
    versions,
)
from desk.errors import ReferenceDataError
from desk.records.models import GridRow, ReferenceVersion, Request
from desk.storage import ORIGINALS, read_stored
from terms.names import Processor
from tests.desk.made_up import values
from tests.desk.test_joining import came

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inlet")]
SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "reference"
DAY = dt.date(2026, 3, 4)
HEAD = "code,category,processor,effective_from\n"
OLD, NEW = HEAD + "E0143,walkers,CHME,\nK0001,wheelchairs,CHME,\n", HEAD + "E0143,walkers,ALLIANCE_UM,\n"


def grid(folder: Path, text: str, name: str = "grid.csv") -> Path:
    """A grid as a file."""
    path = folder / name
    path.write_text(text)
    return path


def walker() -> Processor:
    """Who looks after walkers now."""
    row = current_reference().grid.find("E0143", DAY)
    assert row is not None
    return row.processor


def test_a_dry_run_says_what_would_change_and_changes_nothing(tmp_path: Path) -> None:
    """Rows added, removed and changed against what is in force; a faulty file is refused row by row."""
    import_table("grid", grid(tmp_path, OLD), actor=MACHINE)
    found = preview("grid", grid(tmp_path, NEW))
    assert (found.removed, [c.key for c in found.changed]) == (("K0001",), ["E0143"])
    assert walker() is Processor.CHME
    assert ReferenceVersion.objects.count() == 1
    with pytest.raises(ReferenceDataError) as refused:
        preview("grid", grid(tmp_path, HEAD + "E0143,walkers,NOBODY,\n"))
    assert refused.value.rows[0].startswith("row 2, processor")


def test_the_way_back_takes_up_the_earlier_rows_under_their_name(tmp_path: Path) -> None:
    """The first version decides again; all three steps stay in the list."""
    first = import_table("grid", grid(tmp_path, OLD), actor=MACHINE)
    import_table("grid", grid(tmp_path, NEW), actor=MACHINE)
    assert walker() is Processor.ALLIANCE_UM
    back = go_back("grid", first.pk, actor=MACHINE)
    assert (back.version, back.way, walker()) == (first.version, "back", Processor.CHME)
    assert [row.way for row in versions("grid")] == ["back", "import", "import"]
    assert GridRow.objects.count() == 2


def test_edits_by_hand_are_kept_too(tmp_path: Path) -> None:
    """After an edit and another import, the edited rows can be taken up again."""
    import_table("grid", grid(tmp_path, OLD), actor=MACHINE)
    GridRow.objects.filter(code="E0143").update(processor="DESK")
    edited = record_edit("grid", actor=MACHINE)
    import_table("grid", grid(tmp_path, NEW), actor=MACHINE)
    go_back("grid", edited.pk, actor=MACHINE)
    assert walker() is Processor.DESK


def test_an_edit_that_contradicts_another_row_is_refused(tmp_path: Path) -> None:
    """Two rows for one code at one time would decide by chance."""
    import_table("grid", grid(tmp_path, OLD), actor=MACHINE)
    GridRow.objects.create(code="E0143", category="walkers", service="dme", pa_required="yes", processor="DESK")
    with pytest.raises(ReferenceDataError, match="overlaps"):
        record_edit("grid", actor=MACHINE)


def test_what_is_exported_is_what_an_import_takes(tmp_path: Path) -> None:
    """Every table goes out as a file and comes back the same rows."""
    import_folder(SAMPLES, actor=MACHINE)
    before = current_reference()
    for name, kind in TABLES.items():
        if current_version(name) is None:
            continue
        path = tmp_path / kind.file
        path.write_bytes(export(name))
        assert preview(name, path).is_nothing
    assert current_reference() is before


def test_a_workbook_and_releases_are_taken_as_they_come(tmp_path: Path) -> None:
    """A grid as XLSX, the HCPCS release, the ICD-10-CM order file: recognised by what is in them."""
    book = Workbook()
    book.active.append(["code", "category", "processor"])
    book.active.append(["E0143", "walkers", "DESK"])
    with io.BytesIO() as buffer:
        book.save(buffer)
        (tmp_path / "grid.xlsx").write_bytes(buffer.getvalue())
    import_table("grid", tmp_path / "grid.xlsx", actor=MACHINE)
    assert walker() is Processor.DESK
    release = tmp_path / "HCPC2026.csv"
    release.write_text("HCPC,SHORT DESCRIPTION,ADD DT,TERM DT\nE0143,Walker,19900101,20251231\n")
    facts = FileFacts(complete=True, effective_from=dt.date(2026, 1, 1))
    import_table("codes", release, actor=MACHINE, facts=facts)
    codes = current_reference().procedures
    assert (codes.standing("E0143", DAY).value, codes.standing("E9999", DAY).value) == ("ended", "absent")
    order = tmp_path / "icd10cm-order.txt"
    order.write_text("00001 M17     0 Gonarthrosis\n00002 M1711   1 Unilateral primary osteoarthritis, right knee\n")
    import_table("diagnoses", order, actor=MACHINE)
    diagnoses = current_reference().diagnoses
    assert [diagnoses.standing(code, DAY).value for code in ("M17.11", "M17", "A00.0")] == [
        "valid", "category", "unknown",
    ]  # fmt: skip


def test_a_draft_is_tried_without_being_imported(tmp_path: Path) -> None:
    """The draft's rows decide in the reference that is given; nothing in force has changed."""
    import_table("grid", grid(tmp_path, OLD), actor=MACHINE)
    draft = draft_reference("grid", grid(tmp_path, NEW))
    row = draft.grid.find("E0143", DAY)
    assert row is not None
    assert (row.processor, walker()) == (Processor.ALLIANCE_UM, Processor.CHME)


def test_every_decision_is_made_again_as_it_was(tmp_path: Path) -> None:
    """After imports, an edit and the way back, each stored decision replays to itself, traces included."""
    import_folder(SAMPLES, actor=MACHINE)
    now = current_reference()
    other = values(codes=("K0001", "L1970"), member__id=None, member__date_of_birth=None)
    requests = [came(tmp_path, "a", values(), tables=now), came(tmp_path, "b", other, tables=now)]
    first = import_table("grid", grid(tmp_path, OLD), actor=MACHINE)
    for request in requests:
        request.revision += 1
        redecide(request, current_reference(), cause="reference")
    GridRow.objects.filter(code="E0143").update(processor="DESK")
    record_edit("grid", actor=MACHINE)
    came(tmp_path, "c", values(ordering_provider__npi=None), tables=current_reference())
    go_back("grid", first.pk, actor=MACHINE)
    found = replay_all()
    assert (found.same, found.reworded, found.different, found.untold) == (5, 0, (), ())
    assert Request.objects.count() == 3


def test_a_changed_record_is_found_by_replay(tmp_path: Path) -> None:
    """A stored decision that its tables do not give is named."""
    request = came(tmp_path, "a", values())
    row = request.decisions.get()
    row.priority = "urgent"
    row.save()
    assert [name for name, _ in replay_all().different] == [request.reference]


def test_a_version_that_is_not_kept_is_said_so(tmp_path: Path) -> None:
    """Decisions of before rows were kept cannot be replayed, and the sentence names the table."""
    made = import_table("grid", grid(tmp_path, OLD), actor=MACHINE)
    request = came(tmp_path, "a", values(), tables=current_reference())
    ReferenceVersion.objects.update(kept="")
    import_table("grid", grid(tmp_path, NEW), actor=MACHINE)
    with pytest.raises(ReferenceDataError, match="grid"):
        reference_of(request.tables)
    with pytest.raises(ReferenceDataError, match="not kept"):
        go_back("grid", made.pk, actor=MACHINE)
    assert replay_all().untold


def test_kept_rows_are_packed_and_hold_the_table(tmp_path: Path) -> None:
    """What is kept is the table as CSV, whatever the file was."""
    made = import_table("grid", grid(tmp_path, OLD), actor=MACHINE)
    assert (
        gzip.decompress(read_stored(ORIGINALS, made.kept)).decode().splitlines()[1].startswith("E0143,,CHME,walkers,")
    )
