"""Files on their way in through the web: written to a spool as they come, with a limit, gone when not kept."""

import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from desk.errors import DeskError

if TYPE_CHECKING:
    _Uploaded = UploadedFile[bytes]
else:
    _Uploaded = UploadedFile  # which cannot be subscripted at run time

MOST_FILES = 20
"""Files in one hand-over."""


class TooLargeError(DeskError):
    """A file is larger than its source takes."""

    kind = "desk.too_large"

    def __init__(self, limit: int) -> None:
        """Name the limit, in bytes."""
        super().__init__(f"a file is larger than {limit // 2**20} MB; send a smaller copy, or split it")


class TooManyError(DeskError):
    """More files were handed over at once than are taken."""

    kind = "desk.too_many_files"

    def __init__(self) -> None:
        """Name the limit."""
        super().__init__(f"more than {MOST_FILES} files came at once; send them one after the other")


@dataclass(frozen=True, slots=True)
class Spooled:
    """A file that has come whole: the field it stood in, the name it was given, where it lies, its size in bytes."""

    field: str
    name: str
    path: Path
    size: int


class _Kept(_Uploaded):
    """What Django's form parser holds for a file that lies in the spool."""

    def __init__(self, spooled: Spooled, content_type: str | None) -> None:
        super().__init__(io.BytesIO(), spooled.name, content_type, spooled.size)
        self.spooled = spooled


class _ToSpool(FileUploadHandler):
    """Writes each file part as it comes, and stops at the limit."""

    def __init__(self, request: HttpRequest, folder: Path, limit: int) -> None:
        super().__init__(request)
        self._folder = folder
        self._limit = limit
        self.written: list[Path] = []
        self._handle: int | None = None
        self._size = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  (Django's own signature)
        """Begin a file."""
        super().new_file(*args, **kwargs)
        if len(self.written) >= MOST_FILES:
            raise TooManyError
        path = self._folder / f"{secrets.token_hex(16)}.part"
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self.written.append(path)
        self._size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece."""
        del start
        assert self._handle is not None
        self._size += len(raw_data)
        if self._size > self._limit:
            raise TooLargeError(self._limit)
        view = memoryview(raw_data)
        while view:
            view = view[os.write(self._handle, view) :]

    def file_complete(self, file_size: int) -> "UploadedFile[bytes]":
        """End a file."""
        del file_size
        self.close()
        name = (self.file_name or "").replace("\\", "/").rpartition("/")[2]
        spooled = Spooled(str(self.field_name), name, self.written[-1], self._size)
        return _Kept(spooled, self.content_type)

    def close(self) -> None:
        """Let go of the file in hand."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


@contextmanager
def spooled_files(request: HttpRequest, folder: Path, limit: int) -> Iterator[tuple[Spooled, ...]]:
    """Read a multipart request's files into ``folder`` and give them, in order; they are gone when the block ends.

    ``limit`` is in bytes for each file. Its other fields are in ``request.POST`` then. Nobody may have
    looked at the request's form before. Raises :class:`TooLargeError`, :class:`TooManyError`, what
    Django's parser raises for a broken form, and ``OSError`` when the spool cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = _ToSpool(request, folder, limit)
    request.upload_handlers = [handler]
    try:
        kept = [file for files in request.FILES.lists() for file in files[1]]
        yield tuple(file.spooled for file in kept if isinstance(file, _Kept))
    finally:
        handler.close()
        for path in handler.written:
            path.unlink(missing_ok=True)
