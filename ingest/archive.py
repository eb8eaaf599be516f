"""Takes a ZIP archive apart: its files in the order of their names, bounded in number, size and growth."""

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from ingest.errors import RefusedError, problem
from ingest.limits import Limits
from ingest.message.apart import harmless

Record = dict[str, object]
_CHUNK = 1 << 16
_ENCRYPTED = 1
_SMALL = 1 << 20
"""Bytes below which a file that grows much is no bomb: a blank fax page packs very well."""

_NOT_CONTENT = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)", re.IGNORECASE)


def take_apart(path: Path, into: Path, limits: Limits) -> Iterator[Record]:
    """Yield a ``part`` for each file of an archive, written under ``into``, then the ``end``.

    A file that is encrypted, damaged or a link is a part with a problem. More than ``limits.parts``
    files, more than ``limits.unpacked_bytes`` in all, or a file that grows more than ``limits.growth``
    times end it with a problem. Raises RefusedError when the archive cannot be read at all.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            yield from _files(archive, into, limits)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, RecursionError) as error:
        raise RefusedError(problem("damaged")) from error


def _files(archive: zipfile.ZipFile, into: Path, limits: Limits) -> Iterator[Record]:
    room = limits.unpacked_bytes
    members = [x for x in archive.infolist() if not x.is_dir() and not _NOT_CONTENT.search(x.filename)]
    for number, member in enumerate(sorted(members, key=lambda x: _natural(x.filename)), start=1):
        if number > limits.parts:
            yield {"end": {"problem": problem("too_many_parts", limit=limits.parts).to_json(), "call": None}}
            return
        record: Record = {"origin": f"file {number}"}
        name = harmless(member.filename)
        if name:
            record["name"] = name
        if member.flag_bits & _ENCRYPTED:
            yield {"part": record | {"problem": problem("attachment_encrypted").to_json()}}
            continue
        if stat.S_ISLNK(member.external_attr >> 16):
            yield {"part": record | {"problem": problem("attachment_damaged").to_json()}}
            continue
        place = into / f"file-{number}"
        written = _write(archive, member, place, min(room, _most(member, limits)))
        if written is None:
            place.unlink(missing_ok=True)
            yield {"part": record | {"problem": problem("archive_bomb").to_json()}}
            yield {"end": {"problem": problem("archive_bomb").to_json(), "call": None}}
            return
        if written < 0:
            yield {"part": record | {"problem": problem("attachment_damaged").to_json()}}
            continue
        room -= written
        yield {"part": record | {"file": place.name}}
    yield {"end": {"problem": None, "call": None}}


def _most(member: zipfile.ZipInfo, limits: Limits) -> int:
    return max(_SMALL, member.compress_size * limits.growth)


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, place: Path, room: int) -> int | None:
    """Write one file of the archive; its size, -1 when it is damaged, None when it is larger than ``room``."""
    size = 0
    try:
        with archive.open(member) as packed, place.open("wb") as out:
            while chunk := packed.read(_CHUNK):
                size += len(chunk)
                if size > room:
                    return None
                out.write(chunk)
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, RuntimeError):
        place.unlink(missing_ok=True)
        return -1
    return size or -1


def _natural(name: str) -> list[tuple[int, int, str]]:
    """A key that puts ``page 2`` before ``page 10``."""
    folder = str(PurePosixPath(name).parent)
    pieces = re.split(r"(\d{1,12})", f"{folder}/{PurePosixPath(name).name}".lower())
    return [(0, int(p), "") if p.isascii() and p.isdigit() else (1, 0, p) for p in pieces]
