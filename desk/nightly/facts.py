"""What the measures count, out of the records: requests, corrections, readings, calls. Counts and ids only."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Min, QuerySet

from desk.records.models import (
    AuditEvent,
    CareRecord,
    Correction,
    Diagnosis,
    FieldRecord,
    GapRecord,
    LineRecord,
    Member,
    Notice,
    Page,
    QualityValue,
    Request,
)
from outbound.care import CareKind
from reconcile.ledger import Call, CallKind
from reconcile.measures import UNKNOWN, CallFact, CaseFact, CorrectionFact, FieldFact, SampleFact
from terms.requests import Audience
from terms.values import FieldStatus

Requests = QuerySet[Any, Any]
"""Numbers of requests, left to the database to look up."""

_NO_FORM = "no known form"
_UNITS = ("business", "calendar", "hours")
_OUTCOMES = {
    CareKind.APPROVE: "approved",
    CareKind.MODIFY: "modified",
    CareKind.DENY: "denied",
    CareKind.RETRO_DENY: "retro_denied",
}
_INCOMING = frozenset({CallKind.RECV, CallKind.CALL})


def cases(start: dt.datetime, now: dt.datetime) -> tuple[CaseFact, ...]:
    """Give the requests received from ``start`` to ``now`` (aware), those merged into others left out."""
    lately = Request.objects.filter(received_at__gte=start, received_at__lte=now, merged_into=None)
    rows = list(lately.defer("read_values", "facts", "tables"))
    ids = lately.values("pk")
    touched = set(Correction.objects.filter(request__in=ids).values_list("request", flat=True))
    released = _first(AuditEvent.objects.filter(request__in=ids, action="request.released"), "at")
    answered = _first(Notice.objects.filter(request__in=ids), "created_at")
    decided, extended = _decisions(ids)
    asked: dict[int, list[str]] = defaultdict(list)
    for request, field in GapRecord.objects.filter(request__in=ids, audience=Audience.PROVIDER).values_list(
        "request", "field"
    ):
        asked[request].append(field)
    lines = dict(Member.objects.filter(cin__in={row.member_id for row in rows}).values_list("cin", "line_of_business"))
    return tuple(
        CaseFact(
            reference=row.reference,
            received_at=row.received_at,
            priority=row.priority,
            processor=row.processor or UNKNOWN,
            line_of_business=lines.get(row.member_id, UNKNOWN),
            dues=_dues(row),
            outcome=decided[row.pk][0] if row.pk in decided else None,
            decided_at=decided[row.pk][1] if row.pk in decided else None,
            extended=row.pk in extended,
            touched=row.pk in touched,
            released_at=released.get(row.pk),
            sender=row.provider_npi or UNKNOWN,
            asked_for=tuple(asked[row.pk]),
            answered_at=answered.get(row.pk),
        )
        for row in rows
    )


def _decisions(ids: Requests) -> tuple[dict[int, tuple[str, dt.datetime]], set[int]]:
    """The last decision of each request and when it was made; and the requests that were deferred on the way."""
    decided: dict[int, tuple[str, dt.datetime]] = {}
    extended: set[int] = set()
    for request, kind, at in (
        CareRecord.objects.filter(request__in=ids).order_by("id").values_list("request", "kind", "decided_at")
    ):
        if kind == CareKind.DEFER:
            extended.add(request)
        else:
            decided[request] = (_OUTCOMES[CareKind(kind)], at)
    return decided, extended


def _first(rows: QuerySet[Any], moment: str) -> dict[int, dt.datetime]:
    return dict(rows.order_by().values_list("request").annotate(first=Min(moment)))


def _dues(row: Request) -> dict[str, dt.datetime]:
    """The due date of each yardstick by its unit, which the rule's name ends in; the earliest of each."""
    found: dict[str, dt.datetime] = {}
    told = [(row.due_rule, row.due_at)] if row.due_at else []
    told += [(due["rule"], dt.datetime.fromisoformat(due["due"])) for due in row.other_due]
    for rule, due in told:
        unit = next((unit for unit in _UNITS if unit in rule), "calendar")
        found[unit] = min(due, found.get(unit, due))
    return found


def corrections(start: dt.datetime, now: dt.datetime) -> tuple[CorrectionFact, ...]:
    """Give the corrections made from ``start`` to ``now``, by the kind of field and the form of the first page."""
    rows = Correction.objects.filter(at__gte=start, at__lte=now).values_list("target", "request")
    forms = forms_of(rows.values("request"))
    return tuple(CorrectionFact(_kind(target), forms[request]) for target, request in rows)


def fields(start: dt.datetime, now: dt.datetime) -> tuple[FieldFact, ...]:
    """Give how often each field of each form was read: the base of the correction rates."""
    lately = Request.objects.filter(received_at__gte=start, received_at__lte=now).values("pk")
    forms = forms_of(lately)
    counts: Counter[tuple[str, str]] = Counter()
    read = FieldRecord.objects.filter(request__in=lately).exclude(status=FieldStatus.MISSING).order_by()
    for name, request in read.values_list("name", "request").iterator():
        counts[name, forms[request]] += 1
    for name, model in (("line", LineRecord), ("diagnosis", Diagnosis)):
        for request in model.objects.filter(request__in=lately).order_by().values_list("request", flat=True).iterator():
            counts[name, forms[request]] += 1
    return tuple(FieldFact(name, form, count) for (name, form), count in sorted(counts.items()))


def samples(start: dt.datetime, now: dt.datetime) -> tuple[SampleFact, ...]:
    """Give every value that quality sampling judged in checks settled from ``start`` to ``now``."""
    rows = QualityValue.objects.filter(check_of__settled_at__gte=start, check_of__settled_at__lte=now)
    judged = rows.exclude(right=None).values_list("kind", "form", "right")
    return tuple(SampleFact(kind, form or _NO_FORM, wrong=not right) for kind, form, right in judged)


def _kind(target: str) -> str:
    """``line[0].code`` and ``diagnosis[1]`` count as line and diagnosis."""
    return target.partition("[")[0]


def forms_of(requests: Requests) -> dict[int, str]:
    """Give the form of the first page of each request that is a known one."""
    found: dict[int, str] = defaultdict(lambda: _NO_FORM)
    pages = Page.objects.filter(requests__in=requests).exclude(form="").order_by("-number")
    found.update(pages.values_list("requests", "form"))
    return found


def line_calls(calls: Iterable[Call]) -> tuple[CallFact, ...]:
    """Give each call of the logs by its line and direction, and whether it failed."""
    return tuple(
        CallFact(
            call.line, "in" if call.kind in _INCOMING else "out", bool(call.reason) or call.kind is CallKind.UNSENT
        )
        for call in calls
    )
