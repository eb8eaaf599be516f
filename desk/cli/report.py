"""``inlet report``: a day's sums; the nightly report, the measures, and the check that the report was made."""

import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from reconcile.report.values import NightReport

app = typer.Typer(
    help="What came in and what became of it: a day, a night's proof, the measures.", add_completion=False
)

Day = Annotated[str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="The day (Pacific).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print it for a program to read.")]


@app.callback(invoke_without_command=True)
def report(context: typer.Context, *, date: Day = None, as_json: AsJson = False) -> None:
    """Print what came in on a day (default: today) and what became of it: in = processed + duplicates + quarantined + in progress.

    Ends with status 1 when the sum does not hold.
    """  # noqa: E501  (one line in the help)
    if context.invoked_subcommand is not None:
        return
    day = _day(date, "--date", dt.timedelta(0))
    from desk.cli.records import open_records

    open_records()
    from desk.daily import day_report

    data = day_report(day)
    if as_json:
        _print_json(data)
    else:
        _print(data)
    if not data["holds"]:
        raise typer.Exit(1)


@app.command()
def nightly(
    *,
    date: Day = None,
    again: Annotated[bool, typer.Option(help="Gather everything anew instead of opening what is kept.")] = False,
    mail: Annotated[bool, typer.Option(help="Mail it to the list of the settings, if it was not mailed yet.")] = False,
    pdf: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it as PDF.")] = None,
    xlsx: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it as a workbook.")] = None,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the open items as CSV.")] = None,
    as_json: AsJson = False,
) -> None:
    """Prove a day (default: yesterday): join all ledgers, name every difference. The same day gives the same report.

    Ends with status 1 when the night is not proven.
    """
    day = _day(date, "--date", dt.timedelta(days=1))
    from desk.cli.records import open_records

    open_records()
    from desk.config import current_settings
    from desk.nightly.deliver import mail_night
    from desk.nightly.nights import make_night, report_of
    from reconcile.report import files

    settings = current_settings()
    night = make_night(day, dt.datetime.now(dt.UTC), again=again)
    made = report_of(night)
    if pdf is not None:
        _write(pdf, files.to_pdf(made, organisation=settings.organisation))
    if xlsx is not None:
        _write(xlsx, files.to_xlsx(made))
    if csv is not None:
        _write(csv, files.to_csv(made).encode("utf-8"))
    if as_json:
        sys.stdout.write(files.to_json(made))
    else:
        _print_night(made)
    if mail and not mail_night(night, settings):
        sys.stderr.write(f"inlet: the report could not be mailed: {night.mail_problem}\n")
        raise typer.Exit(1)
    if not made.is_proven:
        raise typer.Exit(1)


@app.command()
def measures(
    *,
    first: Annotated[str | None, typer.Option("--from", metavar="YYYY-MM-DD", help="Default: 30 days ago.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="YYYY-MM-DD", help="Default: today.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print turnaround against both clocks, automation, corrections, senders that omit, and lines, over some days."""
    end = _day(last, "--to", dt.timedelta(0))
    start = _day(first, "--from", dt.timedelta(days=29)) if first else end - dt.timedelta(days=29)
    if start > end:
        raise typer.BadParameter("the first day is after the last", param_hint="--from")
    from desk.cli.records import open_records

    open_records()
    from desk.nightly.nights import measures_of

    found = measures_of(start, end, dt.datetime.now(dt.UTC))
    if as_json:
        _print_json(found.to_json())
        return
    from rich.console import Console

    from desk.cli.tables import plain_tables
    from reconcile.report.tables import measure_tables

    console = Console()
    console.print(f"[bold]{start} to {end}[/]")
    for table in measure_tables(found):
        console.print(*plain_tables(table), sep="\n")


@app.command()
def check(
    *,
    hours: Annotated[
        float, typer.Option(min=0.5, max=240, help="How long after its time a report may be late before this fails.")
    ] = 2.0,
) -> None:
    """Say whether the last night's report was made and mailed; for a timer outside the service.

    Ends with status 1 when it was not: then the service, or its mail, needs somebody.
    """
    from desk.cli.records import open_records

    open_records()
    from desk.nightly.watchdog import overdue

    sentence, late = overdue(dt.datetime.now(dt.UTC), dt.timedelta(hours=hours))
    (sys.stderr if late else sys.stdout).write(f"inlet: {sentence}\n")
    if late:
        raise typer.Exit(1)


def reconcile(
    item: Annotated[
        str,
        typer.Option("--explain", metavar="ITEM", help="A difference, arrival, reference, notice, call or job."),
    ],
    *,
    date: Day = None,
) -> None:
    """Tell what every ledger says about one item, and what follows from it.

    With --date as it stood in that night's report, else as of now. Ends with status 1 when no ledger knows it.
    """
    from desk.cli.records import open_records

    open_records()
    from desk.nightly.nights import gather, gathered_of
    from reconcile.explain import explain

    now = dt.datetime.now(dt.UTC)
    kept = gathered_of(_day(date, "--date", dt.timedelta(0))) if date else None
    gathered = kept or gather(dt.datetime.now(_pacific()).date(), now)
    told = explain(gathered.ledgers, item, gathered.now)
    if not told:
        sys.stderr.write("inlet: no ledger knows it; give an id as the report prints it, or a reference\n")
        raise typer.Exit(1)
    sys.stdout.write("\n".join(told) + "\n")


def _pacific() -> dt.tzinfo:
    from terms.dates import PACIFIC

    return PACIFIC


def _day(text: str | None, option: str, ago: dt.timedelta) -> dt.date:
    if text is None:
        return dt.datetime.now(_pacific()).date() - ago
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter("not a day such as 2026-11-20", param_hint=option) from error


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be written ({error.strerror})") from error
    sys.stderr.write(f"inlet: wrote {path}\n")


def _print_json(data: object) -> None:
    json.dump(data, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


def _print_night(made: "NightReport") -> None:
    from rich.console import Console

    from desk.cli.tables import plain_tables
    from reconcile.report.tables import open_items, sums_table

    console = Console()
    mark = "[green]proven[/]" if made.is_proven else "[red]NOT PROVEN[/]"
    console.print(f"[bold]Night of {made.day}[/]  {mark}  {made.headline}")
    for sentence in made.missing_ledgers:
        console.print(f"[red]{sentence}[/]")
    for sentence in made.remarks:
        console.print(f"[dim]{sentence}[/]")
    console.print(*plain_tables(sums_table(made)), sep="\n")
    if made.night.open:
        console.print(*plain_tables(open_items(made)), sep="\n")


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
