"""A day's sums: everything that came in stands in exactly one place."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from reconcile.sums import ArrivalFact, day_sums
from terms.names import ArrivalState

DAY = dt.date(2026, 11, 16)
FACTS = st.builds(
    ArrivalFact,
    id=st.uuids().map(str),
    source=st.sampled_from(["line", "mail"]),
    received_at=st.datetimes(dt.datetime(2026, 11, 15), dt.datetime(2026, 11, 18), timezones=st.just(dt.UTC)),  # noqa: DTZ001  (the strategy sets the zone)
    state=st.sampled_from(list(ArrivalState)).map(lambda s: s.value),
)


@given(st.lists(FACTS, max_size=40), st.randoms(use_true_random=False))
def test_in_is_processed_duplicates_quarantined_and_in_progress(facts: list[ArrivalFact], order: object) -> None:
    """In all and source by source, whatever the order; the days together hold every arrival."""
    sums = day_sums(DAY, facts)
    assert sums.is_balanced
    assert sums.total.received == sum(s.received for s in sums.by_source.values())
    days = [DAY + dt.timedelta(days=n) for n in range(-2, 4)]
    assert sum(day_sums(day, facts).total.received for day in days) == len(facts)
    shuffled = list(facts)
    order.shuffle(shuffled)
    assert day_sums(DAY, shuffled) == sums


def test_the_day_is_the_pacific_day() -> None:
    """Half past seven in the evening of the 15th in UTC terms of the 16th belongs to the 15th."""
    late = ArrivalFact("a", "line", dt.datetime(2026, 11, 16, 7, 30, tzinfo=dt.UTC), "processed")
    assert day_sums(DAY, [late]).total.received == 0
    assert day_sums(dt.date(2026, 11, 15), [late]).total.received == 1


def test_an_unknown_state_or_an_arrival_counted_twice_breaks_the_balance() -> None:
    """What the sums cannot place is shown, not hidden."""
    at = dt.datetime(2026, 11, 16, 20, tzinfo=dt.UTC)
    odd = day_sums(DAY, [ArrivalFact("a", "line", at, "lost")])
    assert (odd.total.other, odd.is_balanced) == (1, False)
    twice = day_sums(DAY, [ArrivalFact("a", "line", at, "processed"), ArrivalFact("a", "line", at, "duplicate")])
    assert (twice.repeated, twice.is_balanced) == (("a",), False)
    assert twice.to_json()["balanced"] is False
