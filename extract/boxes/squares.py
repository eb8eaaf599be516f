"""Find the check box beside a text and say whether it is marked.

The box is looked for as four straight edges, so that a cross, a tick or a blot that runs over them
does not hide it. Round option buttons are found as a ring of even thickness.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from extract.layout import Area

Ink = npt.NDArray[np.uint8]
_SMALLEST, _LARGEST = 13, 46
_EDGES = 0.72
"""Least share of the four edges that must be there."""
_MARKED, CLEAR = 0.13, 0.055
"""Ink inside a box above which it is marked, and below which it is empty; between them nobody knows."""
_SOLID, _THICKEST, _CORNER = 0.7, 0.27, 0.2
"""Ink that makes a row or column part of a box's edge, how far one may reach in, and the corners left out."""
_TORN, _TORN_REACH, _TORN_LARGER = 0.5, 0.3, 1.5
"""Share of three edges, and of all on average, that a torn box must keep, how far off it may lie, in its sides, and
how much larger it may be than the one seen, whose mark may have been taken for its edges."""
_CENTRE, _BARE = 0.32, 0.02
"""How far from its edges the middle of a box begins, in its sides, and most ink there of a box that is not marked."""
_DOTTED = 0.3
"""Ink in the middle of a round button above which it is chosen."""
_WRITTEN, _UNWRITTEN = 0.35, 0.16
"""Columns with ink over a line, in word heights, above which something is written there, and below which nothing."""
_SPECK = 5
"""Smallest width of ink, in pixels, that parts a button from its text."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A check box: where it is, how much of its inside is ink, and what that means (None = not clear)."""

    area: Area
    ink: float
    ticked: bool | None
    sure: float = 0.99


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
        return _ring(ink, window, (left, top), text, size, before=before)
    x, y, wide = found
    area = Area(left + x, top + y, left + x + wide, top + y + wide)
    return judge_box(ink, area)


def _square(window: Ink, *, before: bool) -> tuple[int, int, int] | None:
    """The best square in a window (left, top, side), nearest to the text where several are equally good."""
    across = cv2.dilate(cv2.morphologyEx(window, cv2.MORPH_OPEN, np.ones((1, 9), np.uint8)), np.ones((3, 1), np.uint8))
    down = cv2.dilate(cv2.morphologyEx(window, cv2.MORPH_OPEN, np.ones((9, 1), np.uint8)), np.ones((1, 3), np.uint8))
    high, wide = window.shape
    best: tuple[float, int, int, int] | None = None
    for side in range(_SMALLEST, min(_LARGEST, high, wide)):
        # a square at (y, x): edges above, below, left and right of it
        rows, columns = high - side, wide - side
        if rows <= 0 or columns <= 0:
            break
        edges = _edges_of(across, down, side, rows, columns)
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


def torn_box(ink: Ink, expected: Area) -> Mark | None:
    """A box of which parts of the edges were lost, where one of this size is expected; None if there is none.

    Three of its edges must be half there. With ink inside it may be marked, so that a person looks.
    """
    side = round(expected.width)
    largest = round(_TORN_LARGER * side)
    reach = max(4, round(_TORN_REACH * side)) + (largest - side) // 2
    left, top = max(0, round(expected.left) - reach), max(0, round(expected.top) - reach)
    window = ink[top : round(expected.top) + side + reach + 1, left : round(expected.left) + side + reach + 1]
    thick = cv2.dilate(window, np.ones((3, 3), np.uint8))
    best: tuple[float, int, int, int] | None = None
    for size in range(max(_SMALLEST, side - 2), min(_LARGEST, largest + 1)):
        rows, columns = window.shape[0] - size, window.shape[1] - size
        if rows <= 0 or columns <= 0:
            break
        edges = _edges_of(thick, thick, size, rows, columns)
        weak = np.sort(edges, axis=0)
        score = np.where(weak[1] >= _TORN, edges.mean(axis=0), 0.0)
        place = int(score.argmax())
        y, x = place // columns, place % columns
        if score[y, x] >= _TORN and (best is None or score[y, x] > best[0]):
            best = (float(score[y, x]), x, y, size)
    if best is None:
        return None
    _, x, y, wide = best
    mark = judge_box(ink, Area(left + x, top + y, left + x + wide, top + y + wide))
    return replace(mark, ticked=None) if mark.ticked else mark


def _edges_of(across: Ink, down: Ink, side: int, rows: int, columns: int) -> npt.NDArray[np.float32]:
    """How much of its edges (above, below, left, right) a square of ``side`` would have at each of its places."""
    level, upright = _runs(across, side, 1), _runs(down, side, 0)
    return np.stack(
        [
            level[:rows, :columns],
            level[side : side + rows, :columns],
            upright[:rows, :columns],
            upright[:rows, side : side + columns],
        ]
    )


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


def judge_box(ink: Ink, area: Area) -> Mark:
    """How much of the inside of a box is ink."""
    side = area.width
    inset = max(3.0, 0.17 * side)
    top, bottom, left, right = (max(inset, thick + 1.0) for thick in _edges(ink, area))
    inside = ink[
        round(area.top + top) : round(area.bottom - bottom) + 1,
        round(area.left + left) : round(area.right - right) + 1,
    ]
    streaks = _streaks(ink, area, round(area.left + left), inside.shape[1])
    if streaks.any() and not streaks.all():
        inside = inside[:, ~streaks]
    share = float(inside.mean()) if inside.size else 0.0
    ticked = True if share >= _MARKED else False if share <= CLEAR else None
    return Mark(area, share, ticked)


def has_clear_centre(ink: Ink, area: Area) -> bool:
    """Say whether the middle of a box holds no ink, as that of an empty one with thick edges; every mark crosses it."""
    inside = _middle(ink, area, _CENTRE)
    return bool(inside.size) and float(inside.mean()) <= _BARE


def _middle(ink: Ink, area: Area, share: float) -> Ink:
    """The middle of a box or button, without ``share`` of its width on every side."""
    inset = share * area.width
    return ink[
        round(area.top + inset) : round(area.bottom - inset) + 1,
        round(area.left + inset) : round(area.right - inset) + 1,
    ]


def _edges(ink: Ink, area: Area) -> tuple[int, int, int, int]:
    """How far a box's edges reach into it (top, bottom, left, right), in pixels: printed thick they are no mark."""
    box = ink[max(0, round(area.top)) : round(area.bottom) + 1, max(0, round(area.left)) : round(area.right) + 1]
    most = int(_THICKEST * min(box.shape))
    side = round(_CORNER * box.shape[1]), round(_CORNER * box.shape[0])
    rows = box[:, side[0] : box.shape[1] - side[0]].mean(axis=1) > _SOLID
    columns = box[side[1] : box.shape[0] - side[1]].mean(axis=0) > _SOLID
    top, bottom, left, right = (int(np.cumprod(run[:most]).sum()) for run in (rows, rows[::-1], columns, columns[::-1]))
    return top, bottom, left, right


def _streaks(ink: Ink, area: Area, left: int, wide: int) -> npt.NDArray[np.bool_]:
    """Which columns inside a box are part of a line down the page, as a dirty scanner draws them."""
    reach = int(area.height)
    above = ink[max(0, int(area.top) - reach) : max(0, int(area.top) - 2), left : left + wide]
    below = ink[int(area.bottom) + 3 : int(area.bottom) + reach, left : left + wide]
    if not above.size or not below.size:
        return np.zeros(wide, np.bool_)
    return np.asarray((above.mean(axis=0) > 0.85) & (below.mean(axis=0) > 0.85))  # noqa: PLR2004  (nearly unbroken)


def _ring(ink: Ink, window: Ink, corner: tuple[int, int], text: Area, size: float, *, before: bool) -> Mark | None:
    """A round option button that stands next to the text with nothing between, or None."""
    closed = cv2.morphologyEx(window, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    contours, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    best: tuple[float, Area] | None = None
    for contour in contours:
        x, y, wide, high = cv2.boundingRect(contour)
        area = Area(corner[0] + x, corner[1] + y, corner[0] + x + wide, corner[1] + y + high)
        if min(wide, high) < _SPECK or abs(area.middle - text.middle) > 0.8 * size:
            continue
        gap = text.left - area.right if before else area.left - text.right
        if best is None or gap < best[0]:
            best = (gap, area) if _is_round(contour, wide, high, size) else (gap, Area(0, 0, 0, 0))
    if best is None or best[1].width == 0 or not 0 < best[0] < 2.2 * size:
        return None
    area = best[1]
    inside = _middle(ink, area, 0.3)
    share = float(inside.mean()) if inside.size else 0.0
    ticked = True if share >= _DOTTED else False if share <= CLEAR else None
    return Mark(area, share, ticked)


def _is_round(contour: npt.NDArray[np.int32], wide: int, high: int, size: float) -> bool:
    """An outline of a circle's shape and a button's size."""
    if not (max(11.0, 0.6 * size) <= max(wide, high) <= _LARGEST and 0.78 <= wide / high <= 1.28):  # noqa: PLR2004  (round)
        return False
    hull = cv2.contourArea(cv2.convexHull(contour))
    filling = hull / max(1.0, (wide - 1) * (high - 1))
    return bool(0.70 <= filling <= 0.87 and cv2.contourArea(contour) > 0.9 * hull)  # noqa: PLR2004  (a circle fills 0.785)


def line_beside(ink: Ink, text: Area, size: float, *, before: bool) -> Mark | None:
    """A short line to be marked, just before or behind a text ("Urgent _X_"); None if there is none."""
    reach = int(6 * size)
    left, right = (int(text.left) - reach, int(text.left)) if before else (int(text.right), int(text.right) + reach)
    left, right = max(0, left), min(ink.shape[1], right)
    top, bottom = int(text.bottom - 0.45 * size), int(text.bottom + 0.7 * size)
    window = ink[max(0, top) : bottom, left:right]
    if window.shape[0] < 4 or window.shape[1] < size:  # noqa: PLR2004  (off the page)
        return None
    thick = cv2.dilate(window, np.ones((3, 1), np.uint8))
    runs = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, max(9, int(0.8 * size))), np.uint8))
    found = next((x for row in range(runs.shape[0]) if (x := _nearest_run(runs[row], size, row, before=before))), None)
    if found is None:
        return None
    row, first, last = found[0], left + found[1], left + found[2]
    gap = text.left - last if before else first - text.right
    if gap > 1.3 * size:
        return None
    y = max(0, top) + row
    area = Area(first, y - 1.1 * size, last, y - 3)
    over = ink[max(0, int(area.top)) : int(area.bottom) + 1, first + 2 : last - 1]
    columns_inked = float(over[: max(1, over.shape[0] - 2)].any(axis=0).sum()) / size if over.size else 0.0
    ticked = True if columns_inked >= _WRITTEN else False if columns_inked <= _UNWRITTEN else None
    return Mark(area, columns_inked, ticked)


def _nearest_run(line: Ink, size: float, row: int, *, before: bool) -> tuple[int, int, int] | None:
    """The run of ink nearest to the text (row, first, last) if it is as long as a place to mark."""
    columns = np.flatnonzero(line)
    if columns.size < 0.8 * size:
        return None
    pieces = np.split(columns, np.flatnonzero(np.diff(columns) > 3) + 1)  # noqa: PLR2004  (a speck's gap)
    nearest = pieces[-1 if before else 0]
    first, last = int(nearest[0]), int(nearest[-1])
    return (row, first, last) if 0.8 * size <= last - first <= 5.5 * size else None
