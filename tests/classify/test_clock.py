"""Due dates by type and line of business, on Pacific clocks, with holidays and both yardsticks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classify.clock import AfterHours, clock_type, read_clocks, run_clock
from classify.errors import TableError
from classify.reference import Reference
from classify.roster import LineOfBusiness
from classify.sheet import TableInfo
from terms.names import Priority, RequestType

PACIFIC = ZoneInfo("America/Los_Angeles")
T, L = RequestType, LineOfBusiness
YEARS = (dt.datetime(2024, 1, 1), dt.datetime(2032, 1, 1))  # noqa: DTZ001  (the strategy sets the zone)


def _at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=PACIFIC)


@pytest.mark.parametrize(
    ("kind", "line", "received", "due", "rule"),
    [
        (T.ROUTINE, L.MEDI_CAL, "2026-11-09T10:00", "2026-11-16T10:00", "routine.7_calendar_days"),
        (T.ROUTINE, L.GROUP_CARE, "2026-10-17T10:00", "2026-10-23T10:00", "routine.5_business_days"),
        (T.ROUTINE, L.D_SNP, "2026-10-19T09:15:30", "2026-10-26T09:15:30", "routine.5_business_days"),
        (T.ROUTINE, None, "2026-11-20T16:00", "2026-11-27T16:00", "routine.7_calendar_days"),
        (T.URGENT, L.MEDI_CAL, "2026-11-20T16:58", "2026-11-23T16:58", "urgent.72_hours"),
        (T.STANDING_REFERRAL, L.MEDI_CAL, "2026-11-24T11:00", "2026-11-30T11:00", "standing_referral.3_business_days"),
        (T.RETRO, L.MEDI_CAL, "2026-11-02T11:00", "2026-12-02T11:00", "retro.30_calendar_days"),
        (T.PAD_ROUTINE, L.MEDI_CAL, "2026-11-16T11:00", "2026-11-17T11:00", "pad_routine.medi_cal.24_hours"),
        (T.PAD_ROUTINE, L.D_SNP, "2026-11-16T11:00", "2026-11-19T11:00", "pad_routine.d_snp.72_hours"),
        (T.PAD_ROUTINE, L.GROUP_CARE, "2026-10-17T11:00", "2026-10-23T11:00", "pad_routine.group_care.5_business_days"),
        (T.PAD_ROUTINE, None, "2026-11-16T11:00", "2026-11-17T11:00", "pad_routine.medi_cal.24_hours"),
        (T.PAD_URGENT, L.GROUP_CARE, "2026-11-16T11:00", "2026-11-19T11:00", "pad_urgent.group_care.72_hours"),
        (T.PAD_URGENT, L.D_SNP, "2026-11-16T11:00", "2026-11-17T11:00", "pad_urgent.d_snp.24_hours"),
        (T.CHANGE, L.MEDI_CAL, "2026-11-02T08:00", "2026-11-09T08:00", "change.5_business_days"),
    ],
)
def test_the_earliest_yardstick_is_the_due_date(  # noqa: PLR0917  (one for each column of the table)
    kind: object, line: LineOfBusiness | None, received: str | dt.datetime, due: str, rule: str, shipped: Reference
) -> None:
    """Each type and line of business is due as the plan, the State and CMS say, the earliest first."""
    clock = run_clock([kind], line, _at(received), shipped.clocks, shipped.calendar)
    assert (clock.due, clock.rule) == (_at(due), rule)
    assert clock.started == _at(received)
    assert all(other.due >= clock.due for other in clock.other)


def test_both_yardsticks_of_a_routine_request_are_shown(shipped: Reference) -> None:
    """Seven calendar days and five business days stand side by side."""
    clock = run_clock([T.ROUTINE], L.MEDI_CAL, _at("2026-11-20T16:00"), shipped.clocks, shipped.calendar)
    assert [o.rule for o in clock.other] == ["routine.5_business_days"]
    assert clock.other[0].due == _at("2026-11-30T16:00")  # Thanksgiving is no business day, the Friday after is


def test_hours_run_through_the_night_when_clocks_change(shipped: Reference) -> None:
    """72 hours are 72 hours in March and in November, whatever the wall clock says."""
    for received in ("2026-03-06T20:00", "2026-10-30T20:00"):
        clock = run_clock([T.URGENT], None, _at(received), shipped.clocks, shipped.calendar)
        assert clock.due.astimezone(dt.UTC) - clock.started.astimezone(dt.UTC) == dt.timedelta(hours=72)


def test_calendar_days_keep_the_wall_clock_time(shipped: Reference) -> None:
    """Seven days over the change of clocks end at the same time of day."""
    clock = run_clock([T.ROUTINE], None, _at("2026-10-30T09:00"), shipped.clocks, shipped.calendar)
    dues = {clock.rule: clock.due} | {o.rule: o.due for o in clock.other}
    assert dues["routine.7_calendar_days"] == _at("2026-11-06T09:00")


def test_a_time_that_the_spring_skips_still_gives_a_real_moment(shipped: Reference) -> None:
    """A due time of 2:30 on the night that has none moves on by the skipped hour."""
    clock = run_clock([T.RETRO], None, _at("2026-02-06T02:30"), shipped.clocks, shipped.calendar)
    assert clock.due.isoformat() == "2026-03-08T03:30:00-07:00"


def test_business_days_end_at_the_close_of_business(shipped: Reference) -> None:
    """What came at night is due by five in the afternoon of the last business day."""
    clock = run_clock([T.STANDING_REFERRAL], None, _at("2026-11-09T23:30"), shipped.clocks, shipped.calendar)
    assert clock.due == _at("2026-11-13T17:00")  # Veterans Day, the 11th, is a holiday


def test_arrival_at_night_counts_at_once_unless_the_setting_says_otherwise(shipped: Reference) -> None:
    """Day-based clocks can start at the next opening; clocks in hours never wait."""
    rules = replace(shipped.clocks, after_hours=AfterHours.NEXT_OPENING)
    friday_night = _at("2026-10-16T22:00")
    clock = run_clock([T.ROUTINE], None, friday_night, rules, shipped.calendar)
    assert clock.due == _at("2026-10-26T08:30")
    urgent = run_clock([T.URGENT], None, friday_night, rules, shipped.calendar)
    assert urgent.due == _at("2026-10-19T22:00")
    early = run_clock([T.ROUTINE], None, _at("2026-10-19T05:00"), rules, shipped.calendar)
    assert early.due == _at("2026-10-26T08:30")
    inside = run_clock([T.ROUTINE], None, _at("2026-10-19T12:00"), rules, shipped.calendar)
    assert inside.due == _at("2026-10-26T12:00")


def test_an_urgent_priority_runs_the_urgent_clock() -> None:
    """Urgency changes the clock, and a drug keeps the drug's own clock."""
    assert clock_type(None, Priority.ROUTINE) is T.ROUTINE
    assert clock_type(T.RETRO, Priority.URGENT) is T.URGENT
    assert clock_type(T.PAD_ROUTINE, Priority.URGENT) is T.PAD_URGENT
    assert clock_type(T.PAD_URGENT, Priority.URGENT) is T.PAD_URGENT


@settings(max_examples=200, deadline=None)
@given(
    received=st.datetimes(*YEARS, timezones=st.just(dt.UTC)),
    kinds=st.sets(st.sampled_from(list(T)), min_size=1),
    line=st.sampled_from([None, *L]),
)
def test_a_clock_never_ends_before_it_starts_and_more_rules_never_make_it_later(
    received: str | dt.datetime, kinds: set[RequestType], line: LineOfBusiness | None, shipped: Reference
) -> None:
    """For any moment, types and line of business: due after start, and the joint clock is the earliest of all."""
    clock = run_clock(kinds, line, received, shipped.clocks, shipped.calendar)
    single = [run_clock([k], line, received, shipped.clocks, shipped.calendar) for k in kinds]
    assert clock.started == received
    assert clock.due > clock.started
    assert clock.due == min(c.due for c in single)
    unknown = run_clock(kinds, None, received, shipped.clocks, shipped.calendar)
    assert unknown.due <= clock.due


def test_a_faulty_table_of_clocks_is_refused(tmp_path: Path) -> None:
    """A rule of an unknown type or without a source is named; an empty table would never alarm."""
    info = TableInfo("clocks", "test", "invented")
    for text in ('[[clock]]\nrule = "x"\ntype = "never"\nlines = ["MEDI_CAL"]\namount = 1\nunit = "hours"', "", "[["):
        path = tmp_path / "clocks.toml"
        path.write_text(text)
        with pytest.raises(TableError):
            read_clocks(path, info)


def test_every_rule_of_the_shipped_table_says_its_source(shipped: Reference) -> None:
    """No due date without the law or page it comes from, and every type has a clock in every line of business."""
    assert all(stick.source for stick in shipped.clocks.yardsticks)
    day = dt.date(2026, 11, 16)
    for kind in T:
        for line in L:
            assert any(stick.binds(kind, line, day) for stick in shipped.clocks.yardsticks), (kind, line)
