"""PP-OCRv6's line recogniser (the small ONNX model inside the rapidocr wheel), run by onnxruntime.

The wheel's own pipeline is not imported: only its model file is used, so that loading takes a
tenth of a second and the character probabilities can be had.
"""

import functools
import importlib.util
import unicodedata
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from extract.errors import ReaderMissingError
from extract.page.upright import Grey
from extract.readers.reading import ALPHABET, INDEX, OTHER, KeptReadings, LineReading, Posteriors, greedy
from extract.readers.slim import RecogniserFile
from terms.names import FieldKind

_HEIGHT, _NARROW = 48, 0.85
"""Rows of what it is shown, and its width against its height, of the crop's. Fax print read a little narrower is read
as well, for less: of 1,075 critical values cut close 86.8 % right instead of 85.4, cut loosely 86.3 instead of 85.5."""
_LOW, _BROAD = 32, 1.1
"""The same for a glance."""
_SURE = 0.95
"""Confidence of a glance that is enough: of 1,884 values cut close 85.4 % right instead of 85.9 in three quarters of
the time; of 270 with two letters or digits alike side by side 81.9 instead of 85.6."""
_MIN_WIDTH, _MAX_WIDTH = 48, 3200
_KEPT = 200
"""Readings that are kept: about those of one page, 4 MB."""
_SAME = dict.fromkeys("\u2018\u2019\u2032", "'") | dict.fromkeys("\u201c\u201d", '"')
_SAME |= dict.fromkeys("\u2010\u2013\u2014\u2015\u2212", "-") | dict.fromkeys("\u00b7\u2022\u2219\u2026\u3002", ".")
_SAME |= {"\u00d7": "x", "\u00a6": "|", "\u2236": ":", "\u00ba": "\u00b0", "\uff0c": ","}
"""Marks that mean the same on a form as a character of the alphabet: quotes, dashes, dots, the times sign."""
_STROKES = "\u4e00\u4e8c\u4e09\u5341\u53e3\u5de5\u65e5"
"""Chinese characters that rules, boxes and dashes are taken for: one to three, ten, mouth, work, sun."""


class PpOcr:
    """The recogniser of PP-OCRv6 (small), one thread, one crop at a time (batches save nothing)."""

    name = "ppocr"

    def __init__(self, model: Path) -> None:
        """Load the model; takes about 0.1 s and 60 MB."""
        file = RecogniserFile(model)
        kept = [place for place, char in enumerate(file.characters) if not _is_foreign(char)]
        self._columns, self._targets = _columns([file.characters[place] for place in kept])
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = ort.InferenceSession(file.only(kept), options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name
        self.kept, self._glanced = KeptReadings(_KEPT), KeptReadings(_KEPT)

    def read(self, crops: list[Grey], kind: FieldKind | None = None) -> list[LineReading]:
        """Read each crop; ``kind`` is not used by this reader."""
        del kind
        return [self.kept.of(crop, None, self._read) for crop in crops]

    def glance(self, crop: Grey) -> LineReading:
        """Read a crop that its letters fill: shown small, and as large as it should be only if that is unsure.

        Good for finding words and labels, not for values: of two alike side by side ("ll") it sees one more often.
        """
        return self._glanced.of(crop, None, self._glance)

    def _read(self, crop: Grey, _kind: FieldKind | None) -> LineReading:
        return greedy(self.name, self.posteriors(crop))

    def _glance(self, crop: Grey, kind: FieldKind | None) -> LineReading:
        line = greedy(self.name, self.posteriors(crop, _LOW, _BROAD))
        return line if line.confidence >= _SURE else self.kept.of(crop, kind, self._read)

    def posteriors(self, crop: Grey, height: int = _HEIGHT, broad: float = _NARROW) -> Posteriors:
        """Character probabilities of one crop over the shared alphabet, a step for every 8 pixels.

        It is shown in ``height`` rows, ``broad`` times as wide against them as it is.
        """
        raw = self._session.run(None, {self._input: _tensor(crop, height, broad)})[0][0]
        chars = np.zeros((raw.shape[0], len(ALPHABET)), dtype=np.float32)
        np.add.at(chars.T, self._targets, raw[:, self._columns].T)
        chars[:, INDEX[OTHER]] = np.maximum(0.0, 1.0 - chars.sum(axis=1))
        return chars


class Glancing:
    """PP-OCRv6 at a glance, for crops that their letters fill (:meth:`PpOcr.glance`)."""

    name = PpOcr.name

    def read(self, crops: list[Grey], kind: FieldKind | None = None) -> list[LineReading]:
        """Read each crop; ``kind`` is not used by this reader."""
        del kind
        return [ppocr().glance(crop) for crop in crops]


def _tensor(crop: Grey, rows: int, broad: float) -> npt.NDArray[np.float32]:
    height, width = crop.shape
    wide = int(np.clip(round(broad * width * rows / height), _MIN_WIDTH, _MAX_WIDTH))
    way = cv2.INTER_AREA if height > rows else cv2.INTER_LINEAR
    scaled = cv2.resize(crop, (wide, rows), interpolation=way).astype(np.float32)
    plane = scaled / 127.5 - 1.0
    return np.broadcast_to(plane, (1, 3, rows, wide)).copy()


def _is_foreign(char: str) -> bool:
    """Say whether no fax form holds a character and nobody takes it for one that a form holds.

    On 942 drawn crops Chinese characters had four in ten thousand of all probability; other scripts are few and stay,
    as what is neither a letter nor empty.
    """
    return char not in _STROKES and unicodedata.name(char[:1], "").startswith("CJK UNIFIED IDEOGRAPH")


def _columns(names: list[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Which model columns count, and the column of the shared alphabet each is added to."""
    columns, targets = [], []
    for column, name in enumerate(names):
        char = _SAME.get(name, name)
        if char not in INDEX:
            char = unicodedata.normalize("NFKC", char)
        if char in INDEX and char != OTHER:
            columns.append(column)
            targets.append(INDEX[char])
    return np.array(columns, dtype=np.int64), np.array(targets, dtype=np.int64)


@functools.cache
def ppocr() -> PpOcr:
    """The process's one PP-OCRv6 reader, loaded at the first call."""
    spec = importlib.util.find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise ReaderMissingError("The rapidocr package is not installed; run make setup.")
    model = Path(spec.origin).parent / "models" / "PP-OCRv6_rec_small.onnx"
    if not model.is_file():
        raise ReaderMissingError("The rapidocr package holds no PP-OCRv6 recogniser; install the locked version.")
    return PpOcr(model)
