"""The fax image of a notice, and the PDF of a packet, each made in another process (PDFium never runs in threads).

A process that has drawn one paper stays for the next: starting one costs more than drawing a page. It
ends with its parent, after a while without work, and after so many papers.
"""

import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from outbound.errors import FaxImageError
from outbound.originals import Original

RESOLUTIONS = ("fine", "standard")
_ROOT = Path(__file__).resolve().parent.parent
_SECONDS = 60
_SECONDS_A_PAGE = 5
_IDLE_KEPT = 2
_PAPERS = 300
"""What one process draws before another takes its place."""


def fax_tiff(pdf: bytes, resolution: str = "fine", originals: Sequence[Original] = ()) -> bytes:
    """Give a PDF as a fax TIFF: 1728 dots a row, 204x196 (``fine``) or 204x98 (``standard``), 1-bit G4.

    ``originals`` are stored page images that follow, unchanged where they came by fax. The same
    input gives the same bytes. Raises FaxImageError (retry) when something cannot be drawn or the
    process fails, ValueError for another resolution.
    """
    if resolution not in RESOLUTIONS:
        raise ValueError(f"resolution is one of {', '.join(RESOLUTIONS)}")
    return _made(resolution, pdf, originals)


def packet_pdf(pdf: bytes, originals: Sequence[Original]) -> bytes:
    """Give one PDF of a notice and the original pages behind it, for those who take packets by mail or SFTP.

    Raises FaxImageError as :func:`fax_tiff` does.
    """
    return _made("pdf", pdf, originals)


def _made(what: str, pdf: bytes, originals: Sequence[Original]) -> bytes:
    """Have a paper drawn. One that stayed may have ended meanwhile: then another one, which is new, is asked."""
    seconds = _SECONDS + _SECONDS_A_PAGE * len(originals)
    for _attempt in range(_IDLE_KEPT + 1):
        drawer = _take()
        is_new = not drawer.papers
        paper = drawer.draw(what, pdf, originals, seconds)
        _give_back(drawer, works=paper is not None)
        if paper is not None:
            return paper
        if is_new:
            break
    raise FaxImageError("A notice could not be turned into a fax image; it is tried again.")


class _Drawer:
    """One process that draws papers, and the pipes to it."""

    def __init__(self) -> None:
        environment = {"PYTHONPATH": str(_ROOT), "PATH": os.defpath, "LANG": "C.UTF-8"}
        self.papers = 0
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "outbound.faximage"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )

    def draw(self, what: str, pdf: bytes, originals: Sequence[Original], seconds: float) -> bytes | None:
        """Give the paper; ``None`` where the process has ended, cannot draw it, or takes longer than ``seconds``."""
        named = [[str(original.path), original.lines] for original in originals]
        job = json.dumps({"what": what, "size": len(pdf), "originals": named}).encode() + b"\n"
        asks, answers = self._process.stdin, self._process.stdout
        assert asks is not None
        assert answers is not None
        limit = threading.Timer(seconds, self._process.kill)
        limit.start()
        try:
            asks.write(job + pdf)
            asks.flush()
            size = answers.readline().strip()
            paper = answers.read(int(size)) if size else b""
        except OSError:
            return None
        finally:
            limit.cancel()
        self.papers += 1
        return paper if size and len(paper) == int(size) else None

    def end(self) -> None:
        """End the process and close the pipes."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):  # what it had not read cannot be written any more
                pipe.close()
        self._process.wait()


_idle: list[_Drawer] = []
_at_the_idle = threading.Lock()


def _take() -> _Drawer:
    with _at_the_idle:
        drawer = _idle.pop() if _idle else None
    try:
        return drawer or _Drawer()
    except OSError as error:
        raise FaxImageError("A fax image cannot be drawn: no process can be started; it is tried again.") from error


def _give_back(drawer: _Drawer, *, works: bool) -> None:
    with _at_the_idle:
        stays = works and drawer.papers < _PAPERS and len(_idle) < _IDLE_KEPT
        if stays:
            _idle.append(drawer)
    if not stays:
        drawer.end()


@atexit.register
def end_drawers() -> None:
    """End the processes that wait for work."""
    with _at_the_idle:
        ended, _idle[:] = list(_idle), []
    for drawer in ended:
        drawer.end()
