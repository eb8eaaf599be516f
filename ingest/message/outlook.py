"""Reads Outlook's .msg files (MS-OXMSG): properties in the streams of a compound file.

olefile opens the compound file; the properties are read here, bounded in number, size and depth.
"""

import io
import struct
from collections.abc import Sequence

import olefile

from ingest.message import mapi
from ingest.message.content import Attached, Content

_FIXED = "__properties_version1.0"
_STREAM, _ATTACH, _RECIPIENT = "__substg1.0_", "__attach_version1.0_", "__recip_version1.0_"
_EMBEDDED = f"{_STREAM}3701000D"
_UNICODE, _STRING8, _BINARY = 0x1F, 0x1E, 0x102
_LONG, _SHORT, _TRUTH, _TIME, _LARGE = 0x03, 0x02, 0x0B, 0x40, 0x14
_ENTRY = struct.Struct("<HHI8s")
_HEADER_TOP, _HEADER_INSIDE, _HEADER_PART = 32, 24, 8
_MOST = 5000
_BROKEN = (
    OSError, ValueError, TypeError, IndexError, KeyError, AttributeError, struct.error, ArithmeticError, RecursionError
)  # fmt: skip
"""What olefile raises for broken compound files."""

_Path = tuple[str, ...]


def read_msg(data: bytes, *, depth: int, parts: int) -> Content | None:
    """The message in ``data``; None when it is no .msg.

    ``depth``: messages inside that are still opened; ``parts``: attachments that are taken.
    """
    try:
        with olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_FATAL) as opened:
            file = _Compound(opened, parts)
            if not file.has((_FIXED,)):
                return None
            return file.message((), depth)
    except _BROKEN:
        return None


class _Compound:
    """The storages and streams of one compound file."""

    def __init__(self, opened: olefile.OleFileIO, parts: int) -> None:
        self._file = opened
        self._parts = parts
        self._entries: list[_Path] = [tuple(path) for path in opened.listdir(streams=True, storages=True)[:_MOST]]

    def has(self, path: _Path) -> bool:
        return path in self._entries

    def message(self, at: _Path, depth: int) -> Content:
        """The message whose storage is ``at``."""
        properties = self._properties(at, _HEADER_INSIDE if at else _HEADER_TOP)
        charset = mapi.codec(properties)
        recipients: list[tuple[int, str]] = []
        for storage in self._storages(at, _RECIPIENT):
            found = self._properties(storage, _HEADER_PART)
            address = mapi.text_of(found, mapi.SMTP_ADDRESS) or mapi.text_of(found, mapi.ADDRESS)
            kind = found.get(mapi.RECIPIENT_TYPE, 1)
            if "@" in address:
                recipients.append((kind if isinstance(kind, int) else 1, address))
        attached = [self._attached(storage, charset, depth) for storage in self._storages(at, _ATTACH)[: self._parts]]
        return mapi.make_content(properties, tuple(recipients), tuple(attached))

    def _attached(self, at: _Path, charset: str, depth: int) -> Attached:
        properties = self._properties(at, _HEADER_PART)
        inside = (*at, _EMBEDDED)
        if not self.has((*inside, _FIXED)):
            return mapi.make_attached(properties, None, charset)
        if depth <= 0:
            return mapi.make_attached(properties, None, charset, "nested_too_deep")
        return mapi.make_attached(properties, self.message(inside, depth - 1), charset)

    def _storages(self, at: _Path, prefix: str) -> Sequence[_Path]:
        found = {path[: len(at) + 1] for path in self._entries if len(path) > len(at) and path[: len(at)] == at}
        return sorted(path for path in found if path[-1].startswith(prefix))

    def _properties(self, at: _Path, header: int) -> dict[int, mapi.Value]:
        found: dict[int, mapi.Value] = {}
        if self.has((*at, _FIXED)):
            found |= _fixed(self._read((*at, _FIXED))[header:])
        for path in self._entries:
            if len(path) != len(at) + 1 or path[: len(at)] != at or not path[-1].startswith(_STREAM):
                continue
            try:
                code = int(path[-1][len(_STREAM) :][:8], 16)
            except ValueError:
                continue
            name, kind = code >> 16, code & 0xFFFF
            if kind == _UNICODE:
                found[name] = self._read(path).decode("utf-16-le", "replace").rstrip("\0")
            elif kind in {_STRING8, _BINARY}:
                found.setdefault(name, self._read(path))
        return found

    def _read(self, path: _Path) -> bytes:
        """A stream's bytes; a broken one is empty, and costs that property only."""
        if self._file.get_type(list(path)) != olefile.STGTY_STREAM:
            return b""
        try:
            with self._file.openstream(list(path)) as stream:
                data: bytes = stream.read()
                return data
        except _BROKEN:
            return b""


def _fixed(data: bytes) -> dict[int, mapi.Value]:
    """The properties of fixed size in a property stream, after its header."""
    found: dict[int, mapi.Value] = {}
    for kind, name, _flags, value in _ENTRY.iter_unpack(data[: len(data) - len(data) % _ENTRY.size]):
        if kind in {_LONG, _SHORT}:
            found[name] = int.from_bytes(value[: 4 if kind == _LONG else 2], "little", signed=True)
        elif kind == _LARGE:
            found[name] = int.from_bytes(value, "little", signed=True)
        elif kind == _TRUTH:
            found[name] = bool(value[0])
        elif kind == _TIME:
            when = mapi.moment(int.from_bytes(value, "little"))
            if when is not None:
                found[name] = when
    return found
