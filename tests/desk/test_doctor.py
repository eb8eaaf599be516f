"""``inlet doctor`` names each fault with its remedy."""

from pathlib import Path

import pytest

from desk import doctor
from desk.config import load_settings
from desk.doctor import Health


def test_everything_that_is_looked_at_has_a_name_and_a_finding(tmp_path: Path) -> None:
    """On a sound machine no check is a fault, and each says what it found."""
    settings = load_settings(environment={}, data_dir=str(tmp_path / "var"))
    checks = doctor.check_installation(settings)
    assert {"Python", "SQLite", "Tesseract", "Fonts", "Readers", "Data folder", "Disk", "Time zone"} <= {
        check.name for check in checks
    }
    assert [check for check in checks if check.health is Health.FAULT] == []
    assert all(check.found for check in checks)
    assert not (tmp_path / "var").exists()


def test_old_python_and_old_sqlite_are_faults_with_remedies() -> None:
    """Python 3.10, and SQLite 3.40 under Python 3.12, cannot run Inlet."""
    assert doctor.check_python((3, 10, 2)).health is Health.FAULT
    assert doctor.check_sqlite((3, 40, 1), (3, 11)).health is Health.OK
    fault = doctor.check_sqlite((3, 40, 1), (3, 12))
    assert fault.health is Health.FAULT
    assert "pysqlite3-binary" in fault.remedy


def test_a_missing_tesseract_says_how_to_install_it() -> None:
    """The remedy is the line to run."""
    fault = doctor.check_tesseract("no-such-tesseract")
    assert fault.health is Health.FAULT
    assert "apt-get install tesseract-ocr" in fault.remedy


def test_missing_fonts_are_a_fault() -> None:
    """A machine without the notice fonts is told what to install."""
    fault = doctor.check_fonts(frozenset())
    assert fault.health is Health.FAULT
    assert "fonts-liberation" in fault.remedy


def test_a_file_in_a_folder_s_place_is_a_fault(tmp_path: Path) -> None:
    """A path that goes through a file names the setting to change."""
    (tmp_path / "file").write_text("")
    fault = doctor.check_folder("Outbox", tmp_path / "file" / "outbox", "outbox_dir")
    assert fault.health is Health.FAULT
    assert "outbox_dir" in fault.remedy


def test_a_secret_that_others_can_read_is_a_fault(tmp_path: Path) -> None:
    """The remedy is the chmod to run."""
    (tmp_path / "secret.key").write_text("x")
    (tmp_path / "secret.key").chmod(0o644)
    assert "chmod 600" in doctor.check_secret(tmp_path).remedy


@pytest.mark.parametrize(("free", "health"), [(2**20, Health.FAULT), (2**30, Health.WARNING), (2**40, Health.OK)])
def test_little_room_on_the_disk(free: int, health: Health, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Warned below two gibibytes, a fault below two hundred mebibytes."""
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _path: type("Usage", (), {"free": free}))
    assert doctor.check_disk(tmp_path).health is health
