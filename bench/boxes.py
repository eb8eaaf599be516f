"""How surely check boxes are told apart: ``python -m bench.boxes --groups 2000 [--record]``.

Draws groups of three boxes, each with a mark of one sort or none, sends them by fax in every
condition, and counts verdicts. ``--record`` writes the measured chances (lower 95 % bounds) to
``extract/boxes/confidence.json``, which the confidence of a tick is taken from; use another seed
for measuring than for recording.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from bench.reading.score import upper_bound
from extract.boxes import marks as marks_module
from extract.boxes.marks import Seen, decide, see
from extract.layout import Area
from samples.conditions import CONDITIONS, DRAWN_DPI, Resolution, fax_line

SORTS = ("none", "cross", "tick", "fill", "dot", "line", "outside", "circle", "struck")
_CLEAR_SORTS = {"cross", "tick", "fill", "line"}
_UNSURE_SORTS = {"outside", "circle", "struck", "dot"}
_TABLE = Path(marks_module.__file__).with_name("confidence.json")
_SIDE = round(8.5 / 72 * DRAWN_DPI)


def draw(sheet: np.ndarray, x: int, y: int, sort: str, rng: np.random.Generator) -> None:
    """Draw one mark of a sort at a box's corner, as a hand does: never twice the same."""
    s, pen = _SIDE, int(rng.integers(4, 9))

    def at(fx: float, fy: float, wobble: float = 0.10) -> tuple[int, int]:
        dx, dy = rng.normal(0, wobble * s, 2)
        return round(x + fx * s + dx), round(y + fy * s + dy)

    if sort == "cross":
        cv2.line(sheet, at(0, 0), at(1, 1), (0,), pen)
        cv2.line(sheet, at(1, 0), at(0, 1), (0,), pen)
    elif sort == "tick":
        middle = at(0.42, 0.9)
        cv2.line(sheet, at(0.1, 0.5), middle, (0,), pen)
        cv2.line(sheet, middle, at(1.15, -0.15), (0,), pen)
    elif sort == "fill":
        cv2.rectangle(sheet, at(0.15, 0.15, 0.03), at(0.85, 0.85, 0.03), (0,), -1)
    elif sort == "line":
        cv2.line(sheet, at(0.1, 0.9), at(0.9, 0.1), (0,), pen + 2)
    elif sort == "dot":
        cv2.circle(sheet, at(0.5, 0.5), int(0.12 * s), (0,), -1)
    elif sort == "outside":
        cv2.line(sheet, at(-0.5, 0.1), at(-0.1, 0.9), (0,), pen)
        cv2.line(sheet, at(-0.1, 0.1), at(-0.5, 0.9), (0,), pen)
    elif sort == "circle":
        axes = (round(rng.uniform(0.95, 1.15) * s), round(rng.uniform(0.85, 1.0) * s))
        cv2.ellipse(sheet, at(0.5, 0.5, 0.05), axes, 0, 0, 360, (0,), pen)
    elif sort == "struck":
        points = [at(rng.uniform(-0.45, 1.45), rng.uniform(-0.45, 1.45), 0.0) for _ in range(26)]
        cv2.polylines(sheet, [np.array(points, np.int32)], isClosed=False, color=(0,), thickness=pen + 2)


def group(sorts: Sequence[str], condition: str, resolution: Resolution, seed: int) -> list[Seen]:
    """Draw, fax and look at one group of boxes."""
    rng = np.random.default_rng(seed)
    blank = np.full((160, 260 * len(sorts)), 255, np.uint8)
    corners = [(80 + 260 * i, 55) for i in range(len(sorts))]
    for x, y in corners:
        cv2.rectangle(blank, (x, y), (x + _SIDE, y + _SIDE), (0,), 5)
        cv2.putText(blank, "Option", (x + _SIDE + 22, y + _SIDE - 6), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0,), 3)
    filled = blank.copy()
    for (x, y), sort in zip(corners, sorts, strict=True):
        draw(filled, x, y, sort, rng)
    size = (round(blank.shape[1] * 204 / DRAWN_DPI), round(blank.shape[0] * 204 / DRAWN_DPI))
    # a form's registration takes the page's lean out; what it leaves is about a pixel
    level = replace(CONDITIONS[condition], skew=0.15)
    bits = fax_line(filled, level, resolution, rng)
    page = cv2.resize(np.where(bits, 0, 255).astype(np.uint8), size, interpolation=cv2.INTER_LINEAR)
    printed = cv2.resize(blank, size, interpolation=cv2.INTER_AREA)
    scale = 204 / DRAWN_DPI
    areas = [Area(x * scale, y * scale, (x + _SIDE) * scale, (y + _SIDE) * scale) for x, y in corners]
    ink = (page < 128).astype(np.uint8)
    return [see(ink, (printed < 150).astype(np.uint8), area) for area in areas]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench; gives the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--groups", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record", action="store_true")
    given = parser.parse_args(arguments)
    rng = np.random.default_rng(given.seed)
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    said: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    ways = [(c, r) for r in Resolution for c in ("light", "medium", "heavy")]
    for number in range(given.groups):
        condition, resolution = ways[number % len(ways)]
        sorts = ["none", "none", "none"]
        sorts[int(rng.integers(3))] = str(rng.choice(SORTS[1:]))
        if rng.random() < 0.25:
            sorts = ["struck", "cross", "none"] if rng.random() < 0.5 else ["none", "none", "none"]
        decided = decide(group(sorts, condition, resolution, given.seed * 1_000_003 + number), one=True)
        for sort, mark in zip(sorts, decided, strict=True):
            verdict = {True: "marked", False: "clear", None: "person"}[mark.ticked]
            counts[f"{resolution.value} {condition}", sort][verdict] += 1
            if verdict == "person" or sort in _UNSURE_SORTS - {"struck"}:
                continue
            said[verdict] += 1
            wrong[verdict] += (verdict == "marked") != (sort in _CLEAR_SORTS)
    _print(counts)
    table = {}
    for verdict in ("marked", "clear"):
        sure = 1 - upper_bound(wrong[verdict], said[verdict]) / 100
        table[verdict] = {"sure": round(sure, 4), "wrong": wrong[verdict], "of": said[verdict]}
        print(f"{verdict}: {wrong[verdict]} wrong of {said[verdict]}; right at least {sure:.2%} (95 %)")
    if given.record:
        table["made_by"] = f"python -m bench.boxes --groups {given.groups} --seed {given.seed} --record"
        _TABLE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    return 0


def _print(counts: dict[tuple[str, str], Counter[str]]) -> None:
    for sort in SORTS:
        total: Counter[str] = Counter()
        for (_, name), count in counts.items():
            if name == sort:
                total.update(count)
        number = max(1, total.total())
        shares = ", ".join(f"{v} {100 * total[v] / number:.1f} %" for v in ("marked", "clear", "person"))
        print(f"{sort:8} n = {total.total():5}: {shares}")


if __name__ == "__main__":
    sys.exit(main())
