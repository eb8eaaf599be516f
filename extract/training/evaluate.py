"""Measure the exported reader against its peers on lines drawn with the reserved fonts.

    python -m extract.training.evaluate --fonts FOLDER --lines 60

The same crops go to our own reader (with and without being told the kind), to PP-OCRv6 and to
Tesseract. A line is right when all of it is, white space and, for codes and numbers, case and
spaces aside. Lines of which next to no ink is left are counted apart ("faded"): nobody can read
those. Prints a Markdown table and, with ``--write``, puts the scores into the model's description.
"""

import argparse
import json
import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from extract.readers.own import MODEL, OwnReader
from extract.readers.ppocr import ppocr
from extract.readers.reading import Reader
from extract.readers.tesseract import tesseract
from extract.training.alphabet import ALPHABET
from extract.training.degrade import CONDITIONS, FINE, STANDARD, OnLines, onto_lines, send
from extract.training.draw import Grey, draw_line
from extract.training.fonts import Catalogue, reserved_catalogue
from extract.training.text import draw_value
from extract.training.views import ink_left, loose_crop
from terms.names import FieldKind

_FADED = 0.3
_LOOSE = {FieldKind.NAME, FieldKind.ADDRESS, FieldKind.TEXT, FieldKind.CHOICE, FieldKind.DATE}
_SHAPES: dict[FieldKind, str] = {
    FieldKind.NPI: r"\d{10}",
    FieldKind.CODE: r"[A-V]\d{4}|\d{5}",
    FieldKind.DIAGNOSIS: r"[A-Z]\d\w(\.\w{1,4})?",
    FieldKind.MEMBER_ID: r"9\d{7}[A-Z]",
}
"""What is measured of the kinds that training draws in odd forms too: the plain form alone."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One crop of the evaluation."""

    crop: Grey
    text: str
    kind: FieldKind
    lines: int
    severity: str
    faded: bool


@dataclass(slots=True)
class Score:
    """How one reader did."""

    name: str
    right: dict[tuple[str, str], list[bool]] = field(default_factory=dict)
    seconds: float = 0.0
    crops: int = 0

    def share(self, wanted: Callable[[tuple[str, str]], bool]) -> tuple[float, int]:
        """Give the share right, in per cent, and the number, over the chosen (kind, condition) cells."""
        values = [v for key, cell in self.right.items() if wanted(key) for v in cell]
        return (100 * float(np.mean(values)) if values else float("nan")), len(values)


def samples(fonts: Catalogue, count: int, seed: int) -> list[Sample]:
    """Draw ``count`` lines of each kind for each resolution and severity."""
    made = []
    for kind in FieldKind:
        for lines in (FINE, STANDARD):
            for severity in CONDITIONS:
                rng = random.Random(f"{seed}-{kind}-{lines}-{severity}")
                numbers = np.random.default_rng(rng.getrandbits(64))
                made += [_sample(rng, numbers, fonts, kind, lines, severity) for _ in range(count)]
    return made


def _sample(
    rng: random.Random, numbers: np.random.Generator, fonts: Catalogue, kind: FieldKind, lines: int, severity: str
) -> Sample:
    text = draw_value(kind, rng)
    while not re.fullmatch(_SHAPES.get(kind, r".+"), text):
        text = draw_value(kind, rng)
    drawn = draw_line(rng, fonts, given=(text, kind))
    worst = CONDITIONS[severity].skew
    page: OnLines = onto_lines(drawn, lines=lines, skew=float(numbers.uniform(-worst, worst)))
    image = send(page, CONDITIONS[severity], numbers)
    crop = loose_crop(image, page.frame, numbers)
    return Sample(np.ascontiguousarray(crop), drawn.text, kind, lines, severity, ink_left(image, page) < _FADED)


def compared(text: str, kind: FieldKind) -> str:
    """Give what two readings of one line must share to be the same."""
    text = " ".join(text.split())
    return text if kind in _LOOSE else re.sub(r"\s", "", text).upper()


def measure(name: str, reader: Reader, crops: Sequence[Sample], *, told: bool) -> Score:
    """Read every crop with one reader."""
    score = Score(name)
    for sample in crops:
        began = time.process_time()
        read = reader.read([sample.crop], sample.kind if told else None)[0]
        score.seconds += time.process_time() - began
        score.crops += 1
        lines = "fine" if sample.lines == FINE else "standard"
        key = (sample.kind.value, "faded" if sample.faded else f"{lines}-{sample.severity}")
        right = compared(read.text, sample.kind) == compared(sample.text, sample.kind)
        score.right.setdefault(key, []).append(right)
    return score


def table(scores: Sequence[Score]) -> str:
    """Give the Markdown tables: by kind, and by condition."""
    kinds = [kind.value for kind in FieldKind]
    conditions = [f"{lines}-{severity}" for lines in ("fine", "standard") for severity in CONDITIONS]
    rows = ["| | n | " + " | ".join(score.name for score in scores) + " |", "|---|---|" + "---|" * len(scores)]

    def row(title: str, wanted: Callable[[tuple[str, str]], bool]) -> None:
        cells = [score.share(wanted) for score in scores]
        rows.append(f"| {title} | {cells[0][1]} | " + " | ".join(f"{share:.1f}" for share, _ in cells) + " |")

    for kind in kinds:
        row(kind, lambda key, kind=kind: key[0] == kind and key[1] != "faded")  # type: ignore[misc]  # bound now
    for condition in conditions:
        row(condition, lambda key, condition=condition: key[1] == condition)  # type: ignore[misc]  # bound now
    row("all", lambda key: key[1] != "faded")
    row("faded", lambda key: key[1] == "faded")
    rows.append("| ms a crop | | " + " | ".join(f"{1000 * s.seconds / s.crops:.1f}" for s in scores) + " |")
    return "\n".join(rows)


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fonts", type=Path, action="append", required=True, help="folder with the reserved families")
    parser.add_argument("--model", type=Path, default=MODEL)
    parser.add_argument("--lines", type=int, default=40, help="of each kind, resolution and severity")
    parser.add_argument("--seed", type=int, default=2027)
    parser.add_argument("--own-only", action="store_true", help="leave the peers out")
    parser.add_argument("--write", action="store_true", help="put the scores into the model's description")
    options = parser.parse_args()
    fonts = reserved_catalogue(options.fonts, ALPHABET)
    crops = samples(fonts, options.lines, options.seed)
    print(f"{len(crops)} crops, {len(fonts.faces)} faces of {', '.join(fonts.families)}", flush=True)
    mine = OwnReader(options.model)
    scores = [
        measure("own, kind told", mine, crops, told=True),
        measure("own", mine, crops, told=False),
    ]
    if not options.own_only:
        scores.append(measure("PP-OCRv6", ppocr(), crops, told=False))
        scores.append(measure("Tesseract", tesseract(), crops, told=True))
    print(table(scores))
    if options.write:
        path = options.model.with_suffix(".json")
        about = json.loads(path.read_text(encoding="utf-8"))
        about["scores"] = {"crops": len(crops), "seed": options.seed, "fonts": list(fonts.families)} | {
            score.name: round(score.share(lambda key: key[1] != "faded")[0], 2) for score in scores
        }
        path.write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
