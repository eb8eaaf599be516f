"""The fax image of a notice, and the PDF of a packet, each made in a short-lived process."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from outbound.errors import FaxImageError
from outbound.originals import Original

RESOLUTIONS = ("fine", "standard")
_ROOT = Path(__file__).resolve().parent.parent
_SECONDS = 60
_SECONDS_A_PAGE = 5


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
    environment = {"PYTHONPATH": str(_ROOT), "PATH": os.defpath, "LANG": "C.UTF-8"}
    named = [f"{original.lines}:{original.path}" for original in originals]
    try:
        done = subprocess.run(  # noqa: S603  (our own interpreter and module)
            [sys.executable, "-P", "-m", "outbound.faximage", what, *named],
            input=pdf,
            capture_output=True,
            timeout=_SECONDS + _SECONDS_A_PAGE * len(originals),
            env=environment,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise FaxImageError("A notice could not be turned into a fax image; it is tried again.") from error
    return done.stdout
