"""Walks the directories of a TIFF file by hand, so that a broken one costs only its own page.

TIFF libraries give up on a file at its first bad directory; fax servers write files whose second
directory has no strips, whose chain points past the end, or whose chain is a loop. Nothing here
raises for any bytes whatever.

Source: Adobe TIFF 6.0, sections 2 and 8; RFC 2306 (TIFF-F).
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

SUBFILE_TYPE: Final = 254
WIDTH: Final = 256
LENGTH: Final = 257
BITS: Final = 258
COMPRESSION: Final = 259
PHOTOMETRIC: Final = 262
FILL_ORDER: Final = 266
DESCRIPTION: Final = 270
STRIP_OFFSETS: Final = 273
ORIENTATION: Final = 274
SAMPLES: Final = 277
ROWS_PER_STRIP: Final = 278
STRIP_COUNTS: Final = 279
X_RESOLUTION: Final = 282
Y_RESOLUTION: Final = 283
PLANAR: Final = 284
T4_OPTIONS: Final = 292
T6_OPTIONS: Final = 293
RESOLUTION_UNIT: Final = 296
PAGE_NUMBER: Final = 297
SOFTWARE: Final = 305
PREDICTOR: Final = 317
COLOUR_MAP: Final = 320
TILE_WIDTH: Final = 322
BAD_FAX_LINES: Final = 326
EXTRA_SAMPLES: Final = 338
FAX_DCS: Final = 34911

_HEADER = 8
_ENTRY = 12
_INLINE = 4
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_ASCII, _SHORT, _LONG, _RATIONAL, _IFD = 2, 3, 4, 5, 13
_MOST_VALUES = 1_000_000
_REDUCED = 1
_MIN_IS_WHITE = 0


@dataclass(frozen=True, slots=True)
class Directory:
    """One image file directory: where it stood and its readable tags.

    ``numbers`` holds BYTE, SHORT, LONG and RATIONAL tags (a RATIONAL as a float; one with a zero
    denominator is left out), ``texts`` the ASCII ones; tags whose values lie outside the file are
    in neither. ``end`` is the byte after the directory and those of its values that follow it.
    """

    offset: int
    end: int
    numbers: Mapping[int, tuple[float, ...]] = field(default_factory=dict)
    texts: Mapping[int, str] = field(default_factory=dict)

    def whole(self, tag: int, default: int = 0) -> int:
        """The first value of a tag as a whole number."""
        values = self.numbers.get(tag)
        return int(values[0]) if values else default

    def number(self, tag: int) -> float | None:
        """The first value of a tag, or None."""
        values = self.numbers.get(tag)
        return values[0] if values else None

    def wholes(self, tag: int) -> tuple[int, ...]:
        """All values of a tag as whole numbers."""
        return tuple(int(v) for v in self.numbers.get(tag, ()))

    @property
    def is_min_white(self) -> bool:
        """Say whether ones are ink, as on nearly every fax."""
        return self.whole(PHOTOMETRIC) == _MIN_IS_WHITE

    @property
    def is_reduced(self) -> bool:
        """Say whether this is a small copy of another page."""
        return bool(self.whole(SUBFILE_TYPE) & _REDUCED)


@dataclass(frozen=True, slots=True)
class Chain:
    """The directories found, in order, and whether the chain ended as it should (with a zero)."""

    order: str
    directories: tuple[Directory, ...]
    complete: bool


def walk(data: bytes, *, most: int) -> Chain:
    """Follow the chain of directories of a classic TIFF, at most ``most`` of them.

    Stops at a directory outside the file or one seen before (a loop); what was read until then
    is kept and ``complete`` is false. ``order`` is ``<`` or ``>``, the byte order.
    """
    order = ">" if data[:2] == b"MM" else "<"
    if len(data) < _HEADER:
        return Chain(order, (), complete=False)
    offset = struct.unpack_from(f"{order}I", data, 4)[0]
    found: list[Directory] = []
    seen: set[int] = set()
    while offset and len(found) < most:
        if offset in seen or offset < _HEADER or offset + 2 > len(data):
            return Chain(order, tuple(found), complete=False)
        seen.add(offset)
        directory, following = _directory(data, order, offset)
        found.append(directory)
        if following is None:
            return Chain(order, tuple(found), complete=False)
        offset = following
    return Chain(order, tuple(found), complete=True)


def _directory(data: bytes, order: str, offset: int) -> tuple[Directory, int | None]:
    """Read one directory and the offset of the next, which is None if it lies outside the file."""
    stated = struct.unpack_from(f"{order}H", data, offset)[0]
    start = offset + 2
    held = min(stated, (len(data) - start) // _ENTRY)
    numbers: dict[int, tuple[float, ...]] = {}
    texts: dict[int, str] = {}
    farthest = 0
    for index in range(held):
        tag, kind, count = struct.unpack_from(f"{order}HHI", data, start + index * _ENTRY)
        place = start + index * _ENTRY + 8
        size = _SIZES.get(kind, 0) * count
        if size > _INLINE:
            place = struct.unpack_from(f"{order}I", data, place)[0]
        raw = data[place : place + size]
        if not size or count > _MOST_VALUES or len(raw) < size:
            continue
        farthest = max(farthest, place + size)
        if kind == _ASCII:
            texts[tag] = raw.split(b"\0", 1)[0].decode("latin-1")
        else:
            values = _numbers(raw, order, kind, count)
            if values:
                numbers[tag] = values
    end = start + held * _ENTRY
    if held < stated or end + 4 > len(data):
        return Directory(offset, max(end, farthest), numbers, texts), None
    return Directory(offset, max(end + 4, farthest), numbers, texts), struct.unpack_from(f"{order}I", data, end)[0]


def _numbers(raw: bytes, order: str, kind: int, count: int) -> tuple[float, ...]:
    if kind == _RATIONAL:
        pairs = struct.unpack(f"{order}{count * 2}I", raw)
        return tuple(n / d for n, d in zip(pairs[::2], pairs[1::2], strict=True) if d)
    if kind in {_LONG, _IFD}:
        return struct.unpack(f"{order}{count}I", raw)
    if kind == _SHORT:
        return struct.unpack(f"{order}{count}H", raw)
    return tuple(raw) if kind == 1 else ()
