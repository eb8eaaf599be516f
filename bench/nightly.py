"""How long a night's report and the supervisor's board take with many requests: ``python -m bench.nightly``.

Fills a database of its own with rows like those the pipeline writes, makes the night of today, prints
the seconds and the memory of it, and the times in which the board is answered, seen and unseen.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import TypeVar

from bench.peak import peak_mb

T = TypeVar("T")
_TIMES = 25


def main() -> int:
    """Run as the command line says; gives the exit status."""
    parser = argparse.ArgumentParser(description="Time the nightly report and the board.")
    parser.add_argument("--requests", type=int, default=20_000, help="requests in the records")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="inlet-nightly-") as folder:
        os.environ |= {"INLET_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "desk.django_settings"}
        measure(options.requests)
    return 0


def measure(count: int) -> None:
    """Fill the records, then time what a supervisor opens."""
    import django  # noqa: PLC0415  (set up on the folder above)

    django.setup()
    from django.contrib.auth.models import Group, User  # noqa: PLC0415  (as above)
    from django.core.management import call_command  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from bench.desk_rows import fill  # noqa: PLC0415
    from desk.nightly.nights import make_night, report_of  # noqa: PLC0415
    from reconcile.report.files import to_pdf, to_xlsx  # noqa: PLC0415

    call_command("migrate", interactive=False, verbosity=0)
    _timed(f"filling {count} requests", lambda: fill(count))
    night = _timed("the night, gathered, proven and kept", lambda: make_night(timezone.localdate(), timezone.now()))
    sys.stdout.write(f"{night.open_count} open items; {peak_mb():.0f} MB at most so far\n")
    report = _timed("the kept night opened", lambda: report_of(night))
    _timed("its PDF", lambda: to_pdf(report, organisation="Plan"))
    _timed("its workbook", lambda: to_xlsx(report))
    sys.stdout.write(f"{peak_mb():.0f} MB at most\n")
    user = User.objects.create_user("sue", password=None)
    user.groups.add(Group.objects.get(name="supervisor"))
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    took = []
    for _ in range(_TIMES):
        start = time.perf_counter()
        answer = client.get("/board/rows/")
        took.append(1000 * (time.perf_counter() - start))
        assert answer.status_code == 200, answer.status_code
    took.sort()
    late = took[int(0.95 * _TIMES)]
    sys.stdout.write(f"board: median {statistics.median(took):.0f} ms, p95 {late:.0f} ms, n = {_TIMES}\n")


def _timed(what: str, work: Callable[[], T]) -> T:
    wall, cpu = time.perf_counter(), time.process_time()
    made = work()
    sys.stdout.write(f"{what}: {time.perf_counter() - wall:.1f} s, {time.process_time() - cpu:.1f} CPU s\n")
    sys.stdout.flush()
    return made


if __name__ == "__main__":
    sys.exit(main())
