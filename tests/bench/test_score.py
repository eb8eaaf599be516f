"""The reading bench counts honestly."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from bench.reading import faces
from bench.reading.conditions import ALL, Condition
from bench.reading.pages import make_page
from bench.reading.people import draw_case
from bench.reading.score import Item, score, upper_bound
from bench.reading.tables import main_table
from bench.reading.words import WordScore, count, overlap


def _field(value: str | None, status: str = "accepted") -> dict[str, Any]:
    return {"value": value, "status": status, "confidence": 0.9, "box": [0.1, 0.1, 0.2, 0.2]}


def _document(fields: dict[str, Any], codes: list[str], diagnoses: list[str]) -> dict[str, Any]:
    lines = [{"code": _field(code), "quantity": _field("1")} for code in codes]
    return {"requests": [{"fields": fields, "lines": lines, "diagnoses": [_field(code) for code in diagnoses]}]}


def _truth(fields: dict[str, str | None], codes: list[str], diagnoses: list[str]) -> dict[str, Any]:
    return {"fields": fields, "lines": [{"code": code, "quantity": "1"} for code in codes], "diagnoses": diagnoses}


def _one(items: list[Item], field: str) -> Item:
    (found,) = [item for item in items if item.field == field]
    return found


def test_a_value_is_right_only_as_a_whole_and_in_its_field() -> None:
    """A value in the wrong field, or with one character off, is wrong, and counts as accepted wrong if accepted."""
    fields = {"member.phone": _field("+15105550199"), "ordering_provider.phone": _field("+15105550142")}
    truth = _truth({"member.phone": "+15105550142", "ordering_provider.phone": "+15105550142"}, [], [])
    items = score(_document(fields, [], []), truth)
    assert _one(items, "ordering_provider.phone").exact
    assert _one(items, "member.phone").accepted_wrong


def test_an_empty_field_called_filled_and_a_filled_one_called_missing_are_told_apart() -> None:
    """Blank on the page but read: called filled. Printed but not found: called missing. Doubtful is neither."""
    fields = {"member.id": _field("91234567A", "review"), "member.phone": _field(None, "missing")}
    fields["ordering_provider.npi"] = _field(None, "review")
    truth = _truth({"member.id": None, "member.phone": "+15105550142", "ordering_provider.npi": "1234567893"}, [], [])
    items = score(_document(fields, [], []), truth)
    assert _one(items, "member.id").called_filled
    assert _one(items, "member.phone").called_missing
    assert not _one(items, "ordering_provider.npi").called_missing


def test_codes_are_paired_whatever_their_order_and_spare_ones_count_against() -> None:
    """Codes read in another order are right; one too many, accepted, is an accepted wrong value."""
    items = score(_document({}, ["E0601", "E1390", "E0143"], []), _truth({}, ["E1390", "E0601"], []))
    codes = [item for item in items if item.field == "line.code"]
    assert [item.exact for item in codes] == [True, True, False]
    assert codes[2].accepted_wrong


def test_a_page_without_a_request_loses_every_value() -> None:
    """Where no request came out, every printed value is called missing."""
    items = score({"requests": []}, _truth({"member.phone": "+15105550142"}, ["E1390"], ["J44.9"]))
    assert all(item.called_missing for item in items)


@pytest.mark.parametrize(("wrong", "total", "bound"), [(0, 100, 2.95), (1, 100, 4.66), (5, 1000, 1.05), (3, 3, 100.0)])
def test_the_upper_bound_is_the_exact_one(wrong: int, total: int, bound: float) -> None:
    """The 95 % bound is Clopper and Pearson's, as tabulated."""
    assert upper_bound(wrong, total) == pytest.approx(bound, abs=0.01)


def test_items_survive_json() -> None:
    """A kept result is read back the same, so a stopped run goes on with the same figures."""
    item = Item("member.id", "91234567A", "91234567A", "accepted", 0.9, critical=True, box=(0.1, 0.2, 0.3, 0.4))
    assert Item.from_json(json.loads(json.dumps(item.to_json()))) == item


def test_the_table_counts_what_the_items_say() -> None:
    """One right and one wrong accepted value of two make 50 % exact, all accepted, 1 of 2 wrong."""
    items = [
        Item("member.id", "91234567A", "91234567A", "accepted", 0.9, critical=True).to_json(),
        Item("member.phone", "+15105550142", "+15105550143", "accepted", 0.9, critical=True).to_json(),
    ]
    result = {"condition": "fine-light", "items": items, "upright": True, "seconds": 1.0}
    row = main_table([result]).splitlines()[2]
    assert row.split(" | ")[3:6] == ["50.0", "100.0", "1 of 2"]


def test_the_same_number_invents_the_same_request() -> None:
    """The evaluation's people come from the seed alone, and its numbers are 555 numbers."""
    case = draw_case(random.Random("x"))
    assert case == draw_case(random.Random("x"))
    assert case.fields["member.phone"].value[5:8] == "555"


def test_conditions_are_named_and_others_refused() -> None:
    """Every condition reads back from its name; a name that is none says what there is."""
    assert [Condition.parse(str(condition)) for condition in ALL] == list(ALL)
    with pytest.raises(ValueError, match="is no condition"):
        Condition.parse("fine-awful")


def test_a_page_is_written_with_its_truth(tmp_path: Path) -> None:
    """A page is a G4 fax with its own resolution, and a second call does not draw it again."""
    try:
        faces.families()
    except FileNotFoundError as error:
        pytest.skip(str(error))
    page = make_page(tmp_path, 0, "order_form", Condition.parse("standard-medium"))
    written = page.fax.stat().st_mtime_ns
    assert page.truth["fields"]["member.id"] is None or len(page.truth["fields"]["member.id"]) == 9
    assert {"line.0.code", "diagnosis.0"} <= page.truth["boxes"].keys()
    assert make_page(tmp_path, 0, "order_form", Condition.parse("standard-medium")).fax.stat().st_mtime_ns == written


def test_words_are_found_by_text_and_place() -> None:
    """A word counts as found once, where text and place agree; elsewhere or twice it costs precision."""
    tally = WordScore()
    count(
        tally, [("Name", (0, 0, 10, 5))], [("name", (1, 0, 10, 5)), ("Name", (50, 50, 60, 55)), ("Name", (0, 0, 10, 5))]
    )
    assert (tally.printed, tally.read, tally.found) == (1, 3, 1)
    assert overlap((0, 0, 10, 10), (5, 0, 15, 10)) == pytest.approx(1 / 3)
