"""A decoder that says who it is and then hangs."""

import json
import os
import sys
import time
from pathlib import Path

from ingest.limits import Limits
from ingest.unpack_child import confine

if __name__ == "__main__":
    job = json.load(sys.stdin)
    confine(Limits.from_record(job["limits"]), job["parent"])
    (Path(job["into"]) / "pid").write_text(str(os.getpid()))
    time.sleep(600)
