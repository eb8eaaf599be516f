"""Files of reference data: which layout one is in, its rows, and a table's rows as a file of our own.

Beside our own CSV: XLSX workbooks of the same columns, X12 834 for the roster, the NPPES file for
providers, the CMS HCPCS release for codes, the CMS order file for diagnoses.
"""

import csv
import datetime as dt
import gzip
import hashlib
import io
import tempfile
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from classify.codesets import ListedCode
from classify.errors import TableError
from classify.imports.nppes import read_nppes
from classify.imports.releases import HCPCS_COLUMNS, read_hcpcs, read_icd10_order
from classify.imports.workbook import sheet_of_workbook
from classify.imports.x834 import Mapping834, read_834
from classify.roster import LineOfBusiness, MedicalGroup
from classify.sheet import Sheet, TableInfo
from desk.cases.table_kinds import Row, TableKind
from desk.errors import ReferenceDataError
from desk.storage import ORIGINALS, open_stored, store_original

_WORKBOOK, _INTERCHANGE = b"PK\x03\x04", b"ISA"
_NPPES = b"Provider Last Name (Legal Name)"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a file does not say of itself.

    ``complete``: a code absent from it does not exist (for dates from ``effective_from`` to
    ``effective_to``); ``states`` keeps providers of an NPPES file who practise there; ``mapping`` says how
    an 834 file names groups and lines of business.
    """

    complete: bool = False
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None
    states: frozenset[str] | None = None
    mapping: Mapping834 = field(default_factory=Mapping834)

    def to_record(self) -> dict[str, object]:
        """Give what a version keeps of them."""
        days = {"effective_from": self.effective_from, "effective_to": self.effective_to}
        kept: dict[str, object] = {name: day.isoformat() for name, day in days.items() if day is not None}
        return kept | ({"complete": True} if self.complete else {})


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file that was read: its rows as the library knows them, and the hash of its bytes."""

    rows: Sequence[Row]
    sha256: str


def table_info(name: str, version: str, source: str, facts: Mapping[str, Any]) -> TableInfo:
    """What a decision says of a table's version; ``facts`` is :meth:`FileFacts.to_record`'s form."""
    days = {key: dt.date.fromisoformat(facts[key]) for key in ("effective_from", "effective_to") if key in facts}
    return TableInfo(name, version, source, bool(facts.get("complete", False)), **days)


def read_file(kind: TableKind, path: Path, facts: FileFacts) -> TableFile:
    """Read a file of the table in whatever layout it is in.

    Raises :class:`desk.errors.ReferenceDataError` with a sentence for each faulty row.
    """
    try:
        data = path.read_bytes()
        rows = tuple(_rows(kind, data, path.name, facts))
    except TableError as error:
        raise ReferenceDataError.of(error) from error
    except OSError as error:
        raise ReferenceDataError(f"{path.name} cannot be read ({error.strerror}); check its rights") from error
    return TableFile(rows, hashlib.sha256(data).hexdigest())


def _rows(kind: TableKind, data: bytes, name: str, facts: FileFacts) -> Iterable[Row]:
    info = TableInfo(kind.name, "file", name)
    if kind.name == "roster" and data.lstrip(b"\xef\xbb\xbf \r\n").startswith(_INTERCHANGE):
        return read_834(data, facts.mapping, name=name)
    if kind.name == "providers" and _NPPES in data[:4096]:
        return read_nppes(io.StringIO(data.decode("utf-8-sig")), states=facts.states)
    if kind.name == "codes" and _has_column(data, name, HCPCS_COLUMNS[0]):
        release = read_hcpcs(_sheet(data, name, HCPCS_COLUMNS), info)
        return [ListedCode(c, e.description, e.effective_from, e.effective_to) for c, e in release.items()]
    if kind.name == "diagnoses" and not _has_column(data, name, "code"):
        return read_icd10_order(data.decode("utf-8-sig", "replace").splitlines(), info).listed()
    return kind.read(_sheet(data, name, kind.columns), info)


def _sheet(data: bytes, name: str, required: tuple[str, ...]) -> Sheet:
    opened = sheet_of_workbook if data.startswith(_WORKBOOK) else Sheet.of_csv
    return opened(data, name, required)


def _has_column(data: bytes, name: str, column: str) -> bool:
    try:
        _sheet(data if data.startswith(_WORKBOOK) else data[:4096].partition(b"\n")[0] + b"\n", name, (column,))
    except TableError:
        return False
    return True


def mapping_of(path: Path) -> Mapping834:
    """Read how an 834 file names groups and lines of business (``docs/deciding.md``).

    Raises :class:`desk.errors.ReferenceDataError`.
    """
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        groups = {str(k): MedicalGroup(v) for k, v in data.get("groups", {}).items()}
        lines = {str(k): LineOfBusiness(v) for k, v in data.get("lines", {}).items()}
        default_group = MedicalGroup(data["default_group"]) if "default_group" in data else None
        default_line = LineOfBusiness(data.get("default_line", LineOfBusiness.MEDI_CAL))
    except (OSError, ValueError) as error:
        raise ReferenceDataError(f"{path.name} is no mapping of an 834 file; see docs/deciding.md") from error
    known = Mapping834()
    return Mapping834(
        group_reference=str(data.get("group_reference", known.group_reference)),
        groups=groups or known.groups,
        lines=lines or known.lines,
        default_group=default_group,
        default_line=default_line,
    )


def keep_rows(kind: TableKind, rows: Iterable[Row]) -> str:
    """Store a table's rows as our own CSV, packed, among the originals; give the stored name."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / kind.file
        path.write_bytes(gzip.compress(as_csv(kind, rows), mtime=0))
        return store_original(path).name


def as_csv(kind: TableKind, rows: Iterable[Row]) -> bytes:
    """A table's rows as the CSV file that an import takes."""
    text = io.StringIO()
    writer: csv.DictWriter[str] | None = None
    for row in rows:
        cells = kind.cells(row)
        if writer is None:
            writer = csv.DictWriter(text, list(cells), lineterminator="\n")
            writer.writeheader()
        writer.writerow(cells)
    return text.getvalue().encode()


def kept_rows(kind: TableKind, name: str) -> tuple[Row, ...]:
    """The rows that :func:`keep_rows` stored under ``name``, numbered as they were.

    Raises :class:`desk.errors.StorageError`.
    """
    with open_stored(ORIGINALS, name) as file:
        data = gzip.decompress(file.read())
    if not data:
        return ()
    info = TableInfo(kind.name, "kept", "records")
    return tuple(kind.read(Sheet.of_csv(data, kind.file, kind.columns), info))
