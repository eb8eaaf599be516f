"""How much memory this process has held at most."""

from pathlib import Path

_STATUS = Path("/proc/self/status")


def peak_mb() -> float:
    """The most resident memory of this process so far, in MB.

    Linux counts it anew for each program that is started (``VmHWM``). ``getrusage`` does not: there a process
    that a larger one started begins with the larger one's peak.
    """
    for line in _STATUS.read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise OSError(f"{_STATUS} names no VmHWM: this is measured on Linux")
