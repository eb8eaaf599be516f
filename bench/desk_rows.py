"""A desk with years of work in it: requests with all their rows, written in bulk for measuring.

Rows are like those the pipeline writes (fields, lines, gaps, routes, decisions, pages and their
words, events, the index of words), for invented people.
"""

import datetime as dt
import json
import random
from collections.abc import Iterator
from itertools import islice

from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.utils import timezone

from desk import search
from desk.records.models import (
    Arrival,
    AuditEvent,
    DecisionRecord,
    Diagnosis,
    FieldRecord,
    GapRecord,
    LineRecord,
    Page,
    Request,
    RouteRecord,
)
from samples import people
from terms.names import FIELD_KINDS
from terms.reference import CaseReference
from terms.requests import Line, RequestValues
from terms.values import FieldStatus, FieldValue, Source

BATCH = 1000
DRAWN = 5000
CODES = ("E0143", "E1390", "E0260", "K0001", "A4520", "E0601", "E0603", "B4035", "E0431", "L1832")
WORDS = (
    "patient", "presents", "with", "shortness", "of", "breath", "on", "exertion", "oxygen", "saturation", "gait",
    "unsteady", "fall", "history", "walker", "needed", "wheelchair", "evaluation", "hospital", "bed", "elevate",
    "head", "incontinence", "supplies", "monthly", "nutrition", "formula", "tube", "feeding", "sleep", "study",
    "apnea", "events", "hourly", "pressure", "titration", "breast", "pump", "postpartum", "referral", "chart", "note",
    "progress", "assessment", "plan", "diagnosis", "procedure", "quantity", "frequency", "duration", "length", "need",
    "physician", "signature", "certify", "medically", "necessary", *(f"term{number}" for number in range(3000)),
)  # fmt: skip
STATES = (
    ("closed", 0.62), ("decided", 0.06), ("handed_over", 0.12), ("routed", 0.05), ("incomplete", 0.06),
    ("needs_review", 0.04), ("unmatched", 0.005), ("not_ours", 0.02), ("merged", 0.02), ("withdrawn", 0.005),
)  # fmt: skip
_FIELDS = tuple(name for name in FIELD_KINDS if not name.startswith(("servicing", "authorization")))


def fill(count: int, *, seed: int = 1) -> None:
    """Write ``count`` requests (beyond 5,000 in whole thousands), each of an arrival of its own with two pages.

    The first 5,000 are drawn; the rest are copies of them by the database itself, which takes a tenth of the
    time: same members, words and moments, other numbers and references.
    """
    rng = random.Random(seed)
    drawn, made = min(count, DRAWN), 0
    while made < drawn:
        size = min(BATCH, drawn - made)
        with transaction.atomic():
            _batch(rng, made, size, drawn, count / drawn)
        made += size
    for number in range(1, -(-count // DRAWN)):
        with transaction.atomic():
            _copy(number, min(DRAWN, count - number * DRAWN))
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), list(_COPIED)):
            cursor.execute(sql)
        cursor.execute("ANALYZE")


def _copy(number: int, size: int) -> None:
    """Copy the first ``size`` drawn requests with everything of theirs, every number moved on."""
    with connection.cursor() as cursor:
        steps = {}
        for model in _COPIED:
            cursor.execute(f"SELECT MAX(id) FROM {_table(model)} WHERE {_whose(model)} <= {DRAWN}")  # noqa: S608  (our own names)
            steps[model] = cursor.fetchone()[0] * number
        for model in _COPIED:
            special = {
                "pickup_key": f"pickup_key || ':{number}'",
                "sha256": f"'{number:04x}' || substr(sha256, 5)",
                "reference": f"'~{number}:' || id",
            }
            columns, wanted = [], []
            for column in model._meta.concrete_fields:  # noqa: SLF001  (Django's own way to ask a model for its columns)
                name, target = column.column, column.related_model
                step = steps[model] if column.primary_key else steps.get(target, 0)
                columns.append(f'"{name}"')
                wanted.append(special.get(name, f'"{name}" + {step}' if step else f'"{name}"'))
            cursor.execute(
                f"INSERT INTO {_table(model)} ({', '.join(columns)}) SELECT {', '.join(wanted)} "  # noqa: S608  (as above)
                f"FROM {_table(model)} WHERE {_whose(model)} <= {size}"
            )
        for words, model, most in ((search.PAGES, Page, 2 * size), (search.REQUESTS, Request, size)):
            cursor.execute(
                f"INSERT INTO {words} (rowid, words) "  # noqa: S608  (as above)
                f"SELECT rowid + {steps[model]}, words FROM {words} WHERE rowid <= {most}"
            )
        known = set(Request.objects.values_list("reference", flat=True))
        fresh = []
        for at in range(1, size + 1):
            while (reference := CaseReference.new().value) in known:
                pass
            known.add(reference)
            fresh.append((reference, steps[Request] + at))
        cursor.executemany("UPDATE records_request SET reference = %s WHERE id = %s", fresh)


_COPIED: tuple[type[models.Model], ...] = (
    Arrival, Request, Page, Request.pages.through, FieldRecord, LineRecord, Diagnosis, GapRecord, RouteRecord,
    DecisionRecord, AuditEvent,
)  # fmt: skip


def _table(model: type[models.Model]) -> str:
    return model._meta.db_table  # noqa: SLF001  (as above)


def _whose(model: type[models.Model]) -> str:
    """The column by which rows belong to the drawn requests: each has an arrival of the same number."""
    return {Arrival: "id", Request: "id", Page: "arrival_id"}.get(model, "request_id")  # type: ignore[call-overload]  # compared by identity


def _batch(rng: random.Random, first: int, size: int, total: int, times: float) -> None:
    now = timezone.now()
    arrivals = Arrival.objects.bulk_create(
        Arrival(
            source="fax", channel="fax", label=rng.choice(("UM fax line", "DME orders", "Inpatient")),
            pickup_key=f"load:{first + at}", file_name=f"{first + at}.tif", sha256=f"{first + at:064x}", size=90_000,
            original=f"load/{first + at}", media_type="image/tiff", state="processed", page_count=2,
            received_at=now - dt.timedelta(minutes=5.2 * times * (total - first - at)), finished_at=now,
        )
        for at in range(size)
    )  # fmt: skip
    requests = [_request(rng, arrival, now) for arrival in arrivals]
    requests = Request.objects.bulk_create(requests)
    pages = Page.objects.bulk_create(
        Page(
            arrival=arrival, number=number, source={"number": number},
            kind="pa_form" if number == 1 else "clinical_notes", text_source="ocr", legibility=0.9, read_at=now,
            reading={"words": [[word, [0.1, 0.1, 0.2, 0.12], 0.98] for word in rng.choices(WORDS, k=60)]},
        )
        for arrival in arrivals
        for number in (1, 2)
    )  # fmt: skip
    through = Request.pages.through
    by_arrival = {request.arrival_id: request for request in requests}
    through.objects.bulk_create(through(request_id=by_arrival[page.arrival_id].pk, page_id=page.pk) for page in pages)
    FieldRecord.objects.bulk_create(_fields(rng, requests), batch_size=4000)
    lines = [_line(rng, request) for request in requests]
    lines = LineRecord.objects.bulk_create(lines)
    Diagnosis.objects.bulk_create(
        Diagnosis(request=request, position=0, code="J44.9", value=_value("J44.9").to_record()) for request in requests
    )
    GapRecord.objects.bulk_create(_gaps(rng, requests))
    RouteRecord.objects.bulk_create(
        RouteRecord(
            request=request, line=line if whole else None, processor=request.processor, outcome="process",
            rule="dme.grid", reason=request.route_reason, trace=["the member is ours", "the code is DME"],
        )
        for request, line in zip(requests, lines, strict=True)
        for whole in (False, True)
    )  # fmt: skip
    DecisionRecord.objects.bulk_create(
        DecisionRecord(
            request=request, revision=1, made_at=now, cause="reading", values={}, route={}, priority=request.priority
        )
        for request in requests
    )
    AuditEvent.objects.bulk_create(
        AuditEvent(at=request.received_at, actor_name="machine", action=action, request=request, detail={})
        for request in requests
        for action in ("request.read", "request.moved", "request.released", "request.viewed")
    )
    _index(requests, pages)


def _index(requests: list[Request], pages: list[Page]) -> None:
    for page in pages:
        search.index_page(page.pk, " ".join(word[0] for word in page.reading["words"]))
    for request in requests:
        search.index_request(request)


def _request(rng: random.Random, arrival: Arrival, now: dt.datetime) -> Request:
    member, provider = people.member(rng), people.provider(rng)
    state = rng.choices([state for state, _ in STATES], [share for _, share in STATES])[0]
    waiting = state in {"needs_review", "unmatched"}
    code = rng.choice(CODES)
    return Request(
        reference=CaseReference.new().value, arrival=arrival, position=0, state=state,
        priority="urgent" if rng.random() < 0.07 else "routine", received_at=arrival.received_at,
        due_at=(now if waiting else arrival.received_at) + dt.timedelta(hours=rng.uniform(-20, 160)),
        due_rule="routine.7_calendar_days", processor=rng.choice(("CHME", "ALLIANCE_UM", "CFMG", "CHCN")),
        outcome="process", route_rule="dme.grid", route_reason="CHME decides this code by the grid.",
        clerk_gap_count=2 if waiting else 0, provider_gap_count=1 if state == "incomplete" else 0,
        member_last_name=member.last_name, member_first_name=member.first_name, member_id=member.cin,
        member_date_of_birth=member.date_of_birth.isoformat(), provider_name=provider.name, provider_npi=provider.npi,
        phones=f"+1{member.phone} +1{provider.phone} +1{provider.fax}", codes=code,
        facts={"type.boxes": "routine", "text.clinical": "yes"}, read_values=_READ,
        closed_at=now if state in {"closed", "decided", "not_ours", "merged", "withdrawn"} else None,
    )  # fmt: skip


def _value(text: str, *, sure: bool = True) -> FieldValue:
    status = FieldStatus.ACCEPTED if sure else FieldStatus.REVIEW
    return FieldValue(text, text, 0.99 if sure else 0.6, status, 1, None, Source.OCR)


_READ = json.loads(json.dumps(RequestValues((1, 2), {name: _value("x") for name in _FIELDS}).to_record()))


def _fields(rng: random.Random, requests: list[Request]) -> Iterator[FieldRecord]:
    for request in requests:
        doubtful = set(rng.sample(_FIELDS, 2)) if request.clerk_gap_count else set()
        for position, name in enumerate(_FIELDS):
            yield FieldRecord(
                request=request, name=name, position=position, value="Sample", raw="Sample",
                confidence=0.6 if name in doubtful else 0.99, status="review" if name in doubtful else "accepted",
                page_number=1, box=[0.1, 0.1, 0.3, 0.12], source="ocr",
            )  # fmt: skip


def _line(rng: random.Random, request: Request) -> LineRecord:
    code = request.codes
    line = Line(code=_value(code), description=_value("Equipment"), quantity=_value(str(rng.randint(1, 3))))
    return LineRecord(
        request=request, position=0, code=code, description="Equipment", quantity="1", parts=line.to_record()
    )


def _gaps(rng: random.Random, requests: list[Request]) -> Iterator[GapRecord]:
    for request in requests:
        number = request.clerk_gap_count + request.provider_gap_count
        for position, name in enumerate(islice(rng.sample(_FIELDS, 4), number)):
            audience = "clerk" if position < request.clerk_gap_count else "provider"
            yield GapRecord(
                request=request, position=position, field=name, reason="uncertain", audience=audience,
                message="It is not certain; compare it with the page.",
            )  # fmt: skip
