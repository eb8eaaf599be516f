"""Every way in on one page: how it is doing, and that everything that came by it is accounted for."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desk import sources as book
from desk.cases.pausing import pause_of, turn_source
from desk.errors import DeskError
from desk.review import presenting
from desk.review.access import needs
from desk.review.etags import answer_if_changed
from desk.review.kept import kept
from desk.review.people import actor
from desk.review.roles import HANDLE_ARRIVALS, VIEW


def _context() -> dict[str, object]:
    counted = kept("desk.review.sources", book.count, is_many=lambda counted: counted.is_long)
    found = book.accounts(settings.INLET, counted=counted)
    arrivals, pages = book.total(found)
    return {
        "area": "arrivals",
        "turnable": [(source, pause_of(source.name)) for source in settings.INLET.all_sources],
        "sources": found,
        "counted_at": counted.at if counted.is_long else None,
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


@require_POST
@needs(HANDLE_ARRIVALS)
def pause_source(request: HttpRequest) -> HttpResponse:
    """Pause a source, or let it go on."""
    pause = request.POST.get("to") == "pause"
    name, reason = request.POST.get("source", "")[:64], request.POST.get("reason", "")
    try:
        turn_source(name, pause=pause, reason=reason, actor=actor(request))
    except DeskError as error:
        messages.error(request, presenting.sentence(error))
    else:
        messages.success(
            request, _("Paused: what comes stays where it is.") if pause else _("It takes what comes again.")
        )
    return redirect("sources")
