"""Seconds from a file dropped into a watched folder to its request in the records.

    python bench/drop.py [--runs N]

Starts the service on a folder of its own, waits until its readers are warm, then drops one-page
and five-page faxes, one at a time, on an otherwise idle machine. Prints the median and the worst
of each, with the machine beside it. Runs on sample pages drawn anew, so that none is a duplicate.
"""

import argparse
import os
import platform
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 120


def wait_for_records(folder: Path) -> None:
    """Until the service has made its database and listens."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if (folder / "inlet.sqlite3").exists() and (folder / "inbox" / "fax").is_dir():
            time.sleep(5)  # the readers load their models
            return
        time.sleep(0.2)
    raise SystemExit("the service did not start; run it by hand to see why: inlet serve")


def seconds_to_request(folder: Path, fax: Path) -> float:
    """Drop one fax and poll the database itself, which costs the service nothing."""
    inbox = folder / "inbox" / "fax"
    connection = sqlite3.connect(f"file:{folder / 'inlet.sqlite3'}?mode=ro", uri=True)
    query = "SELECT count(*) FROM records_request"
    before = connection.execute(query).fetchone()[0]
    hidden = inbox / f".{fax.name}"
    shutil.copyfile(fax, hidden)
    began = time.monotonic()
    hidden.rename(inbox / fax.name)
    while connection.execute(query).fetchone()[0] == before:
        if time.monotonic() - began > PATIENCE:
            raise SystemExit(f"no request within {PATIENCE} s")
        time.sleep(0.05)
    took = time.monotonic() - began
    time.sleep(3)  # the notices are written; the machine is idle again
    return took


def join(pages: list[Path], out: Path) -> Path:
    """Several one-page faxes as one."""
    images = [Image.open(page) for page in pages]
    images[0].save(
        out, save_all=True, append_images=images[1:], compression="group4", dpi=images[0].info.get("dpi", (204, 196))
    )
    return out


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory(prefix="inlet-bench-") as name:
        folder = Path(name)
        made = folder / "made"
        subprocess.run(  # noqa: S603  (our own program)
            [sys.executable, "-m", "samples.make", "--count", str(runs * 6), "--condition", "light",
             "--resolution", "fine", "--seed", "77", "--out", str(made)],
            check=True, cwd=ROOT,
        )  # fmt: skip
        faxes = sorted(made.rglob("*.tif"))
        data = folder / "data"
        environment = os.environ | {
            "INLET_DATA_DIR": str(data),
            "INLET_REFERENCE_DIR": str(ROOT / "samples" / "reference"),
            "INLET_WEB_PORT": "0",
        }
        log = (folder / "service.log").open("wb")
        service = subprocess.Popen(
            [sys.executable, "-m", "desk.cli.main", "serve"], env=environment, stdout=log, stderr=log, cwd=ROOT
        )
        try:
            wait_for_records(data)
            singles = [fax for fax in faxes if _pages(fax) == 1]
            one = [seconds_to_request(data, fax) for fax in singles[:runs]]
            rest = singles[runs:]
            fives = [join(rest[i * 5 : i * 5 + 5], folder / f"five-{i}.tif") for i in range(min(runs, len(rest) // 5))]
            five = [seconds_to_request(data, fax) for fax in fives]
        finally:
            service.send_signal(signal.SIGTERM)
            service.wait(30)
    for what, took in (("one page", one), ("five pages", five)):
        print(f"{what}: median {statistics.median(took):.1f} s, worst {max(took):.1f} s, n = {len(took)}")
    print(f"machine: {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}")


def _pages(fax: Path) -> int:
    with Image.open(fax) as image:
        return getattr(image, "n_frames", 1)


if __name__ == "__main__":
    main()
