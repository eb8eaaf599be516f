"""Pages about decisions: why a request was decided as it was, and what a draft table would move."""

import datetime as dt
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from classify.changes import Changes
from desk.cases.actor import Actor
from desk.cases.audit import note, note_view
from desk.cases.receipts import received_earlier
from desk.cases.table_files import FileFacts
from desk.cases.table_kinds import TABLES
from desk.cases.tables import (
    current_reference,
    current_version,
    draft_reference,
    export,
    go_back,
    import_table,
    preview,
    preview_back,
    versions,
)
from desk.errors import DeskError, ReferenceDataError
from desk.explaining import contradictions, why
from desk.records.models import ReferenceVersion
from desk.review.access import needs
from desk.review.draft_facts import facts_of
from desk.review.people import actor
from desk.review.presenting import sentence
from desk.review.request_page import find
from desk.review.roles import CORRECT, VIEW
from desk.review.spoken import fault_words
from desk.storage import DERIVED, local_copy, store_derived
from desk.trying import Trial, try_draft
from terms.dates import PACIFIC

SEE_TABLES = "records.view_gridrow"
KEEP_TABLES = "records.change_gridrow"
_SHOWN = 200
_LARGEST = 200 * 1024 * 1024


@needs(VIEW)
def why_page(request: HttpRequest, reference: str) -> HttpResponse:
    """The whole explanation of a request, at its latest revision or the one asked for."""
    record = find(reference)
    note_view(actor(request), request=record)
    asked = request.GET.get("revision", "")
    known = set(record.decisions.values_list("revision", flat=True)) if asked else set()
    revision = int(asked) if asked.isascii() and asked.isdigit() and int(asked) in known else None
    try:
        found = why(record, revision)
    except DeskError as error:
        messages.error(request, sentence(error))
        return redirect("request", reference=record.reference)
    context = {"area": "queue", "record": record, "why": found, "told": contradictions(record)}
    return render(request, "review/why.html", context)


@require_POST
@needs(CORRECT)
def received_earlier_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Set the first receipt back, because another office had the request before us."""
    record = find(reference)
    try:
        local = dt.datetime.fromisoformat(request.POST.get("at", ""))
        at = local if local.tzinfo else local.replace(tzinfo=settings.INLET.zone)
        received_earlier(
            record.reference,
            at,
            reason=request.POST.get("reason", "")[:400],
            revision=record.revision,
            actor=actor(request),
            tables=current_reference(),
        )
    except ValueError:
        messages.error(request, "Give the day and the time at which it was received.")
    except DeskError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, "The clock runs from that receipt now.")
    return redirect("why", reference=record.reference)


@needs(SEE_TABLES)
def tables_page(request: HttpRequest) -> HttpResponse:
    """Every reference table: the version in force, earlier ones, and a draft to compare, try or import."""
    rows = []
    known = current_reference().tables
    for name in TABLES:
        named = {"codes": "hcpcs", "diagnoses": "icd10"}.get(name, name)
        rows.append((name, current_version(name), known.get(named, ""), list(versions(name)[:6])))
    context = {"area": "tables", "rows": rows, "names": list(TABLES), "may_keep": request.user.has_perm(KEEP_TABLES)}
    return render(request, "review/tables.html", context)


@needs(SEE_TABLES)
def table_file(request: HttpRequest, name: str) -> HttpResponse:
    """A table, or one of its versions, as the CSV file that an import takes. That it was taken is audited."""
    version = request.GET.get("version", "")
    number = int(version) if version.isascii() and version.isdigit() else None
    try:
        data = export(name, number)
    except ReferenceDataError as error:
        messages.error(request, sentence(error))
        return redirect("tables")
    note(actor(request), "reference.exported", detail={"table": name, "version": number})
    response = HttpResponse(data, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{TABLES[name].file}"'
    return response


@needs(SEE_TABLES)
def draft_page(request: HttpRequest) -> HttpResponse:
    """A draft of a table: what it changes, and what it would move among stored requests; nothing is changed yet."""
    if request.method != "POST":
        return redirect("tables")
    name = request.POST.get("table", "")
    given = request.FILES.get("file")
    try:
        facts, fields = facts_of(request, name)
        stored, path = _stored_draft(given)
        with local_copy(DERIVED, stored) as place:
            changes = preview(name, place, facts=facts)
            draft = draft_reference(name, place, facts=facts) if "try" in request.POST else None
        trial = try_draft(draft, since=_since(request)) if draft else None
    except ReferenceDataError as error:
        return _refused(request, name, error)
    note(actor(request), "reference.draft_tried", detail={"table": name, "rows": len(changes.added)})
    context = _draft_context(request, name, changes, file=path, stored=stored, trial=trial)
    return render(
        request, "review/draft.html", context | {"fields": fields, "facts": facts, "is_other": _is_other(name, facts)}
    )


def _is_other(name: str, facts: FileFacts) -> bool:
    """Say whether a file is believed otherwise than the version in force, though its rows may be the same."""
    current = current_version(name)
    return (current.facts if current else {}) != facts.to_record()


def _draft_context(
    request: HttpRequest, name: str, changes: Changes, *, file: str = "", stored: str = "", trial: Trial | None = None
) -> dict[str, object]:
    return {
        "area": "tables",
        "table": name,
        "file": file,
        "draft": stored,
        "changes": changes,
        "changed": changes.changed[:_SHOWN],
        "added": changes.added[:_SHOWN],
        "removed": changes.removed[:_SHOWN],
        "trial": trial,
        "moved": trial.moved[:_SHOWN] if trial else [],
        "ways": sorted((a.value, b.value, count) for (a, b), count in trial.ways.items()) if trial else [],
        "since": request.POST.get("since", ""),
        "may_keep": request.user.has_perm(KEEP_TABLES),
    }


def _stored_draft(given: "UploadedFile[bytes] | None") -> tuple[str, str]:
    """Store an uploaded draft under its content's name; give that name and what the file was called."""
    if given is None:
        raise ReferenceDataError("choose a file first")
    if (given.size or 0) > _LARGEST:
        raise ReferenceDataError("the file is larger than 200 MB; import it with the command line")
    suffix = Path(given.name or "").suffix.lower()
    data = b"".join(given.chunks())
    return store_derived(
        data, f".draft{suffix if suffix in {'.csv', '.xlsx', '.txt', '.834'} else ''}"
    ).name, given.name or ""


def _since(request: HttpRequest) -> dt.datetime | None:
    try:
        day = dt.date.fromisoformat(request.POST.get("since", ""))
    except ValueError:
        return None
    return dt.datetime.combine(day, dt.time(), PACIFIC)


def _refused(request: HttpRequest, name: str, error: ReferenceDataError) -> HttpResponse:
    if error.faults:  # the file lies here under a name that tells nobody anything
        error.table = name
    faults = [fault_words(fault) for fault in error.faults[:_SHOWN]]
    context = {"area": "tables", "table": name, "error": sentence(error), "faults": faults}
    return render(request, "review/draft.html", context, status=422)


@needs(KEEP_TABLES)
def import_draft(request: HttpRequest) -> HttpResponse:
    """Put a draft that was looked at in force."""
    name, stored = request.POST.get("table", ""), request.POST.get("draft", "")
    try:
        version = _import(name, stored, actor(request), facts_of(request, name)[0])
    except ReferenceDataError as error:
        return _refused(request, name, error)
    words = _("%(table)s: %(rows)s rows are in force as version %(version)s.")
    messages.success(request, words % {"table": name, "rows": version.rows, "version": version.version})
    return redirect("tables-open")


def _import(name: str, stored: str, who: Actor, facts: FileFacts) -> ReferenceVersion:
    folder, _, file = stored.partition("/")
    if not (file.isascii() and folder.isalnum() and file.replace(".", "").isalnum() and ".draft" in file):
        raise ReferenceDataError("the draft is here no more; choose the file again")
    try:
        with local_copy(DERIVED, stored) as place:
            return import_table(name, place, actor=who, facts=facts)
    except OSError as error:
        raise ReferenceDataError("the draft is here no more; choose the file again") from error


@needs(SEE_TABLES)
def back_page(request: HttpRequest, name: str, version: int) -> HttpResponse:
    """What taking up an earlier version of a table would change; posted by who may, it is taken up."""
    try:
        if request.method == "POST" and request.user.has_perm(KEEP_TABLES):
            made = go_back(name, version, actor=actor(request))
            words = _("%(table)s: version %(version)s is in force again.")
            messages.success(request, words % {"table": name, "version": made.version})
            return redirect("tables-open")
        changes = preview_back(name, version)
    except ReferenceDataError as error:
        return _refused(request, name, error)
    context = _draft_context(request, name, changes) | {"version": version}
    return render(request, "review/draft.html", context)
