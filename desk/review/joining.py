"""The unmatched list: papers that may be about a request we have, joined by hand or let stand alone."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desk.cases.corrections import Change, correct
from desk.cases.joining import CANDIDATES, join
from desk.cases.tables import current_reference
from desk.errors import DeskError
from desk.lifecycle import RequestState
from desk.records.models import GapRecord, JoinedPaper, Request
from desk.review.access import needs
from desk.review.people import actor
from desk.review.presenting import sentence
from desk.review.roles import CORRECT, VIEW
from terms.reference import CaseReference

_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """One paper that waits: what it is taken for, why, and the requests that come into question."""

    paper: Request
    because: tuple[str, ...]
    candidates: tuple[Request, ...]


def _waiting() -> list[Waiting]:
    asked = GapRecord.objects.filter(field="request", audience="clerk").values("request")
    open_states = (RequestState.UNMATCHED, RequestState.NEEDS_REVIEW)
    rows = (
        Request.objects.filter(pk__in=asked, state__in=open_states).select_related("arrival").order_by("due_at", "id")
    )
    papers = list(rows[:_SHOWN])
    told = {row.paper_id: row for row in JoinedPaper.objects.filter(paper__in=papers, target=None).order_by("id")}
    named = {name for paper in papers for name in str(paper.facts.get(CANDIDATES, "")).split(",") if name}
    known = {request.reference: request for request in Request.objects.filter(reference__in=named)}
    return [
        Waiting(
            paper,
            tuple(told[paper.pk].because) if paper.pk in told else (),
            tuple(known[n] for n in str(paper.facts.get(CANDIDATES, "")).split(",") if n in known),
        )
        for paper in papers
    ]


@needs(VIEW)
def unmatched(request: HttpRequest) -> HttpResponse:
    """Every paper whose request a person has to find, the most pressing first."""
    context = {"area": "unmatched", "waiting": _waiting(), "may_join": request.user.has_perm(CORRECT)}
    return render(request, "review/unmatched.html", context)


def _revision(request: HttpRequest) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0  # noqa: PLR2004  (more is no revision)


@require_POST
@needs(CORRECT)
def join_paper(request: HttpRequest, reference: str) -> HttpResponse:
    """Join a paper to the request whose reference was given."""
    into = CaseReference.parse(request.POST.get("into", "")[:20])
    if into is None:
        messages.error(request, "That is no reference of ours: eight signs, such as 2HY3-K7TC.")
        return redirect("unmatched")
    try:
        join(reference, into.value, revision=_revision(request), actor=actor(request), tables=current_reference())
    except Request.DoesNotExist:
        messages.error(request, _("There is no request %(reference)s.") % {"reference": into.value})
    except DeskError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(
            request,
            _("Joined to %(reference)s; it can be taken back from that request's pages.") % {"reference": into.value},
        )
        return redirect("request", reference=into.value)
    return redirect("unmatched")


@require_POST
@needs(CORRECT)
def stand_alone(request: HttpRequest, reference: str) -> HttpResponse:
    """Let a paper stand as a request of its own."""
    try:
        correct(
            reference,
            [Change("request", "")],
            revision=_revision(request),
            actor=actor(request),
            tables=current_reference(),
        )
    except DeskError as error:
        messages.error(request, sentence(error))
        return redirect("unmatched")
    messages.success(request, "It stands alone now.")
    return redirect("request", reference=reference)
