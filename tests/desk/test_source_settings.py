"""The settings of sources: what each kind has, and what would be dangerous."""

from pathlib import Path

import pytest

from desk.config import load_settings
from desk.errors import SettingsError
from desk.source_settings import SourceKind

_PLAIN = {"name": "fax", "path": "in"}


def _refused(tmp_path: Path, source: dict[str, object], **more: object) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(environment={}, data_dir=str(tmp_path / "data"), sources=[source], **more)
    return str(caught.value)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (_PLAIN | {"host": "mail.example.org"}, 'has no host; set kind = "imap"'),
        (_PLAIN | {"token_variable": "X"}, 'has no token_variable; set kind = "http"'),
        (_PLAIN | {"ticket_names": {"colour": "x"}}, "ticket_names has no 'colour'"),
        (_PLAIN | {"ticket_zone": "Mars/Olympus"}, "time zone 'Mars/Olympus' is not known"),
        (_PLAIN | {"name_pattern": "(unclosed"}, "is no regular expression"),
        (_PLAIN | {"name_pattern": "[0-9]+"}, "needs groups named after"),
        (_PLAIN | {"name_pattern": "(?P<colour>x)"}, "needs groups named after"),
        (_PLAIN | {"index_file": "../index.csv"}, "index_file"),
        (_PLAIN | {"name": "upload"}, "that is the desk's upload page"),
        ({"name": "web", "kind": "http"}, "needs one of token_file, token_variable"),
        ({"name": "web", "kind": "http", "token_file": "a", "token_variable": "B"}, "and only one"),
        ({"name": "web", "kind": "http", "token_variable": "INLET_X"}, "must not begin with INLET_"),
        ({"name": "web", "kind": "http", "token_variable": "X", "leave_files": True}, "reached by http and has no"),
    ],
)
def test_what_a_source_cannot_be_is_refused(tmp_path: Path, source: dict[str, object], words: str) -> None:
    """Each refusal names the source and what to do."""
    assert words in _refused(tmp_path, source)


def test_a_provider_s_door_has_a_spool_in_the_data_folder(tmp_path: Path) -> None:
    """Like a mailbox, it needs no path; and its settings travel to other processes whole."""
    source = {
        "name": "fax-provider",
        "kind": "http",
        "token_variable": "PROVIDER_TOKEN",
        "ticket_names": {"tsi": "x-y"},
    }
    settings = load_settings(environment={}, data_dir=str(tmp_path / "data"), sources=[source, _PLAIN | {"path": "/x"}])
    door = settings.all_sources[0]
    assert (door.kind, door.path) == (SourceKind.HTTP, tmp_path / "data" / "spool" / "fax-provider")
    again = load_settings(environment=settings.to_environment())
    assert again.all_sources == settings.all_sources


@pytest.mark.parametrize("key", ["reference_dir", "token_file", "database"])
def test_a_watched_folder_holds_nothing_that_is_read(tmp_path: Path, key: str) -> None:
    """Tables, secrets or a database in a watched folder would be taken for faxes and removed."""
    inbox = tmp_path / "in"
    sources: list[dict[str, object]] = [_PLAIN | {"path": str(inbox)}]
    more: dict[str, object] = {}
    if key == "reference_dir":
        more["reference_dir"] = str(inbox / "tables")
    elif key == "database":
        more["database_url"] = f"sqlite:///{inbox}/inlet.sqlite3"
    else:
        sources.append({"name": "web", "kind": "http", "token_file": str(inbox / "token")})
    with pytest.raises(SettingsError, match="would be taken for a fax; keep it elsewhere"):
        load_settings(environment={}, data_dir=str(tmp_path / "data"), sources=sources, **more)


def test_a_link_into_the_program_is_seen_through(tmp_path: Path) -> None:
    """A folder that is a link to our own code is refused like the code itself."""
    (tmp_path / "in").symlink_to(Path(__file__).resolve().parents[2] / "desk")
    assert "overlaps the program's code" in _refused(tmp_path, _PLAIN | {"path": str(tmp_path / "in")})


def test_two_sources_never_share_a_folder(tmp_path: Path) -> None:
    """One below the other would bring everything twice."""
    with pytest.raises(SettingsError, match="would come in twice"):
        load_settings(
            environment={},
            data_dir=str(tmp_path / "data"),
            sources=[_PLAIN | {"path": str(tmp_path / "a")}, {"name": "b", "path": str(tmp_path / "a" / "b")}],
        )
