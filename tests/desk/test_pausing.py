"""A paused source keeps what comes where it is; resumed, it takes it."""

import threading
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings as DjangoSettings

from desk.cases.actor import Actor
from desk.cases.pausing import turn_source
from desk.config import load_settings
from desk.django_settings import storages_of
from desk.errors import DeskError, MoveRefusedError
from desk.lifecycle import Role
from desk.pipeline import watch as watch_module
from desk.pipeline.watch import Watch, watch_of
from desk.records.models import Arrival, AuditEvent, SourcePause
from tests.desk.sending_house import CLERK, SENIOR

pytestmark = pytest.mark.django_db
TOKEN = "a-token-that-nobody-would-guess"


@pytest.fixture(autouse=True)
def _sources(tmp_path: Path, settings: DjangoSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder and a provider's door."""
    (tmp_path / "in").mkdir()
    (tmp_path / "token").write_text(TOKEN)
    (tmp_path / "token").chmod(0o600)
    sources = [
        {"name": "line-a", "path": str(tmp_path / "in"), "settle_seconds": 0.0},
        {"name": "door", "kind": "http", "token_file": str(tmp_path / "token")},
    ]
    made = load_settings(environment={}, data_dir=str(tmp_path / "data"), readers=1, sources=sources)
    settings.INLET = made
    settings.STORAGES = storages_of(made)
    monkeypatch.setattr(watch_module.connections, "close_all", lambda: None)
    monkeypatch.setattr(watch_module, "PAUSE_SECONDS", 0.0)


def _look(watch: Watch) -> None:
    for pickup in watch.folder.look().pickups:
        watch._take(pickup, threading.Event())


def test_a_paused_folder_is_left_as_it_is(tmp_path: Path, settings: DjangoSettings) -> None:
    """The file lies there, the source says by whom it is paused; resumed, it becomes one arrival."""
    made = watch_of(settings.INLET.all_sources[0], settings.INLET)
    assert isinstance(made, Watch)
    turn_source("line-a", pause=True, reason="the line is being moved", actor=SENIOR)
    (tmp_path / "in" / "a.tif").write_bytes(b"II*\0one")
    _look(made)
    assert (tmp_path / "in" / "a.tif").exists()
    assert made.problem is not None
    assert made.problem.kind == "desk.paused"
    assert "Paused by sena: the line is being moved" in made.problem.message
    assert not Arrival.objects.exists()
    turn_source("line-a", pause=False, reason="", actor=SENIOR)
    _look(made)
    assert Arrival.objects.count() == 1
    assert made.problem is None


def test_a_paused_door_keeps_nothing() -> None:
    """503 with Retry-After; the other sources go on."""
    turn_source("door", pause=True, reason="moving", actor=SENIOR)

    def send() -> int:
        fax = {"file": SimpleUploadedFile("a.tif", b"II*\0one", "image/tiff")}
        return Client().post("/api/arrivals", fax, headers={"Authorization": f"Bearer {TOKEN}"}).status_code

    assert send() == 503
    assert not Arrival.objects.exists()
    turn_source("door", pause=False, reason="", actor=SENIOR)
    assert send() == 201


def test_a_pause_needs_a_reason_a_senior_and_a_source() -> None:
    """Nothing is kept otherwise; the same again changes nothing; both turns are audited."""
    for reason, source, actor, error in (
        ("", "door", SENIOR, DeskError),
        ("moving", "nowhere", SENIOR, DeskError),
        ("moving", "door", CLERK, MoveRefusedError),
        ("moving", "door", Actor("machine", frozenset({Role.MACHINE})), MoveRefusedError),
    ):
        with pytest.raises(error):
            turn_source(source, pause=True, reason=reason, actor=actor)
    assert not SourcePause.objects.exists()
    for pause in (True, True, False, False):
        turn_source("door", pause=pause, reason="moving", actor=SENIOR)
    assert SourcePause.objects.count() == 2
    assert set(AuditEvent.objects.values_list("action", flat=True)) == {"source.paused", "source.resumed"}
