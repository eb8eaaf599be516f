"""Black bars with white print: headings of sections and of tables, made readable as ink on white."""

from itertools import pairwise

import cv2
import numpy as np

from extract.page.pieces import pieces_of
from extract.page.upright import Grey, Stretch

_SOLID = (41, 7)
"""Width and height, in pixels at 204 dpi, of solid black that no letter and no ruling line has."""
_LOWEST, _TALLEST, _SHORTEST = 20, 130, 60
_DARK_ROW = 0.3
"""Least share of black in a row of a bar; white letters leave more."""
_EDGE = 3
"""The ragged rim of a bar, in pixels."""


def find_bars(ink: Grey) -> tuple[Stretch, ...]:
    """Find the black bars of a page (0/1 ink at 204 dpi) that are as high as a line or two of print."""
    filled = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    solid = cv2.erode(filled, np.ones(_SOLID[::-1], np.uint8))
    if not solid.any():
        return ()
    solid = cv2.dilate(solid, np.ones(_SOLID[::-1], np.uint8))
    # the print inside parts a bar's upper rim from its lower one
    whole = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, np.ones((_TALLEST // 2, 1), np.uint8))
    pieces = pieces_of(np.asarray(whole, dtype=np.uint8))
    bars: list[Stretch] = []
    for left, top, wide, high, _ in pieces.stats[1:].tolist():
        dark = filled[top : top + high, left : left + wide].mean(axis=1) > _DARK_ROW
        edges = np.flatnonzero(np.diff(np.concatenate([[0], dark.astype(np.int8), [0]])))
        for first, past in list(pairwise(edges.tolist()))[::2]:
            if _LOWEST <= past - first <= _TALLEST and wide >= _SHORTEST:
                bars.append(Stretch(left, top + first, left + wide, top + past))
    return tuple(bars)


def turned_out(ink: Grey, bars: tuple[Stretch, ...]) -> Grey:
    """The ink with the print inside ``bars`` black and the bars themselves gone."""
    if not bars:
        return ink
    out = ink.copy()
    for bar in bars:
        inside = np.s_[bar.top + _EDGE : bar.bottom - _EDGE, bar.left + _EDGE : bar.right - _EDGE]
        out[max(0, bar.top - 1) : bar.bottom + 1, max(0, bar.left - 1) : bar.right + 1] = 0
        out[inside] = 1 - ink[inside]
    return out


def is_white_on_black(crop: Grey) -> bool:
    """Say whether a grey crop of a line is print left white on black."""
    return bool(crop.size) and float((crop < 128).mean()) > 0.55  # noqa: PLR2004  (black letters cover less of their line)
