"""What the queue shows: shelves, filters and searches, in their order, a page at a time.

Only ids are sorted and counted; the rows of one page are read whole. A search looks at the newest
thousand requests that match and puts what waits for a person first.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Case, Count, F, Q, QuerySet, Subquery, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from desk.lifecycle import OPEN_STATES, RequestState
from desk.records.models import Request
from desk.records.prepared import Prepared
from desk.review.kept import kept
from desk.review.models import Claim
from desk.review.rows import ROWS, WAITING, Row, rows_of, shown
from desk.search import in_list, listed, matching
from desk.search import newest as search_newest
from terms.names import Priority, Processor

MOST_FOUND = 1000
"""A search counts and sorts no more than these, the newest; who gets as many adds a word."""

_S = RequestState
_MANY = 5000
_COUNTS = "desk.review.counts"


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """One tab of the queue: some states under one name. There is one of each."""

    slug: str
    name: str | Promise
    states: tuple[str, ...]
    nothing: str | Promise


_DONE = (_S.CLOSED, _S.NOT_OURS, _S.WITHDRAWN, _S.MERGED, _S.QUARANTINED)
SHELVES: tuple[Shelf, ...] = (
    Shelf("attention", _("Needs a person"), WAITING, _("Nothing waits for a person.")),
    Shelf("incomplete", _("Asked the provider"), (_S.INCOMPLETE,), _("No request waits for its provider.")),
    Shelf("ready", _("Ready"), (_S.READY, _S.ROUTED), _("No request waits to be handed over.")),
    Shelf("with-processor", _("With processor"), (_S.HANDED_OVER, _S.DECIDED), _("Nothing is with a processor.")),
    Shelf("reading", _("Reading"), (_S.READING,), _("Nothing is being read just now.")),
    Shelf("done", _("Done"), _DONE, _("Nothing has been closed yet.")),
    Shelf("all", _("All"), tuple(_S), _("No request has come in yet.")),
)
_BY_SLUG = {shelf.slug: shelf for shelf in SHELVES}
_BY_STATE = {state: shelf.slug for shelf in SHELVES[:-1] for state in shelf.states}
_NEWEST_FIRST = frozenset({"done", "all"})
DUE = ("late", "today")
"""The filter by due date: late now, or due within a day (the late ones too)."""


@dataclass(frozen=True, slots=True)
class Search:
    """What the queue is asked to show; ``source`` is a line's or mailbox's label."""

    shelf: Shelf
    words: str = ""
    urgent: bool = False
    page: int = 1
    processor: str = ""
    source: str = ""
    due: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> "Search":
        """Read the query of a request; anything unknown falls back to the first shelf and no filter."""
        words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:100]
        shelf = _BY_SLUG.get(request.GET.get("shelf", ""), _BY_SLUG["all"] if words else SHELVES[0])
        number = request.GET.get("page", "1")
        page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1  # noqa: PLR2004
        processor, due = request.GET.get("processor", ""), request.GET.get("due", "")
        return cls(
            shelf=shelf,
            words=words,
            urgent=request.GET.get("urgent") == "1",
            page=max(1, page),
            processor=processor if processor in set(Processor) else "",
            source=request.GET.get("source", "").replace("\x00", "")[:120],
            due=due if due in DUE else "",
        )

    def query(self, **changes: str) -> str:
        """Give the query string of this search with ``changes``."""
        parts = {
            "shelf": self.shelf.slug,
            "q": self.words,
            "urgent": "1" if self.urgent else "",
            "processor": self.processor,
            "source": self.source,
            "due": self.due,
            "page": str(self.page),
        }
        parts |= changes
        return urlencode({key: value for key, value in parts.items() if value and (key, value) != ("page", "1")})

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the shelf narrows it."""
        return bool(self.words or self.urgent or self.processor or self.source or self.due)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found; ``more`` says that not all of it was counted."""

    rows: Sequence[Row]
    number: int
    count: int
    more: bool = False

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.count // ROWS))

    @property
    def first(self) -> int:
        """The place of the first row, from 1."""
        return (self.number - 1) * ROWS + 1

    @property
    def last(self) -> int:
        """The place of the last row."""
        return (self.number - 1) * ROWS + len(self.rows)

    @property
    def shown(self) -> Iterator[SafeString]:
        """The rows as HTML."""
        return shown(self.rows, timezone.now())


def _filtered(search: Search) -> QuerySet[Request]:
    rows = Request.objects.order_by()
    if search.shelf.slug != "all":
        rows = rows.filter(state__in=search.shelf.states)
    if search.words:
        rows = rows.filter(matching(search.words))
    if search.urgent:
        rows = rows.filter(priority=Priority.URGENT)
    if search.processor:
        rows = rows.filter(processor=search.processor)
    if search.source:
        rows = rows.filter(arrival__label=search.source)
    if search.due:
        until = timezone.now() + dt.timedelta(days=1 if search.due == "today" else 0)
        rows = rows.filter(due_at__lt=until, state__in=OPEN_STATES)
    return rows


def _pressing(search: Search) -> QuerySet[Request]:
    """The filtered requests in the order in which they press: urgent first, then soonest due."""
    rows = _filtered(search)
    if search.shelf.slug in _NEWEST_FIRST:
        return rows.order_by("-id")
    return rows.order_by("-priority", F("due_at").asc(nulls_last=True), "id")


_EXACT = Prepared(lambda words: Request.objects.filter(reference=words).order_by().values_list("reference"), str)


def exact(words: str) -> str | None:
    """Give the reference that these words are, if there is such a request."""
    found = _EXACT.rows(words.upper())
    return found[0][0] if found else None


def page_of(search: Search, numbers: Mapping[str, int] | None = None) -> Found:
    """Give the page of requests that a search asks for; a page behind the last is the last.

    ``numbers`` are the :func:`counts` of the shelves, where the caller has them already.
    """
    if search.words:
        return _searched(search)
    if search.is_filtered and search.shelf.slug not in _NEWEST_FIRST:
        # one walk for both the count and the order
        ids = list(_pressing(search).values_list("pk", flat=True))
        count = len(ids)
        number = min(search.page, max(1, -(-count // ROWS)))
        return Found(rows_of(ids[(number - 1) * ROWS : number * ROWS]), number, count)
    if not search.is_filtered:
        count = (numbers or counts())[search.shelf.slug]
        number = min(search.page, max(1, -(-count // ROWS)))
        ids = [pk for (pk,) in _page_of_shelf(search.shelf.slug, *_places(number)).rows()]
        return Found(rows_of(ids), number, count)
    count = _filtered(search).count()
    number = min(search.page, max(1, -(-count // ROWS)))
    ids = list(_pressing(search).values_list("pk", flat=True)[(number - 1) * ROWS : number * ROWS])
    return Found(rows_of(ids), number, count)


def _places(number: int) -> tuple[int, int]:
    """The places of a page's rows, from 0, and the one after them."""
    return (number - 1) * ROWS, number * ROWS


@lru_cache(maxsize=256)
def _page_of_shelf(slug: str, start: int, end: int) -> Prepared[Request]:
    pressing = _pressing(Search(_BY_SLUG[slug])).values_list("pk")
    return Prepared(lambda: pressing[start:end])


def _searched(search: Search) -> Found:
    """The newest that match, those that wait for a person first, then urgent, then soonest due."""
    if search == Search(_BY_SLUG["all"], search.words, page=search.page):
        found = search_newest(search.words, MOST_FOUND + 1)
    else:
        found = list(_filtered(search).order_by("-id").values_list("pk", flat=True)[: MOST_FOUND + 1])
    more = len(found) > MOST_FOUND
    found = found[:MOST_FOUND]
    number = min(search.page, max(1, -(-len(found) // ROWS)))
    ids = [pk for (pk,) in _page_of_these(*_places(number)).rows(listed(found))]
    return Found(rows_of(ids), number, len(found), more)


@lru_cache(maxsize=64)
def _page_of_these(start: int, end: int) -> Prepared[Request]:
    return Prepared(lambda these: _most_pressing_of(these)[start:end], str)


def _most_pressing_of(these: str) -> QuerySet[Request, tuple[int]]:
    waits = Q(state__in=WAITING)
    rows = Request.objects.filter(pk__in=in_list(these)).order_by(
        Case(When(waits, then=0), default=1),
        Case(When(priority=Priority.URGENT, then=0), default=1),
        Case(When(waits, then=F("due_at")), default=None).asc(nulls_last=True),
        "-id",
    )
    return rows.values_list("pk")


def counts() -> dict[str, int]:
    """Give how many requests stand on each shelf; of many thousands the numbers may be some seconds old."""
    return kept(_COUNTS, _count, is_many=lambda sums: sums["all"] > _MANY)


def _count() -> dict[str, int]:
    sums = dict.fromkeys(_BY_SLUG, 0)
    for state, number in Request.objects.order_by().values_list("state").annotate(n=Count("*")):
        sums[_BY_STATE[RequestState(state)]] += number
        sums["all"] += number
    return sums


def next_after(reference: str | None, user_id: int | None) -> str | None:
    """Give the reference of the most pressing request that waits, not at hand already and nobody else's."""
    found = _NEXT.rows(timezone.now(), user_id or 0, reference or "")
    return found[0][0] if found else None


def _next(now: dt.datetime, user_id: int, reference: str) -> QuerySet[Request, tuple[str]]:
    theirs = Claim.objects.filter(until__gt=now).exclude(user_id=user_id)
    free = _pressing(Search(SHELVES[0])).exclude(pk__in=theirs.values("request"))
    free = free.exclude(pk__in=Request.objects.filter(reference=reference).values("pk"))
    # only numbers are sorted, straight from the index
    return Request.objects.filter(pk=Subquery(free.values("pk")[:1])).order_by().values_list("reference")


_NEXT = Prepared(_next, dt.datetime, int, str)


def on_each_shelf(search: Search, numbers: Mapping[str, int]) -> tuple[tuple[Shelf, int, str], ...]:
    """Give each shelf with its number of requests and the query that shows it under the same filters."""
    return tuple((shelf, numbers[shelf.slug], query) for shelf, query in _on_shelves(replace(search, page=1)))


@lru_cache(maxsize=64)
def _on_shelves(search: Search) -> tuple[tuple[Shelf, str], ...]:
    return tuple((shelf, replace(search, shelf=shelf).query()) for shelf in SHELVES)


def sources() -> tuple[str, ...]:
    """Give the labels of the lines and mailboxes that requests come from."""
    return tuple(sorted({source.label or source.name for source in settings.INLET.all_sources}))
