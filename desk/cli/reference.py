"""``inlet import`` and ``inlet tables``: reference data from files, its versions, and the way back."""

import contextlib
import datetime as dt
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from classify.changes import Changes
    from desk.cases.table_files import FileFacts
    from desk.records.models import ReferenceVersion

app = typer.Typer(
    help="Import reference data (docs/deciding.md describes the files). A faulty row refuses the whole file.",
    no_args_is_help=True,
)
tables = typer.Typer(
    help="The versions of reference tables: list, compare, take up again, export.", no_args_is_help=True
)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV or XLSX file with a header row.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")]
Table = Annotated[str, typer.Argument(metavar="TABLE", help="grid, roster, providers, processors, vendors, codes …")]
Complete = Annotated[bool, typer.Option("--complete", help="A code that is not in the list does not exist.")]
From = Annotated[str | None, typer.Option("--from", metavar="YYYY-MM-DD", help="First day the list speaks for.")]
Until = Annotated[str | None, typer.Option("--until", metavar="YYYY-MM-DD", help="Last day the list speaks for.")]
_SHOWN = 40


@app.command("all")
def import_all(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Folder with grid.csv, roster.csv …")],
) -> None:
    """Import every table that lies in FOLDER; all or none."""
    _open(make=True)
    from desk.cases.actor import MACHINE
    from desk.cases.tables import import_folder

    with refused_rows():
        for version in import_folder(folder, actor=MACHINE):
            _print_version(version)


@app.command("grid")
def import_grid(file: File, *, dry_run: DryRun = False) -> None:
    """Who decides which code, and whether it needs authorization, with effective dates."""
    _run("grid", file, dry_run=dry_run)


@app.command("roster")
def import_roster(
    file: File,
    *,
    dry_run: DryRun = False,
    mapping: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="TOML that says how an 834 file names groups.")
    ] = None,
) -> None:
    """Members with birth date, line of business and medical group; also an X12 834 file."""

    def facts() -> "FileFacts":
        from desk.cases.table_files import FileFacts, mapping_of

        return FileFacts(mapping=mapping_of(mapping)) if mapping else FileFacts()

    _run("roster", file, dry_run=dry_run, facts=facts)


@app.command("providers")
def import_providers(
    file: File,
    *,
    dry_run: DryRun = False,
    states: Annotated[str | None, typer.Option(metavar="CA,NV", help="Of an NPPES file, only these states.")] = None,
) -> None:
    """The provider directory with verified fax numbers; also the NPPES file."""
    kept = frozenset(part.strip().upper() for part in states.split(",")) if states else None

    def facts() -> "FileFacts":
        from desk.cases.table_files import FileFacts

        return FileFacts(states=kept)

    _run("providers", file, dry_run=dry_run, facts=facts)


@app.command("processors")
def import_processors(file: File, *, dry_run: DryRun = False) -> None:
    """Who processes requests, and how they are reached."""
    _run("processors", file, dry_run=dry_run)


@app.command("vendors")
def import_vendors(file: File, *, dry_run: DryRun = False) -> None:
    """Preferred vendors by category."""
    _run("vendors", file, dry_run=dry_run)


@app.command("codes")
def import_codes(
    file: File, *, dry_run: DryRun = False, complete: Complete = False, start: From = None, end: Until = None
) -> None:
    """Procedure codes with their dates of validity; also the CMS HCPCS release."""
    _run("codes", file, dry_run=dry_run, facts=_facts(complete=complete, start=start, end=end))


@app.command("diagnoses")
def import_diagnoses(
    file: File, *, dry_run: DryRun = False, complete: Complete = False, start: From = None, end: Until = None
) -> None:
    """ICD-10-CM codes: the CMS order file, or a CSV of code and billable."""
    _run("diagnoses", file, dry_run=dry_run, facts=_facts(complete=complete, start=start, end=end))


@tables.command("list")
def list_tables() -> None:
    """List the tables with the version in force."""
    _open()
    from desk.cases.table_kinds import TABLES
    from desk.cases.tables import current_reference, current_version

    known = current_reference().tables
    for name in TABLES:
        version = current_version(name)
        if version:
            _print_version(version)
        else:
            shipped = known.get({"codes": "hcpcs", "diagnoses": "icd10"}.get(name, name), "none")
            sys.stdout.write(f"{name}: never imported; in use: {shipped}\n")


@tables.command("versions")
def list_versions(table: Table) -> None:
    """List every version of a table, newest first; the first is in force."""
    _open()
    from desk.cases.tables import versions

    for version in versions(table):
        _print_version(version)


@tables.command("back")
def back(
    table: Table,
    version: Annotated[int, typer.Argument(metavar="VERSION", help="Its number in inlet tables versions.")],
    *,
    dry_run: DryRun = False,
) -> None:
    """Take up an earlier version of a table again."""
    _open()
    from desk.cases.actor import MACHINE
    from desk.cases.table_kinds import TABLES
    from desk.cases.tables import go_back, preview_back

    with refused_rows():
        _print_changes(preview_back(table, version), is_phi=TABLES[table].is_phi)
        if not dry_run:
            _print_version(go_back(table, version, actor=MACHINE))


@tables.command("export")
def export_table(
    table: Table,
    *,
    version: Annotated[
        int | None, typer.Option(metavar="VERSION", help="An earlier version (default: in force).")
    ] = None,
) -> None:
    """Write a table to standard output as the CSV file that an import takes."""
    _open()
    from desk.cases.tables import export

    sys.stdout.write(export(table, version).decode())


def _open(*, make: bool = False) -> None:
    from desk.cli.records import open_records

    open_records(make=make)


def _facts(*, complete: bool, start: str | None, end: str | None) -> Callable[[], "FileFacts"]:
    days = [_day(text, name) for text, name in ((start, "--from"), (end, "--until"))]

    def facts() -> "FileFacts":
        from desk.cases.table_files import FileFacts

        return FileFacts(complete=complete, effective_from=days[0], effective_to=days[1])

    return facts


def _day(text: str | None, option: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise typer.BadParameter("not a day such as 2026-11-20", param_hint=option) from error


@contextlib.contextmanager
def refused_rows() -> Iterator[None]:
    """Print the faulty rows of a file that is refused, where they are more than the error itself names."""
    from classify.errors import SHOWN
    from desk.errors import ReferenceDataError

    try:
        yield
    except ReferenceDataError as error:
        if len(error.rows) > SHOWN:
            sys.stderr.write("".join(f"  {row}\n" for row in error.rows[:_SHOWN]))
        if len(error.rows) > _SHOWN:
            sys.stderr.write(f"  … and {len(error.rows) - _SHOWN} more\n")
        raise


def _run(table: str, path: Path, *, dry_run: bool, facts: Callable[[], "FileFacts"] | None = None) -> None:
    _open(make=not dry_run)
    from desk.cases.actor import MACHINE
    from desk.cases.table_files import FileFacts
    from desk.cases.table_kinds import TABLES
    from desk.cases.tables import import_table, preview

    known = facts() if facts else FileFacts()
    with refused_rows():
        if dry_run:
            _print_changes(preview(table, path, facts=known), is_phi=TABLES[table].is_phi)
        else:
            _print_version(import_table(table, path, actor=MACHINE, facts=known))


def _print_version(version: "ReferenceVersion") -> None:
    day = version.loaded_at.date().isoformat()
    way = {"edit": "edited", "back": "taken up again"}.get(version.way, "imported")
    sys.stdout.write(
        f"{version.table}: {version.rows} rows, version {version.version} (number {version.pk}), "
        f"{way} {day} by {version.loaded_by}\n"
    )


def _print_changes(changes: "Changes", *, is_phi: bool) -> None:
    """Print what would change; of tables with members only how many rows, since a terminal keeps what it shows."""
    sys.stdout.write(f"{changes.summary()}\n")
    if is_phi:
        return
    for word, keys in (("added", changes.added), ("removed", changes.removed)):
        for key in keys[:_SHOWN]:
            sys.stdout.write(f"  {word} {key}\n")
        if len(keys) > _SHOWN:
            sys.stdout.write(f"  … and {len(keys) - _SHOWN} more {word}\n")
    for change in changes.changed[:_SHOWN]:
        told = ", ".join(f"{column}: {was or 'empty'} → {now or 'empty'}" for column, was, now in change.columns)
        sys.stdout.write(f"  changed {change.key}: {told}\n")
    if len(changes.changed) > _SHOWN:
        sys.stdout.write(f"  … and {len(changes.changed) - _SHOWN} more changed\n")
