"""The original pages behind a packet: passed on as they came, never redrawn where a fax can carry them.

A page that came by fax is 1728 dots wide and black or white: its dots go out unchanged, at its own
lines an inch. Anything else (a photo, a mail's PDF) is drawn to a fax page once, with a threshold
that follows the light on the paper. PDFium is used here: call from a process of its own.
"""

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium
from PIL import Image

DOTS = 1728
_FINE, _STANDARD = 196, 98
_STANDARD_BELOW = 150
_POINTS_WIDE, _POINTS_HIGH = 612.0, 792.0
_DOTS_PER_INCH = 204
_ID = re.compile(rb"<[0-9A-F]{32}>(?=\]>>\s*startxref\s*\d+\s*%%EOF\s*\Z)")
_BLOCK, _DARKER = 61, 14
"""Each dot is judged against its neighbourhood of so many dots, and is ink when so much darker."""


@dataclass(frozen=True, slots=True)
class Original:
    """The stored image of one page, grey, and its lines an inch."""

    path: Path
    lines: int


def fax_page_of(original: Original) -> tuple[Image.Image, int]:
    """A page as 1-bit dots 1728 wide, and its lines an inch (196 or 98).

    Raises OSError for a file that is no image.
    """
    with Image.open(original.path) as image:
        grey = np.asarray(image.convert("L"))
    if grey.shape[1] == DOTS and _is_two_toned(grey):
        lines = _STANDARD if original.lines < _STANDARD_BELOW else _FINE
        return Image.fromarray(grey).convert("1", dither=Image.Dither.NONE), lines
    high, wide = grey.shape
    rows = max(1, round(high * DOTS / wide * _FINE / _DOTS_PER_INCH * _squareness(original, wide)))
    small = cv2.resize(grey, (DOTS, rows), interpolation=cv2.INTER_AREA)
    dots = cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, _BLOCK, _DARKER)
    return Image.fromarray(dots).convert("1", dither=Image.Dither.NONE), _FINE


def _squareness(original: Original, wide: int) -> float:
    """How much taller a dot of the image is than wide: a standard fax scaled by a server has flat lines."""
    is_fax = wide == DOTS and original.lines < _STANDARD_BELOW
    return _DOTS_PER_INCH / original.lines if is_fax else 1.0


def _is_two_toned(grey: "np.ndarray[tuple[int, int], np.dtype[np.uint8]]") -> bool:
    return bool(((grey == 0) | (grey == np.iinfo(np.uint8).max)).all())


def pdf_with(pdf: bytes, originals: Sequence[Original]) -> bytes:
    """One PDF: the notice's pages, then each original as a page of its own, whole on letter paper.

    Raises pypdfium2's PdfiumError for bytes that are no PDF, OSError for a file that is no image.
    """
    document = pdfium.PdfDocument(pdf)
    try:
        for original in originals:
            with Image.open(original.path) as image:
                _add_page(document, image.convert("L"), original)
        out = io.BytesIO()
        document.save(out)
    finally:
        document.close()
    # PDFium draws the second half of the file's id at random; the same packet must be the same bytes
    content = _ID.sub(b"<" + b"0" * 32 + b">", out.getvalue())
    digest = hashlib.sha256(content).hexdigest()[:32].upper().encode()
    return _ID.sub(b"<" + digest + b">", content)


def _add_page(document: pdfium.PdfDocument, image: Image.Image, original: Original) -> None:
    """Put an image on a letter page, as large as it fits, in its true proportions."""
    high = image.height * _squareness(original, image.width)
    scale = min(_POINTS_WIDE / image.width, _POINTS_HIGH / high)
    width, height = image.width * scale, high * scale
    page = document.new_page(_POINTS_WIDE, _POINTS_HIGH)
    drawn = pdfium.PdfImage.new(document)
    bitmap = pdfium.PdfBitmap.from_pil(image)
    drawn.set_bitmap(bitmap)
    bitmap.close()
    matrix = pdfium.PdfMatrix().scale(width, height)
    drawn.set_matrix(matrix.translate((_POINTS_WIDE - width) / 2, _POINTS_HIGH - height))
    page.insert_obj(drawn)
    page.gen_content()
    page.close()
