"""The night's proof: all ledgers joined, every difference named, open ones carried over until cleared."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reconcile.difference import Difference, DifferenceKind
from reconcile.ledger import Ledgers
from reconcile.received import check_received
from reconcile.sums import ArrivalFact, DaySums, business_day, day_sums
from reconcile.tolerance import Tolerances
from reconcile.worked import check_worked
from reconcile.xferfaxlog import Oddity


@dataclass(frozen=True, slots=True)
class Clearing:
    """Who cleared a difference, when and why; the same difference is then not shown again."""

    difference: str
    by: str
    at: dt.datetime
    why: str


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A difference that stands, and the night that first named it."""

    difference: Difference
    first_seen: dt.date


@dataclass(frozen=True, slots=True)
class Night:
    """One night's result: the day's sums and everything that stands open, worst first."""

    day: dt.date
    now: dt.datetime
    sums: DaySums
    open: tuple[OpenItem, ...]
    cleared: tuple[Clearing, ...]
    resolved: tuple[str, ...]

    @property
    def is_proven(self) -> bool:
        """Say whether everything adds up and nothing is open."""
        return self.sums.is_balanced and not self.open

    def counts(self) -> Mapping[DifferenceKind, int]:
        """How many differences of each kind are open."""
        return Counter(item.difference.kind for item in self.open)

    def to_json(self) -> dict[str, object]:
        """Give the night as plain JSON values."""
        return {
            "day": self.day.isoformat(),
            "proven": self.is_proven,
            "sums": self.sums.to_json(),
            "open": [
                item.difference.to_json(self.now) | {"first_seen": item.first_seen.isoformat()} for item in self.open
            ],
            "cleared": [{"id": c.difference, "by": c.by, "at": c.at.isoformat(), "why": c.why} for c in self.cleared],
            "resolved": list(self.resolved),
        }


def find_differences(
    ledgers: Ledgers,
    now: dt.datetime,
    tolerances: Tolerances | None = None,
    oddities: Iterable[tuple[str, Oddity]] = (),
) -> tuple[Difference, ...]:
    """Every difference between the ledgers as of ``now`` (aware), worst owner's first, then oldest; none twice.

    ``oddities`` are the lines of logs that could not be read, each with its log's name. The order of
    the ledgers' entries does not matter.
    """
    chosen = tolerances or Tolerances()
    found = [*check_received(ledgers, now, chosen), *check_worked(ledgers, now, chosen)]
    found += [
        Difference(DifferenceKind.LOG_LINE_UNREAD, f"{log}:{odd.line}", now, {"what": odd.what})
        for log, odd in oddities
    ]
    distinct = {difference.id: difference for difference in found}
    return tuple(sorted(distinct.values(), key=lambda d: (_SEVERITY[d.kind], d.since, d.id)))


_WORST_FIRST: Sequence[DifferenceKind] = (
    DifferenceKind.DELIVERED_UNVERIFIED,
    DifferenceKind.LOGGED_NOT_SENT,
    DifferenceKind.RECEIVED_NOT_INGESTED,
    DifferenceKind.MAIL_NOT_INGESTED,
    DifferenceKind.BYTES_CHANGED,
    DifferenceKind.OVERDUE,
    DifferenceKind.READ_IN_NO_REQUEST,
)
_SEVERITY = {kind: place for place, kind in reversed(list(enumerate((*_WORST_FIRST, *DifferenceKind))))}


def prove(
    ledgers: Ledgers,
    now: dt.datetime,
    *,
    before: Sequence[OpenItem] = (),
    clearings: Iterable[Clearing] = (),
    tolerances: Tolerances | None = None,
    oddities: Iterable[tuple[str, Oddity]] = (),
    day: dt.date | None = None,
) -> Night:
    """Join the ledgers as of ``now`` (aware) for a business day (default: the one that ``now`` lies in).

    ``before`` are the items open last night: one that is still found keeps its first night, one that
    is not found any more is ``resolved``. A difference that a person cleared is not shown again.
    """
    day = day or business_day(now)
    cleared = {clearing.difference: clearing for clearing in clearings}
    first_seen = {item.difference.id: item.first_seen for item in before}
    found = find_differences(ledgers, now, tolerances, oddities)
    standing = tuple(OpenItem(d, first_seen.get(d.id, day)) for d in found if d.id not in cleared)
    still = {item.difference.id for item in standing}
    gone = tuple(sorted(first_seen.keys() - still - cleared.keys()))
    facts = (ArrivalFact(a.id, a.source, a.received_at, a.state) for a in ledgers.arrivals)
    return Night(day, now, day_sums(day, facts), standing, tuple(cleared.values()), gone)
