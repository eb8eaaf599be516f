"""Reference data in the layouts of others: 834, NPPES, HCPCS and ICD-10-CM releases, XLSX; and what would change."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from classify.changes import directory_changes, grid_changes, roster_changes
from classify.codesets import Standing
from classify.decide import decide
from classify.directory import build_directory
from classify.errors import TableError
from classify.grid import GRID_COLUMNS, build_grid, read_grid
from classify.imports.nppes import read_nppes
from classify.imports.releases import HCPCS_COLUMNS, read_hcpcs, read_icd10_order
from classify.imports.workbook import sheet_of_workbook
from classify.imports.x834 import Mapping834, read_834
from classify.reference import Reference
from classify.roster import LineOfBusiness, MedicalGroup, Roster, build_roster
from classify.sheet import Sheet, TableInfo
from classify.whatif import PastRequest, replays, what_if
from classify.why import explain
from terms.names import Processor

if TYPE_CHECKING:
    from conftest import Maker

INFO = TableInfo("table", "test", "invented")
ISA = (
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *261101*1200*^*00501*000000001*0*T*:~"
    "GS*BE*SENDER*RECEIVER*20261101*1200*1*X*005010X220A1~ST*834*0001*005010X220A1~BGN*00*1*20261101~"
)
MEMBER = (
    "INS*Y*18*030*XN*A*E**FT~REF*0F*{cin}~REF*17*{group}~NM1*IL*1*{last}*IRIS****MI*{cin}~PER*IP**TE*5105550142~"
    "N3*12 INVENTED WAY*APT 3~N4*OAKLAND*CA*946011234~DMG*D8*{born}*F~HD*030**HMO*MEDI_CAL~DTP*348*D8*20260101~"
    "{end}"
)
END = "SE*10*0001~GE*1*1~IEA*1*000000001~"


def _member(**changes: str) -> str:
    parts = {"cin": "91234567A", "group": "CHCN", "last": "SAMPLEWRIGHT", "born": "19580307", "end": ""} | changes
    return MEMBER.format(**parts)


def test_members_come_out_of_an_834() -> None:
    """Id, name, birth date, address, phone, group, product and dates of each member."""
    data = ISA + _member() + _member(cin="92345678C", group="DIRECT", end="DTP*349*D8*20261231~") + END
    first, second = read_834(data.encode())
    assert (first.cin, first.last_name, first.date_of_birth) == ("91234567A", "SAMPLEWRIGHT", dt.date(1958, 3, 7))
    assert first.medical_group is MedicalGroup.CHCN
    assert first.line_of_business is LineOfBusiness.MEDI_CAL
    assert first.address == "12 INVENTED WAY APT 3, OAKLAND, CA 94601"
    assert first.phone == "+15105550142"
    assert (second.effective_from, second.effective_to) == (dt.date(2026, 1, 1), dt.date(2026, 12, 31))


def test_an_834_with_other_separators_and_words_is_read_by_its_header_and_mapping() -> None:
    """Separators come from the header; the sender's group codes from the mapping."""
    data = (ISA + _member(group="G7") + END).replace("*", "|").replace("~", "'\n")
    (member,) = read_834(data.encode(), Mapping834(groups={"G7": MedicalGroup.CFMG}))
    assert member.medical_group is MedicalGroup.CFMG


@pytest.mark.parametrize(
    ("changes", "column"),
    [({"cin": "XYZ"}, "REF*0F"), ({"last": ""}, "NM1*IL"), ({"born": "1958"}, "DMG"), ({"group": "??"}, "REF*17")],
)
def test_faults_of_an_834_name_the_segment_and_no_person(changes: dict[str, str], column: str) -> None:
    """The second member is at fault: its place and segment are named, nothing else of it."""
    with pytest.raises(TableError) as refused:
        read_834((ISA + _member() + _member(**changes) + END).encode())
    assert [(f.row, f.column) for f in refused.value.faults] == [(2, column)]
    assert "SAMPLEWRIGHT" not in str(refused.value)


@given(st.binary(max_size=400))
def test_what_is_no_834_is_refused_and_never_breaks(data: bytes) -> None:
    """Any bytes: members or a TableError."""
    for given_bytes in (data, ISA.encode() + data):
        try:
            read_834(given_bytes)
        except TableError as error:
            assert error.faults  # noqa: PT017  (one of two promised outcomes)


NPPES_HEAD = (
    '"NPI","Entity Type Code","Provider Organization Name (Legal Business Name)","Provider Last Name (Legal Name)",'
    '"Provider First Name","Provider Credential Text","Provider First Line Business Practice Location Address",'
    '"Provider Second Line Business Practice Location Address",'
    '"Provider Business Practice Location Address City Name","Provider Business Practice Location Address State Name",'
    '"Provider Business Practice Location Address Postal Code",'
    '"Provider Business Practice Location Address Telephone Number",'
    '"Provider Business Practice Location Address Fax Number","NPI Deactivation Date","NPI Reactivation Date"'
)
NPPES_ROWS = [
    (
        '"1234567893","1","","MOCKINGHAM","ADA","MD","1 PRACTICE ROW","STE 4","OAKLAND","CA","946011234","5105550100",'
        '"5105550101","",""'
    ),
    '"1245319599","2","PRETEND CLINIC","","","","9 FICTION RD","","RENO","NV","89501","7755550100","","",""',
    '"1003000126","1","","GONEBY","GUS","MD","2 PRACTICE ROW","","OAKLAND","CA","94601","","","01/01/2024",""',
]


def test_providers_come_out_of_the_nppes_file_by_state() -> None:
    """Name, credentials, practice address, phone and fax; deactivated ones left out; no fax counts as verified."""
    found = list(read_nppes([NPPES_HEAD, *NPPES_ROWS], states=frozenset({"CA"})))
    assert [p.npi for p in found] == ["1234567893"]
    ada = found[0]
    assert ada.name == "ADA MOCKINGHAM, MD"
    assert ada.address == "1 PRACTICE ROW STE 4, OAKLAND, CA 94601"
    assert (ada.phone, ada.fax, ada.fax_verified) == ("+15105550100", "+15105550101", False)
    clinic = list(read_nppes([NPPES_HEAD, *NPPES_ROWS], only=frozenset({"1245319599"})))
    assert clinic[0].name == "PRETEND CLINIC"
    with pytest.raises(TableError, match="column is missing"):
        list(read_nppes(["NPI,Name", "1234567893,Ada"]))


def test_a_hcpcs_release_gives_codes_with_their_dates() -> None:
    """Modifiers are passed over; a terminated code has ended on the day after its last."""
    text = (
        "HCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,ADD DT,ACT EFF DT,TERM DT,ACTION CD\n"
        "A1,00100,7,Dressing for one wound,Dressing for one wound,19970101,19970101,,N\n"
        "E0143,00100,3,Walker folding wheeled,Walker folding wheeled w/o s,19860101,19960101,,N\n"
        "E0143,00200,4,adjustable or fixed height,,,,,\n"
        "K9999,00100,3,Gone item,Gone item,20200101,20200101,20260331,N\n"
    )
    codes = read_hcpcs(Sheet.of_csv(text.encode(), "hcpcs", HCPCS_COLUMNS), replace(INFO, complete=True))
    assert len(codes) == 2
    assert codes.standing("E0143", dt.date(2026, 11, 16)) is Standing.VALID
    assert codes.standing("K9999", dt.date(2026, 3, 31)) is Standing.VALID
    assert codes.standing("K9999", dt.date(2026, 4, 1)) is Standing.ENDED
    assert codes.standing("E9998", dt.date(2026, 4, 1)) is Standing.ABSENT


def test_the_icd10_order_file_gives_codes_and_categories() -> None:
    """The flag in column 15 tells full codes from headers; another layout is refused with its line."""
    lines = [
        "00001 J44     0 Other chronic obstructive pulmonary disease",
        "00002 J449    1 Chronic obstructive pulmonary disease, unspecified",
    ]
    found = read_icd10_order(lines, replace(INFO, complete=True))
    day = dt.date(2026, 11, 16)
    assert found.standing("J44.9", day) is Standing.VALID
    assert found.standing("J44", day) is Standing.CATEGORY
    assert found.standing("J44.8", day) is Standing.ABSENT
    with pytest.raises(TableError) as refused:
        read_icd10_order([*lines, "J44.9;COPD"], INFO)
    assert refused.value.faults[0].row == 3


def test_a_workbook_gives_the_same_grid_as_its_csv() -> None:
    """Dates may be real dates, numbers real numbers; rows are numbered as the spreadsheet numbers them."""
    book = Workbook()
    page = book.active
    page.append(["code", "code_to", "category", "processor", "effective_from"])
    page.append(["E0143", None, "walkers", "CHME", dt.date(2026, 1, 1)])
    page.append([70551, 70552, "imaging", "ALLIANCE_UM", None])
    buffer = io.BytesIO()
    book.save(buffer)
    grid = read_grid(sheet_of_workbook(buffer.getvalue(), "grid.xlsx", GRID_COLUMNS), INFO)
    head = "code,code_to,category,processor,effective_from"
    text = f"{head}\nE0143,,walkers,CHME,2026-01-01\n70551,70552,imaging,ALLIANCE_UM,\n"
    assert grid.rows == read_grid(Sheet.of_csv(text.encode(), "grid.csv", GRID_COLUMNS), INFO).rows


@given(st.binary(max_size=200))
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    """Any bytes that are no XLSX give a TableError with the remedy."""
    with pytest.raises(TableError, match="XLSX"):
        sheet_of_workbook(data, "grid.xlsx", GRID_COLUMNS)


def test_a_dry_run_names_what_is_added_removed_and_changed(shipped: Reference, roster: Roster) -> None:
    """Grid by code and date, roster by span, directory by NPI."""
    rows = list(shipped.grid.rows)
    moved = replace(rows[5], processor=Processor.DESK, number=900)
    new = build_grid([*rows[1:5], moved, *rows[6:], replace(rows[0], first="E0101", last="E0101")], INFO)
    found = grid_changes(shipped.grid, new)
    assert found.added == ("E0101",)
    assert found.removed == (f"{rows[0].codes}",)
    assert [(c.key, c.columns) for c in found.changed] == [
        (f"{moved.codes}", (("processor", rows[5].processor.value, "DESK"),))
    ]
    assert grid_changes(shipped.grid, shipped.grid).is_nothing
    assert "1 added, 1 removed, 1 changed" in found.summary()
    members = list(roster.members())
    fewer = build_roster([replace(members[0], medical_group=MedicalGroup.CHCN), *members[2:]], INFO)
    assert (len(roster_changes(roster, fewer).removed), len(roster_changes(roster, fewer).changed)) == (1, 1)
    empty = build_directory([], INFO)
    assert directory_changes(empty, empty).is_nothing


def test_what_if_lists_only_what_would_move(make: Maker, reference: Reference) -> None:
    """Under a draft grid that gives walkers to the desk, walkers move and wheelchairs stay; the past replays."""
    past = []
    for name, code in (("A", "E0143"), ("B", "K0001"), ("C", "E9998")):
        values = make.request(code)
        past.append(
            PastRequest(name, values, make.received_at, decide(values, reference, received_at=make.received_at))
        )
    assert all(replays(request, reference) for request in past)
    rows = [
        replace(r, processor=Processor.DESK) if r.category == "walkers" else replace(r, number=r.number + 50)
        for r in reference.grid.rows
    ]
    extra = replace(rows[0], first="E9998", last="E9998", number=999, processor=Processor.CHME)
    draft = reference.with_grid(build_grid([*rows, extra], INFO))
    moves = {move.reference: move for move in what_if(past, draft)}
    assert set(moves) == {"A", "C"}
    assert [(i, a.processor, b.processor) for i, a, b in moves["A"].routes] == [(0, Processor.CHME, Processor.DESK)]
    assert moves["C"].gaps_closed == ("line[0].code (unknown)",)
    assert list(what_if(past, reference)) == []


def test_the_explanation_answers_every_question_without_naming_anyone(make: Maker, reference: Reference) -> None:
    """Kinds, pages, speed, due date, gaps, routes and tables, with no word about the member."""
    facts = {"why": "1: opens a request", "type.boxes": "routine,urgent"}
    values = make.request("E0143", "72148", facts=facts, fields={"member.phone": None})
    told = explain(values, decide(values, reference, received_at=make.received_at))
    questions = [section.question for section in told]
    assert questions[:5] == [
        "What is each page?",
        "Why do these pages belong together?",
        "How fast?",
        "By when?",
        "What is missing?",
    ]
    assert "Who decides line 2?" in questions
    assert all(section.answers for section in told)
    text = repr(told)
    assert "urgent.72_hours" in text
    assert "Samplewright" not in text
    assert "91234567A" not in text
