"""Reference data: grid, roster, directory, processors, code tables, holidays and clocks, each with its version.

A :class:`Reference` is one consistent set; a decision names the version of every table that had a
say. ``load_reference(None)`` gives the shipped tables (no roster, no directory);
``load_reference(folder)`` lets the tables of a folder take their place, file by file:
``grid.csv``, ``roster.csv``, ``providers.csv``, ``processors.csv``, ``vendors.csv``,
``holidays.csv``, ``clocks.toml``, and ``tables.toml`` with their versions.
"""

import datetime as dt
import hashlib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TypeVar

from classify.calendar import HOLIDAY_COLUMNS, BusinessCalendar, read_calendar
from classify.clock import ClockRules, read_clocks
from classify.codesets import CodeEntry, DiagnosisCodes, ProcedureCodes, build_procedures, read_diagnoses
from classify.directory import PROVIDER_COLUMNS, Directory, read_directory
from classify.errors import RowFault, TableError
from classify.families import Families, read_families
from classify.grid import GRID_COLUMNS, Grid, GridRow, read_grid
from classify.minimum import Minimum, read_minimum
from classify.offices import PROCESSOR_COLUMNS, VENDOR_COLUMNS, Offices, Vendors, read_offices, read_vendors
from classify.roster import ROSTER_COLUMNS, Roster, read_roster
from classify.sheet import Sheet, TableInfo, open_csv
from classify.tables import TABLES

T = TypeVar("T")


@dataclass(frozen=True)
class Reference:
    """One consistent set of reference tables; ``roster`` and ``directory`` are ``None`` where none is loaded."""

    grid: Grid
    families: Families
    procedures: ProcedureCodes
    diagnoses: DiagnosisCodes
    processors: Offices
    vendors: Vendors
    calendar: BusinessCalendar
    clocks: ClockRules
    minimum: Minimum
    roster: Roster | None = None
    directory: Directory | None = None

    @property
    def tables(self) -> Mapping[str, str]:
        """The version of every table, by name."""
        return {info.name: info.version for info in self.infos}

    @property
    def infos(self) -> tuple[TableInfo, ...]:
        """What is known of every table loaded."""
        parts = (
            self.grid, self.families, self.procedures, self.diagnoses, self.processors, self.vendors,
            self.calendar, self.clocks, self.minimum, self.roster, self.directory,
        )  # fmt: skip
        return tuple(part.info for part in parts if part is not None)

    def with_grid(self, grid: Grid) -> "Reference":
        """The same set with another grid: what a draft grid is tried with."""
        return replace(self, grid=grid, procedures=grid_procedures(grid, base=self.procedures))


def load_reference(folder: Path | str | None = None) -> Reference:
    """Load reference data; see the module's page for the files looked for.

    Raises :class:`TableError` naming every faulty row of the first table that cannot be used, and
    for a folder that does not exist or holds none of the files.
    """
    if folder is None:
        return _shipped()
    return _from_folder(Path(folder), _shipped())


@cache
def _shipped() -> Reference:
    facts = _facts(TABLES)
    grid = read_grid(open_csv(TABLES / str(facts["grid"]["file"]), GRID_COLUMNS), _info("grid", facts["grid"], ""))

    def sheet(name: str, columns: tuple[str, ...]) -> tuple[Sheet, TableInfo]:
        return open_csv(TABLES / str(facts[name]["file"]), columns), _info(name, facts[name], "")

    return Reference(
        grid=grid,
        families=read_families(*sheet("families", ("code", "code_to", "family"))),
        procedures=grid_procedures(grid, _info("hcpcs", facts["hcpcs"], "")),
        diagnoses=read_diagnoses(TABLES / str(facts["icd10"]["file"]), _info("icd10", facts["icd10"], "")),
        processors=read_offices(*sheet("processors", PROCESSOR_COLUMNS)),
        vendors=read_vendors(*sheet("vendors", VENDOR_COLUMNS)),
        calendar=read_calendar(*sheet("holidays", HOLIDAY_COLUMNS)),
        clocks=read_clocks(TABLES / str(facts["clocks"]["file"]), _info("clocks", facts["clocks"], "")),
        minimum=read_minimum(TABLES / str(facts["minimum"]["file"]), _info("minimum", facts["minimum"], "")),
    )


def _from_folder(folder: Path, shipped: Reference) -> Reference:
    if not folder.is_dir():
        raise TableError(folder.name, [RowFault(1, "folder", "is not a folder; give the folder that holds grid.csv")])
    facts = _facts(folder)
    found: list[str] = []

    def table(name: str, file: str, columns: tuple[str, ...], read: Callable[[Sheet, TableInfo], T]) -> T | None:
        path = folder / file
        if not path.exists():
            return None
        found.append(name)
        sheet = open_csv(path, columns)
        return read(sheet, _info(name, facts.get(name, {}), sheet.digest))

    grid = table("grid", "grid.csv", GRID_COLUMNS, read_grid)
    reference = replace(
        shipped,
        grid=grid or shipped.grid,
        procedures=grid_procedures(grid, base=shipped.procedures) if grid else shipped.procedures,
        processors=table("processors", "processors.csv", PROCESSOR_COLUMNS, read_offices) or shipped.processors,
        vendors=table("vendors", "vendors.csv", VENDOR_COLUMNS, read_vendors) or shipped.vendors,
        calendar=table("holidays", "holidays.csv", HOLIDAY_COLUMNS, read_calendar) or shipped.calendar,
        roster=table("roster", "roster.csv", ROSTER_COLUMNS, read_roster),
        directory=table("providers", "providers.csv", PROVIDER_COLUMNS, read_directory),
    )
    clocks = folder / "clocks.toml"
    if clocks.exists():
        found.append("clocks")
        digest = hashlib.sha256(clocks.read_bytes()).hexdigest()
        reference = replace(reference, clocks=read_clocks(clocks, _info("clocks", facts.get("clocks", {}), digest)))
    if not found:
        fault = RowFault(1, "folder", "holds no reference table; it should hold grid.csv, roster.csv or providers.csv")
        raise TableError(folder.name, [fault])
    return reference


def _facts(folder: Path) -> Mapping[str, Mapping[str, object]]:
    path = folder / "tables.toml"
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TableError(path.name, [RowFault(1, "file", "is not a readable TOML file; mend it")]) from error


def _info(name: str, facts: Mapping[str, object], digest: str) -> TableInfo:
    start, end = facts.get("effective_from"), facts.get("effective_to")
    return TableInfo(
        name=name,
        version=str(facts.get("version") or f"sha256:{digest[:12]}"),
        source=str(facts.get("source", "")),
        complete=bool(facts.get("complete", False)),
        effective_from=start if isinstance(start, dt.date) else None,
        effective_to=end if isinstance(end, dt.date) else None,
    )


def grid_procedures(grid: Grid, info: TableInfo | None = None, *, base: ProcedureCodes | None = None) -> ProcedureCodes:
    """The codes that a grid's rows of one code name: each row vouches that its code exists.

    ``base`` adds the codes of another table, whose own entries come first.
    """
    entries = {row.first: CodeEntry(row.description) for row in _single(grid.rows)}
    if base is not None:
        entries |= dict(base.items())
    kept = info or (base.info if base is not None else replace(grid.info, name="hcpcs", complete=False))
    return build_procedures(entries, kept)


def _single(rows: Iterable[GridRow]) -> Iterable[GridRow]:
    return (row for row in rows if row.first == row.last)
