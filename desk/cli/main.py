"""``inlet``: the one command, and how it ends.

Exit status: 0 fine; 1 something failed (the sentence says what and the remedy); 2 wrong use.
"""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from desk.cli import (
    decisions,
    demo,
    doctor,
    forms,
    ingest,
    quality,
    reference,
    report,
    serve,
    show,
    status,
    token,
    user,
    webhook,
    why,
)
from desk.cli import read as read_command
from desk.cli import sending as sending_command
from terms.errors import InletError

app = typer.Typer(
    name="inlet",
    help="Prior-authorization intake from fax and e-mail: read, checked, routed, answered, accounted for.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _settings(
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", metavar="FILE", help="Settings file (default: $INLET_CONFIG, else ./inlet.toml if there)."
        ),
    ] = None,
) -> None:
    """Remember which settings file the commands and their child processes read."""
    if config is not None:
        if not config.is_file():
            raise typer.BadParameter(f"there is no file {config}", param_hint="--config")
        os.environ["INLET_CONFIG"] = str(config.resolve())


app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.command("read")(read_command.read)
app.command("ingest")(ingest.ingest)
app.command("status")(status.status)
app.command("show")(show.show)
app.command("doctor")(doctor.doctor)
app.command("why")(why.why)
app.command("what-if")(why.what_if)
app.command("redecide")(why.redecide)
app.command("replay")(why.replay)
app.command("import-decisions")(decisions.import_decisions)
app.add_typer(reference.app, name="import")
app.add_typer(reference.tables, name="tables")
app.add_typer(user.app, name="user")
app.add_typer(token.app, name="token")
app.add_typer(webhook.app, name="webhook")
app.add_typer(quality.app, name="quality")
app.add_typer(sending_command.app, name="sending")
app.add_typer(report.app, name="report")
app.add_typer(forms.app, name="forms")
app.command("reconcile")(report.reconcile)


def run() -> None:
    """Run the command line; an expected failure prints its sentence and ends with status 1."""
    try:
        app()
    except InletError as error:
        sys.stderr.write(f"inlet: {error} [{error.kind}]\n")
        sys.exit(1)
    except BrokenPipeError:
        # the reader of our output went away (head, less): nothing failed here
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


if __name__ == "__main__":
    run()
