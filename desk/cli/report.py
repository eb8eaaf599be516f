"""``inlet report``: a day's sums, and what is open."""

import datetime as dt
import json
import sys
from typing import Annotated

import typer


def report(
    *,
    date: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="The day (default: today, Pacific).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it for a program to read.")] = False,
) -> None:
    """Print what came in on a day and what became of it: in = processed + duplicates + quarantined + in progress.

    Ends with status 1 when the sum does not hold.
    """
    day = _day(date)
    from desk.cli.records import open_records

    open_records()
    from desk.daily import day_report

    data = day_report(day)
    if as_json:
        json.dump(data, sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        _print(data)
    if not data["holds"]:
        raise typer.Exit(1)


def _day(text: str | None) -> dt.date:
    from terms.dates import PACIFIC

    if text is None:
        return dt.datetime.now(PACIFIC).date()
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter("not a day such as 2026-11-20", param_hint="--date") from error


def _print(data: dict[str, object]) -> None:
    from rich.console import Console

    from desk.cli.tables import arrivals_table, requests_table, sums_line

    console = Console()
    sums, pages, requests, arrivals = data["arrivals"], data["pages"], data["open_requests"], data["open_arrivals"]
    assert isinstance(sums, dict)
    assert isinstance(pages, dict)
    assert isinstance(requests, list)
    assert isinstance(arrivals, list)
    console.print(
        f"[bold]{data['date']}[/]  {sums_line(sums)}  {'[green]holds[/]' if data['holds'] else '[red]DOES NOT HOLD[/]'}"
    )
    words = ", ".join(f"{count} {what.replace('_', ' ')}" for what, count in pages.items())
    console.print(f"Pages: {words or 'none'}")
    notices = data["notices"]
    assert isinstance(notices, dict)
    console.print("Notices: " + (", ".join(f"{count} {state}" for state, count in notices.items()) or "none"))
    if arrivals:
        console.print("[bold]Arrivals that wait for somebody[/]")
        console.print(arrivals_table(arrivals))
    if requests:
        console.print("[bold]Requests that are open[/]")
        console.print(requests_table(requests))
