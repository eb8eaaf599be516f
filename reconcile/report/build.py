"""From everything gathered of a night to its report. Pure: the same inputs give the same report, whenever."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from reconcile.ledger import Ledgers
from reconcile.measures import CallFact, CaseFact, CorrectionFact, FieldFact, SampleFact, measure
from reconcile.night import Clearing, OpenItem, prove
from reconcile.report.values import NightReport, TrendDay, ages_of
from reconcile.sums import ArrivalFact, business_day, day_sums
from reconcile.xferfaxlog import Oddity

TREND_DAYS = 14
MEASURED_DAYS = 30
_OPEN = frozenset({"reading", "needs_review", "incomplete", "ready", "routed", "handed_over", "unmatched"})


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a night's report is made of, as it stood at ``now`` (aware): kept, so that it can be made again.

    ``before`` are the items open the night before; ``missing`` says in words which ledgers could not
    be read; the facts are of the requests received in the last :data:`MEASURED_DAYS` days.
    """

    day: dt.date
    now: dt.datetime
    ledgers: Ledgers
    before: tuple[OpenItem, ...] = ()
    clearings: tuple[Clearing, ...] = ()
    oddities: tuple[tuple[str, Oddity], ...] = ()
    missing: tuple[str, ...] = ()
    cases: tuple[CaseFact, ...] = ()
    corrections: tuple[CorrectionFact, ...] = ()
    fields: tuple[FieldFact, ...] = ()
    samples: tuple[SampleFact, ...] = ()
    calls: tuple[CallFact, ...] = field(default=())


def build(gathered: Gathered) -> NightReport:
    """Make the report of a night."""
    day, now, ledgers = gathered.day, gathered.now, gathered.ledgers
    night = prove(
        ledgers, now, before=gathered.before, clearings=gathered.clearings, oddities=gathered.oddities, day=day
    )
    measures = measure(
        day - dt.timedelta(days=MEASURED_DAYS - 1),
        day,
        now,
        cases=gathered.cases,
        corrections=gathered.corrections,
        fields=gathered.fields,
        samples=gathered.samples,
        calls=gathered.calls,
    )
    ages = [(now - r.first_received_at).total_seconds() / 3600 for r in ledgers.requests if r.state in _OPEN]
    return NightReport(night, _trend(gathered), ages_of(ages), measures, gathered.missing, remarks_of(gathered))


def remarks_of(gathered: Gathered) -> tuple[str, ...]:
    """How far the proof reaches: a day gathered late, and mailboxes, whose lists reach back some days only."""
    made, told = business_day(gathered.now), []
    if made > gathered.day + dt.timedelta(days=1):
        told.append(
            f"This day was proven only on {made}: everything is told as it stood then, and what had been cleared "
            "or mended before is not seen any more."
        )
    since = gathered.ledgers.mails_since
    if gathered.ledgers.has_mails and since is not None:
        told.append(
            f"Mailboxes were listed back to {business_day(since)}; what lay in them before was held against the "
            "arrivals on earlier nights."
        )
    return tuple(told)


def _trend(gathered: Gathered) -> tuple[TrendDay, ...]:
    days = [gathered.day - dt.timedelta(days=n) for n in reversed(range(TREND_DAYS))]
    facts: dict[dt.date, list[ArrivalFact]] = defaultdict(list)
    for arrival in gathered.ledgers.arrivals:
        fact = ArrivalFact(arrival.id, arrival.source, arrival.received_at, arrival.state)
        facts[business_day(arrival.received_at)].append(fact)
    released = Counter(business_day(c.released_at) for c in gathered.cases if c.released_at)
    untouched = Counter(business_day(c.released_at) for c in gathered.cases if c.released_at and not c.touched)
    notices = _notices_by_day(gathered.ledgers)
    return tuple(
        TrendDay(
            day,
            day_sums(day, facts[day]).total,
            released[day],
            untouched[day],
            notices[day]["delivered"],
            notices[day]["waiting"],
            notices[day]["failed"],
        )
        for day in days
    )


def _notices_by_day(ledgers: Ledgers) -> Mapping[dt.date, Counter[str]]:
    """Notices by the day they were made and what became of them; replaced ones are left out."""
    outcomes: dict[str, set[str]] = defaultdict(set)
    for transmission in ledgers.transmissions:
        outcomes[transmission.notice].add(transmission.outcome)
    found: dict[dt.date, Counter[str]] = defaultdict(Counter)
    for notice in ledgers.notices:
        if notice.state == "superseded":
            continue
        tried = outcomes.get(notice.key, set())
        became = "delivered" if "delivered" in tried else "failed" if tried == {"failed"} else "waiting"
        found[business_day(notice.made_at)][became] += 1
    return found
