"""``inlet demo``: the whole way from sample faxes and mails to answered requests, on this machine."""

from pathlib import Path
from typing import Annotated

import typer


def demo(
    *,
    exit_: Annotated[bool, typer.Option("--exit", help="End by itself; status 0 only if every arrival ended.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Drop every sample, not the selection.")] = False,
    port: Annotated[int, typer.Option(help="Port of the web desk; 0 takes a free one.")] = 8620,
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its data; made anew each time.")] = Path(
        "var/demo"
    ),
    patience: Annotated[int, typer.Option(help="Seconds to wait for the last arrival.", min=1)] = 600,
) -> None:
    """Drop the sample faxes and mails into watched folders, show what becomes of them, serve the desk.

    Everything stays on this machine: SQLite, local folders, notices as files.
    """
    from desk.demo import run_demo

    raise typer.Exit(run_demo(folder, port=port, stay=not exit_, everything=everything, patience=patience))
