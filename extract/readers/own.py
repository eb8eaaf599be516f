"""Our own line reader: a small network trained on drawn and faxed lines (``extract/training``), run by onnxruntime."""

import dataclasses
import functools
import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from extract.errors import ReaderMissingError
from extract.page.upright import Grey
from extract.readers.line_image import SIDE, line_image, scale_of
from extract.readers.reading import ALPHABET, INDEX, OTHER, KeptReadings, LineReading, Posteriors, greedy
from terms.names import FieldKind

MODEL = Path(__file__).with_name("models") / "inlet_line.onnx"
"""The network; ``inlet_line.json`` beside it holds its alphabet, kinds, recipe and scores."""

_KEPT = 100
"""Readings that are kept: about those of one page, 4 MB."""


class OwnReader:
    """The fax-native recogniser, one thread, one crop at a time; expects crops at 204 dpi both ways."""

    name = "own"

    def __init__(self, model: Path = MODEL) -> None:
        """Load the network and its description; takes about 0.05 s and 20 MB."""
        description = model.with_suffix(".json")
        if not model.is_file() or not description.is_file():
            raise ReaderMissingError("The line reader's model is not there; install Inlet again or train it.")
        about = json.loads(description.read_text(encoding="utf-8"))
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self.kept = KeptReadings(_KEPT)
        self._kinds: dict[str, int] = {name: place for place, name in enumerate(about["kinds"]) if name}
        self._step = int(about["step"])
        known = [(place + 1, INDEX[char]) for place, char in enumerate(about["alphabet"]) if char in INDEX]
        self._columns = np.array([0, *(column for column, _ in known)], dtype=np.int64)
        self._targets = np.array([0, *(target for _, target in known)], dtype=np.int64)

    def read(self, crops: list[Grey], kind: FieldKind | None = None) -> list[LineReading]:
        """Read each crop; ``kind`` is a hint, and what stands there is read even if it is of another kind."""
        return [self.kept.of(crop, kind, self._read) for crop in crops]

    def _read(self, crop: Grey, kind: FieldKind | None) -> LineReading:
        line = greedy(self.name, self.posteriors(crop, kind))
        steps, wide = len(line.chars), crop.shape[1] * scale_of(crop)
        spans = tuple(
            (_clip((left * steps * self._step - SIDE) / wide), _clip((right * steps * self._step - SIDE) / wide))
            for left, right in line.spans
        )
        return dataclasses.replace(line, spans=spans)

    def posteriors(self, crop: Grey, kind: FieldKind | None = None) -> Posteriors:
        """Character probabilities of one crop over the shared alphabet, a step for every two columns of its picture."""
        told = self._kinds.get(kind.value, 0) if kind else 0
        feed: dict[str, npt.NDArray[np.generic]] = {
            "ink": line_image(crop)[np.newaxis, np.newaxis],
            "kind": np.array([told], dtype=np.int64),
        }
        raw = np.exp(self._session.run(["scores"], feed)[0][0])
        chars = np.zeros((raw.shape[0], len(ALPHABET)), dtype=np.float32)
        chars[:, self._targets] = raw[:, self._columns]
        chars[:, INDEX[OTHER]] = np.maximum(0.0, 1.0 - chars.sum(axis=1))
        return chars


def _clip(share: float) -> float:
    return min(1.0, max(0.0, share))


@functools.cache
def own() -> OwnReader:
    """The process's one reader of our own, loaded at the first call."""
    return OwnReader()
