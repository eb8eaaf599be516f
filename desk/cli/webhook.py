"""``inlet webhook``: other systems that are told of changes."""

import sys
from typing import Annotated

import typer

app = typer.Typer(help="Tell other systems of changes as they happen, signed.", no_args_is_help=True)


@app.command("add")
def add(
    account: Annotated[str, typer.Argument(help="The account (inlet token list).")],
    url: Annotated[str, typer.Argument(help="Where it is told.")],
    event: Annotated[
        list[str] | None, typer.Option(help="arrival.state, notice.state, request.state; none: all of them.")
    ] = None,
) -> None:
    """Have an account told of events. Prints the secret that signs them."""
    from desk.cli.records import open_records

    open_records()
    from desk.cases.actor import Actor
    from desk.cases.webhooks import subscribe

    made = subscribe(account, url, event or (), actor=Actor("command line", frozenset()))
    sys.stdout.write(f"{made.secret}\n")


@app.command("end")
def end(number: Annotated[int, typer.Argument(help="The subscription (inlet webhook list).")]) -> None:
    """Tell a subscription no more."""
    from desk.cli.records import open_records

    open_records()
    from desk.cases.actor import Actor
    from desk.cases.webhooks import unsubscribe

    unsubscribe(number, actor=Actor("command line", frozenset()))
    sys.stdout.write(f"subscription {number} is told no more\n")


@app.command("list")
def list_subscriptions() -> None:
    """List every subscription, and how many events it was not told of yet."""
    from desk.cli.records import open_records

    open_records()
    from django.db.models import Count, Q
    from rich.console import Console
    from rich.table import Table

    from desk.records.models import Subscription

    table = Table("number", "account", "address", "events", "told", "not told yet")
    rows = Subscription.objects.select_related("account").annotate(
        open=Count("tellings", filter=Q(tellings__delivered_at=None))
    )
    for row in rows:
        told = "no more" if row.ended_at else "yes"
        table.add_row(str(row.pk), row.account.name, row.url, ", ".join(row.events), told, str(row.open))
    Console().print(table)
