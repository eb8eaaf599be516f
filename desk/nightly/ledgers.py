"""Our own ledgers, out of the records: arrivals, requests, notices, transmissions. Ids only."""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import F, Min, Q, QuerySet

from desk.errors import StorageError
from desk.lifecycle import OPEN_STATES, NoticeState, RequestState, TransmissionState
from desk.nightly.logs import Outside
from desk.records.models import (
    Acknowledgement,
    Arrival,
    AuditEvent,
    HandOver,
    JoinedPaper,
    Notice,
    Provider,
    Request,
    RequestPart,
    Transmission,
)
from desk.storage import ORIGINALS, open_stored
from ingest.mailbox.letter import LetterKey
from outbound.handover import Way
from reconcile import ledger
from terms.contact import Phone
from terms.names import ArrivalState

REHASH_DAYS = 28
"""Every original is read again and hashed once in so many nights; those of the last day each night."""

_CHUNK = 1 << 20
_LOST = "lost"
_LOOKS = ("arrival.viewed", "arrival.original_opened")
_OUTCOMES = {TransmissionState.DELIVERED: "delivered", TransmissionState.FAILED: "failed"}


def our_ledgers(start: dt.datetime, now: dt.datetime, outside: Outside) -> ledger.Ledgers:
    """Gather what was received from ``start`` to ``now`` (aware), and everything older that is still open."""
    arrivals = Arrival.objects.filter(received_at__lte=now).filter(
        Q(received_at__gte=start)
        | Q(state__in=[ArrivalState.IN_PROGRESS, ArrivalState.QUARANTINED])
        | Q(requests__state__in=OPEN_STATES)
    )
    requests = Request.objects.filter(received_at__lte=now).filter(Q(received_at__gte=start) | Q(state__in=OPEN_STATES))
    notices = Notice.objects.filter(created_at__lte=now).filter(
        Q(created_at__gte=start) | Q(state__in=[NoticeState.DRAFTED, NoticeState.HELD])
    )
    return ledger.Ledgers(
        arrivals=tuple(_arrivals(list(arrivals.distinct()), now, outside)),
        requests=tuple(_requests(list(requests.defer("read_values", "facts", "tables")))),
        notices=tuple(_notices(notices)),
        transmissions=tuple(_transmissions(notices, outside)),
        calls=outside.calls,
        mails=outside.mails,
        has_calls=bool(outside.logged_sources),
        has_mails=bool(outside.listed_sources),
        known_numbers=_known_numbers(),
        mails_since=outside.mails_since,
    )


def _arrivals(rows: list[Arrival], now: dt.datetime, outside: Outside) -> Iterable[ledger.Arrival]:
    ids = [row.pk for row in rows]
    fed: dict[int, set[str]] = defaultdict(set)
    for arrival, reference in Request.objects.filter(arrival__in=ids).values_list("arrival", "reference"):
        fed[arrival].add(reference)
    named: dict[int, str] = {}
    papers = JoinedPaper.objects.filter(paper__arrival__in=ids, act__undone_at=None).select_related("paper", "target")
    for paper in papers:
        if paper.target is not None:
            fed[paper.paper.arrival_id].add(paper.target.reference)
        elif len(paper.candidates) == 1:
            named[paper.paper.arrival_id] = str(paper.candidates[0])
    attended = dict(
        AuditEvent.objects.filter(arrival__in=ids, actor__isnull=False)
        .exclude(action__in=_LOOKS)
        .order_by()
        .values_list("arrival")
        .annotate(first=Min("at"))
    )
    for row in rows:
        call = row.facts.get("call") or {}
        yield ledger.Arrival(
            id=str(row.pk),
            source=row.source,
            channel="fax" if row.source in outside.logged_sources else "mail" if row.channel == "mail" else "file",
            received_at=row.received_at,
            state=row.state,
            line=row.source,
            pages=call.get("pages") or row.page_count,
            number=call.get("caller_id"),
            tsi=call.get("tsi"),
            file=row.file_name or None,
            message_id=_message(row) if row.source in outside.listed_sources else None,
            duplicate_of=str(row.duplicate_of_id) if row.duplicate_of_id else None,
            attended_at=attended.get(row.pk),
            sha256=row.sha256,
            sha256_now=_hash_now(row) if _is_due(row, now) else None,
            requests=tuple(sorted(fed.get(row.pk, ()))),
            reply_to=named.get(row.pk),
            asks=not (row.note or row.finished_at is None or _is_answered_for(row)),
        )


def _is_answered_for(row: Arrival) -> bool:
    """Whether an arrival rightly feeds no request: it told of something we sent, or nobody has to act on it."""
    mail = row.facts.get("mail") or {}
    return bool(mail.get("auto_submitted") or row.facts.get("ours") or row.facts.get("answers"))


def _message(row: Arrival) -> str | None:
    key = LetterKey.parse(row.pickup_key.removeprefix(f"{row.source}:"))
    return key.message or None if key else None


def _is_due(row: Arrival, now: dt.datetime) -> bool:
    return now - row.received_at <= dt.timedelta(days=1) or row.pk % REHASH_DAYS == now.toordinal() % REHASH_DAYS


def _hash_now(row: Arrival) -> str:
    digest = hashlib.sha256()
    try:
        with open_stored(ORIGINALS, row.original) as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except (StorageError, OSError):
        return _LOST
    return digest.hexdigest()


def _requests(rows: list[Request]) -> Iterable[ledger.Request]:
    ids = [row.pk for row in rows]
    feeding: dict[int, set[int]] = defaultdict(set)
    papers = JoinedPaper.objects.filter(target__in=ids, act__undone_at=None).values_list("target", "paper__arrival")
    for target, arrival in papers:
        feeding[target].add(arrival)
    moved: dict[int, dict[str, dt.datetime]] = defaultdict(dict)
    events = AuditEvent.objects.filter(request__in=ids, action__in=("request.moved", "request.read")).order_by("at")
    for request, at, detail in events.values_list("request", "at", "detail"):
        moved[request][str(detail.get("to") or detail.get("state") or "")] = at
    handed: dict[int, list[HandOver]] = defaultdict(list)
    for part in HandOver.objects.filter(request__in=ids, revision=F("request__revision")):
        handed[part.request_id].append(part)
    numbers = {(p.request_id, p.processor): p.number for p in RequestPart.objects.filter(request__in=ids)}
    acknowledged = {(a.reference, a.processor): a.at for a in Acknowledgement.objects.all()}
    for row in rows:
        times = moved[row.pk]
        yield ledger.Request(
            reference=row.reference,
            state=row.state,
            first_received_at=row.received_at,
            arrivals=tuple(str(pk) for pk in sorted({row.arrival_id, *feeding[row.pk]})),
            clock_started_at=row.clock_started_at,
            due_at=row.due_at,
            processor=row.processor or None,
            routed_at=row.routed_at,
            hand_overs=tuple(
                ledger.HandOver(
                    part.processor,
                    part.done_at,
                    acknowledged.get((row.reference, part.processor))
                    or acknowledged.get((f"{row.reference}-{numbers.get((row.pk, part.processor))}", part.processor)),
                    needs_acknowledgement=part.way != Way.QUEUE,
                )
                for part in handed[row.pk]
            ),
            incomplete_since=times.get(RequestState.INCOMPLETE.value, row.changed_at),
            decided_at=times.get(RequestState.DECIDED.value),
        )


def _notices(rows: QuerySet[Notice]) -> Iterable[ledger.Notice]:
    for row in rows.select_related("request", "arrival"):
        yield ledger.Notice(
            key=row.key,
            request=row.request.reference if row.request else f"arrival {row.arrival_id}",
            kind=row.kind,
            state=row.state,
            made_at=row.created_at,
            destination=row.destination or None,
            verified=row.verified or bool(row.vouched_by),
        )


def _transmissions(notices: Iterable[Notice], outside: Outside) -> Iterable[ledger.Transmission]:
    for row in Transmission.objects.filter(notice__in=notices).select_related("notice"):
        job = str(row.receipt.get("job") or row.key)
        yield ledger.Transmission(
            notice=row.notice.key,
            job=job,
            at=row.submitted_at or row.intended_at,
            outcome=_OUTCOMES.get(TransmissionState(row.state), "taken" if row.finished_at else "pending"),
            destination=row.destination or None,
            by_line=bool(outside.logged_sources) and row.transport == "hylafax",
        )


def _known_numbers() -> frozenset[str]:
    """Fax and phone numbers of the directory, by which a ring without a document is a provider's."""
    found: set[str] = set()
    for pair in Provider.objects.values_list("fax", "phone"):
        found |= {phone.number for phone in map(Phone.parse, pair) if phone}
    return frozenset(found)
