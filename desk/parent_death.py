"""Ending with the parent: no process of ours outlives the service, however it dies (Linux)."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int | None = None, sig: signal.Signals = signal.SIGKILL) -> None:
    """Ask the kernel to send ``sig`` to this process when its parent ends.

    Strictly: when the *thread* that started it ends, so start children from a thread that stays.
    ``parent`` is the parent's process id as the parent knows it; if it is gone already (it died
    before we could ask), this process ends at once.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, int(sig), 0, 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    if parent is not None and os.getppid() != parent:
        sys.exit(0)
