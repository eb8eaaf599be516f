"""A telephone line for tests: sends a TIFF through two simulated fax terminals and gives what arrived.

The program is ``tests/faxline/faxsim.c`` (spandsp and libtiff through ``gcc``, Debian's
``libspandsp-dev libtiff-dev gcc``), compiled once into a folder and found there again. Real calls
fail now and then: :func:`call` tries further seeds. Nothing of this is needed to use the committed
samples.
"""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "tests" / "faxline" / "faxsim.c"
_HEADERS = ("spandsp.h", "tiffio.h")
_INCLUDE_FOLDERS = (Path("/usr/include"), Path("/usr/include/x86_64-linux-gnu"), Path("/usr/include/aarch64-linux-gnu"))
_COMPILE_SECONDS, _CALL_SECONDS = 120, 120
BAD_LINE = ("--ecm", "0", "--burst", "0.5,8,-8")
"""The condition "bad line": no error correction, half a burst a second."""


class PhoneLineError(RuntimeError):
    """The simulated line cannot be used, or no call succeeded."""


@dataclass(frozen=True, slots=True)
class Received:
    """What the receiver kept of a call that ended well: the TIFF, the seed, and a record a page."""

    tiff: bytes
    seed: int
    pages: tuple[dict[str, object], ...]

    @property
    def bad_rows(self) -> int:
        """Rows the receiver knew to be damaged, over all pages."""
        return sum(int(str(page["bad_rows"])) for page in self.pages)


def missing_tools() -> tuple[str, ...]:
    """Name what is not installed (compiler, headers); empty when the line can be used."""
    absent = [] if shutil.which("gcc") else ["gcc"]
    absent += [h for h in _HEADERS if not any((folder / h).exists() for folder in _INCLUDE_FOLDERS)]
    return tuple(absent)


def line_program(cache: Path) -> Path:
    """Compile the line's program into ``cache`` unless it is already there; give its path."""
    absent = missing_tools()
    if absent:
        raise PhoneLineError(f"not installed: {', '.join(absent)}; install gcc, libspandsp-dev and libtiff-dev")
    digest = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:12]
    program = cache / f"faxsim-{digest}"
    if not program.exists():
        cache.mkdir(parents=True, exist_ok=True)
        fresh = program.with_suffix(".new")
        command = ["gcc", "-O2", "-o", str(fresh), str(SOURCE), "-lspandsp", "-ltiff", "-lm"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=_COMPILE_SECONDS, check=False)  # noqa: S603  (our own source)
        if done.returncode:
            raise PhoneLineError(f"the compiler refused faxsim.c: {done.stderr.strip()[-300:]}")
        fresh.replace(program)
    return program


def call(
    tiff: Path, folder: Path, program: Path, *, options: Sequence[str] = (), seed: int = 1, tries: int = 20
) -> Received:
    """Send ``tiff`` and give what was received, trying the next seed when a call fails.

    ``options`` are faxsim's own (:data:`BAD_LINE`, ``--res std`` …); ``folder`` takes the received
    file. Raises :class:`PhoneLineError` when no seed out of ``tries`` succeeds.
    """
    for number in range(seed, seed + tries):
        target = folder / f"received-{number}.tif"
        command = [str(program), "--in", str(tiff), "--out", str(target), "--seed", str(number), *options]
        done = subprocess.run(command, capture_output=True, text=True, timeout=_CALL_SECONDS, check=False)  # noqa: S603  (our own program)
        if done.returncode == 0 and target.exists():
            events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
            pages = tuple(e for e in events if e.get("ev") == "page" and e.get("who") == "rx")
            return Received(target.read_bytes(), number, pages)
    raise PhoneLineError(f"no call succeeded with {tries} seeds from {seed}")
