"""Takes the message out of an S/MIME envelope that is only signed (CMS, RFC 5652).

The signature is not checked: it says who signed, and Inlet trusts no mail more for it.
"""

import binascii
from collections.abc import Iterator
from dataclasses import dataclass

_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_SEQUENCE, _OCTETS, _OCTETS_IN_PARTS, _CONTEXT_0 = 0x30, 0x04, 0x24, 0xA0
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class _Element:
    tag: int
    start: int
    past: int
    next: int


class _BrokenError(ValueError):
    """The bytes are not BER."""


def unwrap(data: bytes) -> bytes | None:
    """The MIME entity inside signed data; None when it is encrypted, detached or broken.

    ``data`` is DER or BER, or either in base64.
    """
    if data[:1] != b"\x30":
        try:
            data = binascii.a2b_base64(data)
        except binascii.Error:
            return None
    try:
        outer = _element(data, 0, len(data), 0)
        parts = list(_children(data, outer))
        if data[parts[0].start - 2 : parts[0].past] != _SIGNED_DATA or parts[1].tag != _CONTEXT_0:
            return None
        signed = next(_children(data, parts[1]))
        for part in _children(data, signed):
            if part.tag == _SEQUENCE:
                inner = list(_children(data, part))
                if len(inner) < 2 or inner[1].tag != _CONTEXT_0:  # noqa: PLR2004  (type and content)
                    return None
                return b"".join(_octets(data, next(_children(data, inner[1])), 0))
    except (_BrokenError, StopIteration, IndexError):
        return None
    return None


def _octets(data: bytes, element: _Element, depth: int) -> Iterator[bytes]:
    """The bytes of an octet string, which may come in parts."""
    if element.tag == _OCTETS:
        yield data[element.start : element.past]
    elif element.tag == _OCTETS_IN_PARTS and depth < _DEEPEST:
        for part in _children(data, element):
            yield from _octets(data, part, depth + 1)
    else:
        raise _BrokenError


def _children(data: bytes, element: _Element) -> Iterator[_Element]:
    at = element.start
    while at < element.past:
        child = _element(data, at, element.past, 0)
        yield child
        at = child.next


def _element(data: bytes, at: int, past: int, depth: int) -> _Element:
    """The element at ``at``; of indefinite length, its end is looked for."""
    if depth > _DEEPEST or at + 2 > past:
        raise _BrokenError
    tag, length = data[at], data[at + 1]
    start = at + 2
    if length == 0x80:  # noqa: PLR2004  (indefinite)
        inner = start
        while data[inner : inner + 2] != b"\0\0":
            inner = _element(data, inner, past, depth + 1).next
        return _Element(tag, start, inner, inner + 2)
    if length > 0x80:  # noqa: PLR2004  (the length's own length)
        count = length & 0x7F
        length = int.from_bytes(data[start : start + count], "big")
        start += count
    if start + length > past:
        raise _BrokenError
    return _Element(tag, start, start + length, start + length)
