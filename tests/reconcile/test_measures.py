"""The measures over time."""

import datetime as dt

import pytest

from reconcile.measures import CallFact, CaseFact, CorrectionFact, FieldFact, Rate, SampleFact, measure

NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
FIRST, LAST = dt.date(2026, 11, 1), dt.date(2026, 11, 20)
_HOUR = dt.timedelta(hours=1)
_START = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)


def _case(number: int, hours: float | None, outcome: str | None, **more: object) -> CaseFact:
    decided = None if hours is None else _START + hours * _HOUR
    dues = {"calendar": _START + 50 * _HOUR, "business": _START + 30 * _HOUR}
    values: dict[str, object] = {"priority": "routine", "dues": dues} | more
    return CaseFact(f"R{number}", _START, decided_at=decided, outcome=outcome, **values)  # type: ignore[arg-type]


def test_turnaround_has_the_published_shape() -> None:
    """Counts, shares, average and median hours of the decided ones; both clocks' late ones, open ones included."""
    cases = [_case(1, 10, "approved"), _case(2, 40, "denied"), _case(3, 100, "modified", extended=True)]
    cases.append(_case(4, None, None))
    (row,) = measure(FIRST, LAST, NOW, cases=cases).by_urgency
    assert (row.received, row.decided, row.approved, row.denied, row.extended, row.waiting) == (4, 3, 2, 1, 1, 1)
    assert row.average_hours == pytest.approx(50)
    assert row.median_hours == pytest.approx(40)
    assert row.late == {"business": 3, "calendar": 2}
    assert row.share(row.approved) == pytest.approx(2 / 3)


def test_deferred_request_is_not_decided_yet() -> None:
    """A deferral is an extension: the request still waits for its decision."""
    (row,) = measure(FIRST, LAST, NOW, cases=[_case(1, 20, "deferred", extended=True)]).by_urgency
    assert (row.decided, row.waiting, row.average_hours) == (0, 1, None)


def test_groups_are_kept_apart() -> None:
    """Urgent and routine, each processor and each line of business have rows of their own."""
    cases = [
        _case(1, 5, "approved", priority="urgent", processor="CHME", line_of_business="MEDI_CAL"),
        _case(2, 6, "denied", processor="CFMG", line_of_business="D_SNP"),
    ]
    found = measure(FIRST, LAST, NOW, cases=cases)
    assert [row.group for row in found.by_urgency] == ["routine", "urgent"]
    assert [row.group for row in found.by_processor] == ["CFMG", "CHME"]
    assert [row.group for row in found.by_line_of_business] == ["D_SNP", "MEDI_CAL"]


def test_automation_counts_released_requests_only() -> None:
    """A request that waits for a clerk is not yet automated, nor touched."""
    cases = [_case(n, None, None, released_at=NOW if n < 3 else None, touched=n == 2) for n in (1, 2, 3)]
    automation = measure(FIRST, LAST, NOW, cases=cases).automation
    assert (automation.count, automation.of) == (1, 2)


def test_senders_that_omit_come_first_with_what_they_omit() -> None:
    """Provider relations sees who leaves out what, most often first; senders that omit nothing are not listed."""
    cases = [
        _case(1, None, None, sender="1000000001", asked_for=("member.phone",)),
        _case(2, None, None, sender="1000000002", asked_for=("diagnosis", "member.phone")),
        _case(3, None, None, sender="1000000002", asked_for=("diagnosis",)),
        _case(4, None, None, sender="1000000003"),
    ]
    senders = measure(FIRST, LAST, NOW, cases=cases).senders
    assert [(rate.name, rate.count, rate.of) for rate, _ in senders] == [("1000000002", 2, 2), ("1000000001", 1, 1)]
    assert senders[0][1] == {"diagnosis": 2, "member.phone": 1}


def test_corrections_samples_and_lines_are_rates() -> None:
    """Corrections by field and form, sampled errors with their interval, failed calls by line and direction."""
    found = measure(
        FIRST,
        LAST,
        NOW,
        corrections=[CorrectionFact("member.id", "alliance_pa")] * 2,
        fields=[FieldFact("member.id", "alliance_pa", 30), FieldFact("member.id", "alliance_pa", 20)],
        samples=[SampleFact("member.id", "alliance_pa", wrong=n == 0) for n in range(100)],
        calls=[CallFact("ttyS0", "in", failed=n < 3) for n in range(30)] + [CallFact("ttyS0", "out", failed=False)],
    )
    assert [(r.name, r.count, r.of) for r in found.corrections] == [("member.id · alliance_pa", 2, 50)]
    assert [(r.name, r.count, r.of) for r in found.lines] == [("ttyS0, in", 3, 30), ("ttyS0, out", 0, 1)]
    low, high = found.samples[0].interval or (0.0, 0.0)
    assert low == pytest.approx(0.0018, abs=2e-4)
    assert high == pytest.approx(0.0545, abs=2e-4)


def test_rate_of_nothing_says_so() -> None:
    """No share and no interval stand for a rate of nothing."""
    assert Rate("x", 0, 0).share is None
    assert Rate("x", 0, 0).interval is None
