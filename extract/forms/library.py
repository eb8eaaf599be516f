"""All form definitions of this process: those that ship, and those of a folder that the plan keeps."""

import functools
import threading
from pathlib import Path

from extract.errors import FormError
from extract.forms.definition import FormDefinition, FormPage, load_definition

PACKAGED = Path(__file__).with_name("definitions")
"""The definitions that ship with Inlet."""

_own: dict[str, Path | None] = {"folder": None}
_guard = threading.Lock()


class Library:
    """Definitions by name, and the faults of those that could not be loaded.

    A definition of the plan's own takes the place of a packaged one of the same name.
    """

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self.forms: dict[str, FormDefinition] = {}
        self.faults: list[FormError] = []
        for folder in folders:
            for path in sorted(folder.glob("*/*/form.toml")):
                try:
                    form = load_definition(path.parent)
                    for page in form.pages:
                        page.blank.landmarks  # noqa: B018  (made now, not under the first page)
                except FormError as error:
                    self.faults.append(error)
                else:
                    self.forms[form.name] = form

    @functools.cached_property
    def pages(self) -> tuple[tuple[FormDefinition, FormPage], ...]:
        """Every page to look for, with its form; of editions with the same blank the one written last."""
        newest: dict[bytes, tuple[FormDefinition, FormPage]] = {}
        for form in sorted(self.forms.values(), key=_written):
            for page in form.pages:
                newest[(page.folder / f"page-{page.number}.png").read_bytes()] = (form, page)
        return tuple(newest.values())


def _written(form: FormDefinition) -> tuple[bool, int]:
    """The plan's own definitions after the packaged ones, later ones last."""
    folder = form.pages[0].folder
    return PACKAGED not in folder.parents, (folder / "form.toml").stat().st_mtime_ns


def use_folder(folder: Path | None) -> None:
    """Take the plan's own definitions from ``folder`` too, from now on in this process."""
    _own["folder"] = folder


def own_folder() -> Path | None:
    """The folder of the plan's own definitions, if one is in use."""
    return _own["folder"]


def library() -> Library:
    """The definitions as they are now: a definition added to the plan's folder is seen by the next page."""
    own = _own["folder"]
    folders = (PACKAGED,) if own is None or not own.is_dir() else (PACKAGED, own)
    with _guard:
        return _loaded(folders, tuple(_state(folder) for folder in folders[1:]))


def _state(folder: Path) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((str(p.relative_to(folder)), p.stat().st_mtime_ns) for p in folder.glob("*/*/form.toml")))


@functools.lru_cache(maxsize=2)
def _loaded(folders: tuple[Path, ...], state: tuple[tuple[tuple[str, int], ...], ...]) -> Library:
    del state  # part of the key only
    return Library(folders)
