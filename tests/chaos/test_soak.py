"""Every way in at once, for long, while things break: at the end the sums hold and nothing is there twice.

``SOAK_ARRIVALS=2000 make soak`` is the whole (as root, with a disk of its own that is filled); by default a
few dozen arrivals.
"""

import contextlib
import functools
import io
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.chaos.papers import as_mail, paper
from tests.chaos.scales import Scales
from tests.chaos.service import ROOT, Service
from tests.ingest.mailbox.certificates import make_certificates
from tests.ingest.mailbox.dovecot import PASSWORD, PROGRAM, Dovecot, running_dovecot
from tests.ingest.mailbox.proxy import CommandProxy

ARRIVALS = int(os.environ.get("SOAK_ARRIVALS", "40"))
pytestmark = [pytest.mark.chaos, pytest.mark.slow, pytest.mark.timeout(600 + 20 * ARRIVALS)]

MOST_MEMORY = 500 * 2**20
BACKLOG = 40
_PATIENCE = 1_200.0
_TELL_EVERY = 50
_ENDED = "SELECT count(*) FROM records_arrival WHERE state <> 'in_progress'"
TOKEN = "a-token-of-the-soak-that-nobody-guesses"
_SIGN_IN = """
import django; django.setup()
from django.contrib.auth import get_user_model, HASH_SESSION_KEY, SESSION_KEY, BACKEND_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from desk.cli.user import make_user
make_user("soak", ["clerk"], "a long enough phrase")
user = get_user_model().objects.get(username="soak")
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "desk.review.permissions.OneLook"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session["seen_at"] = timezone.now().isoformat()
session.set_expiry(86400)
session.save()
print(session.session_key)
"""


@dataclass
class World:
    """The service with all its ways in, and what was put into each of them and taken."""

    service: Service
    folder: Path
    dovecot: Dovecot
    user: str
    chance: random.Random
    disk: Path | None
    session: str = ""
    sent: Counter[str] = field(default_factory=Counter)
    episodes: Counter[str] = field(default_factory=Counter)
    retries: int = 0
    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """How many arrivals were put in."""
        return sum(self.sent.values())

    @property
    def ended(self) -> int:
        """How many arrivals have come to an end."""
        found = self.service.rows(_ENDED)
        return int(str(found[0][0])) if found else 0

    def await_room(self) -> None:
        """Wait while a backlog lies before the service, so that what breaks breaks work and not an idle house."""
        end = time.monotonic() + _PATIENCE
        while self.total - self.ended > BACKLOG:
            assert time.monotonic() < end, (dict(self.sent), self.ended)
            time.sleep(0.5)

    @property
    def address(self) -> str:
        """Where the desk listens now; a restart on a free port changes it."""
        return (self.service.data / "web.address").read_text().strip()

    def put(self, number: int) -> None:
        """Put one arrival in by one of the ways."""
        way = ("fax", "mailbox", "provider", "upload")[number % 4]
        {"fax": self._drop, "mailbox": self._mail, "provider": self._provide, "upload": self._upload}[way](number)
        self.sent[way] += 1
        self.kinds[paper(number).kind] += 1

    def _drop(self, number: int) -> None:
        found = paper(number)
        name = f"{number}{found.suffix}"
        (self.folder / f".{name}").write_bytes(found.data)
        if number % 3 == 0:
            (self.folder / f"{number}.json").write_text(json.dumps({"caller_id": "510-555-0142", "pages": 1}))
        (self.folder / f".{name}").rename(self.folder / name)

    def _mail(self, number: int) -> None:
        self.dovecot.deliver(self.user, as_mail(number, paper(number)))

    def _provide(self, number: int) -> None:
        found = paper(number)
        headers = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": f"soak-{number}"}
        self._post("api/arrivals", {"ticket": '{"pages": 1}'}, ("file", f"{number}{found.suffix}", found.data), headers)

    def _upload(self, number: int) -> None:
        found = paper(number)
        cookies = f"sessionid={self.session}; csrftoken={'s' * 32}"
        headers = {"Accept": "application/json", "X-CSRFToken": "s" * 32, "Cookie": cookies}
        self._post("upload/", {"once": f"soak{number}"}, ("files", f"{number}{found.suffix}", found.data), headers)

    def _post(self, path: str, fields: dict[str, str], file: tuple[str, str, bytes], headers: dict[str, str]) -> None:
        """Send a form until it is taken, as a provider's program does: the same key again after no answer or 503."""
        mark = uuid.uuid4().hex
        body = io.BytesIO()
        for key, value in fields.items():
            body.write(f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode())
        what, name, data = file
        body.write(f'--{mark}\r\nContent-Disposition: form-data; name="{what}"; filename="{name}"\r\n\r\n'.encode())
        body.write(data + f"\r\n--{mark}--\r\n".encode())
        form = {"Content-Type": f"multipart/form-data; boundary={mark}"}
        request = functools.partial(urllib.request.Request, data=body.getvalue(), headers=headers | form)
        end = time.monotonic() + 120
        while (status := self._answer(lambda: request(self.address + path))) not in {200, 201}:
            assert status in {0, 500, 503}, (path, status)
            log = self.service.log.read_text("utf-8", "replace")[-4000:]
            assert time.monotonic() < end, f"{path} was not taken in two minutes: {status}, {self.episodes}\n{log}"
            self.retries += 1
            time.sleep(0.5)

    @staticmethod
    def _answer(request: Callable[[], urllib.request.Request]) -> int:
        """The status of the answer, 0 when there was none: the service is gone, or just starting."""
        try:
            with urllib.request.urlopen(request(), timeout=30) as answer:  # noqa: S310  (loopback)
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except (OSError, ValueError):
            return 0

    def harm(self) -> None:
        """Break something, and mend what does not mend itself."""
        kind = self.chance.choice(["worker", "all", "disk", "worker", "web"] if self.disk else ["worker", "all", "web"])
        self.episodes[kind] += 1
        if kind == "worker":
            self.service.kill_worker()
        elif kind == "web":
            self.service.kill_web()
        elif kind == "all":
            self.service.kill_all()
            time.sleep(self.chance.uniform(0.0, 1.0))
            self.service.start()
        else:
            assert self.disk is not None
            with (self.disk / "filler").open("wb", buffering=0) as file, contextlib.suppress(OSError):
                while True:
                    file.write(bytes(256 * 1024))
            for number in range(2):
                late = 1_000_000 + 10 * self.episodes["disk"] + number
                self._drop(late)
                self.sent["fax"] += 1
                self.kinds[paper(late).kind] += 1
            time.sleep(3)
            (self.disk / "filler").unlink()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A service with a folder, a mailbox whose connection is cut now and then, a provider and the upload page."""
    if PROGRAM is None:
        pytest.skip("Dovecot is not installed; run: apt-get install dovecot-imapd")
    chance = random.Random(11)
    disk = _disk(tmp_path / "disk")
    data = (disk or tmp_path) / "data"
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (tmp_path / "token").write_text(TOKEN)
    (tmp_path / "token").chmod(0o600)
    certificates = make_certificates(tmp_path)
    with running_dovecot(certificates) as dovecot:
        user = dovecot.user()
        certificate = str(certificates.good)

        def cut(number: int, line: bytes) -> str | None:
            del line
            return chance.choice(["before", "after", "within"]) if number % 97 == 0 else None

        with CommandProxy(dovecot.plain_port, certificate, cut) as proxy:  # type: ignore[arg-type]  (one of its words)
            sources = (
                f'{{name = "fax", path = "{inbox}", settle_seconds = 0.2}}, '
                f'{{name = "mailbox", kind = "imap", host = "localhost", port = {proxy.port}, user = "{user}", '
                f'password_variable = "SOAK_PASSWORD", ca_file = "{certificates.authority}", poll_seconds = 2.0}}, '
                f'{{name = "provider", kind = "http", token_file = "{tmp_path / "token"}"}}'
            )
            service = Service(
                data,
                tmp_path / "service.log",
                INLET_SOURCES=f"[{sources}]", INLET_STORAGE_RETRY_SECONDS="2", SOAK_PASSWORD=PASSWORD,
                INLET_SESSION_MINUTES="1440",
            )  # fmt: skip
            try:
                made = World(service, inbox, dovecot, user, chance, disk)
                service.start()
                assert service.wait_until("SELECT count(*) > 0 FROM records_sourcestatus", 1, 60)
                made.session = _sign_in(service)
                yield made
            finally:
                service.stop()
    if disk:
        subprocess.run(["/bin/umount", "--lazy", str(disk)], check=False)


def _disk(place: Path) -> Path | None:
    """A disk of its own, to be filled; None where none can be mounted."""
    place.mkdir()
    size = f"size={150 + ARRIVALS // 2}m"
    command = ["/bin/mount", "-t", "tmpfs", "-o", size, "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        return None
    return place


def _sign_in(service: Service) -> str:
    """Make a clerk who is signed in; give the session's key."""
    environment = service.environment() | {"DJANGO_SETTINGS_MODULE": "desk.django_settings"}
    done = subprocess.run(
        [sys.executable, "-c", _SIGN_IN], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.split()[-1]


def test_after_everything_that_can_happen_the_sums_hold(world: World) -> None:
    """Each arrival is there once, by its way, in an end state; pages in are pages accounted for."""
    start = time.monotonic()
    harm_every = max(8, ARRIVALS // 60)
    with Scales(world.service) as scales:
        for number in range(ARRIVALS):
            world.await_room()
            world.put(number)
            if number % harm_every == harm_every - 1:
                world.harm()
            if number % _TELL_EVERY == _TELL_EVERY - 1:
                _tell(world, time.monotonic() - start, scales)
        total = world.total
        assert world.service.wait_until(_ENDED, total, 180 + 2 * BACKLOG * 12), (
            world.sent,
            world.service.rows("SELECT source, state, count(*) FROM records_arrival GROUP BY 1, 2"),
        )
    seconds = time.monotonic() - start
    _tell(world, seconds, scales)
    rows = world.service.rows("SELECT source, count(*) FROM records_arrival GROUP BY source")
    assert dict(rows) == dict(world.sent)  # type: ignore[arg-type]  (pairs)
    status = json.loads(
        subprocess.run(
            [sys.executable, "-m", "desk.cli.main", "status", "--json"], env=world.service.environment(), cwd=ROOT,
            capture_output=True, text=True, check=True,
        ).stdout
    )  # fmt: skip
    assert all(source["balanced"] for source in status["sources"])
    assert status["sums"]["in"] == total
    assert world.service.rows("SELECT count(*), count(DISTINCT pickup_key) FROM records_arrival") == [(total, total)]
    machine_s = (
        "SELECT id, problem_kind FROM records_arrival WHERE problem_kind IN ('desk.step_failed', 'desk.gave_up')"
    )
    assert not world.service.rows(machine_s)
    twice = "SELECT arrival_id FROM records_request GROUP BY arrival_id, position HAVING count(*) > 1"
    assert not world.service.rows(twice)
    firsts = "SELECT count(*), count(DISTINCT sha256) FROM records_arrival WHERE duplicate_of_id IS NULL"
    ((count, different),) = world.service.rows(firsts)
    assert count == different
    verified = subprocess.run(
        [sys.executable, "-m", "desk.cli.main", "doctor", "--verify"], env=world.service.environment(), cwd=ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert verified.returncode == 0, verified.stdout
    assert not [path for path in world.folder.iterdir() if path.is_file()]
    assert world.dovecot.count(world.user) == 0
    assert scales.most < MOST_MEMORY, scales.by_part
    _keep(world, status, seconds, scales)


def _tell(world: World, seconds: float, scales: Scales) -> None:
    """Say how far it is, for whoever waits (``SOAK_OUT``)."""
    if out := os.environ.get("SOAK_OUT"):
        Path(out).mkdir(parents=True, exist_ok=True)
        with (Path(out) / "soak-progress.txt").open("a", encoding="utf-8") as progress:
            progress.write(
                f"{seconds:.0f} s: {world.total} in, {world.ended} ended, {sum(world.episodes.values())} episodes, "
                f"{world.retries} sent again, {scales.last / 2**20:.0f} MB, most {scales.most / 2**20:.0f} MB\n"
            )


def _keep(world: World, status: dict[str, object], seconds: float, scales: Scales) -> None:
    """Leave figures and log where the caller wants them (``SOAK_OUT``)."""
    out = os.environ.get("SOAK_OUT")
    if not out:
        return
    waits: dict[str, list[float]] = {}
    rows = "SELECT source, 86400.0 * (julianday(registered_at) - julianday(received_at)) FROM records_arrival"
    for source, wait in world.service.rows(rows + " WHERE source IN ('fax', 'mailbox')"):
        waits.setdefault(str(source), []).append(float(str(wait)))
    problems = world.service.rows("SELECT problem_kind, count(*) FROM records_arrival GROUP BY 1")
    figures = {
        "median_seconds_to_record": {name: round(statistics.median(found), 1) for name, found in waits.items()},
        "sent": dict(world.sent), "papers": dict(world.kinds), "episodes": dict(world.episodes),
        "retries": world.retries, "seconds": round(seconds), "sums": status["sums"], "sources": status["sources"],
        "problems": {str(kind): count for kind, count in problems}, **scales.figures(),
    }  # fmt: skip
    (Path(out) / "soak.json").write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    shutil.copy(world.service.log, Path(out) / "soak.log")
