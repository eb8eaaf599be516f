"""Ruling lines of a form: box edges, underlines, table grids."""

import cv2
import numpy as np
import numpy.typing as npt

from extract.page.pieces import frames_of, pieces_of
from extract.page.runs import bridged_down, transposed
from extract.page.upright import Grey, Rule, Rules

_MIN_ACROSS, _MIN_DOWN = 70, 44
_MAX_THICK = 12
_RUN, _BRIDGED = 30, 25
_REACH = 10
Numbers = npt.NDArray[np.int64]


def find_rules(ink: Grey) -> Rules:
    """Find the straight lines of an upright page (0/1 ink at 204 dpi).

    Lines are at least about a third of an inch across or a fifth of an inch down, may have small
    gaps (fax noise, dashes) and lean by up to a pixel in fifty.
    """
    return Rules(tuple(_across(ink, _MIN_ACROSS)), tuple(_turned(_across(transposed(ink), _MIN_DOWN))))


def rule_mask(ink: Grey, rules: Rules) -> Grey:
    """1 on ink that belongs to a ruling line and to nothing that crosses it, else 0.

    A stroke that runs into a line keeps its pixels: ink is taken as the line's own only where the
    ink across the line is not much thicker than the line.
    """
    mask = np.zeros_like(ink)
    for rule in rules.horizontal:
        _mark(mask, ink, rule)
    turned, turned_ink = transposed(mask), transposed(ink)
    for rule in rules.vertical:
        _mark(turned, turned_ink, Rule(rule.y0, rule.x0, rule.y1, rule.x1, rule.thick))
    return transposed(turned)


def _mark(mask: Grey, ink: Grey, rule: Rule) -> None:
    """Mark a line that runs across: at each column the run of ink through it, unless a stroke crosses there.

    The line's own thickness is the middle value over the columns around, so a line may grow from
    thin to thick (two boxes side by side), while a letter's stem that touches it stands out.
    """
    left, right = max(0, rule.x0 - 2), min(ink.shape[1], rule.x1 + 3)
    if right - left < 3:  # noqa: PLR2004  (nothing to follow)
        return
    columns = np.arange(left, right)
    centre = np.rint(np.interp(columns, [rule.x0, rule.x1], [rule.y0, rule.y1])).astype(np.int64)
    offsets = np.arange(-_REACH, _REACH + 1)
    level = np.clip(centre, 0, ink.shape[0] - 1)
    first, past = int(level.min()) - _REACH, int(level.max()) + _REACH + 1
    shown = ink[max(0, first) : past, left:right]
    padded = np.pad(shown, ((max(0, -first), max(0, past - ink.shape[0])), (0, 0)))
    band = padded[(level - first)[None] + offsets[:, None], columns - left]
    seed = _nearest_ink(band)
    at = np.clip(seed, 0, None), np.arange(len(seed))
    up = np.where(seed >= 0, _runs(band)[at], 0).astype(np.int64)
    down = np.where(seed >= 0, _runs(band[::-1])[::-1][at], 0).astype(np.int64)
    thick = np.where(seed >= 0, up + down - 1, 0)
    usual = _running_median(thick)
    own = (thick > 0) & (thick <= usual + 2) & (thick <= _MAX_THICK)
    low, high = seed - up + 1 - _REACH, seed + down - 1 - _REACH
    rows = offsets[:, None]
    inside = own[None] & (rows >= low[None]) & (rows <= high[None]) & (band > 0)
    ys, xs = np.nonzero(inside)
    places = centre[xs] + offsets[ys]
    kept = (places >= 0) & (places < ink.shape[0])
    mask[places[kept], columns[xs[kept]]] = 1


def _nearest_ink(band: Grey) -> Numbers:
    """For each column the row of ink nearest to the middle (at most 3 away), or -1."""
    found = np.full(band.shape[1], -1, dtype=np.int64)
    for away in (0, 1, -1, 2, -2, 3, -3):
        row = _REACH + away
        found[(found < 0) & (band[row] > 0)] = row
    return found


def _runs(band: Grey) -> Grey:
    """For each place of a 0/1 band how many rows of ink end there, without a gap above it."""
    runs = np.empty_like(band)
    above = np.zeros_like(band[0])
    for place, row in enumerate(band):
        above = runs[place] = (above + 1) * row
    return runs


def _running_median(thick: Numbers) -> Numbers:
    """The middle thickness of the 31 columns around each column, empty ones left out."""
    shown = np.where(thick > 0, np.minimum(thick, 2 * _REACH), np.median(thick[thick > 0]) if (thick > 0).any() else 0)
    # a row by itself: OpenCV repeats it above and below, so its square window holds the same values 31 times over
    return np.asarray(cv2.medianBlur(shown.astype(np.uint8).reshape(1, -1), 31), dtype=np.int64).ravel()


def _across(ink: Grey, shortest: int) -> list[Rule]:
    bridged = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
    thick = cv2.dilate(bridged, np.ones((2, 1), np.uint8))
    runs = transposed(bridged_down(transposed(np.asarray(thick, dtype=np.uint8)), least=_RUN, gap=_BRIDGED))
    found = []
    for left, top, wide, high in frames_of(runs):
        if wide < shortest or high > max(_MAX_THICK, wide // 12):
            continue
        pieces = pieces_of(np.ascontiguousarray(runs[top : top + high, left : left + wide]))
        i = int(np.flatnonzero((pieces.wide == wide) & (pieces.high == high) & (np.arange(len(pieces)) > 0))[0])
        thickness = float(pieces.area[i]) / wide
        if thickness > _MAX_THICK:
            continue
        third = max(1, wide // 4)
        sides = (pieces.labels[:, :third], pieces.labels[:, -third:])
        start, end = (float(np.nonzero(side == i)[0].mean()) for side in sides)
        thick = max(1, round(thickness - 1))
        found.append(Rule(left, round(top + start), left + wide - 1, round(top + end), thick))
    return sorted(found, key=lambda r: (r.y0, r.x0))


def _turned(rules: list[Rule]) -> list[Rule]:
    return sorted((Rule(r.y0, r.x0, r.y1, r.x1, r.thick) for r in rules), key=lambda r: (r.x0, r.y0))
