"""Reads the JSON side file that a fax server drops beside an image.

Names are matched without regard to case, dashes and underscores, because every server has its own;
an unknown name is no fault. What is there but cannot be used is left out and named in the problem.
"""

import datetime as dt
import json
import re
from collections.abc import Mapping
from typing import Any

from ingest.errors import problem
from ingest.pages import CallFacts
from terms.errors import Problem

_NAMES: dict[str, tuple[str, ...]] = {
    "caller_id": ("callerid", "caller", "callid1", "from", "fromnumber", "ani", "callingnumber"),
    "tsi": ("tsi", "remoteid", "csi", "sendercsid", "remotecsid", "stationid"),
    "called": ("called", "callednumber", "did", "dnis", "to", "tonumber", "line"),
    "received_at": ("receivedat", "received", "receivetime", "timestamp", "date", "completedat"),
    "pages": ("pages", "pagecount", "numpages"),
    "error": ("error", "errortext", "errormessage", "reason"),
}
_MOST_BYTES = 64 * 1024
_MOST_LETTERS = 200
_MOST_PAGES = 10_000
_FINE = frozenset({"", "ok", "none", "success", "no error", "0"})


def parse_ticket(data: bytes) -> tuple[CallFacts | None, Problem | None]:
    """Give the call's facts, and the problem of a ticket that is damaged or of the parts left out.

    Never raises. Facts are None when nothing could be used. A time without a zone is not used: the
    file's own time is better than a guess.
    """
    if len(data) > _MOST_BYTES:
        return None, problem("ticket_damaged", what="it is too large")
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        return None, problem("ticket_damaged", what="it is not JSON")
    if not isinstance(content, dict):
        return None, problem("ticket_damaged", what="it is not a list of names and values")
    given = {re.sub(r"[^a-z0-9]", "", str(name).lower()): value for name, value in content.items()}
    bad: list[str] = []
    facts = CallFacts(
        caller_id=_text(given, "caller_id", bad),
        tsi=_text(given, "tsi", bad),
        called=_text(given, "called", bad),
        received_at=_time(given, bad),
        pages=_pages(given, bad),
        error=_error(given, bad),
    )
    trouble = problem("ticket_damaged", what=f"no sense in {', '.join(sorted(bad))}") if bad else None
    return (None if facts == CallFacts() else facts), trouble


def _given(given: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401  (JSON)
    return next((given[key] for key in _NAMES[name] if given.get(key) is not None), None)


def _text(given: Mapping[str, Any], name: str, bad: list[str]) -> str | None:
    value = _given(given, name)
    if value is None:
        return None
    if isinstance(value, bool | dict | list | float):
        bad.append(name)
        return None
    text = " ".join("".join(c for c in str(value) if c.isprintable() or c.isspace()).split())
    return text[:_MOST_LETTERS] or None


def _error(given: Mapping[str, Any], bad: list[str]) -> str | None:
    text = _text(given, "error", bad)
    return None if text is None or text.lower() in _FINE else text


def _pages(given: Mapping[str, Any], bad: list[str]) -> int | None:
    value = _given(given, "pages")
    if value is None:
        return None
    text = str(value).strip()
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,5}", text, re.ASCII) or int(text) > _MOST_PAGES:
        bad.append("pages")
        return None
    return int(text)


def _time(given: Mapping[str, Any], bad: list[str]) -> dt.datetime | None:
    value = _given(given, "received_at")
    if value is None:
        return None
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return dt.datetime.fromtimestamp(value, tz=dt.UTC)
        time = dt.datetime.fromisoformat(str(value).strip())
        if time.tzinfo is not None:
            # a time at the very edge of the calendar has no other zone's form
            return time.astimezone(dt.UTC).astimezone(time.tzinfo)
    except (ValueError, OverflowError, OSError):
        pass
    bad.append("received_at")
    return None
