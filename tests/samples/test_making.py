"""What the samples are made with: people, fax conditions, fax TIFFs, truth, the telephone line."""

import dataclasses
import datetime as dt
import io
import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from samples import people, phone_line
from samples.conditions import CLEAN, HEAVY, LIGHT, MEDIUM, Resolution, fax_line, fax_page
from samples.fax_tiff import FaxPage, fax_tiff
from samples.forms import form_names, load_form
from samples.make_fax import RECEIVED_AT, fresh_samples
from samples.orders import draw_order
from samples.paper import Part, compose, render
from samples.printed import Hand, draw_hand
from samples.truth import RequestTruth, line_route, request_json
from terms.codes import MemberId, Npi

TODAY = dt.date(2026, 11, 16)


@pytest.fixture(scope="module")
def order_page() -> np.ndarray:
    """A filled CHME order drawn at 400 dpi."""
    order = draw_order(random.Random(1), today=TODAY)
    return render(compose((Part("chme_order", order, Hand()),), random.Random(1)).pdf)[0]


def test_drawn_numbers_are_valid_and_phones_are_555() -> None:
    """NPIs pass their check digit, broken ones fail it, CINs have an allowed letter."""
    rng = random.Random(7)
    for _ in range(300):
        good = people.npi(rng)
        assert Npi.is_valid(good)
        assert not Npi.is_valid(people.broken_npi(good, rng))
        assert MemberId.is_valid(people.cin(rng))
        assert people.phone(rng)[3:6] == "555"


def test_same_seed_same_people() -> None:
    """People depend on the seed only."""
    assert people.member(random.Random("a")) == people.member(random.Random("a"))
    assert people.provider(random.Random("a")) != people.provider(random.Random("b"))


def test_forms_word_each_critical_label_in_three_ways() -> None:
    """No field is labelled only one way over the forms."""
    wordings: dict[str, set[str]] = {}
    for name in form_names():
        for page in load_form(name).pages:
            for block in page:
                for cell in block.get("cells", ()):
                    wordings.setdefault(cell["key"], set()).add(cell["label"].strip(" *:"))
    for key in ("member.id", "member.date_of_birth", "member.phone", "ordering_provider.npi", "diagnosis.list"):
        assert len(wordings[key]) >= 3, key


@pytest.mark.parametrize("condition", [CLEAN, LIGHT, MEDIUM, HEAVY], ids=lambda c: c.name)
def test_fax_page_has_fax_dimensions_and_repeats_with_its_seed(order_page: np.ndarray, condition) -> None:  # noqa: ANN001  (a parameter)
    """1728 dots wide, 98 or 196 lines an inch (less lost rows), the same for the same generator."""
    for resolution, lines in ((Resolution.STANDARD, 1078), (Resolution.FINE, 2156)):
        first = fax_page(order_page, condition, resolution, np.random.default_rng(3))
        again = fax_page(order_page, condition, resolution, np.random.default_rng(3))
        assert first.shape[1] == 1728
        assert lines - 9 <= first.shape[0] <= lines
        assert np.array_equal(first, again)
        assert 0.005 < first.mean() < 0.3


def test_worse_conditions_differ_more_from_clean(order_page: np.ndarray) -> None:
    """Light, medium and heavy stand in order of how much they spoil (skew left aside)."""
    clean = fax_page(order_page, CLEAN, Resolution.FINE, np.random.default_rng(0))
    spoilt = []
    for condition in (LIGHT, MEDIUM, HEAVY):
        still = dataclasses.replace(condition, skew=0, streaks=0, row_faults=0)
        runs = [fax_page(order_page, still, Resolution.FINE, np.random.default_rng(s)) for s in range(4)]
        spoilt.append(np.mean([np.mean(run != clean) for run in runs]))
    assert spoilt[0] < spoilt[1] < spoilt[2]


def test_upside_down_page_is_the_page_turned(order_page: np.ndarray) -> None:
    """A sheet fed the wrong way round comes out turned by half a circle."""
    upright = fax_page(order_page, CLEAN, Resolution.FINE, np.random.default_rng(0))
    turned = fax_page(order_page, CLEAN, Resolution.FINE, np.random.default_rng(0), upside_down=True)
    assert np.mean(turned[::-1, ::-1] != upright) < 0.01


def test_line_crop_keeps_its_size_in_inches(order_page: np.ndarray) -> None:
    """A crop of 2 by 0.2 inches comes out 407 dots wide and 39 (fine) or 20 (standard) lines high."""
    crop = order_page[600:680, 200:1000]
    assert fax_line(crop, LIGHT, Resolution.FINE, np.random.default_rng(0)).shape == (39, 407)
    assert fax_line(crop, LIGHT, Resolution.STANDARD, np.random.default_rng(0)).shape == (20, 407)


@pytest.mark.parametrize("codec", ["g4", "g3", "g3_2d"])
def test_fax_tiff_reads_back_as_written(order_page: np.ndarray, codec) -> None:  # noqa: ANN001  (a parameter)
    """Each page decodes to the same dots, with the resolutions of a fax and min-is-white."""
    pages = [
        FaxPage(fax_page(order_page, LIGHT, resolution, np.random.default_rng(2)), resolution)
        for resolution in Resolution
    ]
    with Image.open(io.BytesIO(fax_tiff(pages, codec=codec, caller="+1 510 555 0142"))) as image:
        for number, page in enumerate(pages):
            image.seek(number)
            assert image.size == (1728, page.bits.shape[0])
            assert image.tag_v2[262] == 0
            assert image.tag_v2[270] == "+1 510 555 0142"
            assert float(image.tag_v2[282]) == 204
            assert float(image.tag_v2[283]) == page.resolution.lines_per_inch
            assert np.array_equal(np.asarray(image.convert("L")) == 0, page.bits)


def test_truth_boxes_hold_ink(order_page: np.ndarray) -> None:
    """Where the truth says a value stands there is ink, and a page without the value has none there."""
    order = draw_order(random.Random(1), today=TODAY)
    paper = compose((Part("chme_order", order, Hand()),), random.Random(1))
    high, wide = order_page.shape
    empty = render(
        compose((Part("chme_order", _blanked(order), Hand()),), random.Random(1)).pdf
    )[0]  # fmt: skip
    checked = 0
    for mark in paper.parts[0].placed:
        if not mark.key.startswith(("member.", "ordering_provider.")):
            continue
        box = np.s_[int(mark.box.top * high) : int(mark.box.bottom * high),
                    int(mark.box.left * wide) : int(mark.box.right * wide)]  # fmt: skip
        assert (order_page[box] < 128).mean() > (empty[box] < 128).mean() + 0.03, mark.key
        checked += 1
    assert checked >= 8


def _blanked(order):  # noqa: ANN001, ANN202  (an order)
    return dataclasses.replace(order, blank=frozenset({"member", "ordering_provider"}))


def test_truth_counts_only_what_is_on_the_paper() -> None:
    """A field the form has no place for, or that was left blank, is not in the truth; a blank required one is a gap."""
    drawn = draw_order(random.Random(4), today=TODAY)
    order = dataclasses.replace(drawn, blank=frozenset({"member.phone", "diagnosis"}), types=("urgent",))
    paper = compose((Part("chme_order", order, draw_hand(random.Random(1))),), random.Random(1))
    result = request_json(RequestTruth(order, paper.parts), received_on=TODAY)
    fields = result["fields"]
    assert isinstance(fields, dict)
    assert "member.phone" not in fields
    assert "servicing_provider.npi" not in fields
    assert result["priority"] == "urgent"
    assert result["diagnoses"] == []
    assert {g["field"] for g in result["gaps"]} == {"member.phone", "diagnosis"}  # type: ignore[union-attr]


def test_routes_follow_the_dated_grid_and_the_group() -> None:
    """Equipment goes by the grid whatever the group, medical services go to the group, unknown codes to a person."""
    assert line_route("E0143", "CHCN", TODAY)["processor"] == "CHME"
    assert line_route("L1970", "DIRECT", TODAY) == {
        "processor": "ALLIANCE_UM", "outcome": "process", "vendor": "Placeholder Prosthetics & Orthotics",
    }  # fmt: skip
    assert line_route("72148", "CFMG", TODAY)["processor"] == "CFMG"
    assert line_route("72148", "DIRECT", TODAY)["processor"] == "ALLIANCE_UM"
    assert line_route("E1031", "DIRECT", TODAY)["processor"] == "DESK"
    assert line_route("A4615", "DIRECT", TODAY)["outcome"] == "no_pa_required"
    assert line_route("E0118", "DIRECT", dt.date(2026, 3, 31))["processor"] == "ALLIANCE_UM"
    assert line_route("E0118", "DIRECT", dt.date(2026, 4, 1))["processor"] == "CHME"


def test_fresh_samples_repeat_with_their_seed_and_differ_without() -> None:
    """Any number of fresh faxes, each with a truth of its own."""
    first, second = fresh_samples(2, LIGHT, Resolution.STANDARD, seed=5, forms=("chme_order",))
    (again,) = fresh_samples(1, LIGHT, Resolution.STANDARD, seed=5, forms=("chme_order",))
    assert first.tiff == again.tiff
    assert first.truth == again.truth
    assert first.truth["requests"] != second.truth["requests"]
    assert first.truth["received_at"] == RECEIVED_AT.isoformat()


def test_the_simulated_line_delivers_a_page(order_page: np.ndarray, tmp_path: Path) -> None:
    """A fax sent with error correction arrives whole: the same dots, no bad row."""
    if absent := phone_line.missing_tools():
        pytest.skip(f"not installed: {', '.join(absent)}")
    bits = fax_page(order_page, CLEAN, Resolution.FINE, np.random.default_rng(0))
    source = tmp_path / "sent.tif"
    source.write_bytes(fax_tiff([FaxPage(bits, Resolution.FINE)]))
    program = phone_line.line_program(tmp_path)
    got = phone_line.call(source, tmp_path, program, options=("--res", "fine"))
    assert len(got.pages) == 1
    assert got.bad_rows == 0
    with Image.open(io.BytesIO(got.tiff)) as image:
        received = np.asarray(image.convert("L")) == 0
    assert received.shape[1] == 1728
    assert np.array_equal(received[: bits.shape[0]], bits)


def test_a_bad_line_without_error_correction_spoils_rows(order_page: np.ndarray, tmp_path: Path) -> None:
    """The condition "bad line" loses rows and says so; the page still arrives."""
    if absent := phone_line.missing_tools():
        pytest.skip(f"not installed: {', '.join(absent)}")
    bits = fax_page(order_page, CLEAN, Resolution.FINE, np.random.default_rng(0))
    source = tmp_path / "sent.tif"
    source.write_bytes(fax_tiff([FaxPage(bits, Resolution.FINE)]))
    program = phone_line.line_program(tmp_path)
    got = phone_line.call(source, tmp_path, program, options=("--res", "fine", *phone_line.BAD_LINE))
    assert len(got.pages) == 1
    assert got.bad_rows > 0


def test_a_line_that_never_succeeds_says_so(tmp_path: Path) -> None:
    """A program that always fails ends in one clear error, not in a file."""
    source = tmp_path / "sent.tif"
    source.write_bytes(b"not a fax")
    with pytest.raises(phone_line.PhoneLineError, match="no call succeeded with 3 seeds"):
        phone_line.call(source, tmp_path, Path("/bin/false"), tries=3)
