"""Combs: rows of small cells that a form prints for one character each.

A comb is a row of upright strokes of one height at even distances, with level lines along their
heads and feet. Fax noise swallows some of them, so every wall is put where the even distance says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np

from extract.page.pieces import frames_of
from extract.page.runs import mended_down
from extract.page.upright import Grey, Rule, Rules
from terms.document import Word
from terms.geometry import Box

_FEWEST = 4
"""Fewest cells of a comb, and fewest walls of it that must be seen."""
_NARROWEST, _WIDEST = 13.0, 66.0
"""Width of a cell in pixels at 204 dpi."""
_LOWEST, _TALLEST = 31, 95
"""Height of a wall in pixels."""
_UNEVEN, _TORN = 8, 18
"""How far apart the ends of two walls of one row may stand, and those from which noise tore a piece, in pixels."""
_STANDING = 0.55
"""Share of the walls that must be seen."""
_BRIDGED, _BRIDGED_TORN = 3, 5
"""Gaps in a wall that count as ink, in pixels, and the same for walls that noise tore."""
_LEVEL, _EVEN, _FEWEST_EVEN = 5, 0.75, 6
"""A comb known by its walls alone: how far apart their ends may be (pixels), how many must be seen (share, least)."""
_FRAMED = 0.45
"""Share of its length along which a comb's head and foot must be drawn."""


@dataclass(frozen=True, slots=True)
class Comb:
    """A row of cells in pixels of the upright page; ``walls`` are the middles of its upright rules, left to right."""

    top: int
    bottom: int
    walls: tuple[float, ...]

    @property
    def left(self) -> float:
        """The outer wall on the left."""
        return self.walls[0]

    @property
    def right(self) -> float:
        """The outer wall on the right."""
        return self.walls[-1]

    @property
    def step(self) -> float:
        """The usual width of a cell."""
        return (self.right - self.left) / (len(self.walls) - 1)


@dataclass(frozen=True, slots=True)
class _Stroke:
    x: float
    top: int
    bottom: int


def find_combs(ink: Grey) -> tuple[Comb, ...]:
    """Find the combs on a page, from top to bottom; ``ink`` is 1 where the page is dark."""
    found: list[Comb] = []
    # walls that noise tore are put together only where they alone are proof enough
    for torn in (False, True):
        for row in _rows(_strokes(ink, bridged=_BRIDGED_TORN if torn else _BRIDGED)):
            for comb in _combs_of(sorted(row, key=lambda s: s.x)):
                is_comb = _stands_even(comb, row) or (not torn and _is_framed(ink, comb))
                if is_comb and not any(_same(comb, other) for other in found):
                    found.append(comb)
    return tuple(sorted(found, key=lambda c: (c.top, c.left)))


def _rows(strokes: Iterable[_Stroke]) -> list[list[_Stroke]]:
    """Strokes that stand level with one another."""
    rows: list[list[_Stroke]] = []
    for stroke in strokes:
        home = next((row for row in rows if any(_level(other, stroke) for other in row)), None)
        if home is None:
            rows.append([stroke])
        else:
            home.append(stroke)
    return rows


def _strokes(ink: Grey, *, bridged: int) -> Iterable[_Stroke]:
    """Upright strokes of a wall's height, from the top down; gaps of less than ``bridged`` pixels count as ink."""
    frames = frames_of(mended_down(ink, gap=bridged, least=_LOWEST))
    kept = [_Stroke(x + w / 2, y, y + h) for x, y, w, h in frames if h <= _TALLEST and w <= 9]  # noqa: PLR2004  (a thick rule)
    return sorted(kept, key=lambda s: (s.top + s.bottom, s.x))


def _level(one: _Stroke, other: _Stroke) -> bool:
    """Two walls of one row: one end of both at one height, the other torn off at most by noise."""
    apart = sorted((abs(one.top - other.top), abs(one.bottom - other.bottom)))
    return apart[0] <= _UNEVEN and apart[1] <= _TORN


def _combs_of(row: Sequence[_Stroke]) -> list[Comb]:
    """The combs among strokes of one level: runs whose distances are whole numbers of one width."""
    found: list[Comb] = []
    rest = list(row)
    while len(rest) > _FEWEST:
        run = _first_run(rest)
        if run is None:
            rest = rest[1:]
            continue
        strokes, step = run
        cells = round((strokes[-1].x - strokes[0].x) / step)
        top = int(np.percentile([s.top for s in strokes], 25))
        bottom = int(np.percentile([s.bottom for s in strokes], 75))
        even = (strokes[-1].x - strokes[0].x) / cells
        found.append(Comb(top, bottom, tuple(strokes[0].x + k * even for k in range(cells + 1))))
        rest = [s for s in rest if s.x > strokes[-1].x]
    return found


def _first_run(row: Sequence[_Stroke]) -> tuple[list[_Stroke], float] | None:
    """The longest even run that begins with the first stroke, and its width of a cell."""
    best: tuple[list[_Stroke], float] | None = None
    for other in row[1:6]:
        step = other.x - row[0].x
        if not _NARROWEST <= step <= _WIDEST:
            continue
        run, cells = [row[0]], 0
        for stroke in row[1:]:
            now = round((stroke.x - row[0].x) / step)
            if now - cells > 3:  # noqa: PLR2004  (walls lost in a row)
                break
            if abs(stroke.x - row[0].x - now * step) <= 0.12 * step + 2 and now > cells:
                run.append(stroke)
                cells = now
                step = (stroke.x - row[0].x) / now
        standing = len(run) / (cells + 1)
        if cells >= _FEWEST and standing >= _STANDING and (best is None or len(run) > len(best[0])):
            best = (run, step)
    return best if best and len(best[0]) > _FEWEST else None


def _stands_even(comb: Comb, row: Sequence[_Stroke]) -> bool:
    """Nearly all walls are seen and begin and end level: then it is a comb although its thin lines were lost."""
    walls = [s for s in row if comb.left - 3 <= s.x <= comb.right + 3]
    level = [s for s in walls if abs(s.top - comb.top) <= _LEVEL and abs(s.bottom - comb.bottom) <= _LEVEL]
    return len(level) >= max(_FEWEST_EVEN, _EVEN * len(comb.walls)) and len(walls) <= len(comb.walls) + 1


def _is_framed(ink: Grey, comb: Comb) -> bool:
    """Level lines run along the walls' heads and feet, which no line of text has."""
    left, right = int(comb.left), int(comb.right)
    lines = []
    for y in (comb.top, comb.bottom):
        band = cv2.dilate(ink[max(0, y - 5) : y + 6, left:right], np.ones((3, 1), np.uint8))
        band = cv2.morphologyEx(band, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
        runs = cv2.morphologyEx(band, cv2.MORPH_OPEN, np.ones((1, 11), np.uint8))
        lines.append(float(runs.any(axis=0).mean()))
    return min(lines) >= _FRAMED


def _same(one: Comb, other: Comb) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    level = shared > 0.5 * min(one.bottom - one.top, other.bottom - other.top)  # rows of a form may touch
    return level and min(one.right, other.right) - max(one.left, other.left) > 0


def without_inner_walls(rules: Rules, combs: Sequence[Comb]) -> Rules:
    """The rules without those that part a comb's cells: its outer walls are the field's box."""
    kept = tuple(rule for rule in rules.vertical if not any(_is_inner(rule, comb) for comb in combs))
    return Rules(rules.horizontal, kept)


def _is_inner(rule: Rule, comb: Comb) -> bool:
    middle = (rule.y0 + rule.y1) / 2
    inside = comb.left + 0.3 * comb.step < rule.x0 < comb.right - 0.3 * comb.step
    return inside and comb.top - 6 <= middle <= comb.bottom + 6


def spelled_together(words: Sequence[Word], combs: Sequence[Comb], width: float, height: float) -> list[Word]:
    """The words with what stands in each comb's cells made one word, empty cells inside it as spaces left out.

    A word as wide as several cells is several characters of the comb. Two filled parts with at
    least two empty cells between them stay two words.
    """
    out = list(words)
    for comb in combs:
        mine = [w for w in out if _inside(w, comb, width, height)]
        if not mine:
            continue
        out = [w for w in out if w not in mine]
        mine.sort(key=lambda w: w.box.left)
        groups: list[list[Word]] = [[mine[0]]]
        for before, word in pairwise(mine):
            if (word.box.left - before.box.right) * width > 2.2 * comb.step:
                groups.append([])
            groups[-1].append(word)
        out.extend(_one(group, comb, height) for group in groups)
    return out


def _inside(word: Word, comb: Comb, width: float, height: float) -> bool:
    y = (word.box.top + word.box.bottom) / 2 * height
    wide = (word.box.right - word.box.left) * width
    x = (word.box.left + word.box.right) / 2 * width
    fits = word.box.left * width > comb.left - 0.4 * comb.step and word.box.right * width < comb.right + 0.4 * comb.step
    return comb.top - 3 <= y <= comb.bottom + 3 and comb.left < x < comb.right and fits and wide > 0


def _one(group: Sequence[Word], comb: Comb, height: float) -> Word:
    box = group[0].box
    for word in group[1:]:
        box = box.union(word.box)
    box = Box.clipped(
        box.left, max(box.top, (comb.top - 2) / height), box.right, min(box.bottom, (comb.bottom + 2) / height)
    )
    sure = min(w.confidence for w in group)
    return replace(group[0], text="".join(w.text for w in group), box=box, confidence=sure)
