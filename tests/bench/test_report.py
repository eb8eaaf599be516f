"""The HTML result shows what was wrongly accepted, and the runner goes on where it stopped."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench.reading import faces, peers
from bench.reading.conditions import Condition
from bench.reading.pages import make_page
from bench.reading.report import write_report
from bench.reading.run import jobs, page_name, run
from bench.reading.score import Item
from bench.reading.tables import by_group, main_table, peer_table


def _result(page: str, item: Item) -> dict[str, Any]:
    return {
        "page": page,
        "layout": "letter",
        "condition": "fine-light",
        "seconds": 2.0,
        "upright": True,
        "items": [item.to_json()],
        "peers": [{"peer": "tesseract", "right": 1, "total": 2, "seconds": 0.5}],
    }


def test_every_accepted_wrong_value_is_pictured(tmp_path: Path) -> None:
    """A wrong accepted value comes with what was read, what was printed, and a picture of the place."""
    try:
        faces.families()
    except FileNotFoundError as error:
        pytest.skip(str(error))
    page = make_page(tmp_path, 1, "letter", Condition.parse("fine-light"))
    item = Item("line.code", "E1390", "E1330", "accepted", 0.99, critical=True, box=(0.1, 0.2, 0.3, 0.22))
    results = [_result(page.name, item)]
    shown = write_report(tmp_path / "report.html", [main_table(results)], results, tmp_path)
    text = (tmp_path / "report.html").read_text()
    assert shown == 1
    assert "E1330" in text
    assert "data:image/png;base64," in text


def test_tables_name_layouts_and_peers() -> None:
    """Groups and peers each get their row, with shares of the same pages."""
    results = [_result("letter-0001-fine-light", Item("member.id", "9", "9", "review", 0.5, critical=True))]
    assert "| letter | 1 | 100.0 | 0.0 | 0 of 0 |" in by_group(results, "layout", lambda r, _: r["layout"])
    assert "| all | 100.0 | 50.0 | 2.00 | 0.50 |" in peer_table(results)


def test_pages_read_before_are_not_read_again(tmp_path: Path) -> None:
    """Results on disk are taken as they are; a half-written last line is not."""
    work = jobs(tmp_path, range(1), ("letter",), (Condition.parse("fine-light"),), ())
    kept = _result(page_name(work[0]), Item("member.id", "9", "9", "review", 0.5, critical=True))
    file = tmp_path / "results.jsonl"
    file.write_text(json.dumps(kept) + '\n{"page": "letter-00')
    assert run(work, file, 1) == [kept]


def test_a_peer_is_credited_for_a_value_anywhere_in_its_text() -> None:
    """Peers are looked through for the printed forms of critical values, and for nothing else."""
    printed = {"member.id": "91234567A", "member.address": "1 Oak St"}
    truth = {"printed": printed, "lines": [{"code": "E1390"}], "diagnoses": ["J44.9"]}
    assert peers.wanted(truth) == ["91234567A", "E1390", "J44.9"]
