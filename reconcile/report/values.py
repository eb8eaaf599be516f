"""The nightly report as one plain value: the proof first, then what it needs to be understood.

Everything that a page, a PDF, a workbook or a mail shows of a night comes from here, so that they
cannot disagree. Ids only; nothing about a member.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reconcile.difference import DifferenceKind
from reconcile.measures import Measures
from reconcile.night import Night, OpenItem
from reconcile.sums import Sums

WORST_SHOWN = 12
"""Open items on the first page; the rest stands under details."""

AGES: tuple[tuple[str, float], ...] = (("today", 24), ("1 day", 48), ("2 to 3 days", 96), ("4 to 7 days", 192))
OLDER = "older"


@dataclass(frozen=True, slots=True)
class TrendDay:
    """One day of the charts. ``released`` of which ``untouched`` by a person; notices by what became of them."""

    day: dt.date
    sums: Sums
    released: int = 0
    untouched: int = 0
    delivered: int = 0
    waiting: int = 0
    failed: int = 0

    def to_json(self) -> dict[str, object]:
        """Give the day as plain JSON values."""
        return {
            "day": self.day.isoformat(),
            "sums": self.sums.to_json(),
            "released": self.released,
            "untouched": self.untouched,
            "delivered": self.delivered,
            "waiting": self.waiting,
            "failed": self.failed,
        }


@dataclass(frozen=True, slots=True)
class NightReport:
    """A night, the days before it, how old the open requests are, and the measures of the month so far."""

    night: Night
    trend: tuple[TrendDay, ...]
    open_ages: Mapping[str, int]
    measures: Measures
    missing_ledgers: tuple[str, ...] = ()
    """What could not be read tonight, in words: without it nothing is proven."""
    remarks: tuple[str, ...] = ()
    """How far the proof reaches, in words, where a reader could think that it reaches further."""

    @property
    def day(self) -> dt.date:
        """The business day that is proven."""
        return self.night.day

    @property
    def is_proven(self) -> bool:
        """Say whether every ledger was there, everything adds up, and nothing is open."""
        return self.night.is_proven and not self.missing_ledgers

    @property
    def headline(self) -> str:
        """The night in one sentence."""
        sums, open_ = self.night.sums.total, len(self.night.open)
        if self.missing_ledgers:
            missing = len(self.missing_ledgers)
            return f"Not proven: {missing} ledger{'s' if missing != 1 else ''} could not be read."
        if not self.night.sums.is_balanced:
            return f"The sums do not hold: {sums.received} in, and not all of them accounted for."
        if open_:
            old = sum(item.first_seen < self.day for item in self.night.open)
            carried = f", {old} of them from earlier nights" if old else ""
            return f"{sums.received} in; {open_} difference{'s' if open_ != 1 else ''} open{carried}."
        return f"{sums.received} in, all accounted for; nothing is open."

    def worst(self) -> Sequence[OpenItem]:
        """The open items of the first page."""
        return self.night.open[:WORST_SHOWN]

    def kinds(self) -> tuple[tuple[DifferenceKind, int], ...]:
        """How many differences of each kind are open, in the order of the items."""
        counts = self.night.counts()
        return tuple((kind, counts[kind]) for kind in dict.fromkeys(item.difference.kind for item in self.night.open))

    def to_json(self) -> dict[str, object]:
        """Give the report as plain JSON values."""
        return {
            "headline": self.headline,
            "proven": self.is_proven,
            "missing_ledgers": list(self.missing_ledgers),
            "remarks": list(self.remarks),
            "night": self.night.to_json(),
            "trend": [day.to_json() for day in self.trend],
            "open_ages": dict(self.open_ages),
            "measures": self.measures.to_json(),
        }


def in_words(kind: DifferenceKind) -> str:
    """A kind of difference as people say it."""
    return kind.value.replace("_", " ")


def age_words(hours: float) -> str:
    """An age as people say it: minutes, hours or days."""
    if hours < 1:
        return f"{max(0, round(hours * 60))} min"
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} days"  # noqa: PLR2004  (two days)


def ages_of(ages_in_hours: Sequence[float]) -> dict[str, int]:
    """Count ages by the buckets of the chart, youngest first; every bucket is named."""
    counts = dict.fromkeys([*(name for name, _ in AGES), OLDER], 0)
    for hours in ages_in_hours:
        counts[next((name for name, end in AGES if hours < end), OLDER)] += 1
    return counts
