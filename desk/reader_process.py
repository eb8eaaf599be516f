"""One resident reader: loads the models once, then reads page after page (or places of pages) for its parent.

Run as ``python -m desk.reader_process JOBS RESULTS READING LEVEL``: jobs come in and results go out
as JSON lines on two inherited pipes, so that whatever a library prints harms nothing. READING
names the function that reads, ``module:function``; LEVEL is how far it stands back
(:func:`ingest.give_way.give_way`; 0 where a person waits for it). The process ends when its parent does
or when the pipe of jobs is closed, even in the middle of a page.
"""

import datetime as dt
import importlib
import json
import os
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from PIL import Image, ImageDraw

from desk.config import current_settings
from desk.own_wordings import take_up_wordings
from extract.again import prepared, read_again
from extract.decode.confidence import adopt_targets
from extract.forms.library import use_folder
from extract.reading import PageReading
from ingest.give_way import give_way
from ingest.pages import PageSource
from terms.geometry import Box
from terms.names import FieldKind


def main(jobs: int, results: int, reading: str, level: int) -> None:
    """Answer ``ready`` once the models are loaded, then one result for each job."""
    if level:
        give_way(level)
    out = os.fdopen(results, "w", encoding="utf-8")
    lines = os.fdopen(jobs, encoding="utf-8")
    try:
        adopt_targets(current_settings().reading.wrong_share)
        use_folder(current_settings().reading.forms)
        read = _load(reading)
        _warm(read)
    except Exception as error:
        _answer(out, {"failed": _where(error)})
        raise SystemExit(1) from error
    _answer(out, {"ready": os.getpid()})
    box: list[str] = []
    arrived = threading.Semaphore(0)
    threading.Thread(target=_listen, args=(lines, box, arrived), daemon=True).start()
    while True:
        arrived.acquire()
        _answer(out, _read(read, json.loads(box.pop(0))))


def _listen(lines: IO[str], box: list[str], arrived: threading.Semaphore) -> None:
    for line in lines:
        box.append(line)
        arrived.release()
    os._exit(0)  # the parent closed the pipe: nobody waits for what is being read


def _answer(out: IO[str], message: dict[str, Any]) -> None:
    out.write(json.dumps(message, separators=(",", ":")) + "\n")
    out.flush()


def _load(reading: str) -> Callable[..., PageReading]:
    module, _, function = reading.partition(":")
    found: Callable[..., PageReading] = getattr(importlib.import_module(module), function)
    return found


def _warm(read: Callable[..., PageReading]) -> None:
    """Load what reading needs before the first page comes, by reading a small made-up page."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "warm.png"
        picture = Image.new("L", (864, 400), 255)
        ImageDraw.Draw(picture).text((60, 60), "Patient name: Sample Person", fill=0, font_size=34)
        picture.save(path)
        source = PageSource(1, "page 1", path, 204.0, 196.0)
        read(source, received_on=dt.date(2026, 1, 2), upright_to=Path(folder) / "upright.png")


def _read(read: Callable[..., PageReading], job: dict[str, Any]) -> dict[str, Any]:
    try:
        if "zone" in job:
            return _read_zone(job)
        take_up_wordings(current_settings())
        reading = read(
            PageSource.from_record(job["source"]),
            received_on=dt.date.fromisoformat(job["received_on"]),
            upright_to=Path(job["upright_to"]),
        )
    except Exception as error:  # noqa: BLE001  (one page's trouble must not end the reader)
        return {"failed": _where(error)}
    return {"reading": reading.to_record()}


def _read_zone(job: dict[str, Any]) -> dict[str, Any]:
    """Read one place of a page again, or only get the page ready where no box is given."""
    zone, source = job["zone"], PageSource.from_record(job["source"])
    if zone["box"] is None:
        prepared(source)
        return {"prepared": True}
    value = read_again(
        source,
        Path(zone["upright"]) if zone["upright"] else None,
        Box.from_json(zone["box"]),
        FieldKind(zone["kind"]),
        turned=zone["turned"],
        latest=dt.date.fromisoformat(job["received_on"]),
    )
    return {"value": value.to_record()}


def _where(error: BaseException) -> str:
    """Say what was raised and where, without the message: it may hold text of the page."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {place}"


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
