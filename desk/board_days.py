"""What days came to, for the board: arrivals by hour, automation, corrections by field and form, people's work.

A day that is over is counted once and kept (:class:`desk.records.models.KeptDay`): counts only, no ids.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from desk.nightly import facts
from desk.records.models import Arrival, AuditEvent, KeptDay
from desk.summary import day_bounds
from reconcile.measures import CorrectionFact, FieldFact, Rate, correction_rates

BEFORE = 7
"""Days before today that the board looks back on."""

_WORK = ("request.released", "request.corrected")
_WEEKEND = 5


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One day, or as much of it as there was: arrivals by local hour; requests released, and of them untouched.

    ``changed`` and ``read`` count corrections and readings by field, then form, of days that are over;
    ``people`` what each person released and corrected.
    """

    day: dt.date
    hours: Sequence[int]
    released: int
    untouched: int
    changed: Mapping[str, Mapping[str, int]]
    read: Mapping[str, Mapping[str, int]]
    people: Mapping[str, Sequence[int]]

    @property
    def automation(self) -> Rate:
        """Released requests that nobody touched, of all that were released."""
        return Rate(self.day.isoformat(), self.untouched, self.released)


def last_days(now: dt.datetime, zone: ZoneInfo) -> tuple[DayFigures, ...]:
    """Give today so far and the :data:`BEFORE` days before it, the oldest first."""
    today = now.astimezone(zone).date()
    days = [today - dt.timedelta(days=n) for n in range(BEFORE, 0, -1)]
    bounds = {day: day_bounds(day, zone) for day in days}
    kept = {row.starts_at: row.data for row in KeptDay.objects.filter(starts_at__in=[b[0] for b in bounds.values()])}
    found = []
    for day, (start, end) in bounds.items():
        data = kept.get(start)
        if data is None:
            figures = figures_of(day, start, end, zone)
            KeptDay.objects.get_or_create(starts_at=start, defaults={"data": to_json(figures)})
            found.append(figures)
        else:
            found.append(DayFigures(**(data | {"day": dt.date.fromisoformat(data["day"])})))
    return (*found, _counted(today, day_bounds(today, zone)[0], now, zone))


def figures_of(day: dt.date, start: dt.datetime, end: dt.datetime, zone: ZoneInfo) -> DayFigures:
    """Count a whole day from ``start`` until before ``end`` (aware)."""
    return replace(
        _counted(day, start, end, zone),
        changed=_nested((fact.field, fact.form, 1) for fact in facts.corrections(start, end)),
        read=_nested((fact.field, fact.form, fact.read) for fact in facts.fields(start, end)),
    )


def _counted(day: dt.date, start: dt.datetime, end: dt.datetime, zone: ZoneInfo) -> DayFigures:
    """Count what is quick to count: all but corrections and readings."""
    hours = [0] * 24
    for at in Arrival.objects.filter(received_at__gte=start, received_at__lt=end).values_list("received_at", flat=True):
        hours[at.astimezone(zone).hour] += 1
    events = AuditEvent.objects.filter(at__gte=start, at__lt=end, action__in=_WORK).order_by()
    released: set[int | None] = set()
    by_people: set[int | None] = set()
    people: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for action, name, person, request in events.values_list("action", "actor_name", "actor", "request"):
        if action == "request.released":
            released.add(request)
            by_people |= {request} if person else set()
        if person:
            people[name][_WORK.index(action)] += 1
    return DayFigures(
        day,
        hours,
        len(released),
        len(released - by_people),
        {},
        {},
        dict(people),
    )


def _nested(counts: Iterable[tuple[str, str, int]]) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for field, form, count in counts:
        found[field][form] += count
    return {field: dict(forms) for field, forms in found.items()}


def usual_hours(days: Sequence[DayFigures]) -> tuple[float, ...]:
    """How many arrivals each hour has on days such as the last of ``days``: working days, or those of a weekend."""
    *before, today = days
    alike = [each for each in before if (each.day.weekday() < _WEEKEND) is (today.day.weekday() < _WEEKEND)]
    return tuple(sum(each.hours[hour] for each in alike) / len(alike) if alike else 0.0 for hour in range(24))


def corrected(days: Sequence[DayFigures]) -> tuple[tuple[str, str, Rate], ...]:
    """Field, form and correction rate over those of ``days`` that are over, most corrected first."""
    changed = [fact for day in days for fact in _facts(day.changed)]
    rates = correction_rates(
        (CorrectionFact(field, form) for field, form, count in changed for _ in range(count)),
        (FieldFact(*fact) for day in days for fact in _facts(day.read)),
    )
    return tuple((*_parted(rate.name), rate) for rate in rates)


def _facts(counts: Mapping[str, Mapping[str, int]]) -> list[tuple[str, str, int]]:
    return [(field, form, count) for field, forms in counts.items() for form, count in forms.items()]


def _parted(name: str) -> tuple[str, str]:
    field, _, form = name.partition(" · ")
    return field, form


def to_json(figures: DayFigures) -> dict[str, Any]:
    """Give a day as plain values."""
    return asdict(figures) | {"day": figures.day.isoformat()}
