"""Finds out what a watched folder can do: is it written to, does it tell events, does its clock agree with ours.

A folder on another machine may answer listings and keep silent about everything that happens there
(NFS, SMB, FUSE): what is written here is told here, what is written there is not. So three signs
are looked for: the kind of the file system, a small hidden file of our own whose writing is or is
not told, and its time against ours.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PROBE_NAME = ".inlet-probe"
MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = frozenset({
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "ncpfs", "coda", "davfs",
    "drvfs", "vboxsf", "prl_fs", "virtiofs", "fuse",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Probe:
    """What was found out. ``skew`` is how many seconds the folder's clock is ahead of ours, None when not known.

    ``writable`` says whether files can be made and removed there.
    """

    writable: bool
    network: bool
    skew: float | None = None


def probe_folder(folder: Path, *, mounts: Path = MOUNTS, clock: Callable[[], float] = time.time) -> Probe:
    """Write, look at and remove a small hidden file. Never raises: what cannot be done is the finding."""
    network = file_system(folder, mounts) in _NETWORK
    place = folder / PROBE_NAME
    try:
        before = clock()
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        try:
            os.write(handle, b"probe")
            written = os.fstat(handle).st_mtime
        finally:
            os.close(handle)
        after = clock()
        place.unlink()
    except OSError:
        return Probe(writable=False, network=network)
    if before <= written <= after:
        return Probe(writable=True, network=network, skew=0.0)
    return Probe(writable=True, network=network, skew=round(written - (before if written < before else after), 3))


def file_system(folder: Path, mounts: Path = MOUNTS) -> str:
    """Give the kind of file system that ``folder`` lies on (``ext4``, ``nfs4``), empty when it cannot be told."""
    try:
        text = mounts.read_text("utf-8", "surrogateescape")
        place = folder.resolve()
    except OSError:
        return ""
    best, kind = -1, ""
    for line in text.splitlines():
        left, _, right = line.partition(" - ")
        parts, more = left.split(), right.split()
        if len(parts) < 5 or not more:  # noqa: PLR2004  (the mount point is the fifth word of a line)
            continue
        mount = Path(parts[4].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\"))
        if (place == mount or mount in place.parents) and len(mount.parts) >= best:
            best, kind = len(mount.parts), more[0]
    return kind.split(".")[0]
