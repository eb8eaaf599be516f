"""Killed at random moments, Inlet loses nothing and does nothing twice."""

import json
import random
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests.chaos.service import Service

pytestmark = pytest.mark.chaos
REFERENCE = Path(__file__).resolve().parents[2] / "samples" / "reference"
ORDER = """From: office{number}@clinic.example
To: orders@inlet.example
Subject: order {number}
Date: Mon, 02 Mar 2026 10:00:00 -0800
Message-ID: <{number}@clinic.example>
Content-Type: text/plain; charset=utf-8

Please provide a folding walker with wheels for our patient.

Patient: Quilla Sampleton{letter}
DOB: 03/07/1958
Member ID: 9123{number:04d}A
Address: 12 Invented Way, Oakland, CA 94601
Phone: 510-555-0142

E0143 Folding walker, wheeled, quantity 1
Diagnosis: R26.81

Unsteady gait after a fall; needs a walker to move safely at home.

Ordering provider: Ima Example, MD
NPI: 1234567893
3 Clinic Row, Oakland, CA 94602
Phone: 510-555-0150
Fax: 510-555-0151
"""


@dataclass(frozen=True)
class Plan:
    """How much is dropped and how often the service is killed."""

    arrivals: int
    kills: int
    seed: int


PLANS = [
    pytest.param(Plan(arrivals=8, kills=3, seed=3), id="short", marks=pytest.mark.timeout(180)),
    pytest.param(Plan(arrivals=60, kills=25, seed=20), id="full", marks=[pytest.mark.slow, pytest.mark.timeout(1500)]),
]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service, stopped at the end whatever happens."""
    made = Service(tmp_path / "data")
    yield made
    made.stop()


def drop(folder: Path, number: int) -> None:
    """Put one arrival into its inbox: mostly orders by mail, now and then a fax, a copy, a broken file."""
    if number % 10 == 7:
        name, inbox = f"{number}.tif", "fax"
        page = Image.new("1", (864, 200), 1)
        ImageDraw.Draw(page).text((40, 60), f"Advertisement {number}", fill=0, font_size=40)
        page.save(folder / name, compression="group4", dpi=(204, 196))
    elif number % 10 == 9:
        name, inbox = f"{number}.tif", "fax"
        (folder / name).write_bytes(f"no picture {number}".encode())
    else:
        name, inbox = f"{number}.eml", "mail"
        twin = number - 1 if number % 10 == 4 else number  # one in ten is a copy of the one before
        (folder / name).write_text(ORDER.format(number=twin, letter=chr(ord("a") + twin % 26)))
    place = folder / "data" / "inbox" / inbox
    place.mkdir(parents=True, exist_ok=True)
    shutil.move(folder / name, place / f".{name}")
    (place / f".{name}").rename(place / name)


@pytest.mark.parametrize("plan", PLANS)
def test_killed_again_and_again_nothing_is_lost_or_done_twice(plan: Plan, service: Service, tmp_path: Path) -> None:
    """Each arrival ends in exactly one end state; no request, notice or transmission exists twice."""
    rng = random.Random(plan.seed)
    waiting = list(range(plan.arrivals))
    kills = {"worker": 0, "all": 0}
    service.start()
    while sum(kills.values()) < plan.kills:
        until = time.monotonic() + rng.uniform(0.3, 7.0)
        share = max(1, round(plan.arrivals / plan.kills))
        for _ in range(share):
            if waiting:
                time.sleep(rng.uniform(0.0, 0.4))
                drop(tmp_path, waiting.pop(0))
        time.sleep(max(0.0, until - time.monotonic()))
        if rng.random() < 0.5:
            kills["worker"] += service.kill_worker()
        else:
            service.kill_all()
            kills["all"] += 1
            time.sleep(rng.uniform(0.0, 0.5))
            service.start()
    for number in waiting:
        drop(tmp_path, number)
    open_work = (
        "SELECT (SELECT count(*) FROM records_arrival WHERE state <> 'in_progress')"
        " + 1000 * (SELECT count(*) FROM records_workitem WHERE passed_at IS NULL)"
        " + 1000 * (SELECT count(*) FROM records_notice WHERE state = 'drafted')"
    )
    ended = service.wait_until(open_work, plan.arrivals, 60 + 4 * plan.arrivals)
    states = service.rows("SELECT state, count(*) FROM records_arrival GROUP BY state")
    assert ended, (states, kills)
    _check(service, plan)


def _check(service: Service, plan: Plan) -> None:
    numbers = range(plan.arrivals)
    copies = sum(number % 10 == 4 for number in numbers)
    broken = sum(number % 10 == 9 for number in numbers)
    states = dict(service.rows("SELECT state, count(*) FROM records_arrival GROUP BY state"))  # type: ignore[arg-type]
    assert sum(states.values()) == plan.arrivals, states
    assert states["duplicate"] == copies
    assert states["processed"] + states.get("quarantined", 0) == plan.arrivals - copies
    problems = dict(
        service.rows("SELECT problem_kind, count(*) FROM records_arrival WHERE state = 'quarantined' GROUP BY 1")
    )  # type: ignore[arg-type]
    assert problems.get("ingest.unknown_type", 0) == broken
    one_each = "SELECT count(*), count(DISTINCT arrival_id), count(DISTINCT reference) FROM records_request"
    assert service.rows(one_each) == [(states["processed"],) * 3]
    released = service.rows("SELECT count(*) FROM records_request WHERE released_revision > 0")[0][0]
    assert service.rows("SELECT count(*), count(DISTINCT key), count(DISTINCT request_id) FROM records_notice") == [
        (released, released, released)
    ]
    sums = service.rows("SELECT count(*), count(DISTINCT notice_id), count(DISTINCT key) FROM records_transmission")
    assert sums == [(released, released, released)]
    assert not service.rows("SELECT key FROM records_transmission WHERE state NOT IN ('submitted', 'held')")
    keys = [json.loads(path.read_text())["key"] for path in _tickets(service.data)]
    assert sorted(keys) == sorted(str(row[0]) for row in service.rows("SELECT key FROM records_transmission"))
    left = [path for path in (service.data / "inbox").rglob("*") if path.is_file()]
    assert not left
    twice = (
        "SELECT arrival_id FROM records_auditevent WHERE action = 'arrival.registered' GROUP BY 1 HAVING count(*) > 1"
    )
    assert not service.rows(twice)
    for (name,) in service.rows("SELECT original FROM records_arrival"):
        assert (service.data / "originals" / str(name)).is_file()
    assert not list((service.data / "derived").rglob("*.part"))


def _tickets(data: Path) -> list[Path]:
    return [*(data / "outbox").glob("*.json"), *(data / "held").glob("*.json")]
