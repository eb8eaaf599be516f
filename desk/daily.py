"""A day's report as plain values: the sums, what became of the pages and notices, and what is open."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import Count

from desk import summary
from desk.records.models import Arrival, Notice, Page
from reconcile.sums import ArrivalFact, DaySums, day_sums
from terms.names import ArrivalState


def sums_of_day(day: dt.date) -> DaySums:
    """Add up the arrivals received on ``day``, in all and by source."""
    start, end = summary.day_bounds(day, settings.INLET.zone)
    rows = Arrival.objects.filter(received_at__gte=start, received_at__lt=end)
    return day_sums(
        day,
        (
            ArrivalFact(str(pk), source, received_at, state)
            for pk, source, received_at, state in rows.values_list("pk", "source", "received_at", "state")
        ),
    )


def day_report(day: dt.date) -> dict[str, Any]:
    """Give what ``inlet report`` prints: the sums of the day, and everything that is open now."""
    start, end = summary.day_bounds(day, settings.INLET.zone)
    sums = sums_of_day(day)
    arrivals = Arrival.objects.filter(received_at__gte=start, received_at__lt=end)
    waiting = Arrival.objects.filter(state__in=[ArrivalState.IN_PROGRESS, ArrivalState.QUARANTINED]).order_by("id")
    waiting = waiting.select_related("likeness").prefetch_related("requests")
    pages = Page.objects.filter(arrival__in=arrivals).order_by().values_list("kind").annotate(n=Count("id"))
    notices = Notice.objects.filter(created_at__gte=start, created_at__lt=end).order_by()
    return {
        "date": day.isoformat(),
        "holds": sums.is_balanced,
        "arrivals": summary.arrival_sums(arrivals),
        "by_source": sums.to_json()["by_source"],
        "pages": dict(pages),
        "notices": dict(notices.values_list("state").annotate(n=Count("id"))),
        "open_arrivals": [
            summary.arrival_row(a)
            for a in waiting.select_related("likeness").prefetch_related("requests").order_by("id")
        ],
        "open_requests": [summary.request_row(request) for request in summary.open_requests()],
    }
