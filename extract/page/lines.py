"""Stretches of text on a page: what stands on one line without a wide gap or a ruling line between."""

import itertools

import cv2
import numpy as np
import numpy.typing as npt

from extract.page.pieces import pieces_of
from extract.page.runs import opened
from extract.page.upright import Grey, Stretch

_SPECK_AREA = 5
_LETTER_HIGH = (8, 70)
_GAP_FACTOR = 1.15
_STROKE = 4
"""Pixels in a row, across or down, of which a letter has some in every stroke and a faxed grey has none."""
_DOTS = 0.1
"""Share of a stretch's ink in strokes below which it is all dots: greys had at most 0.05, letters at least 0.35."""


def find_stretches(ink: Grey, walls: Grey) -> tuple[Stretch, ...]:
    """Find the stretches of text in reading order of their tops.

    ``ink`` is 0/1 ink without ruling lines (204 dpi); ``walls`` is 1 where vertical ruling lines
    stand: no stretch reaches across. Specks, pictures and black bars are left out.
    """
    ink = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    pieces = pieces_of(np.asarray(ink, dtype=np.uint8))
    if len(pieces) < 2:  # noqa: PLR2004  (background only)
        return ()
    wide, high = pieces.wide, pieces.high
    text = (pieces.area >= _SPECK_AREA) & (high <= _LETTER_HIGH[1]) & ~((wide > 260) & (high > 24))  # noqa: PLR2004  (wider than a word of joined letters)
    text[0] = False
    kept = pieces.mask(text)
    letters = text & (high >= _LETTER_HIGH[0]) & (wide >= 3)  # noqa: PLR2004  (an l is 3 pixels wide)
    usual = float(np.median(high[letters])) if letters.any() else 20.0
    tall = float(np.percentile(high[letters], 75)) if letters.any() else 20.0
    gap = int(np.clip(tall * _GAP_FACTOR, 16, 34))
    joined = cv2.morphologyEx(
        cv2.copyMakeBorder(kept, 0, 0, gap, gap, cv2.BORDER_CONSTANT, value=0),
        cv2.MORPH_CLOSE,
        np.ones((1, gap), np.uint8),
    )[:, gap:-gap]
    groups = pieces_of(np.ascontiguousarray(joined & (1 - walls)))
    found: list[Stretch] = []
    large = (groups.high >= 5) & (groups.wide >= 2)  # noqa: PLR2004  (more than dust)
    for i in np.flatnonzero(large[1:]) + 1:
        left, top, width, height, _area = groups.stats[i].tolist()
        place = np.s_[top : top + height, left : left + width]
        found.extend(_rows(kept[place] & (groups.labels[place] == i), left, top, usual))
    return tuple(sorted(_merged(found, usual, walls), key=lambda s: (s.top, s.left)))


def find_writing(ink: Grey, walls: Grey) -> tuple[Stretch, ...]:
    """Find the stretches of text of a whole page: those of :func:`find_stretches` that are not a grey ground's dots."""
    strokes = opened(ink, _STROKE)
    return tuple(s for s in find_stretches(ink, walls) if _ink_in(strokes, s) > _DOTS * _ink_in(ink, s))


def _ink_in(mask: Grey, stretch: Stretch) -> int:
    return cv2.countNonZero(mask[stretch.top : stretch.bottom, stretch.left : stretch.right])


def in_reading_order(stretches: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    """Order stretches line by line: those that share most of their height stand on one line, left to right."""
    return tuple(s for row in _by_row(stretches) for s in row)


def rows_of(stretches: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    """Whole rows, top to bottom: the stretches that stand on one line, joined."""
    return tuple(
        Stretch(row[0].left, min(s.top for s in row), max(s.right for s in row), max(s.bottom for s in row))
        for row in _by_row(stretches)
    )


def _by_row(stretches: tuple[Stretch, ...]) -> list[list[Stretch]]:
    rows: list[list[Stretch]] = []
    for stretch in sorted(stretches, key=lambda s: s.top + s.bottom):
        home = None
        for row in reversed(rows[-6:]):
            last = min(row, key=lambda s: max(stretch.left - s.right, s.left - stretch.right))
            shared = min(last.bottom, stretch.bottom) - max(last.top, stretch.top)
            if shared > 0.5 * min(last.height, stretch.height):
                home = row
                break
        if home is None:
            rows.append([stretch])
        else:
            home.append(stretch)
    rows.sort(key=lambda row: float(np.median([s.top + s.bottom for s in row])))
    return [sorted(row, key=lambda s: s.left) for row in rows]


def _rows(part: npt.NDArray[np.uint8], left: int, top: int, usual: float) -> list[Stretch]:
    """Split a blob that holds several lines (touching descenders) at the emptiest rows between them."""
    height = part.shape[0]
    if height <= 2.1 * usual or height < 40:  # noqa: PLR2004  (one line of up to 20 pt)
        return [_tight(part, left, top, 0, height)]
    profile = cv2.GaussianBlur(part.sum(axis=1).astype(np.float32).reshape(-1, 1), (1, 5), 0).ravel()
    peak = float(np.percentile(profile, 90))
    cuts = [0]
    row = int(usual * 0.9)
    while row < height - int(usual * 0.7):
        window = profile[row : row + int(usual * 0.9)]
        low = row + int(window.argmin())
        if profile[low] < 0.22 * peak:
            cuts.append(low)
            row = low + int(usual * 0.9)
        else:
            row += max(1, int(usual * 0.9))
    cuts.append(height)
    pieces = [_tight(part, left, top, a, b) for a, b in itertools.pairwise(cuts)]
    return [p for p in pieces if p.height >= 5 and p.width >= 2]  # noqa: PLR2004  (dust)


def _tight(part: npt.NDArray[np.uint8], left: int, top: int, first: int, last: int) -> Stretch:
    x, y, wide, high = cv2.boundingRect(np.ascontiguousarray(part[first:last]))
    return (
        Stretch(left + x, top + first + y, left + x + wide, top + first + y + high)
        if wide
        else Stretch(left, top, left, top)
    )


def _merged(pieces: list[Stretch], usual: float, walls: Grey) -> list[Stretch]:
    """Give dots, commas, dashes and torn-off bits back to the line they stand on."""
    big = [p for p in pieces if p.height >= 0.55 * usual]
    small = [p for p in pieces if p.height < 0.55 * usual]
    near = max(14, int(usual * 0.9))
    for bit in sorted(small, key=lambda s: s.left):
        home = None
        for i, line in enumerate(big):
            if bit.top > line.bottom + 3 or bit.bottom < line.top - 5:
                continue
            gap = max(bit.left - line.right, line.left - bit.right, 0)
            if gap <= near and (home is None or gap < home[0]):
                row = min(max((bit.top + bit.bottom) // 2, 0), walls.shape[0] - 1)
                low, high = min(line.right, bit.left), max(line.right, bit.left)
                if not walls[row, min(low, line.left) : max(high, line.left)].any() or gap == 0:
                    home = (gap, i)
        if home is None:
            if bit.width >= 8 and bit.height >= 3:  # noqa: PLR2004  (a lone dash or a short word in small print)
                big.append(bit)
            continue
        line = big[home[1]]
        big[home[1]] = Stretch(
            min(line.left, bit.left), min(line.top, bit.top), max(line.right, bit.right), max(line.bottom, bit.bottom)
        )
    return big
