"""A decoder whose disk is full."""

import errno
from pathlib import Path

from ingest import unpack_child
from ingest.decoded import DecodedPage


def _full(page: DecodedPage, path: Path) -> dict[str, object]:
    raise OSError(errno.ENOSPC, "No space left on device", page.notes, path.name)


unpack_child._store = _full
main = unpack_child.main
