"""The night's proof on the desk: every report that was made, its files, and differences cleared by people."""

import datetime as dt
from collections.abc import Iterator

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desk.config import current_settings
from desk.errors import DeskError
from desk.nightly.nights import clear, make_night, report_of, take_back
from desk.records.models import ClearedDifference, Night
from desk.review.access import needs
from desk.review.people import actor
from desk.review.presenting import sentence
from desk.review.roles import HANDLE_ARRIVALS, SEE_SUMS
from desk.review.spoken import spoken
from reconcile.difference import Difference, DifferenceKind, Owner
from reconcile.ledger import Ledgers
from reconcile.report import files
from reconcile.report.build import Gathered, build
from reconcile.report.charts import COLOURS, charts_of
from reconcile.report.tables import ALL_SOURCES, GROUPINGS, YES_OR_NO, Table, cell_words, tables_of
from reconcile.report.values import age_words, in_words
from terms.dates import PACIFIC
from terms.reference import CaseReference

_SHOWN = 60
_NUMBERS = frozenset({"count", "share", "hours"})
_OF_ARRIVALS = frozenset(
    {
        DifferenceKind.INGESTED_NOT_LOGGED,
        DifferenceKind.MAIL_NOT_IN_MAILBOX,
        DifferenceKind.MAIL_NOT_PUT_AWAY,
        DifferenceKind.PAGES_DIFFER,
        DifferenceKind.STUCK_IN_PROGRESS,
        DifferenceKind.QUARANTINED_UNATTENDED,
        DifferenceKind.DUPLICATE_OF_NOTHING,
        DifferenceKind.READ_IN_NO_REQUEST,
        DifferenceKind.ANSWERED_NOT_JOINED,
        DifferenceKind.BYTES_CHANGED,
    }
)
"""Differences whose item is an arrival; a job or a call may be a bare number too."""

_FACT_NAMES = (
    "logged", "stored", "call", "line", "pages", "file", "folder", "flags", "request", "processor", "processors",
    "started", "received", "due", "decided", "times", "attempts", "kind", "notice", "what",
)  # fmt: skip
"""What a difference's facts are called."""

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs(SEE_SUMS)
def nights(request: HttpRequest) -> HttpResponse:
    """The nights that were proven, newest first."""
    context = {"area": "nights", "nights": Night.objects.all()[:_SHOWN], "yesterday": _yesterday()}
    return render(request, "review/nights.html", context)


@needs(SEE_SUMS)
def night(request: HttpRequest, day: dt.date) -> HttpResponse:
    """One night: the sums and the worst items first, then the charts, then everything."""
    kept = get_object_or_404(Night, day=day)
    report = report_of(kept)
    cleared = {row.difference: row for row in ClearedDifference.objects.filter(taken_back_at=None)}
    now = report.night.now
    rows = [
        {
            "id": item.difference.id,
            "what": spoken(in_words(item.difference.kind)),
            "item": item.difference.item,
            "link": _link(item.difference),
            "age": spoken(age_words(item.difference.age(now).total_seconds() / 3600)),
            "since": item.difference.since,
            "carried": item.first_seen if item.first_seen < day else None,
            "owner": spoken(item.difference.owner.value),
            "action": spoken(item.difference.action),
            "facts": ", ".join(
                f"{spoken(key)} {spoken(value)}" for key, value in item.difference.facts.items() if value
            ),
            "cleared": cleared.get(item.difference.id),
        }
        for item in report.night.open
    ]
    tables = tables_of(report)
    context = {
        "area": "nights",
        "kept": kept,
        "report": report,
        "sums": _shown(tables[0]),
        "worst": rows[: len(report.worst())],
        "others": rows[len(report.worst()) :],
        "charts": [mark_safe(svg) for svg in charts_of(report, spoken).values()],  # noqa: S308  (drawn by us, words escaped)
        "tables": [_shown(table) for table in tables[2:]],
        "is_last": not Night.objects.filter(day__gt=day).exists(),
        "before": Night.objects.filter(day__lt=day).first(),
        "after": Night.objects.filter(day__gt=day).order_by("day").first(),
    }
    return render(request, "review/night.html", context)


@needs(SEE_SUMS)
def night_file(request: HttpRequest, day: dt.date, form: str) -> HttpResponse:
    """A night's report as a file: pdf, xlsx, csv or json."""
    del request
    report = report_of(get_object_or_404(Night, day=day))
    if form == "pdf":
        data, kind = files.to_pdf(report, organisation=current_settings().organisation), "application/pdf"
    elif form == "xlsx":
        data, kind = files.to_xlsx(report), _SHEET
    elif form == "csv":
        data, kind = files.to_csv(report).encode("utf-8"), "text/csv; charset=utf-8"
    elif form == "json":
        data, kind = files.to_json(report).encode("utf-8"), "application/json"
    else:
        raise Http404
    shown = "inline" if form == "pdf" else "attachment"
    return HttpResponse(
        data, content_type=kind, headers={"Content-Disposition": f'{shown}; filename="inlet-{day.isoformat()}.{form}"'}
    )


@needs(HANDLE_ARRIVALS)
@require_POST
def prove(request: HttpRequest) -> HttpResponseBase:
    """Prove a day now, anew if it was proven before."""
    try:
        day = dt.date.fromisoformat(request.POST.get("day", ""))
        made = make_night(day, timezone.now(), again=True)
    except (ValueError, DeskError) as error:
        told = sentence(error) if isinstance(error, DeskError) else _("Give a day such as 2026-11-20.")
        messages.error(request, told)
        return redirect("nights")
    words = _("Proven as things stand now: %(headline)s")
    messages.success(request, words % {"headline": spoken(made.headline)})
    return redirect("night", day=day)


@needs(HANDLE_ARRIVALS)
@require_POST
def clear_difference(request: HttpRequest) -> HttpResponseBase:
    """Take a person's word, with the reason, that a difference is dealt with."""
    try:
        clear(actor(request), request.POST.get("difference", ""), request.POST.get("why", ""))
    except DeskError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, "Noted. It is left out from the next report on.")
    return _back(request)


@needs(HANDLE_ARRIVALS)
@require_POST
def let_stand(request: HttpRequest) -> HttpResponseBase:
    """Take that word back."""
    if take_back(actor(request), request.POST.get("difference", "")):
        messages.success(request, "It stands again from the next report on.")
    return _back(request)


def _back(request: HttpRequest) -> HttpResponseBase:
    try:
        return redirect("night", day=dt.date.fromisoformat(request.POST.get("day", "")))
    except ValueError:
        return redirect("nights")


def _yesterday() -> dt.date:
    return timezone.localdate() - dt.timedelta(days=1)


def words() -> Iterator[str]:
    """Give every word of the report's tables and charts: what stands in those of a night without anything."""
    day = dt.date(2000, 1, 1)
    report = build(Gathered(day, dt.datetime.combine(day, dt.time(), PACIFIC), Ledgers()))
    for table in tables_of(report):
        yield table.name
        yield from (column.heading for column in table.columns)
    yield from (*COLOURS, *report.open_ages, *YES_OR_NO, ALL_SOURCES, *_FACT_NAMES, *GROUPINGS)
    yield from (in_words(kind) for kind in DifferenceKind)
    yield from (owner.value for owner in Owner)
    said: list[str] = []

    def keep(word: str) -> str:
        said.append(word)
        return word

    charts_of(report, keep)
    yield from said


def _shown(table: Table) -> dict[str, object]:
    numbers = [column.kind in _NUMBERS for column in table.columns]
    return {
        "name": spoken(table.name),
        "headings": [(spoken(column.heading), number) for column, number in zip(table.columns, numbers, strict=True)],
        "rows": [
            [(spoken(cell_words(c, cell)), number) for c, cell, number in zip(table.columns, row, numbers, strict=True)]
            for row in table.rows
        ],
    }


def _link(difference: Difference) -> str:
    """Where the item is looked at: its arrival or its request; empty when only a log knows it."""
    if difference.kind in _OF_ARRIVALS:
        return reverse("arrival", args=[int(difference.item)])
    reference = CaseReference.parse(difference.item.partition(":")[0])
    return reverse("request", args=[reference.value]) if reference else ""
