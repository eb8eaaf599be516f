"""Every way in on one page: how it is doing, and that everything that came by it is accounted for."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from desk import sources as book
from desk.review.access import needs
from desk.review.etags import answer_if_changed
from desk.review.roles import VIEW


def _context() -> dict[str, object]:
    found = book.accounts(settings.INLET)
    arrivals, pages = book.total(found)
    return {
        "area": "arrivals",
        "sources": found,
        "arrivals": arrivals,
        "pages": pages,
        "balanced": all(account.is_balanced for account in found),
    }


@needs(VIEW)
def sources(request: HttpRequest) -> HttpResponse:
    """The page."""
    return render(request, "review/sources.html", _context())


@needs(VIEW)
def source_rows(request: HttpRequest) -> HttpResponse:
    """Only the tables, for the page that refreshes itself; 304 when nothing changed."""
    return answer_if_changed(request, render(request, "review/_sources.html", _context()))
