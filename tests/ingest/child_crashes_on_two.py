"""A decoder that dies when it comes to page 2."""

import os
import signal
from pathlib import Path

from ingest import unpack_child
from ingest.decoded import DecodedPage

_store = unpack_child._store


def _deadly(page: DecodedPage, path: Path) -> dict[str, object]:
    if path.stem.endswith("0002"):
        os.kill(os.getpid(), signal.SIGSEGV)
    return _store(page, path)


unpack_child._store = _deadly
main = unpack_child.main
