"""Our own line reader reads, says how sure it is, and says where each character stands."""

import random
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from extract.errors import ReaderMissingError
from extract.readers.own import OwnReader, own
from extract.readers.reading import ALPHABET
from extract.training.alphabet import ALPHABET as SPELLED
from extract.training.draw import DPI, Grey
from extract.training.fonts import load_face
from terms.names import FieldKind

_FACE = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


def _printed(text: str, points: float = 11.0) -> Grey:
    """A clean line at 204 dpi."""
    face = load_face(_FACE, round(points * DPI / 72))
    image = Image.new("L", (round(face.getlength(text)) + 60, round(points * DPI / 72 * 1.5)), 255)
    ImageDraw.Draw(image).text((30, 6), text, fill=0, font=face)
    size = (image.width * 204 // DPI, image.height * 204 // DPI)
    return np.asarray(cv2.resize(np.asarray(image), size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _codes(count: int) -> list[tuple[str, FieldKind]]:
    rng = random.Random(5)
    digits = "".join(rng.choice("0123456789") for _ in range(10 * count))
    return [
        (f"E{digits[i : i + 4]}", FieldKind.CODE) if i % 20 else (digits[i : i + 10], FieldKind.NPI)
        for i in range(0, 10 * count, 10)
    ]


def test_clean_codes_are_read_exactly() -> None:
    """On clean print nearly every code and number is right, told its kind or not."""
    for told in (True, False):
        read = [own().read([_printed(text)], kind if told else None)[0].text for text, kind in _codes(30)]
        assert sum(a == b for a, (b, _) in zip(read, _codes(30), strict=True)) >= 29


def test_a_told_kind_is_a_hint_not_a_rule() -> None:
    """What stands there is read although another kind was announced."""
    assert own().read([_printed("Harbor Clinic")], FieldKind.NPI)[0].text == "Harbor Clinic"


def test_probabilities_are_probabilities_and_spans_lie_in_order() -> None:
    """Every step sums to 1 over the shared alphabet; each character's place follows the one before."""
    crop = _printed("(510) 555-0142")
    reading = own().read([crop])[0]
    assert reading.chars.shape[1] == len(ALPHABET)
    assert np.allclose(reading.chars.sum(axis=1), 1.0, atol=1e-3)
    assert 0.0 <= reading.confidence <= 1.0
    middles = [(left + right) / 2 for left, right in reading.spans]
    assert middles == sorted(middles)
    assert len(reading.spans) == len(reading.text)
    assert middles[0] < 0.2
    assert middles[-1] > 0.8


@pytest.mark.parametrize("shape", [(1, 1), (8, 5), (30, 300), (140, 900)])
def test_empty_paper_reads_as_nothing(shape: tuple[int, int]) -> None:
    """A white crop of any size gives an empty text with no confidence."""
    reading = own().read([np.full(shape, 255, np.uint8)])[0]
    assert reading.text == ""
    assert reading.confidence == 0.0


def test_every_letter_it_spells_is_in_the_shared_alphabet() -> None:
    """Nothing the network can say is lost on the way to the decoder."""
    assert set(SPELLED) <= set(ALPHABET)


def test_a_missing_model_says_what_to_do(tmp_path: Path) -> None:
    """Without its model the reader refuses with the remedy."""
    with pytest.raises(ReaderMissingError, match="install Inlet again"):
        OwnReader(tmp_path / "inlet_line.onnx")
