"""Find the check box beside a text and say whether it is marked.

The box is looked for as four straight edges, so that a cross, a tick or a blot that runs over them
does not hide it. Round option buttons are found as a ring of even thickness.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from extract.layout import Area

Ink = npt.NDArray[np.uint8]
_SMALLEST, _LARGEST = 13, 46
_EDGES = 0.72
"""Least share of the four edges that must be there."""
_MARKED, _CLEAR = 0.13, 0.055
"""Ink inside a box above which it is marked, and below which it is empty; between them nobody knows."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A check box: where it is, how much of its inside is ink, and what that means (None = not clear)."""

    area: Area
    ink: float
    ticked: bool | None


def box_beside(ink: Ink, text: Area, size: float, *, before: bool = True) -> Mark | None:
    """The check box just before (or behind) a text; None if there is none.

    ``ink`` is 1 where the upright page is dark; ``size`` the page's usual word height in pixels.
    """
    reach = int((4.2 if before else 6.5) * size)
    top, bottom = int(text.middle - 1.5 * size), int(text.middle + 1.5 * size)
    left, right = (int(text.left) - reach, int(text.left) + 1) if before else (int(text.right), int(text.right) + reach)
    left, top = max(0, left), max(0, top)
    window = ink[top:bottom, left : min(ink.shape[1], right)]
    if window.shape[0] < _SMALLEST or window.shape[1] < _SMALLEST:
        return None
    found = _square(window, before=before)
    if found is None:
        return None
    x, y, wide = found
    area = Area(left + x, top + y, left + x + wide, top + y + wide)
    return _judge(ink, area)


def _square(window: Ink, *, before: bool) -> tuple[int, int, int] | None:
    """The best square in a window (left, top, side), nearest to the text where several are equally good."""
    across = cv2.dilate(cv2.morphologyEx(window, cv2.MORPH_OPEN, np.ones((1, 9), np.uint8)), np.ones((3, 1), np.uint8))
    down = cv2.dilate(cv2.morphologyEx(window, cv2.MORPH_OPEN, np.ones((9, 1), np.uint8)), np.ones((1, 3), np.uint8))
    high, wide = window.shape
    best: tuple[float, int, int, int] | None = None
    for side in range(_SMALLEST, min(_LARGEST, high, wide)):
        run_across = _runs(across, side, 1)
        run_down = _runs(down, side, 0)
        # a square at (y, x): edges above, below, left and right of it
        rows, columns = high - side, wide - side
        if rows <= 0 or columns <= 0:
            break
        edges = np.stack(
            [
                run_across[:rows, :columns],
                run_across[side : side + rows, :columns],
                run_down[:rows, :columns],
                run_down[:rows, side : side + columns],
            ]
        )
        # lines that run on past the corners belong to a table or an underline, not to a check box
        score = 0.5 * edges.mean(axis=0) + 0.5 * edges.min(axis=0) + 0.002 * side
        place = np.arange(columns) / columns
        score = score + 0.03 * (place if before else 1 - place)[None, :]
        y, x = np.unravel_index(int(score.argmax()), score.shape)
        weakest = float(edges[:, y, x].min())
        if weakest >= _EDGES and _stands_alone(window, int(x), int(y), side):
            found = (float(score[y, x]), int(x), int(y), side)
            if best is None or found[0] > best[0]:
                best = found
    return best[1:] if best else None


def _runs(lines: Ink, side: int, axis: int) -> npt.NDArray[np.float32]:
    """The share of ink on every straight run of ``side`` pixels, starting at each pixel."""
    sums = np.cumsum(lines.astype(np.float32), axis=axis)
    pad = [(0, 0), (0, 0)]
    pad[axis] = (1, 0)
    sums = np.pad(sums, pad)
    if axis == 1:
        return np.asarray((sums[:, side:] - sums[:, :-side]) / side, dtype=np.float32)
    return np.asarray((sums[side:, :] - sums[:-side, :]) / side, dtype=np.float32)


def _stands_alone(window: Ink, x: int, y: int, side: int) -> bool:
    """The edges do not run on beyond the corners, as those of a table's cell or an underline would."""
    high, wide = window.shape
    reach = max(5, side // 3)
    ends = []
    for row in (y, y + side):
        band = window[max(0, row - 1) : row + 2]
        ends.append(band[:, max(0, x - reach) : max(0, x - 3)].max(axis=0) if x > 3 else np.zeros(1))  # noqa: PLR2004
        ends.append(band[:, min(wide, x + side + 4) : min(wide, x + side + 4 + reach - 3)].max(axis=0))
    run_on = [float(end.mean()) if end.size else 0.0 for end in ends]
    up = window[max(0, y - reach) : max(0, y - 3), max(0, x - 1) : x + 2]
    below = window[min(high, y + side + 4) : min(high, y + side + 1 + reach), max(0, x - 1) : x + 2]
    tall = [float(part.max(axis=1).mean()) if part.size else 0.0 for part in (up, below)]
    return sum(share > 0.9 for share in run_on) < 2 and sum(share > 0.9 for share in tall) < 2  # noqa: PLR2004  (a solid run)


def _judge(ink: Ink, area: Area) -> Mark:
    """How much of the inside of a box is ink."""
    side = area.width
    inset = max(3.0, 0.17 * side)
    inside = ink[
        round(area.top + inset) : round(area.bottom - inset) + 1,
        round(area.left + inset) : round(area.right - inset) + 1,
    ]
    share = float(inside.mean()) if inside.size else 0.0
    ticked = True if share >= _MARKED else False if share <= _CLEAR else None
    return Mark(area, share, ticked)
