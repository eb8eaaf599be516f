"""The fax image of a notice, made in a short-lived process."""

import os
import subprocess
import sys
from pathlib import Path

from outbound.errors import FaxImageError

RESOLUTIONS = ("fine", "standard")
_ROOT = Path(__file__).resolve().parent.parent
_SECONDS = 60


def fax_tiff(pdf: bytes, resolution: str = "fine") -> bytes:
    """Give a PDF as a fax TIFF: 1728 dots a row, 204x196 (``fine``) or 204x98 (``standard``), 1-bit G4.

    The same PDF gives the same bytes. Raises FaxImageError (retry) when the PDF cannot be drawn or
    the process fails, ValueError for another resolution.
    """
    if resolution not in RESOLUTIONS:
        raise ValueError(f"resolution is one of {', '.join(RESOLUTIONS)}")
    environment = {"PYTHONPATH": str(_ROOT), "PATH": os.defpath, "LANG": "C.UTF-8"}
    try:
        done = subprocess.run(  # noqa: S603  (our own interpreter and module)
            [sys.executable, "-P", "-m", "outbound.faximage", resolution],
            input=pdf,
            capture_output=True,
            timeout=_SECONDS,
            env=environment,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise FaxImageError("A notice could not be turned into a fax image; it is tried again.") from error
    return done.stdout
