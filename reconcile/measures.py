"""Measures over time: turnaround against both clocks, automation, corrections, senders, lines.

Pure counting over plain facts; ids and counts only, nothing about a member. The turnaround table has
the shape that 42 CFR 438.210(f) and 422.122(c) (CMS-0057-F) ask plans to publish: counts and shares
of what was approved, denied and extended, standard and expedited apart, with the average and the
median time from receipt to decision.
"""

import datetime as dt
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt

UNKNOWN = "unknown"
_APPROVED, _DENIED = frozenset({"approved", "modified"}), frozenset({"denied", "retro_denied"})
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class CaseFact:
    """One request as the measures see it; every moment is aware.

    ``priority`` is urgent or routine; ``dues`` the due date of each yardstick by its unit
    (``calendar``, ``business``); ``outcome`` what a named person decided (approved, modified,
    deferred, denied, retro_denied) or ``None``; ``extended`` whether it was deferred on the way;
    ``touched`` whether a person changed or confirmed a value; ``released_at`` when it first went out
    as ready; ``sender`` the ordering provider's NPI or office; ``asked_for`` the fields the provider
    had to be asked for; ``answered_at`` when the first notice went out.
    """

    reference: str
    received_at: dt.datetime
    priority: str
    processor: str = UNKNOWN
    line_of_business: str = UNKNOWN
    dues: Mapping[str, dt.datetime] = field(default_factory=dict)
    outcome: str | None = None
    decided_at: dt.datetime | None = None
    extended: bool = False
    touched: bool = False
    released_at: dt.datetime | None = None
    sender: str = UNKNOWN
    asked_for: tuple[str, ...] = ()
    answered_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class CorrectionFact:
    """One field of one form that a person changed."""

    field: str
    form: str


@dataclass(frozen=True, slots=True)
class FieldFact:
    """How often a field of a form was read at all (the base of the correction rate)."""

    field: str
    form: str
    read: int


@dataclass(frozen=True, slots=True)
class SampleFact:
    """One auto-accepted value looked at again by people in quality sampling, and whether it was wrong."""

    field: str
    form: str
    wrong: bool


@dataclass(frozen=True, slots=True)
class CallFact:
    """One call of a line: ``direction`` is ``in`` or ``out``; ``failed`` whether it brought or took no whole fax."""

    line: str
    direction: str
    failed: bool


@dataclass(frozen=True, slots=True)
class Turnaround:
    """One row of the table: a group of requests and what became of them. Times in hours; ``None`` without any."""

    group: str
    received: int
    decided: int
    approved: int
    denied: int
    extended: int
    average_hours: float | None
    median_hours: float | None
    late: Mapping[str, int]
    waiting: int

    def share(self, count: int) -> float | None:
        """A count as a share of the decided ones, 0 to 1."""
        return count / self.decided if self.decided else None

    def to_json(self) -> dict[str, object]:
        """Give the row as plain JSON values; shares of the decided ones, to four digits."""
        shares = {name: _rounded(self.share(getattr(self, name))) for name in ("approved", "denied", "extended")}
        return {
            "group": self.group,
            "received": self.received,
            "decided": self.decided,
            "approved": self.approved,
            "denied": self.denied,
            "extended": self.extended,
            "shares": shares,
            "average_hours": _rounded(self.average_hours),
            "median_hours": _rounded(self.median_hours),
            "late": dict(self.late),
            "waiting": self.waiting,
        }


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many, with the 95 per cent Wilson interval of the share."""

    name: str
    count: int
    of: int

    @property
    def share(self) -> float | None:
        """The share, 0 to 1; ``None`` of nothing."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the true share lies with 95 per cent confidence (Wilson 1927)."""
        if not self.of:
            return None
        p, n, z = self.count / self.of, self.of, _Z
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, middle - half), min(1.0, middle + half)

    def to_json(self) -> dict[str, object]:
        """Give the rate as plain JSON values."""
        interval = self.interval
        return {
            "name": self.name,
            "count": self.count,
            "of": self.of,
            "share": _rounded(self.share),
            "interval": [_rounded(v) for v in interval] if interval else None,
        }


@dataclass(frozen=True, slots=True)
class Measures:
    """Everything measured over some days; lists are ordered worst or largest first."""

    first: dt.date
    last: dt.date
    by_urgency: tuple[Turnaround, ...]
    by_processor: tuple[Turnaround, ...]
    by_line_of_business: tuple[Turnaround, ...]
    automation: Rate
    answered_in_minutes: float | None
    corrections: tuple[Rate, ...]
    samples: tuple[Rate, ...]
    senders: tuple[tuple[Rate, Mapping[str, int]], ...]
    lines: tuple[Rate, ...]

    def to_json(self) -> dict[str, object]:
        """Give the measures as plain JSON values."""
        return {
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "by_urgency": [row.to_json() for row in self.by_urgency],
            "by_processor": [row.to_json() for row in self.by_processor],
            "by_line_of_business": [row.to_json() for row in self.by_line_of_business],
            "automation": self.automation.to_json(),
            "answered_in_minutes": _rounded(self.answered_in_minutes),
            "corrections": [rate.to_json() for rate in self.corrections],
            "samples": [rate.to_json() for rate in self.samples],
            "senders": [rate.to_json() | {"omitted": dict(omitted)} for rate, omitted in self.senders],
            "lines": [rate.to_json() for rate in self.lines],
        }


def measure(
    first: dt.date,
    last: dt.date,
    now: dt.datetime,
    *,
    cases: Sequence[CaseFact] = (),
    corrections: Iterable[CorrectionFact] = (),
    fields: Iterable[FieldFact] = (),
    samples: Iterable[SampleFact] = (),
    calls: Iterable[CallFact] = (),
) -> Measures:
    """Measure the requests received from ``first`` to ``last`` as things stand at ``now`` (aware)."""
    released = [case for case in cases if case.released_at]
    waits = [(c.answered_at - c.received_at).total_seconds() / 60 for c in cases if c.answered_at]
    return Measures(
        first,
        last,
        _turnarounds(cases, now, lambda case: case.priority),
        _turnarounds(cases, now, lambda case: case.processor),
        _turnarounds(cases, now, lambda case: case.line_of_business),
        Rate("released without a person's change", sum(not case.touched for case in released), len(released)),
        statistics.median(waits) if waits else None,
        correction_rates(corrections, fields),
        _sample_rates(samples),
        _senders(cases),
        _line_rates(calls),
    )


def _turnarounds(cases: Sequence[CaseFact], now: dt.datetime, key: Callable[[CaseFact], str]) -> tuple[Turnaround, ...]:
    groups: dict[str, list[CaseFact]] = defaultdict(list)
    for case in cases:
        groups[key(case)].append(case)
    return tuple(_turnaround(name, groups[name], now) for name in sorted(groups))


def _turnaround(name: str, cases: Sequence[CaseFact], now: dt.datetime) -> Turnaround:
    decided = [case for case in cases if case.decided_at is not None and case.outcome != "deferred"]
    hours = [(case.decided_at - case.received_at).total_seconds() / 3600 for case in decided if case.decided_at]
    late: Counter[str] = Counter({yardstick: 0 for case in cases for yardstick in case.dues})
    for case in cases:
        end = case.decided_at or now
        late.update(yardstick for yardstick, due in case.dues.items() if end > due)
    return Turnaround(
        name,
        len(cases),
        len(decided),
        sum(case.outcome in _APPROVED for case in decided),
        sum(case.outcome in _DENIED for case in decided),
        sum(case.extended for case in decided),
        statistics.fmean(hours) if hours else None,
        statistics.median(hours) if hours else None,
        dict(sorted(late.items())),
        len(cases) - len(decided),
    )


def correction_rates(corrections: Iterable[CorrectionFact], fields: Iterable[FieldFact]) -> tuple[Rate, ...]:
    """Give how often each field of each form was corrected, of how often it was read; most corrected first."""
    changed = Counter((c.field, c.form) for c in corrections)
    read: Counter[tuple[str, str]] = Counter()
    for fact in fields:
        read[fact.field, fact.form] += fact.read
    rates = [Rate(f"{name} · {form}", count, max(count, read[name, form])) for (name, form), count in changed.items()]
    return tuple(sorted(rates, key=lambda rate: (-rate.count, -(rate.share or 0), rate.name)))


def _sample_rates(samples: Iterable[SampleFact]) -> tuple[Rate, ...]:
    seen: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for sample in samples:
        seen[f"{sample.field} · {sample.form}"] += 1
        wrong[f"{sample.field} · {sample.form}"] += sample.wrong
    return tuple(Rate(name, wrong[name], seen[name]) for name in sorted(seen, key=lambda n: (-wrong[n], n)))


def _senders(cases: Sequence[CaseFact]) -> tuple[tuple[Rate, Mapping[str, int]], ...]:
    """Senders whose requests lacked something, most lacking first, with what they left out how often."""
    sent: Counter[str] = Counter(case.sender for case in cases)
    lacking: Counter[str] = Counter(case.sender for case in cases if case.asked_for)
    omitted: dict[str, Counter[str]] = defaultdict(Counter)
    for case in cases:
        omitted[case.sender].update(case.asked_for)
    names = sorted(lacking, key=lambda name: (-lacking[name], name))
    return tuple(
        (Rate(name, lacking[name], sent[name]), dict(omitted[name].most_common())) for name in names if name != UNKNOWN
    )


def _line_rates(calls: Iterable[CallFact]) -> tuple[Rate, ...]:
    made: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for call in calls:
        made[f"{call.line}, {call.direction}"] += 1
        failed[f"{call.line}, {call.direction}"] += call.failed
    return tuple(Rate(name, failed[name], made[name]) for name in sorted(made))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
