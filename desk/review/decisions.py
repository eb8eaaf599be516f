"""The page of decisions: notices that wait for approval, requests that wait for a decision, tables of both.

A table is looked through first; what was looked at, and nothing else, is recorded by the second click.
"""

import csv
import io
import re

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desk.cases.acknowledging import COLUMNS as ACKNOWLEDGED
from desk.cases.acknowledging import import_acknowledgements
from desk.cases.actor import Actor
from desk.cases.approving import approve, awaiting
from desk.cases.care_entry import COLUMNS, Row, import_decisions, table_to_fill_in
from desk.errors import DeskError, ReferenceDataError
from desk.lifecycle import RequestState
from desk.pipeline import paper
from desk.records.models import Acknowledgement, CareRecord, Notice, Request
from desk.review import presenting
from desk.review.access import needs
from desk.review.corrections import on_notice
from desk.review.people import actor
from desk.review.roles import CORRECT, VIEW
from outbound.care import CareKind

SHOWN = 50
LARGEST = 2**20
_CHOSEN = re.compile(r"(\d{1,18}):([\w./-]{1,200})")


def _context() -> dict[str, object]:
    waiting = list(
        Request.objects.filter(state=RequestState.HANDED_OVER)
        .defer("read_values", "facts")
        .order_by("due_at", "id")[: SHOWN + 1]
    )
    said = Acknowledgement.objects.filter(reference__in=[row.reference for row in waiting])
    return {
        "area": "decisions",
        "to_approve": awaiting()[: 2 * SHOWN],
        "waiting": waiting[:SHOWN],
        "more": len(waiting) > SHOWN,
        "acknowledged": {row.reference: row for row in said},
        "recorded": CareRecord.objects.select_related("request")[:20],
        "kinds": [kind.value for kind in CareKind],
        "columns": ", ".join(COLUMNS),
        "acknowledged_columns": ", ".join(ACKNOWLEDGED),
    }


@needs(VIEW)
def decisions_page(request: HttpRequest) -> HttpResponse:
    """The page."""
    return render(request, "review/decisions.html", _context())


@require_POST
@needs(CORRECT)
def approve_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve one notice, from its request's page."""
    pdf = request.POST.get("pdf", "")[:200]
    return on_notice(request, pk, lambda key: approve(key, pdf, actor=actor(request)))


@require_POST
@needs(CORRECT)
def approve_chosen(request: HttpRequest) -> HttpResponseBase:
    """Approve each notice that is ticked, as the paper that the page led to."""
    who = actor(request)
    done = 0
    for text in request.POST.getlist("notice"):
        found = _CHOSEN.fullmatch(text)
        if found is None:
            continue
        notice = get_object_or_404(Notice, pk=int(found[1]))
        try:
            approve(notice.key, found[2], actor=who)
        except DeskError as error:
            messages.error(request, f"{notice.key.partition(':')[0]}: {presenting.sentence(error)}")
        else:
            done += 1
    if done:
        messages.success(request, _("Notices that go out now: %(count)d.") % {"count": done})
    elif not request.POST.getlist("notice"):
        messages.error(request, _("Choose at least one notice first."))
    return redirect("decisions")


@needs(CORRECT)
def take_table(request: HttpRequest) -> HttpResponseBase:
    """Look through a table of decisions or acknowledgements, or record the one that was looked through.

    Who comes here otherwise, as after a change of language, is led to the page.
    """
    if request.method != "POST":
        return redirect("decisions")
    try:
        text, recording = _text(request), request.POST.get("deed") == "record"
        told, is_care = _take(text, actor(request), dry_run=not recording)
    except (ReferenceDataError, csv.Error) as error:
        is_ours = isinstance(error, ReferenceDataError)
        messages.error(request, presenting.sentence(error) if is_ours else _("This is no CSV table."))
        return redirect("decisions")
    faults = [row for row in told if row.fault]
    made = sum(row.made for row in told)
    looked = {"told": told, "faults": len(faults), "made": made, "is_care": is_care}
    if not made and not faults and told:
        looked["text"] = text
    return render(request, "review/decisions.html", _context() | looked, status=422 if faults or not told else 200)


def _text(request: HttpRequest) -> str:
    """The table: the file that was chosen, else what was looked through. Raises ReferenceDataError."""
    file = request.FILES.get("table")
    if file is None:
        text: str = request.POST.get("text", "")
        if not text:
            raise ReferenceDataError(_("choose a file with the table"))
        return text
    if (file.size or 0) > LARGEST:
        raise ReferenceDataError(_("the table is larger than 1 MB; divide it"))
    try:
        return str(file.read(), "utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReferenceDataError(_("the table is not UTF-8 text; save it as CSV UTF-8")) from error


def _take(text: str, who: Actor, *, dry_run: bool) -> tuple[tuple[Row, ...], bool]:
    """Take a table by what its heading says that it is; give its rows, and whether they are decisions."""
    rows = io.StringIO(text, newline="")
    heading = next(csv.reader([text.partition("\n")[0]]), [])
    zone = settings.INLET.zone
    if "acknowledged_at" in [name.strip() for name in heading]:
        return import_acknowledgements(rows, actor=who, zone=zone, dry_run=dry_run), False
    sender, texts = paper.sender_contact(), paper.own_texts()
    return import_decisions(rows, actor=who, zone=zone, sender=sender, texts=texts, dry_run=dry_run), True


@needs(CORRECT)
def to_fill_in(request: HttpRequest) -> HttpResponse:
    """The requests that wait for a decision, as a table to be filled in."""
    del request
    answer = HttpResponse(table_to_fill_in().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="decisions.csv"'
    return answer
