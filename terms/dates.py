"""Dates as forms print them (US order), in ISO 8601 as a normal form."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

PACIFIC = ZoneInfo("America/Los_Angeles")
"""The zone that receipt times and due dates are told in, unless a setting names another."""

_NUMERIC = re.compile(r"(\d{1,2})\s*[/.\-\s]\s*(\d{1,2})\s*[/.\-\s]\s*(\d{4}|\d{2})", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_BARE = re.compile(r"(\d{2})(\d{2})(\d{4})", re.ASCII)
_WORDS = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_CENTURY = 100


def parse_date(text: str, *, latest: dt.date | None = None) -> dt.date | None:
    """Read one date: 3/7/1958, 03-07-58, 03071958, 1958-03-07, March 7, 1958.

    Two-digit years are taken as the most recent year that is not after ``latest`` (default: 2099,
    so 58 is 2058 unless a bound is given); pass the day of receipt for birth dates. Gives ``None``
    for anything that is not exactly one real date between 1900 and 2099.
    """
    text = text.strip()
    for pattern, order in ((_ISO, "ymd"), (_NUMERIC, "mdy"), (_BARE, "mdy")):
        match = pattern.fullmatch(text)
        if match:
            parts = dict(zip(order, match.groups(), strict=True))
            return _build(parts["y"], int(parts["m"]), int(parts["d"]), latest)
    match = _WORDS.fullmatch(text)
    if match:
        name = match.group(1).lower()
        if name in _FULL_MONTHS or name in _MONTHS or name == "sept":
            return _build(match.group(3), _MONTHS.index(name[:3]) + 1, int(match.group(2)), latest)
    return None


def _build(year_text: str, month: int, day: int, latest: dt.date | None) -> dt.date | None:
    year = int(year_text)
    if len(year_text) < 4:  # noqa: PLR2004  (a year written short)
        year += 2000
        if latest is not None and year > latest.year:
            year -= _CENTURY
    try:
        date = dt.date(year, month, day)
    except ValueError:
        return None
    return date if dt.date(1900, 1, 1) <= date <= dt.date(2099, 12, 31) else None
