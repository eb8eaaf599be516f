"""When an office may be called: the hours that are set, by the clock of the place that is called. Pure.

Where a number is comes from its area code (the phonenumbers library's tables, which ship with it).
A number of several zones may be called when it is day in all of them.
"""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone

from terms.dates import PACIFIC

_UNKNOWN = "Etc/Unknown"
_STEP = dt.timedelta(minutes=15)
_LONGEST = dt.timedelta(days=2)


@dataclass(frozen=True, slots=True)
class CallingHours:
    """From when until when a fax may ring; the same moment twice means at any time."""

    opens: dt.time = dt.time(0)
    closes: dt.time = dt.time(0)

    @property
    def is_always(self) -> bool:
        """Whether every hour is allowed."""
        return self.opens == self.closes

    def allows(self, local: dt.time) -> bool:
        """Whether a local time of day is within the hours; they may run past midnight."""
        if self.is_always:
            return True
        if self.opens < self.closes:
            return self.opens <= local < self.closes
        return local >= self.opens or local < self.closes


@lru_cache(maxsize=4096)
def zones_of(number: str) -> tuple[ZoneInfo, ...]:
    """The time zones in which an E.164 number may be; Pacific where nothing is known (the plan's own)."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return (PACIFIC,)
    names = [name for name in timezone.time_zones_for_number(parsed) if name != _UNKNOWN]
    return tuple(ZoneInfo(name) for name in names) or (PACIFIC,)


def next_allowed(number: str, now: dt.datetime, hours: CallingHours) -> dt.datetime:
    """The first moment from ``now`` (aware) at which ``number`` may be called; ``now`` itself if it may.

    A number of so many zones that it is never day in all of them (toll-free ones) goes by Pacific time.
    """
    zones = zones_of(number)
    moment = now
    while moment - now <= _LONGEST:
        if all(hours.allows(moment.astimezone(zone).time()) for zone in zones):
            return moment
        moment = _rounded(moment + _STEP)
    return now if hours.allows(now.astimezone(PACIFIC).time()) else next_allowed("", now, hours)


def _rounded(moment: dt.datetime) -> dt.datetime:
    """Down to the quarter hour, so that it opens on the minute that is set."""
    return moment.replace(minute=moment.minute - moment.minute % 15, second=0, microsecond=0)
