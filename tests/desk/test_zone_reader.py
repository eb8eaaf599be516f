"""The reader of places that clerks point at: one for all web processes, asked through a socket."""

import contextlib
import datetime as dt
import os
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from desk import zone_reader
from desk.errors import ReaderCrashedError, ReaderError, ReaderTimeoutError

DAY = dt.date(2026, 11, 30)
WHOLE = {"box": None, "kind": "text"}


class Told:
    """Answers with what it was asked, or fails as it is told."""

    def __init__(self, *_: object, **__: object) -> None:
        self.fault: Exception | None = None
        self.asked: list[tuple[object, ...]] = []

    def read(
        self, source: Mapping[str, object], zone: Mapping[str, object], *, received_on: dt.date
    ) -> dict[str, object]:
        """Give a value that names the page."""
        self.asked.append((source, zone, received_on))
        if self.fault:
            raise self.fault
        return {"value": f"of page {source['number']}"}

    def close(self) -> None:
        """Nothing runs."""


@contextlib.contextmanager
def _listening(data_dir: Path) -> Iterator[socketserver.BaseServer]:
    with zone_reader.answering(data_dir) as service:
        threading.Thread(target=service.serve_forever, daemon=True).start()
        yield service
        service.shutdown()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """A reader without a process."""
    made = Told()
    monkeypatch.setattr(zone_reader, "ZoneReader", lambda *_, **__: made)
    return made


def test_a_place_is_asked_for_from_any_process(tmp_path: Path, told: Told) -> None:
    """However long the data folder's name, what another process asks is answered, and comes to the one reader."""
    data_dir = tmp_path / ("a folder with a long name " * 6)
    data_dir.mkdir()
    asking = (
        "import sys, datetime, pathlib; from desk.zone_reader import ask\n"
        "print(ask(pathlib.Path(sys.argv[1]), {'number': 3}, {'box': None}, received_on=datetime.date(2026, 11, 30)))"
    )
    with _listening(data_dir):
        here = zone_reader.ask(data_dir, {"number": 2}, WHOLE, received_on=DAY)
        there = subprocess.run(
            [sys.executable, "-c", asking, str(data_dir)], check=True, capture_output=True, text=True, timeout=60
        )
    assert here == {"value": "of page 2"}
    assert there.stdout.strip() == "{'value': 'of page 3'}"
    assert told.asked == [({"number": 2}, WHOLE, DAY), ({"number": 3}, {"box": None}, DAY)]
    assert (data_dir / "zones").stat().st_mode & 0o777 == 0o700


def test_what_the_reader_could_not_do_is_raised_where_it_was_asked(tmp_path: Path, told: Told) -> None:
    """With its kind and sentence; the next question is answered again."""
    with _listening(tmp_path):
        told.fault = ReaderTimeoutError("the page was not read within 8 seconds")
        with pytest.raises(ReaderError, match="within 8 seconds") as refused:
            zone_reader.ask(tmp_path, {"number": 2}, WHOLE, received_on=DAY)
        assert refused.value.kind == ReaderTimeoutError.kind
        told.fault = RuntimeError("a fault of our own")
        with pytest.raises(ReaderCrashedError, match="ended under the place"):
            zone_reader.ask(tmp_path, {"number": 2}, WHOLE, received_on=DAY)
        told.fault = None
        assert zone_reader.ask(tmp_path, {"number": 2}, WHOLE, received_on=DAY)


def test_nobody_listening_is_said(tmp_path: Path, told: Told) -> None:
    """Before it has started, and after it was killed with its socket left behind; a new one takes the place."""
    for _ in range(2):
        with pytest.raises(ReaderCrashedError, match="cannot be reached"):
            zone_reader.ask(tmp_path, {"number": 2}, WHOLE, received_on=DAY)
        with _listening(tmp_path):
            assert zone_reader.ask(tmp_path, {"number": 2}, WHOLE, received_on=DAY)
        assert (tmp_path / "zones" / "socket").is_socket()
    assert len(told.asked) == 2


def test_the_reader_ends_when_nobody_points(tmp_path: Path) -> None:
    """It is started by the first use, ended after a while without any, and started again."""
    made = zone_reader.ZoneReader(tmp_path / "zones", idle_seconds=0.2)
    first = made._started()
    (pid,) = first.pids
    deadline = time.monotonic() + 20
    while made._pool is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert made._pool is None
    assert made._started() is not first
    made.close()
    assert made._pool is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
