"""Every way in, how it is doing, and its sums: whatever came by it is accounted for, by arrivals and by pages."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from django.db.models import Case, CharField, Count, Exists, Max, OuterRef, Q, Sum, Value, When
from django.utils import timezone

from desk.config import Settings
from desk.records.models import Arrival, Page, Request, SourceStatus
from desk.source_settings import OWN_NAMES, SourceKind
from reconcile.sums import Sums
from terms.names import ArrivalState

STALE = dt.timedelta(minutes=3)
"""A watched source that nobody looked at for this long is not watched: the service does not run."""


_MANY = 5000


class Health(StrEnum):
    """How a source is doing."""

    WELL = "well"
    HINDERED = "hindered"
    STALE = "stale"
    UNWATCHED = "unwatched"


@dataclass(frozen=True, slots=True)
class PageSums:
    """The pages that came in by a source, by what became of them.

    ``received`` is what unpacking counted. Of processed arrivals a page is in a request, or ``unreadable``,
    or ``aside`` (covers, advertisements, what people took out); of all others it shares their state.
    """

    received: int = 0
    in_requests: int = 0
    aside: int = 0
    unreadable: int = 0
    duplicates: int = 0
    quarantined: int = 0
    in_progress: int = 0

    @property
    def accounted(self) -> int:
        """Pages of which it is known where they are."""
        return self.in_requests + self.aside + self.unreadable + self.duplicates + self.quarantined + self.in_progress

    @property
    def is_balanced(self) -> bool:
        """Say whether every page that came in is accounted for."""
        return self.received == self.accounted

    def to_json(self) -> dict[str, object]:
        """Give the counts and whether they balance."""
        return {part.name: getattr(self, part.name) for part in fields(self)} | {"balanced": self.is_balanced}


@dataclass(frozen=True, slots=True)
class Account:
    """One source: what it is, how it is doing, and its sums since the beginning.

    ``backlog`` counts what lies there and is not yet safe, ``faults`` entries with which something is
    wrong, ``faulty`` names the first of them with what is wrong, ``silent`` says why a folder is looked at by
    the clock; ``short`` counts arrivals that hold
    fewer pages than the fax server told.
    """

    name: str
    kind: str
    label: str
    health: Health
    arrivals: Sums
    pages: PageSums
    short: int = 0
    last_arrival: dt.datetime | None = None
    looked_at: dt.datetime | None = None
    backlog: int = 0
    faults: int = 0
    faulty: tuple[tuple[str, str], ...] = ()
    silent: str = ""
    problem: str = ""
    problem_since: dt.datetime | None = None

    @property
    def is_named(self) -> bool:
        """Say whether what hinders it is the trouble of an entry that is named."""
        return any(message == self.problem for _entry, message in self.faulty)

    @property
    def unnamed(self) -> int:
        """How many entries something is wrong with beyond those that are named."""
        return max(0, self.faults - len(self.faulty)) if self.faulty else 0

    @property
    def is_balanced(self) -> bool:
        """Say whether arrivals and pages both add up."""
        return self.arrivals.is_balanced and self.pages.is_balanced

    def to_json(self) -> dict[str, object]:
        """Give the account as plain JSON values."""
        return {
            "name": self.name,
            "kind": self.kind,
            "label": self.label,
            "health": self.health.value,
            "waiting": self.backlog,
            "faults": self.faults,
            "faulty": [{"entry": entry, "message": message} for entry, message in self.faulty],
            "silent": self.silent,
            "problem": self.problem or None,
            "arrivals": self.arrivals.to_json(),
            "pages": self.pages.to_json(),
            "short": self.short,
            "balanced": self.is_balanced,
            "last_arrival": _written(self.last_arrival),
            "looked_at": _written(self.looked_at),
            "problem_since": _written(self.problem_since),
        }


def _written(moment: dt.datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted by source, and when: arrivals by state, the last one, short ones, labels, pages."""

    at: dt.datetime
    arrivals: Mapping[str, Counter[str]]
    last: Mapping[str, dt.datetime]
    short: Mapping[str, int]
    labels: Mapping[str, str]
    pages: Mapping[str, PageSums]

    @property
    def is_long(self) -> bool:
        """Whether so much was counted that nobody should do it every few seconds."""
        return sum(states.total() for states in self.arrivals.values()) > _MANY


def accounts(
    settings: Settings, *, now: dt.datetime | None = None, counted: Counted | None = None
) -> tuple[Account, ...]:
    """Give the account of every source of the settings, of the two that are always there, and of former ones.

    ``counted`` are the sums where the caller has them already.
    """
    now = now or timezone.now()
    counted = counted or count()
    arrivals, last, labels = counted.arrivals, counted.last, counted.labels
    statuses = {row.name: row for row in SourceStatus.objects.all()}
    known = {source.name: (source.kind.value, source.label) for source in settings.all_sources}
    known |= {name: (name, words[0].upper() + words[1:]) for name, words in OWN_NAMES.items() if name in arrivals}
    for name in sorted(set(arrivals) - set(known)):
        known[name] = ("former", labels.get(name, ""))
    found = []
    for name, (kind, label) in known.items():
        status = statuses.get(name)
        found.append(
            Account(
                name=name,
                kind=kind,
                label=label,
                health=_health(kind, status, now),
                arrivals=_sums(arrivals.get(name, Counter())),
                pages=counted.pages.get(name, PageSums()),
                short=counted.short.get(name, 0),
                last_arrival=last.get(name),
                looked_at=status.looked_at if status else None,
                backlog=status.waiting if status else 0,
                faults=status.faults if status else 0,
                faulty=tuple((each["entry"], each["message"]) for each in status.faulty) if status else (),
                silent=status.silent if status else "",
                problem=status.problem_message if status else "",
                problem_since=status.problem_since if status else None,
            )
        )
    return tuple(found)


def total(found: Iterable[Account]) -> tuple[Sums, PageSums]:
    """Add up accounts."""
    every = list(found)
    arrivals = {part.name: sum(getattr(a.arrivals, part.name) for a in every) for part in fields(Sums)}
    pages = {part.name: sum(getattr(a.pages, part.name) for a in every) for part in fields(PageSums)}
    return Sums(**arrivals), PageSums(**pages)


def _health(kind: str, status: SourceStatus | None, now: dt.datetime) -> Health:
    if kind not in set(SourceKind):
        return Health.UNWATCHED if kind == "former" else Health.WELL
    if status is None or status.looked_at is None or now - status.looked_at > STALE:
        return Health.STALE
    return Health.HINDERED if status.problem_kind else Health.WELL


def count() -> Counted:
    """Count everything that ever came in, by source; with 100,000 arrivals some tenths of a second."""
    at = timezone.now()
    arrivals, last, short, labels = _arrivals()
    return Counted(at, arrivals, last, short, labels, _pages())


def _arrivals() -> tuple[defaultdict[str, Counter[str]], dict[str, dt.datetime], Counter[str], dict[str, str]]:
    states: defaultdict[str, Counter[str]] = defaultdict(Counter)
    last: dict[str, dt.datetime] = {}
    short: Counter[str] = Counter()
    labels: dict[str, str] = {}
    counted = (
        Arrival.objects.order_by()
        .values("source", "state")
        .annotate(
            n=Count("id"),
            newest=Max("registered_at"),
            fewer=Count("id", filter=Q(problem_kind="ingest.pages_short")),
            any_label=Max("label"),
        )
        .values_list("source", "state", "n", "newest", "fewer", "any_label")
    )
    for source, state, count, newest, fewer, label in counted:
        states[source][state] += count
        last[source] = max(newest, last.get(source, newest))
        short[source] += fewer
        labels[source] = label
    return states, last, short, labels


def _sums(states: Counter[str]) -> Sums:
    known = {state.value for state in ArrivalState}
    return Sums(
        received=states.total(),
        processed=states[ArrivalState.PROCESSED.value],
        duplicates=states[ArrivalState.DUPLICATE.value],
        quarantined=states[ArrivalState.QUARANTINED.value],
        in_progress=states[ArrivalState.IN_PROGRESS.value],
        other=sum(count for state, count in states.items() if state not in known),
    )


def _pages() -> defaultdict[str, PageSums]:
    """Count pages twice over: as unpacking counted them, and row by row, each under one heading."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    told = Arrival.objects.order_by().values_list("source").annotate(Sum("page_count"))
    for source, pages in told:
        counts[source]["received"] = pages or 0
    owned = Exists(Request.pages.through.objects.filter(page_id=OuterRef("pk")))
    heading = Case(
        When(arrival__state=ArrivalState.DUPLICATE, then=Value("duplicates")),
        When(arrival__state=ArrivalState.QUARANTINED, then=Value("quarantined")),
        When(arrival__state=ArrivalState.IN_PROGRESS, then=Value("in_progress")),
        When(owned, then=Value("in_requests")),
        When(~Q(problem_kind=""), then=Value("unreadable")),
        default=Value("aside"),
        output_field=CharField(),
    )
    rows = Page.objects.order_by().annotate(heading=heading).values_list("arrival__source", "heading")
    for source, name, count in rows.annotate(Count("id")):
        counts[source][name] += count
    found: defaultdict[str, PageSums] = defaultdict(PageSums)
    for source, parts in counts.items():
        found[source] = PageSums(**parts)
    return found
