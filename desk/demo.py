"""The demo: a service on a folder of its own, the samples dropped into it, and what became of each.

Nothing here is special to the service it starts: the demo drops files and reads records, as a fax
server and a clerk would.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from desk import parent_death
from desk.cli.tables import blocks_table, coloured, request_block, sums_line
from desk.errors import DeskError

if TYPE_CHECKING:
    from desk.records.models import Arrival

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
SELECTION = SAMPLES / "demo.txt"
MARK = ".inlet-demo"
USER = "demo"
START_SECONDS = 180
STOP_SECONDS = 20
POLL_SECONDS = 0.3
DROP_GAP_SECONDS = 0.05


def run_demo(folder: Path, *, port: int, stay: bool, everything: bool, patience: int) -> int:
    """Run the demo and give the exit status: 0 only if every arrival reached an end state.

    ``folder`` is emptied first if an earlier demo made it, and refused if somebody else did.
    """
    console = Console()
    folder = folder.resolve()
    _empty(folder)
    port = port if port and _is_free(port) else _free_port()
    os.environ |= {
        "INLET_DATA_DIR": str(folder),
        "INLET_REFERENCE_DIR": str(SAMPLES / "reference"),
        "INLET_WEB_PORT": str(port),
        "INLET_RESCAN_SECONDS": "1",
    }
    os.environ.pop("INLET_CONFIG", None)
    password = secrets.token_urlsafe(9)
    _prepare(password)
    log = folder / "service.log"
    ended = False
    with log.open("wb") as output:
        signal.signal(signal.SIGTERM, _interrupt)
        service = subprocess.Popen(  # noqa: S603  (our own command)
            parent_death.command("desk.cli.main", "serve"), stdout=output, stderr=subprocess.STDOUT, cwd=folder
        )
        try:
            address = f"http://127.0.0.1:{port}/"
            _wait_for_desk(service, address, log)
            console.print(f"Inlet serves at {address} on {folder}")
            ended = _drop_and_watch(console, service, _samples(everything=everything), patience)
            _print_table(console)
            console.print(f"\nThe desk: [bold]{address}[/]  sign in as [bold]{USER}[/] with [bold]{password}[/]")
            console.print(f"Notices: {folder / 'outbox'} and {folder / 'held'}; log: {log}")
            if stay:
                console.print("Ctrl-C stops it.")
                service.wait()
        except KeyboardInterrupt:
            console.print("\nstopping")
        finally:
            _stop(service)
    return 0 if ended else 1


def _interrupt(_signal: int, _frame: object) -> None:
    """End as Ctrl-C does, so that the service is stopped too."""
    raise KeyboardInterrupt


def _empty(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise DeskError(f"{folder} holds something that no demo made; choose another with --folder")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARK).write_text("made by inlet demo, which empties this folder\n", "utf-8")


def _prepare(password: str) -> None:
    from desk.cli.records import open_records
    from desk.cli.user import make_user

    open_records(make=True)
    make_user(USER, ["supervisor"], password)


def _samples(*, everything: bool) -> list[Path]:
    """The files to drop, in order, so that a duplicate comes after its first."""
    chosen = SELECTION.read_text("utf-8").split()
    if everything:
        chosen += [
            f"{folder}/{path.name}"
            for folder in ("faxes", "mails")
            for path in sorted((SAMPLES / folder).iterdir())
            if not path.name.endswith(".json") and f"{folder}/{path.name}" not in chosen
        ]
    return [SAMPLES / name for name in chosen]


def _drop(path: Path) -> None:
    """Put a file into its inbox as a careful fax server does: hidden first, then renamed."""
    from desk.config import current_settings

    name = "mail" if path.parent.name == "mails" else "fax"
    inbox = next(source.path for source in current_settings().all_sources if source.name == name)
    inbox.mkdir(parents=True, exist_ok=True)
    hidden = inbox / f".{path.name}.part"
    shutil.copyfile(path, hidden)
    hidden.rename(inbox / path.name)


def _drop_and_watch(console: Console, service: subprocess.Popen[bytes], samples: list[Path], patience: int) -> bool:
    from desk.summary import arrival_sums

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    deadline = time.monotonic() + patience
    with Progress(*columns, console=console) as progress:
        dropping = progress.add_task("dropped", total=len(samples))
        ending = progress.add_task("ended", total=len(samples))
        for path in samples:
            _drop(path)
            progress.advance(dropping)
            time.sleep(DROP_GAP_SECONDS)
        while time.monotonic() < deadline:
            sums = arrival_sums()
            done = sums["in"] - sums["in_progress"]
            words = ", ".join(f"{n} {state.replace('_', ' ')}" for state, n in sums.items() if state != "in" and n)
            progress.update(ending, completed=done, description=f"ended ({words or 'none yet'})")
            if done >= len(samples) and not _work_is_open():
                return True
            if service.poll() is not None:
                console.print("[red]the service ended by itself; see the log[/]")
                return False
            time.sleep(POLL_SECONDS)
    console.print(f"[red]not every arrival ended within {patience} s[/]")
    return False


def _work_is_open() -> bool:
    """Whether a notice that is due has not been written yet."""
    from desk.lifecycle import NoticeState, TransmissionState
    from desk.records.models import Notice, Transmission, WorkItem

    return (
        WorkItem.objects.filter(passed_at=None).exists()
        or Notice.objects.filter(state=NoticeState.DRAFTED).exists()
        or Transmission.objects.filter(state=TransmissionState.INTENDED).exists()
    )


def _print_table(console: Console) -> None:
    """One block for each arrival and request, narrow enough for a terminal of eighty columns."""
    from desk import summary
    from desk.records.models import Arrival

    table = blocks_table("arrival", "what became of it", title="What became of them")
    for arrival in Arrival.objects.order_by("id"):
        pages = f"\n{arrival.page_count} page{'s' if arrival.page_count != 1 else ''}" if arrival.page_count else ""
        name = escape(arrival.file_name) + pages
        rows = [summary.request_row(request) for request in summary.requests_of([arrival])]
        for row in rows:
            table.add_row(name, request_block(row))
        if not rows:
            table.add_row(name, _without_request(arrival))
    console.print(table)
    console.print(sums_line(summary.arrival_sums()))


def _without_request(arrival: "Arrival") -> str:
    if arrival.duplicate_of_id:
        first = arrival.duplicate_of
        return f"{coloured(arrival.state)} of {escape(first.file_name if first else '')}: the same bytes"
    problem = escape(arrival.problem.message) if arrival.problem else "no request in it"
    return f"{coloured(arrival.state)}: {problem}"


def _wait_for_desk(service: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if service.poll() is not None:
            raise DeskError(f"the service did not start; its log says why: {log}")
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310  (our own http address)
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(POLL_SECONDS)
    raise DeskError(f"the desk did not answer within {START_SECONDS} s; the service's log: {log}")


def _stop(service: subprocess.Popen[bytes]) -> None:
    if service.poll() is None:
        service.send_signal(signal.SIGTERM)
        try:
            service.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            service.kill()
            service.wait()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
