"""A decoder that takes all the memory it can get."""

from pathlib import Path

from ingest import unpack_child
from ingest.decoded import DecodedPage


def _hungry(page: DecodedPage, path: Path) -> dict[str, object]:
    eaten = [bytearray(64 * 1024**2) for _ in range(64)]
    return {"page": len(eaten), "notes": page.notes, "path": path.name}


unpack_child._store = _hungry
main = unpack_child.main
