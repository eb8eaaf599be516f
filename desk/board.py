"""The supervisor's board: where the desk stands now, in few queries that stay quick with many requests."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import CharField, Count, Q, QuerySet, Value

from desk.board_days import DayFigures, corrected, last_days, to_json, usual_hours
from desk.cases.approving import AWAITS
from desk.cases.pausing import PAUSED
from desk.cases.sending import is_stopped, stopped_ways
from desk.lifecycle import OPEN_STATES, NoticeState, RequestState
from desk.records.models import (
    Arrival,
    Assignment,
    LineStatus,
    Notice,
    QualityCheck,
    Request,
    SourceStatus,
)
from reconcile.measures import Rate
from terms.names import ArrivalState, Priority

SOON = dt.timedelta(days=1)
STALE = dt.timedelta(minutes=3)
_AGES: tuple[tuple[str, dt.timedelta], ...] = (
    ("today", dt.timedelta(days=1)),
    ("1 to 2 days", dt.timedelta(days=3)),
    ("3 to 6 days", dt.timedelta(days=7)),
)
OLDER = "a week and more"
AGE_NAMES = (*(name for name, _ in _AGES), OLDER)
_DUES: tuple[tuple[str, dt.timedelta], ...] = (
    ("late", dt.timedelta(0)),
    ("4 hours", dt.timedelta(hours=4)),
    ("8 hours", dt.timedelta(hours=8)),
    ("a day", SOON),
)
"""By when: every name stands for what is due before that and after the one before it."""
DUE_NAMES = tuple(name for name, _ in _DUES)
_EVER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_PERSON = (RequestState.NEEDS_REVIEW, RequestState.UNMATCHED)


@dataclass(frozen=True, slots=True)
class Way:
    """A way in or out: how it was last found, and what hinders it (a pause, too)."""

    name: str
    is_up: bool
    waiting: int
    trouble: str
    is_watched: bool = True
    is_paused: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """Open requests that are due by then, and how many of them nobody was given."""

    name: str
    count: int
    with_nobody: int


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on the board, as of one moment.

    ``days`` are today so far and the days before it; ``usual`` how many arrivals each hour has on such
    days; ``backlog`` open requests by processor and age; ``dues`` what is late or due within a day.
    """

    now: dt.datetime
    days: tuple[DayFigures, ...]
    usual: tuple[float, ...]
    backlog: Mapping[str, Mapping[str, int]]
    dues: tuple[Due, ...]
    for_people: int
    urgent: int
    quarantined: int
    to_approve: int
    undelivered: int
    to_key: int
    to_settle: int
    corrected: tuple[tuple[str, str, Rate], ...]
    ways_in: tuple[Way, ...]
    ways_out: tuple[Way, ...]
    is_sending: bool
    stopped: tuple[str, ...]

    @property
    def today(self) -> DayFigures:
        """Today so far."""
        return self.days[-1]

    @property
    def late(self) -> int:
        """Open requests past their due date."""
        return self.dues[0].count

    @property
    def due_soon(self) -> int:
        """Open requests due within a day, the late ones left out."""
        return sum(due.count for due in self.dues[1:])

    @property
    def automation(self) -> Rate:
        """Released requests of all the days that nobody touched."""
        return Rate("untouched", sum(d.untouched for d in self.days), sum(d.released for d in self.days))

    @property
    def people(self) -> tuple[tuple[str, int, int], ...]:
        """What each person released and corrected today, the most first."""
        rows = [(name, released, changed) for name, (released, changed) in self.today.people.items()]
        return tuple(sorted(rows, key=lambda row: (-row[1] - row[2], row[0])))

    def to_json(self) -> dict[str, Any]:
        """Give the board as plain values."""
        return {
            "at": self.now.isoformat(),
            "for_people": self.for_people,
            "urgent": self.urgent,
            "late": self.late,
            "due_within_a_day": self.due_soon,
            "dues": [{"by": due.name, "count": due.count, "with_nobody": due.with_nobody} for due in self.dues],
            "backlog": {name or "none": dict(ages) for name, ages in self.backlog.items()},
            "quarantined": self.quarantined,
            "notices": {"to_approve": self.to_approve, "undelivered": self.undelivered},
            "quality": {"to_key": self.to_key, "to_settle": self.to_settle},
            "automation": self.automation.to_json(),
            "corrections": [
                {"field": field, "form": form} | {name: rate.to_json()[name] for name in ("count", "of", "share")}
                for field, form, rate in self.corrected
            ],
            "ways_in": [_way(way) for way in self.ways_in],
            "ways_out": [_way(way) for way in self.ways_out],
            "is_sending": self.is_sending,
            "stopped_ways": list(self.stopped),
            "days": [
                {name: value for name, value in to_json(day).items() if name not in {"changed", "read"}}
                for day in self.days
            ],
        }


def _way(way: Way) -> dict[str, Any]:
    told = {"name": way.name, "up": way.is_up, "waiting": way.waiting, "trouble": way.trouble}
    return told | {"paused": way.is_paused, "watched": way.is_watched}


def board(now: dt.datetime) -> Board:
    """Look at everything as of ``now`` (aware)."""
    days = last_days(now, settings.INLET.zone)
    backlog, counts = _open(now)
    given = _given(now)
    waiting = _waiting()
    return Board(
        now=now,
        days=days,
        usual=usual_hours(days),
        backlog=backlog,
        dues=tuple(Due(name, counts[name], counts[name] - given[name]) for name in DUE_NAMES),
        for_people=counts["people"],
        urgent=counts["urgent"],
        quarantined=waiting["quarantined"],
        to_approve=waiting["approve"],
        undelivered=waiting["failed"],
        to_key=waiting["key"],
        to_settle=waiting["settle"],
        corrected=corrected(days),
        ways_in=tuple(_ways_in(now)),
        ways_out=tuple(_ways_out()),
        is_sending=is_stopped() is None,
        stopped=tuple(stopped_ways()),
    )


def _waiting() -> dict[str, int]:
    """What else waits for a person, counted in one query."""
    checks = QualityCheck.objects.filter(settled_at=None)
    wanted: dict[str, QuerySet[Any]] = {
        "approve": Notice.objects.filter(state=NoticeState.HELD, problem_kind=AWAITS),
        "failed": Notice.objects.filter(state=NoticeState.FAILED),
        "quarantined": Arrival.objects.filter(state=ArrivalState.QUARANTINED),
        "key": checks.filter(keyed_at=None),
        "settle": checks.filter(keyed_at__isnull=False),
    }
    first, *others = (
        rows.order_by().annotate(what=Value(name, CharField())).values_list("what").annotate(n=Count("pk"))
        for name, rows in wanted.items()
    )
    return dict.fromkeys(wanted, 0) | dict(first.union(*others, all=True))


def _due_counts(now: dt.datetime, place: str) -> dict[str, Count]:
    """Count by when something is due; ``place`` leads to the request's due date."""
    limits = [now + by for _, by in _DUES]
    return {
        f"due{at}": Count("id", filter=Q(**{f"{place}__gte": before, f"{place}__lt": limit}))
        for at, (before, limit) in enumerate(zip([_EVER, *limits], limits, strict=False))
    }


def _open(now: dt.datetime) -> tuple[dict[str, dict[str, int]], dict[str, int]]:
    """The open requests in one walk along their index: by processor and age, by due date, and for a person."""
    limits = [now, *(now - age for _, age in _AGES)]
    ages = {
        f"age{place}": Count("id", filter=Q(received_at__lte=limit, received_at__gt=older))
        for place, (limit, older) in enumerate(zip(limits, [*limits[1:], _EVER], strict=True))
    }
    for_a_person = Q(state__in=_PERSON)
    rows = Request.objects.filter(state__in=OPEN_STATES).order_by().values_list("processor")
    rows = rows.annotate(
        people=Count("id", filter=for_a_person),
        urgent=Count("id", filter=for_a_person & Q(priority=Priority.URGENT)),
        **_due_counts(now, "due_at"),
        **ages,
    )
    backlog: dict[str, dict[str, int]] = {}
    counts = dict.fromkeys(("people", "urgent", *DUE_NAMES), 0)
    for row in sorted(rows):
        processor: str = row[0]
        sums: tuple[int, ...] = row[1:]
        for name, count in zip(counts, sums, strict=False):
            counts[name] += count
        backlog[processor] = dict(zip(AGE_NAMES, sums[-len(AGE_NAMES) :], strict=True))
    return backlog, counts


def _given(now: dt.datetime) -> dict[str, int]:
    """How many of those due within a day somebody was given, by when."""
    rows = Assignment.objects.filter(request__closed_at=None, request__due_at__lt=now + SOON)
    found = rows.order_by().aggregate(**_due_counts(now, "request__due_at"))
    return dict(zip(DUE_NAMES, found.values(), strict=True))


def _ways_in(now: dt.datetime) -> list[Way]:
    rows = {row.name: row for row in SourceStatus.objects.all()}
    found = []
    for source in settings.INLET.all_sources:
        row = rows.get(source.name)
        is_watched = row is not None and row.looked_at is not None and now - row.looked_at <= STALE
        trouble = row.problem_message if row else ""
        found.append(
            Way(
                source.label or source.name,
                is_watched and not trouble,
                row.waiting if row else 0,
                trouble,
                is_watched=is_watched,
                is_paused=row is not None and row.problem_kind == PAUSED,
            )
        )
    return found


def _ways_out() -> list[Way]:
    return [
        Way(row.way, not row.problem_kind, sum(line.get("state") == "busy" for line in row.lines), row.problem_message)
        for row in LineStatus.objects.all()
    ]
