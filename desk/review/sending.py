"""The page of sending: one switch, the lines, what waits, what is on its way, what a person has to see to."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from desk.cases import sending as cases
from desk.cases.approving import AWAITS, awaiting
from desk.cases.audit import note
from desk.cases.care import approve_text, unapproved
from desk.cases.number_book import allow, forbid
from desk.cases.tables import current_reference
from desk.errors import DeskError
from desk.lifecycle import NoticeState
from desk.pipeline import paper
from desk.records.models import ForbiddenNumber, HandOver, LineStatus, Notice, TextApproval
from desk.review import presenting
from desk.review.access import needs
from desk.review.etags import answer_if_changed
from desk.review.people import actor
from desk.review.roles import CORRECT, HANDLE_ARRIVALS, VIEW
from outbound.errors import OutboundError
from outbound.render import render_pdf
from outbound.texts import AVAILABILITY, NoticeText
from terms.errors import InletError

ROWS = 100


def _context() -> dict[str, object]:
    notices = Notice.objects.select_related("request", "arrival")
    stopped_ways = cases.stopped_ways()
    # the few first, then their requests: joined at once, SQLite walks through all requests
    waiting = list(HandOver.objects.filter(done_at=None).values_list("pk", flat=True)[:ROWS])
    return {
        "area": "sending",
        "stopped": cases.is_stopped(),
        "halted": bool(stopped_ways),
        "ways_out": [(way, stopped_ways.get(way)) for way in cases.WAYS_OUT],
        "lines": LineStatus.objects.all(),
        "used": cases.on_the_line(),
        "line_count": settings.INLET.sending.lines if settings.INLET.sending.counts_lines else 0,
        "failed": notices.filter(state=NoticeState.FAILED)[:ROWS],
        "held": notices.filter(state=NoticeState.HELD).exclude(way="post").exclude(problem_kind=AWAITS)[:ROWS],
        "to_approve": awaiting().count(),
        "letters": notices.filter(state=NoticeState.HELD, way="post")[:ROWS],
        "under_way": cases.under_way().select_related("notice__request")[:ROWS],
        "waiting": [
            (each, presenting.said(cases.WAIT_WORDS.get(each.wait_reason, ""))) for each in cases.waiting()[:ROWS]
        ],
        "not_handed_over": HandOver.objects.filter(pk__in=waiting).select_related("request", "notice"),
        "forbidden": ForbiddenNumber.objects.all(),
    }


@needs(VIEW)
def sending(request: HttpRequest) -> HttpResponse:
    """The page."""
    return render(request, "review/sending.html", _context())


@needs(VIEW)
def sending_rows(request: HttpRequest) -> HttpResponse:
    """Only what changes by itself; 304 when nothing did."""
    return answer_if_changed(request, render(request, "review/_sending.html", _context()))


def _act(request: HttpRequest, act: Callable[[], object], done: str, *, to: str = "sending") -> HttpResponse:
    """Do one thing and say how it went."""
    try:
        act()
    except DeskError as error:
        messages.error(request, presenting.sentence(error))
    else:
        messages.success(request, done)
    return redirect(to)


@require_POST
@needs(CORRECT)
def turn_sending(request: HttpRequest) -> HttpResponse:
    """Stop all sending, or what goes by one way, or let it go on."""
    stop = request.POST.get("to") == "stop"
    reason, way = request.POST.get("reason", "")[:200], request.POST.get("way", "")[:8]
    done = _("Sending is stopped.") if stop else _("Notices go out again.")
    return _act(request, lambda: cases.turn(stop=stop, reason=reason, actor=actor(request), way=way), done)


@require_POST
@needs(CORRECT)
def send_notice_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a failed notice sent again."""
    notice = get_object_or_404(Notice, pk=pk)
    return _act(request, lambda: cases.send_again(notice.key, actor=actor(request)), _("It is sent again."))


@require_POST
@needs(CORRECT)
def letter_mailed(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a letter was printed and mailed."""
    notice = get_object_or_404(Notice, pk=pk)
    return _act(request, lambda: cases.mark_mailed(notice.key, actor=actor(request)), _("The letter is mailed."))


@require_POST
@needs(CORRECT)
def forbid_number(request: HttpRequest) -> HttpResponse:
    """Put a number on the list of those that are never faxed."""
    fax, reason = request.POST.get("fax", "")[:40], request.POST.get("reason", "")[:200]
    return _act(request, lambda: forbid(fax, reason, actor=actor(request)), _("This number is not faxed any more."))


@require_POST
@needs(HANDLE_ARRIVALS)
def allow_number(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a number off that list."""
    return _act(request, lambda: allow(pk, actor=actor(request)), _("The number may be faxed again."))


@needs(VIEW)
@xframe_options_sameorigin
def preview_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """A notice as the words and tables of this moment make it, with its real data; nothing is stored or sent."""
    notice = get_object_or_404(
        Notice.objects.select_related("request__arrival", "arrival", "supersedes", "care"), pk=pk
    )
    tables = current_reference()
    try:
        data = paper.compose_notice(notice, tables, paper.find_destination(notice, tables))
        pdf = render_pdf(data, paper.own_texts())
    except (OutboundError, ValueError) as error:
        raise Http404(str(error) if isinstance(error, InletError) else "") from error
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="preview-{pk}.pdf"'
    answer["Content-Security-Policy"] = "default-src 'none'; object-src 'self'; frame-ancestors 'self'"
    note(actor(request), "notice.previewed", request=notice.request, arrival=notice.arrival, detail={"notice": pk})
    return answer


def _letters() -> list[NoticeText]:
    return [text for text in paper.own_texts() if text.kind.startswith("letter_") or text.kind == AVAILABILITY]


@needs(VIEW)
def notice_texts(request: HttpRequest) -> HttpResponse:
    """Every edition of every notice's words, with its dates, and who stands by those of letters."""
    letters = {text.name for text in _letters()}
    approved = {(row.name, row.digest): row for row in TextApproval.objects.all()}
    try:
        texts = list(paper.own_texts())
        trouble = ""
    except OutboundError as error:
        texts, trouble = [], presenting.sentence(error)
    rows = [(text, text.name in letters, approved.get((text.name, text.digest))) for text in texts]
    return render(request, "review/texts.html", {"area": "sending", "rows": rows, "trouble": trouble})


@require_POST
@needs(HANDLE_ARRIVALS)
def approve_notice_text(request: HttpRequest, name: str) -> HttpResponse:
    """Stand by exactly the words that were on the page: others meanwhile are not approved."""
    found = [text for text in _letters() if text.name == name and text.digest == request.POST.get("digest")]
    if not found:
        messages.error(request, "These words were changed meanwhile; read them again.")
        return redirect("notice-texts")
    if not unapproved((found[0],)):
        return redirect("notice-texts")
    return _act(
        request,
        lambda: approve_text(found[0], actor=actor(request)),
        _("You stand by %(name)s.") % {"name": name},
        to="notice-texts",
    )
