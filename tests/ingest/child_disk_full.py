"""A decoder whose disk is full."""

import errno
import sys
from pathlib import Path

from ingest import unpack_child
from ingest.decoded import DecodedPage


def _full(page: DecodedPage, path: Path) -> dict[str, object]:
    raise OSError(errno.ENOSPC, "No space left on device", page.notes, path.name)


if __name__ == "__main__":
    unpack_child._store = _full
    sys.exit(unpack_child.main())
