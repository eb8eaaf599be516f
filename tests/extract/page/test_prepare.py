"""Pages stand upright, square and straight, whatever way they came in."""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw, ImageFont

from extract.errors import ImageUnreadableError
from extract.page.prepare import prepare, prepare_image
from extract.page.upright import DPI, UprightPage, upright_png
from extract.page.words import read_words
from ingest.pages import PageSource
from terms.geometry import Box
from tests.extract.conftest import DOTS, Drawn, fax

Grey = npt.NDArray[np.uint8]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_page_is_turned_upright_by_itself(drawn: Drawn, turn: int) -> None:
    """A fax fed in any of the four ways stands upright, and the turn that was needed is told."""
    bits = fax(drawn.sheet)
    square = cv2.resize(bits, (1734, 2244), interpolation=cv2.INTER_AREA)
    lying = np.ascontiguousarray(np.rot90(square, turn // 90))

    page = prepare_image(np.asarray(lying, dtype=np.uint8), DPI, DPI)

    assert page.rotation == turn
    assert page.height > page.width
    assert page.legibility > 0.8


def test_standard_fax_becomes_square(drawn: Drawn) -> None:
    """Rows of 98 lines an inch are stretched: the upright page has a letter page's shape."""
    page = prepare_image(fax(drawn.sheet, lines=98), DOTS, 98)

    assert page.height / page.width == pytest.approx(11 / 8.5, rel=0.01)
    assert page.rotation == 0


@pytest.mark.parametrize("skew", [-2.0, -0.6, 0.9, 2.2])
def test_skew_is_measured_and_taken_out(drawn: Drawn, skew: float) -> None:
    """A page that leans is straightened to within a tenth of a degree."""
    page = prepare_image(fax(drawn.sheet, skew=skew), DOTS, 196)

    assert page.skew == pytest.approx(skew, abs=0.1)


def test_native_crop_shows_what_the_upright_crop_shows(drawn: Drawn) -> None:
    """The transform to native pixels holds through turning and de-skewing: both cuts show the same ink."""
    bits = np.ascontiguousarray(fax(drawn.sheet, skew=1.1)[::-1, ::-1])
    page = prepare_image(bits, DOTS, 196)
    box = Box(0.1, 0.2, 0.6, 0.3)

    upright, native = page.crop(box) < 128, page.native_crop(box) < 128

    assert page.rotation == 180
    assert upright.shape == native.shape
    assert np.count_nonzero(upright & native) > 0.85 * np.count_nonzero(upright)


def test_blank_page_is_blank_and_has_no_legibility() -> None:
    """Nothing but a little dust: blank, without words, and no guess at how well it reads."""
    rng = np.random.default_rng(1)
    paper = np.full((2156, 1728), 255, dtype=np.uint8)
    paper[rng.random(paper.shape) < 0.0002] = 0

    page = prepare_image(paper, DOTS, 196)

    assert page.is_blank
    assert page.legibility == 0.0
    assert read_words(page) == ()


def test_black_border_is_not_ink(drawn: Drawn) -> None:
    """The black bar that a scanner's lid leaves is no ink of the page."""
    bits = fax(drawn.sheet)
    bits[:, :60] = 0

    page = prepare_image(bits, DOTS, 196)

    assert page.ink[:, :50].sum() == 0
    assert page.rotation == 0


def test_header_line_is_set_apart_and_read(drawn: Drawn) -> None:
    """The sending machine's line becomes facts and none of its text is among the page's words."""
    bits = fax(drawn.sheet)
    strip = Image.new("L", (1728, 34), 255)
    line = "11/02/2026 14:33   FROM: 5105550142   TO: 8445834049     P. 002/003"
    ImageDraw.Draw(strip).text((40, 2), line, font=ImageFont.load_default(26), fill=0)
    bits[8:42] = np.minimum(bits[8:42], np.where(np.array(strip) < 128, 0, 255).astype(np.uint8))

    page = prepare_image(bits, DOTS, 196)

    assert page.header is not None
    assert (page.header.page, page.header.pages) == (2, 3)
    assert page.header.sender == "+15105550142"
    assert page.header.stamp == "11/02/2026 14:33"
    assert not any("8445834049" in word.text for word in read_words(page))


def test_top_of_a_letter_is_no_header(page: UprightPage) -> None:
    """Page text that stands high is left alone."""
    assert page.header is None


def test_streak_is_told(drawn: Drawn, page: UprightPage) -> None:
    """A scanner's streak down the page is reported where it stands, and is not text."""
    bits = fax(drawn.sheet)
    bits[:, 900:902] = 0

    streaked = prepare_image(bits, DOTS, 196)

    assert [abs(c - 900) <= 2 for c in streaked.faults.streaks] == [True]
    assert streaked.text[:, 898:908].sum() < page.text[:, 898:908].sum() + 60


def test_page_without_an_image_says_so(tmp_path: Path) -> None:
    """A page whose image is gone or no picture raises the error with its remedy, without a file name in it."""
    broken = tmp_path / "page.png"
    broken.write_bytes(b"no picture")
    for image in (None, broken):
        with pytest.raises(ImageUnreadableError, match="unpack the arrival again"):
            prepare(PageSource(3, "page 3", image, 204, 196))


def test_display_png_is_the_upright_picture(page: UprightPage, tmp_path: Path) -> None:
    """The picture written for people has the size that boxes are fractions of."""
    upright_png(page, tmp_path / "page.png")

    with Image.open(tmp_path / "page.png") as shown:
        assert shown.size == (page.width, page.height)
