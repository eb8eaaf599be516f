"""A report of an invented night, with a few faults in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from reconcile.measures import CallFact, CaseFact, CorrectionFact, FieldFact, SampleFact, measure
from reconcile.night import Clearing, OpenItem, prove
from reconcile.report.values import NightReport, TrendDay, ages_of
from reconcile.sums import Sums


@pytest.fixture(scope="session")
def report_of(
    month_of: Callable[[int, int], object], faults: dict[str, Callable[[object], None]], now: dt.datetime
) -> Callable[..., NightReport]:
    """Makes the report of a month with the faults named; ``missing`` names ledgers that could not be read."""

    def make(*names: str, missing: tuple[str, ...] = ()) -> NightReport:
        month = month_of(400, 3)
        for name in names:
            faults[name](month)
        first = prove(month.ledgers(), now)
        before = tuple(OpenItem(item.difference, dt.date(2026, 11, 20)) for item in first.open[:1])
        cleared = (Clearing("ring_without_document:1", "m.rivas", now - dt.timedelta(hours=3), "=HYPERLINK(called)"),)
        night = prove(month.ledgers(), now, before=before, clearings=cleared)
        days = tuple(
            TrendDay(
                night.day - dt.timedelta(days=13 - n), Sums(30 + n, 24 + n, 3, 2, 1), 20 + n, 14 + n, 25 + n, n % 3, 1
            )
            for n in range(14)
        )
        return NightReport(night, days, ages_of([2, 30, 50, 300, 100]), _measures(now), missing)

    return make


def _measures(now: dt.datetime):  # noqa: ANN202
    start = now - dt.timedelta(days=20)
    cases = [
        CaseFact(
            f"R{n}",
            start + dt.timedelta(hours=n),
            "urgent" if n % 5 == 0 else "routine",
            "CHME" if n % 2 else "ALLIANCE_UM",
            "MEDI_CAL",
            {"calendar": start + dt.timedelta(hours=n + 100), "business": start + dt.timedelta(hours=n + 60)},
            ("approved", "denied", "modified", None)[n % 4],
            start + dt.timedelta(hours=n + 4 * (n % 4) + 40) if n % 4 != 3 else None,
            released_at=start + dt.timedelta(hours=n, minutes=2),
            touched=n % 3 == 0,
            sender=f"100000{n % 4:04d}",
            asked_for=("member.phone", "diagnosis") if n % 6 == 0 else (),
            answered_at=start + dt.timedelta(hours=n, minutes=3),
        )
        for n in range(48)
    ]
    return measure(
        start.date(),
        now.date(),
        now,
        cases=cases,
        corrections=[CorrectionFact("member.id", "alliance_pa")] * 3 + [CorrectionFact("line.code", "chme_order")],
        fields=[FieldFact("member.id", "alliance_pa", 40), FieldFact("line.code", "chme_order", 22)],
        samples=[SampleFact("member.id", "alliance_pa", wrong=n == 7) for n in range(200)],
        calls=[CallFact("ttyS0", "in", failed=n % 9 == 0) for n in range(90)],
    )
