"""The supervisor's board: the desk as it stands, what to do next, and work given to people."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from desk.board import AGE_NAMES, board
from desk.cases.assigning import assign, people_at_the_desk
from desk.errors import DeskError
from desk.lifecycle import OPEN_STATES
from desk.records.models import Request
from desk.review.access import needs
from desk.review.etags import answer_if_changed
from desk.review.people import actor
from desk.review.roles import HANDLE_ARRIVALS, SEE_SUMS
from reconcile.report.charts import bars

_PRESSING = 30


def _context() -> dict[str, object]:
    found = board(timezone.now())
    hours = [f"{hour}" for hour in found.by_hour]
    pressing = (
        Request.objects.filter(state__in=OPEN_STATES)
        .select_related("assignment__user")
        .defer("read_values", "facts")
        .order_by("due_at", "id")[:_PRESSING]
    )
    return {
        "area": "board",
        "board": found,
        "to_do": found.to_do(),
        "ages": AGE_NAMES,
        "backlog": [(processor, list(ages.values())) for processor, ages in found.backlog.items()],
        "by_hour": mark_safe(bars("Arrivals by hour, today", hours, {"open": list(found.by_hour.values())})),  # noqa: S308  (drawn by us)
        "pressing": pressing,
        "people": people_at_the_desk(),
    }


@needs(SEE_SUMS)
def board_page(request: HttpRequest) -> HttpResponse:
    """The whole page."""
    return render(request, "review/board.html", _context())


@needs(SEE_SUMS)
def board_rows(request: HttpRequest) -> HttpResponse:
    """Only what changes, for the page that refreshes itself; 304 when nothing did."""
    return answer_if_changed(request, render(request, "review/_board.html", _context()))


@needs(HANDLE_ARRIVALS)
@require_POST
def give_work(request: HttpRequest) -> HttpResponseBase:
    """Give the chosen requests to a person, or to nobody."""
    chosen = request.POST.getlist("reference")
    whom = request.POST.get("person", "")
    try:
        count = assign(actor(request), chosen, int(whom) if whom.isascii() and whom.isdigit() else None)
    except DeskError as error:
        messages.error(request, str(error).capitalize())
    else:
        messages.success(request, f"{count} changed hands." if chosen else "Choose at least one request first.")
    return redirect("board")
