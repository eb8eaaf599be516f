"""``inlet import-decisions``: care decisions that named persons made elsewhere, from a table."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def import_decisions(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV, one row for each decided line.")],
    *,
    by: Annotated[str, typer.Option("--by", help="Sign-in name of the person who stands for the import.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be refused.")] = False,
) -> None:
    """Record the decisions of a table, each made by the person it names. Nothing is recorded if any row has a fault.

    Columns: reference, revision, kind, decided_by, phone, decided_at, authorization_number, reasons,
    criteria, unmet, awaited, expected_on, vendor, harmless, code, description, requested, granted,
    starts, ends. Ends with status 1 when a row was refused.
    """
    from desk.cli.records import open_records

    open_records()
    from django.conf import settings
    from django.contrib.auth.models import User

    from desk.cases.actor import actor_of
    from desk.cases.care_entry import import_decisions as record
    from desk.errors import DeskError
    from desk.pipeline import paper

    person = User.objects.filter(username=by, is_active=True).first()
    if person is None:
        raise DeskError(f"there is nobody called {by!r}; inlet user list shows everybody")
    with file.open(encoding="utf-8-sig", newline="") as rows:
        told = record(
            rows,
            actor=actor_of(person),
            zone=settings.INLET.zone,
            sender=paper.sender_contact(),
            texts=paper.own_texts(),
            dry_run=dry_run,
        )
    faults = [row for row in told if row.fault]
    for row in told:
        sys.stdout.write(f"row {row.number}: {row.reference} {row.kind}: {row.fault or 'good'}\n")
    made = sum(row.made for row in told)
    sys.stdout.write(f"{len(told)} decisions, {len(faults)} refused, {made} recorded\n")
    if faults:
        raise typer.Exit(1)
