"""The roster: who is a member, when, in which line of business and medical group."""

import datetime as dt
import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from classify.errors import RowFault, TableError
from classify.sheet import Row, Sheet, TableInfo
from terms.codes import MemberId
from terms.contact import Phone
from terms.dates import parse_date

ROSTER_COLUMNS = ("cin", "last_name", "first_name", "date_of_birth", "line_of_business", "medical_group")
_SUFFIXES = {"jr", "sr", "ii", "iii", "iv", "esq"}


class LineOfBusiness(StrEnum):
    """The product a member is enrolled in."""

    MEDI_CAL = "MEDI_CAL"
    GROUP_CARE = "GROUP_CARE"
    D_SNP = "D_SNP"


class MedicalGroup(StrEnum):
    """Who looks after a member's non-DME authorizations; DIRECT is the plan itself."""

    DIRECT = "DIRECT"
    CFMG = "CFMG"
    CHCN = "CHCN"
    KAISER = "KAISER"


@dataclass(frozen=True, slots=True)
class Member:
    """One span of one member's enrolment; dates are inclusive."""

    cin: str
    last_name: str
    first_name: str
    date_of_birth: dt.date
    line_of_business: LineOfBusiness
    medical_group: MedicalGroup
    address: str = ""
    phone: str = ""
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None

    def in_force(self, day: dt.date) -> bool:
        """Say whether the member was enrolled on ``day``."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or day <= self.effective_to
        )


def unaccented(text: str) -> str:
    """A text with its letters bare of accents (``Díaz`` → ``Diaz``)."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def plain_name(name: str) -> str:
    """A name for comparing: no accents, marks, case, middle spaces or suffixes (``O'Neil-Díaz Jr`` → ``oneildiaz``)."""
    words = re.findall(r"[a-z]+", unaccented(name).lower().replace("'", "").replace("\u2019", ""))
    return "".join(w for w in words if w not in _SUFFIXES) or "".join(words)


@dataclass(frozen=True)
class Roster:
    """All spans, found by member id and by birth date; build with :func:`build_roster`."""

    info: TableInfo
    _by_id: Mapping[str, tuple[Member, ...]] = field(repr=False)
    _by_birth: Mapping[dt.date, tuple[Member, ...]] = field(repr=False)

    def __len__(self) -> int:
        """Count the members."""
        return len(self._by_id)

    def by_id(self, cin: str) -> tuple[Member, ...]:
        """Every span of the member with this id, earliest first; empty when there is none."""
        return self._by_id.get(cin, ())

    def by_id_on(self, cin: str, day: dt.date) -> Member | None:
        """The span in force on ``day``, else the latest one, else ``None``."""
        spans = self.by_id(cin)
        return next((m for m in spans if m.in_force(day)), spans[-1] if spans else None)

    def born_on(self, day: dt.date) -> tuple[Member, ...]:
        """Every span of every member born on ``day``."""
        return self._by_birth.get(day, ())

    def members(self) -> Iterable[Member]:
        """Every span, member by member."""
        for spans in self._by_id.values():
            yield from spans


def build_roster(members: Iterable[Member], info: TableInfo) -> Roster:
    """Index the spans by id and birth date."""
    by_id: dict[str, list[Member]] = defaultdict(list)
    by_birth: dict[dt.date, list[Member]] = defaultdict(list)
    for member in members:
        by_id[member.cin].append(member)
        by_birth[member.date_of_birth].append(member)
    for spans in by_id.values():
        spans.sort(key=lambda m: m.effective_from or dt.date.min)
    return Roster(
        info,
        {cin: tuple(spans) for cin, spans in by_id.items()},
        {day: tuple(spans) for day, spans in by_birth.items()},
    )


def read_roster(sheet: Sheet, info: TableInfo) -> Roster:
    """Turn a sheet into a roster; faults name row and column, never a person."""
    seen: dict[str, list[tuple[int, Member]]] = defaultdict(list)
    for raw in sheet.rows():
        member = _member(raw)
        if member is not None:
            seen[member.cin].append((raw.number, member))
    for spans in seen.values():
        spans.sort(key=lambda item: item[1].effective_from or dt.date.min)
        for (number, earlier), (later_number, later) in itertools.pairwise(spans):
            if (later.effective_from or dt.date.min) <= (earlier.effective_to or dt.date.max):
                sheet.faults.append(
                    RowFault(later_number, "effective_from", f"overlaps row {number} of the same member; end one first")
                )
    sheet.finish()
    if not seen:
        raise TableError(info.name, [RowFault(2, "file", "has no members; an empty roster would match nobody")])
    return build_roster((member for spans in seen.values() for _, member in spans), info)


def _member(raw: Row) -> Member | None:
    before = len(raw.faults)
    cin = raw.parsed("cin", MemberId.parse, "is not a CIN: 9, seven digits, a letter")
    born = raw.parsed("date_of_birth", parse_date, "is not a date; write it as YYYY-MM-DD")
    last, first = raw.required("last_name"), raw.required("first_name")
    line = raw.parsed("line_of_business", _line, "is not MEDI_CAL, GROUP_CARE or D_SNP")
    group = raw.parsed("medical_group", _group, "is not DIRECT, CFMG, CHCN or KAISER")
    start, end = raw.date("effective_from"), raw.date("effective_to")
    if start and end and end < start:
        raw.fault("effective_to", "lies before effective_from; swap or mend the dates")
    if len(raw.faults) > before or cin is None or born is None or line is None or group is None:
        return None
    phone = Phone.parse(raw.text("phone"))
    return Member(
        cin=cin.value,
        last_name=last,
        first_name=first,
        date_of_birth=born,
        line_of_business=line,
        medical_group=group,
        address=raw.text("address"),
        phone=phone.value if phone else "",
        effective_from=start,
        effective_to=end,
    )


def _line(text: str) -> LineOfBusiness | None:
    wanted = re.sub(r"[^A-Z]+", "_", text.upper()).strip("_")
    return next((line for line in LineOfBusiness if line.value == wanted), None)


def _group(text: str) -> MedicalGroup | None:
    wanted = text.strip().upper()
    return next((group for group in MedicalGroup if group.value == wanted), None)
