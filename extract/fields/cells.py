"""What stands in a comb's cells, set side by side without the walls, so that it can be read as a line."""

from dataclasses import replace

import cv2
import numpy as np

from extract.combs import Comb
from extract.page.binarise import ink_mask
from extract.page.upright import Faults, Grey, Rules, UprightPage

_INSET = 3
"""Pixels from a wall's middle to where its ink has surely ended."""
_BETWEEN, _EMPTY = 5, 16
"""White between two characters, and for an empty cell between filled ones, in pixels."""
_MARGIN = 14
_DUST = 10
"""Pixels of ink below which a cell is empty."""


def cells_as_line(page: UprightPage, comb: Comb) -> UprightPage:
    """A small page that holds nothing but the characters of a comb, cut out of their cells, on one line.

    Its upright picture and its native pixels are put together cell by cell from those of ``page``,
    so that both ways of reading a zone see the same characters and neither sees a wall.
    """
    top, bottom = comb.top + _INSET, comb.bottom - _INSET
    upright: list[Grey] = []
    native: list[Grey] = []
    for left, right in zip(comb.walls[:-1], comb.walls[1:], strict=True):
        box = page.box(round(left) + _INSET, top, round(right) - _INSET + 1, bottom)
        cell, raw = page.crop(box), page.native_crop(box)
        columns = np.flatnonzero((cell < 128).sum(axis=0) > 0)  # noqa: PLR2004  (dark)
        if int((cell < 128).sum()) < _DUST or not columns.size:  # noqa: PLR2004  (dark)
            blank = np.full((cell.shape[0], _EMPTY if upright else 0), 255, np.uint8)
            upright.append(blank)
            native.append(blank)
            continue
        first, past = max(0, int(columns[0]) - 1), int(columns[-1]) + 2
        upright += [cell[:, first:past], np.full((cell.shape[0], _BETWEEN), 255, np.uint8)]
        native += [raw[:, first:past], np.full((raw.shape[0], _BETWEEN), 255, np.uint8)]
    image, raw = _framed(upright), _framed(native)
    across = float(np.hypot(page.to_native[0, 0], page.to_native[1, 0]))
    down = float(np.hypot(page.to_native[0, 1], page.to_native[1, 1]))
    size = (max(1, round(raw.shape[1] * across)), max(1, round(raw.shape[0] * down)))
    ink = ink_mask(image)
    return replace(
        page,
        image=image,
        native=cv2.resize(raw, size, interpolation=cv2.INTER_AREA),
        to_native=np.array([[size[0] / raw.shape[1], 0.0, 0.0], [0.0, size[1] / raw.shape[0], 0.0]]),
        ink=ink,
        text=ink,
        walls=np.zeros_like(ink),
        rules=Rules(),
        stretches=(),
        faults=Faults(specks=page.faults.specks),
    )


def respaced(page: UprightPage, comb: Comb, text: str) -> str:
    """A text read from a comb with its spaces where empty cells are, and nowhere else.

    The white between two cells is often read as a space. Where the characters are not as many as the
    filled cells, the text stays as it was read.
    """
    top, bottom = comb.top + _INSET, comb.bottom - _INSET
    filled = [
        int((page.crop(page.box(round(left) + _INSET, top, round(right) - _INSET + 1, bottom)) < 128).sum()) >= _DUST  # noqa: PLR2004  (dark)
        for left, right in zip(comb.walls[:-1], comb.walls[1:], strict=True)
    ]
    letters = [c for c in text if c != " "]
    if len(letters) != sum(filled):
        return text
    rest = iter(letters)
    return " ".join("".join(next(rest) if cell else " " for cell in filled).split())


def _framed(parts: list[Grey]) -> Grey:
    high = min(p.shape[0] for p in parts)
    line = np.hstack([p[:high] for p in parts])
    return np.pad(line, _MARGIN, constant_values=255)
