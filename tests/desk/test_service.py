"""The whole service: what comes in comes out, trouble is said and mended, and nothing private is logged."""

import re
import sqlite3
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.chaos.service import Service

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
MARKED = ("Zebulonia", "Quorndonshire", "97654321C", "1947", "5550177", "Xylographer", "E0143")
TEXT = """Prior Authorization Request

Patient: Zebulonia Quorndonshire
DOB: 07/21/1947
Member ID: 97654321C
Phone: 510-555-0177

HCPCS E0143 Folding walker, wheeled   Qty 1
Diagnosis: R26.81

Ordering provider: Ima Xylographer, MD
NPI: 1234567893   Fax: 510-555-0151
"""
ENDED = "SELECT count(*) FROM records_arrival WHERE state <> 'in_progress'"
FONT = "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf"


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """Start a service with settings; it is stopped at the end whatever happens."""
    made: list[Service] = []

    def start(**settings: str) -> Service:
        made.append(Service(tmp_path / "data", **settings))
        return made[-1]

    yield start
    for service in made:
        service.stop()


def drop(service: Service, source: str, name: str, content: bytes) -> None:
    """Put a file into an inbox by renaming it into place."""
    inbox = service.data / "inbox" / source
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / f".{name}").write_bytes(content)
    (inbox / f".{name}").rename(inbox / name)


def drawn_fax(path: Path) -> bytes:
    """A fax page with the marked words, drawn at fax resolution."""
    page = Image.new("L", (1728, 1200), 255)
    ImageDraw.Draw(page).multiline_text((120, 80), TEXT, fill=0, font=ImageFont.truetype(FONT, 38), spacing=18)
    page.convert("1").save(path, compression="group4", dpi=(204, 196))
    return path.read_bytes()


def every_text(path: Path) -> str:
    """All that a database holds, as one text."""
    connection = sqlite3.connect(path)
    try:
        return "\n".join(connection.iterdump())
    finally:
        connection.close()


def test_no_word_of_a_page_reaches_logs_names_or_jobs(serve: Callable[..., Service], tmp_path: Path) -> None:
    """A fax, a mail and a broken file full of marked words: none in logs, file names or the engine."""
    service = serve(INLET_LOG_LEVEL="debug")
    drop(service, "fax", "Zebulonia Quorndonshire.tif", drawn_fax(tmp_path / "fax.tif"))
    mail = f"From: Zebulonia <z@clinic.example>\nTo: o@inlet.example\nSubject: Quorndonshire 97654321C\n\n{TEXT}"
    drop(service, "mail", "Xylographer.eml", mail.encode())
    drop(service, "fax", "1947.tif", TEXT.encode())
    service.start()
    assert service.wait_until(ENDED, 3, 90), service.log.read_text()[-3000:]
    assert service.wait_until("SELECT count(*) FROM records_notice WHERE state = 'drafted'", 0, 30)
    assert service.rows("SELECT count(*) FROM records_request")[0][0] == 2
    names = dict(service.rows("SELECT name, value FROM records_fieldrecord WHERE name = 'member.last_name'"))  # type: ignore[arg-type]
    assert names["member.last_name"] == "Quorndonshire", "the words were read, so they could have leaked"
    service.stop()
    # a year could stand in the microseconds of some line's time
    logged = re.sub(r'"timestamp": "[^"]*"', "", service.log.read_text())
    assert "arrival.assembled" in logged
    files = "\n".join(str(path.relative_to(service.data)) for path in service.data.rglob("*"))
    jobs = every_text(service.data / "pipeline.sqlite3")
    assert "assemble:1:1" in jobs
    for word in MARKED:
        assert word not in logged, f"{word} in the log"
        assert word not in files, f"{word} in a file name"
        assert word not in jobs, f"{word} in the engine's tables"


def test_storage_that_cannot_be_written_is_said_and_mended(serve: Callable[..., Service]) -> None:
    """While it lasts nothing is lost and the source or the log says why; afterwards all goes on by itself."""
    service = serve(INLET_STORAGE_RETRY_SECONDS="1")
    service.data.mkdir()
    for which in ("originals", "derived"):
        (service.data / which).write_text("a file where a folder should be")
    drop(service, "mail", "a.eml", f"From: a@b.example\nSubject: one\n\n{TEXT}".encode())
    page = Image.new("1", (864, 400), 1)
    ImageDraw.Draw(page).text((40, 40), "Order E0143", fill=0, font_size=60)
    page.save(service.data.parent / "b.tif", compression="group4", dpi=(204, 196))
    drop(service, "fax", "b.tif", (service.data.parent / "b.tif").read_bytes())
    service.start()
    troubled = "SELECT count(*) FROM records_sourcestatus WHERE problem_kind = 'desk.storage'"
    assert service.wait_until(troubled, 2, 60), service.log.read_text()[-3000:]
    assert len([p for p in (service.data / "inbox").rglob("*") if p.is_file()]) == 2
    (service.data / "originals").unlink()
    later = "SELECT max(reading_round) > 1 FROM records_arrival WHERE state = 'in_progress'"
    assert service.wait_until(later, 1, 60), service.log.read_text()[-3000:]
    assert not [p for p in (service.data / "inbox").rglob("*") if p.is_file()]
    (service.data / "derived").unlink()
    assert service.wait_until(ENDED, 2, 90), service.log.read_text()[-3000:]
    assert service.wait_until("SELECT count(*) FROM records_sourcestatus WHERE problem_kind <> ''", 0, 30)


def test_one_web_process_answers_when_the_other_is_gone(serve: Callable[..., Service]) -> None:
    """Two answer at one address; when one is killed the next caller is answered at once, and there are two again."""
    service = serve(INLET_WEB_PROCESSES="2")
    service.start()

    def answering() -> set[int]:
        return {process.pid for process in service.processes() if "desk.web" in process.cmdline()}

    def started() -> int:
        return service.log.read_text().count('"web.started"')

    def wait_for(count: int) -> None:
        deadline = time.monotonic() + 60
        while started() < count and time.monotonic() < deadline:
            time.sleep(0.1)
        assert started() == count, service.log.read_text()[-2000:]

    wait_for(2)
    before = answering()
    assert len(before) == 2
    assert service.kill_web()
    address = (service.data / "web.address").read_text().strip()
    with urllib.request.urlopen(f"{address}sign-in/", timeout=30) as page:  # noqa: S310  (the desk's own address)
        assert page.status == 200
    wait_for(3)
    after = answering()
    assert len(after) == 2
    assert len(before & after) == 1
