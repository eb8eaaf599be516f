"""The routing grid: which processor looks after a code, from when to when, as dated rows.

Columns of the table are described in samples/README.md. A row speaks for one code or a range of
codes of the same shape; where rows are nested the narrower one wins, and two rows of the same
range may not overlap in time.
"""

import datetime as dt
import itertools
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from classify.errors import RowFault, TableError
from classify.sheet import Row, Sheet, TableInfo
from terms.codes import HcpcsCode
from terms.names import Processor

GRID_COLUMNS = ("code", "category", "processor")
_FOREVER = dt.date.max
E = TypeVar("E", bound=StrEnum)
_GRID_PROCESSORS = {Processor.CHME, Processor.ALLIANCE_UM, Processor.DESK}


class Service(StrEnum):
    """Whose a code is: equipment and supplies go by the row for every member, medical by the member's group."""

    DME = "dme"
    MEDICAL = "medical"


class PaRule(StrEnum):
    """Whether the code needs an authorization at all."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row: codes ``first`` to ``last`` are looked after by ``processor`` in these dates.

    ``number`` is the row's number in its table (the header is 1). Dates are inclusive.
    """

    number: int
    first: str
    last: str
    processor: Processor
    category: str
    service: Service = Service.DME
    pa_required: PaRule = PaRule.YES
    description: str = ""
    vendor: str | None = None
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None
    source: str = ""
    basis: str = ""

    def in_force(self, day: dt.date) -> bool:
        """Say whether the row speaks for ``day``."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or day <= self.effective_to
        )

    def covers(self, code: str) -> bool:
        """Say whether ``code`` lies in the row's range."""
        return self.first <= code <= self.last and shape(code) == shape(self.first)

    @property
    def codes(self) -> str:
        """The code or range as people write it."""
        return self.first if self.first == self.last else f"{self.first}-{self.last}"


def shape(code: str) -> str:
    """The letters of a code in their places: ranges run only inside one shape (``E....``, ``.....``, ``....T``)."""
    return "".join(char if char.isalpha() else "." for char in code)


@dataclass(frozen=True)
class Grid:
    """All rows, found by code and date; build with :func:`build_grid`."""

    info: TableInfo
    rows: tuple[GridRow, ...]
    _single: dict[str, tuple[GridRow, ...]] = field(repr=False, compare=False)
    _ranges: dict[str, tuple[GridRow, ...]] = field(repr=False, compare=False)

    def find(self, code: str, day: dt.date) -> GridRow | None:
        """The row in force for ``code`` on ``day``: a row of its own first, else the narrowest range; else ``None``."""
        for row in self._single.get(code, ()):
            if row.in_force(day):
                return row
        for row in self._ranges.get(shape(code), ()):
            if row.first <= code <= row.last and row.in_force(day):
                return row
        return None

    def all_for(self, code: str) -> tuple[GridRow, ...]:
        """Every row that speaks for ``code`` on any date, in order of its number."""
        found = [*self._single.get(code, ()), *(r for r in self._ranges.get(shape(code), ()) if r.covers(code))]
        return tuple(sorted(found, key=lambda row: row.number))


def build_grid(rows: Iterable[GridRow], info: TableInfo) -> Grid:
    """Index the rows; rows that contradict each other are a :class:`TableError` naming both."""
    kept = tuple(rows)
    faults = [*_same_range_twice(kept), *_crossing_ranges(kept)]
    if faults:
        raise TableError(info.name, sorted(faults, key=lambda fault: fault.row))
    single: dict[str, list[GridRow]] = defaultdict(list)
    ranges: dict[str, list[GridRow]] = defaultdict(list)
    for row in kept:
        if row.first == row.last:
            single[row.first].append(row)
        else:
            ranges[shape(row.first)].append(row)
    for found in ranges.values():
        found.sort(key=lambda row: (_width(row), row.first))
    return Grid(
        info,
        kept,
        {code: tuple(found) for code, found in single.items()},
        {letters: tuple(found) for letters, found in ranges.items()},
    )


def _width(row: GridRow) -> int:
    digits = [int("".join(c for c in code if c.isdigit()) or "0") for code in (row.first, row.last)]
    return digits[1] - digits[0]


def _span(row: GridRow) -> tuple[dt.date, dt.date]:
    return row.effective_from or dt.date.min, row.effective_to or _FOREVER


def _same_range_twice(rows: tuple[GridRow, ...]) -> Iterable[RowFault]:
    by_range: dict[tuple[str, str], list[GridRow]] = defaultdict(list)
    for row in rows:
        by_range[row.first, row.last].append(row)
    for same in by_range.values():
        ordered = sorted(same, key=_span)
        for earlier, later in itertools.pairwise(ordered):
            if _span(later)[0] <= _span(earlier)[1]:
                yield RowFault(
                    later.number,
                    "effective_from",
                    f"overlaps row {earlier.number} of the same code; end one before the other starts",
                )


def _crossing_ranges(rows: tuple[GridRow, ...]) -> Iterable[RowFault]:
    by_shape: dict[str, list[GridRow]] = defaultdict(list)
    for row in rows:
        if row.first != row.last:
            by_shape[shape(row.first)].append(row)
    for same in by_shape.values():
        ordered = sorted(same, key=lambda row: (row.first, row.number))
        starts = [row.first for row in ordered]
        for place, row in enumerate(ordered):
            for other in ordered[place + 1 : bisect_right(starts, row.last)]:
                crossing = row.first < other.first <= row.last < other.last
                at_once = _span(row)[0] <= _span(other)[1] and _span(other)[0] <= _span(row)[1]
                if crossing and at_once:
                    yield RowFault(
                        other.number, "code_to", f"crosses the range of row {row.number}; nest the ranges or part them"
                    )


def read_grid(sheet: Sheet, info: TableInfo) -> Grid:
    """Turn a sheet into a grid; every faulty row is named in the :class:`TableError`."""
    rows = [row for row in (_row(raw) for raw in sheet.rows()) if row is not None]
    sheet.finish()
    return build_grid(rows, info)


def _row(raw: Row) -> GridRow | None:
    before = len(raw.faults)
    first = raw.parsed("code", HcpcsCode.parse, "is not a HCPCS or CPT code; write it like E0143")
    last = first
    if raw.text("code_to"):
        last = raw.parsed("code_to", HcpcsCode.parse, "is not a HCPCS or CPT code; write it like E0149")
    processor = raw.parsed("processor", _processor, "is not CHME, ALLIANCE_UM or DESK")
    service = _choice(raw, "service", Service, Service.DME)
    needed = _choice(raw, "pa_required", PaRule, PaRule.YES)
    start, end = raw.date("effective_from"), raw.date("effective_to")
    category = raw.required("category")
    if start and end and end < start:
        raw.fault("effective_to", "lies before effective_from; swap or mend the dates")
    if first and last and (last < first or shape(first.value) != shape(last.value)):
        raw.fault("code_to", "does not follow code in the same letters; write the range from low to high")
    if len(raw.faults) > before or first is None or last is None or processor is None:
        return None
    return GridRow(
        number=raw.number,
        first=first.value,
        last=last.value,
        processor=processor,
        category=category,
        service=service,
        pa_required=needed,
        description=raw.text("description") or raw.text("short_name"),
        vendor=raw.text("vendor") or None,
        effective_from=start,
        effective_to=end,
        source=raw.text("source") or raw.text("note"),
        basis=raw.text("basis") or raw.text("processor_basis"),
    )


def _processor(text: str) -> Processor | None:
    return next((p for p in _GRID_PROCESSORS if p.value == text.upper()), None)


def _choice(raw: Row, column: str, kind: type[E], default: E) -> E:
    text = raw.text(column).lower()
    if not text:
        return default
    try:
        return kind(text)
    except ValueError:
        raw.fault(column, f"is not one of {', '.join(repr(each.value) for each in kind)}")
        return default
