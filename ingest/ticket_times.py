"""The ways in which fax servers write a moment."""

import datetime as dt
import email.utils
import re
import zoneinfo

_WITHOUT_ZONE = (
    "%Y:%m:%d %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%y %H:%M",
)
"""Beside ISO 8601; HylaFAX writes the first."""

_DIGITS = re.compile(r"(\d{8})[-_T]?(\d{4}(?:\d\d)?)", re.ASCII)
"""``20261102165803``, with or without seconds and a sign between day and time."""

_FIRST_EPOCH, _LAST_EPOCH = 946_684_800, 4_102_444_800
_MILLISECONDS = 1000


def read_moment(value: object, zone: dt.tzinfo | None = None) -> dt.datetime | None:
    """Give an aware moment, or None where it cannot be told.

    Numbers are seconds (or milliseconds) since 1970. A time without a zone is one of ``zone``; without
    ``zone`` it is not used: the file's own time is better than a guess. A time that a change of the
    clocks makes doubtful is taken as the earlier one.
    """
    try:
        if isinstance(value, bool):
            return None
        if isinstance(value, int | float):
            return _epoch(float(value))
        return _written(str(value).strip(), zone)
    except (ValueError, OverflowError, OSError):
        return None


def known_zone(name: str) -> dt.tzinfo:
    """Give a time zone by its name. Raises ``ValueError`` with the remedy."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        msg = f"the time zone {name!r} is not known here; use a name such as America/Los_Angeles"
        raise ValueError(msg) from None


def _epoch(seconds: float) -> dt.datetime | None:
    if seconds >= _FIRST_EPOCH * _MILLISECONDS:
        seconds /= _MILLISECONDS
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC) if seconds < _LAST_EPOCH else None


def _written(text: str, zone: dt.tzinfo | None) -> dt.datetime | None:
    moment = _parsed(text)
    if moment is None:
        return _epoch(float(text)) if text.isdecimal() and int(text) >= _FIRST_EPOCH else None
    if moment.tzinfo is None:
        if zone is None:
            return None
        return moment.replace(tzinfo=zone).astimezone(dt.UTC).astimezone(zone)
    # a time at the very edge of the calendar has no other zone's form
    return moment.astimezone(dt.UTC).astimezone(moment.tzinfo)


def _parsed(text: str) -> dt.datetime | None:
    if run := _DIGITS.fullmatch(text):
        # never by itself: strptime would take a month or a day of one digit
        return dt.datetime.strptime((run[1] + run[2]).ljust(14, "0"), "%Y%m%d%H%M%S")  # noqa: DTZ007  (as below)
    for form in _WITHOUT_ZONE:  # before ISO 8601, which takes some of them for a bare date
        try:
            return dt.datetime.strptime(text, form)  # noqa: DTZ007  (the zone is the caller's)
        except ValueError:
            continue
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        try:
            return email.utils.parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError):
            return None
    has_time = ":" in text or "T" in text.upper()
    return moment if has_time else None
