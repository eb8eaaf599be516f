"""A blank laid over a page."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from extract.forms.definition import load_definition
from extract.forms.known import ENOUGH, find_known, judge, prepare_known
from extract.forms.library import PACKAGED, library
from extract.forms.register import project, register
from extract.page.prepare import prepare
from ingest.pages import PageSource
from tests.extract.forms.conftest import Filled

_BLANK = load_definition(PACKAGED / "chme-order" / "sample").pages[0].blank


@pytest.mark.parametrize(
    ("angle", "scale", "dx", "dy"),
    [(0.0, 1.0, 0, 0), (0.6, 1.0, 25, -18), (-1.5, 0.97, 10, 40), (0.3, 0.9, 60, 80), (180.0, 1.0, 0, 0)],
)
def test_every_point_is_found_within_two_pixels(angle: float, scale: float, dx: float, dy: float) -> None:
    """Turned, shifted, shrunk: the registration says where each point of the blank stands."""
    page = np.where(_BLANK.ink, 0, 255).astype(np.uint8)
    move = np.vstack([cv2.getRotationMatrix2D((_BLANK.width / 2, _BLANK.height / 2), angle, scale), [0, 0, 1]])
    move[:2, 2] += (dx, dy)
    faxed = cv2.warpAffine(page, move[:2], (_BLANK.width, _BLANK.height), borderValue=(255,))
    noise = np.random.default_rng(3).random(faxed.shape)
    faxed = np.where(noise < 0.001, 0, np.where(faxed < 128, 0, 255)).astype(np.uint8)
    found = register(faxed, [_BLANK])
    assert found is not None
    points = np.array([[x, y] for x in (250.0, 800.0, 1400.0) for y in (300.0, 1000.0, 1700.0)])
    off = np.sqrt(((found[1].to_page(points) - project(move, points)) ** 2).sum(axis=1))
    assert off.max() < 2.3
    assert found[1].turned == (angle == 180.0)


def test_a_filled_form_is_known(filled: Filled) -> None:
    """A filled page is recognised as its form, however much is typed on it."""
    known = find_known(prepare(filled.pages[0]))
    assert known is not None
    assert known.form.name == "chme-order@sample"
    assert known.quality >= ENOUGH


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_known_form_is_stood_up_by_its_form(filled: Filled, turn: int, tmp_path: Path) -> None:
    """Fed in any of the four ways the page stands upright, is the form it is, and reads as well."""
    source = filled.pages[0]
    grey = cv2.imread(str(source.image), cv2.IMREAD_GRAYSCALE)
    assert grey is not None
    lying = tmp_path / "lying.png"
    cv2.imwrite(str(lying), np.ascontiguousarray(np.rot90(grey, turn // 90)))
    across, down = (source.dpi_x, source.dpi_y) if turn % 180 == 0 else (source.dpi_y, source.dpi_x)

    page, known = prepare_known(replace(source, image=lying, dpi_x=across, dpi_y=down))

    assert page.rotation == turn
    assert known is not None
    assert known.form.name == "chme-order@sample"
    assert page.legibility > 0.8


def test_a_page_stands_alike_however_it_is_prepared(filled: Filled) -> None:
    """By its form or by reading it, a page has the same picture: boxes found by one hold for the other."""
    by_form, _ = prepare_known(filled.pages[0])
    by_reading = prepare(filled.pages[0])
    assert np.array_equal(by_form.image, by_reading.image)
    assert np.array_equal(by_form.text, by_reading.text)


def test_no_other_form_is_taken_for_it(filled: Filled) -> None:
    """Without its own definition the page is none of the others."""
    page = prepare(filled.pages[0])
    others = [p.blank for form, p in library().pages if form.id != "chme-order"]
    found = register(page.image, others)
    assert found is None or judge(found[1].quality, 0.7) < ENOUGH


def test_an_empty_page_is_no_form(blank_order: PageSource) -> None:
    """White paper registers to nothing."""
    del blank_order
    assert register(np.full((2244, 1734), 255, np.uint8), [_BLANK]) is None
