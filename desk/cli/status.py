"""``inlet status``: where everything stands."""

import json
import sys
from typing import Annotated

import typer


def status(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything for a program to read.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Show finished requests and arrivals too.")] = False,
) -> None:
    """Show the sums, the sources, the requests that are open and the arrivals in trouble."""
    from desk.cli.records import open_records

    open_records()
    from desk import summary
    from desk.config import current_settings
    from desk.records.models import Arrival, Request
    from desk.sources import accounts
    from terms.names import ArrivalState

    requests = summary.with_parts(Request.objects.all()) if everything or as_json else summary.open_requests()
    arrivals = Arrival.objects.select_related("likeness").prefetch_related("requests").order_by("id")
    if not (everything or as_json):
        arrivals = arrivals.filter(state__in=[ArrivalState.IN_PROGRESS, ArrivalState.QUARANTINED])
    sums = summary.arrival_sums()
    request_rows = [summary.request_row(request) for request in requests]
    arrival_rows = [summary.arrival_row(arrival) for arrival in arrivals]
    sources = accounts(current_settings())
    if as_json:
        data = {
            "sums": sums,
            "sources": [source.to_json() for source in sources],
            "requests": request_rows,
            "arrivals": arrival_rows,
        }
        json.dump(data, sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
        return
    from rich.console import Console

    from desk.cli.tables import arrivals_table, requests_table, sources_table, sums_line

    console = Console()
    console.print(f"[bold]Arrivals[/]  {sums_line(sums)}  [dim](times are Pacific)[/]")
    console.print(sources_table(sources))
    if arrival_rows:
        console.print(arrivals_table(arrival_rows))
    console.print(f"[bold]{'Requests' if everything else 'Open requests'}[/]  {len(request_rows)}")
    if request_rows:
        console.print(requests_table(request_rows))
