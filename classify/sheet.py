"""Tables read row by row: each cell by its column's rule, each fault with its row number.

A table that has one bad row is refused whole: half a grid routes wrongly and silently.
"""

import csv
import datetime as dt
import hashlib
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from classify.errors import RowFault, TableError

FIRST_DATA_ROW = 2
_LISTED = re.compile(r";(?!ext=)")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TableInfo:
    """What a decision must be able to say of a table that had a say in it.

    ``complete`` is the table's own claim: a code absent from a complete table does not exist, one
    absent from a partial table is unknown. A complete table speaks only for dates from
    ``effective_from`` to ``effective_to`` (both inclusive; ``None`` is open).
    """

    name: str
    version: str
    source: str
    complete: bool = False
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None

    def speaks_for(self, day: dt.date) -> bool:
        """Say whether ``day`` lies inside the table's dates."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or day <= self.effective_to
        )


@dataclass(slots=True)
class Row:
    """One row of a table while it is read; faults are collected in the sheet that gave it."""

    number: int
    cells: Mapping[str, str]
    faults: list[RowFault]

    def text(self, column: str) -> str:
        """The cell with white space collapsed; empty when the column is absent."""
        return " ".join((self.cells.get(column) or "").split())

    def fault(self, column: str, message: str) -> None:
        """Note a fault of this row."""
        self.faults.append(RowFault(self.number, column, message))

    def required(self, column: str) -> str:
        """The cell, noting a fault when it is empty."""
        found = self.text(column)
        if not found:
            self.fault(column, "is empty; fill it in")
        return found

    def parsed(self, column: str, parse: Callable[[str], T | None], remedy: str) -> T | None:
        """The cell through ``parse``; a fault with ``remedy`` when it is empty or ``parse`` gives ``None``."""
        found = self.required(column)
        if not found:
            return None
        value = parse(found)
        if value is None:
            self.fault(column, remedy)
        return value

    def date(self, column: str) -> dt.date | None:
        """The cell as an ISO date, ``None`` when empty; anything else is a fault."""
        found = self.text(column)
        if not found:
            return None
        try:
            return dt.date.fromisoformat(found)
        except ValueError:
            self.fault(column, "is not a date; write it as YYYY-MM-DD")
            return None

    def words(self, column: str) -> tuple[str, ...]:
        """The cell as a list separated by semicolons; a telephone extension (``;ext=5``) stays with its number."""
        return tuple(part.strip() for part in _LISTED.split(self.text(column)) if part.strip())


@dataclass(slots=True)
class Sheet:
    """A table with a header row, opened for reading row by row.

    Use :meth:`rows` to walk it and :meth:`finish` afterwards, which raises when any row was at fault.
    """

    name: str
    header: tuple[str, ...]
    records: tuple[tuple[str, ...], ...]
    digest: str = ""
    faults: list[RowFault] = field(default_factory=list)

    @classmethod
    def of_csv(cls, data: bytes, name: str, required: tuple[str, ...]) -> "Sheet":
        """Open UTF-8 CSV bytes (with or without a byte order mark); every ``required`` column must be there."""
        digest = hashlib.sha256(data).hexdigest()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise TableError(name, [RowFault(1, "file", "is not UTF-8 text; save it as CSV UTF-8")]) from None
        records = list(csv.reader(io.StringIO(text, newline="")))
        return cls.of_records(records, name, required, digest)

    @classmethod
    def of_records(cls, records: list[list[str]], name: str, required: tuple[str, ...], digest: str = "") -> "Sheet":
        """Open rows of cells, the first of which is the header; every ``required`` column must be there."""
        if not records:
            raise TableError(name, [RowFault(1, "file", "is empty; it needs a header row")])
        header = tuple(" ".join(cell.split()).lower() for cell in records[0])
        absent = [column for column in required if column not in header]
        if absent:
            raise TableError(name, [RowFault(1, column, "column is missing; add it") for column in absent])
        return cls(name, header, tuple(tuple(record) for record in records[1:]), digest)

    def rows(self) -> Iterator[Row]:
        """Every row that holds something, numbered as a spreadsheet numbers it."""
        width = len(self.header)
        for number, record in enumerate(self.records, FIRST_DATA_ROW):
            if not any(cell.strip() for cell in record):
                continue
            if len(record) > width:
                self.faults.append(RowFault(number, "row", "has more cells than the header; quote cells with commas"))
                continue
            padded = record + ("",) * (width - len(record))
            yield Row(number, dict(zip(self.header, padded, strict=True)), self.faults)

    def finish(self) -> None:
        """Raise :class:`TableError` with every fault noted so far, if any."""
        if self.faults:
            raise TableError(self.name, sorted(self.faults, key=lambda fault: fault.row))


def open_csv(path: Path, required: tuple[str, ...]) -> Sheet:
    """Open a CSV file as a sheet named after it; an unreadable file is a :class:`TableError`."""
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise TableError(path.name, [RowFault(1, "file", f"cannot be read ({reason}); check its rights")]) from error
    return Sheet.of_csv(data, path.name, required)


def parse_yes(text: str) -> bool | None:
    """Read ``yes`` or ``no``."""
    return {"yes": True, "no": False}.get(text.strip().lower())
