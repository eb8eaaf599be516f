"""When a fax may ring, and when it is tried again."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.hours import CallingHours, next_allowed, zones_of
from outbound.retry import MOST_TRIES, WORDS, Ladder
from outbound.transport import Failure

_NUMBERS = ("+15105558235", "+12125551234", "+18085550142", "+19075550142", "+18005550142", "")
_FIRST = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_TIMES = st.times().map(lambda time: time.replace(minute=time.minute - time.minute % 15, second=0, microsecond=0))


@pytest.mark.parametrize(
    ("number", "zone"),
    [
        ("+15105558235", "America/Los_Angeles"),
        ("+12125551234", "America/New_York"),
        ("+18085550142", "Pacific/Honolulu"),
    ],
)
def test_a_number_is_where_its_area_code_is(number: str, zone: str) -> None:
    """The zone comes from the area code; what is no number is ours."""
    assert zones_of(number) == (ZoneInfo(zone),)
    assert zones_of("no number") == (ZoneInfo("America/Los_Angeles"),)


@given(
    number=st.sampled_from(_NUMBERS),
    now=st.integers(0, 700 * 24 * 60).map(lambda minute: _FIRST + dt.timedelta(minutes=minute)),
    opens=_TIMES,
    closes=_TIMES,
)
def test_the_first_moment_is_allowed_and_not_in_the_past(
    number: str, now: dt.datetime, opens: dt.time, closes: dt.time
) -> None:
    """Whatever the hours and the zone: not before now, within the hours there, at once when it may be."""
    hours = CallingHours(opens, closes)
    found = next_allowed(number, now, hours)
    assert found >= now
    assert found - now <= dt.timedelta(days=4)
    zones = zones_of(number)
    if len(zones) == 1:
        assert hours.allows(found.astimezone(zones[0]).time())
        assert (found == now) == hours.allows(now.astimezone(zones[0]).time())
    if hours.is_always:
        assert found == now


@given(failure=st.sampled_from(Failure), tries=st.integers(1, 20), is_urgent=st.booleans())
def test_the_ladder_ends_and_urgent_climbs_faster(failure: Failure, tries: int, *, is_urgent: bool) -> None:
    """There is a last try for every failure; an urgent notice never waits longer than a routine one."""
    ladder = Ladder()
    pause = ladder.pause(failure, tries, is_urgent=is_urgent)
    assert (pause is None) == (tries >= MOST_TRIES[failure])
    if pause is not None:
        assert dt.timedelta() < pause
        urgent, routine = (ladder.pause(failure, tries, is_urgent=urgent) for urgent in (True, False))
        assert urgent is not None
        assert routine is not None
        assert urgent <= routine


def test_every_failure_says_what_a_person_does() -> None:
    """No failure is without its number of tries and its sentence."""
    assert set(MOST_TRIES) == set(WORDS) == set(Failure)
