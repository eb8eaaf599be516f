"""The page of privacy: incidents and their assessment; what went out about a member, and who looked."""

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desk.cases import privacy as cases
from desk.errors import DeskError
from desk.records.models import Incident
from desk.review import presenting
from desk.review.access import needs
from desk.review.people import actor
from desk.review.roles import HANDLE_ARRIVALS, SEE_AUDIT
from terms.codes import MemberId

_SHOWN = 100
_LONGEST = 4000


def _context() -> dict[str, object]:
    return {
        "area": "privacy",
        "incidents": Incident.objects.all()[:_SHOWN],
        "now": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
    }


@needs(SEE_AUDIT)
def privacy_page(request: HttpRequest) -> HttpResponse:
    """The incidents, and the form that asks for a member."""
    return render(request, "review/privacy.html", _context())


@needs(SEE_AUDIT)
def member_page(request: HttpRequest) -> HttpResponse:
    """Accounting of disclosures and looks for one member; by POST, so that no address holds the number.

    Who comes here otherwise, as after a change of language, is led to the page.
    """
    if request.method != "POST":
        return redirect("privacy")
    text = request.POST.get("member", "").strip()[:40]
    known = MemberId.parse(text)
    member = known.value if known else text
    if not member:
        messages.error(request, "Give the member's number.")
        return redirect("privacy")
    found = {
        "member": member,
        "disclosures": cases.disclosures_of(member),
        "looks": cases.looks_at(member, actor=actor(request)),
    }
    return render(request, "review/privacy.html", _context() | found)


@require_POST
@needs(HANDLE_ARRIVALS)
def log_page(request: HttpRequest) -> HttpResponse:
    """Log an incident."""
    number = request.POST.get("arrival", "").strip()
    try:
        at = dt.datetime.fromisoformat(request.POST.get("found_at", ""))
    except ValueError:
        messages.error(request, "Give the moment it was found, such as 2026-11-20 14:30.")
        return _back(request)
    if number and not (number.isascii() and number.isdigit() and len(number) < 19):  # noqa: PLR2004  (what a database's number holds)
        messages.error(request, "An arrival is named by its number.")
        return _back(request)
    said = {name: request.POST.get(name, "")[:_LONGEST] for name in ("what", "told", "secured")}
    return _act(
        request,
        lambda: cases.log_incident(
            said,
            arrival=int(number) if number else None,
            found_at=at if at.tzinfo else at.replace(tzinfo=settings.INLET.zone),
            actor=actor(request),
        ),
        _("The incident is logged; assess it by the four factors."),
    )


@require_POST
@needs(HANDLE_ARRIVALS)
def assess_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down an incident's four factors and the conclusion."""
    factors = {name: request.POST.get(name, "")[:_LONGEST] for name in cases.FACTORS}
    low = request.POST.get("is_low") == "yes"
    return _act(request, lambda: cases.assess(pk, factors, is_low=low, actor=actor(request)), _("It is assessed."))


def _act(request: HttpRequest, act: Callable[[], object], done: str) -> HttpResponse:
    try:
        act()
    except DeskError as error:
        messages.error(request, presenting.sentence(error))
    else:
        messages.success(request, done)
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """To the page, for those who may open it."""
    return redirect("privacy" if request.user.has_perm(SEE_AUDIT) else "arrivals")
