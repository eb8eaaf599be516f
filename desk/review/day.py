"""The sums of a day: everything that came in is accounted for, or is named."""

import datetime as dt

from django.conf import settings
from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from desk.daily import sums_of_day
from desk.lifecycle import OPEN_STATES
from desk.records.models import Arrival, Notice, Request
from desk.review.access import needs
from desk.review.roles import SEE_SUMS
from desk.summary import day_bounds

_FIRST = dt.date(2000, 1, 1)


def _day_of(request: HttpRequest) -> dt.date:
    """Read the day asked for; anything else is today."""
    today = timezone.localdate()
    try:
        day = dt.date.fromisoformat(request.GET.get("date", ""))
    except ValueError:
        return today
    return min(max(day, _FIRST), today)


@needs(SEE_SUMS)
def day(request: HttpRequest) -> HttpResponse:
    """One day: arrivals by end state, requests by state and processor, notices, what is late."""
    date = _day_of(request)
    start, end = day_bounds(date, settings.INLET.zone)
    arrivals = Arrival.objects.filter(received_at__gte=start, received_at__lt=end)
    requests = Request.objects.filter(received_at__gte=start, received_at__lt=end)
    notices = Notice.objects.filter(created_at__gte=start, created_at__lt=end)
    now = timezone.now()
    sums = sums_of_day(date)
    took = ExpressionWrapper(F("finished_at") - F("registered_at"), output_field=DurationField())
    context = {
        "area": "day",
        "date": date,
        "before": date - dt.timedelta(days=1),
        "after": date + dt.timedelta(days=1) if date < timezone.localdate() else None,
        "sums": sums.total,
        "by_source": sorted((source, part.received) for source, part in sums.by_source.items()),
        "by_state": _counted(requests, "state"),
        "by_processor": _counted(requests, "processor"),
        "request_count": requests.count(),
        "notices": notices.order_by().values_list("kind", "state").annotate(Count("id")),
        "average": arrivals.filter(finished_at__isnull=False, duplicate_of=None).aggregate(a=Avg(took))["a"],
        "quarantined": arrivals.filter(state="quarantined"),
        "late": Request.objects.filter(due_at__lt=now, state__in=OPEN_STATES).order_by("due_at")[:50],
    }
    return render(request, "review/day.html", context)


def _counted(rows, column: str) -> list[tuple[str, int]]:  # type: ignore[no-untyped-def]  # noqa: ANN001
    return list(rows.order_by().values_list(column).annotate(n=Count("id")).order_by("-n"))
