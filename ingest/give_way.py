"""Background work stands back: people at the desk are answered before a page is decoded or read (Linux).

So is the desk's database, where that is a server of its own on the same machine.

``nice`` alone is not enough. Linux can share the processor between *sessions* first and between the
processes of each only then (``sched_autogroup``, on where a desktop or a plain server boots), and a
process that was started in a session of its own, as decoders and readers are, then has a share as
large as the whole desk's. So such a process lowers its session's share too.
"""

import os
import time
from pathlib import Path

BACKGROUND = 10
"""How far decoders and readers stand back, in steps of ``nice``: a tenth of a share beside a busy desk or database."""
_OWN_SHARE = Path("/proc/self/autogroup")
_TRIES = 5
_PAUSE_SECONDS = 0.12  # the kernel takes one such change in a tenth of a second


def give_way(level: int = BACKGROUND, *, share: Path = _OWN_SHARE) -> None:
    """Lower this process's share of the processor by ``level`` steps of ``nice`` (0 to 19).

    The session's share is lowered where the kernel has such shares and the process leads its session.
    A kernel that refuses leaves the process where it was: it works then, and people wait a little longer.
    """
    os.nice(level)
    if os.getsid(0) != os.getpid():
        return
    for _ in range(_TRIES):
        try:
            share.write_text(str(level), "ascii")
        except BlockingIOError:
            time.sleep(_PAUSE_SECONDS)
        except OSError:
            return  # no such shares here, or not ours to change
        else:
            return
