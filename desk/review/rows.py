"""One row of the queue: what it shows, and its markup, made once for as long as it shows the same.

The queue is what a desk asks for most (every open page asks again each few seconds), and most of
its cost was to write the same fifty rows once more. A row's markup is kept under everything that
it shows, so that a row can never be an old one.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from desk.lifecycle import OPEN_STATES, RequestState
from desk.records.models import GapRecord, Request
from desk.records.prepared import Prepared
from desk.review import presenting
from terms.names import Priority

WAITING = (RequestState.NEEDS_REVIEW, RequestState.UNMATCHED)
"""The states in which a request waits for a person."""
_NAMED = 4
"""So many of a request's gaps are named, the rest is counted."""
_KEPT = 4096
ROWS = 50
"""So many rows a page of the queue has at most."""


@dataclass(frozen=True, slots=True)
class Row:
    """What the queue shows of one request; ``gaps`` are the fields of its first gaps, ``gap_count`` how many it has."""

    pk: int
    reference: str
    state: str
    priority: str
    due_at: dt.datetime | None
    closed_at: dt.datetime | None
    received_at: dt.datetime
    member_last_name: str
    member_first_name: str
    member_id: str
    codes: str
    clerk_gap_count: int
    provider_gap_count: int
    processor: str
    route_reason: str
    label: str
    source: str
    taken_by: str
    gaps: tuple[str, ...]
    gap_count: int

    @property
    def is_open(self) -> bool:
        """Whether its clock still counts."""
        return self.state in OPEN_STATES

    @property
    def is_urgent(self) -> bool:
        """Whether its priority is urgent."""
        return self.priority == Priority.URGENT


def shown(rows: Iterable[Row], now: dt.datetime) -> Iterator[SafeString]:
    """Give rows as HTML in the language that is spoken just now."""
    language, year = get_language() or "", timezone.localtime(now).year
    for row in rows:
        clock = presenting.time_left(row.due_at, now) if row.is_open else ("", "")
        yield _markup(row, language, year, clock, presenting.span(now - row.received_at))


@lru_cache(maxsize=_KEPT)
def _markup(row: Row, language: str, year: int, clock: tuple[str, str], ago: str) -> SafeString:
    del language, year  # of the key only: words and dates are in that language, of that year
    left, urgency = clock
    markup = get_template("review/_queue_row.html").render(
        {
            "row": row,
            "due_words": presenting.left_words(left, urgency),
            "urgency": urgency,
            "ago": ago,
            "more": row.gap_count > len(row.gaps),
        }
    )
    return mark_safe(markup)  # noqa: S308  (a template's own output, escaped there)


_COLUMNS = (
    "pk", "reference", "state", "priority", "due_at", "closed_at", "received_at", "member_last_name",
    "member_first_name", "member_id", "codes", "clerk_gap_count", "provider_gap_count", "processor", "route_reason",
    "arrival__label", "arrival__source", "claim__user__username", "claim__until",
)  # fmt: skip


_NAMED_GAPS = Prepared(
    lambda *ids: (
        GapRecord.objects.filter(request__in=ids).order_by("request_id", "position").values_list("request_id", "field")
    ),
    *[int] * ROWS,
)
_SHOWN = Prepared(lambda *ids: Request.objects.filter(pk__in=ids).order_by().values_list(*_COLUMNS), *[int] * ROWS)


def rows_of(ids: Sequence[int]) -> Sequence[Row]:
    """Read the rows of these requests, in their order: two queries."""
    now = timezone.now()
    gaps: dict[int, list[str]] = {}
    several = [*ids, *[0] * (ROWS - len(ids))]  # no request is 0
    for request, field in _NAMED_GAPS.rows(*several):
        gaps.setdefault(request, []).append(field)
    found = {}
    for *shown, user, until in _SHOWN.rows(*several):
        pk, state = shown[0], shown[2]
        taken_by = user if until is not None and until > now and state in WAITING else ""
        mine = gaps.get(pk, [])
        found[pk] = Row(*(*shown, taken_by, tuple(mine[:_NAMED]), len(mine)))
    return [found[pk] for pk in ids if pk in found]
