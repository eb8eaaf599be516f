"""The supervisor's board: where the desk stands now, in few queries that stay quick with many requests."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q
from django.db.models.functions import TruncHour

from desk.lifecycle import OPEN_STATES, RequestState
from desk.records.models import Arrival, AuditEvent, Correction, LineStatus, Request, SendingSwitch, SourceStatus
from desk.summary import day_bounds
from terms.names import Priority

SOON = dt.timedelta(days=1)
WEEK = dt.timedelta(days=7)
STALE = dt.timedelta(minutes=3)
_AGES: tuple[tuple[str, dt.timedelta], ...] = (
    ("today", dt.timedelta(days=1)),
    ("1 to 2 days", dt.timedelta(days=3)),
    ("3 to 6 days", dt.timedelta(days=7)),
)
OLDER = "a week and more"
_EVER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
AGE_NAMES = (*(name for name, _ in _AGES), OLDER)
_PERSON = (RequestState.NEEDS_REVIEW, RequestState.UNMATCHED)


@dataclass(frozen=True, slots=True)
class Way:
    """A way in or out: how it was last found, and what hinders it."""

    name: str
    is_up: bool
    waiting: int
    trouble: str


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on the board, as of one moment.

    ``by_hour`` counts today's arrivals by local hour; ``backlog`` open requests by processor and age;
    ``automation`` of how many released in the last week how many were untouched; ``corrected`` the
    fields corrected most in the last week; ``people`` what each person released and corrected today.
    """

    now: dt.datetime
    by_hour: Mapping[int, int]
    backlog: Mapping[str, Mapping[str, int]]
    for_people: int
    urgent: int
    late: int
    due_soon: int
    unassigned_late: int
    quarantined: int
    released: int
    untouched: int
    corrected: tuple[tuple[str, int], ...]
    people: tuple[tuple[str, int, int], ...]
    ways_in: tuple[Way, ...]
    ways_out: tuple[Way, ...]
    is_sending: bool

    @property
    def automation(self) -> float | None:
        """The share (0 to 1) of the week's released requests that nobody touched."""
        return self.untouched / self.released if self.released else None

    def to_do(self) -> tuple[str, ...]:
        """What the figures say to do next, most pressing first."""
        found = []
        if not self.is_sending:
            found.append("Nothing is being sent: start sending again as soon as that is safe.")
        found += [
            f"{way.name} is not working: {way.trouble}" for way in (*self.ways_in, *self.ways_out) if not way.is_up
        ]
        if self.late:
            found.append(f"{_many(self.late, 'request is', 'requests are')} late: see that they are decided now.")
        if self.urgent:
            found.append(f"{_many(self.urgent, 'urgent request waits', 'urgent requests wait')} for a person.")
        if self.due_soon:
            found.append(f"{_many(self.due_soon, 'request is', 'requests are')} due within a day: assign them.")
        if self.quarantined:
            found.append(f"{_many(self.quarantined, 'arrival lies', 'arrivals lie')} in quarantine.")
        return tuple(found)


def board(now: dt.datetime) -> Board:
    """Look at everything as of ``now`` (aware)."""
    start, _end = day_bounds(now.astimezone(settings.INLET.zone).date(), settings.INLET.zone)
    waiting = Request.objects.filter(state__in=OPEN_STATES)
    counts = waiting.aggregate(
        people=Count("id", filter=Q(state__in=_PERSON)),
        urgent=Count("id", filter=Q(state__in=_PERSON, priority=Priority.URGENT)),
        late=Count("id", filter=Q(due_at__lt=now)),
        soon=Count("id", filter=Q(due_at__gte=now, due_at__lt=now + SOON)),
        unassigned=Count("id", filter=Q(due_at__lt=now + SOON, assignment=None)),
    )
    released = _released(now)
    return Board(
        now=now,
        by_hour=_by_hour(start, now),
        backlog=_backlog(now),
        for_people=counts["people"],
        urgent=counts["urgent"],
        late=counts["late"],
        due_soon=counts["soon"],
        unassigned_late=counts["unassigned"],
        quarantined=Arrival.objects.filter(state="quarantined").count(),
        released=released[0],
        untouched=released[1],
        corrected=_corrected(now),
        people=_people(start, now),
        ways_in=tuple(_ways_in(now)),
        ways_out=tuple(_ways_out()),
        is_sending=not SendingSwitch.objects.values_list("is_stopped", flat=True).first(),
    )


def _by_hour(start: dt.datetime, now: dt.datetime) -> dict[int, int]:
    zone = settings.INLET.zone
    rows = (
        Arrival.objects.filter(received_at__gte=start, received_at__lte=now)
        .order_by()
        .annotate(hour=TruncHour("received_at", tzinfo=zone))
        .values_list("hour")
        .annotate(n=Count("id"))
    )
    hours = dict.fromkeys(range(now.astimezone(zone).hour + 1), 0)
    for hour, count in rows:
        hours[hour.astimezone(zone).hour] = hours.get(hour.astimezone(zone).hour, 0) + count
    return hours


def _backlog(now: dt.datetime) -> dict[str, dict[str, int]]:
    limits = [now, *(now - age for _, age in _AGES)]
    named = {
        f"age{place}": Count("id", filter=Q(received_at__lte=limit, received_at__gt=older))
        for place, (limit, older) in enumerate(zip(limits, [*limits[1:], _EVER], strict=True))
    }
    rows = Request.objects.filter(state__in=OPEN_STATES).order_by().values_list("processor").annotate(**named)
    return {processor: dict(zip(AGE_NAMES, counts, strict=True)) for processor, *counts in sorted(rows)}


def _released(now: dt.datetime) -> tuple[int, int]:
    events = AuditEvent.objects.filter(action="request.released", at__gte=now - WEEK).order_by()
    found = events.aggregate(
        released=Count("request", distinct=True),
        by_people=Count("request", distinct=True, filter=Q(actor__isnull=False)),
    )
    return found["released"], found["released"] - found["by_people"]


def _corrected(now: dt.datetime) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = defaultdict(int)
    rows = Correction.objects.filter(at__gte=now - WEEK).order_by().values_list("target").annotate(n=Count("id"))
    for target, count in rows:
        counts[target.partition("[")[0]] += count
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:8])


def _people(start: dt.datetime, now: dt.datetime) -> tuple[tuple[str, int, int], ...]:
    rows = (
        AuditEvent.objects.filter(at__gte=start, at__lte=now, actor__isnull=False)
        .filter(action__in=("request.released", "request.corrected"))
        .order_by()
        .values_list("actor_name")
        .annotate(
            released=Count("id", filter=Q(action="request.released")),
            corrected=Count("id", filter=Q(action="request.corrected")),
        )
    )
    return tuple(sorted(rows, key=lambda row: (-row[1], row[0])))


def _ways_in(now: dt.datetime) -> list[Way]:
    rows = {row.name: row for row in SourceStatus.objects.all()}
    found = []
    for source in settings.INLET.all_sources:
        row = rows.get(source.name)
        stale = row is None or row.looked_at is None or now - row.looked_at > STALE
        trouble = "nobody looks at it: is the service running?" if stale else row.problem_message if row else ""
        found.append(Way(source.label or source.name, not trouble, row.waiting if row else 0, trouble))
    return found


def _ways_out() -> list[Way]:
    return [
        Way(row.way, not row.problem_kind, sum(line.get("state") == "busy" for line in row.lines), row.problem_message)
        for row in LineStatus.objects.all()
    ]


def _many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"
