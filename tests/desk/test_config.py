"""Settings: precedence, checks, and errors that name the remedy."""

import stat
from pathlib import Path

import pytest

from desk.config import Settings, load_settings, secret_key, setting_names
from desk.errors import SettingsError


def load(tmp_path: Path, text: str = "", environment: dict[str, str] | None = None, **overrides: object) -> Settings:
    """Load settings from a file with ``text`` and nothing of the real environment."""
    file = tmp_path / "conf" / "inlet.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    data = {"data_dir": str(tmp_path / "data")} | overrides
    return load_settings(file, environment=environment or {}, **data)


def test_every_setting_has_a_description() -> None:
    """docs/settings.md can say something about each setting."""
    assert all(Settings.model_fields[name].description for name in setting_names())


def test_environment_outranks_file(tmp_path: Path) -> None:
    """INLET_* variables win over inlet.toml, which wins over defaults."""
    settings = load(tmp_path, "web_port = 1111\npage_tries = 2", {"INLET_WEB_PORT": "2222"})
    assert (settings.web_port, settings.page_tries, settings.web_threads) == (2222, 2, 8)


@pytest.mark.parametrize(
    ("text", "known"),
    [("web_prot = 1", "web_port"), ('[[sources]]\nname="a"\npath="x"\nsetle_seconds=1', "settle_seconds")],
)
def test_unknown_key_names_the_nearest(tmp_path: Path, text: str, known: str) -> None:
    """A misspelt key is refused with the key that was meant."""
    with pytest.raises(SettingsError, match=known):
        load(tmp_path, text)


def test_unknown_variable_names_the_nearest(tmp_path: Path) -> None:
    """A misspelt environment variable is refused too."""
    with pytest.raises(SettingsError, match="INLET_READERS"):
        load(tmp_path, "", {"INLET_READRS": "2"})


def test_relative_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    """A source's path is found from the settings file, not from the working folder."""
    settings = load(tmp_path, '[[sources]]\nname="a"\npath="../in"')
    assert settings.all_sources[0].path == tmp_path / "in"


@pytest.mark.parametrize(
    "text",
    [
        '[[sources]]\nname = "a"\npath = "../data/outbox/x"',
        '[[sources]]\nname="a"\npath="../in"\n[[sources]]\nname = "b"\npath = "../in/deeper"',
        '[[sources]]\nname = "a"\npath = "../data/originals"',
        '[[sources]]\nname = "a"\npath = "."',
        '[[sources]]\nname = "a"\npath = "../x"\n[[sources]]\nname = "a"\npath = "../y"',
        'outbox_dir = "../o"\nheld_dir = "../o"',
        'time_zone = "Mars/Olympus"',
        'database_url = "mysql://x"',
        "web_port = 70000",
        "web_port = [",
    ],
)
def test_dangerous_or_senseless_settings_are_refused(tmp_path: Path, text: str) -> None:
    """Overlapping folders and impossible values stop Inlet before it starts."""
    with pytest.raises(SettingsError):
        load(tmp_path, text)


def test_data_never_lies_among_code(tmp_path: Path) -> None:
    """A data folder inside a package of the program is refused."""
    with pytest.raises(SettingsError, match="code"):
        load(tmp_path, data_dir=str(Path(__file__).resolve().parents[2] / "desk" / "var"))


def test_environment_round_trip(tmp_path: Path) -> None:
    """Another process that reads to_environment() has the same settings."""
    settings = load(
        tmp_path,
        'allowed_hosts = ["a", "b"]\nreaders = 3\nhttps = true\n[[sources]]\nname="a"\npath="../i\\"n"\nlabel="x"',
    )
    assert load_settings(environment=settings.to_environment()) == settings


def test_secret_key_is_private_and_kept(tmp_path: Path) -> None:
    """The key is made once, readable by its owner only, and a readable one is refused."""
    settings = load(tmp_path)
    key = secret_key(settings)
    file = settings.data_dir / "secret.key"
    assert len(key) >= 50
    assert secret_key(settings) == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        secret_key(settings)
