"""A recogniser without characters that nobody asks for reads as the whole one does."""

import importlib.util
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

from extract.errors import ReaderMissingError
from extract.readers.slim import RecogniserFile

CLASSES = 18710


def model() -> Path:
    """The recogniser in the rapidocr wheel."""
    spec = importlib.util.find_spec("rapidocr")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "models" / "PP-OCRv6_rec_small.onnx"


def test_the_chosen_classes_keep_their_shares() -> None:
    """What is left of a step's probabilities stands in the same proportions as in the whole model."""
    file = RecogniserFile(model())
    assert len(file.characters) == CLASSES
    kept = [place for place, char in enumerate(file.characters) if char.isascii()]
    assert 90 < len(kept) < 200
    small, whole = ort.InferenceSession(file.only(kept)), ort.InferenceSession(model())
    picture = np.random.default_rng(3).uniform(-1, 1, (1, 3, 48, 160)).astype(np.float32)
    found, all_ = (session.run(None, {"x": picture})[0][0] for session in (small, whole))
    assert found.shape == (all_.shape[0], len(kept))
    expected = all_[:, kept] / all_[:, kept].sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("content", [b"", b"no model at all", b"\x08\x07"])
def test_a_file_that_is_no_recogniser_is_named(tmp_path: Path, content: bytes) -> None:
    """It is refused with the remedy."""
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(content)
    with pytest.raises(ReaderMissingError, match=r"broken\.onnx .*install the locked packages again"):
        RecogniserFile(broken)


def test_a_model_of_another_size_is_named() -> None:
    """A recogniser whose last layer does not fit its characters is not cut."""
    file = RecogniserFile(model())
    file.characters = file.characters[:-1]
    with pytest.raises(ReaderMissingError, match="does not give 18709 classes"):
        file.only([0])
