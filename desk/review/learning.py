"""The page of lessons: what senders and forms omit, what clerks keep correcting, and a person's word on it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desk.cases import lessons as cases
from desk.cases.lessons_seen import LEAST_REQUESTS, LOOKED_BACK, gather
from desk.cases.refit import take_up
from desk.errors import DeskError
from desk.omissions import MOST_REQUESTS, omissions
from desk.records.models import ConfidenceRefit, Lesson, LessonState
from desk.review import presenting
from desk.review.access import needs
from desk.review.people import actor
from desk.review.roles import SEE_SUMS, SET_QUALITY

_SHOWN = 50
_DEEDS: dict[str, Callable[..., Lesson]] = {
    "approve": cases.approve,
    "decline": cases.decline,
    "take-back": cases.take_back,
}


@needs(SEE_SUMS)
def learning(request: HttpRequest) -> HttpResponse:
    """What is left out by whom, proposals that wait, and what was decided about earlier ones."""
    lessons = Lesson.objects.all()
    context = {
        "area": "quality",
        "omissions": omissions(timezone.now() - LOOKED_BACK),
        "most": MOST_REQUESTS,
        "days": LOOKED_BACK.days,
        "least": LEAST_REQUESTS,
        "proposed": lessons.filter(state=LessonState.PROPOSED)[:_SHOWN],
        "decided": lessons.exclude(state=LessonState.PROPOSED).order_by("-decided_at")[:_SHOWN],
    }
    return render(request, "review/learning.html", context)


@needs(SET_QUALITY)
@require_POST
def gather_lessons(request: HttpRequest) -> HttpResponseBase:
    """Look through the corrections now instead of tonight."""
    count = gather(timezone.now())
    messages.success(
        request, _("New proposals: %(count)s.") % {"count": count} if count else _("Nothing new is proposed.")
    )
    return redirect("learning")


@needs(SET_QUALITY)
@require_POST
def decide_lesson(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Approve, decline or take back one lesson, with the reason."""
    deed = _DEEDS.get(request.POST.get("deed", ""))
    if deed is None:
        messages.error(request, "Say what is to be done with it.")
        return redirect("learning")
    try:
        deed(pk, request.POST.get("why", "")[:400], actor=actor(request))
    except DeskError as error:
        messages.error(request, presenting.sentence(error))
    else:
        messages.success(request, "It holds from now on.")
    return redirect("learning")


@needs(SET_QUALITY)
@require_POST
def take_up_table(request: HttpRequest) -> HttpResponseBase:
    """Bring an earlier confidence table into force again; 0 is the reader's own."""
    text = request.POST.get("table", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1  # noqa: PLR2004  (what a row's number holds)
    try:
        take_up(number, request.POST.get("why", ""), actor=actor(request))
    except DeskError as error:
        messages.error(request, presenting.sentence(error))
    else:
        messages.success(request, "The table holds for everything that is read from now on.")
    return redirect("quality")


def refits() -> list[ConfidenceRefit]:
    """The confidence tables for the page of quality, newest first."""
    return list(ConfidenceRefit.objects.all()[:20])
