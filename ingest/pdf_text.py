"""The words of a PDF's text layer that a person can see on the page, and how many they cannot.

pdfplumber gives the words. PDFium says of each character whether it is drawn at all: invisible
render mode, transparent or paper-white ink, or something painted over it later. And the drawn page
has the last word: where a word should stand and the picture is blank, there is no word.
"""

import ctypes
import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pypdfium2 as pdfium
from PIL import Image
from pypdfium2 import raw

from terms.document import Word
from terms.geometry import Box

_INK = 40
_WHITE = 235
_CLEAR = 24
_RECTANGLE_SEGMENTS = 6
_SEEN_SHARE = 0.6
_SLACK = 0.004
_INVISIBLE = frozenset({raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP})


@dataclass(frozen=True, slots=True)
class _Cover:
    """Something opaque, its place in the painting order and its box in page coordinates."""

    order: int
    left: float
    bottom: float
    right: float
    top: float

    def hides(self, order: int, x: float, y: float) -> bool:
        return self.order > order and self.left <= x <= self.right and self.bottom <= y <= self.top


class SeenText:
    """Reads one PDF's text layer; opened only when a page has text at all."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None
        self._opened: Any = None

    def words(self, page: Any, index: int, image: Image.Image) -> tuple[tuple[Word, ...], int]:  # noqa: ANN401  (no types)
        """The words seen on a page, and the number of words that are in the file but not seen.

        ``page`` is PDFium's, ``index`` counts from 0, ``image`` is the page as drawn; boxes are
        fractions of it. A text layer that cannot be parsed is none: the picture is read instead.
        """
        textpage = page.get_textpage()
        try:
            if not textpage.count_chars():
                return (), 0
            visible = _visible_characters(page, textpage)
        finally:
            textpage.close()
        found: list[Word] = []
        hidden = 0
        for word, characters in self._parsed(index):
            if _is_seen(characters, visible) and _has_ink(image, word.box):
                found.append(word)
            else:
                hidden += 1
        return tuple(found), hidden

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def _parsed(self, index: int) -> Iterator[tuple[Word, list[tuple[str, Box]]]]:
        """Words with their characters, as pdfplumber reads them; nothing when it cannot."""
        import pdfplumber  # noqa: PLC0415  (slow to load, and most faxes have no text)

        logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
        try:
            if self._file is None:
                self._file = self._path.open("rb")
                self._opened = pdfplumber.open(self._file)
            page = self._opened.pages[index]
            left, top, right, bottom = page.cropbox
            words = page.extract_words(x_tolerance=1.5, y_tolerance=2, return_chars=True)
        except Exception:  # noqa: BLE001  (a parser of hostile files: whatever it raises, there is no text layer)
            return
        wide, high = right - left, bottom - top
        if wide <= 0 or high <= 0:
            return

        def box(item: Any) -> Box:  # noqa: ANN401  (no types)
            return Box(
                (item["x0"] - left) / wide,
                (item["top"] - top) / high,
                (item["x1"] - left) / wide,
                (item["bottom"] - top) / high,
            )

        for word in words:
            place = box(word)
            x, y = place.centre
            characters = [(c["text"], box(c)) for c in word["chars"]] if 0 <= x <= 1 and 0 <= y <= 1 else []
            clipped = Box.clipped(place.left, place.top, place.right, place.bottom)
            yield Word(word["text"], clipped, 1.0), characters


def _is_seen(characters: list[tuple[str, Box]], visible: dict[str, list[tuple[float, float]]]) -> bool:
    """Say whether most characters of a word are among those that PDFium draws, at the same places."""
    shown = [c for c in characters if not c[0].isspace()]
    seen = 0
    for text, box in shown:
        seen += any(
            box.left - _SLACK <= x <= box.right + _SLACK and box.top - _SLACK <= y <= box.bottom + _SLACK
            for x, y in visible.get(text[:1], ())
        )
    return bool(shown) and seen >= _SEEN_SHARE * len(shown)


def _has_ink(image: Image.Image, box: Box) -> bool:
    left, top = int(box.left * image.width), int(box.top * image.height)
    right, bottom = int(box.right * image.width) + 1, int(box.bottom * image.height) + 1
    low, high = image.crop((left, top, min(right, image.width), min(bottom, image.height))).getextrema()
    assert not isinstance(low, tuple)
    assert not isinstance(high, tuple)
    return high - low >= _INK


def _visible_characters(page: Any, textpage: Any) -> dict[str, list[tuple[float, float]]]:  # noqa: ANN401  (as above)
    """The centres (fractions of the page as shown) of every character that is painted and not painted over."""
    order, covers = _painting(page)
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    channels = [ctypes.c_uint() for _ in range(4)]
    sides = [ctypes.c_double() for _ in range(4)]
    for index in range(textpage.count_chars()):
        owner = raw.FPDFText_GetTextObject(textpage.raw, index)
        if not owner or raw.FPDFTextObj_GetTextRenderMode(owner) in _INVISIBLE:
            continue
        if raw.FPDFText_GetFillColor(textpage.raw, index, *(ctypes.byref(c) for c in channels)):
            red, green, blue, alpha = (c.value for c in channels)
            if alpha < _CLEAR:
                continue
            paper_white = min(red, green, blue) >= _WHITE
        else:
            paper_white = False
        if not raw.FPDFText_GetCharBox(textpage.raw, index, *(ctypes.byref(s) for s in sides)):
            continue
        left, right, bottom, top = (s.value for s in sides)
        x, y = (left + right) / 2, (bottom + top) / 2
        place = order.get(_address(owner), -1)
        if any(cover.hides(place, x, y) for cover in covers):
            continue
        if paper_white and not any(c.left <= x <= c.right and c.bottom <= y <= c.top for c in covers):
            continue
        found[chr(raw.FPDFText_GetUnicode(textpage.raw, index))].append(to_fraction(page, x, y))
    return found


def _painting(page: Any) -> tuple[dict[int, int], list[_Cover]]:  # noqa: ANN401  (as above)
    """The painting order of text objects by address, and the opaque things on the page."""
    order: dict[int, int] = {}
    covers: list[_Cover] = []
    for place, found in enumerate(page.get_objects(max_depth=6)):
        order[_address(found.raw)] = place
        opaque = found.type == raw.FPDF_PAGEOBJ_IMAGE or (
            found.type == raw.FPDF_PAGEOBJ_PATH and _is_filled_rectangle(found.raw)
        )
        if opaque and found.level == 0:
            try:
                left, bottom, right, top = found.get_bounds()
            except pdfium.PdfiumError:
                continue
            covers.append(_Cover(place, left, bottom, right, top))
    return order, covers


def _is_filled_rectangle(path: Any) -> bool:  # noqa: ANN401  (as above)
    mode, stroke = ctypes.c_int(), raw.FPDF_BOOL()
    if not raw.FPDFPath_GetDrawMode(path, ctypes.byref(mode), ctypes.byref(stroke)) or not mode.value:
        return False
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    known = raw.FPDFPageObj_GetFillColor(path, *(ctypes.byref(c) for c in (red, green, blue, alpha)))
    solid = not known or alpha.value > 255 - _CLEAR
    return solid and raw.FPDFPath_CountSegments(path) <= _RECTANGLE_SEGMENTS


def _address(pointer: Any) -> int:  # noqa: ANN401  (as above)
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


_FINE = 100_000


def to_fraction(page: Any, x: float, y: float) -> tuple[float, float]:  # noqa: ANN401  (as above)
    """Turn a point in PDF page coordinates into fractions of the page as shown (turned, cropped)."""
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page.raw, 0, 0, _FINE, _FINE, 0, x, y, ctypes.byref(across), ctypes.byref(down))
    return across.value / _FINE, down.value / _FINE
