"""Speed of the way out on one core: notices to PDF, pages to fax TIFF, reading back.

``nice .venv/bin/python bench/outbound.py [SECONDS]`` prints, for each, how many a second and the middle
and slowest time, over differing notices (each its own reference, so that nothing is found again).
Speed is given by processor time (what one core does when nothing else wants it) and by the clock.
PDFium runs in this one process; the service has another one that stays for the next papers, which is
measured apart, its processor time included.
"""

import io
import itertools
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PIL import Image

from outbound.compose import code128
from outbound.faximage import tiff_of_pdf
from outbound.faxtiff import fax_tiff
from outbound.notices import NoticeData, NoticeKind
from outbound.readback import not_read_back, wanted
from outbound.render import render_pdf
from terms.reference import CaseReference
from tests.outbound import made_up

KINDS = (NoticeKind.RECEIPT, NoticeKind.INFORMATION_REQUEST, NoticeKind.DENIAL, NoticeKind.RESEND)


def _notices(kind: NoticeKind) -> Callable[[], NoticeData]:
    """Give a fresh notice at each call."""
    first = made_up.any_notice(kind)

    def fresh() -> NoticeData:
        reference = CaseReference.new().value
        return replace(first, reference=reference, barcode=code128(reference) if first.barcode else "")

    return fresh


def _measure(name: str, act: Callable[[], int], seconds: float) -> None:
    """Do ``act`` (it gives how many units it made) for a while and print its speed."""
    act()
    times, units, end = [], 0, time.perf_counter() + seconds
    before = _processor_seconds()
    while time.perf_counter() < end:
        start = time.perf_counter()
        made = act()
        times.append(time.perf_counter() - start)
        units += made
    used = _processor_seconds() - before
    print(
        f"{name:44} {units / used:7.1f} a second of processor time, {units / sum(times):6.1f} by the clock  "
        f"n={units:5}  middle {statistics.median(times) * 1000:7.1f} ms  slowest {max(times) * 1000:7.1f} ms"
    )


def _processor_seconds() -> float:
    """Processor time of this process and of those that it started, ended or not."""
    times = os.times()
    ended = times.children_user + times.children_system
    return times.user + times.system + ended + sum(_seconds_of(pid) for pid in _children())


def _children() -> list[str]:
    """The processes that this one started and that still run."""
    return " ".join(path.read_text("ascii") for path in Path("/proc/self/task").glob("*/children")).split()


def _seconds_of(pid: str) -> float:
    """Processor time of a running process (proc_pid_stat(5), fields 14 and 15)."""
    fields = Path("/proc", pid, "stat").read_text("ascii", "replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(seconds: float) -> None:
    """Measure everything on one core."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    for kind in KINDS:
        fresh = _notices(kind)
        _measure(f"PDF of one {kind.value}", lambda make=fresh: len([render_pdf(make())]), seconds)
    papers = itertools.cycle([render_pdf(_notices(kind)()) for kind in KINDS for _ in range(4)])
    for resolution in ("fine", "standard"):
        _measure(
            f"pages to fax TIFF, {resolution}",
            lambda how=resolution: _pages(tiff_of_pdf(next(papers), how)),
            seconds,
        )
    _measure("pages to fax TIFF, as the service does", lambda: _pages(fax_tiff(next(papers))), seconds)
    data = [_notices(kind)() for kind in KINDS for _ in range(3)]
    faxes = itertools.cycle([(each, tiff_of_pdf(render_pdf(each), "fine")) for each in data])
    missed = []

    def read_back() -> int:
        each, tiff = next(faxes)
        missed.extend(not_read_back(tiff, wanted(each), pages=9))
        return 1

    _measure("notices read back", read_back, max(seconds, 20.0))
    print(f"words that did not come back: {len(missed)}")


def _pages(tiff: bytes) -> int:
    """How many pages a fax TIFF of ours has: each has one tag that counts them."""
    with Image.open(io.BytesIO(tiff)) as image:
        return int(getattr(image, "n_frames", 1))


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0)
