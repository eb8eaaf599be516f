"""Reads winmail.dat (TNEF, MS-OXTNEF): the message that an Exchange server packs beside its text.

Bounded: every length is checked against what is there, nested messages to a depth, and what is cut
off is given as far as it goes.
"""

import datetime as dt
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.message import mapi
from ingest.message.content import Attached, Content

MAGIC = b"\x78\x9f\x3e\x22"
_ATTRIBUTE = struct.Struct("<BII")
_SUBJECT, _BODY, _MESSAGE_CLASS, _CODEPAGE, _PROPERTIES = 0x18004, 0x2800C, 0x78008, 0x69007, 0x69003
_NEW_ATTACHMENT, _DATA, _TITLE, _ATTACHMENT = 0x69002, 0x6800F, 0x18010, 0x69005
_MULTIPLE, _NAMED = 0x1000, 0x8000
_OBJECT, _STRING8, _UNICODE, _BINARY = 0x0D, 0x1E, 0x1F, 0x102
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16, 0x01: 0}
_WHOLE, _TRUTH, _TIME = frozenset({0x02, 0x03, 0x14}), 0x0B, 0x40
_GUID = 16
_MOST = 2000
"""Properties and values of one set beyond which it is not taken for a mail's."""


def read_tnef(data: bytes, *, depth: int) -> Content | None:  # noqa: C901  (one branch for each attribute)
    """The message in ``data``; None when it is no TNEF. ``depth``: messages inside that are still opened."""
    if not data.startswith(MAGIC):
        return None
    message: dict[int, mapi.Value] = {}
    attachments: list[dict[int, mapi.Value]] = []
    for name, value in _attributes(data):
        if name == _NEW_ATTACHMENT:
            attachments.append({})
        elif name == _CODEPAGE and len(value) >= 4:  # noqa: PLR2004  (a whole number)
            message.setdefault(mapi.CODEPAGE, struct.unpack_from("<I", value)[0])
        elif name == _SUBJECT:
            message.setdefault(mapi.SUBJECT, value.rstrip(b"\0"))
        elif name == _BODY:
            message.setdefault(mapi.BODY, value.rstrip(b"\0"))
        elif name == _MESSAGE_CLASS:
            message.setdefault(mapi.MESSAGE_CLASS, value.rstrip(b"\0"))
        elif name == _PROPERTIES:
            message |= dict(_properties(value))
        elif attachments and name == _DATA:
            attachments[-1].setdefault(mapi.ATTACH_DATA, value)
        elif attachments and name == _TITLE:
            attachments[-1].setdefault(mapi.ATTACH_NAME, value.rstrip(b"\0"))
        elif attachments and name == _ATTACHMENT:
            attachments[-1] |= dict(_properties(value))
    charset = mapi.codec(message)
    return mapi.make_content(message, (), tuple(_attached(found, charset, depth) for found in attachments))


def _attached(properties: dict[int, mapi.Value], charset: str, depth: int) -> Attached:
    data = properties.get(mapi.ATTACH_DATA)
    if isinstance(data, bytes) and data[_GUID : _GUID + 4] == MAGIC:
        if depth <= 0:
            return mapi.make_attached(properties, None, charset, "nested_too_deep")
        return mapi.make_attached(properties, read_tnef(data[_GUID:], depth=depth - 1), charset)
    return mapi.make_attached(properties, None, charset)


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The attributes of a TNEF stream, to its end or to where it breaks off."""
    at = 6
    while at + _ATTRIBUTE.size <= len(data):
        level, name, length = _ATTRIBUTE.unpack_from(data, at)
        at += _ATTRIBUTE.size
        if level not in {1, 2}:
            return
        yield name, data[at : at + length]
        at += length + 2


@dataclass(slots=True)
class _Cursor:
    data: bytes
    at: int = 0

    def take(self, count: int) -> bytes:
        if count < 0 or self.at + count > len(self.data):
            raise EOFError
        piece = self.data[self.at : self.at + count]
        self.at += count
        return piece

    def number(self) -> int:
        found: int = struct.unpack("<I", self.take(4))[0]
        return found

    def padded(self, count: int) -> bytes:
        piece = self.take(count)
        self.at += -count % 4
        return piece


def _properties(data: bytes) -> Iterator[tuple[int, mapi.Value]]:
    """The properties of a set, to its end or to where it breaks off."""
    cursor = _Cursor(data)
    try:
        for _ in range(min(cursor.number(), _MOST)):
            kind, name = struct.unpack("<HH", cursor.take(4))
            if name >= _NAMED:
                cursor.take(_GUID)
                if cursor.number():
                    cursor.padded(cursor.number())
                else:
                    cursor.number()
            values = list(_values(cursor, kind))
            if values and name < _NAMED:
                yield name, values[0]
    except EOFError:
        return


def _values(cursor: _Cursor, kind: int) -> Iterator[mapi.Value]:
    single = kind & ~_MULTIPLE
    varies = single in {_OBJECT, _STRING8, _UNICODE, _BINARY}
    count = cursor.number() if varies or kind & _MULTIPLE else 1
    if count > _MOST or (not varies and single not in _FIXED):
        raise EOFError
    for _ in range(count):
        if varies:
            piece = cursor.padded(cursor.number())
            yield piece.decode("utf-16-le", "replace").rstrip("\0") if single == _UNICODE else piece
            continue
        piece = cursor.take(_FIXED[single])
        if single in _WHOLE:
            yield int.from_bytes(piece, "little", signed=True)
        elif single == _TRUTH:
            yield bool(piece[0])
        elif single == _TIME:
            yield mapi.moment(int.from_bytes(piece, "little")) or dt.datetime.min.replace(tzinfo=dt.UTC)
        else:
            yield piece
