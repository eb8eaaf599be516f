"""Runs the decoder's process and collects what it reports, whatever becomes of it."""

import dataclasses
import json
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.decoder_pool import hosts
from ingest.errors import UnpackerError
from ingest.limits import Limits

_LEAST_SECONDS = 0.1
_REPORTS = "reports"
_MODULE = "ingest.unpack_child"


@dataclass(frozen=True, slots=True)
class Run:
    """What one decoder process reported, and how it ended: None when of its own accord."""

    records: tuple[dict[str, Any], ...]
    stopped: str | None

    def of(self, key: str) -> list[Any]:
        """What was reported under ``key``, in order."""
        return [record[key] for record in self.records if key in record]


class Decoder:
    """Has decoder processes started for one original; all of them together share its wall time."""

    def __init__(self, limits: Limits, *, deadline: float | None = None) -> None:
        self.limits = limits
        self._deadline = time.monotonic() + limits.wall_seconds if deadline is None else deadline

    def with_limits(self, **changed: int) -> "Decoder":
        """The same decoder with other limits and the same deadline."""
        return Decoder(dataclasses.replace(self.limits, **changed), deadline=self._deadline)

    def run(self, path: Path, into: Path, media_type: str, *, prefix: str = "", first: int = 1) -> Run:
        """Decode ``path`` from page ``first`` on, to the process's end, its time limit or its death.

        Raises UnpackerError when the process cannot be started.
        """
        job = {
            "path": str(path.resolve()),
            "into": str(into.resolve()),
            "media_type": media_type,
            "prefix": prefix,
            "first": first,
            "limits": self.limits.to_record(),
        }
        try:
            with tempfile.TemporaryDirectory(prefix="inlet-unpack-") as private:
                stopped = self._to_its_end(job, Path(private))
                records = tuple(_records((Path(private) / _REPORTS).read_bytes()))
        except OSError as error:
            reason = os.strerror(error.errno or 0).lower()
            raise UnpackerError(f"The decoder cannot be started: {reason}. It is tried again.") from error
        return Run(records, stopped)

    def _to_its_end(self, job: dict[str, Any], private: Path) -> str | None:
        """Run one process; its reports go to a file, so that a wild one cannot fill our memory."""
        reports = private / _REPORTS
        reports.touch()
        host = hosts.take(_MODULE)
        try:
            line = json.dumps({**job, "reports": str(reports)}).encode()
            status = host.decode(line, max(_LEAST_SECONDS, self._deadline - time.monotonic()))
        except TimeoutError:
            host.close()
            return "timeout"
        except BaseException:
            host.close()
            raise
        if status is None:
            host.close()
            return "crash"
        hosts.give_back(host)
        return _ending(status)


def _ending(status: int) -> str | None:
    if status == 0:
        return None
    return "cpu" if status == -signal.SIGXCPU else "crash"


def _records(output: bytes) -> Iterator[dict[str, Any]]:
    """The complete lines of the reports, up to one that makes no sense: a dying decoder may write anything."""
    for line in output.split(b"\n")[:-1]:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            return
        if isinstance(record, dict):
            yield record
