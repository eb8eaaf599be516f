"""Every sample, damaged: cut, bits turned, bytes blanked; each ends in pages or a problem within limits."""

import random
from pathlib import Path

import pytest

from ingest.errors import problem_kinds
from ingest.limits import Limits
from ingest.unpack import unpack

_SAMPLES = Path(__file__).resolve().parents[2] / "samples"
_ORIGINALS = sorted(
    path
    for folder in ("faxes", "mails")
    for path in (_SAMPLES / folder).rglob("*")
    if path.suffix in {".tif", ".pdf", ".jpg", ".png", ".eml"} and path.stat().st_size
)
_LIMITS = Limits(wall_seconds=30.0, crashes=2)


def _variants(data: bytes, seed: str, count: int) -> list[bytes]:
    chance = random.Random(seed)
    found = []
    for number in range(count):
        changed = bytearray(data)
        if number % 3 == 0:
            del changed[chance.randrange(len(data)) :]
        elif number % 3 == 1:
            for _ in range(chance.choice((1, 10, 100))):
                changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        else:
            start = chance.randrange(len(data))
            changed[start : start + chance.choice((4, 64, 2048))] = b""
        found.append(bytes(changed))
    return found


def _check(original: Path, into: Path, count: int) -> None:
    for number, data in enumerate(_variants(original.read_bytes(), original.name, count)):
        path = into / f"variant-{number}"
        path.write_bytes(data)
        found = unpack(path, into / f"pages-{number}", limits=_LIMITS)
        assert found.pages or found.problem, number
        troubles = [page.problem for page in found.pages if page.problem] + [found.problem]
        assert {trouble.kind for trouble in troubles if trouble} <= set(problem_kinds())
        assert all(page.image is None or page.image.exists() for page in found.pages)


def test_there_are_samples() -> None:
    """The zoo is not empty."""
    assert len(_ORIGINALS) >= 30


@pytest.mark.parametrize("original", [p for p in _ORIGINALS if p.suffix != ".tif"], ids=lambda path: path.name)
def test_damaged_documents_and_mails(original: Path, tmp_path: Path) -> None:
    """PDFs, photos and mails with two kinds of damage."""
    _check(original, tmp_path, 2)


@pytest.mark.slow
@pytest.mark.parametrize("original", _ORIGINALS, ids=lambda path: path.name)
def test_every_sample_many_times(original: Path, tmp_path: Path) -> None:
    """Each sample in a dozen damaged variants."""
    _check(original, tmp_path, 12)
