"""Reads the answers to FETCH: what imaplib leaves as scraps of text and literals becomes values by name."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_TOKEN = re.compile(rb'\s*("(?:[^"\\]|\\.)*"|\(|\)|[^\s()"]+)')
_LITERAL_MARK = re.compile(rb"\{\d+\+?\}\s*$")
_ESCAPED = re.compile(rb'\\([\\"])')
_MONTHS = {name: n for n, name in enumerate(b"jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)}
_MOMENT = re.compile(rb"\s*(\d{1,2})-([a-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)", re.IGNORECASE)
_LATEST_SECOND = 59


@dataclass(frozen=True, slots=True)
class Fetched:
    """One message's answer: what is not in it is None.

    ``size`` is RFC822.SIZE in bytes (some servers only estimate it), ``received`` INTERNALDATE,
    ``content`` the bytes of BODY[] or BODY[HEADER], ``flags`` its flags in lower case.
    """

    uid: int
    size: int | None = None
    received: dt.datetime | None = None
    content: bytes | None = None
    flags: frozenset[str] = frozenset()


def read_fetched(scraps: Iterable[object]) -> Iterator[Fetched]:
    """Read what imaplib gives for FETCH: tuples (text, literal) and, to end each answer, bytes.

    Answers without a UID (a server telling of changed flags on its own) are passed over.
    """
    tokens: list[bytes | bytearray] = []
    for scrap in scraps:
        if isinstance(scrap, tuple):
            tokens += _TOKEN.findall(_LITERAL_MARK.sub(b"", scrap[0]))
            # a bytearray tells a literal from a word of the protocol
            tokens.append(bytearray(scrap[1]))
        elif isinstance(scrap, bytes):
            tokens += _TOKEN.findall(scrap)
            found = _read_one(tokens)
            if found is not None:
                yield found
            tokens = []


def _read_one(tokens: list[bytes | bytearray]) -> Fetched | None:
    """Read ``12 ( NAME value NAME value … )``."""
    values: dict[bytes, object] = {}
    place = 2
    while place + 1 < len(tokens):
        name = bytes(tokens[place]).upper()
        if name == b")":
            break
        value, place = _value(tokens, place + 1)
        values[name] = value
    uid = _number(values.get(b"UID"))
    if uid is None:
        return None
    return Fetched(
        uid,
        size=_number(values.get(b"RFC822.SIZE")),
        received=moment(values.get(b"INTERNALDATE")),
        content=next((_bytes(value) for name, value in values.items() if name.startswith(b"BODY[")), None),
        flags=_flags(values.get(b"FLAGS")),
    )


def _flags(value: object) -> frozenset[str]:
    words = value if isinstance(value, list) else []
    return frozenset(
        bytes(word).decode("ascii", "replace").lower() for word in words if isinstance(word, bytes | bytearray)
    )


def _value(tokens: list[bytes | bytearray], place: int) -> tuple[object, int]:
    """Give the value that begins at ``place`` (a literal, a string, a word or a list) and the place after it."""
    token = tokens[place]
    if isinstance(token, bytearray) or token != b"(":
        return token, place + 1
    items: list[object] = []
    place += 1
    while place < len(tokens) and tokens[place] != b")":
        item, place = _value(tokens, place)
        items.append(item)
    return items, place + 1


def _number(value: object) -> int | None:
    return int(value) if isinstance(value, bytes) and value.isdigit() else None


def _bytes(value: object) -> bytes | None:
    if isinstance(value, bytearray):
        return bytes(value)
    if isinstance(value, bytes) and value.startswith(b'"'):
        return _ESCAPED.sub(rb"\1", value[1:-1])
    return None


def moment(value: object) -> dt.datetime | None:
    """Read INTERNALDATE (``17-Jul-2026 02:44:25 -0700``); None when it is not one."""
    text = _bytes(value)
    found = _MOMENT.fullmatch(text) if text else None
    if found is None:
        return None
    day, month, year, hour, minute, second, sign, hours, minutes = found.groups()
    shift = dt.timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == b"-" else 1)
    try:
        # a leap second has no place in a datetime
        seconds = min(int(second), _LATEST_SECOND)
        zone = dt.timezone(shift)
        return dt.datetime(int(year), _MONTHS[month.lower()], int(day), int(hour), int(minute), seconds, tzinfo=zone)
    except (KeyError, ValueError):
        return None
