"""Due dates: every yardstick that binds a request, the earliest of which alarms.

Hours run from the moment of arrival, nights, weekends and clock changes included. Calendar days
end at the same wall-clock time, so never later than the full number of days. Business days end
that many worked days after the day of arrival, at the same wall-clock time but no later than the
close of business. Sources stand in the table's rows.
"""

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from classify.calendar import BusinessCalendar, at_wall_time
from classify.errors import RowFault, TableError
from classify.roster import LineOfBusiness
from classify.sheet import TableInfo
from terms.dates import PACIFIC
from terms.names import Priority, RequestType
from terms.requests import Clock, DueDate


class Unit(StrEnum):
    """What a yardstick counts."""

    HOURS = "hours"
    CALENDAR_DAYS = "calendar_days"
    BUSINESS_DAYS = "business_days"


class AfterHours(StrEnum):
    """When a day-based clock starts for what arrives outside office hours.

    ``moment``: at once, the safe choice; ``next_opening``: at the next opening. Clocks in hours
    always start at once.
    """

    MOMENT = "moment"
    NEXT_OPENING = "next_opening"


@dataclass(frozen=True, slots=True)
class Yardstick:
    """One rule: a request of ``type`` in one of ``lines`` is due ``amount`` ``unit`` after arrival."""

    rule: str
    type: RequestType
    lines: frozenset[LineOfBusiness]
    amount: int
    unit: Unit
    source: str
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None

    def binds(self, kind: RequestType, line: LineOfBusiness | None, day: dt.date) -> bool:
        """Say whether the rule binds; with an unknown line of business every line's rule does."""
        in_force = (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or day <= self.effective_to
        )
        return in_force and self.type is kind and (line is None or line in self.lines)


@dataclass(frozen=True, slots=True)
class ClockRules:
    """All yardsticks, the office hours they need, and how long after a service a retro request is taken."""

    info: TableInfo
    yardsticks: tuple[Yardstick, ...]
    opens: dt.time = dt.time(8, 30)
    closes: dt.time = dt.time(17, 0)
    after_hours: AfterHours = AfterHours.MOMENT
    retro_window: dt.timedelta = dt.timedelta(days=90)


_URGENT_OF = {RequestType.PAD_ROUTINE: RequestType.PAD_URGENT}


def clock_type(kind: RequestType | None, priority: Priority) -> RequestType:
    """The type whose clock runs: the request's own, turned urgent when the priority is."""
    kind = kind or RequestType.ROUTINE
    if priority is Priority.URGENT and kind is not RequestType.PAD_URGENT:
        return _URGENT_OF.get(kind, RequestType.URGENT)
    return kind


def run_clock(
    kinds: Iterable[RequestType],
    line: LineOfBusiness | None,
    received_at: dt.datetime,
    rules: ClockRules,
    calendar: BusinessCalendar,
) -> Clock | None:
    """The clock of a request received at ``received_at`` (aware).

    ``kinds`` are the types whose clocks all bind: more than one where a request contradicts itself.
    ``None`` when the table has no rule for any of them. Same due time: the rule's name decides.
    """
    started = received_at.astimezone(PACIFIC)
    wanted = set(kinds)
    dues = {
        DueDate(_due(stick, started, rules, calendar), stick.rule)
        for stick in rules.yardsticks
        for kind in wanted
        if stick.binds(kind, line, started.date())
    }
    if not dues:
        return None
    first, *others = sorted(dues, key=lambda due: (due.due, due.rule))
    return Clock(first.due, started, first.rule, tuple(others))


def _due(stick: Yardstick, started: dt.datetime, rules: ClockRules, calendar: BusinessCalendar) -> dt.datetime:
    if stick.unit is Unit.HOURS:
        return (started.astimezone(dt.UTC) + dt.timedelta(hours=stick.amount)).astimezone(PACIFIC)
    start = _opening(started, rules, calendar) if rules.after_hours is AfterHours.NEXT_OPENING else started
    if stick.unit is Unit.CALENDAR_DAYS:
        return at_wall_time(start.date() + dt.timedelta(days=stick.amount), start.time())
    day = calendar.add_business_days(start.date(), stick.amount)
    return at_wall_time(day, min(start.time(), rules.closes))


def _opening(moment: dt.datetime, rules: ClockRules, calendar: BusinessCalendar) -> dt.datetime:
    day = calendar.next_business_day(moment.date())
    if day == moment.date():
        if moment.time() < rules.opens:
            return at_wall_time(day, rules.opens)
        if moment.time() < rules.closes:
            return moment
        day = calendar.next_business_day(day + dt.timedelta(days=1))
    return at_wall_time(day, rules.opens)


def read_clocks(path: Path, info: TableInfo) -> ClockRules:
    """Read ``clocks.toml``; every faulty rule is named in the :class:`TableError`."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TableError(path.name, [RowFault(1, "file", "is not a readable TOML file; mend it")]) from error
    faults: list[RowFault] = []
    sticks: list[Yardstick] = []
    for number, entry in enumerate(data.get("clock", []), 1):
        try:
            sticks.append(_stick(entry))
        except (KeyError, ValueError, TypeError) as error:
            faults.append(RowFault(number, "clock", f"cannot be used ({error}); mend the entry"))
    if faults or not sticks:
        raise TableError(path.name, faults or [RowFault(1, "clock", "no rules; a request would never be due")])
    hours, retro = data.get("office", {}), data.get("retro", {})
    return ClockRules(
        info,
        tuple(sticks),
        opens=hours.get("opens", dt.time(8, 30)),
        closes=hours.get("closes", dt.time(17, 0)),
        after_hours=AfterHours(hours.get("after_hours", "moment")),
        retro_window=dt.timedelta(days=int(retro.get("window_days", 90))),
    )


def _stick(entry: Mapping[str, object]) -> Yardstick:
    lines = entry["lines"]
    amount, start, end = entry["amount"], entry.get("effective_from"), entry.get("effective_to")
    if not isinstance(lines, list) or not isinstance(amount, int) or amount < 1:
        raise ValueError("lines is a list and amount a whole number above zero")
    if not isinstance(start, dt.date | None) or not isinstance(end, dt.date | None):
        raise TypeError("effective_from and effective_to are dates")
    return Yardstick(
        rule=str(entry["rule"]),
        type=RequestType(str(entry["type"])),
        lines=frozenset(LineOfBusiness(str(line)) for line in lines),
        amount=amount,
        unit=Unit(str(entry["unit"])),
        source=str(entry["source"]),
        effective_from=start,
        effective_to=end,
    )
