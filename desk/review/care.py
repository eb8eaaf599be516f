"""The page on which a person records what was decided about a request, and looks at the notice before it is kept."""

from collections.abc import Mapping

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from desk.cases.audit import note, note_view
from desk.cases.care import record_decision
from desk.cases.care_entry import FACTS, LINE, read_decision, requested_lines
from desk.cases.decisions import decision_at
from desk.lifecycle import RequestState
from desk.pipeline import paper
from desk.records.models import Request
from desk.review import presenting
from desk.review.access import needs
from desk.review.people import actor
from desk.review.request_page import find
from desk.review.roles import CORRECT
from outbound.care import CareDecision, CareKind
from outbound.compose_care import compose_care
from outbound.notices import Language
from outbound.render import render_pdf
from terms.errors import InletError

DECIDABLE = frozenset({RequestState.HANDED_OVER, RequestState.ROUTED})
_LONGEST = 4000


@needs(CORRECT)
def decide_page(request: HttpRequest, reference: str) -> HttpResponseBase:
    """The form. That the request was opened is written to the audit trail; POST records the decision."""
    record = find(reference)
    if request.method == "POST":
        return _record(request, record)
    note_view(actor(request), request=record)
    said = {"decided_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"), "revision": str(record.revision)}
    return _form(request, record, said, requested_lines(record))


@require_POST
@needs(CORRECT)
def preview_decision(request: HttpRequest, reference: str) -> HttpResponseBase:
    """The notice that what stands in the form would make, as PDF; nothing is stored."""
    record = find(reference)
    said, lines = _said(request)
    try:
        care = _care(said, lines)
        values, _decision = decision_at(record, record.revision)
        data = compose_care(
            care,
            values,
            reference=record.reference,
            revision=record.revision,
            received_at=record.received_at,
            issued_at=timezone.now(),
            sender=paper.sender_contact(),
            destination=None,
        )
        pdf = render_pdf(data, paper.own_texts())
    except InletError as error:
        return _refused(request, record, said, lines, error)
    note(actor(request), "care.previewed", request=record, detail={"kind": care.kind.value})
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="decision-{record.reference}.pdf"'
    answer["Content-Security-Policy"] = "default-src 'none'; object-src 'self'; frame-ancestors 'self'"
    return answer


def _record(request: HttpRequest, record: Request) -> HttpResponseBase:
    said, lines = _said(request)
    letter = [Language(said["letter"])] if said.get("letter") in {each.value for each in Language} else []
    revision = said.get("revision", "")
    try:
        record_decision(
            record.reference,
            _care(said, lines),
            revision=int(revision) if revision.isascii() and revision.isdigit() else 0,
            actor=actor(request),
            languages=tuple(letter),
            sender=paper.sender_contact(),
            texts=paper.own_texts(),
        )
    except InletError as error:
        return _refused(request, record, said, lines, error)
    messages.success(request, "The decision is recorded; its notice goes out once it is approved.")
    return redirect("request", reference=record.reference)


def _care(said: Mapping[str, str], lines: list[dict[str, str]]) -> CareDecision:
    letter = said.get("letter", "")
    reasons = {Language(letter): said.get("member_reasons", "")} if letter in {e.value for e in Language} else {}
    return read_decision(said, lines, zone=settings.INLET.zone, member_reasons=reasons)


def _said(request: HttpRequest) -> tuple[dict[str, str], list[dict[str, str]]]:
    """What stands in the form: the decision, and the lines that are ticked."""
    names = (*FACTS, "revision", "letter", "member_reasons")
    said = {name: request.POST.get(name, "")[:_LONGEST] for name in names}
    columns = {name: request.POST.getlist(f"line_{name}") for name in LINE}
    rows = [
        {name: texts[at][:_LONGEST] for name, texts in columns.items() if at < len(texts)}
        for at in range(len(columns["code"]))
    ]
    return said, rows


def _refused(
    request: HttpRequest, record: Request, said: dict[str, str], lines: list[dict[str, str]], error: InletError
) -> HttpResponse:
    return _form(request, record, said, lines, fault=presenting.sentence(error), status=422)


def _form(
    request: HttpRequest,
    record: Request,
    said: Mapping[str, str],
    lines: list[dict[str, str]],
    *,
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "area": "decisions",
        "record": record,
        "may_decide": record.state in DECIDABLE,
        "said": said,
        "lines": lines,
        "fault": fault,
        "kinds": [kind.value for kind in CareKind],
        "languages": [(each.value, presenting.said(presenting.LANGUAGE_WORDS[each.value])) for each in Language],
        "earlier": record.care.all(),
    }
    return render(request, "review/decide.html", context, status=status)
