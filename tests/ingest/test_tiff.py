"""Fax TIFFs: every coding, every kind of damage."""

import random
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from ingest import tiff
from ingest.decoded import DecodedPage, FileFacts
from ingest.errors import RefusedError
from ingest.limits import Limits
from tests.ingest import making

_DAMAGED = Path(__file__).parent / "damaged"
_BASIC = {258: (3, [1]), 277: (3, [1])}


def _decode(data: bytes, facts: FileFacts | None = None, limits: Limits | None = None) -> list[DecodedPage]:
    return list(tiff.decode(data, limits or Limits(), facts or FileFacts()))


def _same(page: DecodedPage, original: Image.Image) -> bool:
    assert page.image is not None
    return ImageChops.difference(page.image, original.convert("L")).getbbox() is None


@pytest.mark.parametrize("compression", [making.G3, making.G4, making.NONE, making.LZW, making.PACKBITS])
def test_every_coding_gives_the_same_picture(compression: str | None) -> None:
    """G3, G4, LZW, PackBits and no compression give the page back dot for dot, without a problem."""
    original = making.written_page()
    (page,) = _decode(making.tiff(original, compression=compression))
    assert _same(page, original)
    assert (page.dpi_x, page.dpi_y, page.problem, page.notes) == (204, 196, None, [])


@pytest.mark.parametrize("compression", [making.G3, making.G4])
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("photometric", [0, 1])
def test_fill_order_and_photometric(compression: str, *, reverse: bool, photometric: int) -> None:
    """Both orders of bits are read; the photometric tag decides which dots are black."""
    original = making.written_page(height=400)
    strip = making.fax_strip(original, compression)
    tags = _BASIC | {
        256: (3, [1728]), 257: (3, [400]), 259: (3, [4 if compression == making.G4 else 3]), 262: (3, [photometric]),
        266: (3, [2 if reverse else 1]), 278: (4, [400]), 282: (5, [204, 1]), 283: (5, [196, 1]),
    }  # fmt: skip
    (page,) = _decode(making.raw_tiff([making.reversed_bits(strip) if reverse else strip], tags))
    expected = original if photometric == 0 else ImageChops.invert(original.convert("L"))
    assert _same(page, expected)


def test_odd_rows_per_strip() -> None:
    """Strips of 151 rows, the last one short, are put together without a seam."""
    original = making.written_page(height=1000)
    (page,) = _decode(making.tiff(original, compression=making.G3, t278=151))
    assert _same(page, original)


def test_two_dimensional_g3() -> None:
    """G3 with 2-D rows is read as such."""
    original = making.written_page(height=600)
    (page,) = _decode(making.tiff(original, compression=making.G3, t292=1))
    assert _same(page, original)


@pytest.mark.parametrize(
    ("height", "dpi", "expected"),
    [
        (1078, (204.0, 98.0), (204, 98, False)),
        (2156, (204.0, 196.0), (204, 196, False)),
        (1078, None, (204, 98, True)),
        (2156, None, (204, 196, True)),
        (2156, (72.0, 72.0), (204, 196, True)),
        (1078, (1.0, 1.0), (204, 98, True)),
    ],
)
def test_resolution(height: int, dpi: tuple[float, float] | None, expected: tuple[float, float, bool]) -> None:
    """True tags are believed; missing or absurd ones are replaced by what the width means, and it says so."""
    (page,) = _decode(making.tiff(making.written_page(height=height), dpi=dpi))
    assert (page.dpi_x, page.dpi_y, "resolution_inferred" in page.notes) == expected


def test_a_broken_second_directory_costs_that_page_only() -> None:
    """HylaFAX's empty second directory is a lost page; the first is read, with its bad rows noted."""
    facts = FileFacts()
    first, second = _decode((_DAMAGED / "hylafax_broken_second_ifd.tif").read_bytes(), facts)
    assert first.image is not None
    assert first.image.size == (1728, 1181)
    assert "bad_rows" in first.notes
    assert second.image is None
    assert second.problem is not None
    assert second.problem.kind == "ingest.page_unreadable"
    assert facts.call is not None
    assert (facts.call.tsi, facts.call.caller_id, facts.call.called) == ("CLINIC LINE 1", "5550199", "5551234")


def test_a_cut_strip_keeps_its_good_rows() -> None:
    """A G4 page whose data ends early keeps the rows before, stays as high, and says how many are gone."""
    original = making.written_page(height=1000)
    strip = making.fax_strip(original, making.G4)
    tags = _BASIC | {256: (3, [1728]), 257: (3, [1000]), 259: (3, [4]), 262: (3, [0]), 278: (4, [1000])}
    (page,) = _decode(making.raw_tiff([strip[: len(strip) // 2]], tags))
    assert page.image is not None
    assert page.image.size == (1728, 1000)
    top = (0, 0, 1728, 400)
    assert ImageChops.difference(page.image.crop(top), original.convert("L").crop(top)).getbbox() is None
    assert page.image.crop((0, 800, 1728, 1000)).getextrema() == (255, 255)
    assert page.problem is not None
    assert page.problem.kind == "ingest.page_damaged"
    assert "rows_missing" in page.notes


def test_a_file_cut_in_its_second_page_keeps_that_pages_rows() -> None:
    """Rows that lie after the last directory of a cut file are decoded as the pages before were coded."""
    data = (_DAMAGED / "burst_2d_noecm.tif").read_bytes()
    facts = FileFacts()
    first, second = _decode(data[:77373], facts)
    assert first.problem is None
    assert second.image is not None
    assert first.image is not None
    assert second.image.size == first.image.size
    upper = second.image.crop((0, 0, 1728, 1000))
    assert 0.01 < upper.histogram()[0] / (1728 * 1000) < 0.2
    assert second.problem is not None
    assert facts.problem is not None
    assert facts.problem.kind == "ingest.pages_lost"


def test_a_cut_single_page_without_its_directory_is_salvaged() -> None:
    """A receiver writes the directory last: without it the rows are still found."""
    (page,) = _decode((_DAMAGED / "hylafax_missing_page2_no_ecm.tif").read_bytes()[:49485])
    assert page.image is not None
    assert page.image.height > 1000


def test_a_small_copy_is_no_page() -> None:
    """A reduced-resolution directory (a thumbnail) is not counted as a page."""
    assert len(_decode(making.tiff(making.written_page(), making.written_page()))) == 2
    with pytest.raises(RefusedError) as refused:
        _decode(making.tiff(making.written_page(), t254=1))
    assert refused.value.kind == "ingest.no_pages"


def test_too_many_pages_are_cut_and_said() -> None:
    """Pages beyond the limit are not read, and the file has a problem that says so."""
    facts = FileFacts()
    page = making.written_page(height=100)
    assert len(_decode(making.tiff(page, page, page), facts, Limits(pages=2))) == 2
    assert facts.problem is not None
    assert facts.problem.kind == "ingest.too_many_pages"


def test_a_page_of_too_many_dots_is_refused_alone() -> None:
    """One giant page has a problem; it is not decoded."""
    (page,) = _decode(making.tiff(making.written_page()), limits=Limits(page_pixels=1000))
    assert page.image is None
    assert page.problem is not None
    assert page.problem.kind == "ingest.page_too_large"


def test_orientation_is_obeyed() -> None:
    """A page stored on its side is turned, and its resolutions change places."""
    (page,) = _decode(making.tiff(making.written_page(height=600), t274=6))
    assert page.image is not None
    assert page.image.size == (600, 1728)
    assert (page.dpi_x, page.dpi_y) == (196, 204)


def _zoo() -> list[bytes]:
    """Damaged forms of every sample: cut at several places, bits turned, bytes swapped, parts blanked."""
    chance = random.Random(7)
    small = making.written_page(height=300)
    originals = [path.read_bytes() for path in sorted(_DAMAGED.glob("*.tif"))]
    originals += [making.tiff(small, small, compression=c) for c in (making.G3, making.G4, making.NONE, making.LZW)]
    found: list[bytes] = []
    for data in originals:
        found += [data[: len(data) * part // 9] for part in range(1, 9)]
        for _ in range(6):
            changed = bytearray(data)
            for _ in range(chance.choice((1, 8, 64))):
                changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            found.append(bytes(changed))
        header = bytearray(data)
        header[4:8] = header[7:3:-1]
        start = chance.randrange(len(data) // 2)
        found += [bytes(header), data[:start] + bytes(200) + data[start + 200 :]]
    return found


def test_no_damage_raises() -> None:
    """Every damaged variant ends in pages, each with a picture or a problem, or in a refusal with a kind."""
    refusals: list[str] = []
    read = 0
    for data in _zoo():
        try:
            pages = _decode(data)
        except RefusedError as refused:
            refusals.append(refused.kind)
            continue
        assert pages
        assert all(page.image is not None or page.problem is not None for page in pages)
        read += 1
    assert set(refusals) <= {"ingest.damaged", "ingest.no_pages"}
    assert read > len(refusals)
