"""The supervisor's board: the desk as it stands, what to do next, and work given to people."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from desk.board import AGE_NAMES, Board, board
from desk.cases.assigning import assign, people_at_the_desk
from desk.errors import DeskError
from desk.lifecycle import OPEN_STATES
from desk.records.models import Request
from desk.review import presenting
from desk.review.access import needs
from desk.review.board_words import steps, trouble_of
from desk.review.etags import answer_if_changed
from desk.review.people import actor
from desk.review.roles import HANDLE_ARRIVALS, SEE_SUMS
from reconcile.report.charts import Level, bars, levels

_PRESSING = 30
_CORRECTED = 8
_WORDS = {
    "today": gettext_lazy("today"),
    "1 to 2 days": gettext_lazy("1 to 2 days"),
    "3 to 6 days": gettext_lazy("3 to 6 days"),
    "a week and more": gettext_lazy("a week and more"),
    "given to somebody": gettext_lazy("given to somebody"),
    "with nobody": gettext_lazy("with nobody"),
    "untouched": gettext_lazy("untouched"),
    "with a person": gettext_lazy("with a person"),
    "released": gettext_lazy("released"),
    "corrected": gettext_lazy("corrected"),
    "late": gettext_lazy("late"),
    "4 hours": gettext_lazy("within 4 hours"),
    "8 hours": gettext_lazy("within 8 hours"),
    "a day": gettext_lazy("within a day"),
}
"""Series and bars of the charts as they are shown."""


def _context() -> dict[str, object]:
    found = board(timezone.now())
    pressing = (
        Request.objects.filter(closed_at=None, state__in=OPEN_STATES)
        .exclude(due_at=None)
        .select_related("assignment__user")
        .defer("read_values", "facts")
        .order_by("due_at", "id")[:_PRESSING]
    )
    return {
        "area": "board",
        "board": found,
        "steps": steps(found),
        "charts": _charts(found),
        "backlog": [(name, list(ages.values())) for name, ages in found.backlog.items()],
        "ages": [_WORDS[name] for name in AGE_NAMES],
        "ways": [(way, trouble_of(way)) for way in found.ways_in],
        "ways_out": [(way, trouble_of(way)) for way in found.ways_out],
        "pressing": pressing,
        "people": people_at_the_desk(),
    }


def _charts(found: Board) -> dict[str, SafeString]:
    """The charts by name, each with its figures in words for those who do not see it."""
    words = {name: str(said) for name, said in _WORDS.items()}
    drawn = {
        "arrivals": bars(
            _("Arrivals by hour, today"),
            [str(hour) for hour in range(24)],
            {"open": found.today.hours},
            words={"open": _("open")},
            usual=(_("usual"), found.usual),
        ),
        "dues": levels(
            _("Late, or due within a day"),
            [Level(words[due.name], _given(due.count, due.with_nobody), str(due.count)) for due in found.dues],
            words=words,
        ),
        "backlog": levels(
            _("Open requests by processor and age"),
            [
                Level(_processor(name), dict(ages), str(sum(ages.values())))
                for name, ages in sorted(found.backlog.items(), key=lambda item: -sum(item[1].values()))
            ],
            words=words,
        ),
        "automation": bars(
            _("Requests released a day"),
            [date_format(day.day, "D j") for day in found.days],
            {
                "untouched": [day.untouched for day in found.days],
                "with a person": [day.released - day.untouched for day in found.days],
            },
            words=words,
        ),
        "corrected": levels(
            _("Corrected most, last 7 days: share of what was read"),
            [
                Level(
                    f"{presenting.label_of(field)} · {presenting.form_words(form)}",
                    {"corrected": rate.share or 0.0},
                    f"{rate.share or 0:.1%}, {rate.count} / {rate.of}",
                )
                for field, form, rate in found.corrected[:_CORRECTED]
            ],
            words=words,
        ),
        "people": levels(
            _("Done by each person today"),
            [
                Level(name, {"released": out, "corrected": changed}, f"{out} + {changed}")
                for name, out, changed in found.people
            ],
            words=words,
        ),
    }
    return {name: mark_safe(svg) for name, svg in drawn.items()}  # noqa: S308  (drawn by us, every word escaped)


def _given(count: int, with_nobody: int) -> Mapping[str, float]:
    return {"given to somebody": count - with_nobody, "with nobody": with_nobody}


def _processor(name: str) -> str:
    return presenting.said(presenting.PROCESSOR_WORDS.get(name, name)) or _("nobody yet")


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
        messages.error(request, presenting.sentence(error))
    else:
        messages.success(
            request,
            _("Changed hands: %(count)d.") % {"count": count} if chosen else _("Choose at least one request first."),
        )
    return redirect("board")
