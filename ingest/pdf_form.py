"""The values of a PDF's form fields, as far as a person sees them on the page.

A field may hold one thing and show another: its appearance is stale, its box is hidden, empty or
off the page. What is shown wins. The page is flattened in a second copy and the text in each box
is compared with the field's value; a value that is not shown is left out and noted, so that the
picture is read instead.
"""

import ctypes
import re
from typing import Any

import pypdfium2 as pdfium
from PIL import Image
from pypdfium2 import raw

from ingest.pages import FormValue
from ingest.pdf_text import to_fraction
from terms.geometry import Box

_KINDS = {
    raw.FPDF_FORMFIELD_CHECKBOX: "check",
    raw.FPDF_FORMFIELD_RADIOBUTTON: "radio",
    raw.FPDF_FORMFIELD_COMBOBOX: "choice",
    raw.FPDF_FORMFIELD_LISTBOX: "choice",
    raw.FPDF_FORMFIELD_TEXTFIELD: "text",
}
_UNSEEN = raw.FPDF_ANNOT_FLAG_INVISIBLE | raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW
_SMALLEST = 0.001
_SHOWN_SHARE = 0.5
_INK = 40


def read_form(document: Any, page: Any, index: int, image: Image.Image) -> tuple[tuple[FormValue, ...], bool]:  # noqa: ANN401  (no types)
    """The form values seen on a page (``index`` from 0), and whether any value was left out as not shown.

    Empty text fields are given with an empty value: the form has the field and it is blank.
    """
    count = raw.FPDFPage_GetAnnotCount(page.raw)
    if not count or document.formenv is None:
        return (), False
    shown = _Shown(document, index)
    found: list[FormValue] = []
    disputed = False
    try:
        for place in range(count):
            annotation = raw.FPDFPage_GetAnnot(page.raw, place)
            if not annotation:
                continue
            try:
                value, doubtful = _value(document.formenv.raw, page, annotation, image, shown)
            finally:
                raw.FPDFPage_CloseAnnot(annotation)
            disputed |= doubtful
            if value is not None:
                found.append(value)
    finally:
        shown.close()
    return tuple(found), disputed


def _value(
    form: Any,  # noqa: ANN401  (as above)
    page: Any,  # noqa: ANN401  (as above)
    annotation: Any,  # noqa: ANN401  (as above)
    image: Image.Image,
    shown: "_Shown",
) -> tuple[FormValue | None, bool]:
    if raw.FPDFAnnot_GetSubtype(annotation) != raw.FPDF_ANNOT_WIDGET:
        return None, False
    kind = _KINDS.get(raw.FPDFAnnot_GetFormFieldType(form, annotation))
    rectangle = raw.FS_RECTF()
    if kind is None or not raw.FPDFAnnot_GetRect(annotation, ctypes.byref(rectangle)):
        return None, False
    box = _box(page, rectangle)
    name = _text(raw.FPDFAnnot_GetFormFieldName, form, annotation)
    stored = _text(raw.FPDFAnnot_GetFormFieldValue, form, annotation).strip()
    if box is None or raw.FPDFAnnot_GetFlags(annotation) & _UNSEEN:
        return None, bool(stored) and kind in {"text", "choice"}
    if kind in {"check", "radio"}:
        checked = bool(raw.FPDFAnnot_IsChecked(form, annotation))
        option = _text(raw.FPDFAnnot_GetFormFieldExportValue, form, annotation) or None
        return FormValue(name, "yes" if checked else "no", box, kind, option), False
    seen = shown.agrees(rectangle, stored) and _has_ink(image, box) if stored else not shown.text(rectangle)
    return (FormValue(name, stored, box, kind), False) if seen else (None, True)


def _box(page: Any, rectangle: Any) -> Box | None:  # noqa: ANN401  (as above)
    """The widget's box in fractions of the page as shown; None when nothing of it is on the page."""
    left, top = to_fraction(page, rectangle.left, rectangle.top)
    right, bottom = to_fraction(page, rectangle.right, rectangle.bottom)
    box = Box.clipped(left, top, right, bottom)
    return box if box.width >= _SMALLEST and box.height >= _SMALLEST else None


def _text(get: Any, form: Any, annotation: Any) -> str:  # noqa: ANN401  (as above)
    size = get(form, annotation, None, 0)
    if size <= 2:  # noqa: PLR2004  (only the closing zero)
        return ""
    buffer = (ctypes.c_ushort * ((size + 1) // 2))()
    get(form, annotation, buffer, size)
    return bytes(buffer).decode("utf-16-le", "replace").split("\0", 1)[0]


def _has_ink(image: Image.Image, box: Box) -> bool:
    """Say whether anything is drawn well inside a box, apart from its frame."""
    left, top = (box.left + box.width * 0.02) * image.width, (box.top + box.height * 0.12) * image.height
    right, bottom = (box.right - box.width * 0.02) * image.width, (box.bottom - box.height * 0.12) * image.height
    inside = image.crop((int(left), int(top), max(int(left) + 1, int(right)), max(int(top) + 1, int(bottom))))
    low, high = inside.getextrema()
    assert not isinstance(low, tuple)
    assert not isinstance(high, tuple)
    return high - low >= _INK


class _Shown:
    """The text that a page shows once its form is part of the drawing; made when first asked for."""

    def __init__(self, document: Any, index: int) -> None:  # noqa: ANN401  (as above)
        self._source = document
        self._index = index
        self._copy: Any = None
        self._texts: Any = None

    def text(self, rectangle: Any) -> str:  # noqa: ANN401  (as above)
        """What stands in a rectangle of page coordinates, letters and digits only."""
        if self._texts is None:
            self._open()
        found: str = self._texts.get_text_bounded(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
        return _plain(found)

    def agrees(self, rectangle: Any, stored: str) -> bool:  # noqa: ANN401  (as above)
        """Say whether what stands there is the stored value, or its beginning when it does not all fit."""
        seen, held = self.text(rectangle), _plain(stored)
        if seen == held:
            return True
        return len(seen) >= _SHOWN_SHARE * len(held) and bool(seen) and held.startswith(seen)

    def close(self) -> None:
        """Free the copy."""
        if self._texts is not None:
            self._texts.close()
        if self._copy is not None:
            self._copy.close()

    def _open(self) -> None:
        self._copy = pdfium.PdfDocument(self._source._input)  # noqa: SLF001  (opened from the same path)
        self._copy.init_forms()
        page = self._copy[self._index]
        raw.FPDFPage_Flatten(page.raw, raw.FLAT_NORMALDISPLAY)
        page.close()
        self._texts = self._copy[self._index].get_textpage()


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()
