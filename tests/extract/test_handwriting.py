"""Handwriting and signatures are found by their ink."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from extract.handwriting.doubt import Hands, written_by_hand
from extract.handwriting.judge import probability
from extract.handwriting.strokes import measure
from extract.page.upright import Grey, UprightPage
from terms.geometry import Box
from terms.requests import Line
from terms.values import FieldStatus, FieldValue, Source

_FACE = "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf"


def _typed(text: str, size: int = 32) -> Grey:
    image = Image.new("L", (900, 80), 255)
    ImageDraw.Draw(image).text((20, 20), text, font=ImageFont.truetype(_FACE, size), fill=0)
    return np.asarray(np.array(image) < 128, dtype=np.uint8)


def scrawled(text: str) -> Grey:
    """Letters drawn one by one with a slant, a turn and a height of their own."""
    rng = np.random.default_rng(5)
    canvas = np.zeros((110, 900), np.uint8)
    x = 20.0
    for char in text:
        tile = np.zeros((110, 60), np.uint8)
        thick = int(rng.integers(1, 4))
        cv2.putText(tile, char, (10, 70), cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, float(rng.uniform(0.9, 1.5)), 1, thick)
        matrix = cv2.getRotationMatrix2D((30, 55), float(rng.normal(0, 9)), 1.0)
        matrix[1, 2] += rng.normal(0, 5)
        tile = cv2.warpAffine(tile, matrix, (60, 110), flags=cv2.INTER_NEAREST)
        left = int(x)
        canvas[:, left : left + 60] |= tile[:, : canvas.shape[1] - left]
        x += float(rng.uniform(20, 30))
    return canvas


@pytest.mark.parametrize("text", ["Halimbawa, Priya", "1234 Placeholder St", "(510) 555-0142", "QUIMBY-SPECIMEN"])
def test_print_is_no_handwriting(text: str) -> None:
    """A typed line is not called written by hand."""
    chance = probability(_typed(text))
    assert chance is not None
    assert chance < 0.5


def test_scrawl_is_handwriting() -> None:
    """Letters that stand, lean and grow as they like are called written by hand."""
    chance = probability(scrawled("Halimbawa Priya Jan"))
    assert chance is not None
    assert chance > 0.9


def test_too_little_ink_is_not_judged() -> None:
    """Two letters say nothing about who wrote them."""
    assert measure(_typed("ab")) is None


def test_only_what_a_hand_wrote_is_doubted() -> None:
    """An accepted value in a written place goes to a person, one beside it stays accepted."""
    written, typed = Box(0.1, 0.1, 0.3, 0.12), Box(0.5, 0.1, 0.7, 0.12)
    hands = Hands(frozenset({written}))

    def value(box: Box) -> FieldValue:
        return FieldValue("E0143", "E0143", 0.99, FieldStatus.ACCEPTED, 1, box, Source.OCR)

    assert hands.doubted(value(written)).status is FieldStatus.REVIEW
    assert hands.doubted(value(typed)).status is FieldStatus.ACCEPTED
    line = hands.doubted_line(Line(value(typed), quantity=value(written), modifiers=(value(written),)))
    assert line.code.status is FieldStatus.ACCEPTED
    assert line.quantity.status is FieldStatus.REVIEW
    assert line.modifiers[0].status is FieldStatus.REVIEW


@pytest.mark.parametrize(
    ("chances", "doubted"),
    [
        ([0.99, 0.97, 0.2, None, 0.02, 0.03, 0.01, 0.05], 4),
        ([0.96, 0.2, None, 0.02, 0.03, 0.01, 0.05, 0.04], 0),
        ([0.99, 0.2, None, 0.02, 0.03, 0.01, 0.05, 0.04], 1),
        ([0.96, 0.2, None], 3),
        ([None, None], 0),
    ],
)
def test_beside_what_a_hand_surely_wrote_less_sure_values_are_doubted(
    chances: list[float | None], doubted: int, page: UprightPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several written values, or one of few, make those doubtful that may be written, and those nobody can judge."""
    boxes = [Box(0.1, 0.05 * i, 0.3, 0.05 * i + 0.02) for i in range(len(chances))]
    given = dict(zip(boxes, chances, strict=True))
    places = {page.text[max(0, t - 4) : b + 4, max(0, le - 2) : r + 2].ctypes.data: given[box]
              for box in boxes for le, t, r, b in [page.pixels(box)]}  # fmt: skip
    monkeypatch.setattr("extract.handwriting.doubt.probability", lambda ink: places[ink.ctypes.data])
    values = [FieldValue("E0143", "E0143", 0.99, FieldStatus.ACCEPTED, 1, box, Source.OCR) for box in boxes]
    assert len(written_by_hand(page, values).boxes) == doubted
