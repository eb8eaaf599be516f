"""Whatever is thrown at the running service comes to an end that a person can work with, within limits.

``make test-corpus`` is the whole (``CORPUS_VARIANTS``, ``CORPUS_ORIGINALS`` and ``CORPUS_READERS`` change its size);
CI runs a slice. With ``CORPUS_DATA``, a folder that is kept, a run that was stopped goes on where it stopped.
"""

import json
import os
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.scales import Scales
from tests.chaos.service import Service
from tests.corpus.zoo import bombs, originals, variants

pytestmark = [pytest.mark.chaos, pytest.mark.e2e]
MOST_MEMORY = 500 * 2**20
"""For the supervisor, the web desk and the worker together, without resident readers and decoders."""

_ENDED = "SELECT count(*) FROM records_arrival WHERE state <> 'in_progress'"
_SMALL = 20_000
_QUICK_BOMBS = frozenset({"bomb-pixels.png", "bomb-strip.tif", "bomb-loop.tif", "bomb-zip.zip", "bomb-pdf-loop.pdf"})


def _files(variant_count: int, original_count: int | None) -> Iterator[tuple[str, bytes]]:
    """All originals and bombs, or with ``original_count`` so many small originals and the quick bombs; variants."""
    chosen = originals()
    if original_count is not None:
        chosen = random.Random(4).sample([p for p in chosen if p.stat().st_size < _SMALL], original_count)
    for number, path in enumerate(chosen):
        yield f"{number}-{path.name}", path.read_bytes()
    yield from (bomb for bomb in bombs() if original_count is None or bomb[0] in _QUICK_BOMBS)
    yield from variants(variant_count, seed=4)


@pytest.fixture
def service(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Service]:
    """A service, stopped at the end whatever happens."""
    kept = os.environ.get("CORPUS_DATA")
    place = Path(kept).resolve() / request.node.callspec.id if kept else tmp_path
    place.mkdir(parents=True, exist_ok=True)
    made = Service(place / "data", INLET_READERS=os.environ.get("CORPUS_READERS", "1"), INLET_PAGE_SECONDS="120")
    yield made
    made.stop()


def _earlier(service: Service) -> dict[str, float]:
    """Seconds and most memory of earlier runs on the same data."""
    kept = service.data.parent / "so-far.json"
    return json.loads(kept.read_text("utf-8")) if kept.exists() else {"seconds": 0.0, "memory": 0.0}


def _remember(service: Service, earlier: dict[str, float], seconds: float, scales: Scales) -> None:
    """Keep what a later run on the same data has to count in."""
    so_far = {"seconds": earlier["seconds"] + seconds, "memory": max(earlier["memory"], scales.most)}
    (service.data.parent / "so-far.json").write_text(json.dumps(so_far), "utf-8")


def _keep(figures: dict[str, object], log: Path) -> None:
    """Leave figures and log where the caller wants them (``CORPUS_OUT``)."""
    out = os.environ.get("CORPUS_OUT")
    if out:
        Path(out).mkdir(parents=True, exist_ok=True)
        (Path(out) / "corpus.json").write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
        shutil.copy(log, Path(out) / "service.log")


def _awaited(service: Service, count: int, start: float, scales: Scales, earlier: dict[str, float]) -> bool:
    """Wait until all have ended, and say now and then how far it is; give whether they did."""
    end = time.monotonic() + 120 + 12 * count
    out = os.environ.get("CORPUS_OUT")
    while time.monotonic() < end:
        if service.wait_until(_ENDED, count, 20.0):
            return True
        _remember(service, earlier, time.monotonic() - start, scales)
        if out:
            Path(out).mkdir(parents=True, exist_ok=True)
            with (Path(out) / "corpus-progress.txt").open("a", encoding="utf-8") as progress:
                ended = service.rows(_ENDED)
                seconds = time.monotonic() - start
                held, most = scales.last / 2**20, scales.most / 2**20
                progress.write(f"{seconds:.0f} s: {ended} of {count} ended, {held:.0f} MB, most {most:.0f} MB\n")
    return False


def _outcomes(service: Service) -> dict[str, dict[str, int]]:
    """What became of originals, of damaged files and of bombs, each by state."""
    which = (
        "CASE WHEN file_name LIKE 'damaged-%' THEN 'damaged' WHEN file_name LIKE 'bomb-%' THEN 'bombs' "
        "ELSE 'originals' END"
    )
    made: dict[str, dict[str, int]] = {}
    for kind, state, count in service.rows(f"SELECT {which}, state, count(*) FROM records_arrival GROUP BY 1, 2"):  # noqa: S608  (our own words)
        made.setdefault(str(kind), {})[str(state)] = int(str(count))
    return made


_ORIGINALS = int(os.environ["CORPUS_ORIGINALS"]) if "CORPUS_ORIGINALS" in os.environ else None
PLANS = [
    pytest.param(6, 2, id="slice", marks=pytest.mark.timeout(240)),
    pytest.param(
        int(os.environ.get("CORPUS_VARIANTS", "1000")), _ORIGINALS, id="whole",
        marks=[pytest.mark.slow, pytest.mark.timeout(4 * 3600)],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("variant_count", "original_count"), PLANS)
def test_everything_ends_within_limits(service: Service, variant_count: int, original_count: int | None) -> None:
    """An end state for each file, a reason for each that is quarantined, no traceback, little memory."""
    inboxes = {name: service.data / "inbox" / name for name in ("fax", "mail")}
    for inbox in inboxes.values():
        inbox.mkdir(parents=True, exist_ok=True)
    there = {str(name) for (name,) in service.rows("SELECT file_name FROM records_arrival")}
    there |= {path.name for inbox in inboxes.values() for path in inbox.iterdir()}
    earlier = _earlier(service)
    count = 0
    start = time.monotonic()
    service.start()
    with Scales(service) as scales:
        for name, data in _files(variant_count, original_count):
            if not data:
                continue
            count += 1
            inbox = inboxes["mail" if name.endswith((".eml", ".msg")) else "fax"]
            if name in there:
                continue
            (inbox / f".{name}").write_bytes(data)
            (inbox / f".{name}").rename(inbox / name)
        assert _awaited(service, count, start, scales, earlier), service.rows(
            "SELECT id, file_name, state FROM records_arrival WHERE state = 'in_progress'"
        )
    _remember(service, earlier, time.monotonic() - start, scales)
    so_far = _earlier(service)
    states = dict(service.rows("SELECT state, count(*) FROM records_arrival GROUP BY state"))  # type: ignore[arg-type]  (pairs)
    problems = dict(service.rows("SELECT problem_kind, count(*) FROM records_arrival GROUP BY 1"))  # type: ignore[arg-type]  (pairs)
    figures = {
        "files": count,
        "seconds": round(so_far["seconds"]),
        "states": states,
        "problems": problems,
        "outcomes": _outcomes(service),
        **scales.figures(),
        "most_memory_mb": round(so_far["memory"] / 2**20),
    }
    _keep(figures, service.log)
    assert sum(states.values()) == count
    silent = (
        "SELECT id FROM records_arrival WHERE state = 'quarantined' AND (problem_kind = '' OR problem_message = '')"
    )
    assert not service.rows(silent)
    assert not service.rows("SELECT id FROM records_arrival WHERE problem_kind IN ('desk.gave_up', 'desk.step_failed')")
    log = service.log.read_text("utf-8", "replace")
    told = [line for line in log.splitlines() if '"error": {"type"' in line or "Traceback" in line]
    assert not told, told[:5]
    assert so_far["memory"] < MOST_MEMORY, scales.by_part
    left = [path.name for inbox in inboxes.values() for path in inbox.rglob("*") if path.is_file()]
    assert not left
