"""Code tables: procedure codes and diagnoses, each saying whether it is complete and for which dates.

The shipped ICD-10-CM table is made by ``python -m classify.make_icd10`` from the list in the
simple-icd-10-cm package (CMS release); the shipped HCPCS table is partial.
"""

import datetime as dt
import gzip
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from classify.errors import RowFault, TableError
from classify.sheet import Sheet, TableInfo, parse_yes
from terms.codes import HcpcsCode, Icd10Code


class Standing(StrEnum):
    """What a table says of a code on a date.

    ``unknown``: the table is partial, or does not speak for the date, and does not hold the code.
    ``category``: the code exists but a longer one must be used.
    """

    VALID = "valid"
    CATEGORY = "category"
    ENDED = "ended"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """A code's own dates (inclusive, ``None`` is open) and what it is called."""

    description: str = ""
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ListedCode:
    """A procedure code as a table lists it, with its own dates."""

    code: str
    description: str = ""
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ListedDiagnosis:
    """A diagnosis code (with its point) as a table lists it; one that is not ``billable`` is a category."""

    code: str
    billable: bool = True


@dataclass(frozen=True)
class ProcedureCodes:
    """HCPCS and CPT codes."""

    info: TableInfo
    _entries: Mapping[str, CodeEntry] = field(repr=False)

    def __len__(self) -> int:
        """Count the codes."""
        return len(self._entries)

    def get(self, code: str) -> CodeEntry | None:
        """The entry of a code, or ``None``."""
        return self._entries.get(code)

    def items(self) -> Iterable[tuple[str, CodeEntry]]:
        """Every code with its entry."""
        return self._entries.items()

    def standing(self, code: str, day: dt.date) -> Standing:
        """What the table says of ``code`` on the date of service ``day``; CPT codes are always unknown to it."""
        entry = self._entries.get(code)
        if entry is None:
            speaks = self.info.complete and self.info.speaks_for(day) and code[0].isalpha()
            return Standing.ABSENT if speaks else Standing.UNKNOWN
        if entry.effective_to is not None and day > entry.effective_to:
            return Standing.ENDED
        return Standing.VALID


@dataclass(frozen=True)
class DiagnosisCodes:
    """ICD-10-CM codes: those that may stand on a request, and the categories above them."""

    info: TableInfo
    _billable: frozenset[str] = field(repr=False)
    _categories: frozenset[str] = field(repr=False)

    def __len__(self) -> int:
        """Count the codes, categories included."""
        return len(self._billable) + len(self._categories)

    def listed(self) -> Iterable[ListedDiagnosis]:
        """Every code, in order."""
        yield from (ListedDiagnosis(code, billable=True) for code in sorted(self._billable))
        yield from (ListedDiagnosis(code, billable=False) for code in sorted(self._categories))

    def standing(self, code: str, day: dt.date) -> Standing:
        """What the table says of ``code`` (with its point) on the date of service ``day``.

        A category stays one on later dates (codes are divided, hardly ever joined again); before
        the table's first date it may still have been whole, so it is unknown then.
        """
        if code in self._billable:
            return Standing.VALID
        start = self.info.effective_from
        if code in self._categories:
            return Standing.CATEGORY if start is None or day >= start else Standing.UNKNOWN
        return Standing.ABSENT if self.info.complete and self.info.speaks_for(day) else Standing.UNKNOWN


def build_procedures(entries: Mapping[str, CodeEntry], info: TableInfo) -> ProcedureCodes:
    """Wrap procedure codes."""
    return ProcedureCodes(info, dict(entries))


def build_diagnoses(billable: Iterable[str], categories: Iterable[str], info: TableInfo) -> DiagnosisCodes:
    """Wrap diagnosis codes."""
    return DiagnosisCodes(info, frozenset(billable), frozenset(categories))


def read_diagnoses(path: Path, info: TableInfo) -> DiagnosisCodes:
    """Read the packed list: one code a line without its point, `` -`` after a category."""
    try:
        lines = gzip.decompress(path.read_bytes()).decode("ascii").splitlines()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise TableError(path.name, [RowFault(1, "file", "cannot be read; install the program again")]) from error
    billable: list[str] = []
    categories: list[str] = []
    for line in lines:
        code, _, mark = line.partition(" ")
        (categories if mark else billable).append(code if len(code) <= 3 else f"{code[:3]}.{code[3:]}")  # noqa: PLR2004  (category length)
    return build_diagnoses(billable, categories, info)


def read_codes(sheet: Sheet, info: TableInfo) -> tuple[ListedCode, ...]:
    """Turn a sheet into procedure codes; a code may stand there once."""
    del info
    seen: dict[str, int] = {}
    found: list[ListedCode] = []
    for row in sheet.rows():
        code = row.parsed("code", HcpcsCode.parse, "is not a HCPCS or CPT code; write it like E0143")
        start, end = row.date("effective_from"), row.date("effective_to")
        if code is None:
            continue
        if code.value in seen:
            row.fault("code", f"stands in row {seen[code.value]} too; keep one")
        seen[code.value] = row.number
        found.append(ListedCode(code.value, row.text("description"), start, end))
    sheet.finish()
    return tuple(found)


def read_diagnosis_list(sheet: Sheet, info: TableInfo) -> tuple[ListedDiagnosis, ...]:
    """Turn a sheet of codes and ``yes`` or ``no`` into diagnoses."""
    found: list[ListedDiagnosis] = []
    for row in sheet.rows():
        code = row.parsed("code", Icd10Code.parse, "is not an ICD-10-CM code; write it like M17.11")
        billable = row.parsed(
            "billable", lambda text: text.lower() if parse_yes(text) is not None else None, "is not yes or no"
        )
        if code is not None and billable is not None:
            found.append(ListedDiagnosis(code.value, billable=billable == "yes"))
    sheet.finish()
    if not found:
        raise TableError(info.name, [RowFault(2, "file", "has no codes")])
    return tuple(found)
