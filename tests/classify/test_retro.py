"""Service before the request: shown to people, never decided."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from classify.decide import decide
from classify.reference import Reference
from terms.requests import RequestValues

if TYPE_CHECKING:
    from conftest import Maker


def _brief(values: RequestValues, tables: Reference, make: Maker) -> set[tuple[str, str, str]]:
    found = decide(values, tables, received_at=make.received_at).gaps
    return {(gap.field, gap.reason.value, gap.audience.value) for gap in found}


@pytest.mark.parametrize(
    ("code", "fields", "facts", "expected"),
    [
        ("E0143", {"service.start_date": "2026-11-16"}, {}, set()),
        ("E0143", {"service.start_date": "2026-11-09"}, {}, {("service.start_date", "conflict", "clerk")}),
        ("E0143", {"service.start_date": "2026-11-09"}, {"confirmed.service.start_date": "yes"}, set()),
        ("E0143", {"service.start_date": "2026-11-09", "request.type": "retro"}, {},
         {("retro.explanation", "missing", "provider")}),
        ("E0143", {"service.start_date": "2026-11-09"}, {"text.retro": "yes", "text.emergency": "yes"}, set()),
        ("E0143", {"service.start_date": "2026-11-09", "request.type": "retro"}, {"text.emergency": "yes"}, set()),
        ("E0143", {"request.type": "retro"}, {}, {("service.start_date", "missing", "provider")}),
        ("72148", {"service.start_date": "2026-11-09", "request.type": "retro"}, {}, set()),
        ("72148", {"service.start_date": "2026-08-01", "request.type": "retro"}, {},
         {("service.start_date", "conflict", "clerk")}),
    ],
)  # fmt: skip
def test_the_retro_rules_are_flagged_for_people(  # noqa: PLR0917  (one for each column of the table)
    code: str,
    fields: dict[str, object],
    facts: dict[str, str],
    expected: set[tuple[str, str, str]] | dict[str, object],
    make: Maker,
    reference: Reference,
) -> None:
    """CHME's rule (marked, emergency, explained) and the plan's 90 days end as gaps, not as refusals."""
    assert _brief(make.request(code, fields=fields, facts=facts), reference, make) == expected


def test_nothing_in_a_decision_speaks_of_denying(make: Maker, reference: Reference) -> None:
    """Software never denies, defers or modifies care, not even in words."""
    values = make.request("E0143", "L1970", "72148", fields={"service.start_date": "2026-05-01"})
    said = repr(decide(values, reference, received_at=make.received_at)).lower()
    for word in ("deny", "denied", "denial", "defer", "reject", "refuse", "not approved"):
        assert word not in said


def test_the_retro_window_is_data(make: Maker, shipped: Reference) -> None:
    """Under a table that takes retro requests for ten days, one of two weeks ago goes to a person."""
    values = make.request("72148", fields={"service.start_date": "2026-11-01", "request.type": "retro"})
    short = replace(shipped, clocks=replace(shipped.clocks, retro_window=dt.timedelta(days=10)))
    assert ("service.start_date", "conflict", "clerk") not in _brief(values, shipped, make)
    assert ("service.start_date", "conflict", "clerk") in _brief(values, short, make)
