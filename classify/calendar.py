"""Business days in Pacific time, with dated holidays."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from classify.sheet import Sheet, TableInfo
from terms.dates import PACIFIC

HOLIDAY_COLUMNS = ("date", "name")
_SATURDAY = 5
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class BusinessCalendar:
    """Monday to Friday without the holidays of the table.

    A year the table does not hold has no holidays known: due dates then come out earlier, never later.
    """

    info: TableInfo
    _holidays: Mapping[dt.date, str] = field(repr=False)

    def holiday(self, day: dt.date) -> str | None:
        """The name of the holiday on ``day``, or ``None``."""
        return self._holidays.get(day)

    def is_business_day(self, day: dt.date) -> bool:
        """Say whether ``day`` is worked."""
        return day.weekday() < _SATURDAY and day not in self._holidays

    def add_business_days(self, day: dt.date, count: int) -> dt.date:
        """The ``count``-th business day after ``day``; ``day`` itself is never counted."""
        while count > 0:
            day += _DAY
            if self.is_business_day(day):
                count -= 1
        return day

    def next_business_day(self, day: dt.date) -> dt.date:
        """``day`` if it is worked, else the first day after it that is."""
        while not self.is_business_day(day):
            day += _DAY
        return day


def build_calendar(holidays: Mapping[dt.date, str], info: TableInfo) -> BusinessCalendar:
    """Wrap the holidays."""
    return BusinessCalendar(info, dict(holidays))


def read_calendar(sheet: Sheet, info: TableInfo) -> BusinessCalendar:
    """Turn a sheet of ``date``, ``name`` into a calendar."""
    holidays: dict[dt.date, str] = {}
    for raw in sheet.rows():
        raw.required("date")
        day, name = raw.date("date"), raw.required("name")
        if day is not None:
            holidays[day] = name
    sheet.finish()
    return build_calendar(holidays, info)


def at_wall_time(day: dt.date, time: dt.time) -> dt.datetime:
    """``day`` at ``time`` on a Pacific clock; a time skipped in spring moves on by the hour that was skipped."""
    local = dt.datetime.combine(day, time.replace(tzinfo=None), tzinfo=PACIFIC)
    return local.astimezone(dt.UTC).astimezone(PACIFIC)
