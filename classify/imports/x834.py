"""Members from an X12 834 enrolment file: id, name, birth date, address, phone, product, group, dates.

Only what the roster needs is read; everything else in the file is left alone. Which reference
segment holds the medical group differs from sender to sender, so it is given.

Source: the 834 transaction set as used in the companion guides of Medi-Cal plans (INS, REF*0F, NM1*IL,
DMG, HD, DTP*348 and DTP*349); the segment layout is read from the interchange header itself.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from classify.errors import RowFault, TableError
from classify.roster import LineOfBusiness, MedicalGroup, Member
from terms.codes import MemberId
from terms.contact import Phone

_HEADER_LENGTH = 106
_ENDED = {"024"}  # INS03: cancellation or termination


@dataclass(frozen=True, slots=True)
class Mapping834:
    """How one sender's file names what the roster needs.

    ``group_reference`` is the qualifier of the REF segment that holds the medical group; ``groups``
    and ``lines`` turn the sender's words (group code; HD04 plan coverage) into ours. A word that
    stands in neither is a fault; ``default_group`` is used where no such REF is there at all.
    """

    group_reference: str = "17"
    groups: Mapping[str, MedicalGroup] = field(default_factory=lambda: {g.value: g for g in MedicalGroup})
    lines: Mapping[str, LineOfBusiness] = field(default_factory=lambda: {x.value: x for x in LineOfBusiness})
    default_group: MedicalGroup | None = None
    default_line: LineOfBusiness | None = LineOfBusiness.MEDI_CAL


Segment = Sequence[str]
V = TypeVar("V")


def read_834(data: bytes, mapping: Mapping834 | None = None, *, name: str = "834") -> tuple[Member, ...]:
    """Every member of the file; faults are numbered by the member's place in it and name nobody.

    Raises :class:`TableError` for what is no 834 interchange and for members that cannot be used.
    """
    mapping = mapping or Mapping834()
    faults: list[RowFault] = []
    members: list[Member] = []
    for place, loop in enumerate(_loops(_segments(data, name), name), 1):
        member = _member(loop, mapping, place, faults)
        if member is not None:
            members.append(member)
    if faults:
        raise TableError(name, faults)
    return tuple(members)


def _segments(data: bytes, name: str) -> Iterator[Segment]:
    text = data.decode("latin-1").lstrip("\ufeff \r\n")
    if not text.startswith("ISA") or len(text) < _HEADER_LENGTH:
        raise TableError(name, [RowFault(1, "file", "is no X12 interchange; it must begin with ISA")])
    element, end = text[3], text[_HEADER_LENGTH - 1]
    for segment in text.split(end):
        parts = segment.strip("\r\n").split(element)
        if parts[0]:
            yield parts


def _loops(segments: Iterator[Segment], name: str) -> Iterator[list[Segment]]:
    """The segments of each member, from INS to the next INS."""
    loop: list[Segment] = []
    is_834 = False
    for segment in segments:
        if segment[0] == "ST":
            is_834 = _part(segment, 1) == "834"
        if segment[0] in {"INS", "SE"}:
            if loop:
                yield loop
            loop = []
        if segment[0] == "INS" or loop:
            loop.append(segment)
    if not is_834:
        raise TableError(name, [RowFault(1, "ST", "is not an 834; give the enrolment file")])


def _part(segment: Segment, place: int) -> str:
    return segment[place].strip() if place < len(segment) else ""


def _first(loop: list[Segment], *start: str) -> Segment:
    return next((s for s in loop if tuple(s[: len(start)]) == start), ())


def _date(loop: list[Segment], qualifier: str) -> dt.date | None:
    return _day(_part(_first(loop, "DTP", qualifier), 3))


def _day(text: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(text[:8], "%Y%m%d").date()  # noqa: DTZ007  (a day without a time)
    except ValueError:
        return None


def _member(loop: list[Segment], mapping: Mapping834, place: int, faults: list[RowFault]) -> Member | None:
    before = len(faults)

    def fault(column: str, message: str) -> None:
        faults.append(RowFault(place, column, message))

    person = _first(loop, "NM1", "IL") or _first(loop, "NM1", "74")
    cin = MemberId.parse(_part(_first(loop, "REF", "0F"), 2)) or MemberId.parse(_part(person, 9))
    if cin is None:
        fault("REF*0F", "holds no CIN; ask the sender which segment does")
    last, first = _part(person, 3), _part(person, 4)
    if not last or not first:
        fault("NM1*IL", "has no last and first name")
    born = _day(_part(_first(loop, "DMG"), 2))
    if born is None:
        fault("DMG", "has no birth date as YYYYMMDD")
    group = _chosen(_part(_first(loop, "REF", mapping.group_reference), 2), mapping.groups, mapping.default_group)
    if group is None:
        fault(f"REF*{mapping.group_reference}", "names no medical group that the mapping knows")
    line = _chosen(_part(_first(loop, "HD"), 4), mapping.lines, mapping.default_line)
    if line is None:
        fault("HD", "names no line of business that the mapping knows")
    start, end = _date(loop, "348"), _date(loop, "349")
    if end is None and _part(loop[0], 3) in _ENDED:
        end = _date(loop, "357") or _date(loop, "303")
        if end is None:
            fault("DTP*349", "is missing although the enrolment ends")
    if len(faults) > before or cin is None or born is None or group is None or line is None:
        return None
    phone = Phone.parse(_after(_first(loop, "PER"), "TE"))
    return Member(
        cin=cin.value,
        last_name=last,
        first_name=first,
        date_of_birth=born,
        line_of_business=line,
        medical_group=group,
        address=_address(loop),
        phone=phone.value if phone else "",
        effective_from=start,
        effective_to=end,
    )


def _chosen(word: str, known: Mapping[str, V], default: V | None) -> V | None:
    return known.get(word) if word else default


def _after(segment: Segment, qualifier: str) -> str:
    parts = list(segment)
    return parts[parts.index(qualifier) + 1] if qualifier in parts[:-1] else ""


def _address(loop: list[Segment]) -> str:
    street, city = _first(loop, "N3"), _first(loop, "N4")
    where = " ".join(part for part in (_part(street, 1), _part(street, 2)) if part)
    town = ", ".join(p for p in (_part(city, 1), f"{_part(city, 2)} {_part(city, 3)[:5]}".strip()) if p)
    return ", ".join(part for part in (where, town) if part)
