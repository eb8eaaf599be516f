"""The same service on PostgreSQL: arrivals are read, and a dead worker's work is adopted by the next."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.chaos.service import Service

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.timeout(300)]
ROOT = Path(__file__).resolve().parents[2]
BINARIES = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
ORDER = """From: a{n}@b.example
Subject: order {n}

Patient: Quilla Sampleton
HCPCS E0143 Folding walker
Diagnosis: R26.81
"""


class OnPostgres(Service):
    """A service whose records live in PostgreSQL."""

    url = ""

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Read from the records, beside the service; nothing while they are not made yet."""
        try:
            with psycopg.connect(self.url) as connection:
                return connection.execute(query).fetchall()  # type: ignore[arg-type]
        except psycopg.errors.UndefinedTable:
            return []


@pytest.fixture
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL cluster of its own on a free port, with an empty database."""
    if BINARIES is None:
        pytest.skip("PostgreSQL is not installed here")
    folder = tmp_path_factory.mktemp("postgres")
    user = "postgres" if os.getuid() == 0 else None
    if user:
        root = Path(tempfile.gettempdir())
        for place in (folder, *(each for each in folder.parents if root in each.parents)):
            place.chmod(0o755)
        shutil.chown(folder, user)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = folder / "data"
    _run(user, "initdb", "-D", data, "-U", "inlet", "--auth=trust", "-E", "UTF8")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    _run(user, "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    try:
        with psycopg.connect(f"postgresql://inlet@127.0.0.1:{port}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE inlet")
        yield f"postgresql://inlet@127.0.0.1:{port}/inlet"
    finally:
        _run(user, "pg_ctl", "-D", data, "-m", "immediate", "stop")


def _run(user: str | None, program: str, *words: str | Path) -> None:
    """Run one of PostgreSQL's programs, as the user that it insists on."""
    assert BINARIES is not None
    subprocess.run([BINARIES / program, *words], check=True, user=user, stdout=subprocess.DEVNULL, cwd="/")


def test_a_dead_workers_arrivals_are_adopted(url: str, tmp_path: Path) -> None:
    """Orders by mail, the worker killed under them: each ends processed, with one request and one notice."""
    service = OnPostgres(tmp_path / "data", INLET_DATABASE_URL=url)
    service.url = url
    inbox = service.data / "inbox" / "mail"
    inbox.mkdir(parents=True)
    for number in range(6):
        (inbox / f"{number}.eml").write_text(ORDER.format(n=number))
    try:
        service.start()
        assert service.wait_until("SELECT count(*) > 2 FROM records_page", True, 60), service.log.read_text()[-2000:]  # noqa: FBT003
        assert service.kill_worker()
        ended = "SELECT count(*) FROM records_arrival WHERE state = 'processed'"
        assert service.wait_until(ended, 6, 120), service.log.read_text()[-3000:]
        assert service.wait_until("SELECT count(*) FROM records_notice WHERE state = 'drafted'", 0, 60)
        assert service.rows("SELECT count(*), count(DISTINCT arrival_id) FROM records_request") == [(6, 6)]
        assert service.rows("SELECT count(*) FROM records_requests_holding('quill:* & walker:*')") == [(6,)]
        once = "SELECT count(*), count(DISTINCT notice_id) FROM records_transmission"
        released = service.rows("SELECT count(*) FROM records_request WHERE released_revision > 0")[0][0]
        assert service.rows(once) == [(released, released)]
    finally:
        service.stop()


def test_what_the_desk_finds(url: str, tmp_path: Path) -> None:
    """Searches and the queue, their tests once more on PostgreSQL."""
    own = f"--basetemp={tmp_path / 'own'}"  # pytest closes the folder that it shares to everybody else
    tests = ("tests/desk/test_search.py", "tests/desk/review/test_queue.py")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", own, *tests]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"INLET_DATABASE_URL": url}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout
