"""The process that decodes one untrusted file, under limits, and reports a line of JSON for each page.

Forked for each file by :mod:`ingest.decoder_host`. Reports go to what was standard output; anything a C
library prints goes nowhere. Decoders that few files need are imported only then.
"""

import ctypes
import errno
import json
import os
import resource
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ingest import sniff
from ingest.errors import RefusedError, problem
from ingest.give_way import give_way
from ingest.limits import Limits

if TYPE_CHECKING:
    from ingest.decoded import DecodedPage, FileFacts

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})


def main(job: dict[str, Any]) -> int:
    """Decode the file that a job names; the exit status is 0 whatever the file is."""
    limits = Limits.from_record(job["limits"])
    confine(limits, int(job["parent"]))
    reports = _private_output()
    try:
        _work(job, limits, reports)
    except RefusedError as refused:
        _report(reports, {"end": {"problem": refused.problem.to_json(), "call": None}})
    except MemoryError:
        _report(reports, {"end": {"problem": _out_of_memory(limits), "call": None}})
    except OSError as error:
        if error.errno not in _FULL:
            raise
        _report(reports, {"end": {"problem": problem("storage").to_json(), "call": None}})
    return 0


def confine(limits: Limits, parent: int) -> None:
    """Bound this process's memory, time and output, and end it with its parent."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.output_bytes, limits.output_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        give_way()
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != parent:
        # the parent ended before the line above could take effect
        sys.exit(1)


def _private_output() -> IO[str]:
    """Keep standard output for the reports and send everything else that is printed to nowhere."""
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return os.fdopen(kept, "w", encoding="utf-8")


def _report(reports: IO[str], record: dict[str, object]) -> None:
    reports.write(json.dumps(record) + "\n")
    reports.flush()


def _work(job: dict[str, Any], limits: Limits, reports: IO[str]) -> None:
    path, into, first = Path(job["path"]), Path(job["into"]), int(job["first"])
    if job["media_type"] in sniff.CONTAINERS:
        for record in _take_apart(path, job["media_type"], into, limits):
            _report(reports, record)
        return
    from ingest.decoded import FileFacts  # noqa: PLC0415  (as above)

    facts = FileFacts()
    try:
        for number, page in enumerate(_decode(path, job["media_type"], limits, facts, first), start=first):
            _report(reports, {"page": _store(page, into / f"{job['prefix']}page-{number:04d}.png")})
    except MemoryError:
        _report(reports, {"lost": _out_of_memory(limits)})
        raise
    call = facts.call.to_record() if facts.call else None
    _report(reports, {"end": {"problem": facts.problem.to_json() if facts.problem else None, "call": call}})


def _take_apart(path: Path, media_type: str, into: Path, limits: Limits) -> Iterator[dict[str, object]]:
    """The reports of a mail, an archive or a document, each part by itself."""
    if media_type == sniff.ZIP:
        from ingest import archive  # noqa: PLC0415  (decoders are loaded when needed)

        return archive.take_apart(path, into, limits)
    if media_type == sniff.DOCX:
        from ingest import docx  # noqa: PLC0415  (as above)

        return docx.take_apart(path, into, limits)
    from ingest.message import apart  # noqa: PLC0415  (as above)

    return apart.take_apart(path, media_type, into, limits)


def _decode(path: Path, media_type: str, limits: Limits, facts: "FileFacts", first: int) -> Iterator["DecodedPage"]:
    """The decoder for a media type, from page ``first`` on."""
    if media_type == sniff.TIFF:
        from ingest import tiff  # noqa: PLC0415  (as above)

        return tiff.decode(path.read_bytes(), limits, facts, first=first)
    if media_type == sniff.PDF:
        from ingest import pdf  # noqa: PLC0415  (as above)

        return pdf.decode(path, limits, facts, first=first)
    from ingest import picture  # noqa: PLC0415  (as above)

    return picture.decode(path, media_type, limits)


def _store(page: "DecodedPage", path: Path) -> dict[str, object]:
    """Write the page's picture and give the page's storable form, all but its number and origin."""
    from ingest.pages import PageSource  # noqa: PLC0415  (as above)
    from terms.names import TextSource  # noqa: PLC0415  (as above)

    if page.image is not None:
        page.image.save(path, format="PNG", compress_level=1)
    source = TextSource.TEXT_LAYER if page.words else TextSource.NONE
    return PageSource(
        number=1,
        origin="page",
        image=None if page.image is None else path,
        dpi_x=page.dpi_x,
        dpi_y=page.dpi_y,
        words=page.words,
        form_values=page.form_values,
        text_source=TextSource.FORM_VALUES if page.form_values else source,
        problem=page.problem,
        notes=tuple(page.notes),
    ).to_record()


def _out_of_memory(limits: Limits) -> dict[str, object]:
    return problem("out_of_memory", limit=limits.memory_bytes // 1024**2).to_json()
