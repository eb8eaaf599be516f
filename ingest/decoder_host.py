"""A process that has the decoders loaded and forks one for each file, so that no file waits for Python to start.

Run as ``python -m ingest.decoder_host MODULE`` by :mod:`ingest.decoder`, with a socket as its standard
input. Each line of it is a job; each job is done by ``MODULE.main`` in a child of its own that leads its
own session and bounds itself as before (:func:`ingest.unpack_child.confine`), and its end is answered with a
line: the exit status. This process itself never looks at a file. When the other end of the socket closes,
because nobody waits any longer or the service died, it ends, and what it started ends with it.
"""

import importlib
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_LOADED = ("ingest.tiff", "ingest.pages", "ingest.picture")
"""What nearly every file needs: faxes and photographs. The rest is loaded where it is needed."""
_LOOK_SECONDS = 5.0
_Decode = Callable[[dict[str, Any]], int]


def main() -> None:
    """Take one job after another until the other end closes."""
    decode: _Decode = importlib.import_module(sys.argv[1]).main
    for name in _LOADED:
        importlib.import_module(name)
    parent = os.getppid()
    woken, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    with socket.socket(fileno=0) as asked, asked.makefile("rb") as jobs:
        while line := jobs.readline():
            child = os.fork()
            if child == 0:
                os._exit(_forked(decode, json.loads(line), (woken, waker)))
            is_wanted = _wait(child, asked, woken, parent)
            status = _end(child)
            if not is_wanted:
                return
            asked.sendall(f"{status}\n".encode())


def _wait(child: int, asked: socket.socket, woken: int, parent: int) -> bool:
    """Wait for a child's end; False if nobody wants to know any longer."""
    while os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
        ready, _, _ = select.select([asked.fileno(), woken], [], [], _LOOK_SECONDS)
        if asked.fileno() in ready or os.getppid() != parent:
            return False
        if woken in ready:
            os.read(woken, 64)
    return True


def _end(child: int) -> int:
    """Kill a child, if it has not ended yet, with whatever it started, and give its exit status."""
    for end in (os.killpg, os.kill):  # it may not lead its group yet
        try:
            end(child, signal.SIGKILL)
        except ProcessLookupError:
            continue
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _forked(decode: _Decode, job: dict[str, Any], pipe: tuple[int, int]) -> int:
    """Do one job as the leader of a session, in its private folder; the exit status."""
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for end in pipe:
            os.close(end)
        for name, way, place in ((os.devnull, os.O_RDONLY, 0), (job["reports"], os.O_WRONLY, 1)):
            opened = os.open(name, way)
            os.dup2(opened, place)  # at 0 it takes the place of the socket
            os.close(opened)
        private = str(Path(job["reports"]).parent)
        os.chdir(private)
        os.environ["HOME"] = os.environ["TMPDIR"] = private
        return decode({**job, "parent": os.getppid()})
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001  (whatever it is, this child ends here and must not go on as its parent)
        return 1


if __name__ == "__main__":
    main()
