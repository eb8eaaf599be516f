"""``inlet show``: one request, or one arrival, in full."""

import json
import sys
from typing import Annotated

import typer


def show(
    what: Annotated[str, typer.Argument(metavar="REFERENCE", help="A request's reference, or an arrival's number.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print it for a program to read.")] = False,
) -> None:
    """Show a request with values, gaps, route and its reason, notices and history."""
    from desk.cli.records import open_records

    open_records()
    from desk import summary
    from desk.errors import DeskError
    from desk.records.models import Arrival, Request

    if what.isdigit() and (arrival := Arrival.objects.filter(pk=int(what)).first()):
        row = summary.arrival_row(arrival)
        rows = [summary.request_row(request) for request in summary.requests_of([arrival])]
        data = row | {"requests": rows}
    else:
        request = summary.with_parts(Request.objects.filter(reference__iexact=what.strip())).first()
        if request is None:
            raise DeskError(f"there is no request or arrival {what!r}; inlet status --all lists them")
        data = summary.request_row(request)
        data["route"]["trace"] = [line for route in request.own_routes for line in route.trace]  # type: ignore[attr-defined]  # Prefetch sets it
        data["history"] = summary.history(request)
        rows = [data]
    if as_json:
        json.dump(data, sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
        return
    from rich.console import Console

    from desk.cli.tables import arrivals_table, print_request

    console = Console()
    if "id" in data:
        console.print(arrivals_table([data | {"requests": [row["reference"] for row in rows]}]))
    for row in rows:
        print_request(row, console)
