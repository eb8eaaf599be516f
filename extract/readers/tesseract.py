"""Tesseract as a line reader, resident in the process (tesserocr: no process start for each crop)."""

import functools
import os
from pathlib import Path

import cv2
import numpy as np
import tesserocr
from PIL import Image

from extract.errors import ReaderMissingError
from extract.page.upright import DPI, Grey
from extract.readers.reading import LineReading, spelled
from terms.names import FieldKind

_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WHITELISTS: dict[FieldKind, str] = {
    FieldKind.NPI: _DIGITS,
    FieldKind.PHONE: _DIGITS + "()-.+/xetn:",
    FieldKind.QUANTITY: _DIGITS + "#x/.",
    FieldKind.CODE: _DIGITS + _LETTERS,
    FieldKind.MODIFIER: _DIGITS + _LETTERS + ",",
    FieldKind.MEMBER_ID: _DIGITS + _LETTERS + "-",
    FieldKind.DIAGNOSIS: _DIGITS + _LETTERS + ".,",
}
_FRAME = 12
_BLUR = 0.8
"""Softening of a fax's hard edges, in pixels: 10 points more values read exactly in every condition measured."""
_DATA_FOLDERS = ("/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tesseract-ocr/4.00/tessdata", "/usr/share/tessdata")


class Tesseract:
    """Tesseract 5 (LSTM, English), one thread, loaded once."""

    name = "tesseract"

    def __init__(self, data: Path) -> None:
        """Load the English model from the tessdata folder ``data``; about 0.1 s and 40 MB."""
        os.environ["OMP_THREAD_LIMIT"] = "1"
        self._api = tesserocr.PyTessBaseAPI(
            path=str(data), lang="eng", psm=tesserocr.PSM.SINGLE_LINE, oem=tesserocr.OEM.LSTM_ONLY
        )

    def read(self, crops: list[Grey], kind: FieldKind | None = None) -> list[LineReading]:
        """Read each crop as a single line, with the characters that ``kind`` allows."""
        self._api.SetVariable("tessedit_char_whitelist", _WHITELISTS.get(kind, "") if kind else "")
        return [self._line(crop) for crop in crops]

    def _line(self, crop: Grey) -> LineReading:
        soft = cv2.GaussianBlur(crop, (0, 0), _BLUR)
        framed = cv2.copyMakeBorder(soft, _FRAME, _FRAME, _FRAME, _FRAME, cv2.BORDER_CONSTANT, value=255)
        self._api.SetImage(Image.fromarray(np.asarray(framed, dtype=np.uint8)))
        self._api.SetSourceResolution(DPI)
        self._api.Recognize()
        text: list[str] = []
        sure: list[float] = []
        spans: list[tuple[float, float]] = []
        wide = crop.shape[1]
        level = tesserocr.RIL.SYMBOL
        for symbol in (
            tesserocr.iterate_level(self._api.GetIterator(), level) if self._api.GetUTF8Text().strip() else ()
        ):
            char = symbol.GetUTF8Text(level)
            box = symbol.BoundingBox(level)
            if not char or not char.strip() or box is None:
                continue
            if text and symbol.IsAtBeginningOf(tesserocr.RIL.WORD):
                text.append(" ")
                sure.append(sure[-1])
                spans.append((spans[-1][1], max(spans[-1][1], (box[0] - _FRAME) / wide)))
            for part in char:
                text.append(part)
                sure.append(float(symbol.Confidence(level)) / 100)
                spans.append(((box[0] - _FRAME) / wide, (box[2] - _FRAME) / wide))
        return spelled(self.name, "".join(text), sure, spans)


@functools.cache
def tesseract() -> Tesseract:
    """The process's one Tesseract, loaded at the first call; ``TESSDATA_PREFIX`` may name its folder."""
    named = os.environ.get("TESSDATA_PREFIX")
    for folder in ((named,) if named else ()) + _DATA_FOLDERS:
        if (Path(folder) / "eng.traineddata").is_file():
            return Tesseract(Path(folder))
    raise ReaderMissingError("Tesseract's English model is not installed; install tesseract-ocr and tesseract-ocr-eng.")
