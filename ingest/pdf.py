"""Decodes a PDF page by page: the picture a person sees, the text they see, the values they see.

PDFium draws; it runs in the decoder's process only and never in threads. A page that is nothing but
one scanned picture gives that picture in its own pixels, so that a fax inside a PDF is not resampled.
"""

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from PIL import Image
from pypdfium2 import raw

from ingest.decoded import DecodedPage, FileFacts
from ingest.errors import RefusedError, problem
from ingest.grey import to_grey
from ingest.limits import Limits
from ingest.pdf_form import read_form
from ingest.pdf_text import SeenText
from ingest.resolution import resolution

_POINTS_PER_INCH = 72.0
_LEAST_DPI = 60.0
_MOST_NATIVE_DPI = 420.0
_FULL_PAGE = 0.97
_MOSTLY_PICTURE = 0.5
_SKEWED = 1e-3
_NO_MARKS = frozenset({raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_POPUP})
_NO_PAGES = re.compile(rb"/Count\s+0\b")
_A_PAGE = re.compile(rb"/Type\s*/Page\b")
_TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


def decode(path: Path, limits: Limits, facts: FileFacts, *, first: int = 1) -> Iterator[DecodedPage]:
    """Yield the pages of a PDF in order, from page ``first`` on.

    Raises RefusedError when it is protected with a password, damaged, or has no page. Fills
    ``facts.problem`` when it has more pages than the limit.
    """
    document = _open(path)
    text = SeenText(path)
    try:
        count = len(document)
        if count > limits.pages:
            facts.problem = problem("too_many_pages", limit=limits.pages)
        if document.get_formtype() != raw.FORMTYPE_NONE:
            document.init_forms()
        for index in range(first - 1, min(count, limits.pages)):
            try:
                page = document[index]
            except pdfium.PdfiumError:
                yield DecodedPage(None, problem=problem("page_unreadable"))
                continue
            yield _page(document, page, index, text, limits)
            page.close()
    finally:
        text.close()
        document.close()


def _open(path: Path) -> Any:  # noqa: ANN401  (no types)
    """Open a PDF that has pages, or refuse it with the reason."""
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
            raise RefusedError(problem("password_protected")) from error
        # PDFium refuses a file without pages as it refuses a damaged one
        data = path.read_bytes()
        empty = _NO_PAGES.search(data) and not _A_PAGE.search(data)
        raise RefusedError(problem("no_pages" if empty else "damaged")) from error
    if not len(document):
        document.close()
        raise RefusedError(problem("no_pages"))
    return document


def _page(document: Any, page: Any, index: int, text: SeenText, limits: Limits) -> DecodedPage:  # noqa: ANN401  (as above)
    """One page: its own scan if it is one, else drawn; then its text and form values."""
    wide, high = (side / _POINTS_PER_INCH for side in page.get_size())
    if not (0 < wide < math.inf and 0 < high < math.inf):
        return DecodedPage(None, problem=problem("page_unreadable"))
    if wide * high * _LEAST_DPI**2 > limits.page_pixels:
        return DecodedPage(None, problem=problem("page_too_large", limit=limits.page_pixels // 1_000_000))
    pictures = [o for o in page.get_objects(max_depth=4) if o.type == raw.FPDF_PAGEOBJ_IMAGE]
    decoded = _own_scan(page, pictures, limits) or _drawn(page, wide, high, limits)
    assert decoded.image is not None
    decoded.form_values, disputed = read_form(document, page, index, decoded.image)
    if disputed:
        decoded.notes.append("form_value_disputed")
    share = max((_share(page, picture) for picture in pictures), default=0.0)
    words, hidden = text.words(page, index, decoded.image)
    if share >= _MOSTLY_PICTURE and (words or hidden):
        # a scan with somebody else's reading of it: ours is made from the picture
        words = ()
        decoded.notes.append("scan_text_dropped")
    elif hidden:
        decoded.notes.append("hidden_text_dropped")
    if words and _is_written_on(page):
        # the text layer lacks what somebody typed or drew over the page: the picture has it all
        words = ()
        decoded.notes.append("written_over")
    decoded.words = words
    return decoded


def _drawn(page: Any, wide: float, high: float, limits: Limits) -> DecodedPage:  # noqa: ANN401  (as above)
    dpi = min(float(limits.render_dpi), math.sqrt(limits.page_pixels / (wide * high)))
    bitmap = page.render(scale=dpi / _POINTS_PER_INCH, grayscale=True, may_draw_forms=True)
    image = to_grey(bitmap.to_pil().copy())
    bitmap.close()
    return DecodedPage(image, dpi, dpi)


def _share(page: Any, picture: Any) -> float:  # noqa: ANN401  (as above)
    """The share of the page that a picture covers."""
    left, bottom, right, top = page.get_cropbox()
    x0, y0, x1, y1 = picture.get_bounds()
    wide, high = min(right, x1) - max(left, x0), min(top, y1) - max(bottom, y0)
    area = (right - left) * (top - bottom)
    return wide * high / area if wide > 0 and high > 0 and area > 0 else 0.0


def _own_scan(page: Any, pictures: list[Any], limits: Limits) -> DecodedPage | None:  # noqa: ANN401  (as above)
    """The page's one full-page picture in its own pixels, or None if the page is anything else.

    A page with drawn lines, annotations, a mask, or a picture that is turned or mirrored is drawn
    instead, so that nothing a person would see is left out.
    """
    if len(pictures) != 1 or not _is_nothing_else(page, pictures[0]):
        return None
    x0, y0, x1, y1 = pictures[0].get_bounds()
    try:
        width, height = pictures[0].get_px_size()
        dpi_x, dpi_y = width * _POINTS_PER_INCH / (x1 - x0), height * _POINTS_PER_INCH / (y1 - y0)
        bitmap = pictures[0].get_bitmap(render=False)
        image = to_grey(bitmap.to_pil().copy())
        bitmap.close()
    except (pdfium.PdfiumError, ZeroDivisionError, ValueError, KeyError):
        return None
    sizes_fit = image.size == (width, height) and width * height <= limits.page_pixels
    if not sizes_fit or not _LEAST_DPI <= min(dpi_x, dpi_y) <= max(dpi_x, dpi_y) <= _MOST_NATIVE_DPI:
        return None
    turn = page.get_rotation()
    if turn in _TURNS:
        image = image.transpose(_TURNS[turn])
        if turn != 180:  # noqa: PLR2004  (a quarter turn)
            dpi_x, dpi_y = dpi_y, dpi_x
    found = resolution(image.width, image.height, dpi_x, dpi_y)
    return DecodedPage(image, found.x, found.y, notes=["resolution_inferred"] if found.inferred else [])


def _is_nothing_else(page: Any, picture: Any) -> bool:  # noqa: ANN401  (as above)
    """Say whether an upright picture fills the page and nothing else is drawn on it."""
    marks = {raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_SHADING}
    if any(o.type in marks for o in page.get_objects(max_depth=4)) or _has_visible_text(page):
        return False
    a, b, c, d, _, _ = picture.get_matrix().get()
    if a <= 0 or d <= 0 or abs(b) > _SKEWED * a or abs(c) > _SKEWED * d:
        return False
    x0, y0, x1, y1 = picture.get_bounds()
    left, bottom, right, top = page.get_cropbox()
    inside = x0 >= left - 1 and y0 >= bottom - 1 and x1 <= right + 1 and y1 <= top + 1
    return inside and not raw.FPDFPage_GetAnnotCount(page.raw) and _share(page, picture) >= _FULL_PAGE


def _is_written_on(page: Any) -> bool:  # noqa: ANN401  (as above)
    """Say whether there are marks over the page (typewriter text, stamps, ink) that no text layer holds."""
    for place in range(raw.FPDFPage_GetAnnotCount(page.raw)):
        annotation = raw.FPDFPage_GetAnnot(page.raw, place)
        if not annotation:
            continue
        kind, flags = raw.FPDFAnnot_GetSubtype(annotation), raw.FPDFAnnot_GetFlags(annotation)
        raw.FPDFPage_CloseAnnot(annotation)
        if kind not in _NO_MARKS and not flags & raw.FPDF_ANNOT_FLAG_HIDDEN:
            return True
    return False


def _has_visible_text(page: Any) -> bool:  # noqa: ANN401  (as above)
    modes = {raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP}
    return any(
        raw.FPDFTextObj_GetTextRenderMode(o.raw) not in modes
        for o in page.get_objects(max_depth=4)
        if o.type == raw.FPDF_PAGEOBJ_TEXT
    )
