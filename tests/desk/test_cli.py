"""The command line: what it prints, how it ends, and what it does not load."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
MAIL = ROOT / "samples" / "mails" / "order_in_body.eml"
SCHEMA = json.loads((ROOT / "docs" / "read.schema.json").read_text("utf-8"))


def run(*arguments: str | Path, data: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run ``inlet`` in a process of its own on a data folder of its own."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("INLET_")}
    return subprocess.run(
        [sys.executable, "-m", "desk.cli.main", *map(str, arguments)],
        env=environment | {"INLET_DATA_DIR": str(data)} | extra,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_read_prints_the_contract_and_stores_nothing(tmp_path: Path) -> None:
    """One mail gives one valid document with its words, and no data folder appears."""
    done = run("read", MAIL, "--words", "--received-at", "2026-11-20T16:58:00", data=tmp_path / "var")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    jsonschema.validate(document, SCHEMA)
    assert document["received_at"] == "2026-11-20T16:58:00-08:00"
    assert document["requests"][0]["fields"]["ordering_provider.npi"]["status"] == "accepted"
    assert document["pages"][0]["words"]
    assert not (tmp_path / "var").exists()


def test_read_loads_neither_web_nor_engine(tmp_path: Path) -> None:
    """Django and DBOS are not even imported."""
    program = (
        "import sys; from desk.cli.main import app; app(sys.argv[1:], standalone_mode=False); "
        "sys.stderr.write(' '.join(m for m in sys.modules if m in ('django', 'dbos', 'sqlalchemy')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "read", str(MAIL)], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["problem"] is None
    assert done.stderr == ""


def test_help_loads_nothing_heavy() -> None:
    """``inlet --help`` answers before anything that reads pages is imported."""
    program = (
        "import sys; from desk.cli.main import app; app(['--help'], standalone_mode=False); "
        "heavy = [m for m in ('numpy', 'cv2', 'django', 'dbos', 'onnxruntime', 'spacy') if m in sys.modules]; "
        "sys.stderr.write(' '.join(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "serve" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"", "empty.tif", "ingest.empty_file"),
        (b"hello, this is no fax\n", "text.tif", "ingest.unknown_type"),
        (b"II*\x00\x08\x00\x00\x00\xff\xff", "cut.tif", None),
    ],
)
def test_rubbish_ends_well_with_a_problem(content: bytes, name: str, kind: str | None, tmp_path: Path) -> None:
    """A file that cannot be read is status 0 with a problem and a remedy, never a traceback."""
    path = tmp_path / name
    path.write_bytes(content)
    done = run("read", path, data=tmp_path / "var")
    assert done.returncode == 0
    assert done.stderr == ""
    document = json.loads(done.stdout)
    jsonschema.validate(document, SCHEMA)
    assert document["problem"]["kind"].startswith("ingest.")
    assert kind is None or document["problem"]["kind"] == kind


@pytest.mark.parametrize(
    "arguments",
    [
        ("read",),
        ("read", "no-such-file.tif"),
        ("read", str(MAIL), "--received-at", "yesterday"),
        ("read", str(MAIL), "--reference", "no-such-folder"),
        ("nonsense",),
        ("user", "add", "anna", "--role", "king"),
        ("report", "--date", "tomorrow"),
        ("--config", "no-such.toml", "status"),
    ],
)
def test_wrong_use_is_status_two(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """The message says what is wrong; nothing is done."""
    done = run(*arguments, data=tmp_path / "var")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_pretty_shows_a_person_the_same(tmp_path: Path) -> None:
    """The tables name the values, the route and the due date."""
    done = run("read", MAIL, "--pretty", data=tmp_path / "var", COLUMNS="160")
    assert done.returncode == 0
    assert "route" in done.stdout
    assert "due" in done.stdout


def test_a_typo_in_the_settings_names_the_nearest_key(tmp_path: Path) -> None:
    """An unknown key is a failure that a person can mend."""
    config = tmp_path / "inlet.toml"
    config.write_text('data_dri = "x"\n')
    done = run("--config", config, "status", data=tmp_path / "var")
    assert done.returncode == 1
    assert "data_dir" in done.stderr
    assert "Traceback" not in done.stderr


def test_status_without_records_says_what_to_do(tmp_path: Path) -> None:
    """Before the first start there is nothing to show, and the remedy is named."""
    done = run("status", data=tmp_path / "var")
    assert done.returncode == 1
    assert "inlet serve" in done.stderr


def test_ingest_status_show_and_report_agree(tmp_path: Path) -> None:
    """Two files, one of them twice: two arrivals are in progress, one is a duplicate, and the day's sum holds."""
    data = tmp_path / "var"
    other = tmp_path / "other.eml"
    other.write_bytes(MAIL.read_bytes().replace(b"Subject:", b"Subject: again"))
    copy = tmp_path / "copy.eml"
    copy.write_bytes(MAIL.read_bytes())
    taken = run("ingest", MAIL, other, copy, data=data)
    assert taken.returncode == 0, taken.stderr
    assert "duplicate of arrival 1" in taken.stdout
    status = json.loads(run("status", "--json", data=data).stdout)
    assert status["sums"] == {"in": 3, "in_progress": 2, "processed": 0, "duplicate": 1, "quarantined": 0}
    assert [arrival["state"] for arrival in status["arrivals"]] == ["in_progress", "in_progress", "duplicate"]
    report = json.loads(run("report", "--json", data=data).stdout)
    assert report["holds"] is True
    assert len(report["open_arrivals"]) == 2
    shown = json.loads(run("show", "3", "--json", data=data).stdout)
    assert shown["duplicate_of"] == 1
    nothing = run("show", "ZZZZ-ZZZZ", data=data)
    assert nothing.returncode == 1
    assert "Traceback" not in nothing.stderr


def test_people_are_added_listed_and_kept_out(tmp_path: Path) -> None:
    """A made password is printed once; a short one is refused; removal keeps the person from signing in."""
    data = tmp_path / "var"
    added = run("user", "add", "anna", "--role", "senior clerk", data=data)
    assert added.returncode == 0, added.stderr
    assert "anna may sign in as senior clerk with the password" in added.stdout
    listed = run("user", "list", data=data, COLUMNS="120")
    assert "senior clerk" in listed.stdout
    assert run("user", "remove", "anna", data=data).returncode == 0
    assert run("user", "remove", "nobody", data=data).returncode == 1


def test_import_takes_whole_tables_or_nothing(tmp_path: Path) -> None:
    """The sample tables go in; a table with a faulty row is refused with the row's number."""
    data = tmp_path / "var"
    done = run("import", "all", ROOT / "samples" / "reference", data=data)
    assert done.returncode == 0, done.stderr
    assert "grid:" in done.stdout
    lines = (ROOT / "samples" / "reference" / "roster.csv").read_text("utf-8").splitlines()
    faulty = tmp_path / "roster.csv"
    faulty.write_text("\n".join([*lines[:3], "not,a,roster,row", ""]), "utf-8")
    refused = run("import", "roster", faulty, data=data)
    assert refused.returncode == 1
    assert "4" in refused.stderr
    assert "Traceback" not in refused.stderr
