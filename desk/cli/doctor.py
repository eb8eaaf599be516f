"""``inlet doctor``: what is wrong with this installation, and the remedy for each fault."""

import json
import sys
from collections.abc import Callable
from typing import Annotated

import typer

_EVERY = 500


def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the checks for a program to read.")] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Hash every stored file again instead.")] = False,
    rederive: Annotated[
        bool, typer.Option("--rederive", help="With --verify: make damaged page images again from their originals.")
    ] = False,
) -> None:
    """Check Python, SQLite, Tesseract, fonts, readers, folders, database, mailboxes, sending, disk and time zone.

    Ends with status 1 when something will not work, or a stored file is damaged.
    """
    if verify or rederive:
        _verify(again=rederive, as_json=as_json)
        return
    from desk.config import load_settings
    from desk.doctor import Health, check_installation
    from desk.doctor_database import check_database
    from desk.doctor_mailbox import check_mailboxes
    from desk.doctor_sending import check_sending

    checks = check_installation(settings := load_settings())
    if not any(check.health is Health.FAULT and check.name == "Data folder" for check in checks):
        checks += check_database(settings)
    checks += check_mailboxes(settings)
    checks += check_sending(settings)
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


def _verify(*, again: bool, as_json: bool) -> None:
    """Hash originals and page images again, name what is damaged, and make pages again if asked to."""
    from desk.cli.records import open_records

    open_records()
    from desk.verify import damaged_originals, damaged_pages, rederive

    originals = list(damaged_originals(_told("originals")))
    pages = list(damaged_pages(_told("pages")))
    mended: list[int] = []
    if again:
        lost = {damage.arrival for damage in originals}
        mended = [number for number in sorted({damage.arrival for damage in pages} - lost) if not rederive(number)]
        pages = list(damaged_pages())
    if as_json:
        data = {"originals": [str(d) for d in originals], "pages": [str(d) for d in pages], "rederived": mended}
        json.dump(data, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        for damage in (*originals, *pages):
            sys.stdout.write(f"{damage}\n")
        if mended:
            sys.stdout.write(f"made again: the pages of arrivals {', '.join(map(str, mended))}\n")
        if originals:
            sys.stdout.write("Take the originals named above from the backup; ask the senders where there is none.\n")
        elif pages:
            sys.stdout.write("Run inlet doctor --verify --rederive to make the pages again.\n")
        else:
            sys.stdout.write("Every stored file has the bytes it was stored with.\n")
    if originals or pages:
        raise typer.Exit(1)


def _told(what: str) -> Callable[[int, int], None]:
    """Say how far it is, on standard error, every so often."""

    def tell(done: int, of: int) -> None:
        if done == of or done % _EVERY == 0:
            sys.stderr.write(f"{what}: {done} of {of}\n")

    return tell
