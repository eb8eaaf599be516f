"""Which folders the settings may name: none that would mix what comes in with code, settings, secrets or each other."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desk.config import Settings

CODE = ("terms", "ingest", "extract", "classify", "outbound", "reconcile", "desk", "samples")
FILES = (".venv", ".git", "docs", "tests", "bench", "requirements")
_CODE_ROOT = Path(__file__).resolve().parent.parent


def check_folders(settings: "Settings") -> None:
    """Refuse folders that overlap what they must not.

    Raises ``ValueError`` naming both settings, both folders and the remedy.
    """
    folders = {"data_dir": settings.data_dir, "outbox_dir": settings.outbox, "held_dir": settings.held}
    sources = {f"source {s.name!r}": s.path for s in settings.all_sources}
    _check_guarded(settings, folders | sources)
    _check_read(settings, sources)
    _check_each_other(settings, sources)
    if settings.outbox == settings.held:
        msg = "outbox_dir and held_dir are the same folder; held notices would be sent"
        raise ValueError(msg)


def _holds(outer: Path, inner: Path) -> bool:
    return outer == inner or outer in inner.parents


def _overlap(one: Path, other: Path) -> bool:
    return _holds(one, other) or _holds(other, one)


def _check_guarded(settings: "Settings", folders: Mapping[str, Path]) -> None:
    """Keep everything that is written to or watched away from the program and its settings."""
    guarded = [(_CODE_ROOT / name, "the program's code") for name in CODE]
    guarded += [(_CODE_ROOT / name, "the program's own files") for name in FILES]
    if settings.config_file:
        guarded.append((settings.config_file, "the settings file"))
    for key, folder in folders.items():
        for place, what in guarded:
            if _overlap(folder, place):
                msg = f"{key} ({folder}) overlaps {what} ({place}); give it a folder of its own"
                raise ValueError(msg)


def _check_read(settings: "Settings", sources: Mapping[str, Path]) -> None:
    """Keep what the settings name to be read out of folders whose files are taken."""
    for key, folder in sources.items():
        for what, place in _read_places(settings):
            if _holds(folder, place):
                msg = f"{key} ({folder}) holds {what} ({place}), which would be taken for a fax; keep it elsewhere"
                raise ValueError(msg)


def _read_places(settings: "Settings") -> Iterator[tuple[str, Path]]:
    if settings.reference_dir:
        yield "reference_dir", settings.reference_dir
    if settings.database_url.startswith("sqlite:///"):
        yield "the database", Path(settings.database_url.removeprefix("sqlite:///"))
    for source in settings.all_sources:
        for key in ("password_file", "token_file", "ca_file"):
            path: Path | None = getattr(source, key)
            if path is not None:
                yield f"{key} of source {source.name!r}", path


def _check_each_other(settings: "Settings", sources: Mapping[str, Path]) -> None:
    """Keep watched folders apart from each other, from what is sent, and from where Inlet keeps its files."""
    watched = list(sources.items())
    sent = [("outbox_dir", settings.outbox), ("held_dir", settings.held)]
    private = (settings.data_dir / "originals", settings.data_dir / "derived")
    for index, (key, folder) in enumerate(watched):
        for other, place in watched[index + 1 :] + sent:
            if _overlap(folder, place):
                msg = f"{key} ({folder}) overlaps {other} ({place}); what is sent or watched there would come in twice"
                raise ValueError(msg)
        if folder == settings.data_dir or any(_holds(p, folder) for p in private):
            msg = f"{key} ({folder}) is where Inlet keeps its own files; watch another folder"
            raise ValueError(msg)
