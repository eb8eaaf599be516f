"""Resident readers: they stay, they cost one page at most, and they end with their parent."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from desk.errors import ReaderCrashedError, ReaderError, ReaderTimeoutError
from desk.readers_pool import ReadersPool
from ingest.give_way import BACKGROUND
from ingest.pages import PageSource

DAY = dt.date(2026, 3, 4)
READING = "tests.desk.odd_reading:read_page"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[ReadersPool]:
    """One reader with a short limit."""
    with ReadersPool(count=1, folder=tmp_path / "tmp", page_seconds=1.5, reading=READING) as made:
        made.warm_up(30)
        yield made


def ask(pool: ReadersPool, tmp_path: Path, deed: str, number: int = 1) -> dict[str, object]:
    """Have a page read whose origin says what happens."""
    source = PageSource(number, deed, None, 0.0, 0.0).to_record()
    return pool.read(source, received_on=DAY, upright_to=tmp_path / "upright.png")


def test_a_reader_stays_and_reads(pool: ReadersPool, tmp_path: Path) -> None:
    """Pages are read by the same process, with one thread each; the upright image is written."""
    first, second = (ask(pool, tmp_path, "read", number) for number in (1, 2))
    assert (first["number"], second["number"]) == (1, 2)
    facts = first["facts"]
    assert facts == second["facts"]
    assert facts == {"received": "2026-03-04", "pid": str(pool.pids[0]), "threads": "1"}
    assert (tmp_path / "upright.png").read_bytes() == b"upright"


def test_reading_may_begin_while_the_readers_still_load(tmp_path: Path) -> None:
    """Pages that come before the models are loaded wait for them, beside whoever else waits."""
    with (
        ReadersPool(count=1, folder=tmp_path / "tmp", page_seconds=5, reading=READING) as pool,
        ThreadPoolExecutor(3) as threads,
    ):
        reads = [threads.submit(ask, pool, tmp_path, "read", number) for number in (1, 2)]
        threads.submit(pool.warm_up, 30).result()
        assert [read.result()["number"] for read in reads] == [1, 2]


def test_a_crash_costs_one_page(pool: ReadersPool, tmp_path: Path) -> None:
    """A reader that dies under a page is replaced; the next page is read."""
    before = pool.pids
    with pytest.raises(ReaderCrashedError):
        ask(pool, tmp_path, "crash")
    assert ask(pool, tmp_path, "read")["number"] == 1
    assert pool.pids != before


def test_a_reader_that_cannot_be_started_costs_no_place(
    pool: ReadersPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Out of processes for a moment: that page is tried again, and the place is filled once it can be."""
    with pytest.raises(ReaderCrashedError):
        ask(pool, tmp_path, "crash")
    with monkeypatch.context() as full:
        full.setattr("desk.readers_pool.subprocess.Popen", lambda *_a, **_k: (_ for _ in ()).throw(BlockingIOError()))
        with pytest.raises(ReaderCrashedError, match="no reader can be started"):
            ask(pool, tmp_path, "read")
    assert ask(pool, tmp_path, "read")["number"] == 1


def test_a_hang_costs_one_page(pool: ReadersPool, tmp_path: Path) -> None:
    """A reader over its time is killed with what it started, and replaced."""
    started = time.monotonic()
    reader = psutil.Process(pool.pids[0])
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(ask, pool, tmp_path, "hang")
        while not (children := reader.children()):
            time.sleep(0.02)
        with pytest.raises(ReaderTimeoutError):
            asked.result()
    assert time.monotonic() - started < 60, "it was waited for to its own end"
    _gone, alive = psutil.wait_procs(children, timeout=3)
    assert not [child for child in alive if child.status() != psutil.STATUS_ZOMBIE]
    assert ask(pool, tmp_path, "read")["number"] == 1


def test_a_failure_names_no_word_of_the_page(pool: ReadersPool, tmp_path: Path) -> None:
    """An exception in reading keeps the reader and tells type and place only."""
    before = pool.pids
    with pytest.raises(ReaderError, match=r"ValueError at odd_reading.py:\d+") as failed:
        ask(pool, tmp_path, "fail member 9")
    assert "Sampleton" not in str(failed.value)
    assert not failed.value.retry
    assert pool.pids == before


def test_readers_end_with_their_parent(tmp_path: Path) -> None:
    """Killing the process that holds the pool ends its readers at once, even in the middle of a page."""
    program = (
        "import threading, time, datetime as dt, pathlib\n"
        "from desk.readers_pool import ReadersPool\n"
        "from ingest.pages import PageSource\n"
        f"folder = pathlib.Path({str(tmp_path)!r})\n"
        f"pool = ReadersPool(count=2, folder=folder / 'tmp', page_seconds=60, reading={READING!r})\n"
        "pool.warm_up(30)\n"
        "source = PageSource(1, 'slow 50', None, 0.0, 0.0).to_record()\n"
        "work = lambda: pool.read(source, received_on=dt.date(2026, 3, 4), upright_to=folder / 'u.png')\n"
        "threading.Thread(target=work, daemon=True).start()\n"
        "time.sleep(0.3)\n"
        "print(*pool.pids, flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=ROOT)
    assert parent.stdout is not None
    readers = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
    assert len(readers) == 2
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    _gone, alive = psutil.wait_procs(readers, timeout=3)
    assert not alive


def test_readers_stand_back_behind_the_desk(pool: ReadersPool, tmp_path: Path) -> None:
    """They are nicer than what started them, in sessions of their own; the reader that a clerk waits for is not."""
    own = os.nice(0)
    assert {psutil.Process(pid).nice() for pid in pool.pids} == {min(19, own + BACKGROUND)}
    assert {os.getsid(pid) for pid in pool.pids} == set(pool.pids)
    with ReadersPool(count=1, folder=tmp_path / "asked", page_seconds=5, reading=READING, level=0) as asked:
        asked.warm_up()
        assert psutil.Process(asked.pids[0]).nice() == own
