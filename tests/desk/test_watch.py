"""Watched folders as the worker sees them: what is taken, what hinders, what is told."""

import datetime as dt
import os
import threading
import time
from pathlib import Path

import pytest
from django.db import OperationalError
from PIL import Image, ImageDraw

from desk.config import Settings, load_settings
from desk.errors import StorageFullError
from desk.pipeline import steps
from desk.pipeline import watch as watch_module
from desk.pipeline.door_watch import DoorWatch
from desk.pipeline.watch import Watch, take, watch_of
from desk.records.models import Arrival, SourceStatus
from desk.source_settings import SourceSettings
from desk.sources import accounts
from ingest.folder import FolderSource, Pickup
from tests.ingest.making import tiff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kept_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """The watch closes its thread's connections after each file; here they are the test's own."""
    monkeypatch.setattr(watch_module.connections, "close_all", lambda: None)


def _watch(inlet: Settings, tmp_path: Path, **more: object) -> Watch:
    inbox = tmp_path / "in"
    inbox.mkdir(exist_ok=True)
    made = watch_of(SourceSettings(name="line-a", path=inbox, settle_seconds=0.0, label="the line", **more), inlet)  # type: ignore[arg-type]  (settings as they come)
    assert isinstance(made, Watch)
    return made


class _Stop(threading.Event):
    """Stops the watch after so many waits."""

    def __init__(self, waits: int) -> None:
        super().__init__()
        self.left = waits

    def wait(self, timeout: float | None = None) -> bool:
        """Count, and stop after the last."""
        del timeout
        self.left -= 1
        if self.left <= 0:
            self.set()
        return self.is_set()


def _taken(watch: Watch) -> list[Pickup]:
    """Let the watch take what lies there now."""
    found = []
    for pickup in watch.folder.look().pickups:
        watch._take(pickup, threading.Event())
        found.append(pickup)
    return found


def test_a_folder_that_may_only_be_read_gives_each_file_once(inlet: Settings, tmp_path: Path) -> None:
    """Files stay; a restart asks the arrivals which were taken; a changed file is a new one."""
    watch = _watch(inlet, tmp_path, leave_files=True)
    (tmp_path / "in" / "a.tif").write_bytes(b"one")
    (tmp_path / "in" / "b.tif").write_bytes(b"two")
    assert len(_taken(watch)) == 2
    again = _watch(inlet, tmp_path, leave_files=True)
    assert _taken(again) == []
    (tmp_path / "in" / "a.tif").write_bytes(b"changed")
    assert len(_taken(again)) == 1
    assert Arrival.objects.count() == 3
    assert sorted(p.name for p in (tmp_path / "in").iterdir()) == ["a.tif", "b.tif"]


def test_a_thousand_files_that_stay_cost_a_few_questions_at_start(
    inlet: Settings, tmp_path: Path, django_assert_max_num_queries: object
) -> None:
    """The arrivals are asked in bulk, not file by file."""
    watch = _watch(inlet, tmp_path, leave_files=True)
    for number in range(1000):
        (tmp_path / "in" / f"{number}.tif").write_bytes(b"1")
    with django_assert_max_num_queries(3):  # type: ignore[operator]  (a fixture of pytest-django)
        assert len(watch.folder.look().pickups) == 1000


def test_receipt_is_the_ticket_s_time_and_never_in_the_future(inlet: Settings, tmp_path: Path) -> None:
    """The ticket's time, else the file's; a clock that jumped back does not make tomorrow's receipts."""
    watch = _watch(inlet, tmp_path)
    moment = "2026-03-02T09:00:00-08:00"
    (tmp_path / "in" / "a.tif").write_bytes(b"1")
    (tmp_path / "in" / "a.json").write_text(f'{{"received_at": "{moment}", "pages": 2}}')
    (tmp_path / "in" / "b.tif").write_bytes(b"2")
    (tmp_path / "in" / "b.json").write_text('{"received_at": "2099-01-01T00:00:00Z"}')
    _taken(watch)
    a, b = Arrival.objects.order_by("file_name")
    assert a.received_at == dt.datetime.fromisoformat(moment)
    assert b.received_at <= dt.datetime.now(dt.UTC)
    assert a.facts["call"]["pages"] == 2


@pytest.mark.parametrize(
    ("error", "kind"),
    [(StorageFullError("full"), "desk.storage_full"), (OperationalError("locked"), "desk.not_taken"),
     (OSError(5, "input/output error"), "desk.not_taken")],
)  # fmt: skip
def test_what_cannot_be_taken_stays_and_is_taken_later(
    inlet: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, kind: str
) -> None:
    """A full disk, a locked database, a failing disk: the file stays, the source says why, then goes on by itself."""
    watch = _watch(inlet, tmp_path)
    (tmp_path / "in" / "a.tif").write_bytes(b"1")

    def fail(*_: object) -> int:
        raise error

    monkeypatch.setattr(watch_module, "take", fail)
    stop = _Stop(1)
    for pickup in watch.folder.look().pickups:
        watch._take(pickup, stop)
    assert watch.problem is not None
    assert watch.problem.kind == kind
    assert (tmp_path / "in" / "a.tif").exists()
    monkeypatch.setattr(watch_module, "take", take)
    assert len(_taken(watch)) == 1
    assert watch.problem is None
    assert not (tmp_path / "in" / "a.tif").exists()
    assert Arrival.objects.count() == 1


def test_a_second_service_on_the_folder_is_told_so(inlet: Settings, tmp_path: Path) -> None:
    """It takes nothing, says why, and takes over when the first is gone."""
    watch = _watch(inlet, tmp_path)
    (tmp_path / "in" / "a.tif").write_bytes(b"1")
    with FolderSource("other", tmp_path / "in", exclusive=True):
        watch.run(_Stop(2))
        assert watch.problem is not None
        assert watch.problem.kind == "ingest.folder_taken"
        assert Arrival.objects.count() == 0


def test_a_database_that_is_gone_while_files_stay_is_no_crash(
    inlet: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The memory of what was taken cannot be asked: nothing is taken, the source says so."""
    watch = _watch(inlet, tmp_path, leave_files=True)
    (tmp_path / "in" / "a.tif").write_bytes(b"1")

    def gone(**_: object) -> None:
        raise OperationalError("no such server")

    monkeypatch.setattr(Arrival.objects, "filter", gone)
    watch.run(_Stop(2))
    assert watch.problem is not None
    assert watch.problem.kind == "desk.not_taken"
    monkeypatch.undo()
    assert Arrival.objects.count() == 0


def test_status_is_written_when_the_clock_jumps_back(inlet: Settings, tmp_path: Path) -> None:
    """How a source does is told by seconds that pass, and the row says faults and why it is polled."""
    watch = _watch(inlet, tmp_path)
    (tmp_path / "in" / "link.tif").symlink_to(tmp_path)
    watch.folder.look()
    watch.folder.silent = "it lies on another machine, which tells no events"
    stop = _Stop(1)
    watch_module.report_status((watch,), stop)
    row = SourceStatus.objects.get(name="line-a")
    assert (row.faults, row.problem_kind) == (1, "ingest.not_a_plain_file")
    assert "another machine" in row.silent


def test_what_lies_wrong_in_a_folder_is_named(inlet: Settings, tmp_path: Path) -> None:
    """Whoever is told to remove a link learns which: ten by their names below the folder, the rest by count."""
    watch = _watch(inlet, tmp_path)
    (tmp_path / "in" / "below").mkdir()
    for number in range(12):
        (tmp_path / "in" / "below" / f"{number}.tif").symlink_to(tmp_path)
    watch.folder.look()
    watch_module.report_status((watch,), _Stop(1))
    row = SourceStatus.objects.get(name="line-a")
    assert row.faults == 12
    assert len(row.faulty) == watch_module.MOST_NAMED
    assert {"entry": "below/0.tif", "message": row.problem_message} in row.faulty
    SourceStatus.objects.filter(name="line-a").update(name="fax")  # the settings of this test know that one
    account = next(each for each in accounts(inlet) if each.name == "fax")
    assert (account.is_named, account.unnamed) == (True, 2)


@pytest.fixture
def door(tmp_path: Path) -> DoorWatch:
    """A provider's door with a token that is there."""
    token = tmp_path / "token"
    token.write_text("secret-token-of-the-test\n")
    token.chmod(0o600)
    source = {"name": "provider", "kind": "http", "token_file": str(token)}
    settings = load_settings(environment={}, data_dir=str(tmp_path / "data"), sources=[source])
    settings.all_sources[0].path.mkdir(parents=True)
    made = watch_of(settings.all_sources[0], settings)
    assert isinstance(made, DoorWatch)
    return made


def test_a_door_says_when_its_token_cannot_be_read(door: DoorWatch, tmp_path: Path) -> None:
    """A missing or open token file is the source's problem until it is mended; the secret is never told."""
    door.look()
    assert door.problem is None
    (tmp_path / "token").chmod(0o644)
    door.look()
    assert door.problem is not None
    assert "chmod 600" in door.problem.message
    assert "secret-token" not in door.problem.message
    (tmp_path / "token").write_text("short")
    (tmp_path / "token").chmod(0o600)
    door.look()
    assert door.problem is not None
    assert "shorter than 24" in door.problem.message


def test_a_door_sweeps_out_what_broke_off(door: DoorWatch) -> None:
    """A transfer of an hour ago is removed, one under way is counted."""
    old, fresh = door.source.path / "a.part", door.source.path / "b.part"
    for path in (old, fresh):
        path.write_bytes(b"1")
    past = time.time() - 7200
    os.utime(old, (past, past))
    door.look()
    assert (door.waiting, old.exists(), fresh.exists()) == (1, False, True)


_TOLD = {
    "fax.json": b'{"caller_id": "510-555-0142", "pages": 5}',
    "fax.tif.json": b'{"fax": {"from": "510-555-0142", "pageCount": "5"}}',
    "fax.xml": b"<fax><caller>510-555-0142</caller><pagecount>5</pagecount></fax>",
    "fax.csv": b"caller_id,pages\n510-555-0142,5\n",
    "index.csv": b"file,caller_id,pages\nfax.tif,510-555-0142,5\n",
}


@pytest.mark.parametrize("ticket", _TOLD)
def test_four_pages_of_five_are_a_partial_fax_whatever_tells_of_five(
    inlet: Settings, tmp_path: Path, ticket: str
) -> None:
    """JSON, XML, CSV beside the file or a line of an index: the arrival has its problem as soon as it is unpacked."""
    watch = _watch(inlet, tmp_path, index_file="index.csv")
    (tmp_path / "in" / ticket).write_bytes(_TOLD[ticket])
    strip = Image.new("1", (864, 220), 1)
    ImageDraw.Draw(strip).text((40, 80), "Folding walker", fill=0, font_size=40)
    (tmp_path / "in" / "fax.tif").write_bytes(tiff(*[strip] * 4))
    assert len(_taken(watch)) == 1
    arrival = Arrival.objects.get()
    steps.unpack_arrival(arrival.pk, 1)
    arrival.refresh_from_db()
    assert (arrival.page_count, arrival.problem_kind) == (4, "ingest.pages_short")
    assert "counted 5 pages and 4" in arrival.problem_message
    assert arrival.facts["call"]["caller_id"] == "510-555-0142"
