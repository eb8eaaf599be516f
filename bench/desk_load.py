"""How quick the desk is with 100,000 requests, under 20 clerks, while the worker reads faxes.

    python -m bench.desk_load                       SQLite
    python -m bench.desk_load --database postgresql  a PostgreSQL cluster of its own (Debian's)

Fills a fresh installation (bench/desk_rows.py), serves it as ``inlet serve`` does, keeps faxes of
samples/faxes coming, and has clerks work through waitress by HTTP: each opens the queue, searches,
opens the next request, and refreshes in the background as the pages do. Once everybody is signed in and
the service is warm (``--warm-up`` seconds: readers load their models, twenty passwords are checked, pages
are put together for the first time) it counts. Prints the latencies of each kind of page: middle, 95th of
a hundred, worst, and how many were asked for.
"""

import argparse
import contextlib
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "a long enough phrase"  # noqa: S105  (of people who exist for the length of this run)
POLL = {"X-Inlet-Poll": "1"}
WANTED_MS = 150.0


@contextlib.contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL cluster of its own in ``folder``, new or kept, with its defaults; gives its database's address."""
    binaries = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)))
    user = "postgres" if os.getuid() == 0 else None
    place = folder / "postgres"
    place.mkdir(exist_ok=True)
    folder.chmod(0o755)
    if user:
        shutil.chown(place, user)

    def run(program: str, *words: str | Path) -> None:
        subprocess.run([binaries / program, *words], check=True, user=user, stdout=subprocess.DEVNULL, cwd="/")  # noqa: S603

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = place / "data"
    is_new = not data.exists()
    if is_new:
        run("initdb", "-D", data, "-U", "inlet", "--auth=trust", "-E", "UTF8")
    run(
        "pg_ctl",
        "-D",
        data,
        "-w",
        "-l",
        place / "log",
        "-o",
        f"-p {port} -k {place} -c listen_addresses=127.0.0.1",
        "start",
    )
    try:
        if is_new:
            run("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "inlet", "inlet")
        yield f"postgresql://inlet@127.0.0.1:{port}/inlet"
    finally:
        run("pg_ctl", "-D", data, "-m", "fast", "stop")


def prepare(settings: dict[str, str], count: int, clerks: int) -> None:
    """Make the records, the people and the rows, in a process of its own."""
    code = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'desk.django_settings'\n"
        "import django; django.setup()\n"
        "from django.core.management import call_command; call_command('migrate', interactive=False, verbosity=0)\n"
        "from desk.cli.user import make_user\n"
        f"[make_user(f'clerk{{n}}', ['clerk'], {PASSWORD!r}) for n in range({clerks})]\n"
        f"from bench.desk_rows import fill; fill({count})\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=os.environ | settings)  # noqa: S603  (our own code)


class Clerk(threading.Thread):
    """One person at the desk: works, rests a few seconds, and has a page open that refreshes itself."""

    def __init__(
        self, number: int, root: str, counted: tuple[float, float], took: dict[str, list[float]], faults: list[str]
    ) -> None:
        super().__init__(name=f"clerk{number}", daemon=True)
        self._root, self._took, self._faults = root, took, faults
        self._since, self._until = counted
        self._rng = random.Random(number)
        self._session = requests.Session()
        self._tags: dict[str, str] = {}

    def run(self) -> None:
        """Sign in, then work until the time is up."""
        page = self._session.get(f"{self._root}/sign-in/", timeout=60)
        token = page.text.split('name="csrfmiddlewaretoken" value="', 1)[1].split('"', 1)[0]
        form = {"username": self.name, "password": PASSWORD, "csrfmiddlewaretoken": token}
        answer = self._session.post(f"{self._root}/sign-in/", form, timeout=60)
        if answer.url.rstrip("/") != self._root:
            self._faults.append(f"{self.name} was not let in: {answer.status_code}")
            return
        acts: list[Callable[[], None]] = [
            self._queue,
            self._search,
            self._search_pages,
            self._open_next,
            self._open_next,
        ]
        time.sleep(self._rng.uniform(0, 4))
        while time.monotonic() < self._until:
            self._rng.choice(acts)()
            for _ in range(self._rng.randint(1, 2)):
                time.sleep(self._rng.uniform(1.0, 3.0))
                self._refresh()

    def _get(self, kind: str, path: str, headers: dict[str, str] | None = None) -> requests.Response:
        began = time.monotonic()
        answer = self._session.get(self._root + path, headers=headers, timeout=60)
        if began >= self._since:
            self._took[kind].append((time.monotonic() - began) * 1000)
        if answer.status_code not in {200, 304}:
            self._faults.append(f"{kind}: {answer.status_code}")
        return answer

    def _queue(self) -> None:
        self._get("queue", self._rng.choice(["/", "/", "/?shelf=incomplete", "/?shelf=all", "/?urgent=1", "/?page=3"]))

    def _search(self) -> None:
        words = ["Sampl", "Mockup", "91", "555-0", "E1390", "Doe E0143", "K0001 fau", "1234"]
        self._get("search", f"/?q={self._rng.choice(words)}")

    def _search_pages(self) -> None:
        words = ["oxygen saturation", "gait unsteady walker", "apnea E0601", "postpartum", "certify"]
        self._get("search in pages", f"/?q={self._rng.choice(words)}")

    def _open_next(self) -> None:
        self._get("open next", "/queue/next/")

    def _refresh(self) -> None:
        path = "/queue/rows/?shelf=attention"
        answer = self._get("refresh", path, POLL | {"If-None-Match": self._tags.get(path, "")})
        self._tags[path] = answer.headers.get("ETag", "")


def serve_and_measure(
    settings: dict[str, str], folder: Path, clerks: int, warm_up: float, seconds: float, *, faxes: bool
) -> bool:
    """Serve, let the clerks work, print the table; give whether every page is quick enough and none failed."""
    log = (folder / "service.log").open("wb")
    service = subprocess.Popen(
        [sys.executable, "-m", "desk.cli.main", "serve"], cwd=ROOT, env=os.environ | settings, stdout=log, stderr=log
    )
    took: dict[str, list[float]] = defaultdict(list)
    faults: list[str] = []
    try:
        root = _address(folder / "data" / "web.address", service)
        since = time.monotonic() + warm_up
        until = since + seconds
        people = [Clerk(number, root, (since, until), took, faults) for number in range(clerks)]
        for clerk in people:
            clerk.start()
        fed = _feed(folder / "data" / "inbox" / "fax", until) if faxes else 0
        for clerk in people:
            clerk.join()
    finally:
        service.terminate()
        service.wait(30)
    return _report(took, faults, fed)


def _address(file: Path, service: "subprocess.Popen[bytes]") -> str:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and service.poll() is None:
        if file.exists():
            root = file.read_text().strip().rstrip("/")
            with contextlib.suppress(requests.RequestException):
                requests.get(f"{root}/sign-in/", timeout=5)
                return root
        time.sleep(0.2)
    raise SystemExit("the service did not start")


def _feed(inbox: Path, until: float) -> int:
    """Keep one fax in the inbox all the time, so that the readers always read; give how many were dropped."""
    samples = sorted((ROOT / "samples" / "faxes").glob("*.tif"))
    fed = 0
    while time.monotonic() < until:
        if inbox.is_dir() and not any(inbox.iterdir()):
            content = samples[fed % len(samples)].read_bytes() + fed.to_bytes(4, "big")  # no two are the same file
            (inbox / f"{fed}.part").write_bytes(content)
            (inbox / f"{fed}.part").rename(inbox / f"{fed}.tif")
            fed += 1
        time.sleep(0.5)
    return fed


def _report(took: dict[str, list[float]], faults: list[str], fed: int) -> bool:
    print(f"{'page':<18}{'n':>7}{'p50 ms':>9}{'p95 ms':>9}{'worst':>9}")
    good = not faults
    for kind, times in sorted(took.items()):
        p95 = statistics.quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]
        good &= p95 < WANTED_MS
        print(f"{kind:<18}{len(times):>7}{statistics.median(times):>9.0f}{p95:>9.0f}{max(times):>9.0f}")
    print(f"faxes handed in meanwhile: {fed}; faults: {len(faults)} {sorted(set(faults))[:5]}")
    return good


def main() -> int:
    """Run it; exit status 1 when some page was slower than wanted or failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--clerks", type=int, default=20)
    parser.add_argument("--warm-up", type=float, default=25.0, help="seconds before it counts")
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--no-faxes", action="store_true", help="without the worker having anything to read")
    parser.add_argument("--keep", type=Path, help="a folder to fill once and use again")
    args = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = args.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="desk-load-")))
        folder.mkdir(parents=True, exist_ok=True)
        settings = {"INLET_DATA_DIR": str(folder / "data"), "INLET_WEB_PORT": "0", "INLET_LOG_LEVEL": "warning"}
        if args.database == "postgresql":
            settings["INLET_DATABASE_URL"] = stack.enter_context(postgres(folder))
        if not (folder / "filled").exists():
            began = time.monotonic()
            prepare(settings, args.requests, args.clerks)
            print(f"{args.requests} requests written in {time.monotonic() - began:.0f} s")
            (folder / "filled").touch()
        good = serve_and_measure(settings, folder, args.clerks, args.warm_up, args.seconds, faxes=not args.no_faxes)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
