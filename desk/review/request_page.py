"""The request's page: the paper on the left, what was understood of it on the right."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from desk.cases.audit import note_view
from desk.cases.release import why_not_releasable
from desk.cases.values import WORD
from desk.lifecycle import CORRECTABLE_STATES, OPEN_STATES, RequestState
from desk.records.models import Acknowledgement, Notice, Request
from desk.records.prepared import Prepared
from desk.review.access import needs
from desk.review.claims import hold
from desk.review.etags import answer_if_changed
from desk.review.people import actor
from desk.review.roles import CORRECT, SEE_AUDIT, VIEW
from desk.review.sheet import Sheet, load_sheet
from desk.review.story import Chapter, tell


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was typed and not saved: the panel shows it with the way on.

    ``kind`` is ``invalid`` (a reason takes it as written), ``changed`` (somebody else changed the
    same value; ``meanwhile`` tells what) or ``refused`` (the message says it all).
    """

    kind: str
    message: str
    target: str = ""
    text: str = ""
    meanwhile: tuple[Chapter, ...] = ()


_FOUND = Prepared(
    lambda reference: (
        Request.objects.filter(reference=reference)
        .select_related("arrival", "merged_into", "claim__user")
        .defer("read_values")
    ),
    str,
)
_NOTICES = Prepared(lambda request: Notice.objects.filter(request=request), int)


def find(reference: str) -> Request:
    """Give a request by its reference, with what its panel needs of its arrival."""
    found = _FOUND.models(reference)
    if not found:
        raise Http404
    return found[0]


def panel_context(
    request: HttpRequest, record: Request, *, refusal: Refusal | None = None, told: str = ""
) -> dict[str, object]:
    """Give what the panel shows of a request, after whatever was just done to it."""
    sheet = load_sheet(record)
    notices = _NOTICES.models(record.pk)
    prefetch_related_objects(notices, "transmissions")
    claim = hold(record, actor(request))
    mine = claim is None or claim.user_id == request.user.pk
    may_correct = request.user.has_perm(CORRECT) and mine
    return {
        "record": record,
        "sheet": sheet,
        "route": sheet.route,
        "other_due": _other_due(record),
        "split": _differing(sheet),
        "notices": notices,
        "handed": _handed(record),
        "story": tell(record, looks=request.user.has_perm(SEE_AUDIT), notices=notices),
        "blocked": why_not_releasable(record),
        "may_correct": may_correct and record.state in CORRECTABLE_STATES,
        "may_release": may_correct and record.state == RequestState.NEEDS_REVIEW,
        "claim": None if mine else claim,
        "is_open": record.state in OPEN_STATES,
        "refusal": refusal,
        "refused_view": sheet.view(refusal.target) if refusal else None,
        "told": told,
        "word": record.facts.get(WORD, ""),
    }


def _handed(record: Request) -> list[dict[str, object]]:
    """The processors that have the request, each with the word that it arrived there, if there is one."""
    if record.state not in {RequestState.HANDED_OVER, RequestState.DECIDED, RequestState.CLOSED}:
        return []
    said = {row.processor: row for row in Acknowledgement.objects.filter(reference__startswith=record.reference)}
    return [
        {"processor": name, "said": said.get(name)}
        for name in dict.fromkeys(record.parts.values_list("processor", flat=True))
    ]


def _other_due(record: Request) -> list[dict[str, object]]:
    return [{"due": dt.datetime.fromisoformat(other["due"]), "rule": other["rule"]} for other in record.other_due]


def _differing(sheet: Sheet) -> bool:
    """Whether some line goes elsewhere than the request as a whole."""
    whole = sheet.route.processor if sheet.route else None
    return any(line.route and line.route.processor != whole for line in sheet.lines)


def answer_panel(request: HttpRequest, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    """Render the panel alone, for a page that is already open."""
    return render(request, "review/_panel_answer.html", context, status=status)


@needs(VIEW)
def request_page(request: HttpRequest, reference: str) -> HttpResponse:
    """The whole page. That it was opened is written to the audit trail."""
    record = find(reference)
    with transaction.atomic(savepoint=False):  # one wait for the disk
        note_view(actor(request), request=record)
        hold(record, actor(request))
    return render(request, "review/request.html", panel_context(request, record) | {"area": "queue"})


@needs(VIEW)
def request_panel(request: HttpRequest, reference: str) -> HttpResponse:
    """The panel, for the page that refreshes itself; 304 when nothing changed."""
    record = find(reference)
    return answer_if_changed(request, answer_panel(request, panel_context(request, record)))
