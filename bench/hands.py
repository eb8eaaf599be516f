"""Is what a hand wrote ever accepted? ``python -m bench.hands --fonts DIR``: pages filled in wholly or half by hand.

Forms of ``bench.layouts`` with values in faces that look like handwriting, each letter shifted, turned and
stretched by itself as in the training of the judge, sent by fax and read. The faces must be of families that
neither the judge nor our own reader was trained on (``extract/training/fonts.toml``); others are refused.
``--keep DIR`` leaves the faxed pages there as PNG files.
"""

import argparse
import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image, ImageFont

from bench.layouts.__main__ import EVERY_CONDITION, faxed
from bench.layouts.canvas import FACES, SCALE, Canvas, font
from bench.layouts.pages import draw_page
from extract.handwriting.doubt import parts_of
from extract.read import read_page
from extract.training.fonts import Policy
from extract.training.hands import WRITTEN_LEFT, written, written_base
from samples.make_fax import RECEIVED_AT
from terms.geometry import Box
from terms.values import FieldStatus, FieldValue

_TYPED = "sans"
_SAME = 0.3
"""Least overlap of a value's place with a word's from which it is that word's."""


class _Written(Canvas):
    """Paper on which a share of the values is written by hand, the rest typed."""

    def __init__(self, share: float, rng: random.Random) -> None:
        super().__init__()
        self.by_hand: list[Box] = []
        self._share, self._rng = share, rng
        self._uneven = rng.uniform(0.3, 1.0)

    def text(self, x: float, y: float, text: str, family: str, size: float, *, bold: bool = False) -> float:
        """Write a value by hand where it is its turn, anything else in print."""
        if not family.startswith("hand:"):
            return super().text(x, y, text, family, size, bold=bold)
        if self._rng.random() >= self._share:
            return super().text(x, y, text, _TYPED, size, bold=bold)
        face, before = font(family, size), len(self.words)
        line = Image.fromarray(written(face, text, self._rng, self._uneven))
        place = (round(x * SCALE) - WRITTEN_LEFT, round(y * SCALE) - written_base(face))
        self.put(line, place)
        self.remember(x, y, text, face, size)
        self.by_hand += [word.box for word in self.words[before:]]
        return x + face.getlength(text) / SCALE


@dataclass(frozen=True, slots=True)
class _Page:
    face: str
    condition: str
    counts: Counter[str]
    accepted: tuple[str, ...]


def _one(
    number: int, *, faces: Sequence[Path], conditions: Sequence[str], seed: int, share: float, keep: Path | None
) -> _Page:
    face, condition = faces[number % len(faces)], conditions[(number // len(faces)) % len(conditions)]
    family = f"hand:{face}"
    FACES[family] = (str(face), str(face))
    rng = random.Random(f"hands:{seed}:{number}:{share}")
    papers: list[_Written] = []

    def paper() -> _Written:
        papers.append(_Written(share, rng))
        return papers[-1]

    drawn = draw_page(seed, number, rich=True, paper=paper, values_in=family)
    with tempfile.TemporaryDirectory() as scratch:
        path = (keep or Path(scratch)) / f"{number:03d}_{face.stem}_{condition}.png"
        reading = read_page(faxed(drawn.grey, condition, path, (seed, number)), received_on=RECEIVED_AT.date())
    known = {*drawn.values.values(), *drawn.codes, *drawn.diagnoses}
    counts: Counter[str] = Counter()
    accepted = []
    named = {name: value for name, value in reading.fields.items() if name != "request.type"}
    for value in parts_of(named, reading.lines, reading.diagnoses):
        if value.status is FieldStatus.MISSING or value.box is None:
            continue
        who = "hand" if _is_one_of(value, papers[-1].by_hand) else "typed"
        counts[who] += 1
        if value.is_accepted:
            counts[f"{who}_accepted"] += 1
            if who == "hand":
                as_drawn = "as drawn" if value.value in known else "no critical value as drawn"
                counts["hand_other"] += value.value not in known
                accepted.append(f"{number} {face.stem} {condition}: {value.label}: {value.value!r} ({as_drawn})")
    return _Page(face.stem, condition, counts, tuple(accepted))


def _is_one_of(value: FieldValue, boxes: Sequence[Box]) -> bool:
    place = value.box
    return place is not None and any(place.overlap(box) > _SAME or box.overlap(place) > _SAME for box in boxes)


def _unseen(root: Path) -> list[Path]:
    """Faces below ``root``, one for each beginning of a family's name; raises ValueError for those trained on."""
    policy, found = Policy.load(), {}
    for path in sorted(p for p in root.rglob("*") if p.suffix.lower() in {".ttf", ".otf"}):
        family = (ImageFont.truetype(str(path), 20).getname()[0] or path.stem).lower()
        if family.startswith(policy.handwriting):
            raise ValueError(f"{family} was trained on: leave it out of {root}")
        found.setdefault(family.split()[0][:5], path)
    return list(found.values())


def _line(name: str, c: Counter[str]) -> str:
    hand, typed = (100 * c[f"{who}_accepted"] / max(1, c[who]) for who in ("hand", "typed"))
    written = f"written {c['hand']:5}, accepted {c['hand_accepted']:4} = {hand:5.2f} %"
    return f"{name:24} {written}, {c['hand_other']:3} not as drawn; typed {c['typed']:5}, accepted {typed:5.1f} %"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run as the command line says; gives the exit status."""
    parser = argparse.ArgumentParser(description="Pages filled in by hand.")
    parser.add_argument("--fonts", type=Path, required=True, help="a folder of faces like handwriting")
    parser.add_argument("--count", type=int, default=25, help="pages wholly by hand, and as many half")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--conditions", default=EVERY_CONDITION)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="leave the pages' pictures here")
    chosen = parser.parse_args(arguments)
    try:
        faces = _unseen(chosen.fonts)
    except ValueError as error:
        parser.error(str(error))
    if not faces:
        parser.error(f"{chosen.fonts} holds no .ttf or .otf faces")
    for name, share in (("whole", 1.0), ("half", 0.5)):
        if chosen.keep:
            (chosen.keep / name).mkdir(parents=True, exist_ok=True)
        work = partial(
            _one,
            faces=faces,
            conditions=chosen.conditions.split(","),
            seed=chosen.seed,
            share=share,
            keep=chosen.keep / name if chosen.keep else None,
        )
        with ProcessPoolExecutor(chosen.jobs) as pool:
            pages = list(pool.map(work, range(chosen.count)))
        by: dict[str, Counter[str]] = defaultdict(Counter)
        for page in pages:
            by[page.face] += page.counts
            by[page.condition] += page.counts
            by[f"all, {name}"] += page.counts
            for line in page.accepted:
                print(f"  accepted, {name}: {line}")
        for key in sorted(by):
            print(_line(key, by[key]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
