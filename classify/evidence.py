"""Whose page is this: what single pages say of the member, compared with tolerance for misreading."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein

from classify.roster import plain_name
from extract.reading import PageReading
from terms.codes import CIN_LETTERS

_ALIKE = 80.0
_ALIKE_WORD = 84.0
_LONG = 5
_MISREAD = 1
_STEM = 3
_PARTS = re.compile(r"[\s\-]+")
_RUN = re.compile(r"[A-Z0-9]{6,}")
_DATE = re.compile(r"(?<!\d)(?P<month>\d{1,2})[/\-.](?P<day>\d{1,2})[/\-.](?P<year>(?:19|20)\d\d)(?!\d)")
_BORN = re.compile(
    r"\b(?:d\.?\s?o\.?\s?b\.?|born|birth\s?date|date\s+of\s+birth)\W{0,4}" + _DATE.pattern, re.IGNORECASE
)
_CIN = re.compile(rf"(?<![A-Z0-9])9\d{{7}}[{CIN_LETTERS}](?=\d{{0,5}}(?![A-Z0-9]))")


@dataclass(frozen=True, slots=True)
class MemberEvidence:
    """What a page or a group of pages says of its member; every part may be unknown."""

    id: str | None = None
    birth: str | None = None
    last: str | None = None
    first: str | None = None

    def __bool__(self) -> bool:
        """Say whether anything is known."""
        return any((self.id, self.birth, self.last, self.first))

    def with_more(self, other: "MemberEvidence") -> "MemberEvidence":
        """Fill what is unknown here from ``other``."""
        return MemberEvidence(
            self.id or other.id, self.birth or other.birth, self.last or other.last, self.first or other.first
        )


@dataclass(frozen=True, slots=True)
class PageText:
    """A page's running text, made ready to look for a member in: words of names, numbers, dates (ISO)."""

    words: frozenset[str]
    numbers: frozenset[str]
    dates: frozenset[str]

    @classmethod
    def of(cls, text: str) -> "PageText":
        """Make the text of a page ready."""
        dates = (_iso(match) for match in _DATE.finditer(text))
        return cls(
            frozenset(plain_name(part) for word in text.split() for part in _PARTS.split(word)) - {""},
            frozenset(run for run in _RUN.findall(text.upper()) if any(c.isdigit() for c in run)),
            frozenset(date for date in dates if date),
        )


def evidence_of(reading: PageReading) -> MemberEvidence:
    """What a page says of the member, doubtful values included: they still tell members apart.

    An id or a birth date that no field holds is taken from the page's text where it stands there once.
    """
    return MemberEvidence(
        reading.value("member.id") or _only(_CIN.findall(reading.text.upper())),
        reading.value("member.date_of_birth") or _only(filter(None, map(_iso, _BORN.finditer(reading.text)))),
        reading.value("member.last_name"),
        reading.value("member.first_name"),
    )


def _only(found: Iterable[str]) -> str | None:
    each = set(found)
    return each.pop() if len(each) == 1 else None


def _iso(match: re.Match[str]) -> str | None:
    month, day, year = (int(match[part]) for part in ("month", "day", "year"))
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None


def seen_in(text: PageText, member: MemberEvidence) -> MemberEvidence:
    """Those parts of a member that stand in a page's text; an id with one sign misread as it stands there.

    Names count only together, each with tolerance for misread letters.
    """
    id_ = member.id if member.id in text.numbers else None
    if member.id and id_ is None:
        near = sorted(n for n in text.numbers if DamerauLevenshtein.distance(n, member.id, score_cutoff=1) <= _MISREAD)
        id_ = near[0] if near else None
    birth = member.birth if member.birth in text.dates else None
    if member.last and member.first and _stands_in(text, member.last) and _stands_in(text, member.first):
        return MemberEvidence(id_, birth, member.last, member.first)
    return MemberEvidence(id_, birth)


def _stands_in(text: PageText, name: str) -> bool:
    """Say whether every part of a name is among the words of a text."""
    parts = [plain for part in _PARTS.split(name) if (plain := plain_name(part))]
    return bool(parts) and all(
        part in text.words
        or (len(part) >= _LONG and process.extractOne(part, text.words, scorer=fuzz.ratio, score_cutoff=_ALIKE_WORD))
        for part in parts
    )


def joined(parts: Iterable[MemberEvidence]) -> MemberEvidence:
    """All parts together, earlier ones first."""
    whole = MemberEvidence()
    for part in parts:
        whole = whole.with_more(part)
    return whole


def same_member(one: MemberEvidence, other: MemberEvidence) -> bool | None:
    """Whether two pages mean the same member; ``None`` where they share nothing to compare.

    Two of id, birth date and name outvote one that differs: a misread character makes no second
    member. Ids that differ in one place only are neither for nor against.
    """
    votes = [vote for vote in (_ids(one, other), _births(one, other), _names(one, other)) if vote is not None]
    if not votes:
        return None
    if all(votes):
        return True
    if not any(votes):
        return False
    if len(votes) > 2:  # noqa: PLR2004  (of three votes the majority)
        return sum(votes) > 1
    return _names(one, other) if _ids(one, other) is None else _ids(one, other)


def agreement(one: MemberEvidence, other: MemberEvidence) -> int:
    """How much two pages agree on the member: above zero for the same, below for another, zero where nothing is told.

    An id or a birth date weighs more than a name, since a fax holds namesakes more often than twins; two signs
    of an id may be misread, a name and a birth date that agree outweigh them.
    """
    total = 0
    if one.id and other.id:
        total += (4, 2, 0)[distance] if (distance := DamerauLevenshtein.distance(one.id, other.id)) < 3 else -3  # noqa: PLR2004  (as above)
    if one.birth and other.birth:
        total += 3 if one.birth == other.birth else -3
    last, first = _alike(one.last, other.last), _alike(one.first, other.first)
    if last and first:
        total += 3
    elif last is False or first is False:
        total += 2 if _names(one, other) else -2
    elif last or first:
        total += 1
    return total


def _ids(one: MemberEvidence, other: MemberEvidence) -> bool | None:
    if one.id is None or other.id is None:
        return None
    distance = DamerauLevenshtein.distance(one.id, other.id)
    if distance == 0:
        return True
    return None if distance <= _MISREAD else False


def _births(one: MemberEvidence, other: MemberEvidence) -> bool | None:
    if one.birth is None or other.birth is None:
        return None
    return one.birth == other.birth


def _names(one: MemberEvidence, other: MemberEvidence) -> bool | None:
    lasts, firsts = _alike(one.last, other.last), _alike(one.first, other.first)
    if lasts is None and firsts is None:
        return None
    if lasts is not None and firsts is not None and not (lasts and firsts):
        return bool(_alike(one.last, other.first) and _alike(one.first, other.last))
    return lasts if lasts is not None else firsts


def _alike(one: str | None, other: str | None) -> bool | None:
    if one is None or other is None:
        return None
    left, right = plain_name(one), plain_name(other)
    if not left or not right:
        return None
    short, long = sorted((left, right), key=len)
    return (len(short) >= _STEM and short in long) or fuzz.ratio(left, right) >= _ALIKE


def names_member(text: str, member: MemberEvidence) -> bool:
    """Say whether running text names the member: the id, or last and first name, stand in it."""
    if member.id and member.id.lower() in re.sub(r"[\s\-]", "", text.lower()):
        return True
    if not member.last or not member.first:
        return False
    words = {plain_name(word) for word in text.split()} - {""}
    whole = plain_name(text)
    first = plain_name(member.first.split()[0])
    last = plain_name(member.last)
    parts = [plain_name(part) for part in re.split(r"[\s\-]+", member.last)]
    has_last = last in words or (len(parts) > 1 and (last in whole or all(part in words for part in parts)))
    return bool(first and last) and first in words and has_last
