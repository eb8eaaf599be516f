"""One service, one worker: locks on files that the system lets go of however a process ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desk.errors import AlreadyRunningError


@contextmanager
def lock_file(path: Path, what: str) -> Iterator[None]:
    """Hold a lock on a file while the block runs; the file names the process that holds it.

    Raises :class:`desk.errors.AlreadyRunningError` when another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read(20).strip() or "unknown"
            msg = f"a {what} (process {holder}) already runs on {path.parent}; stop it first, or set another data_dir"
            raise AlreadyRunningError(msg) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
