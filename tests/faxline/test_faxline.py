"""The whole way with real parts: a call comes in, is received, read and routed, and the answer goes out by fax.

Debian's HylaFAX with two soft modems wired to each other, in real time; some minutes. One modem is
Inlet's line, the other the provider's machine. ``make test-faxline`` runs it.
"""

import csv
import datetime as dt
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytesseract
import pytest
from PIL import Image

from outbound.lines.hylafax import HylaFaxServer, HylaFaxTransport
from outbound.transport import Stage, Submission
from reconcile.ledger import CallKind
from reconcile.xferfaxlog import read_xferfaxlog
from tests.chaos.service import ROOT, Service
from tests.faxline.cutting import CuttingProxy
from tests.faxline.hylafax import HylaFax, hylafax, missing

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1500),
    pytest.mark.skipif(bool(missing()), reason=missing() or "-"),
    pytest.mark.xdist_group("hylafax"),
]
OURS, THEIRS = "5105550100", "5105550199"
SAMPLE = ROOT / "samples" / "faxes" / "chme_order_gaps.tif"
NPI = "1893833487"
"""The provider of the sample, whose verified fax number is the other modem's."""


@dataclass
class House:
    """Everything that runs: the fax server, Inlet, and the folder of what the provider's machine received."""

    server: HylaFax
    service: Service
    proxy: CuttingProxy
    environment: dict[str, str]
    provider: Path
    modems: tuple[str, str]

    def clerk(self, *words: str) -> None:
        """Let the clerk act."""
        command = [sys.executable, "-m", "tests.faxline.clerk", *words]
        subprocess.run(command, check=True, cwd=ROOT, env=self.environment, timeout=120)


def _reference(folder: Path) -> Path:
    """The sample tables, with the provider's verified number being the other modem's."""
    made = folder / "reference"
    shutil.copytree(ROOT / "samples" / "reference", made)
    rows = list(csv.reader((made / "providers.csv").read_text("utf-8").splitlines()))
    place = {name: rows[0].index(name) for name in ("npi", "fax", "fax_verified")}
    for row in rows[1:]:
        if row[place["npi"]] == NPI:
            row[place["fax"]], row[place["fax_verified"]] = f"+1{THEIRS}", "yes"
    with (made / "providers.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return made


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """Fax server with modems, Inlet watching what the first one receives and sending by it."""
    folder = Path(tempfile.mkdtemp(prefix="inlet-faxline-"))
    folder.chmod(0o755)
    program = folder / "t31pair"
    source = ROOT / "tests" / "faxline" / "t31pair.c"
    compiler = shutil.which("gcc") or "gcc"
    libraries = ("-lspandsp", "-ltiff", "-lm", "-lutil")
    subprocess.run([compiler, "-O2", "-w", "-o", str(program), str(source), *libraries], check=True)
    drops = {name: folder / name for name in ("inbox", "provider")}
    for drop in drops.values():
        drop.mkdir()
        drop.chmod(0o777)
    with hylafax() as server, CuttingProxy(server.port, hold="JSUBM") as proxy:
        dispatch = (ROOT / "docs" / "hylafax" / "FaxDispatch").read_text("utf-8")
        chosen = f'case "$DEVICE" in *a) INLET_FOLDER={drops["inbox"]} ;; *) INLET_FOLDER={drops["provider"]} ;; esac\n'
        (server.spool / "etc" / "FaxDispatch").write_text(chosen + dispatch, "utf-8")
        modems = server.add_modems(program, (OURS, THEIRS))
        settings = {
            "INLET_SOURCES": f'[{{name = "fax", path = "{drops["inbox"]}", label = "510-555-0100"}}]',
            "INLET_REFERENCE_DIR": str(_reference(folder)),
            "INLET_STATION_ID": OURS,
            "INLET_STORAGE_RETRY_SECONDS": "3",
            "INLET_SENDING": '{fax_way = "hylafax", poll_seconds = 1.0, routine_pauses = [0.1], urgent_pauses = [0.1], '
            f'hylafax_port = {proxy.port}, hylafax_modem = "{modems[0]}"}}',
        }
        service = Service(folder / "data", **settings)
        environment = os.environ | settings | {"INLET_DATA_DIR": str(folder / "data")}
        service.start()
        try:
            yield House(server, service, proxy, environment, drops["provider"], modems)
        finally:
            proxy.let_go.set()
            service.stop()
    shutil.rmtree(folder, ignore_errors=True)


def _wait(found: Callable[[], object], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.5)


def _sends(server: HylaFax, key: str) -> list[str]:
    """The lines of the fax server's own log about calls made for a key."""
    log = server.spool / "log" / "xferfaxlog"
    lines = log.read_text("latin-1").splitlines() if log.exists() else []
    return [line for line in lines if "\tSEND\t" in line and f'"{key}"' in line]


def _words(tiff: bytes) -> list[set[str]]:
    """What each page says, read by Tesseract."""
    pages = []
    with Image.open(io.BytesIO(tiff)) as image:
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            lines = float(image.info["dpi"][1])
            square = image.convert("L").resize((1728, round(image.height * 204 / lines)))
            pages.append(set(pytesseract.image_to_string(square, config="--psm 4 --dpi 204").split()))
    return pages


def test_a_fax_is_called_in_answered_by_fax_once_and_busy_numbers_are_tried_again(house: House) -> None:
    """Received, dropped, read, routed, asked back by fax through a kill; read back from the other machine."""
    service, server = house.service, house.server
    caller = HylaFaxTransport(HylaFaxServer(port=server.port, modem=house.modems[1]))
    inbound = Submission(
        key="inbound:1", number=f"+1{OURS}", verified=True, reason="", reference="", kind="", pages=1, urgent=False,
        pdf=b"", tiff=SAMPLE.read_bytes(),
    )  # fmt: skip
    receipt = caller.submit(inbound, now=dt.datetime.now(dt.UTC))
    _wait(lambda: caller.status(receipt).stage is Stage.DELIVERED, 240)
    assert service.wait_until("SELECT count(*) FROM records_request", 1, 300)
    (reference, state), *_ = service.rows("SELECT reference, state FROM records_request")
    assert state == "needs_review"
    ((facts,),) = service.rows("SELECT facts FROM records_arrival")
    assert THEIRS in str(facts)
    _wait(lambda: all("Running and idle" in server.modem_state(name) for name in house.modems), 120)
    house.clerk(str(reference))

    # the answer of JSUBM is kept back: the job is queued, and nothing of it is written down yet
    assert house.proxy.held.wait(120)
    assert service.rows("SELECT state FROM records_transmission") == [("intended",)]
    assert service.kill_worker()
    house.proxy.let_go.set()
    notice = "SELECT state FROM records_notice WHERE kind = 'information_request' ORDER BY id LIMIT 1"
    assert service.wait_until(notice, "delivered", 300)
    tries = service.rows(
        "SELECT n.kind, t.key, t.failure, t.detail, t.pages, n.tiff FROM records_transmission t"
        " JOIN records_notice n ON n.id = t.notice_id ORDER BY t.id"
    )
    times = service.rows(
        "SELECT strftime('%s', t.submitted_at) - strftime('%s', n.created_at), strftime('%s', t.finished_at)"
        " - strftime('%s', n.created_at) FROM records_transmission t JOIN records_notice n ON n.id = t.notice_id"
    )
    sys.stdout.write(
        f"seconds from release to the line and to delivery: {times}, tries: {[row[1:5] for row in tries]}\n"
    )
    assert {row[0] for row in tries} == {"information_request"}
    # each try is one job and one call, that of the kill too; only a call that failed was followed by another
    assert [len(_sends(server, str(row[1]))) for row in tries] == [1] * len(tries)
    assert [bool(row[2]) for row in tries] == [True] * (len(tries) - 1) + [False]
    _kind, _key, _failure, _detail, pages, tiff = tries[-1]
    _wait(lambda: list(house.provider.glob("*.tif")), 60)
    (received,) = house.provider.glob("*.tif")
    sent, came = _words((service.data / "derived" / str(tiff)).read_bytes()), _words(received.read_bytes())
    assert len(came) == len(sent) == pages
    for ours, theirs in zip(sent, came, strict=True):
        assert len(ours & theirs) > 0.97 * len(ours)
    assert any(reference in page for page in came)

    for number, failure in (("510-555-0000", "busy"), ("510-555-0001", "no_answer")):
        house.clerk(str(reference), number)
        tries = "SELECT count(*) FROM records_transmission WHERE failure = "
        _wait(lambda count=tries, why=failure: service.rows(f"{count}'{why}'")[0][0] >= 2, 240)
    assert service.rows("SELECT count(*) FROM records_transmission WHERE state = 'delivered'") == [(1,)]
    _check_log(server)


def _check_log(server: HylaFax) -> None:
    """The fax server's own log reads in full: what was received, sent with its pages, and given up.

    ``FAXLINE_LOG`` names a file to keep it in, as tests/reconcile/xferfaxlog is one.
    """
    text = (server.spool / "log" / "xferfaxlog").read_text("latin-1")
    if keep := os.environ.get("FAXLINE_LOG"):
        Path(keep).write_text(text, "utf-8")
    log = read_xferfaxlog(text.splitlines(), ZoneInfo("UTC"))
    assert log.oddities == ()
    kinds = {call.kind for call in log.calls}
    assert {CallKind.RECV, CallKind.SEND} <= kinds
    assert any(call.kind is CallKind.SEND and not call.reason and call.pages for call in log.calls)
    assert any(call.kind is CallKind.SEND and call.reason for call in log.calls)
