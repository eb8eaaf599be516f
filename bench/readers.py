"""How well and how fast each reader reads a value's crop, and what the judgement makes of it.

``python bench/readers.py --fonts DIR [--sheets 30] [--seed 7]``

Sheets of known values in faces that nothing was fitted or trained on, sent by fax in each
condition. Prints, for each condition: the share each reader reads exactly by itself, its
milliseconds a crop (CPU), and for the zone judgement the share exact, accepted, and wrong among
accepted. Exact means the whole value after normalisation.
"""

import argparse
import json
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from extract.calibrate.channel import CONDITIONS, FINE, STANDARD, send
from extract.calibrate.collect import zone_on
from extract.calibrate.sheets import TEST_FACES, draw_sheet, find_faces
from extract.decode.grammar import CODES
from extract.page.ink import zone_ink
from extract.page.lines import rows_of
from extract.page.prepare import prepare_image
from extract.page.upright import Grey, UprightPage
from extract.page.words import line_crop
from extract.readers.panel import panel
from extract.readers.reading import Reader
from extract.views import native_line
from extract.zone import read_zone
from terms.geometry import Box
from terms.names import FieldKind
from terms.normal import normalise

COLUMNS = (
    ("none", FINE),
    ("light", FINE),
    ("medium", FINE),
    ("heavy", FINE),
    ("light", STANDARD),
    ("medium", STANDARD),
    ("heavy", STANDARD),
)
CRITICAL = CODES - {FieldKind.QUANTITY, FieldKind.MODIFIER} | {FieldKind.NAME}


@dataclass
class Tally:
    """Counts of one reader, or of the judgement, in one condition."""

    values: int = 0
    exact: int = 0
    accepted: int = 0
    wrong: int = 0
    missed: int = 0
    seconds: float = 0.0

    def line(self) -> dict[str, float]:
        """Shares in per cent and milliseconds, for printing."""
        each = 100 / max(1, self.values)
        return {
            "n": self.values,
            "exact": round(self.exact * each, 1),
            "accepted": round(self.accepted * each, 1),
            "wrong_accepted": self.wrong,
            "false_missing": self.missed,
            "ms": round(1000 * self.seconds / max(1, self.values), 1),
        }


@dataclass
class Bench:
    """One run: the tallies by condition and by reader."""

    tallies: dict[str, dict[str, Tally]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Tally)))

    wrong: list[str] = field(default_factory=list)

    def reader(self, where: str, name: str, reader: Reader, crop: Grey, *, kind: FieldKind, truth: str) -> None:
        """Time one reader on one crop and compare what it says by itself."""
        tally = self.tallies[where][name]
        started = time.process_time()
        text = reader.read([crop], kind)[0].text
        tally.seconds += time.process_time() - started
        tally.values += 1
        tally.exact += truth in {normalise(kind, text), normalise(kind, "".join(text.upper().split()))}

    def zone(self, where: str, page: UprightPage, box: Box, kind: FieldKind, truth: str | None) -> None:
        """Time and compare the judgement of the zone."""
        tally = self.tallies[where]["judged"]
        started = time.process_time()
        value = read_zone(page, box, kind, readers=panel()).value
        seconds = time.process_time() - started
        right = value.value == truth
        tally.wrong += value.is_accepted and not right
        if value.is_accepted and not right:
            self.wrong.append(f"{where}: {kind.value} {truth!r} accepted as {value.value!r} at {value.confidence:.4f}")
        if truth is None:
            return
        tally.seconds += seconds
        tally.values += 1
        tally.exact += right
        tally.accepted += value.is_accepted
        tally.missed += value.status == "missing"


def crops(page: UprightPage, box: Box) -> tuple[Grey, Grey] | None:
    """The close upright cut and the loose native cut of a zone's main line."""
    ink = zone_ink(page, box)
    if not ink.stretches:
        return None
    whole = max(rows_of(ink.stretches), key=lambda s: s.width * s.height)
    return line_crop(page, whole), native_line(page, whole)


def run(folders: list[Path], *, sheets: int, seed: int) -> Bench:
    """Draw, send and read ``sheets`` sheets, the conditions in turn."""
    faces = find_faces(TEST_FACES, folders)
    bench, readers = Bench(), panel()
    for number in range(sheets):
        condition, lines = COLUMNS[number % len(COLUMNS)]
        where = f"{'fine' if lines == FINE else 'standard'} {condition}"
        drawn = draw_sheet(faces, seed * 100_003 + number)
        fax, to_fax = send(drawn.picture, CONDITIONS[condition], lines=lines, seed=seed * 13 + number)
        page = prepare_image(fax, 1728 / 8.5, lines)
        for spot in drawn.spots:
            if spot.kind not in CRITICAL or not spot.text:
                continue
            box, truth = zone_on(page, spot, to_fax), normalise(spot.kind, spot.text)
            bench.zone(where, page, box, spot.kind, truth)
            cuts = crops(page, box)
            if truth is None or cuts is None:
                continue
            snug, loose = cuts
            bench.reader(where, "ppocr", readers.first, snug, kind=spot.kind, truth=truth)
            bench.reader(where, "ppocr native", readers.first, loose, kind=spot.kind, truth=truth)
            bench.reader(where, "tesseract", readers.second, loose, kind=spot.kind, truth=truth)
            bench.reader(where, "own", readers.own, snug, kind=spot.kind, truth=truth)
    return bench


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fonts", type=Path, action="append", required=True)
    parser.add_argument("--sheets", type=int, default=35)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    bench = run(options.fonts, sheets=options.sheets, seed=options.seed)
    table = {where: {name: t.line() for name, t in rows.items()} for where, rows in bench.tallies.items()}
    if options.json:
        print(json.dumps(table, indent=1))
        return
    for where, rows in table.items():
        print(where)
        for name, line in rows.items():
            print(f"  {name:14s}", "  ".join(f"{key} {value}" for key, value in line.items()))
    print(*bench.wrong, sep="\n")


if __name__ == "__main__":
    main()
