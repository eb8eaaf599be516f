"""A day's sums: in = processed + duplicates + quarantined + in progress, for every source."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from terms.dates import PACIFIC
from terms.names import ArrivalState


@dataclass(frozen=True, slots=True)
class ArrivalFact:
    """What the sums need of an arrival; ``id`` is any stable id, ``received_at`` is aware."""

    id: str
    source: str
    received_at: dt.datetime
    state: str


@dataclass(frozen=True, slots=True)
class Sums:
    """Counts of one source, or of all together; ``other`` counts states that no rule knows."""

    received: int
    processed: int
    duplicates: int
    quarantined: int
    in_progress: int
    other: int = 0

    @property
    def is_balanced(self) -> bool:
        """Say whether everything that came in stands in exactly one known state."""
        accounted = self.processed + self.duplicates + self.quarantined + self.in_progress
        return self.other == 0 and self.received == accounted

    def to_json(self) -> dict[str, object]:
        """Give the counts and whether they balance."""
        return {
            "received": self.received,
            "processed": self.processed,
            "duplicates": self.duplicates,
            "quarantined": self.quarantined,
            "in_progress": self.in_progress,
            "other": self.other,
            "balanced": self.is_balanced,
        }


@dataclass(frozen=True, slots=True)
class DaySums:
    """The sums of one business day (midnight to midnight, Pacific), in all and by source.

    ``repeated`` names ids that were given more than once: a ledger that counts an arrival twice.
    """

    day: dt.date
    total: Sums
    by_source: dict[str, Sums]
    repeated: tuple[str, ...] = ()

    @property
    def is_balanced(self) -> bool:
        """Say whether the day adds up, in all and source by source."""
        return not self.repeated and self.total.is_balanced and all(s.is_balanced for s in self.by_source.values())

    def to_json(self) -> dict[str, object]:
        """Give the day as plain JSON values."""
        return {
            "day": self.day.isoformat(),
            "balanced": self.is_balanced,
            "total": self.total.to_json(),
            "by_source": {source: sums.to_json() for source, sums in sorted(self.by_source.items())},
            "repeated": list(self.repeated),
        }


def business_day(moment: dt.datetime) -> dt.date:
    """The Pacific day of an aware moment."""
    return moment.astimezone(PACIFIC).date()


def day_sums(day: dt.date, arrivals: Iterable[ArrivalFact]) -> DaySums:
    """Add up the arrivals received on ``day`` (others are left out); the order of ``arrivals`` does not matter."""
    by_source: dict[str, Counter[str]] = {}
    total: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for arrival in arrivals:
        if business_day(arrival.received_at) != day:
            continue
        seen[arrival.id] += 1
        total[arrival.state] += 1
        by_source.setdefault(arrival.source, Counter())[arrival.state] += 1
    repeated = tuple(sorted(id_ for id_, count in seen.items() if count > 1))
    return DaySums(day, _sums(total), {source: _sums(counts) for source, counts in by_source.items()}, repeated)


def _sums(counts: Counter[str]) -> Sums:
    known = {state.value for state in ArrivalState}
    return Sums(
        received=counts.total(),
        processed=counts[ArrivalState.PROCESSED.value],
        duplicates=counts[ArrivalState.DUPLICATE.value],
        quarantined=counts[ArrivalState.QUARANTINED.value],
        in_progress=counts[ArrivalState.IN_PROGRESS.value],
        other=sum(count for state, count in counts.items() if state not in known),
    )
