"""Writes pages as a fax server leaves them: one TIFF of 1728-dot 1-bit strips, G3 or G4, not square.

The codec is libtiff's (through Pillow); the directory is written here, so that the tags are those of
real fax receivers (min-is-white, XResolution 204, YResolution 98 or 196, page numbers, the caller's
id in ImageDescription) and the bytes depend on the pages only.
"""

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from samples.conditions import Bits, Resolution

Codec = Literal["g4", "g3", "g3_2d"]
_COMPRESSION = {"g4": 4, "g3": 3, "g3_2d": 3}
_SHORT, _LONG, _ASCII, _RATIONAL = 3, 4, 2, 5
_T4_OPTIONS_2D = 1
_STRIP_OFFSETS, _STRIP_COUNTS = 273, 279


@dataclass(frozen=True, slots=True)
class FaxPage:
    """One received page."""

    bits: Bits
    resolution: Resolution


def fax_tiff(pages: Sequence[FaxPage], *, codec: Codec = "g4", caller: str = "") -> bytes:
    """Give the bytes of a little-endian TIFF with one directory a page. ``caller`` is the sender's id (TSI)."""
    out = bytearray(b"II*\x00\x00\x00\x00\x00")
    link = 4
    for number, page in enumerate(pages):
        strip = _encode(page.bits, codec)
        strip_at = len(out)
        out += strip + b"\x00" * (len(strip) % 2)
        entries = _entries(
            page, codec, caller, strip_at=strip_at, strip_size=len(strip), number=number, count=len(pages)
        )
        at = len(out)
        struct.pack_into("<I", out, link, at)
        link = at + 2 + 12 * len(entries)
        out += _directory(entries, at)
    return bytes(out)


def _encode(bits: Bits, codec: Codec) -> bytes:
    """One strip of compressed data, ink as 1 bits (min-is-white)."""
    image = Image.fromarray(bits).convert("1")
    buffer = io.BytesIO()
    tags = {278: bits.shape[0]}
    if codec == "g3_2d":
        tags[292] = _T4_OPTIONS_2D
    image.save(buffer, "TIFF", compression="group4" if codec == "g4" else "group3", tiffinfo=tags)
    data = buffer.getvalue()
    with Image.open(io.BytesIO(data)) as saved:
        assert isinstance(saved, TiffImageFile)
        offsets, counts = saved.tag_v2[_STRIP_OFFSETS], saved.tag_v2[_STRIP_COUNTS]
    assert len(offsets) == 1, "RowsPerStrip asks for one strip"
    return data[offsets[0] : offsets[0] + counts[0]]


def _entries(
    page: FaxPage, codec: Codec, caller: str, *, strip_at: int, strip_size: int, number: int, count: int
) -> list[tuple[int, int, int, bytes]]:
    """Tag, type, count and packed value of each entry, in tag order."""
    high, wide = page.bits.shape

    def short(tag: int, *values: int) -> tuple[int, int, int, bytes]:
        return tag, _SHORT, len(values), struct.pack(f"<{len(values)}H", *values)

    def long(tag: int, value: int) -> tuple[int, int, int, bytes]:
        return tag, _LONG, 1, struct.pack("<I", value)

    def text(tag: int, value: str) -> tuple[int, int, int, bytes]:
        data = value.encode("ascii") + b"\x00"
        return tag, _ASCII, len(data), data

    entries = [long(254, 2), long(256, wide), long(257, high), short(258, 1), short(259, _COMPRESSION[codec])]
    entries += [short(262, 0), short(266, 1)]
    if caller:
        entries.append(text(270, caller))
    entries += [long(_STRIP_OFFSETS, strip_at), short(274, 1), short(277, 1), long(278, high)]
    entries += [long(_STRIP_COUNTS, strip_size)]
    entries.append((282, _RATIONAL, 1, struct.pack("<II", 204, 1)))
    entries.append((283, _RATIONAL, 1, struct.pack("<II", page.resolution.lines_per_inch, 1)))
    if codec == "g4":
        entries.append(long(293, 0))
    else:
        entries.append(long(292, _T4_OPTIONS_2D if codec == "g3_2d" else 0))
    entries += [short(296, 2), short(297, number, count), text(305, "Inlet samples")]
    return entries


def _directory(entries: list[tuple[int, int, int, bytes]], at: int) -> bytes:
    """Pack a directory that will stand at offset ``at``; long values follow it."""
    values_at = at + 2 + 12 * len(entries) + 4
    head, tail = bytearray(struct.pack("<H", len(entries))), bytearray()
    inline = 4
    for tag, kind, count, data in entries:
        head += struct.pack("<HHI", tag, kind, count)
        if len(data) <= inline:
            head += data.ljust(inline, b"\x00")
        else:
            head += struct.pack("<I", values_at + len(tail))
            tail += data + b"\x00" * (len(data) % 2)
    return bytes(head) + b"\x00\x00\x00\x00" + bytes(tail)
