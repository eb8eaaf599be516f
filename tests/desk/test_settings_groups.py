"""Tables of settings: keys, paths, environment."""

from pathlib import Path

import pytest

from desk.config import Settings, load_settings
from desk.errors import SettingsError

LOGS = '[report]\nat = "05:30"\nacknowledgements = "../acks"\n[[report.fax_logs]]\npath = "../log/xferfaxlog"\n'


def load(tmp_path: Path, text: str, environment: dict[str, str] | None = None) -> Settings:
    """Load settings from a file with ``text``."""
    file = tmp_path / "conf" / "inlet.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return load_settings(file, environment=environment or {}, data_dir=str(tmp_path / "data"))


def test_paths_of_a_table_are_relative_to_the_file(tmp_path: Path) -> None:
    """Those in a list of tables within it too."""
    report = load(tmp_path, LOGS + 'source = "fax"\n').report
    assert report.acknowledgements == tmp_path / "acks"
    assert report.fax_logs[0].path == tmp_path / "log" / "xferfaxlog"


def test_tables_survive_the_way_to_another_process(tmp_path: Path) -> None:
    """A child that reads the environment has the same table, lists of tables included."""
    settings = load(tmp_path, LOGS + 'lines = { ttyS0 = "fax" }\n')
    assert load_settings(environment=settings.to_environment()).report == settings.report


def test_variable_holds_a_table(tmp_path: Path) -> None:
    """``INLET_REPORT`` outranks the file."""
    assert load(tmp_path, '[report]\nat = "05:30"\n', {"INLET_REPORT": '{ at = "04:00" }'}).report.at == "04:00"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[report]\nmailto = ["a@example.org"]', "mail_to"),
        (LOGS + 'sorce = "fax"', "source"),
        (LOGS, "whose calls"),
        (LOGS + 'source = "fax"\nzone = "Mars/Olympus"', "zone"),
        (LOGS + 'source = "fax"\nformat = "csv"', "columns"),
        ('[report]\nat = "25:00"', "report.at"),
        ("report = 3", "report"),
    ],
)
def test_faulty_table_is_refused_with_the_remedy(tmp_path: Path, text: str, told: str) -> None:
    """A misspelt key names the one that was meant; an impossible value says what is wrong."""
    with pytest.raises(SettingsError, match=told):
        load(tmp_path, text)


def test_faulty_variable_is_refused(tmp_path: Path) -> None:
    """A variable that holds no table is an error that shows one."""
    for text in ("{ at = ", "3"):
        with pytest.raises(SettingsError, match="INLET_REPORT is not a table"):
            load(tmp_path, "", {"INLET_REPORT": text})
