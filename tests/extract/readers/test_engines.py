"""The two engines read a drawn line, with probabilities that are probabilities."""

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw, ImageFont

from extract.page.upright import Grey
from extract.readers.ppocr import ppocr
from extract.readers.reading import Posteriors
from extract.readers.tesseract import tesseract
from terms.names import FieldKind


def line(text: str) -> npt.NDArray[np.uint8]:
    """A line of print as a fine fax would bring it."""
    face = ImageFont.load_default(31)
    picture = Image.new("L", (int(face.getlength(text)) + 40, 52), 255)
    ImageDraw.Draw(picture).text((20, 8), text, font=face, fill=0)
    return np.array(picture, dtype=np.uint8)


@pytest.mark.parametrize("text", ["E0143", "1234567893", "(510) 555-0142", "Quillfeather", "M17.11"])
def test_ppocr_reads_print(text: str) -> None:
    """PP-OCRv6 reads clean print exactly and surely."""
    (reading,) = ppocr().read([line(text)])
    assert reading.text.replace(" ", "") == text.replace(" ", "")
    assert reading.confidence > 0.9


def test_ppocr_gives_probabilities() -> None:
    """Each step's probabilities sum to 1 over the shared alphabet."""
    chars = ppocr().posteriors(line("E0143"))
    assert np.allclose(chars.sum(axis=1), 1.0, atol=1e-3)
    assert chars.min() >= 0.0


def test_a_glance_shows_print_small_and_unsure_print_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a glance is unsure of is read as it should be, for the value's reader too; a value is never glanced at."""
    reader = ppocr()
    seen: list[int] = []
    shown = reader.posteriors

    def posteriors(crop: Grey, height: int = 48, broad: float = 0.85) -> Posteriors:
        seen.append(height)
        return shown(crop, height, broad)

    monkeypatch.setattr(reader, "posteriors", posteriors)
    clear = line("2087 Zzamarind Lane")
    assert reader.glance(clear).text.replace(" ", "") == "2087ZzamarindLane"
    assert seen == [32]
    assert reader.read([clear])[0].text.replace(" ", "") == "2087ZzamarindLane"
    assert seen == [32, 48]
    torn = line("Zzamarind 7")
    torn[np.random.default_rng(3).random(torn.shape) < 0.85] = 255
    assert reader.read([torn])[0] is reader.glance(torn)
    assert seen == [32, 48, 48, 32]


def test_white_crop_reads_as_nothing() -> None:
    """An empty crop gives an empty text from both readers."""
    white = np.full((48, 200), 255, dtype=np.uint8)
    assert ppocr().read([white])[0].text == ""
    assert tesseract().read([white], FieldKind.NPI)[0].text == ""


@pytest.mark.parametrize(
    ("text", "kind"),
    [("1234567893", FieldKind.NPI), ("E0143", FieldKind.CODE), ("Quillfeather", FieldKind.NAME)],
)
def test_tesseract_reads_print(text: str, kind: FieldKind) -> None:
    """Tesseract reads clean print with the characters of its kind."""
    (reading,) = tesseract().read([line(text)], kind)
    assert reading.text == text
    assert not reading.is_sequence


def test_tesseract_keeps_to_the_kind() -> None:
    """Told that a number stands there, it gives digits only."""
    (reading,) = tesseract().read([line("12O4567B93")], FieldKind.NPI)
    assert reading.text == "" or reading.text.isdigit()
