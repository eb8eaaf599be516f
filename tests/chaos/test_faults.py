"""What the world around does to Inlet: a full disk, a locked database, storage that is gone, a second service."""

import os
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.chaos.service import Service

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(240)]
_SECONDS = 60.0
_ENDED = "SELECT count(*) FROM records_arrival WHERE state <> 'in_progress'"


@contextmanager
def _serving(data: Path, inbox: Path, **settings: str) -> Iterator[Service]:
    """A service that watches ``inbox``; stopped at the end whatever happens."""
    inbox.mkdir(exist_ok=True)
    sources = f'[{{name = "line-a", path = "{inbox}", settle_seconds = 0.1}}]'
    service = Service(data, INLET_SOURCES=sources, INLET_STORAGE_RETRY_SECONDS="1", **settings)
    try:
        service.start()
        yield service
    finally:
        service.stop()


def _drop(inbox: Path, number: int, size: int = 0) -> None:
    """Put a file in that no reader is needed for: it ends in quarantine, as something unknown."""
    (inbox / f".{number}.tif").write_bytes(f"no picture {number} ".encode() + os.urandom(size))
    (inbox / f".{number}.tif").rename(inbox / f"{number}.tif")


def _until(true: Callable[[], object], seconds: float = _SECONDS) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.2)
    return False


def _whole(service: Service, inbox: Path, count: int) -> None:
    """Everything came in once, is stored, and left the folder."""
    assert service.wait_until(_ENDED, count, _SECONDS), service.log.read_text("utf-8", "replace")[-3000:]
    assert service.rows("SELECT count(*), count(DISTINCT sha256) FROM records_arrival") == [(count, count)]
    for (name,) in service.rows("SELECT original FROM records_arrival"):
        assert (service.data / "originals" / str(name)).is_file()
    assert _until(lambda: not list(inbox.iterdir()))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own for the data, small enough to be filled."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a disk of its own")
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(
        ["/bin/mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"no disk of its own can be mounted here: {done.stderr.strip()}")
    yield place
    subprocess.run(["/bin/umount", "--lazy", str(place)], check=False)


def test_a_full_disk_is_waited_out(small_disk: Path, tmp_path: Path) -> None:
    """With no byte left for files or database nothing is lost; with room again it goes on by itself."""
    inbox = tmp_path / "inbox"
    with _serving(small_disk / "data", inbox) as service:
        _drop(inbox, 0)
        assert service.wait_until(_ENDED, 1, _SECONDS)
        filler = small_disk / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(64 * 1024))
            except OSError:
                pass  # full, as it should be
        for number in range(1, 6):
            _drop(inbox, number, size=200_000)
        time.sleep(6)
        assert len(list(inbox.glob("*.tif"))) == 5
        assert service.runs
        log = service.log.read_text("utf-8", "replace")
        assert "desk.storage_full" in log or "desk.not_taken" in log
        filler.unlink()
        _whole(service, inbox, 6)


@pytest.mark.slow
def test_a_locked_database_is_waited_out(tmp_path: Path) -> None:
    """Somebody holds the database for half a minute: files wait where they lie, then all come in."""
    inbox = tmp_path / "inbox"
    with _serving(tmp_path / "data", inbox) as service:
        _drop(inbox, 0)
        assert service.wait_until(_ENDED, 1, _SECONDS)
        lock = sqlite3.connect(service.data / "inlet.sqlite3", timeout=30, isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
        for number in range(1, 4):
            _drop(inbox, number)
        time.sleep(25)
        lock.execute("ROLLBACK")
        lock.close()
        _whole(service, inbox, 4)


@pytest.mark.slow
def test_storage_that_is_gone_is_waited_out(tmp_path: Path) -> None:
    """Originals cannot be written: files wait, the source says why; when they can, all come in."""
    inbox, data = tmp_path / "inbox", tmp_path / "data"
    with _serving(data, inbox) as service:
        _drop(inbox, 0)
        assert service.wait_until(_ENDED, 1, _SECONDS)
        (data / "originals").rename(data / "away")
        (data / "originals").write_text("no folder")
        for number in range(1, 4):
            _drop(inbox, number)
        told = "SELECT problem_kind FROM records_sourcestatus WHERE name = 'line-a'"
        assert service.wait_until(told, "desk.storage", _SECONDS)
        assert len(list(inbox.glob("*.tif"))) == 3
        (data / "originals").unlink()
        (data / "away").rename(data / "originals")
        _whole(service, inbox, 4)
        assert service.wait_until(told, "", _SECONDS)


@pytest.mark.slow
def test_two_services_on_one_folder_take_each_file_once(tmp_path: Path) -> None:
    """The second says that the folder is watched, and takes over when the first is killed."""
    inbox = tmp_path / "inbox"
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    with _serving(tmp_path / "one" / "data", inbox) as first:
        _drop(inbox, 0)
        assert first.wait_until(_ENDED, 1, _SECONDS)
        with _serving(tmp_path / "two" / "data", inbox) as second:
            told = "SELECT problem_kind FROM records_sourcestatus WHERE name = 'line-a'"
            assert second.wait_until(told, "ingest.folder_taken", _SECONDS)
            _drop(inbox, 1)
            assert first.wait_until(_ENDED, 2, _SECONDS)
            first.kill_all()
            _drop(inbox, 2)
            _whole(second, inbox, 1)
            assert second.wait_until(told, "", _SECONDS)


def test_a_second_service_on_the_data_is_refused_in_words(tmp_path: Path) -> None:
    """It ends at once and names the process that runs; the first goes on."""
    inbox = tmp_path / "inbox"
    with _serving(tmp_path / "data", inbox) as service:
        assert _until(lambda: service.rows("SELECT 1 FROM records_sourcestatus"), 2 * _SECONDS)
        again = Service(service.data, INLET_SOURCES=f'[{{name = "line-a", path = "{inbox}"}}]')
        again.start()
        assert _until(lambda: not again.runs)
        again.stop()
        assert "already runs on" in service.log.read_text("utf-8", "replace")
        _drop(inbox, 0)
        _whole(service, inbox, 1)
