"""Word recall and precision on any folder of pictures with word truth (FUNSD's JSON layout).

The folder holds ``images/NAME.png`` and ``annotations/NAME.json`` with ``form[].words[]`` of
``text`` and ``box`` (pixels). A word is found when a read word of the same text overlaps it by half
of their union.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from extract.page.prepare import prepare_image
from extract.page.upright import UprightPage
from extract.page.words import read_words
from terms.geometry import Box as PageBox

_OVERLAP = 0.5
Box = tuple[float, float, float, float]


@dataclass(slots=True)
class WordScore:
    """Counts over a folder."""

    printed: int = 0
    read: int = 0
    found: int = 0

    @property
    def line(self) -> str:
        """The figures in words."""
        recall, precision = 100 * self.found / max(1, self.printed), 100 * self.found / max(1, self.read)
        return f"{self.printed} words printed, {self.read} read: recall {recall:.1f} %, precision {precision:.1f} %"


def word_score(folder: Path, *, dpi: float = 100.0) -> WordScore:
    """Read every picture of ``folder`` (scanned at ``dpi``) and count."""
    score = WordScore()
    for truth_path in sorted((folder / "annotations").glob("*.json")):
        grey = cv2.imread(str(folder / "images" / f"{truth_path.stem}.png"), cv2.IMREAD_GRAYSCALE)
        if grey is None:
            raise FileNotFoundError(f"no picture for {truth_path.name}")
        image = np.asarray(grey, dtype=np.uint8)
        page = prepare_image(image, dpi, dpi)
        words = [(w.text, _native_box(w.box, page)) for w in read_words(page)]
        count(score, _truth(json.loads(truth_path.read_text(encoding="utf-8"))), words)
    return score


def count(score: WordScore, truth: Sequence[tuple[str, Box]], words: Sequence[tuple[str, Box]]) -> None:
    """Add one page: each truth word is found by at most one read word."""
    free = list(words)
    for text, box in truth:
        match = next((w for w in free if w[0].casefold() == text.casefold() and overlap(box, w[1]) >= _OVERLAP), None)
        if match:
            free.remove(match)
            score.found += 1
    score.printed += len(truth)
    score.read += len(words)


def overlap(a: Box, b: Box) -> float:
    """Give the area two boxes share over the area of both together."""
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if wide <= 0 or high <= 0:
        return 0.0
    shared = wide * high
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


def _truth(data: dict[str, Any]) -> list[tuple[str, Box]]:
    words = [word for part in data["form"] for word in part["words"] if word["text"].strip()]
    return [(word["text"], tuple(float(v) for v in word["box"])) for word in words]  # type: ignore[misc]  # four numbers


def _native_box(box: PageBox, page: UprightPage) -> Box:
    """The box around a word's four corners in the picture's own pixels."""
    corners = [(x, y, 1.0) for x in (box.left, box.right) for y in (box.top, box.bottom)]
    placed = np.array(corners) * (page.width, page.height, 1.0) @ page.to_native.T
    (left, top), (right, bottom) = placed.min(axis=0), placed.max(axis=0)
    return float(left), float(top), float(right), float(bottom)
