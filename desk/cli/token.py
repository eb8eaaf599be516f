"""``inlet token``: the accounts of other systems that use the interface."""

import sys
from typing import Annotated

import typer

app = typer.Typer(help="Let other systems in by the interface, each with a token of its own.", no_args_is_help=True)


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="The account: small letters, digits and hyphens.")],
    scope: Annotated[list[str], typer.Option(help="What it may do, such as requests:read; give several.")],
) -> None:
    """Make an account, or give one a new token and new scopes. The token is printed once and kept nowhere."""
    from desk.cli.records import open_records

    open_records()
    from desk.cases.accounts import make_account
    from desk.cases.actor import Actor

    _account, token = make_account(name, scope, actor=Actor("command line", frozenset()))
    sys.stdout.write(f"{token}\n")


@app.command("end")
def end(name: Annotated[str, typer.Argument(help="The account.")]) -> None:
    """Let an account in no more; what it did stays in the audit trail."""
    from desk.cli.records import open_records

    open_records()
    from desk.cases.accounts import end_account
    from desk.cases.actor import Actor

    end_account(name, actor=Actor("command line", frozenset()))
    sys.stdout.write(f"{name} is let in no more\n")


@app.command("list")
def list_accounts() -> None:
    """List every account with its scopes."""
    from desk.cli.records import open_records

    open_records()
    from rich.console import Console
    from rich.table import Table

    from desk.records.models import ServiceAccount

    table = Table("account", "scopes", "let in", "last seen")
    for account in ServiceAccount.objects.all():
        seen = f"{account.seen_at:%Y-%m-%d %H:%M}" if account.seen_at else "never"
        table.add_row(account.name, ", ".join(account.scopes), "no" if account.ended_at else "yes", seen)
    Console().print(table)
