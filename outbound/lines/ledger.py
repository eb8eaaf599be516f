"""What was handed over by a way that cannot be asked afterwards, written down before and after.

One small file a key, flushed to disk. A key that was begun and never ended was cut off in the one
moment in which nobody can say whether it went out: it is *doubtful* and a person looks.
"""

import json
import os
from pathlib import Path

from outbound.errors import OutboxError
from outbound.lines.safe import plain_name
from outbound.transport import Receipt


class Ledger:
    """The notes of one way out, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def known(self, key: str) -> Receipt | None:
        """The receipt of ``key``: ended well, doubtful, or None when it was never begun.

        Raises OutboxError when the folder cannot be read.
        """
        try:
            note = json.loads((self._folder / f"{plain_name(key)}.json").read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise _trouble() from error
        ended = note["state"] == "taken"
        return Receipt(key, held=False, job=str(note.get("job", "")), doubtful=not ended)

    def begin(self, key: str) -> None:
        """Note that ``key`` is about to go out. Raises OutboxError, and then it must not."""
        self._write(key, {"key": key, "state": "begun"})

    def end(self, key: str, job: str) -> Receipt:
        """Note that the other side has it, under its own ``job``; give the receipt."""
        self._write(key, {"key": key, "state": "taken", "job": job})
        return Receipt(key, held=False, job=job)

    def take_back(self, key: str) -> None:
        """Forget a key that certainly did not go out (the other side said no, or was never reached)."""
        (self._folder / f"{plain_name(key)}.json").unlink(missing_ok=True)

    def _write(self, key: str, note: dict[str, str]) -> None:
        path = self._folder / f"{plain_name(key)}.json"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            hidden = path.with_name(f".{path.name}.tmp")
            with hidden.open("w", encoding="utf-8") as file:
                json.dump(note, file)
                file.flush()
                os.fsync(file.fileno())
            hidden.replace(path)
        except OSError as error:
            raise _trouble() from error


def _trouble() -> OutboxError:
    return OutboxError("The notes of what was sent cannot be written or read; check the data folder and its disk.")
