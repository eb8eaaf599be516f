"""How much memory a reading process takes."""

import subprocess
import sys
from pathlib import Path

_FAXES = Path("samples/faxes")
_AIM_MB = 700
_BANDS_MB = 150
"""All of a page's SIFT pyramid at once takes about 215 MB, a third of it about 95."""

_READ = """
import datetime as dt, sys
from pathlib import Path
from bench.peak import peak_mb
from classify.reference import load_reference
from desk.one_file import read_file
reference, received = load_reference(None), dt.datetime(2026, 7, 1, 9, tzinfo=dt.UTC)
for name in sys.argv[1:]:
    read_file(Path(name), received_at=received, reference=reference)
print(peak_mb())
"""

_FEATURES = """
import numpy as np
from bench.peak import peak_mb
from extract.forms.blank import features_of
page = np.where(np.random.default_rng(3).random((2244, 1728)) < 0.1, 0, 255).astype(np.uint8)
features_of(page, "orb")
before = peak_mb()
assert len(features_of(page, "sift").points) > 100
print(peak_mb() - before)
"""


def _megabytes(program: str, *arguments: str) -> float:
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def test_a_process_that_reads_pages_of_several_kinds_stays_under_the_aim() -> None:
    """A letter, a form and an order form, one after another."""
    pages = [str(_FAXES / name) for name in ("letter_medium.tif", "mri_of_group.tif", "chme_order.tif")]
    assert _megabytes(_READ, *pages) < _AIM_MB


def test_the_features_of_an_unknown_page_are_found_a_band_at_a_time() -> None:
    """They are looked for on every page that is no known form, at the peak of a process's memory."""
    assert _megabytes(_FEATURES) < _BANDS_MB
