"""Decodes the fax-coded (CCITT G3 and G4) strips of one TIFF page and says which rows are good.

libtiff answers "fine" for nearly anything: it warns and goes on. So each strip is wrapped in a
small TIFF of its own and decoded twice, once followed by zeros and once followed by the code of
black rows. Rows that differ were never in the file. Bad code words are counted from libtiff's own
complaints on standard error, which is why this runs in the decoder's process only.
"""

import io
import os
import re
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image, ImageChops

G3_OLD, G3, G4 = 2, 3, 4
LSB_FIRST = 2
"""Fill order of a strip whose bits run from the least significant one."""

_REVERSED = bytes(int(f"{i:08b}"[::-1], 2) for i in range(256))
_COMPLAINT = re.compile(rb"at (?:line|scanline) (\d+)")
_T4_2D = 1
# an end of line, then "no white, 1728 black": rows that no truncated page goes on with
_EOL, _WHITE_0, _BLACK_1728, _BLACK_0, _HORIZONTAL = "000000000001", "00110101", "0000001100101", "0000110111", "001"
_PAD_ROWS = 40


@dataclass(frozen=True, slots=True)
class Strip:
    """Rows of a fax page: 1-bit picture with black as 1 (255 in grey), and what is wrong with it.

    Rows from ``missing_from`` on were not in the file (None: all are there); ``bad_rows`` had code
    words that do not exist, of which ``first_bad`` is the topmost.
    """

    image: Image.Image
    missing_from: int | None
    bad_rows: int
    first_bad: int | None


def is_fax_coded(compression: int) -> bool:
    """Say whether a TIFF compression is one of the fax codings."""
    return compression in {G3_OLD, G3, G4}


def decode_strip(data: bytes, *, width: int, rows: int, compression: int, t4_options: int, reverse: bool) -> Strip:
    """Decode one strip; ``reverse`` when its bits run from the least significant one (fill order 2)."""
    if reverse:
        data = data.translate(_REVERSED)
    with _complaints() as complained:
        image = _decode(data + bytes(64), width, rows, compression, t4_options)
        lines = sorted({int(line) for line in _COMPLAINT.findall(complained())})
    with _complaints():
        padded = _decode(data + _black_rows(compression, t4_options), width, rows, compression, t4_options)
    differing = ImageChops.difference(image.convert("L"), padded.convert("L")).getbbox()
    missing = differing[1] if differing else None
    if lines and image.getbbox() is None:
        # not one row could be made of it: blank is what the decoder leaves, not what was sent
        missing = 0
    bad = [line for line in lines if line < rows and (missing is None or line < missing)]
    if compression == G4 and bad:
        missing, bad = (bad[0] if missing is None else min(missing, bad[0])), []
    if missing is not None:
        image.paste(0, (0, missing, width, rows))
    return Strip(image, missing, len(bad), bad[0] if bad else None)


def _decode(data: bytes, width: int, rows: int, compression: int, t4_options: int) -> Image.Image:
    """Decode a strip as a page of its own; rows that cannot be had stay white (0)."""
    wrapped = _wrap(data, width, rows, compression, t4_options)
    try:
        image: Image.Image = Image.open(io.BytesIO(wrapped))
        image.load()
    except OSError:
        # the decoder gave up in the first row: nothing of the strip is there
        return Image.new("1", (width, rows), 0)
    return image


def _wrap(data: bytes, width: int, rows: int, compression: int, t4_options: int) -> bytes:
    """Put a strip into a one-page TIFF; black is 1 in it, which Pillow unpacks ten times faster."""
    tags = (
        (256, 4, width),
        (257, 4, rows),
        (258, 3, 1),
        (259, 3, compression),
        (262, 3, 1),
        (266, 3, 1),
        (273, 4, None),
        (277, 3, 1),
        (278, 4, rows),
        (279, 4, len(data)),
        (293 if compression == G4 else 292, 4, t4_options),
    )
    start = 8 + 2 + 12 * len(tags) + 4
    parts = [b"II*\0", struct.pack("<IH", 8, len(tags))]
    for tag, kind, value in tags:
        shown = start if value is None else value
        parts.append(struct.pack("<HHI", tag, kind, 1))
        parts.append(struct.pack("<I", shown) if kind == 4 else struct.pack("<HH", shown, 0))  # noqa: PLR2004  (LONG)
    return b"".join((*parts, bytes(4), data))


def _black_rows(compression: int, t4_options: int) -> bytes:
    if compression == G4:
        row = _HORIZONTAL + _WHITE_0 + _BLACK_1728 + _BLACK_0
    else:
        row = _EOL + ("1" if t4_options & _T4_2D else "") + _WHITE_0 + _BLACK_1728 + _BLACK_0
    bits = row * _PAD_ROWS
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


@contextmanager
def _complaints() -> Iterator["_Reader"]:
    """Catch what libtiff writes to standard error meanwhile."""
    saved = os.dup(2)
    with tempfile.TemporaryFile() as caught:
        os.dup2(caught.fileno(), 2)
        try:
            yield _Reader(caught.fileno())
        finally:
            os.dup2(saved, 2)
            os.close(saved)


class _Reader:
    """Gives what was caught so far."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def __call__(self) -> bytes:
        size = os.fstat(self._descriptor).st_size
        return os.pread(self._descriptor, min(size, 1_000_000), 0)
