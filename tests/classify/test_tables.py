"""Reference tables: what is refused, with which row, and what the shipped ones hold."""

from __future__ import annotations

import csv
import datetime as dt
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.codesets import CodeEntry, Standing, build_procedures
from classify.errors import TableError
from classify.families import Family
from classify.grid import GRID_COLUMNS, GridRow, build_grid, read_grid
from classify.offices import Office
from classify.reference import TABLES, Reference, load_reference
from classify.sheet import Sheet, TableInfo
from terms.names import Processor

INFO = TableInfo("grid", "test", "invented")
GRID = "code,code_to,category,processor,service,pa_required,effective_from,effective_to\n"
ROSTER = "cin,last_name,first_name,date_of_birth,line_of_business,medical_group,effective_from,effective_to\n"


def _write(folder: Path, **tables: str) -> Path:
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("row", "number", "column"),
    [
        ("E0143,,walkers,NOBODY,,,,", 2, "processor"),
        ("hello,,walkers,CHME,,,,", 2, "code"),
        ("E0149,E0140,walkers,CHME,,,,", 2, "code_to"),
        ("E0140,K0149,walkers,CHME,,,,", 2, "code_to"),
        ("E0143,,,CHME,,,,", 2, "category"),
        ("E0143,,walkers,CHME,,,01/02/2026,", 2, "effective_from"),
        ("E0143,,walkers,CHME,,,2026-02-01,2026-01-01", 2, "effective_to"),
        ("E0143,,walkers,CHME,sometimes,,,", 2, "service"),
        ("E0143,,walkers,CHME,,maybe,,", 2, "pa_required"),
        ("E0143,,walkers,CHME,,,,\nE0143,,walkers,DESK,,,,", 3, "effective_from"),
        ("E0140,E0149,walkers,CHME,,,,\nE0145,E0155,walkers,DESK,,,,", 3, "code_to"),
        ("E0143,,walkers,CHME,,,,,,,too,many", 2, "row"),
    ],
)
def test_a_faulty_row_of_the_grid_is_named_with_its_number(
    row: dict[str, str] | str, number: int, column: str, tmp_path: Path
) -> None:
    """One bad row refuses the table, and says which row, which column and what to do."""
    with pytest.raises(TableError) as refused:
        load_reference(_write(tmp_path, grid=GRID + row + "\n"))
    assert (refused.value.faults[0].row, refused.value.faults[0].column) == (number, column)
    assert refused.value.faults[0].message


def test_the_same_code_may_stand_twice_at_different_times(tmp_path: Path) -> None:
    """A row ends the day before the next begins."""
    rows = "E0143,,walkers,CHME,,,,2025-12-31\nE0143,,walkers,DESK,,,2026-01-01,\n"
    grid = load_reference(_write(tmp_path, grid=GRID + rows)).grid
    assert grid.find("E0143", dt.date(2025, 12, 31)).processor is Processor.CHME
    assert grid.find("E0143", dt.date(2026, 1, 1)).processor is Processor.DESK
    assert len(grid.all_for("E0143")) == 2


def test_faults_of_the_roster_name_no_person(tmp_path: Path) -> None:
    """A refused roster says row and column and nothing that stands in the row."""
    rows = "91234567A,Samplewright,Iris,1958-13-07,MEDI_CAL,DIRECT,,\n9BAD,Otherby,Olaf,1990-01-02,GOLD,NOWHERE,,\n"
    with pytest.raises(TableError) as refused:
        load_reference(_write(tmp_path, roster=ROSTER + rows))
    said = str(refused.value)
    assert {f.column for f in refused.value.faults} == {"date_of_birth", "cin", "line_of_business", "medical_group"}
    for secret in ("Samplewright", "Iris", "1958", "9BAD", "Otherby", "1990"):
        assert secret not in said


def test_overlapping_spans_of_one_member_are_refused_and_an_empty_roster_too(tmp_path: Path) -> None:
    """A member has one group at a time; a roster without members would match nobody."""
    row = "91234567A,Samplewright,Iris,1958-03-07,MEDI_CAL,DIRECT,{},{}\n"
    twice = row.format("2026-01-01", "") + row.format("2025-01-01", "2026-01-01")
    with pytest.raises(TableError, match="overlaps"):
        load_reference(_write(tmp_path, roster=ROSTER + twice))
    with pytest.raises(TableError, match="no members"):
        load_reference(_write(tmp_path, roster=ROSTER))


def test_a_span_is_found_by_its_day(tmp_path: Path) -> None:
    """A member who changed groups is in the group of the day."""
    rows = (
        "91234567A,Samplewright,Iris,1958-03-07,Medi-Cal,DIRECT,2024-01-01,2025-12-31\n"
        "91234567A9,Samplewright,Iris,1958-03-07,D-SNP,CHCN,2026-01-01,\n"
    )
    roster = load_reference(_write(tmp_path, roster=ROSTER + rows)).roster
    assert roster.by_id_on("91234567A", dt.date(2025, 6, 1)).medical_group == "DIRECT"
    assert roster.by_id_on("91234567A", dt.date(2026, 6, 1)).line_of_business == "D_SNP"
    assert len(roster) == 1


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("providers", "npi,name\n1234567898,Ada Mockingham\n", "NPI"),
        ("providers", "npi,name\n1234567893,Ada\n1234567893,Ada\n", "row 2 too"),
        ("providers", "npi,name,fax,fax_verified\n1234567893,Ada,12,perhaps\n", "fax"),
        ("processors", "code,name,handover\nCHME,CHME,pigeon\n", "handover"),
        ("processors", "code,name\nCHME,CHME\nCHME,CHME\n", "earlier row"),
        ("processors", "code,name,faxes\nCHME,CHME,123\n", "faxes"),
        ("vendors", "id,name\nv1,One\nv1,Two\n", "earlier row"),
        ("holidays", "date,name\n25 Dec,Christmas\n", "YYYY-MM-DD"),
        ("grid", "code,category\nE0143,walkers\n", "column is missing"),
        ("grid", "", "header row"),
    ],
)
def test_each_table_refuses_what_it_cannot_use(name: str, text: str, word: str, tmp_path: Path) -> None:
    """The sentence says what to mend."""
    with pytest.raises(TableError, match=word):
        load_reference(_write(tmp_path, **{name: text}))


def test_a_folder_without_tables_and_a_file_that_is_no_text_are_refused(tmp_path: Path) -> None:
    """A wrong folder is a fault, not an empty reference."""
    with pytest.raises(TableError, match="holds no reference table"):
        load_reference(tmp_path)
    with pytest.raises(TableError, match="not a folder"):
        load_reference(tmp_path / "absent")
    (tmp_path / "grid.csv").write_bytes(b"code,category,processor\n\xff\xfe")
    with pytest.raises(TableError, match="UTF-8"):
        load_reference(tmp_path)


def test_a_folders_tables_take_the_place_of_the_shipped_ones_file_by_file(tmp_path: Path) -> None:
    """What the folder does not hold stays as shipped; versions come from tables.toml or the content."""
    _write(tmp_path, grid=GRID + "E0143,,walkers,DESK,,,,\n")
    first = load_reference(tmp_path)
    assert first.tables["grid"].startswith("sha256:")
    (tmp_path / "tables.toml").write_text('[grid]\nversion = "2026.12"\ncomplete = true\nsource = "plan"\n')
    second = load_reference(tmp_path)
    assert (second.tables["grid"], second.grid.info.complete) == ("2026.12", True)
    shipped = load_reference()
    assert second.calendar is shipped.calendar
    assert second.roster is None
    assert second.procedures.standing("E0100", dt.date(2026, 11, 16)) is Standing.VALID


def test_the_shipped_tables_hold_what_they_say(shipped: Reference) -> None:
    """Every table has a version and a source; the grid's rows say what they rest on."""
    assert all(info.version and info.source for info in shipped.infos)
    assert len(shipped.grid.rows) == 297
    assert {row.basis for row in shipped.grid.rows} == {"SEED_CATEGORY", "ALLIANCE_2014_PAGE", "ASSUMPTION"}
    offices: dict[Processor, Office] = {o.processor: o for o in shipped.processors.offices()}
    assert set(offices) == {Processor.CHME, Processor.ALLIANCE_UM, Processor.CFMG, Processor.CHCN}
    assert offices[Processor.ALLIANCE_UM].faxes == ("+18558917174",)


@pytest.mark.parametrize("table", ["families.csv", "holidays.csv", "processors.csv", "vendors.csv"])
def test_every_row_of_a_shipped_table_says_its_source(table: str) -> None:
    """Whoever looks at a row can tell where it is from."""
    with (TABLES / table).open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        assert "source" in (rows.fieldnames or ())
        assert [row for row in rows if not row["source"].strip()] == []


def test_every_clock_says_its_source(shipped: Reference) -> None:
    """And the table says how long after a service a retro request is taken."""
    assert all(stick.source for stick in shipped.clocks.yardsticks)
    assert shipped.clocks.retro_window == dt.timedelta(days=90)


def test_the_common_diagnoses_stand_in_the_complete_list(shipped: Reference) -> None:
    """All but the two stale codes of the common list are valid; the stale ones are categories now."""
    rows = csv.DictReader((TABLES / "icd10cm_common.csv").read_text("utf-8").splitlines())
    day = dt.date(2026, 6, 1)
    standings = {row["code"]: shipped.diagnoses.standing(row["code"], day) for row in rows}
    assert {code for code, s in standings.items() if s is not Standing.VALID} == {"G20", "G35"}
    assert standings["G20"] is Standing.CATEGORY


def test_absence_means_invalid_only_where_and_when_the_list_is_complete(shipped: Reference) -> None:
    """The list speaks for its own edition; before and after, an absent code is unknown."""
    assert shipped.diagnoses.standing("Z99.X9", dt.date(2026, 6, 1)) is Standing.ABSENT
    assert shipped.diagnoses.standing("Z99.X9", dt.date(2026, 11, 16)) is Standing.UNKNOWN
    assert shipped.procedures.standing("E9998", dt.date(2026, 6, 1)) is Standing.UNKNOWN
    info = TableInfo("hcpcs", "full", "invented", complete=True)
    full = build_procedures({"E0143": CodeEntry(effective_to=dt.date(2026, 1, 31))}, info)
    assert full.standing("E9998", dt.date(2026, 6, 1)) is Standing.ABSENT
    assert full.standing("72148", dt.date(2026, 6, 1)) is Standing.UNKNOWN
    assert full.standing("E0143", dt.date(2026, 2, 1)) is Standing.ENDED


def test_the_packed_diagnosis_list_is_what_the_package_gives() -> None:
    """The shipped list can be made again, byte for byte."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the package reads its own files the old way
        from classify import make_icd10  # noqa: PLC0415  (only under this filter)
    assert (TABLES / "icd10cm.txt.gz").read_bytes() == make_icd10.packed()


@pytest.mark.parametrize(
    ("code", "family"),
    [("E0143", Family.DME), ("V5257", Family.DME), ("72148", Family.MEDICAL), ("J1745", Family.MEDICAL),
     ("Q4101", Family.UNKNOWN), ("0042T", Family.MEDICAL), ("D0120", Family.UNKNOWN), ("99999", Family.UNKNOWN)],
)  # fmt: skip
def test_a_codes_family_tells_equipment_from_services(code: str, family: Family, shipped: Reference) -> None:
    """Ranges decide; between them nobody guesses."""
    assert shipped.families.family(code) is family


@given(
    spans=st.lists(
        st.tuples(st.integers(0, 400), st.integers(0, 90), st.sampled_from([Processor.CHME, Processor.DESK])),
        max_size=6,
    ),
    day=st.integers(0, 500),
)
def test_at_most_one_row_of_a_code_is_in_force_on_any_day(
    spans: list[tuple[int, int, Processor]], day: dt.date | int
) -> None:
    """Either the grid is refused for overlapping dates or every day has one row at most."""
    start = dt.date(2026, 1, 1)
    rows = [
        GridRow(i, "E0143", "E0143", p, "walkers", effective_from=start + dt.timedelta(a),
                effective_to=start + dt.timedelta(a + n))
        for i, (a, n, p) in enumerate(spans, 2)
    ]  # fmt: skip
    when = start + dt.timedelta(day)
    try:
        grid = build_grid(rows, INFO)
    except TableError:
        days = [d for r in rows for d in range(r.effective_from.toordinal(), r.effective_to.toordinal() + 1)]
        assert len(days) != len(set(days))
        return
    inside = [row for row in rows if row.in_force(when)]
    assert len(inside) <= 1
    assert grid.find("E0143", when) == (inside[0] if inside else None)


@given(st.text(max_size=300))
def test_no_text_breaks_the_grid_reader_except_by_a_table_error(text: str) -> None:
    """Any bytes give a grid or a TableError with rows."""
    try:
        read_grid(Sheet.of_csv(text.encode(), "grid.csv", GRID_COLUMNS), INFO)
    except TableError as error:
        assert error.faults  # noqa: PT017  (the error is one of two promised outcomes)
