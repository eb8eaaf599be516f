"""What others make of the same page: plain Tesseract, and ocrmypdf where it is installed.

They give text and no fields, so a value counts as right when its printed form stands anywhere in
the text, spaces and case aside: a kinder measure than ours, where it must be in the right field.
"""

import os
import re
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

_TIMEOUT = 600
_OWN = Path(__file__).parents[2] / ".venv-bench" / "bin"
"""Where ``make bench-reading`` puts ocrmypdf; else the one on the path is measured."""


@dataclass(frozen=True, slots=True)
class PeerResult:
    """How many of a page's critical values a peer's text holds, and what it cost."""

    peer: str
    right: int
    total: int
    seconds: float


def available() -> tuple[str, ...]:
    """Name the peers that are installed."""
    return tuple(name for name in ("tesseract", "ocrmypdf") if _program(name))


def _program(name: str) -> str | None:
    return shutil.which(name, path=str(_OWN)) or shutil.which(name)


def measure(peer: str, fax: Path, truth: Mapping[str, Any]) -> PeerResult:
    """Let ``peer`` read a fax and look for the critical values in its text."""
    text, seconds = read(peer, fax)
    printed = wanted(truth)
    return PeerResult(peer, right_in(text, printed), len(printed), seconds)


def read(peer: str, fax: Path) -> tuple[str, float]:
    """Let ``peer`` read a fax of one page: the text and the CPU seconds it took."""
    with tempfile.TemporaryDirectory(prefix="inlet-bench-") as folder:
        square = Path(folder) / "page.png"
        _squared(fax).save(square, dpi=(204, 204))
        before = _child_seconds()
        text = _tesseract(square) if peer == "tesseract" else _ocrmypdf(square, Path(folder))
        seconds = _child_seconds() - before
    return text, seconds


def right_in(text: str, printed: Sequence[str]) -> int:
    """How many of the printed values stand anywhere in a text, spaces and case aside."""
    flat = _flat(text)
    return sum(_flat(value) in flat for value in printed)


def wanted(truth: Mapping[str, Any]) -> list[str]:
    """Give the printed forms of a page's critical values (the type's tick box apart, which is no text)."""
    names = (
        "member.last_name",
        "member.first_name",
        "member.date_of_birth",
        "member.id",
        "member.phone",
        "ordering_provider.npi",
        "ordering_provider.phone",
        "ordering_provider.fax",
    )
    values = [truth["printed"][name] for name in names if name in truth["printed"]]
    return [*values, *(line["code"] for line in truth["lines"]), *truth["diagnoses"]]


def _squared(fax: Path) -> Image.Image:
    """The page as a grey picture with square dots: what a careful user would feed them."""
    with Image.open(fax) as image:
        across, down = (float(v) for v in image.info["dpi"])
        return image.convert("L").resize((image.width, round(image.height * across / down)), Image.Resampling.BILINEAR)


def _run(program: str, *options: str) -> str:
    done = subprocess.run(  # noqa: S603  (fixed programs, our own file names)
        [_program(program) or program, *options],
        capture_output=True,
        text=True,
        timeout=_TIMEOUT,
        check=False,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    return done.stdout


def _tesseract(image: Path) -> str:
    """Page segmentation 11 (sparse text): its best on these pages."""
    return _run("tesseract", str(image), "stdout", "--psm", "11", "--dpi", "204")


def _ocrmypdf(image: Path, folder: Path) -> str:
    sidecar = folder / "text.txt"
    options = ["--rotate-pages", "--deskew", "--image-dpi", "204", "--jobs", "1", "--output-type", "pdf", "--sidecar"]
    _run("ocrmypdf", *options, str(sidecar), str(image), str(folder / "out.pdf"))
    return sidecar.read_text(encoding="utf-8", errors="replace") if sidecar.exists() else ""


def _flat(text: str) -> str:
    return re.sub(r"\s", "", text).upper()


def _child_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
