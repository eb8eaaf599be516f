"""Decoders are forked from a process that stands ready, and none of them outlives those who want it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ingest import decoder
from ingest.decoder_pool import Host, hosts
from ingest.limits import Limits
from ingest.unpack import unpack
from tests.ingest import making

ROOT = Path(__file__).resolve().parents[2]


def _told(tmp_path: Path, name: str = "a") -> dict[str, Any]:
    """What a decoder of :mod:`tests.ingest.child_tells` tells of itself."""
    original = tmp_path / name
    original.write_bytes(making.tiff(making.written_page(height=100)))
    unpack(original, tmp_path / f"{name}-pages", limits=Limits(crashes=0))
    told: dict[str, Any] = json.loads((tmp_path / f"{name}-pages" / "told").read_text())
    return told


def test_a_forked_decoder_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stands back, leads a session, has its limits and its own folder, and no file but its own."""
    monkeypatch.setattr(decoder, "_MODULE", "tests.ingest.child_tells")
    told, limits = _told(tmp_path), Limits()
    assert told["nice"] == min(19, os.nice(0) + 10)
    assert told["leads"]
    assert (told["memory"], told["cpu"], told["written"]) == (
        limits.memory_bytes, limits.cpu_seconds, limits.output_bytes,
    )  # fmt: skip
    assert told["folder"] == told["home"]
    assert not Path(told["folder"]).exists(), "its private folder is removed"
    assert not [place for place in told["files"] if place.startswith(("socket:", "pipe:"))]


def test_one_host_serves_file_after_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python starts once, not for every file; a host that died is replaced."""
    monkeypatch.setattr(decoder, "_MODULE", "tests.ingest.child_tells")
    first, second = _told(tmp_path, "a")["host"], _told(tmp_path, "b")["host"]
    assert first == second
    os.kill(first, signal.SIGKILL)
    assert _is_gone(first)
    assert _told(tmp_path, "c")["host"] != first


def test_after_a_time_out_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The decoder that hung and its host are gone, and the next file is decoded."""
    monkeypatch.setattr(decoder, "_MODULE", "tests.ingest.child_hangs")
    original = tmp_path / "original"
    original.write_bytes(making.tiff(making.written_page(height=100)))
    found = unpack(original, tmp_path / "pages", limits=Limits(wall_seconds=2.0))
    assert found.problem is not None
    assert found.problem.kind == "ingest.timeout"
    assert _is_gone(int((tmp_path / "pages" / "pid").read_text()))
    assert not [host for host in hosts.idle if host.module == "tests.ingest.child_hangs"]
    monkeypatch.undo()
    assert unpack(original, tmp_path / "again").problem is None


def test_an_idle_host_ends_with_its_parent(tmp_path: Path) -> None:
    """When the service is killed, no host is left behind."""
    original, said = tmp_path / "original", tmp_path / "host"
    original.write_bytes(making.tiff(making.written_page(height=100)))
    program = (
        "import time; from pathlib import Path\n"
        "from ingest.decoder_pool import hosts; from ingest.unpack import unpack\n"
        f"unpack(Path({str(original)!r}), Path({str(tmp_path / 'pages')!r}))\n"
        f"Path({str(said)!r}).write_text(str(hosts.idle[0].pid)); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT)
    deadline = time.monotonic() + 60
    while not (said.exists() and said.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert _is_gone(int(said.read_text()))


def test_a_host_that_cannot_load_its_decoder_dies_of_the_job() -> None:
    """It is told by None, not by waiting."""
    host = Host("tests.ingest.no_such_decoder")
    assert host.decode(b"{}", 60.0) is None
    host.close()
    assert not host.is_alive


def _is_gone(pid: int) -> bool:
    """Whether a process ends within half a minute."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (ProcessLookupError, FileNotFoundError):
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False
