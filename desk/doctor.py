"""What ``inlet doctor`` looks at: each check is a value with the remedy for its fault.

A check never raises for what it looks for; ``WARNING`` means Inlet works but someone should act
soon, ``FAULT`` that something will not work.
"""

import importlib.util
import os
import platform
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pytesseract

from desk.config import Settings
from outbound.render import fonts_found

MINIMUM_PYTHON = (3, 11)
MINIMUM_SQLITE = (3, 37)
SQLITE_FOR_NEW_PYTHON = (3, 42)
DISK_FAULT_BYTES = 200 * 2**20
DISK_WARNING_BYTES = 2 * 2**30
LANGUAGES = ("eng",)


class Health(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: what was found, and what to do when it is not right."""

    name: str
    health: Health
    found: str
    remedy: str = ""

    def to_json(self) -> dict[str, str]:
        """Give the form that ``--json`` prints."""
        return {"name": self.name, "health": self.health.value, "found": self.found, "remedy": self.remedy}


def check_installation(settings: Settings) -> tuple[Check, ...]:
    """Look at everything that running Inlet with ``settings`` needs; changes nothing but a probe file."""
    checks = [check_python(), check_sqlite(), check_tesseract(), check_fonts(), check_reader_models()]
    checks += check_folders(settings)
    checks += [check_disk(settings.data_dir), check_secret(settings.data_dir), check_time_zone(settings)]
    return tuple(checks)


def check_python(version: tuple[int, ...] = sys.version_info[:3]) -> Check:
    """Python 3.11 or newer."""
    found = ".".join(map(str, version))
    if version < MINIMUM_PYTHON:
        return Check("Python", Health.FAULT, found, "Install Python 3.11 or newer, remove .venv, run make setup.")
    return Check("Python", Health.OK, found)


def check_sqlite(
    version: tuple[int, ...] = sqlite3.sqlite_version_info, python: tuple[int, ...] = sys.version_info[:2]
) -> Check:
    """A SQLite new enough for the records and, with Python 3.12 or newer, for the durable engine."""
    found = ".".join(map(str, version))
    if version < MINIMUM_SQLITE:
        return Check("SQLite", Health.FAULT, found, "SQLite 3.37 or newer is needed; use Debian 12 or newer.")
    if python >= (3, 12) and version < SQLITE_FOR_NEW_PYTHON:
        remedy = "With Python 3.12 or newer the engine needs SQLite 3.42: use Python 3.11, or install pysqlite3-binary."
        return Check("SQLite", Health.FAULT, found, remedy)
    return Check("SQLite", Health.OK, found)


def check_tesseract(program: str = "tesseract") -> Check:
    """Tesseract with the languages that reading needs."""
    remedy = "Run: apt-get install tesseract-ocr tesseract-ocr-eng"
    usual = pytesseract.pytesseract.tesseract_cmd
    pytesseract.pytesseract.tesseract_cmd = program
    try:
        version = str(pytesseract.get_tesseract_version()).splitlines()[0]
        languages = pytesseract.get_languages()
    except (pytesseract.TesseractNotFoundError, OSError, SystemExit) as error:
        return Check("Tesseract", Health.FAULT, f"not found or does not run ({type(error).__name__})", remedy)
    finally:
        pytesseract.pytesseract.tesseract_cmd = usual
    missing = [name for name in LANGUAGES if name not in languages]
    if missing:
        return Check("Tesseract", Health.FAULT, f"{version}, without {', '.join(missing)}", remedy)
    return Check("Tesseract", Health.OK, f"{version}, {', '.join(LANGUAGES)}")


def check_fonts(found: frozenset[str] | None = None) -> Check:
    """The fonts that notices are set in; ``found`` stands in for those that are installed."""
    families = fonts_found() if found is None else found
    if not families:
        remedy = "Run: apt-get install fonts-liberation fonts-dejavu-core"
        return Check("Fonts", Health.FAULT, "none of the fonts that notices are set in", remedy)
    return Check("Fonts", Health.OK, ", ".join(sorted(families)))


def check_reader_models() -> Check:
    """The line reader that comes inside an installed package."""
    spec = importlib.util.find_spec("rapidocr")
    models = Path(next(iter(spec.submodule_search_locations or []))) / "models" if spec else None
    if models is None or not any(models.glob("*rec*.onnx")):
        return Check("Readers", Health.FAULT, "no PP-OCR recogniser", "Run make setup again.")
    return Check("Readers", Health.OK, next(models.glob("*rec*.onnx")).stem)


def check_folders(settings: Settings) -> Iterator[Check]:
    """Every folder that is written to or watched: there, and with the rights that are needed."""
    yield check_folder("Data folder", settings.data_dir, "data_dir")
    yield check_folder("Outbox", settings.outbox, "outbox_dir")
    yield check_folder("Held notices", settings.held, "held_dir")
    for source in settings.all_sources:
        if source.leave_files:
            yield check_readable(f"Source {source.name}", source.path, "sources")
        else:
            yield check_folder(f"Source {source.name}", source.path, "sources")


def check_folder(name: str, folder: Path, setting: str) -> Check:
    """One folder: files can be made, listed and removed in it (or in the parent that it will be made in)."""
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    if not place.is_dir():
        return Check(name, Health.FAULT, f"{place} is not a folder", f"Set {setting} to a folder.")
    try:
        with tempfile.NamedTemporaryFile(dir=place, prefix=".inlet-doctor-"):
            next(place.iterdir(), None)
    except OSError as error:
        remedy = f"Give the user {_user()} read and write rights on {place}, or change {setting}."
        return Check(name, Health.FAULT, f"{place}: {error.strerror}", remedy)
    return Check(name, Health.OK, f"{folder}" if folder.exists() else f"{folder} (will be made)")


def check_readable(name: str, folder: Path, setting: str) -> Check:
    """A folder that is only read: it is there and can be listed."""
    try:
        next(folder.iterdir(), None)
    except OSError as error:
        remedy = f"Give the user {_user()} the right to read {folder}, or change {setting}."
        return Check(name, Health.FAULT, f"{folder}: {error.strerror}", remedy)
    return Check(name, Health.OK, f"{folder}, only read")


def check_disk(folder: Path) -> Check:
    """Room for originals, page images and the database."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    found = f"{free / 2**30:.1f} GiB free"
    remedy = "Free space on the data folder's disk, or move data_dir to a larger one."
    if free < DISK_FAULT_BYTES:
        return Check("Disk", Health.FAULT, found, remedy)
    return Check("Disk", Health.WARNING if free < DISK_WARNING_BYTES else Health.OK, found, remedy)


def check_secret(data_dir: Path) -> Check:
    """The key that signs sessions is nobody else's to read."""
    path = data_dir / "secret.key"
    if not path.exists():
        return Check("Secret key", Health.OK, "will be made at first start")
    if path.stat().st_mode & 0o077:
        return Check("Secret key", Health.FAULT, f"{path} can be read by others", f"Run: chmod 600 {path}")
    return Check("Secret key", Health.OK, "private")


def check_time_zone(settings: Settings) -> Check:
    """The zone that clocks run in is known here."""
    try:
        zone = settings.zone
    except (KeyError, ValueError):
        remedy = "Run: apt-get install tzdata, and use a name such as America/Los_Angeles."
        return Check("Time zone", Health.FAULT, f"{settings.time_zone} is not known", remedy)
    return Check("Time zone", Health.OK, str(zone))


def _user() -> str:
    return os.environ.get("USER") or str(os.getuid()) + "@" + platform.node()
