"""Every committed sample, and fresh clean ones, read as ``inlet read`` does and held against the truth."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from classify.reference import load_reference
from desk.one_file import read_file
from samples.conditions import CONDITIONS, Resolution
from samples.make_fax import FRESH_FORMS, fresh_samples
from terms.names import CRITICAL_FIELDS

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs" / "read.schema.json").read_text("utf-8"))
SAMPLES = sorted(
    path
    for folder in ("faxes", "mails")
    for path in (ROOT / "samples" / folder).iterdir()
    if not path.name.endswith(".json")
)
CLEAN = (None, "clean")
"""Conditions of samples that never met a telephone line: drawn PDFs, mails, clean faxes."""


def read(path: Path, received_at: str) -> dict[str, Any]:
    """What ``inlet read`` prints of a file, with the sample tables."""
    reference = load_reference(ROOT / "samples" / "reference")
    document = read_file(path, received_at=dt.datetime.fromisoformat(received_at), reference=reference)
    data: dict[str, Any] = json.loads(json.dumps(document.to_json(words=True)))
    jsonschema.validate(data, SCHEMA)
    return data


def critical(request: dict[str, Any], truth: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any] | None, str | None]]:
    """Each critical value with what was read (None: nothing) and what is true (None: nothing stands there)."""
    for name in CRITICAL_FIELDS:
        yield name, request["fields"][name], truth["fields"].get(name, {}).get("value")
    for what, found, true in (
        ("line", [line["code"] for line in request["lines"]], [line["code"] for line in truth["lines"]]),
        ("diagnosis", request["diagnoses"], truth["diagnoses"]),
    ):
        left = list(true)
        for field in found:
            if field["value"] in left:
                left.remove(field["value"])
                yield what, field, field["value"]
            else:
                yield what, field, None
        for code in left:
            yield what, None, code


def wrong_accepted(document: dict[str, Any], expected: dict[str, Any]) -> list[tuple[str, str | None, str | None]]:
    """Critical values that would be used without a person and are not what was printed."""
    return [
        (name, field["value"], true)
        for request, truth in zip(document["requests"], expected["requests"], strict=False)
        for name, field, true in critical(request, truth)
        if field and field["status"] == "accepted" and field["value"] != true
    ]


def not_exact(document: dict[str, Any], expected: dict[str, Any]) -> list[tuple[str, str | None, str | None]]:
    """Critical values that are not read as printed, accepted or not."""
    return [
        (name, field["value"] if field else None, true)
        for request, truth in zip(document["requests"], expected["requests"], strict=True)
        for name, field, true in critical(request, truth)
        if (field["value"] if field else None) != true
    ]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_sample_comes_out_as_expected(path: Path) -> None:
    """Nothing wrong is accepted; problems, kinds and rotations are as expected; what is clean is read exactly."""
    expected = json.loads(path.with_name(path.name + ".expected.json").read_text("utf-8"))
    document = read(path, expected["received_at"])
    if expected["problem"] and expected["outcome"] == "quarantined":
        assert document["problem"]["kind"] == expected["problem"]
    if expected["pages"]:
        assert len(document["pages"]) == len(expected["pages"])
        for page, true in zip(document["pages"], expected["pages"], strict=True):
            assert page["rotation"] == true.get("rotation", page["rotation"])
    if expected["requests"] and expected["outcome"] == "processed":
        assert len(document["requests"]) == len(expected["requests"])
        assert wrong_accepted(document, expected) == []
        if expected["condition"] in CLEAN:
            assert not_exact(document, expected) == []


@pytest.mark.parametrize("form", FRESH_FORMS)
def test_a_fresh_clean_fax_is_read_exactly(form: str, tmp_path: Path) -> None:
    """Of a fax drawn anew, without a line's damage, every critical value is read right."""
    sample = next(iter(fresh_samples(1, CONDITIONS["clean"], Resolution.FINE, seed=4711, forms=(form,))))
    path = tmp_path / "fresh.tif"
    path.write_bytes(sample.tiff)
    expected: dict[str, Any] = sample.truth  # type: ignore[assignment]  # JSON by construction
    document = read(path, expected["received_at"])
    assert wrong_accepted(document, expected) == []
    assert not_exact(document, expected) == []


def test_a_light_fax_hides_no_more_than_one_value_in_fifty(tmp_path: Path) -> None:
    """On light fine faxes nothing wrong is accepted, and hardly a critical value is not read as printed."""
    values, missed, wrong = 0, [], []
    for number, sample in enumerate(fresh_samples(8, CONDITIONS["light"], Resolution.FINE, seed=815)):
        path = tmp_path / f"{number}.tif"
        path.write_bytes(sample.tiff)
        expected: dict[str, Any] = sample.truth  # type: ignore[assignment]  # JSON by construction
        document = read(path, expected["received_at"])
        values += sum(1 for *_, true in critical(document["requests"][0], expected["requests"][0]) if true)
        missed += not_exact(document, expected)
        wrong += wrong_accepted(document, expected)
    assert wrong == []
    assert len(missed) * 50 <= values, missed
