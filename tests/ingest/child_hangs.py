"""A decoder that says who it is and then hangs."""

import os
import time
from pathlib import Path
from typing import Any

from ingest.limits import Limits
from ingest.unpack_child import confine


def main(job: dict[str, Any]) -> None:
    """Hang."""
    confine(Limits.from_record(job["limits"]), job["parent"])
    (Path(job["into"]) / "pid").write_text(str(os.getpid()))
    time.sleep(600)
