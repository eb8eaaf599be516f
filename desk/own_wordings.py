"""The plan's own label wordings on disk, between the records that keep them and the processes that read pages.

Readers know no database: what a person approved lies as one small file in the data folder, written whole,
and a reader looks before each page whether it changed.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from desk.config import Settings
from extract.labels.vocabulary import use_wordings

_seen: dict[Path, tuple[int, int] | None] = {}


def wordings_file(settings: Settings) -> Path:
    """Where the wordings lie."""
    return settings.data_dir / "learned" / "wordings.json"


def write_wordings(settings: Settings, wordings: Mapping[str, str]) -> bool:
    """Put the wordings (as printed → concept) there unless they lie there already; give whether they were written."""
    path = wordings_file(settings)
    text = json.dumps(dict(sorted(wordings.items())), ensure_ascii=False, indent=1) + "\n"
    if (path.read_text("utf-8") if path.is_file() else "{}\n") == text:
        return False
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return True


def take_up_wordings(settings: Settings) -> None:
    """Have this process read with the wordings that lie there now; costs one look at the file."""
    path = wordings_file(settings)
    try:
        state = path.stat()
        now: tuple[int, int] | None = (state.st_mtime_ns, state.st_ino)
    except FileNotFoundError:
        now = None
    if path in _seen and _seen[path] == now:
        return
    use_wordings({str(k): str(v) for k, v in json.loads(path.read_text("utf-8")).items()} if now else {})
    _seen.clear()
    _seen[path] = now
