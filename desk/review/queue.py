"""The queue: what needs a person first, urgent and soonest due first."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Page as PaginatorPage
from django.core.paginator import Paginator
from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from desk.lifecycle import OPEN_STATES, RequestState
from desk.records.models import Request
from desk.review.access import needs
from desk.review.etags import answer_if_changed
from desk.review.roles import VIEW
from desk.search import matching
from terms.names import Priority

ROWS = 50
_S = RequestState


@dataclass(frozen=True, slots=True)
class Shelf:
    """One tab of the queue: some states under one name."""

    slug: str
    name: str
    states: tuple[str, ...]
    nothing: str


_DONE = (_S.CLOSED, _S.NOT_OURS, _S.WITHDRAWN, _S.MERGED, _S.QUARANTINED)
SHELVES: tuple[Shelf, ...] = (
    Shelf("attention", "Needs a person", (_S.NEEDS_REVIEW, _S.UNMATCHED), "Nothing waits for a person."),
    Shelf("incomplete", "Asked the provider", (_S.INCOMPLETE,), "No request waits for its provider."),
    Shelf("ready", "Ready", (_S.READY, _S.ROUTED), "No request waits to be handed over."),
    Shelf("with-processor", "With processor", (_S.HANDED_OVER, _S.DECIDED), "Nothing is with a processor."),
    Shelf("reading", "Reading", (_S.READING,), "Nothing is being read just now."),
    Shelf("done", "Done", _DONE, "Nothing has been closed yet."),
    Shelf("all", "All", tuple(_S), "No request has come in yet."),
)
_BY_SLUG = {shelf.slug: shelf for shelf in SHELVES}
_BY_STATE = {state: shelf.slug for shelf in SHELVES[:-1] for state in shelf.states}
_WAITING = (_S.NEEDS_REVIEW, _S.UNMATCHED)


@dataclass(frozen=True, slots=True)
class Search:
    """What the queue is asked to show."""

    shelf: Shelf
    words: str
    urgent: bool
    page: int

    @classmethod
    def of(cls, request: HttpRequest) -> "Search":
        """Read the query of a request; anything unknown falls back to the first shelf."""
        words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:100]
        shelf = _BY_SLUG.get(request.GET.get("shelf", ""), _BY_SLUG["all"] if words else SHELVES[0])
        number = request.GET.get("page", "1")
        page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1  # noqa: PLR2004
        return cls(shelf=shelf, words=words, urgent=request.GET.get("urgent") == "1", page=max(1, page))

    def query(self, **changes: str) -> str:
        """Give the query string of this search with ``changes``."""
        parts = {
            "shelf": self.shelf.slug,
            "q": self.words,
            "urgent": "1" if self.urgent else "",
            "page": str(self.page),
        }
        parts |= changes
        return urlencode({key: value for key, value in parts.items() if value and (key, value) != ("page", "1")})


def rows_of(search: Search) -> QuerySet[Request]:
    """Give the requests a search means, most pressing first."""
    waiting_first = Case(When(state__in=_WAITING, then=Value(0)), default=Value(1), output_field=IntegerField())
    urgent_first = Case(When(priority=Priority.URGENT, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = Request.objects.select_related("arrival", "claim__user").prefetch_related("gaps").defer("read_values")
    if search.shelf.slug != "all":
        rows = rows.filter(state__in=search.shelf.states)
    if search.words:
        rows = rows.filter(matching(search.words))
    if search.urgent:
        rows = rows.filter(priority=Priority.URGENT)
    if search.shelf.slug == "done":
        return rows.order_by("-changed_at", "-id")
    return rows.order_by(waiting_first, urgent_first, F("due_at").asc(nulls_last=True), "id")


def _page_of(search: Search) -> "PaginatorPage[Request]":
    return Paginator(rows_of(search), ROWS).get_page(search.page)


def counts() -> dict[str, int]:
    """Give how many requests stand on each shelf."""
    sums = dict.fromkeys(_BY_SLUG, 0)
    for state, number in Request.objects.order_by().values_list("state").annotate(Count("id")):
        sums[_BY_STATE[RequestState(state)]] += number
        sums["all"] += number
    return sums


def waiting_count() -> int:
    """Give how many requests need a person now."""
    return Request.objects.filter(state__in=_WAITING).count()


def next_after(reference: str | None, user_id: int | None) -> Request | None:
    """Give the most pressing request that needs a person, not at hand already and nobody else's."""
    rows = rows_of(Search(SHELVES[0], "", urgent=False, page=1)).exclude(reference=reference or "")
    return rows.exclude(Q(claim__until__gt=timezone.now()) & ~Q(claim__user_id=user_id)).first()


def _context(search: Search) -> dict[str, object]:
    page = _page_of(search)
    numbers = counts()
    return {
        "area": "queue",
        "search": search,
        "page": page,
        "rows_query": search.query(),
        "earlier": search.query(page=str(page.number - 1)) if page.has_previous() else "",
        "later": search.query(page=str(page.number + 1)) if page.has_next() else "",
        "urgent_query": search.query(urgent="" if search.urgent else "1", page="1"),
        "shelves": [
            (shelf, numbers[shelf.slug], Search(shelf, search.words, search.urgent, 1).query()) for shelf in SHELVES
        ],
        "open_states": OPEN_STATES,
        "now": timezone.now(),
        "waiting": _WAITING,
    }


@needs(VIEW)
def queue(request: HttpRequest) -> HttpResponse:
    """The whole page; a search that is exactly one request's reference opens it."""
    search = Search.of(request)
    if search.words:
        exact = Request.objects.filter(reference__iexact=search.words).values_list("reference", flat=True).first()
        if exact:
            return redirect("request", reference=exact)
    return render(request, "review/queue.html", _context(search))


@needs(VIEW)
def queue_rows(request: HttpRequest) -> HttpResponse:
    """Only tabs and rows, for the page that refreshes itself; 304 when nothing changed."""
    return answer_if_changed(request, render(request, "review/_queue.html", _context(Search.of(request))))


@needs(VIEW)
def next_request(request: HttpRequest) -> HttpResponse:
    """Open the most pressing request, or the queue when nothing waits."""
    found = next_after(request.GET.get("after"), request.user.pk)
    return redirect("request", reference=found.reference) if found else redirect("queue")
