"""Fax servers' logs: HylaFAX's own and any CSV by its mapping."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.csvlog import CsvMapping, read_csv_log
from reconcile.errors import LedgerError
from reconcile.ledger import Arrival, Call, CallKind
from reconcile.match import match_calls
from reconcile.tolerance import Tolerances
from reconcile.xferfaxlog import read_xferfaxlog

PACIFIC = ZoneInfo("America/Los_Angeles")
AT = dt.datetime(2026, 11, 16, 9, 12, tzinfo=PACIFIC)
LINES = [
    ('11/16/26 09:12\tRECV\t000000123\tttyS0\trecvq/fax000000045.tif\t""\tfax\t"15105550170"\t"510 555 0142"'
    '\t4718592\t3\t0:01:42\t0:01:30\t""\t"PRETEND CLINIC"\t"5105550142"\t""\t""\t""'),
    ('11/16/26 09:20\tCALL\t000000124\tttyS0\t\t\tfax\t"15105550170"\t""\t0\t0\t0:00:09\t0:00:09'
    '\t"RSPREC error/got DCN"\t""\t"5105550143"\t""\t""\t""'),
    ('11/16/26 09:30\tSEND\t000000125\tttyS1\t77\t"tag"\tinlet@localhost\t"15105550199"\t"1 510 555 0199"'
    '\t0\t2\t0:01:02\t0:00:50\t""\t""\t""\t""\t"inlet"\t""'),
    ('11/16/26 10:30\tUNSENT\t\t\t78\t""\tinlet@localhost\t"15105550198"\t""\t0\t0\t0:00:00\t0:00:00'
    '\t"Too many attempts to dial"\t""\t""\t""\t"inlet"\t""'),
    '11/16/26 10:31\tSUBMIT\t\t\t79\t""\tinlet@localhost\t"15105550198"\t""\t0\t0\t0:00:00\t0:00:00\t""',
]  # fmt: skip


def test_each_kind_of_line_of_the_fax_servers_log_is_read() -> None:
    """Received, called in vain, sent, given up: with line, numbers, pages, seconds, file, job and reason."""
    log = read_xferfaxlog(LINES, PACIFIC)
    assert log.oddities == ()
    received, called, sent, unsent = log.calls
    assert (received.kind, received.file, received.pages, received.seconds) == (
        CallKind.RECV,
        "fax000000045.tif",
        3,
        102,
    )
    assert (received.at, received.number, received.tsi) == (AT, "+15105550142", "510 555 0142")
    assert (called.kind, called.number, called.reason) == (CallKind.CALL, "+15105550143", "RSPREC error/got DCN")
    assert (sent.kind, sent.job, sent.number, sent.reason) == (CallKind.SEND, "77", "+15105550199", "")
    assert (unsent.kind, unsent.job) == (CallKind.UNSENT, "78")
    assert len({call.id for call in log.calls}) == 4


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        LINES[0].replace("RECV", "WHAT"),
        LINES[0].replace("11/16/26", "31/31/26"),
        LINES[0].replace("\t3\t", "\tx\t"),
    ],
)
def test_a_line_that_makes_no_sense_is_kept_as_an_oddity(line: str) -> None:
    """Its number is named and its text is not."""
    log = read_xferfaxlog([LINES[0], line, ""], PACIFIC)
    assert [odd.line for odd in log.oddities] == [2]
    assert len(log.calls) == 1


@given(st.lists(st.text(max_size=80), max_size=5))
def test_no_text_breaks_the_log_reader(lines: list[str]) -> None:
    """Every line is a call, passed over, or an oddity."""
    log = read_xferfaxlog(lines, PACIFIC)
    assert len(log.calls) + len(log.oddities) <= len(lines)


def test_another_servers_log_is_read_by_its_mapping() -> None:
    """Columns, kinds and dates by mapping; odd rows are kept; a missing column is refused."""
    mapping = CsvMapping(
        columns={"id": "Id", "kind": "Dir", "at": "When", "number": "From", "pages": "Pgs", "reason": "Result"},
        kinds={"IN": CallKind.RECV, "OUT": CallKind.SEND},
    )
    text = ["Id,Dir,When,From,Pgs,Result", "1,IN,2026-11-16 09:12:00,(510) 555-0142,3,OK", "2,UP,x,,,", "3,IN,x,,,"]
    log = read_csv_log(text, mapping)
    assert log.calls == (Call("1", CallKind.RECV, AT, "", "+15105550142", None, 3),)
    assert [odd.line for odd in log.oddities] == [3, 4]
    with pytest.raises(LedgerError, match="'at'"):
        read_csv_log(["Id,Dir"], mapping)


def _call(n: int, minute: int, *, number: str | None = None, pages: int = 1, file: str | None = None) -> Call:
    return Call(f"c{n}", CallKind.RECV, AT + dt.timedelta(minutes=minute), "ttyS0", number, None, pages, 0, file)


def _arrival(n: int, minute: int, *, number: str | None = None, pages: int = 1, file: str | None = None) -> Arrival:
    at = AT + dt.timedelta(minutes=minute)
    return Arrival(f"a{n}", "line", "fax", at, "processed", "ttyS0", pages, number, None, file)


def test_the_file_name_outweighs_nearness_in_time() -> None:
    """A fax that lay for a day is still the fax of its call."""
    calls = [_call(1, 0, file="f1.tif"), _call(2, 1, file="f2.tif")]
    arrivals = [_arrival(1, 24 * 60, file="f1.tif"), _arrival(2, 0, file="f2.tif")]
    found = match_calls(calls, arrivals, Tolerances())
    assert {(p.call.id, p.arrival.id, p.by) for p in found.pairs} == {("c1", "a1", "file"), ("c2", "a2", "file")}


def test_numbers_that_contradict_each_other_keep_two_entries_apart() -> None:
    """The same minute and another caller are another fax."""
    found = match_calls([_call(1, 0, number="+15105550142")], [_arrival(1, 0, number="+15105550143")], Tolerances())
    assert found.pairs == ()
    assert (len(found.calls_left), len(found.arrivals_left)) == (1, 1)


@given(
    calls=st.lists(st.integers(0, 120), max_size=8),
    arrivals=st.lists(st.integers(0, 120), max_size=8),
    order=st.randoms(use_true_random=False),
)
def test_as_many_as_can_be_are_joined_each_once(calls: list[int], arrivals: list[int], order: object) -> None:
    """On one line without numbers: the most pairs possible within the tolerance, in any order of the entries."""
    tolerances = Tolerances(clock=dt.timedelta(minutes=10))
    left = [_call(n, minute) for n, minute in enumerate(calls)]
    right = [_arrival(n, minute) for n, minute in enumerate(arrivals)]
    found = match_calls(left, right, tolerances)
    assert len(found.pairs) == _most(sorted(calls), sorted(arrivals))
    assert len({p.call.id for p in found.pairs}) == len({p.arrival.id for p in found.pairs}) == len(found.pairs)
    assert len(found.pairs) + len(found.calls_left) == len(calls)
    assert len(found.pairs) + len(found.arrivals_left) == len(arrivals)
    order.shuffle(left)
    order.shuffle(right)
    assert match_calls(left, right, tolerances) == found


def _most(calls: list[int], arrivals: list[int]) -> int:
    """The size of the largest joining, by the textbook recursion over both sorted sides."""
    best = [[0] * (len(arrivals) + 1) for _ in range(len(calls) + 1)]
    for i in range(1, len(calls) + 1):
        for j in range(1, len(arrivals) + 1):
            joined = best[i - 1][j - 1] + (abs(calls[i - 1] - arrivals[j - 1]) <= 10)
            best[i][j] = max(best[i - 1][j], best[i][j - 1], joined)
    return best[-1][-1]
