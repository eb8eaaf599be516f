"""Turns a notice's PDF into a fax TIFF, inside a process of its own: PDFium never runs in threads.

Run as ``python -m outbound.faximage`` it draws what it is asked for on standard input, paper by paper, until
that is closed or nothing is asked for a while (:mod:`outbound.faxtiff` asks). The fax image is what a fax
machine expects: 1728 dots a row, 1 bit, G4, one strip a page, white as zero (RFC 2306, profile F), so that a
fax server sends it as it is.
"""

import io
import json
import select
import struct
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image, ImageChops

from ingest.tiff_directory import STRIP_COUNTS, STRIP_OFFSETS, walk

if TYPE_CHECKING:
    from outbound.originals import Original

LINES = {"fine": 196, "standard": 98}
_DOTS = 1728
_DOTS_PER_INCH = 204
_POINTS_PER_INCH = 72
_OVERSAMPLED = 2
_INK = {"fine": 170, "standard": 185}
"""Grey below this is ink. Above the middle, so that thin strokes survive being one dot wide."""

_SHORT, _LONG, _RATIONAL, _ASCII = 3, 4, 5, 2
_MULTI_PAGE = 2
_G4 = 4
_SOFTWARE = b"Inlet\0"
_IDLE_SECONDS = 120.0


def tiff_of_pdf(pdf: bytes, resolution: str, originals: "Sequence[Original]" = ()) -> bytes:
    """Draw every page of ``pdf`` as a fax page; ``resolution`` is ``fine`` (204x196) or ``standard`` (204x98).

    ``originals`` follow as they are (see :mod:`outbound.originals`).

    Raises pypdfium2's PdfiumError for bytes that are no PDF, KeyError for another resolution.
    """
    lines = LINES[resolution]
    document = pdfium.PdfDocument(pdf)
    try:
        strips = [(*_g4(_fax_page(page, lines, _INK[resolution])), lines) for page in document]
    finally:
        document.close()
    for original in originals:
        from outbound.originals import fax_page_of  # noqa: PLC0415  (loading it takes longer than drawing a page)

        page, own_lines = fax_page_of(original)
        strips.append((*_g4(page), own_lines))
    return _tiff(strips)


def _fax_page(page: pdfium.PdfPage, lines: int, ink: int) -> Image.Image:
    """One page as 1-bit dots: drawn in grey with two by two for each dot, averaged down, cut at one threshold.

    Drawn in the dots' own proportions, since resizing a page afterwards costs more than drawing it.
    """
    wide, high = page.get_size()
    rows = round(high / _POINTS_PER_INCH * lines * _DOTS / (wide / _POINTS_PER_INCH * _DOTS_PER_INCH))
    size = (_OVERSAMPLED * _DOTS, _OVERSAMPLED * rows)
    bitmap = pdfium.PdfBitmap.new_native(*size, pdfium_c.FPDFBitmap_Gray)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, *size)
    pdfium_c.FPDF_RenderPageBitmap(bitmap, page, 0, 0, *size, 0, pdfium_c.FPDF_GRAYSCALE | pdfium_c.FPDF_ANNOT)
    small = bitmap.to_pil().reduce(_OVERSAMPLED)
    bitmap.close()
    dots: Image.Image = small.point([0] * ink + [255] * (256 - ink), "1")
    return dots


def _g4(page: Image.Image) -> tuple[bytes, int]:
    """The G4 rows of a page and their number; ink is coded as black."""
    out = io.BytesIO()
    # Pillow codes white as 1, so the page is handed over inverted; one strip holds all rows
    ImageChops.invert(page).save(out, "TIFF", compression="group4", tiffinfo={278: page.height})
    data = out.getvalue()
    directory = walk(data, most=1).directories[0]
    start = directory.whole(STRIP_OFFSETS)
    return data[start : start + directory.whole(STRIP_COUNTS)], page.height


def _tiff(strips: list[tuple[bytes, int, int]]) -> bytes:
    """Put the pages into one TIFF, each page's rows before its directory, as receivers write them.

    A page is its coded rows, how many they are, and how many to the inch.
    """
    out = io.BytesIO()
    out.write(b"II*\0" + bytes(4))
    pointer = 4
    for number, (rows, height, lines) in enumerate(strips):
        start = out.tell()
        out.write(rows + bytes(len(rows) % 2))
        values = out.tell()
        out.write(struct.pack("<IIII", _DOTS_PER_INCH, 1, lines, 1) + _SOFTWARE)
        directory = out.tell()
        entries = (
            (254, _LONG, 1, _MULTI_PAGE),
            (256, _LONG, 1, _DOTS),
            (257, _LONG, 1, height),
            (258, _SHORT, 1, 1),
            (259, _SHORT, 1, _G4),
            (262, _SHORT, 1, 0),
            (266, _SHORT, 1, 1),
            (273, _LONG, 1, start),
            (274, _SHORT, 1, 1),
            (277, _SHORT, 1, 1),
            (278, _LONG, 1, height),
            (279, _LONG, 1, len(rows)),
            (282, _RATIONAL, 1, values),
            (283, _RATIONAL, 1, values + 8),
            (293, _LONG, 1, 0),
            (296, _SHORT, 1, 2),
            (297, _SHORT, 2, number | len(strips) << 16),
            (305, _ASCII, len(_SOFTWARE), values + 16),
        )
        out.write(struct.pack("<H", len(entries)))
        for entry in entries:
            out.write(struct.pack("<HHII", *entry))
        following = out.tell()
        out.write(bytes(4))
        out.seek(pointer)
        out.write(struct.pack("<I", directory))
        out.seek(0, io.SEEK_END)
        pointer = following
    return out.getvalue()


def _draw(job: Mapping[str, Any], pdf: bytes) -> bytes:
    what, named = job["what"], job["originals"]
    if not named and what != "pdf":
        return tiff_of_pdf(pdf, what)
    from outbound.originals import Original, pdf_with  # noqa: PLC0415  (as above)

    originals = [Original(Path(path), int(lines)) for path, lines in named]
    return pdf_with(pdf, originals) if what == "pdf" else tiff_of_pdf(pdf, what, originals)


def _serve() -> None:
    """Draw what is asked for; a paper that cannot be drawn ends the process.

    A question is a line of JSON (``what``, ``size``, ``originals``) and the PDF; the answer is the paper's size,
    an end of line, and the paper.
    """
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    while select.select([asked], [], [], _IDLE_SECONDS)[0]:
        line = asked.readline()
        if not line:
            return
        job = json.loads(line)
        paper = _draw(job, asked.read(job["size"]))
        answers.write(b"%d\n" % len(paper) + paper)
        answers.flush()


if __name__ == "__main__":
    _serve()
