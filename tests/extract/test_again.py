"""Reading a place of a page again, where a person points."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from extract.again import prepared, read_again, turn_box
from extract.errors import ImageUnreadableError
from extract.page.upright import upright_png
from ingest.pages import PageSource
from terms.geometry import Box
from terms.names import FieldKind

_WIDE, _HIGH = 1734, 1200
_NPI = "1234567893"
_PLACE = Box(0.38, 0.18, 0.66, 0.26)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> PageSource:
    """A page with a line of words and an NPI below it."""
    path = tmp_path_factory.mktemp("again") / "page.png"
    picture = Image.new("L", (_WIDE, _HIGH), 255)
    pen = ImageDraw.Draw(picture)
    pen.text((120, 120), "Ordering provider of this request, as printed", fill=0, font_size=38)
    pen.text((120, 230), "NPI number:", fill=0, font_size=38)
    pen.text((680, 230), _NPI, fill=0, font_size=38)
    for line in range(6):
        pen.text((120, 420 + 70 * line), "Further words that say which way is up on this page.", fill=0, font_size=36)
    picture.save(path)
    return PageSource(1, "page 1", path, 204.0, 204.0)


def test_the_place_is_read_as_its_kind(source: PageSource) -> None:
    """What stands in the box comes back in normal form, with its own place inside the one pointed at."""
    value = read_again(source, None, _PLACE, FieldKind.NPI)
    assert value.best == _NPI
    assert value.box is not None
    assert value.box.overlap(_PLACE) > 0.9


def test_a_turned_page_is_read_as_it_stands(source: PageSource, tmp_path: Path) -> None:
    """A page that was taken upside down and turned by a person is read right, and its place stays where it was."""
    upside_down = tmp_path / "upright.png"
    upright_png(prepared(source), upside_down)
    with Image.open(upside_down) as picture:
        picture.rotate(180).save(upside_down)
    place = turn_box(_PLACE, 180)
    value = read_again(source, upside_down, place, FieldKind.NPI, turned=180)
    assert value.best == _NPI
    assert value.box is not None
    assert value.box.overlap(place) > 0.9


def test_nothing_there_is_missing(source: PageSource) -> None:
    """An empty place gives an empty value, not somebody's guess."""
    value = read_again(source, None, Box(0.7, 0.85, 0.95, 0.95), FieldKind.NPI)
    assert value.best is None
    assert value.raw is None


def test_a_page_without_picture_says_so() -> None:
    """There is nothing to read again on a mail's body."""
    with pytest.raises(ImageUnreadableError):
        read_again(PageSource(1, "mail", None, 0, 0), None, _PLACE, FieldKind.NPI)


@given(st.tuples(*[st.floats(0, 1)] * 4), st.sampled_from([0, 90, 180, 270]))
def test_turning_there_and_back(edges: tuple[float, float, float, float], degrees: int) -> None:
    """A box turned and turned back is the same box."""
    box = Box.clipped(*edges)
    back = turn_box(turn_box(box, degrees), 360 - degrees)
    assert back.to_json() == pytest.approx(box.to_json(), abs=1e-4)
