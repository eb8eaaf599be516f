"""Why something is, or is not, named: what each ledger says about one item, in words."""

import datetime as dt
from collections.abc import Iterator

from reconcile.ledger import Arrival, Call, Ledgers, Notice, Request
from reconcile.match import match_calls
from reconcile.night import find_differences
from reconcile.tolerance import Tolerances
from terms.dates import PACIFIC


def explain(ledgers: Ledgers, item: str, now: dt.datetime, tolerances: Tolerances | None = None) -> tuple[str, ...]:
    """Tell what every ledger says about an item as of ``now`` (aware), and what follows.

    Empty when nobody knows it. ``item`` is a difference's id (``overdue:2HY3-K7TC``) or what it is
    about: an arrival's id, a reference, a notice's key, a call's or a job's id.
    """
    chosen = tolerances or Tolerances()
    kind, _, rest = item.partition(":")
    found = find_differences(ledgers, now, chosen)
    about = rest if rest and any(d.kind.value == kind for d in found) else item
    told = list(dict.fromkeys(_told(ledgers, about, chosen)))
    named = [d for d in found if d.item == about or about in d.facts.values()]
    for d in named:
        facts = "".join(f"; {key} {value}" for key, value in d.facts.items() if value)
        told.append(
            f"Difference: {d.kind.value.replace('_', ' ')}, since {_at(d.since)}{facts}. {d.owner.value}: {d.action}"
        )
    if told and not named:
        told.append("Nothing about it differs.")
    return tuple(told)


def _told(ledgers: Ledgers, about: str, tolerances: Tolerances) -> Iterator[str]:
    arrivals = [a for a in ledgers.arrivals if about in {a.id, a.message_id, a.file, *a.requests}]
    requests = [r for r in ledgers.requests if about == r.reference or set(r.arrivals) & {a.id for a in arrivals}]
    references = {r.reference for r in requests} | {about}
    notices = [n for n in ledgers.notices if n.key == about or n.request in references]
    sent = [t for t in ledgers.transmissions if t.job == about or t.notice in {n.key for n in notices}]
    jobs = {t.job for t in sent} | {about}
    for call in ledgers.calls:
        if call.id == about or (call.job and call.job in jobs):
            yield f"Fax log: {_call(call)}"
    yield from _joined(ledgers, arrivals, tolerances)
    for mail in ledgers.mails:
        if mail.message_id in {a.message_id for a in arrivals} | {about}:
            where = f" in {mail.folder}" if mail.folder else ""
            flags = f", marked {' '.join(mail.flags)}" if mail.flags else ""
            waits = ", still to be taken" if mail.waits else ""
            yield f"Mailbox {mail.mailbox}: holds it{where}, received {_at(mail.at)}{flags}{waits}"
    for arrival in arrivals:
        yield f"Arrivals: {_arrival(arrival)}"
    for request in requests:
        yield f"Requests: {_request(request)}"
    for notice in notices:
        yield f"Notices: {_notice(notice)}"
    for t in sent:
        yield f"Transmissions: {t.notice} as job {t.job}, {_at(t.at)}, {t.outcome}"


def _joined(ledgers: Ledgers, arrivals: list[Arrival], tolerances: Tolerances) -> Iterator[str]:
    faxes = [a for a in ledgers.arrivals if a.channel == "fax"]
    asked = {a.id for a in arrivals if a.channel == "fax"}
    if not asked or not ledgers.has_calls:
        return
    received = [c for c in ledgers.calls if c.kind.value == "recv" and (c.pages > 0 or c.file)]
    pairs = {p.arrival.id: p for p in match_calls(received, faxes, tolerances).pairs}
    for id_ in sorted(asked):
        pair = pairs.get(id_)
        yield (
            f"Fax log: {_call(pair.call)}; joined to arrival {id_} by {pair.by}"
            if pair
            else (f"Fax log: no call fits arrival {id_}")
        )


def _call(call: Call) -> str:
    ended = f"ended badly: {call.reason}" if call.reason else "ended well"
    return f"{call.kind.value} {call.id} on {call.line}, {_at(call.at)}, {_pages(call.pages)}, {ended}"


def _arrival(arrival: Arrival) -> str:
    feeds = f", feeds {', '.join(arrival.requests)}" if arrival.requests else ", feeds no request"
    pages = "an unknown number of pages" if arrival.pages is None else _pages(arrival.pages)
    return (
        f"arrival {arrival.id} from {arrival.source}, {_at(arrival.received_at)}, {pages}, "
        f"{arrival.state.replace('_', ' ')}{feeds}"
    )


def _request(request: Request) -> str:
    due = f", due {_at(request.due_at)}" if request.due_at else ""
    routed = f", routed to {request.processor} {_at(request.routed_at)}" if request.routed_at else ", not routed"
    handed = "".join(
        f", handed over to {part.processor} {_at(part.at) if part.at else '(not yet)'}" for part in request.hand_overs
    )
    return (
        f"{request.reference} is {request.state.replace('_', ' ')}, received {_at(request.first_received_at)}{due}"
        f"{routed}{handed}"
    )


def _notice(notice: Notice) -> str:
    number = "to a verified number" if notice.verified else "to a number nobody verified"
    return f"{notice.key} is {notice.state}, made {_at(notice.made_at)}, {number}"


def _at(moment: dt.datetime) -> str:
    return f"{moment.astimezone(PACIFIC):%Y-%m-%d %H:%M} Pacific"


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count} pages"
