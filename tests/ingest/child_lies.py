"""A decoder that its file has taken over: it reports pictures that are not its own, and nonsense."""

import json
import sys
from pathlib import Path
from typing import Any

from ingest.pages import PageSource


def main(job: dict[str, Any]) -> int:
    """Lie."""
    outside = PageSource(1, "page", Path("/etc/hostname"), 204.0, 196.0).to_record()
    link = Path(job["into"]) / "page-0001.png"
    link.symlink_to("/etc/hostname")
    linked = PageSource(1, "page", link, 204.0, 196.0).to_record()
    for record in ({"page": outside}, {"page": linked}, {"page": "x"}, {"page": {"image": 3}}):
        sys.stdout.write(json.dumps(record) + "\n")
    sys.stdout.write("[[[[\n")
    sys.stdout.flush()
    return 0
