"""The log that a real HylaFAX wrote (``make test-faxline``, FAXLINE_LOG), joined to what Inlet would know of it."""

import datetime as dt
from pathlib import Path

import pytest

from reconcile.ledger import Arrival, Call, CallKind, Ledgers, Notice, Transmission
from reconcile.night import find_differences
from reconcile.xferfaxlog import read_xferfaxlog
from terms.dates import PACIFIC

LINES = (Path(__file__).parent / "xferfaxlog").read_text("utf-8").splitlines()


@pytest.fixture(scope="module")
def calls() -> tuple[Call, ...]:
    """The calls of the log."""
    log = read_xferfaxlog(LINES, PACIFIC)
    assert log.oddities == ()
    return log.calls


def _ledgers(calls: tuple[Call, ...]) -> Ledgers:
    """What Inlet's own ledgers say when everything went as the log says: both machines' faxes were taken in."""
    received = [c for c in calls if c.kind is CallKind.RECV]
    sent = [c for c in calls if c.kind is CallKind.SEND]
    arrivals = tuple(
        Arrival(
            f"{n}", c.line, "fax", c.at + dt.timedelta(seconds=c.seconds + 5), "duplicate", line=c.line, pages=c.pages,
            number=c.number, file=c.file, duplicate_of="1",
        )
        for n, c in enumerate(received, 1)
    )  # fmt: skip
    transmissions = tuple(
        Transmission(f"n{c.job}", c.job or "", c.at, "failed" if c.reason else "delivered", c.number) for c in sent
    )
    notices = tuple(Notice(f"n{c.job}", "R", "receipt", "delivered", c.at, c.number) for c in sent if not c.reason)
    return Ledgers(arrivals=arrivals, notices=notices, transmissions=transmissions, calls=calls)


def test_calls_are_told_apart(calls: tuple[Call, ...]) -> None:
    """Two faxes in with their files, callers and pages; two out; two numbers that were busy or did not answer."""
    received = [c for c in calls if c.kind is CallKind.RECV]
    assert [(c.file, c.number, c.pages) for c in received] == [
        ("fax000000001.tif", "+15105550199", 1),
        ("fax000000002.tif", "+15105550100", 3),
    ]
    sent = [c for c in calls if c.kind is CallKind.SEND]
    assert [(c.job, c.pages, bool(c.reason)) for c in sent] == [
        ("1", 1, False), ("2", 3, False), ("3", 0, True), ("4", 0, True), ("5", 0, True), ("6", 0, True),
    ]  # fmt: skip
    assert received[0].at == dt.datetime(2026, 11, 22, 21, 4, tzinfo=PACIFIC)


def test_log_and_ledgers_agree(calls: tuple[Call, ...]) -> None:
    """When everything is known as the log has it, nothing differs."""
    now = max(c.at for c in calls) + dt.timedelta(hours=8)
    assert find_differences(_ledgers(calls), now) == ()


@pytest.mark.parametrize(("lost", "kind"), [("arrival", "received_not_ingested"), ("transmission", "logged_not_sent")])
def test_what_only_the_log_knows_is_named(calls: tuple[Call, ...], lost: str, kind: str) -> None:
    """A fax that never came in, and one that went out without us, are named from the real log."""
    full = _ledgers(calls)
    short = (
        Ledgers(full.arrivals[:1], (), full.notices, full.transmissions, calls)
        if lost == "arrival"
        else Ledgers(full.arrivals, (), full.notices, full.transmissions[1:], calls)
    )
    now = max(c.at for c in calls) + dt.timedelta(hours=8)
    assert kind in {d.kind.value for d in find_differences(short, now)}
