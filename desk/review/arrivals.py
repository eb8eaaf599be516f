"""Everything that came in: where it stands, what hinders it, and what can be done about it."""

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from desk.cases.audit import note_view
from desk.records.models import Arrival, Likeness, MailDraft, SourceStatus
from desk.records.models.mail_drafts import DraftState
from desk.review.access import needs
from desk.review.etags import answer_if_changed
from desk.review.people import actor
from desk.review.roles import HANDLE_ARRIVALS, VIEW
from terms.names import ArrivalState

ROWS = 50
STATES: tuple[tuple[str, str], ...] = (
    ("", "All"),
    (ArrivalState.QUARANTINED, "Quarantined"),
    (ArrivalState.IN_PROGRESS, "In progress"),
    (ArrivalState.PROCESSED, "Processed"),
    (ArrivalState.DUPLICATE, "Duplicates"),
)


def caller_of(arrival: Arrival) -> str:
    """Give the mail's sender, or the caller as the network or else the sending machine gives it."""
    mail, call = arrival.facts.get("mail") or {}, arrival.facts.get("call") or {}
    found = mail.get("from_address") or call.get("caller_id") or call.get("tsi") or ""
    return str(found)


def _context(request: HttpRequest) -> dict[str, object]:
    known = {state for state, _ in STATES}
    state = request.GET.get("state", "")
    state = state if state in known else ""
    rows = Arrival.objects.select_related("duplicate_of").prefetch_related("requests")
    if state:
        rows = rows.filter(state=state)
    number = request.GET.get("page", "1")
    page = Paginator(rows, ROWS).get_page(number if number.isascii() and number.isdigit() else 1)
    sums = dict(Arrival.objects.order_by().values_list("state").annotate(Count("id")))
    sums[""] = sum(sums.values())
    return {
        "area": "arrivals",
        "page": page,
        "rows": [(arrival, caller_of(arrival)) for arrival in page.object_list],
        "state": state,
        "tabs": [(slug, name, sums.get(slug, 0)) for slug, name in STATES],
        "hindered": SourceStatus.objects.exclude(problem_kind=""),
        "rows_query": f"state={state}&page={page.number}",
    }


@needs(VIEW)
def arrivals(request: HttpRequest) -> HttpResponse:
    """The list, newest first."""
    return render(request, "review/arrivals.html", _context(request))


@needs(VIEW)
def arrival_rows(request: HttpRequest) -> HttpResponse:
    """Only tabs and rows, for the page that refreshes itself; 304 when nothing changed."""
    return answer_if_changed(request, render(request, "review/_arrivals.html", _context(request)))


@needs(VIEW)
def arrival_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One arrival: its facts, pages, requests, trouble and remedy. That it was opened is audited."""
    arrival = get_object_or_404(Arrival.objects.select_related("duplicate_of"), pk=pk)
    note_view(actor(request), arrival=arrival)
    context = {
        "area": "arrivals",
        "arrival": arrival,
        "caller": caller_of(arrival),
        "pages": arrival.pages.defer("reading", "source"),
        "requests": arrival.requests.all(),
        "duplicates": arrival.duplicates.all(),
        "likeness": Likeness.objects.filter(arrival=arrival).first(),
        "replacements": arrival.replacements.all(),
        "events": arrival.events.all()[:100],
        "quarantined": arrival.state == ArrivalState.QUARANTINED,
        "answerable": MailDraft.objects.filter(arrival=arrival, state=DraftState.DRAFTED.value).exists(),
        "may_handle": request.user.has_perm(HANDLE_ARRIVALS),
    }
    return render(request, "review/arrival.html", context)
