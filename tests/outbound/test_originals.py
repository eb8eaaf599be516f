"""Original pages behind a packet."""

import io
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image

from outbound.faximage import tiff_of_pdf
from outbound.faxtiff import fax_tiff, packet_pdf
from outbound.notices import NoticeKind
from outbound.originals import Original, fax_page_of
from outbound.render import render_pdf
from tests.outbound import made_up


def _fax_page(path: Path, rows: int, lines: int) -> Original:
    """A made-up fax page: dots that no resizing leaves alone."""
    dots = np.random.default_rng(7).random((rows, 1728)) < 0.1
    Image.fromarray(np.where(dots, 0, 255).astype(np.uint8)).save(path)
    return Original(path, lines)


@pytest.mark.parametrize(("rows", "lines", "expected"), [(400, 196, 196), (200, 98, 98), (210, 100, 98)])
def test_a_faxed_page_goes_on_dot_for_dot(tmp_path: Path, rows: int, lines: int, expected: int) -> None:
    """What came as a fax goes out as the same dots at its own lines an inch."""
    original = _fax_page(tmp_path / "page.png", rows, lines)
    tiff = tiff_of_pdf(render_pdf(made_up.notice(NoticeKind.RECEIPT)), "fine", [original])
    with Image.open(io.BytesIO(tiff)) as image, Image.open(original.path) as page:
        assert image.n_frames == 3
        image.seek(2)
        assert round(float(image.info["dpi"][1])) == expected
        assert (np.asarray(image.convert("L")) == np.asarray(page)).all()


def test_a_photo_becomes_a_legible_page(tmp_path: Path) -> None:
    """Dark letters on paper in the shade stay letters; the shade does not become black."""
    light = np.linspace(70, 200, 1000)[None, :].repeat(1400, axis=0)
    light[600:620, 100:900] *= 0.4
    Image.fromarray(light.astype(np.uint8)).save(tmp_path / "photo.png")
    page, lines = fax_page_of(Original(tmp_path / "photo.png", 150))
    dots = np.asarray(page)
    assert lines == 196
    assert dots.shape[1] == 1728
    assert dots.shape[0] == pytest.approx(1728 * 1.4 * 196 / 204, abs=2)
    stroke = dots[int(dots.shape[0] * 610 / 1400)]
    assert (~stroke[400:1400]).mean() > 0.95
    assert dots[: int(dots.shape[0] * 0.4)].mean() > 0.99


def test_a_packet_as_pdf_holds_notice_and_pages(tmp_path: Path) -> None:
    """For those who take no fax: the notice, then each original whole, the same bytes each time."""
    original = _fax_page(tmp_path / "page.png", 1078, 98)
    notice = render_pdf(made_up.packet_notice())
    made = packet_pdf(notice, [original, original])
    assert packet_pdf(notice, [original, original]) == made
    document = pdfium.PdfDocument(made)
    assert len(document) == len(pdfium.PdfDocument(notice)) + 2
    grey = np.asarray(document[2].render(scale=0.5, grayscale=True).to_pil())
    assert 200 < grey.mean() < 250
    assert fax_tiff(notice, "fine", [original])
