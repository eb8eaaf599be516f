"""The page of open requests that the tables in force would decide otherwise, and their deciding again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from desk.cases.open_again import decide_again, would_move
from desk.cases.tables import current_reference
from desk.errors import MoveRefusedError
from desk.lifecycle import SENIORS
from desk.review.access import needs
from desk.review.deciding import SEE_TABLES
from desk.review.people import actor
from desk.review.presenting import sentence
from desk.review.spoken import spoken

_SHOWN = 200


@needs(SEE_TABLES)
def open_again_page(request: HttpRequest) -> HttpResponse:
    """What would come out otherwise; posted with references by who may, these are decided again."""
    who = actor(request)
    if request.method == "POST":
        _decide(request)
        return redirect("tables-open")
    trial = would_move(current_reference())
    context = {
        "area": "tables",
        "trial": trial,
        "moved": trial.moved[:_SHOWN],
        "ways": sorted((a.value, b.value, count) for (a, b), count in trial.ways.items()),
        "may_decide": bool(who.roles & SENIORS),
    }
    return render(request, "review/open_again.html", context)


def _decide(request: HttpRequest) -> None:
    chosen = request.POST.getlist("request")
    if not chosen:
        messages.error(request, "Choose at least one request.")
        return
    try:
        again = decide_again(chosen, actor=actor(request), tables=current_reference())
    except MoveRefusedError as error:
        messages.error(request, sentence(error))
        return
    if again.decided:
        count = len(again.decided)
        words = _("Decided again: %(count)s. Each waits for its release.")
        messages.success(request, words % {"count": count})
    for reference, reason in again.left:
        words = _("%(reference)s was left as it is: %(reason)s.")
        messages.error(request, words % {"reference": reference, "reason": spoken(reason)})
