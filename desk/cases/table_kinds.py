"""The tables of reference data: how each is read from a file, kept as rows, and used in a decision.

One description a table: its file's columns, its reader, its model, and what the rows are called in the
library. Everything that is done with tables (import, dry run, export, the way back, replay) goes through
these descriptions.
"""

import datetime as dt
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import Enum
from typing import Any

from django.db import models

from classify import directory, grid, offices, roster
from classify.codesets import (
    CodeEntry,
    ListedCode,
    ListedDiagnosis,
    build_diagnoses,
    build_procedures,
    read_codes,
    read_diagnosis_list,
)
from classify.reference import Reference, grid_procedures
from classify.sheet import Sheet, TableInfo
from desk.records.models import GridRow, Member, ProcedureCode, Processor, Provider, Vendor

Row = Any
"""A row as the library knows it: a frozen dataclass of the table's own."""


@dataclass(frozen=True, slots=True)
class TableKind:
    """One table. ``called`` gives the model's name of each part of a library row that has another name there.

    ``read`` turns a sheet into library rows and raises :class:`classify.errors.TableError`; ``of`` gives the
    rows that a reference has; ``use`` gives a reference with these rows; ``key`` names a row for a person.
    A table without a ``model`` is kept as a file only.
    """

    name: str
    file: str
    columns: tuple[str, ...]
    row: type
    read: Callable[[Sheet, TableInfo], Iterable[Row]]
    of: Callable[[Reference], Iterable[Row]]
    use: Callable[[Reference, Sequence[Row], TableInfo], Reference]
    key: Callable[[Row], str]
    model: type[models.Model] | None = None
    called: Mapping[str, str] = field(default_factory=dict)
    is_phi: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of a library row that are kept, in order; a row's number is its place."""
        return tuple(f.name for f in fields(self.row) if f.name != "number")

    def cells(self, row: Row) -> dict[str, str]:
        """A library row as the cells of a file that :attr:`read` reads back."""
        found = {_in_file(self.called.get(part, part)): _cell(getattr(row, part)) for part in self.parts}
        if found.get("code_to") and found["code_to"] == found["code"]:
            found["code_to"] = ""
        return found

    def stored(self, row: Row) -> models.Model:
        """A library row as a row of the model (not yet saved); notes on where it is from are cut to their length."""
        assert self.model is not None
        columns: dict[str, object] = {}
        for part in self.parts:
            column = self.called.get(part, part)
            place = self.model._meta.get_field(column)  # noqa: SLF001  (Django's own way to ask a model for its columns)
            assert isinstance(place, models.Field)
            value = _storable(getattr(row, part))
            if value is None and not place.null:
                value = ""
            if isinstance(value, str) and column in _NOTES:
                value = value[: place.max_length]
            columns[column] = value
        if "code_to" in columns and columns["code_to"] == columns["code"]:
            columns["code_to"] = ""
        return self.model(**columns)

    def loaded(self, record: models.Model, number: int) -> Row:
        """A row of the model as the library knows it; ``number`` is its place in the table (the header is 1)."""
        hints = typing.get_type_hints(self.row)
        parts = {part: _typed(hints[part], getattr(record, self.called.get(part, part))) for part in self.parts}
        if "number" in hints:
            parts["number"] = number
        if parts.get("last") == "":
            parts["last"] = parts["first"]
        return self.row(**parts)


_NOTES = frozenset({"source", "basis"})


def _in_file(column: str) -> str:
    return "id" if column == "vendor_id" else column


def _storable(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return ";".join(value)
    return value


def _cell(value: object) -> str:
    stored = _storable(value)
    if isinstance(stored, bool):
        return "yes" if stored else "no"
    if isinstance(stored, dt.date):
        return stored.isoformat()
    return "" if stored is None else str(stored)


def _typed(hint: Any, value: Any) -> Any:  # noqa: ANN401  (a dataclass's own types, looked at while running)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    if typing.get_origin(hint) is tuple:
        return listed(value)
    if isinstance(hint, types.UnionType) and value == "":
        return None
    return value


def listed(text: str) -> tuple[str, ...]:
    """Split a stored list at its semicolons; a telephone extension (``;ext=5``) stays with its number."""
    parts: list[str] = []
    for part in filter(None, text.split(";")):
        if part.startswith("ext=") and parts:
            parts[-1] += f";{part}"
        else:
            parts.append(part)
    return tuple(parts)


def _dated(name: str, row: Row) -> str:
    return f"{name} from {row.effective_from.isoformat()}" if row.effective_from else str(name)


def _use_grid(base: Reference, rows: Sequence[Row], info: TableInfo) -> Reference:
    built = grid.build_grid(rows, info)
    return replace(base, grid=built, procedures=grid_procedures(built, base=base.procedures))


def _use_codes(base: Reference, rows: Sequence[Row], info: TableInfo) -> Reference:
    entries = {row.code: CodeEntry(row.description, row.effective_from, row.effective_to) for row in rows}
    return replace(base, procedures=build_procedures(entries, replace(info, name="hcpcs")))


def _codes_of(reference: Reference) -> Iterable[ListedCode]:
    for code, entry in reference.procedures.items():
        yield ListedCode(code, entry.description, entry.effective_from, entry.effective_to)


def _use_diagnoses(base: Reference, rows: Sequence[Row], info: TableInfo) -> Reference:
    billable = [row.code for row in rows if row.billable]
    built = build_diagnoses(billable, [row.code for row in rows if not row.billable], replace(info, name="icd10"))
    return replace(base, diagnoses=built)


_KINDS = (
    TableKind(
        name="codes",
        file="codes.csv",
        columns=("code", "description"),
        row=ListedCode,
        read=read_codes,
        of=_codes_of,
        use=_use_codes,
        key=lambda row: str(row.code),
        model=ProcedureCode,
    ),
    TableKind(
        name="diagnoses",
        file="diagnoses.csv",
        columns=("code", "billable"),
        row=ListedDiagnosis,
        read=read_diagnosis_list,
        of=lambda reference: reference.diagnoses.listed(),
        use=_use_diagnoses,
        key=lambda row: str(row.code),
    ),
    TableKind(
        name="grid",
        file="grid.csv",
        columns=grid.GRID_COLUMNS,
        row=grid.GridRow,
        read=lambda sheet, info: grid.read_grid(sheet, info).rows,
        of=lambda reference: reference.grid.rows,
        use=_use_grid,
        key=lambda row: _dated(row.codes, row),
        model=GridRow,
        called={"first": "code", "last": "code_to"},
    ),
    TableKind(
        name="roster",
        file="roster.csv",
        columns=roster.ROSTER_COLUMNS,
        row=roster.Member,
        read=lambda sheet, info: roster.read_roster(sheet, info).members(),
        of=lambda reference: reference.roster.members() if reference.roster else (),
        use=lambda base, rows, info: replace(base, roster=roster.build_roster(rows, info)),
        key=lambda row: _dated(row.cin, row),
        model=Member,
        is_phi=True,
    ),
    TableKind(
        name="providers",
        file="providers.csv",
        columns=directory.PROVIDER_COLUMNS,
        row=directory.Provider,
        read=lambda sheet, info: directory.read_directory(sheet, info).providers(),
        of=lambda reference: reference.directory.providers() if reference.directory else (),
        use=lambda base, rows, info: replace(base, directory=directory.build_directory(rows, info)),
        key=lambda row: str(row.npi),
        model=Provider,
    ),
    TableKind(
        name="processors",
        file="processors.csv",
        columns=offices.PROCESSOR_COLUMNS,
        row=offices.Office,
        read=lambda sheet, info: offices.read_offices(sheet, info).offices(),
        of=lambda reference: reference.processors.offices(),
        use=lambda base, rows, info: replace(base, processors=offices.build_offices(rows, info)),
        key=lambda row: row.processor.value,
        model=Processor,
        called={"processor": "code"},
    ),
    TableKind(
        name="vendors",
        file="vendors.csv",
        columns=offices.VENDOR_COLUMNS,
        row=offices.Vendor,
        read=lambda sheet, info: offices.read_vendors(sheet, info).vendors(),
        of=lambda reference: reference.vendors.vendors(),
        use=lambda base, rows, info: replace(base, vendors=offices.build_vendors(rows, info)),
        key=lambda row: str(row.id),
        model=Vendor,
        called={"id": "vendor_id"},
    ),
)
TABLES: dict[str, TableKind] = {kind.name: kind for kind in _KINDS}
"""The tables that can be imported, by name, in the order in which they are put into a reference."""
