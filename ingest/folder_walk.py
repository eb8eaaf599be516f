"""One walk through a watched folder: which plain files and tickets lie there, and what should not.

Hidden and temporary names are not looked at; links, pipes, sockets and devices are never followed or
opened; folders are looked into, down to a depth.
"""

import os
import stat
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from ingest.errors import problem
from ingest.ticket import FORMATS
from terms.errors import Problem

_TEMPORARY = (".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".swp", ".lock", ".lck", "~")
_DEEPEST = 8
_DEVICE = "a device"
_KINDS = ((stat.S_ISLNK, "a link"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
KIND_WORDS = (*(words for _is_kind, words in _KINDS), _DEVICE)
"""What an entry that is no plain file is called."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Trouble of the source with one entry; ``path`` may hold what is private and is never logged."""

    problem: Problem
    path: Path


@dataclass(slots=True)
class Entries:
    """What a walk found: files and tickets with their facts, and faults."""

    files: dict[Path, os.stat_result] = field(default_factory=dict)
    tickets: dict[Path, os.stat_result] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def walk(top: Path, *, without: Collection[Path] = ()) -> Entries:
    """Look through ``top`` and the folders below it, but not at the paths ``without``. Never raises for a bad entry."""
    entries = Entries()
    waiting = [(top, 0)]
    while waiting:
        folder, depth = waiting.pop()
        try:
            with os.scandir(folder) as listing:
                for entry in listing:
                    below = _sort(entry, without, entries)
                    if below is None:
                        continue
                    if depth < _DEEPEST:
                        waiting.append((below, depth + 1))
                    else:
                        entries.faults.append(Fault(problem("folder_too_deep", limit=_DEEPEST), below))
        except FileNotFoundError:
            if folder == top:
                entries.faults.append(Fault(problem("folder_unreadable", what="it is not there"), folder))
        except OSError as error:
            what = os.strerror(error.errno or 0).lower()
            entries.faults.append(Fault(problem("folder_unreadable", what=what), folder))
    return entries


def _sort(entry: os.DirEntry[str], without: Collection[Path], entries: Entries) -> Path | None:
    """Put one entry where it belongs: a file, a ticket, or a fault; give a folder that is to be looked into."""
    path = Path(entry.path)
    if _is_temporary(entry.name) or path in without:
        return None
    try:
        facts = entry.stat(follow_symlinks=False)
    except OSError:
        # it vanished between the listing and this look: the next look tells
        return None
    if stat.S_ISDIR(facts.st_mode):
        return path
    if not stat.S_ISREG(facts.st_mode):
        kind = next((words for is_kind, words in _KINDS if is_kind(facts.st_mode)), _DEVICE)
        entries.faults.append(Fault(problem("not_a_plain_file", what=kind), path))
    elif path.suffix.lower() in FORMATS:
        entries.tickets[path] = facts
    else:
        entries.files[path] = facts
    return None


def _is_temporary(name: str) -> bool:
    return name.startswith((".", "~")) or name.lower().endswith(_TEMPORARY)


def why_unreadable(path: Path) -> str | None:
    """Say why a file cannot be opened, None when it can."""
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError as error:
        return os.strerror(error.errno or 0).lower()
    return None
