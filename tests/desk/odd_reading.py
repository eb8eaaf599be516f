"""A stand-in for reading a page that does what a page's name says: crash, hang, fail or read."""

import datetime as dt
import os
import signal
import subprocess
import time
from pathlib import Path

from extract.reading import PageReading
from ingest.pages import PageSource
from terms.names import TextSource


def read_page(source: PageSource, *, received_on: dt.date, upright_to: Path) -> PageReading:
    """Do what ``source.origin`` says."""
    deed, _, detail = source.origin.partition(" ")
    if deed == "crash":
        os.kill(os.getpid(), signal.SIGKILL)
    if deed == "crash-once" and not Path(detail).exists():
        Path(detail).write_text("crashed")
        os.kill(os.getpid(), signal.SIGKILL)
    if deed == "hang":
        subprocess.run(["sleep", "600"], check=False)  # noqa: S607
    if deed == "slow":
        time.sleep(float(detail))
    if deed == "fail":
        raise ValueError(f"Sampleton was on the page: {detail}")
    upright_to.write_bytes(b"upright")
    facts = {"received": received_on.isoformat(), "pid": str(os.getpid()), "threads": os.environ["OMP_THREAD_LIMIT"]}
    return PageReading(
        number=source.number, rotation=0, form=None, text_source=TextSource.OCR, legibility=1.0, facts=facts
    )
