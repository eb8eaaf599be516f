"""HylaFAX's activity log, ``etc/xferfaxlog``: tab-separated, a minute's precision, local time.

Source: the xferfaxlog(5) manual page of hylafax-server 6.0.7. A line that makes no sense is kept as
an :class:`Oddity` with its number: a log that cannot be read in full proves nothing in full.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from reconcile.ledger import Call, CallKind
from terms.contact import Phone

_AT, _KIND, _COMMID, _MODEM, _JOB, _NUMBER, _TSI = 0, 1, 2, 3, 4, 7, 8
_PAGES, _TIME, _REASON, _CALLER, _CALLER_MORE = 10, 11, 13, 14, 15
_FEWEST = 14
_KINDS = {"RECV": CallKind.RECV, "CALL": CallKind.CALL, "SEND": CallKind.SEND, "UNSENT": CallKind.UNSENT}
_PASSED_OVER = {"POLL", "PAGE", "SUBMIT", "PROXY"}
_DURATION = re.compile(r"(\d+):(\d{2})(?::(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Oddity:
    """A line of a log that could not be read: its number and what is wrong, without the line's text."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class CallLog:
    """The calls of a log and the lines that could not be read."""

    calls: tuple[Call, ...]
    oddities: tuple[Oddity, ...]


def read_xferfaxlog(lines: Iterable[str], zone: ZoneInfo) -> CallLog:
    """Read the log's lines; ``zone`` is the fax server's. Order is kept."""
    calls: list[Call] = []
    oddities: list[Oddity] = []
    for number, line in enumerate(lines, 1):
        text = line.rstrip("\r\n")
        if not text.strip():
            continue
        read = _read(text, zone, number)
        if isinstance(read, Oddity):
            oddities.append(read)
        elif read is not None:
            calls.append(read)
    return CallLog(tuple(calls), tuple(oddities))


def _read(text: str, zone: ZoneInfo, number: int) -> Call | Oddity | None:
    fields = [_bare(part) for part in text.split("\t")]
    if len(fields) < _FEWEST:
        return Oddity(number, "has too few fields")
    if fields[_KIND] in _PASSED_OVER:
        return None
    kind = _KINDS.get(fields[_KIND])
    if kind is None:
        return Oddity(number, "is of no known kind")
    at = _moment(fields[_AT], zone)
    if at is None:
        return Oddity(number, "has no date and time")
    if not fields[_PAGES].isdecimal():
        return Oddity(number, "has no page count")
    outgoing = kind in {CallKind.SEND, CallKind.UNSENT}
    return Call(
        id=f"{fields[_COMMID] or fields[_JOB] or number}:{kind.value}",
        kind=kind,
        at=at,
        line=fields[_MODEM],
        number=_number(fields[_NUMBER]) if outgoing else _caller(fields),
        tsi=fields[_TSI] or None,
        pages=int(fields[_PAGES]),
        seconds=_seconds(fields[_TIME]),
        file=PurePosixPath(fields[_JOB]).name if kind is CallKind.RECV and fields[_JOB] else None,
        job=fields[_JOB] or None if outgoing else None,
        reason=fields[_REASON],
    )


def _bare(field: str) -> str:
    text = field.strip().strip('"').strip()
    return "" if text == "<null>" else text


def _moment(text: str, zone: ZoneInfo) -> dt.datetime | None:
    for form in ("%m/%d/%y %H:%M", "%m/%d/%y %H:%M:%S", "%m/%d/%Y %H:%M"):
        try:
            return dt.datetime.strptime(text, form).replace(tzinfo=zone)
        except ValueError:
            continue
    return None


def _seconds(text: str) -> int:
    match = _DURATION.fullmatch(text)
    if not match:
        return 0
    parts = [int(part) for part in match.groups() if part is not None]
    seconds = 0
    for part in parts:
        seconds = seconds * 60 + part
    return seconds


def _caller(fields: list[str]) -> str | None:
    """The caller's number: servers differ in which of the call-id fields holds it; the name never parses as one."""
    for place in (_CALLER, _CALLER_MORE, _TSI):
        number = _number(fields[place]) if place < len(fields) else None
        if number:
            return number
    return None


def _number(text: str) -> str | None:
    phone = Phone.parse(text)
    return phone.number if phone else None
