"""Reads what a fax server tells of a call: the side file that it drops beside an image, an index line, a file name.

Names are matched without regard to case, dashes and underscores, because every server has its own;
a :class:`TicketRules` adds the names of a server that calls them otherwise. An unknown name is no
fault. What is there but cannot be used is left out and named in the problem.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.errors import problem
from ingest.pages import CallFacts
from ingest.ticket_formats import (
    MOST_BYTES,
    MOST_INDEX_BYTES,
    TicketFormError,
    csv_lines,
    csv_values,
    json_values,
    plain_name,
    xml_values,
)
from ingest.ticket_times import read_moment
from terms.errors import Problem

FACTS: dict[str, tuple[str, ...]] = {
    "caller_id": ("callerid", "caller", "callid1", "from", "fromnumber", "ani", "callingnumber", "cid"),
    "tsi": ("tsi", "remoteid", "csi", "sendercsid", "remotecsid", "csid", "stationid", "remotestationid"),
    "called": ("called", "callednumber", "did", "dnis", "to", "tonumber", "line"),
    "received_at": ("receivedat", "received", "receivetime", "timestamp", "date", "datetime", "completedat", "time"),
    "pages": ("pages", "pagecount", "numpages", "numberofpages", "pagesreceived"),
    "error": ("error", "errortext", "errormessage", "errordescription", "reason"),
}
"""The facts of a call, and the names that servers give them."""

FILE = "file"
"""The name, in :attr:`TicketRules.names`, of the index column that says which file a line is about."""

FILE_NAMES = ("file", "filename", "image", "document", "path")
FORMATS: dict[str, Callable[[bytes], dict[str, Any]]] = {
    ".json": json_values,
    ".xml": xml_values,
    ".csv": csv_values,
}
"""How a side file is read, by its suffix."""

_MOST_LETTERS = 200
_MOST_PAGES = 10_000
_FINE = frozenset({"", "ok", "none", "success", "successful", "no error", "0"})


@dataclass(frozen=True, slots=True)
class TicketRules:
    """What is peculiar to one fax server.

    ``names`` gives, for a fact of :data:`FACTS` (or :data:`FILE`), the server's own name of it;
    ``zone`` is that of times without one; ``name_pattern`` is a regular expression with groups
    named after facts, searched in the name of a file that has no ticket.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    zone: dt.tzinfo | None = None
    name_pattern: re.Pattern[str] | None = None

    def names_of(self, fact: str) -> tuple[str, ...]:
        """The names under which a fact is looked for, the server's own first."""
        own = (plain_name(self.names[fact]),) if fact in self.names else ()
        return own + FACTS[fact]


PLAIN_RULES = TicketRules()


def parse_ticket(
    data: bytes, suffix: str = ".json", rules: TicketRules = PLAIN_RULES
) -> tuple[CallFacts | None, Problem | None]:
    """Give the call's facts, and the problem of a ticket that is damaged or of the parts left out.

    ``suffix`` says which of :data:`FORMATS` it is. Never raises. Facts are None when nothing could be
    used. A time without a zone is used only if the rules name one.
    """
    if len(data) > MOST_BYTES:
        return None, problem("ticket_damaged", what="it is too large")
    try:
        given = FORMATS[suffix](data)
    except TicketFormError as error:
        return None, problem("ticket_damaged", what=str(error))
    return facts_of(given, rules)


def facts_of(given: Mapping[str, Any], rules: TicketRules = PLAIN_RULES) -> tuple[CallFacts | None, Problem | None]:
    """Give the facts that names (in plain form) and values hold, and the problem of those left out."""
    bad: list[str] = []

    def value_of(fact: str) -> object:
        return next((given[key] for key in rules.names_of(fact) if given.get(key) is not None), None)

    def text_of(fact: str) -> str | None:
        return _text(value_of(fact), fact, bad)

    error = text_of("error")
    facts = CallFacts(
        caller_id=text_of("caller_id"),
        tsi=text_of("tsi"),
        called=text_of("called"),
        received_at=_time(value_of("received_at"), rules, bad),
        pages=_pages(value_of("pages"), bad),
        error=None if error is None or error.lower() in _FINE else error,
    )
    trouble = problem("ticket_damaged", what=f"no sense in {', '.join(sorted(bad))}") if bad else None
    return (None if facts == CallFacts() else facts), trouble


def facts_of_name(name: str, rules: TicketRules) -> CallFacts | None:
    """Give the facts that a file's name holds by the rules' pattern, None where it does not fit."""
    found = rules.name_pattern.search(name) if rules.name_pattern else None
    if found is None:
        return None
    given = {plain_name(group): value for group, value in found.groupdict().items() if value}
    facts, _trouble = facts_of(given, TicketRules(zone=rules.zone))
    return facts


def read_index(path: Path, rules: TicketRules = PLAIN_RULES) -> dict[str, CallFacts]:
    """Give the facts of every file that a CSV index tells about, by the file's bare name; the last line counts.

    A line that is not whole or makes no sense is as if it were not there. Raises ``OSError``, and
    :class:`ingest.ticket_formats.TicketFormError` when it is no index at all.
    """
    if path.stat().st_size > MOST_INDEX_BYTES:
        raise TicketFormError("it is too large; begin a new one")
    own = (plain_name(rules.names[FILE]),) if FILE in rules.names else ()
    found: dict[str, CallFacts] = {}
    for line in csv_lines(path.read_bytes()):
        name = next((str(line[key]) for key in own + FILE_NAMES if line.get(key)), "")
        facts, _trouble = facts_of(line, rules)
        if name and facts:
            found[name.replace("\\", "/").rpartition("/")[2]] = facts
    return found


def _text(value: object, fact: str, bad: list[str]) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool | dict | list | float):
        bad.append(fact)
        return None
    text = " ".join("".join(c for c in str(value) if c.isprintable() or c.isspace()).split())
    return text[:_MOST_LETTERS] or None


def _pages(value: object, bad: list[str]) -> int | None:
    if value is None:
        return None
    text = str(value).strip()
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,5}", text, re.ASCII) or int(text) > _MOST_PAGES:
        bad.append("pages")
        return None
    return int(text)


def _time(value: object, rules: TicketRules, bad: list[str]) -> dt.datetime | None:
    if value is None:
        return None
    moment = read_moment(value, rules.zone)
    if moment is None:
        bad.append("received_at")
    return moment
