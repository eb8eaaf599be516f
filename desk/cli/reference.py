"""``inlet import``: reference data from files, whole tables or not at all."""

import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Import reference data (samples/README.md describes the columns). A faulty row refuses the whole file.",
    no_args_is_help=True,
)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV file with a header row.")]


@app.command("all")
def import_all(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Folder with grid.csv, roster.csv …")],
) -> None:
    """Import every table that lies in FOLDER; all or none."""
    _run(None, folder)


@app.command("grid")
def import_grid(file: File) -> None:
    """Who decides which code, and whether it needs authorization, with effective dates."""
    _run("grid", file)


@app.command("roster")
def import_roster(file: File) -> None:
    """Members with birth date, line of business and medical group."""
    _run("roster", file)


@app.command("providers")
def import_providers(file: File) -> None:
    """The provider directory with verified fax numbers."""
    _run("providers", file)


@app.command("processors")
def import_processors(file: File) -> None:
    """Who processes requests, and how they are reached."""
    _run("processors", file)


@app.command("vendors")
def import_vendors(file: File) -> None:
    """Preferred vendors by category."""
    _run("vendors", file)


@app.command("codes")
def import_codes(file: File) -> None:
    """Procedure codes with their dates of validity."""
    _run("codes", file)


def _run(table: str | None, path: Path) -> None:
    from desk.cli.records import open_records

    open_records(make=True)
    from desk.cases.actor import MACHINE
    from desk.cases.tables import import_folder, import_table
    from desk.errors import ReferenceDataError

    try:
        versions = (import_table(table, path, actor=MACHINE),) if table else import_folder(path, actor=MACHINE)
    except ReferenceDataError as error:
        for row in error.rows:
            sys.stderr.write(f"  {row}\n")
        raise
    for version in versions:
        sys.stdout.write(f"{version.table}: {version.rows} rows, version {version.version}\n")
