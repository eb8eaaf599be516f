"""``inlet read``: one fax or mail file to the JSON of docs/read.schema.json."""

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from terms.dates import PACIFIC


def parse_received_at(text: str | None) -> dt.datetime:
    """Take an ISO 8601 time (Pacific where it names no zone); ``None`` is now.

    A text that is no time is wrong use of the command line (status 2).
    """
    if text is None:
        return dt.datetime.now(PACIFIC).replace(microsecond=0)
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            "not an ISO 8601 time such as 2026-11-20T16:58:00-08:00", param_hint="--received-at"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=PACIFIC)


def read(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=False, help="TIFF, PDF, PNG, JPEG or EML file.")
    ],
    *,
    words: Annotated[bool, typer.Option("--words", help="Add everything read on each page, with boxes.")] = False,
    received_at: Annotated[
        str | None, typer.Option(metavar="TIME", help="When it was received, ISO 8601 (default: now).")
    ] = None,
    reference: Annotated[
        Path | None,
        typer.Option(
            exists=True, file_okay=False, metavar="DIR", help="Take grid, roster and provider tables from this folder."
        ),
    ] = None,
    pretty: Annotated[bool, typer.Option("--pretty", help="Show a person the same as tables.")] = False,
) -> None:
    """Read one fax or mail FILE and print what it says; nothing is stored.

    A file that cannot be read ends with status 0 and the problem in the output.
    """
    moment = parse_received_at(received_at)

    from classify.reference import load_reference
    from desk.config import current_settings
    from desk.one_file import read_file
    from desk.own_wordings import take_up_wordings
    from extract.decode.confidence import adopt_targets
    from extract.forms.library import use_folder

    adopt_targets(current_settings().reading.wrong_share)
    use_folder(current_settings().reading.forms)
    take_up_wordings(current_settings())
    document = read_file(file, received_at=moment, reference=load_reference(reference))
    if pretty:
        from desk.cli.pretty import print_document

        print_document(document)
        return
    json.dump(document.to_json(words=words), sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")
