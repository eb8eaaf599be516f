"""``inlet doctor``: what is wrong with this installation, and the remedy for each fault."""

import json
import sys
from typing import Annotated

import typer


def doctor(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print the checks for a program to read.")] = False
) -> None:
    """Check Python, SQLite, Tesseract, fonts, readers, folders, database, mailboxes, disk and time zone.

    Ends with status 1 when something will not work.
    """
    from desk.config import load_settings
    from desk.doctor import Health, check_installation
    from desk.doctor_database import check_database
    from desk.doctor_mailbox import check_mailboxes

    checks = check_installation(settings := load_settings())
    if not any(check.health is Health.FAULT and check.name == "Data folder" for check in checks):
        checks += check_database(settings)
    checks += check_mailboxes(settings)
    if as_json:
        json.dump([check.to_json() for check in checks], sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        from rich.console import Console
        from rich.markup import escape
        from rich.table import Table

        style = {Health.OK: "green", Health.WARNING: "yellow", Health.FAULT: "bold red"}
        table = Table("check", "health", "found", "what to do")
        for check in checks:
            remedy = check.remedy if check.health is not Health.OK else ""
            colour = style[check.health]
            table.add_row(check.name, f"[{colour}]{check.health.value}[/]", escape(check.found), escape(remedy))
        Console().print(table)
    if any(check.health is Health.FAULT for check in checks):
        raise typer.Exit(1)
