"""The queue: what needs a person first, urgent and soonest due first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from desk.review import presenting
from desk.review.access import needs
from desk.review.etags import answer_if_changed
from desk.review.finding import Search, counts, exact, next_after, on_each_shelf, page_of, sources
from desk.review.roles import VIEW


def _context(search: Search) -> dict[str, object]:
    numbers = counts()
    page = page_of(search, numbers)
    return {
        "area": "queue",
        "search": search,
        "page": page,
        "rows_query": search.query(),
        "earlier": search.query(page=str(page.number - 1)) if page.number > 1 else "",
        "later": search.query(page=str(page.number + 1)) if page.number < page.pages else "",
        "urgent_query": search.query(urgent="" if search.urgent else "1", page="1"),
        "clear_query": Search(search.shelf).query(),
        "shelves": on_each_shelf(search, numbers),
        "processors": tuple((code, presenting.said(name)) for code, name in presenting.PROCESSOR_WORDS.items()),
        "sources": sources(),
    }


@needs(VIEW)
def queue(request: HttpRequest) -> HttpResponse:
    """The whole page; a search that is exactly one request's reference opens it."""
    search = Search.of(request)
    if search.words:
        reference = exact(search.words)
        if reference:
            return redirect("request", reference=reference)
    return render(request, "review/queue.html", _context(search))


@needs(VIEW)
def queue_rows(request: HttpRequest) -> HttpResponse:
    """Only tabs and rows, for the page that refreshes itself; 304 when nothing changed."""
    return answer_if_changed(request, render(request, "review/_queue.html", _context(Search.of(request))))


@needs(VIEW)
def next_request(request: HttpRequest) -> HttpResponse:
    """Open the most pressing request, or the queue when nothing waits."""
    found = next_after(request.GET.get("after"), request.user.pk)
    return redirect("request", reference=found) if found else redirect("queue")
