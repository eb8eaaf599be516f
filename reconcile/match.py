"""Joining the fax server's calls to arrivals: by file name, else by line, number and pages within a tolerance of time.

Both sides are used at most once. Within one pass and one key as many are joined as can be, and of all
ways to do so the one nearest in time is taken: a fax that was lost is then named itself and not its
neighbour. Passes go from the surest key to the weakest, so that a likely pair is never lost to an
unlikely one.
"""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from reconcile.ledger import Arrival, Call
from reconcile.tolerance import Tolerances


@dataclass(frozen=True, slots=True)
class Pair:
    """A call and the arrival that came of it, and the key that joined them."""

    call: Call
    arrival: Arrival
    by: str


@dataclass(frozen=True, slots=True)
class Matching:
    """The pairs, and what was left on either side, each in order of time."""

    pairs: tuple[Pair, ...]
    calls_left: tuple[Call, ...]
    arrivals_left: tuple[Arrival, ...]


_PAIR = 10**9
_CallKey = Callable[[Call], Hashable | None]
_ArrivalKey = Callable[[Arrival], Hashable | None]
_PASSES: tuple[tuple[str, _CallKey, _ArrivalKey], ...] = (
    ("file", lambda c: c.file, lambda a: a.file),
    (
        "line, number and pages",
        lambda c: (c.line, c.number, c.pages) if c.number else None,
        lambda a: (a.line, a.number, a.pages) if a.number else None,
    ),
    (
        "line and number",
        lambda c: (c.line, c.number) if c.number else None,
        lambda a: (a.line, a.number) if a.number else None,
    ),
    ("line and pages", lambda c: (c.line, c.pages), lambda a: (a.line, a.pages) if a.pages is not None else None),
    ("line", lambda c: (c.line,), lambda a: (a.line,)),
)


def match_calls(calls: Iterable[Call], arrivals: Iterable[Arrival], tolerances: Tolerances) -> Matching:
    """Join received faxes to fax arrivals; the order of either side does not matter.

    A file name joins within ``tolerances.recycled`` and outweighs everything else; without a common
    one the times must lie within ``tolerances.clock`` of the call's beginning or end. Numbers that
    contradict each other keep two entries apart even when the times fit.
    """
    open_calls = sorted(calls, key=lambda c: (c.at, c.id))
    open_arrivals = sorted(arrivals, key=lambda a: (a.received_at, a.id))
    pairs: list[Pair] = []
    for name, of_call, of_arrival in _PASSES:
        found = _one_pass(name, open_calls, open_arrivals, (of_call, of_arrival), tolerances)
        taken_calls = {pair.call.id for pair in found}
        taken_arrivals = {pair.arrival.id for pair in found}
        open_calls = [c for c in open_calls if c.id not in taken_calls]
        open_arrivals = [a for a in open_arrivals if a.id not in taken_arrivals]
        pairs += found
    pairs.sort(key=lambda p: (p.call.at, p.call.id))
    return Matching(tuple(pairs), tuple(open_calls), tuple(open_arrivals))


def _one_pass(
    name: str,
    calls: Sequence[Call],
    arrivals: Sequence[Arrival],
    keys: tuple[_CallKey, _ArrivalKey],
    tolerances: Tolerances,
) -> list[Pair]:
    groups: dict[Hashable, tuple[list[Call], list[Arrival]]] = defaultdict(lambda: ([], []))
    for call in calls:
        if (key := keys[0](call)) is not None:
            groups[key][0].append(call)
    for arrival in arrivals:
        if (key := keys[1](arrival)) is not None:
            groups[key][1].append(arrival)
    pairs: list[Pair] = []
    for left, right in groups.values():
        if left and right:
            pairs += _join(name, left, right, tolerances)
    return pairs


def _join(name: str, calls: Sequence[Call], arrivals: Sequence[Arrival], tolerances: Tolerances) -> list[Pair]:
    """The largest joining that keeps both sides in order, and of the largest the one nearest in time.

    Row by row over the calls, only arrivals inside a call's window are looked at; ``rows[i][j - low]``
    is the best score of the first ``i`` calls with the first ``j`` arrivals.
    """
    times = [arrival.received_at for arrival in arrivals]
    low, rows, lows = 0, [[0]], [0]
    high = 0
    for call in calls:
        earliest, latest = _window(call, name, tolerances)
        first = bisect_left(times, earliest)
        high = max(high, bisect_right(times, latest))
        before, before_low = rows[-1], lows[-1]
        low = max(before_low, min(first, high))
        row: list[int] = []
        for j in range(low, high + 1):
            best = _at(before, before_low, j)
            if row:
                best = max(best, row[-1])
            if j > low or first < j:
                gain = _gain(call, arrivals[j - 1], name, (earliest, latest)) if j > first else 0
                if gain:
                    best = max(best, _at(before, before_low, j - 1) + gain)
            row.append(best)
        rows.append(row)
        lows.append(low)
    return _trace(name, calls, arrivals, rows, lows, tolerances)


def _at(row: Sequence[int], low: int, place: int) -> int:
    """The score at ``place`` of a row that is kept from ``low`` on; it does not change beyond its end."""
    return row[min(max(place - low, 0), len(row) - 1)]


def _gain(call: Call, arrival: Arrival, name: str, window: tuple[dt.datetime, dt.datetime]) -> int:
    """What a pair adds to a joining: one pair more outweighs any sum of seconds; 0 where the two do not fit."""
    if not window[0] <= arrival.received_at <= window[1] or not _agree(call, arrival, name):
        return 0
    apart = abs((arrival.received_at - call.at).total_seconds() - call.seconds)
    return _PAIR - int(apart)


def _trace(  # noqa: PLR0917  (the table and both of its sides)
    name: str,
    calls: Sequence[Call],
    arrivals: Sequence[Arrival],
    rows: Sequence[Sequence[int]],
    lows: Sequence[int],
    tolerances: Tolerances,
) -> list[Pair]:
    """Walk the table back from its end and read off the pairs."""
    pairs: list[Pair] = []
    j = lows[-1] + len(rows[-1]) - 1
    for i in range(len(calls), 0, -1):
        j = min(j, lows[i] + len(rows[i]) - 1)
        while j > lows[i] and _at(rows[i], lows[i], j) == _at(rows[i], lows[i], j - 1):
            j -= 1
        score = _at(rows[i], lows[i], j)
        if score == _at(rows[i - 1], lows[i - 1], j):
            continue
        call, arrival = calls[i - 1], arrivals[j - 1]
        gain = _gain(call, arrival, name, _window(call, name, tolerances))
        assert gain
        assert score == _at(rows[i - 1], lows[i - 1], j - 1) + gain
        pairs.append(Pair(call, arrival, name))
        j -= 1
    return pairs


def _window(call: Call, name: str, tolerances: Tolerances) -> tuple[dt.datetime, dt.datetime]:
    slack = tolerances.recycled if name == "file" else tolerances.clock
    return call.at - slack, call.at + dt.timedelta(seconds=call.seconds) + slack


def _agree(call: Call, arrival: Arrival, name: str) -> bool:
    """Say whether nothing that both sides know speaks against the pair."""
    if name == "file":
        return not (call.line and arrival.line) or call.line == arrival.line
    if call.file and arrival.file and call.file != arrival.file:
        return False
    return not (call.number and arrival.number) or call.number == arrival.number
