"""What became of it, checked: requests, routes, hand-overs, clocks, notices and their transmissions."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from reconcile.difference import Difference, DifferenceKind
from reconcile.ledger import Call, CallKind, HandOver, Ledgers, Notice, Request, Transmission
from reconcile.tolerance import Tolerances

K = DifferenceKind
_ASKING = "information_request"
_DELIVERED, _TAKEN, _PENDING = "delivered", "taken", "pending"
_ROUTED = frozenset({"routed", "handed_over", "decided", "closed"})
_OVER = frozenset({"decided", "closed", "withdrawn", "merged", "not_ours", "unmatched"})
_OUT = frozenset({"sent", "held", "delivered", "failed"})
_SECOND = dt.timedelta(seconds=1)


def check_worked(ledgers: Ledgers, now: dt.datetime, tolerances: Tolerances) -> Iterator[Difference]:
    """Every difference on the way from a request to its decision and to the provider."""
    arrivals = frozenset(arrival.id for arrival in ledgers.arrivals)
    notices: dict[str, list[Notice]] = defaultdict(list)
    for notice in ledgers.notices:
        notices[notice.request].append(notice)
    attempts: dict[str, list[Transmission]] = defaultdict(list)
    for transmission in ledgers.transmissions:
        attempts[transmission.notice].append(transmission)
    for request in ledgers.requests:
        if not arrivals.intersection(request.arrivals):
            yield Difference(K.REQUEST_WITHOUT_ARRIVAL, request.reference, request.first_received_at)
        yield from _route(request, now, tolerances)
        yield from _clock(request, now, tolerances)
        yield from _asked(request, notices.get(request.reference, ()), now, tolerances)
    for notice in ledgers.notices:
        yield from _delivery(notice, attempts.get(notice.key, ()), now, tolerances)
    if ledgers.has_calls:
        yield from _jobs(ledgers, now, tolerances)


def _route(request: Request, now: dt.datetime, tolerances: Tolerances) -> Iterator[Difference]:
    if request.state in _ROUTED and (request.processor is None or request.routed_at is None):
        yield Difference(K.REQUEST_WITHOUT_ROUTE, request.reference, request.first_received_at)
        return
    if request.routed_at is None or request.state not in _ROUTED:
        return
    late = now - request.routed_at > tolerances.hand_over
    if late and (not request.hand_overs or any(part.at is None for part in request.hand_overs)):
        facts = {"processor": request.processor or ""}
        yield Difference(K.ROUTED_NOT_HANDED_OVER, request.reference, request.routed_at, facts)
    waiting = [part for part in request.hand_overs if _unacknowledged(part, now, tolerances)]
    if waiting and request.decided_at is None:
        facts = {"processors": ", ".join(sorted(part.processor for part in waiting))}
        since = min(part.at for part in waiting if part.at is not None)
        yield Difference(K.HANDED_OVER_UNACKNOWLEDGED, request.reference, since, facts)


def _unacknowledged(part: HandOver, now: dt.datetime, tolerances: Tolerances) -> bool:
    overdue = part.at is not None and now - part.at > tolerances.acknowledge
    return overdue and part.needs_acknowledgement and part.acknowledged_at is None


def _clock(request: Request, now: dt.datetime, tolerances: Tolerances) -> Iterator[Difference]:
    started, due = request.clock_started_at, request.due_at
    if started is not None and abs(started - request.first_received_at) > _SECOND:
        facts = {"started": started.isoformat(), "received": request.first_received_at.isoformat()}
        yield Difference(K.CLOCK_INCONSISTENT, request.reference, request.first_received_at, facts)
    elif due is not None and started is not None and due <= started:
        yield Difference(K.CLOCK_INCONSISTENT, request.reference, started, {"due": due.isoformat()})
    if due is None:
        return
    if request.decided_at is not None:
        if request.decided_at > due:
            yield Difference(K.DECIDED_LATE, request.reference, due, {"decided": request.decided_at.isoformat()})
    elif request.state not in _OVER:
        if now > due:
            yield Difference(K.OVERDUE, request.reference, due)
        elif due - now <= tolerances.due_soon:
            yield Difference(K.DUE_SOON, request.reference, now, {"due": due.isoformat()})


def _asked(
    request: Request, notices: Sequence[Notice], now: dt.datetime, tolerances: Tolerances
) -> Iterator[Difference]:
    since = request.incomplete_since
    if request.state != "incomplete" or since is None or now - since <= tolerances.ask:
        return
    asked = [n for n in notices if n.kind == _ASKING and n.state in _OUT and n.made_at >= since - _SECOND]
    if not asked:
        yield Difference(K.INCOMPLETE_NOT_ASKED, request.reference, since)


def _delivery(
    notice: Notice, attempts: Sequence[Transmission], now: dt.datetime, tolerances: Tolerances
) -> Iterator[Difference]:
    delivered = [t for t in attempts if t.outcome == _DELIVERED]
    if len(delivered) > 1:
        last = max(t.at for t in delivered)
        yield Difference(K.SENT_TWICE, notice.key, last, {"times": str(len(delivered))})
    if delivered and not notice.verified:
        yield Difference(K.DELIVERED_UNVERIFIED, notice.key, min(t.at for t in delivered))
    taken = any(t.outcome == _TAKEN for t in attempts)
    if not delivered and not taken and notice.state in {"sent", "failed"} and now - notice.made_at > tolerances.deliver:
        facts = {"attempts": str(len(attempts)), "kind": notice.kind}
        yield Difference(K.ASKED_NOT_DELIVERED, notice.key, notice.made_at, facts)


def _jobs(ledgers: Ledgers, now: dt.datetime, tolerances: Tolerances) -> Iterator[Difference]:
    """Our transmissions against the fax server's own list of what it sent."""
    sent = [c for c in ledgers.calls if c.kind is CallKind.SEND and c.job]
    fine = Counter(c.job for c in sent if not c.reason and c.pages > 0)
    first: dict[str, Call] = {}
    for call in sorted(sent, key=lambda c: c.at):
        first.setdefault(call.job or "", call)
    gone = {c.job for c in ledgers.calls if c.kind is CallKind.UNSENT}
    ours = {t.job: t for t in ledgers.transmissions if t.by_line}
    for job, times in sorted(fine.items(), key=lambda item: str(item[0])):
        if times > 1 and job:
            yield Difference(K.JOB_SENT_TWICE, job, first[job].at, {"times": str(times)})
    for job, call in first.items():
        if job not in ours:
            yield Difference(K.LOGGED_NOT_SENT, job, call.at, {"line": call.line})
    yield from _unlogged(ours, fine, gone, now, tolerances)


def _unlogged(
    ours: Mapping[str, Transmission],
    fine: Mapping[str | None, int],
    gone: set[str | None],
    now: dt.datetime,
    tolerances: Tolerances,
) -> Iterator[Difference]:
    for job, transmission in ours.items():
        unheard = transmission.outcome == _DELIVERED and not fine.get(job)
        forgotten = transmission.outcome == _PENDING and job in gone and now - transmission.at > tolerances.deliver
        if unheard or forgotten:
            yield Difference(K.SENT_NOT_LOGGED, job, transmission.at, {"notice": transmission.notice})
