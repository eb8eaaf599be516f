"""The doctor's look at sending."""

from pathlib import Path

import pytest

from desk.config import load_settings
from desk.doctor import Health
from desk.doctor_sending import check_hand_overs, check_letters, check_words
from desk.errors import SettingsError
from desk.supervisor import prepare_records

_HEAD = "code,name,phones,faxes,email,questions_email,hours,handover,handover_target,source\n"


def test_a_healthy_installation_can_send(tmp_path: Path) -> None:
    """Words, fonts and hand-overs as shipped are well."""
    settings = load_settings(environment={}, data_dir=str(tmp_path))
    assert {check.health for check in (check_words(settings), check_letters(), check_hand_overs(settings))} == {
        Health.OK
    }


def test_a_faulty_text_of_the_plan_is_named(tmp_path: Path) -> None:
    """The file and its fault, before a notice needs it."""
    (tmp_path / "receipt.en.2030-1.toml").write_text('edition = "2030-1"')
    settings = load_settings(environment={}, data_dir=str(tmp_path), sending={"texts_dir": str(tmp_path)})
    check = check_words(settings)
    assert check.health is Health.FAULT
    assert "receipt.en.2030-1.toml" in check.found


@pytest.mark.django_db
def test_handing_over_to_ourselves_is_a_settings_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A processor whose fax is a line that we watch: the doctor says so and the service does not start."""
    folder = tmp_path / "tables"
    folder.mkdir()
    row = "CHME,CHME,+15105550143,+15105550100,,,,fax,+15105550100,made up\n"
    (folder / "processors.csv").write_text(_HEAD + row)
    settings = load_settings(
        environment={}, data_dir=str(tmp_path), reference_dir=str(folder),
        sources=[{"name": "fax", "path": str(tmp_path / "in"), "label": "510-555-0100"}],
    )  # fmt: skip
    check = check_hand_overs(settings)
    assert check.health is Health.FAULT
    assert "CHME" in check.found
    monkeypatch.setattr("django.core.management.call_command", lambda *_, **__: None)
    with pytest.raises(SettingsError, match="itself watches"):
        prepare_records(settings)
