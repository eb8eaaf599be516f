"""What came in, checked: the fax server's log and the mailboxes against the arrivals, and these among themselves."""

import datetime as dt
from collections.abc import Iterator

from reconcile.difference import Difference, DifferenceKind
from reconcile.ledger import Arrival, Call, CallKind, Ledgers
from reconcile.match import match_calls
from reconcile.tolerance import Tolerances

K = DifferenceKind


def check_received(ledgers: Ledgers, now: dt.datetime, tolerances: Tolerances) -> Iterator[Difference]:
    """Every difference on the way from the telephone line or mailbox to a request."""
    if ledgers.has_calls:
        yield from _calls(ledgers, now, tolerances)
    if ledgers.has_mails:
        yield from _mails(ledgers, now, tolerances)
    known = {arrival.id for arrival in ledgers.arrivals}
    references = frozenset(request.reference for request in ledgers.requests)
    for arrival in ledgers.arrivals:
        yield from _arrival(arrival, known, now, tolerances)
        yield from _answer(arrival, references, now, tolerances)


def _calls(ledgers: Ledgers, now: dt.datetime, tolerances: Tolerances) -> Iterator[Difference]:
    received = [c for c in ledgers.calls if c.kind is CallKind.RECV]
    with_pages = [c for c in received if c.pages > 0 or c.file]
    faxes = [a for a in ledgers.arrivals if a.channel == "fax"]
    matching = match_calls(with_pages, faxes, tolerances)
    for pair in matching.pairs:
        if pair.arrival.pages is not None and pair.arrival.pages != pair.call.pages:
            facts = {"logged": str(pair.call.pages), "stored": str(pair.arrival.pages), "call": pair.call.id}
            yield Difference(K.PAGES_DIFFER, pair.arrival.id, pair.arrival.received_at, facts)
    for call in matching.calls_left:
        if now - _end(call) > tolerances.ingest:
            facts = {"line": call.line, "pages": str(call.pages), "file": call.file or ""}
            yield Difference(K.RECEIVED_NOT_INGESTED, call.id, call.at, facts)
    for arrival in matching.arrivals_left:
        if now - arrival.received_at > tolerances.ingest:
            yield Difference(K.INGESTED_NOT_LOGGED, arrival.id, arrival.received_at, {"line": arrival.line})
    yield from _rings(ledgers, received, tolerances)


def _end(call: Call) -> dt.datetime:
    return call.at + dt.timedelta(seconds=call.seconds)


def _rings(ledgers: Ledgers, received: list[Call], tolerances: Tolerances) -> Iterator[Difference]:
    """Calls of providers we know that brought no page, unless the same number got through soon after."""
    empty = [c for c in received if c.pages == 0 and not c.file]
    answered = {c.id.partition(":")[0] for c in received}
    empty += [
        c for c in ledgers.calls if c.kind is CallKind.CALL and c.reason and c.id.partition(":")[0] not in answered
    ]
    through: dict[str, list[dt.datetime]] = {}
    for call in received:
        if call.pages > 0 and call.number:
            through.setdefault(call.number, []).append(call.at)
    for call in empty:
        if call.number is None or call.number not in ledgers.known_numbers:
            continue
        again = any(call.at <= at <= call.at + tolerances.quarantine for at in through.get(call.number, ()))
        if not again:
            yield Difference(K.RING_WITHOUT_DOCUMENT, call.id, call.at, {"line": call.line})


def _mails(ledgers: Ledgers, now: dt.datetime, tolerances: Tolerances) -> Iterator[Difference]:
    arrived = {a.message_id: a for a in ledgers.arrivals if a.channel == "mail" and a.message_id}
    seen = {mail.message_id for mail in ledgers.mails}
    since = ledgers.mails_since
    for mail in ledgers.mails:
        if now - mail.at <= tolerances.ingest or (since is not None and mail.at < since):
            continue
        facts = {"folder": mail.folder, "flags": " ".join(mail.flags)} if mail.folder else {}
        arrival = arrived.get(mail.message_id)
        if arrival is None:
            yield Difference(K.MAIL_NOT_INGESTED, f"{mail.mailbox}/{mail.message_id}", mail.at, facts)
        elif mail.waits and now - arrival.received_at > tolerances.ingest:
            yield Difference(K.MAIL_NOT_PUT_AWAY, arrival.id, mail.at, facts)
    for message, arrival in arrived.items():
        if message not in seen and (since is None or arrival.received_at >= since):
            yield Difference(K.MAIL_NOT_IN_MAILBOX, arrival.id, arrival.received_at)


def _arrival(arrival: Arrival, known: set[str], now: dt.datetime, tolerances: Tolerances) -> Iterator[Difference]:
    age = now - arrival.received_at
    if arrival.state == "in_progress" and age > tolerances.progress:
        yield Difference(K.STUCK_IN_PROGRESS, arrival.id, arrival.received_at)
    if arrival.state == "quarantined" and arrival.attended_at is None and age > tolerances.quarantine:
        yield Difference(K.QUARANTINED_UNATTENDED, arrival.id, arrival.received_at)
    if arrival.state == "duplicate" and (arrival.duplicate_of is None or arrival.duplicate_of not in known):
        yield Difference(K.DUPLICATE_OF_NOTHING, arrival.id, arrival.received_at)
    if arrival.state == "processed" and arrival.asks and not arrival.requests:
        yield Difference(K.READ_IN_NO_REQUEST, arrival.id, arrival.received_at)
    if arrival.sha256_now is not None and arrival.sha256_now != arrival.sha256:
        yield Difference(K.BYTES_CHANGED, arrival.id, arrival.received_at)


def _answer(
    arrival: Arrival, references: frozenset[str], now: dt.datetime, tolerances: Tolerances
) -> Iterator[Difference]:
    """An answer names a request of ours and is not joined to it."""
    named = arrival.reply_to
    if named is None or named in arrival.requests or arrival.state == "duplicate":
        return
    if named in references and now - arrival.received_at > tolerances.join:
        yield Difference(K.ANSWERED_NOT_JOINED, arrival.id, arrival.received_at, {"request": named})
