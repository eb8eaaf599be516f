"""What each ledger says about one item."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from reconcile.explain import explain

Fault = Callable[[object], None]


def test_difference_is_explained_from_every_ledger(
    month_of: Callable[[int, int], object], faults: dict[str, Fault], now: dt.datetime
) -> None:
    """The call that was joined, the arrival, its request, its notices and their jobs, and what differs."""
    month = month_of(120, 8)
    faults["drop_page"](month)
    item = next(iter(month.expected))
    told = "\n".join(explain(month.ledgers(), item, now))
    arrival = item.partition(":")[2]
    for words in (f"arrival {arrival}", "joined to arrival", "Requests: R", "Notices: R", "as job J", "pages differ"):
        assert words in told
    assert "Compare with the log" in told


def test_item_without_difference_says_so(month_of: Callable[[int, int], object], now: dt.datetime) -> None:
    """A reference about which everything agrees is told, and that nothing differs."""
    month = month_of(60, 8)
    reference = sorted(month.requests)[5]
    told = explain(month.ledgers(), reference, now)
    assert told[-1] == "Nothing about it differs."
    assert any(line.startswith("Requests: ") and reference in line for line in told)


def test_lost_call_is_found_by_its_own_id(
    month_of: Callable[[int, int], object], faults: dict[str, Fault], now: dt.datetime
) -> None:
    """A fax that never came in is known to the log alone."""
    month = month_of(120, 9)
    faults["lose_fax"](month)
    item = next(iter(month.expected))
    told = explain(month.ledgers(), item, now)
    assert told[0].startswith("Fax log: recv")
    assert "received not ingested" in told[-1]


def test_unknown_item_is_told_by_nobody(month_of: Callable[[int, int], object], now: dt.datetime) -> None:
    """What no ledger holds gives nothing."""
    assert explain(month_of(20, 8).ledgers(), "ZZZZ-ZZZZ", now) == ()
