"""The codes that are known to exist."""

import csv
import gzip
from pathlib import Path

from extract.decode.lexicon import known_codes
from terms.names import FieldKind

TABLES = Path(__file__).parents[3] / "classify" / "tables"


def test_known_diagnoses_are_those_that_are_decided_by() -> None:
    """Reading and deciding use one release of ICD-10-CM; a category may be a code whose end was lost."""
    lines = gzip.decompress((TABLES / "icd10cm.txt.gz").read_bytes()).decode("ascii").splitlines()
    bare = {line for line in lines if not line.endswith("-")}
    assert {code.replace(".", "") for code in known_codes(FieldKind.DIAGNOSIS)} == bare


def test_known_procedures_hold_the_plans_equipment() -> None:
    """Every code of the equipment table is known when an order is read."""
    with (TABLES / "hcpcs_dme.csv").open(encoding="utf-8", newline="") as file:
        assert {row["code"] for row in csv.DictReader(file)} <= known_codes(FieldKind.CODE)


def test_other_kinds_have_no_list() -> None:
    """Names and numbers are not looked up."""
    assert known_codes(FieldKind.NPI) == frozenset()
