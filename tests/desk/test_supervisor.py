"""The supervisor's rules, without a service: starting again with growing pauses, one service at a time."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from desk import supervisor
from desk.config import Settings, load_settings
from desk.errors import AlreadyRunningError, DeskError, SettingsError
from desk.locks import lock_file
from desk.supervisor import LONGEST_PAUSE, Child, _web_socket, make_folders


def test_a_child_that_ends_is_started_again_after_growing_pauses() -> None:
    """Half a second first, doubling up to the longest; a child that ran steadily begins anew."""
    child = Child("sleeper", lambda: subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"]))
    now, pauses = 0.0, []
    for _ in range(9):
        child.look_after(now)
        assert child.process is not None
        child.process.wait()
        child.look_after(now)
        pauses.append(child.not_before - now)
        child.look_after(child.not_before - 0.01)
        assert child.process is None
        now = child.not_before
    assert pauses == [0.5, 1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]
    child.look_after(now)
    assert child.process is not None
    child.process.wait()
    child.look_after(now + 61)
    assert child.not_before - (now + 61) == 0.5


def test_a_second_service_is_refused_with_the_first_ones_number(tmp_path: Path) -> None:
    """Two services on one data folder would both take the same files."""
    with lock_file(tmp_path / "serve.lock", "service"):
        refused = pytest.raises(AlreadyRunningError, match=rf"process {os.getpid()}\).*another data_dir")
        with refused, lock_file(tmp_path / "serve.lock", "service"):
            pass
    with lock_file(tmp_path / "serve.lock", "service"):
        pass


def test_a_taken_port_is_said_clearly(tmp_path: Path) -> None:
    """The sentence names the settings to change."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        settings = load_settings(environment={}, data_dir=str(tmp_path), web_port=other.getsockname()[1])
        with pytest.raises(SettingsError, match="web_port"), _web_socket(settings):
            pass


def test_folders_are_made_or_named(tmp_path: Path) -> None:
    """Every folder that is needed is made at start; one that cannot be made is named."""
    settings = load_settings(environment={}, data_dir=str(tmp_path / "data"))
    make_folders(settings)
    for folder in ("inbox/fax", "inbox/mail", "outbox", "held", "tmp"):
        assert (tmp_path / "data" / folder).is_dir()
    (tmp_path / "file").write_text("")
    settings = load_settings(environment={}, data_dir=str(tmp_path / "data"), outbox_dir=str(tmp_path / "file" / "x"))
    with pytest.raises(SettingsError, match="cannot be made"):
        make_folders(settings)


def test_records_are_prepared_in_a_process_of_their_own(inlet: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes wrong there is raised here with its kind and sentence; a child that just dies is said to be cut off."""

    def refuse(settings: Settings) -> None:
        del settings
        raise SettingsError("this leads back to what Inlet watches")

    monkeypatch.setattr(supervisor, "prepare_records", refuse)
    with pytest.raises(DeskError, match="leads back") as told:
        supervisor._prepare_apart(inlet)
    assert told.value.kind == SettingsError.kind
    monkeypatch.setattr(supervisor, "prepare_records", lambda _settings: os._exit(9))
    with pytest.raises(DeskError, match="cut off"):
        supervisor._prepare_apart(inlet)
    monkeypatch.setattr(supervisor, "prepare_records", lambda _settings: None)
    supervisor._prepare_apart(inlet)
