"""``inlet ingest``: files into Inlet by hand, as if a watched folder had brought them."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def ingest(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="Fax or mail files.")],
    *,
    received_at: Annotated[
        str | None, typer.Option(metavar="TIME", help="When they were received, ISO 8601 (default: now).")
    ] = None,
) -> None:
    """Take FILES in as arrivals; the files themselves stay where they are.

    A running service reads them at once; otherwise they wait until it starts.
    """
    from desk.cli.read import parse_received_at

    moment = parse_received_at(received_at)
    from desk.cli.records import open_records

    open_records(make=True)
    from desk.cases.handed_in import HandedIn, hand_in
    from ingest.folder import file_key

    for path in files:
        given = HandedIn(
            path=path,
            source="command",
            label="by hand",
            key=f"command:{file_key(path)}",
            file_name=path.name,
            received_at=moment,
        )
        arrival, _new = hand_in(given)
        sys.stdout.write(f"{path}: arrival {arrival.pk}, {arrival.state.replace('_', ' ')}")
        sys.stdout.write(f" of arrival {arrival.duplicate_of_id}\n" if arrival.duplicate_of_id else "\n")
