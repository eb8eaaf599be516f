"""Originals and derived files, kept by the hash of their content, through Django's storage interface.

A stored name is ``ab/abcdef….ext``: two first digits, then the SHA-256; it says nothing about
whose file it is, and storing the same bytes twice keeps one file. Two storages are set up in
``STORAGES``: ``originals`` (what came in, never changed) and ``derived`` (pages, notices: can be
made again). Another backend of Django's interface, such as an object store, can take their place.
"""

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils.deconstruct import deconstructible

from desk.errors import StorageError, StorageFullError

ORIGINALS = "originals"
DERIVED = "derived"
_CHUNK = 1 << 20
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored file: its name in the storage, the SHA-256 of its bytes, its size in bytes."""

    name: str
    sha256: str
    size: int


@deconstructible(path="desk.storage.LocalFiles")
class LocalFiles(FileSystemStorage):
    """Files in a local folder; a file that was reported as stored survives a power cut.

    Saving writes beside the place, syncs, then renames; saving a name that exists keeps the file
    that is there, since a name stands for its content, unless it is cut off. With
    ``file_permissions_mode`` 0o440 nobody, Inlet included, writes into a file once it is there.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Keep ``name``: the same name is the same content."""
        del max_length
        return name

    def _save(self, name: str, content: "File[bytes]") -> str:
        place = Path(self.path(name))
        if place.exists() and place.stat().st_size == content.size:
            return name
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.with_name(f".{secrets.token_hex(8)}.part")
        try:
            with draft.open("xb") as file:
                for chunk in content.chunks(_CHUNK):
                    file.write(chunk)
                file.flush()
                if self.file_permissions_mode is not None:
                    os.fchmod(file.fileno(), self.file_permissions_mode)
                os.fsync(file.fileno())
            draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)
        for folder in (place.parent, place.parent.parent):
            _sync_folder(folder)
        return name


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _name(digest: str, suffix: str) -> str:
    return f"{digest[:2]}/{digest}{suffix}"


def _storage(which: str) -> Storage:
    return storages[which]


@contextlib.contextmanager
def _clear_errors(which: str) -> Iterator[None]:
    """Turn the system's error into ours, with the remedy and without the path's content."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            msg = f"no space is left where {which} are stored; make room, Inlet goes on by itself"
            raise StorageFullError(msg) from error
        msg = f"{which} cannot be stored or read ({error.strerror}); check the data folder's disk and rights"
        raise StorageError(msg) from error


def store_original(path: Path) -> Stored:
    """Store the bytes of the file at ``path`` as an original and give its name, hash and size.

    The file is read once for both, from one open handle, so that hash and bytes cannot differ.

    Raises :class:`desk.errors.StorageFullError` or :class:`desk.errors.StorageError` (try again),
    and ``OSError`` when ``path`` itself cannot be opened.
    """
    with path.open("rb") as source, _clear_errors(ORIGINALS), tempfile.TemporaryFile() as copy:
        digest = hashlib.sha256()
        size = 0
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            copy.write(chunk)
            size += len(chunk)
        copy.seek(0)
        name = _name(digest.hexdigest(), "")
        _storage(ORIGINALS).save(name, File(copy))
        return Stored(name, digest.hexdigest(), size)


def store_derived(data: bytes, suffix: str) -> Stored:
    """Store bytes that can be made again, such as a page image; ``suffix`` is like ``.png``.

    Raises :class:`desk.errors.StorageFullError` or :class:`desk.errors.StorageError` (try again).
    """
    digest = hashlib.sha256(data).hexdigest()
    name = _name(digest, suffix)
    with _clear_errors(DERIVED):
        _storage(DERIVED).save(name, ContentFile(data))
    return Stored(name, digest, len(data))


def discard_derived(name: str) -> None:
    """Remove a derived file that is damaged, so that it can be stored anew; it being gone already is fine."""
    with _clear_errors(DERIVED):
        _storage(DERIVED).delete(name)


def open_stored(which: str, name: str) -> IO[bytes]:
    """Open a stored file for reading; ``which`` is :data:`ORIGINALS` or :data:`DERIVED`."""
    with _clear_errors(which):
        return _storage(which).open(name, "rb")


def read_stored(which: str, name: str) -> bytes:
    """Give the bytes of a stored file."""
    with open_stored(which, name) as file:
        return file.read()


@contextlib.contextmanager
def local_copy(which: str, name: str) -> Iterator[Path]:
    """Give a path at which the stored file can be read while the block runs.

    With local storage this is the file itself (do not write to it); otherwise a temporary copy.
    """
    storage = _storage(which)
    if isinstance(storage, FileSystemStorage):
        yield Path(storage.path(name))
        return
    with tempfile.TemporaryDirectory(prefix="inlet-") as folder:
        place = Path(folder) / Path(name).name
        with open_stored(which, name) as source, place.open("wb") as file:
            shutil.copyfileobj(source, file, _CHUNK)
        yield place


def original_is_intact(name: str, sha256: str) -> bool:
    """Say whether a stored original is there and still has the bytes that came in."""
    if not _storage(ORIGINALS).exists(name):
        return False
    digest = hashlib.sha256()
    with open_stored(ORIGINALS, name) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest() == sha256
