"""Page marks such as "2/5" that a form prints on itself."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from extract.reading import PageReading

_MARK = re.compile(r"(\d{1,2})\s*(?:/|of)\s*(\d{1,2})", re.IGNORECASE)
_FOOT = re.compile(
    r"(?:page|pg)\W{0,3}(?P<a>\d{1,2})\W{0,3}of\W{0,3}(?P<b>\d{1,2})|(?<![\d/])(?P<c>\d{1,2})\s*/\s*(?P<d>\d{1,2})\s*$",
    re.IGNORECASE,
)
_LONGEST_FORM = 30


@dataclass(frozen=True, slots=True, order=True)
class PageMark:
    """Page ``number`` of ``count``."""

    number: int
    count: int


def page_mark(reading: PageReading) -> PageMark | None:
    """The form's own page mark (from its foot where none was read as such), or ``None`` if none makes sense."""
    match = _MARK.fullmatch(reading.facts.get("page.of", "").strip())
    match = match or _FOOT.search(reading.facts.get("form.footer", "").strip())
    if not match:
        return None
    number, count = (int(group) for group in match.groups() if group)
    return PageMark(number, count) if 1 <= number <= count <= _LONGEST_FORM else None


def missing_marks(marks: Iterable[PageMark]) -> tuple[PageMark, ...]:
    """The pages that the marks of one form speak of and that are not there."""
    there = set(marks)
    counts = {mark.count for mark in there}
    wanted = {PageMark(number, count) for count in counts for number in range(1, count + 1)}
    return tuple(sorted(wanted - there))
