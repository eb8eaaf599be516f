"""Ending with the parent: no process of ours outlives the service, however it dies (Linux).

Run as ``python -m desk.parent_death PARENT MODULE WORDS…`` it arranges that before anything heavy
is imported, then runs MODULE with WORDS: :func:`command` gives that command line.
"""

import ctypes
import os
import runpy
import signal
import sys

_PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int) -> None:
    """Ask the kernel to kill this process when its parent ends.

    Strictly: when the *thread* that started it ends, so start children from a thread that stays.
    ``parent`` is the parent's process id as the parent knows it; if it is gone already (it died
    before we could ask), this process ends at once.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    if os.getppid() != parent:
        sys.exit(0)


def command(module: str, *words: str) -> list[str]:
    """Give the command line of a child of this process that runs ``module`` and ends when this process does."""
    return [sys.executable, "-m", "desk.parent_death", str(os.getpid()), module, *words]


if __name__ == "__main__":
    end_with_parent(int(sys.argv[1]))
    sys.argv = sys.argv[2:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
