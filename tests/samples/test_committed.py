"""The committed samples: complete, well-formed, listed, and made by the program that says so."""

import csv
import hashlib
import json
from pathlib import Path

import pytest

from classify.reference import load_reference
from samples.build import build, reference_files
from samples.catalogue import specs
from terms.codes import HcpcsCode, Icd10Code, MemberId, Npi
from terms.contact import Phone
from terms.names import FIELD_KINDS, FieldKind, PageKind, Processor, RequestType
from terms.normal import normalise
from terms.requests import Audience, GapReason

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
FILES = sorted(path for folder in ("faxes", "mails") for path in (SAMPLES / folder).iterdir() if path.suffix != ".json")
SEED = 2026


def expected(path: Path) -> dict:
    """The expected result beside a sample."""
    return json.loads((path.parent / f"{path.name}.expected.json").read_text("utf-8"))


def test_every_sample_has_its_expected_result_and_no_result_stands_alone() -> None:
    """Files and expected results come in pairs."""
    stems = {p.name for p in FILES}
    results = {
        p.name.removesuffix(".expected.json") for f in ("faxes", "mails") for p in (SAMPLES / f).glob("*.expected.json")
    }
    assert len(FILES) >= 30
    assert stems == results


def test_samples_are_small() -> None:
    """All samples together stay under six megabytes."""
    assert sum(p.stat().st_size for p in SAMPLES.rglob("*") if p.is_file() and "__pycache__" not in p.parts) < 6e6


def test_readme_lists_every_file() -> None:
    """samples/README.md names every file of the folder, and none that is not there."""
    readme = (SAMPLES / "README.md").read_text("utf-8")
    present = {
        str(p.relative_to(SAMPLES))
        for p in SAMPLES.rglob("*")
        if p.is_file() and "__pycache__" not in p.parts and not p.name.endswith(".expected.json")
    } - {"README.md"}
    listed = {
        line.split("`")[1] for line in readme.splitlines() if line.startswith("| `") and "." in line.split("`")[1]
    }
    assert present - listed == set()
    assert listed - present == set()


def test_demo_drops_only_samples_that_exist() -> None:
    """Each line of demo.txt is a file, and a duplicate comes after its first."""
    names = (SAMPLES / "demo.txt").read_text("utf-8").split()
    assert all((SAMPLES / name).is_file() for name in names)
    assert names.index("faxes/pa_form.tif") < names.index("faxes/pa_form_again.tif")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_expected_result_is_well_formed(path: Path) -> None:
    """Every expected value is in normal form, every name canonical, every box on the page."""
    data = expected(path)
    assert data["file"] == path.name
    assert data["outcome"] in {"processed", "duplicate", "quarantined"}
    assert (data["duplicate_of"] is not None) == (data["outcome"] == "duplicate")
    for page in data["pages"] or []:
        assert page.get("rotation", 0) in {0, 90, 180, 270}
        assert page.get("kind", "unknown") in set(PageKind)
    for request in data["requests"] or []:
        check_request(request)


def check_request(request: dict) -> None:
    """Check one expected request."""
    assert request["pages"]
    assert request["priority"] in {"urgent", "routine"}
    assert request["route"] in set(Processor)
    for name, field in request["fields"].items():
        check_value(FIELD_KINDS[name], field["value"])
        assert field["page"] in request["pages"]
        left, top, right, bottom = field["box"]
        assert 0 <= left < right <= 1
        assert 0 <= top < bottom <= 1
    for line in request["lines"]:
        assert HcpcsCode.is_valid(line["code"])
        assert line["processor"] in set(Processor)
    assert all(Icd10Code.is_valid(code) for code in request["diagnoses"])
    for gap in request["gaps"]:
        assert gap["reason"] in set(GapReason)
        assert gap["audience"] in set(Audience)


def check_value(kind: FieldKind, value: str | None) -> None:
    """Check that a value is in the normal form of its kind."""
    if value is None:
        return
    checks = {
        FieldKind.NPI: Npi.is_valid,
        FieldKind.MEMBER_ID: MemberId.is_valid,
        FieldKind.PHONE: lambda v: Phone(v).value == v,
        FieldKind.DATE: lambda v: normalise(FieldKind.DATE, v) == v,
        FieldKind.CHOICE: lambda v: v in {"yes", "no"} | set(RequestType),
    }
    assert checks.get(kind, bool)(value)


def test_duplicate_sample_has_the_bytes_of_its_first() -> None:
    """The second fax is the first one again, byte for byte."""
    digests = [
        hashlib.sha256((SAMPLES / "faxes" / n).read_bytes()).digest() for n in ("pa_form.tif", "pa_form_again.tif")
    ]
    assert digests[0] == digests[1]


@pytest.mark.parametrize("file", ["faxes/chme_order_gaps.tif", "faxes/letter_medium.tif", "faxes/fillable.pdf"])
def test_committed_samples_are_reproducible(file: str) -> None:
    """The program makes the committed bytes and the committed truth again from the seed."""
    number, spec = next((n, s) for n, s in enumerate(specs(SEED)) if s.file == file)
    data, truth = build(spec, SEED, number, None)
    assert data == (SAMPLES / file).read_bytes()
    assert truth == expected(SAMPLES / file)


def test_reference_tables_are_reproducible_and_load() -> None:
    """The tables are what the program makes, and classify accepts every row of them."""
    for name, text in reference_files(SEED).items():
        assert (SAMPLES / "reference" / name).read_text("utf-8") == text
    assert load_reference(SAMPLES / "reference") is not None


def test_every_sample_member_is_on_the_roster_and_provider_in_the_directory() -> None:
    """What the samples ask for concerns people the tables know."""
    with (SAMPLES / "reference" / "roster.csv").open(encoding="utf-8", newline="") as file:
        cins = {row["cin"] for row in csv.DictReader(file)}
    with (SAMPLES / "reference" / "providers.csv").open(encoding="utf-8", newline="") as file:
        npis = {row["npi"] for row in csv.DictReader(file)}
    seen = 0
    for path in FILES:
        for request in expected(path)["requests"] or []:
            seen += 1
            assert request["fields"]["member.id"]["value"] in cins
            npi = request["fields"]["ordering_provider.npi"]["value"]
            assert npi is None or npi in npis
    assert seen >= 25


def test_samples_show_each_case_once() -> None:
    """The hard cases are really in the samples: gaps, an invalid NPI, two processors, an unknown code."""
    requests = {p.name: expected(p)["requests"] for p in FILES}

    def gaps(name: str) -> set[tuple[str, str, str]]:
        return {(g["field"], g["reason"], g["audience"]) for g in requests[name][0]["gaps"]}

    assert gaps("chme_order_gaps.tif") == {
        ("member.phone", "missing", "provider"),
        ("diagnosis", "missing", "provider"),
    }
    assert gaps("npi_fails_check.tif") == {("ordering_provider.npi", "invalid", "provider")}
    assert gaps("urgent_and_routine.tif") == {("request.type", "conflict", "clerk")}
    assert gaps("unknown_code.tif") == {("line[0].code", "unknown", "clerk")}
    assert gaps("pa_form.tif") == set()
    assert requests["split_lines.tif"][0]["route"] == "SPLIT"
    assert [line["processor"] for line in requests["split_lines.tif"][0]["lines"]] == [
        "CHME",
        "ALLIANCE_UM",
        "ALLIANCE_UM",
    ]
    assert requests["mri_of_group.tif"][0]["route"] == "CFMG"
    assert requests["urgent_on_cover.tif"][0]["priority"] == "urgent"
    assert len(requests["two_members.tif"]) == 2
