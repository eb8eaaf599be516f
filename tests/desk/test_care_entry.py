"""Decisions from a table: each made by the person it names, all looked at before any is kept."""

import csv
import io
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from desk.cases.actor import Actor
from desk.cases.care_entry import COLUMNS, Row, import_decisions
from desk.errors import ReferenceDataError
from desk.lifecycle import Role
from desk.pipeline import paper
from desk.records.models import CareRecord, Notice, Request
from tests.desk.made_up import values
from tests.desk.sending_house import CLERK, made_request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inlet")]


@pytest.fixture
def record(tmp_path: Path) -> Request:
    """A request that its processor has."""
    made = made_request(tmp_path, values())
    Request.objects.filter(pk=made.pk).update(state="handed_over")
    return made


def _row(record: Request, **more: str) -> dict[str, str]:
    said = {
        "reference": record.reference,
        "kind": "approve",
        "decided_by": "Octavia Pretendwell, MD, Medical Director",
        "phone": "510-555-0142",
        "decided_at": "2026-11-20 14:30",
        "authorization_number": "A-17",
        "ends": "2027-02-20",
        "code": record.lines.all()[0].code,
    }
    return said | more


def _take(*rows: dict[str, str], dry_run: bool = False, actor: Actor = CLERK) -> tuple[Row, ...]:
    table = io.StringIO()
    writer = csv.DictWriter(table, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    table.seek(0)
    return import_decisions(
        table, actor=actor, zone=ZoneInfo("America/Los_Angeles"), sender=paper.sender_contact(),
        texts=paper.own_texts(), dry_run=dry_run,
    )  # fmt: skip


def test_a_table_records_what_named_persons_decided(record: Request) -> None:
    """The decision is the person's, entered by whoever imports it; times are local; its notice is drafted."""
    assert [row.made for row in _take(_row(record), dry_run=True)] == [False]
    assert not CareRecord.objects.exists()
    assert _take(_row(record)) == (Row(2, record.reference, "approve", made=True),)
    kept = CareRecord.objects.get()
    assert (kept.decided_by, kept.entered_by_name) == ("Octavia Pretendwell, MD, Medical Director", "clara")
    assert kept.decided_at.isoformat() == "2026-11-20T22:30:00+00:00"
    assert Notice.objects.filter(care=kept, kind="approval").exists()
    record.refresh_from_db()
    assert record.state == "decided"
    assert "nobody decides it now" in _take(_row(record))[0].fault


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"reference": "AAAA-AAAA"}, "no request"),
        ({"revision": "9"}, "moved on"),
        ({"decided_by": ""}, "decided by"),
        ({"phone": "none"}, "phone"),
        ({"decided_at": "yesterday"}, "date and time"),
        ({"ends": "soon"}, "ends is a day"),
        ({"kind": "maybe"}, "kind of decision"),
        ({"kind": "deny"}, "reasons"),
        ({"code": "Z9999"}, "not requested"),
    ],
)
def test_a_fault_in_one_row_keeps_all_out(record: Request, tmp_path: Path, change: dict[str, str], fault: str) -> None:
    """Each row is told by itself; nothing of the table is recorded."""
    other = made_request(tmp_path, values())
    Request.objects.filter(pk=other.pk).update(state="handed_over")
    first, second = _take(_row(other), _row(record, **change))
    assert (first.fault, first.made) == ("", False)
    assert fault in second.fault
    assert not CareRecord.objects.exists()


def test_rows_of_one_request_stand_together_and_agree(record: Request, tmp_path: Path) -> None:
    """Lines of one decision are one block that says one thing."""
    other = made_request(tmp_path, values())
    Request.objects.filter(pk=other.pk).update(state="handed_over")
    split = _take(_row(record), _row(other), _row(record))
    assert [bool(row.fault) for row in split] == [True, False, True]
    assert "different things for reasons" in _take(_row(record), _row(record, reasons="Because."))[0].fault


def test_a_table_without_its_columns_or_by_no_clerk_is_refused(record: Request) -> None:
    """The missing or strange column is named; who may not decide records nothing."""
    common = {"actor": CLERK, "zone": ZoneInfo("UTC"), "sender": paper.sender_contact(), "texts": paper.own_texts()}
    for heading, word in (("reference,kind", "decided_"), (",".join((*COLUMNS, "mood")), "mood")):
        with pytest.raises(ReferenceDataError, match=word):
            import_decisions(io.StringIO(heading + "\n"), dry_run=True, **common)  # type: ignore[arg-type]
    auditor = Actor("audie", frozenset({Role.AUDITOR}))
    assert "recorded by a person" in _take(_row(record), actor=auditor)[0].fault
    assert not CareRecord.objects.exists()
