"""An invented month of a fax line and a mailbox, in perfect order, and every fault that can be put into it."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from reconcile.difference import DifferenceKind as K
from reconcile.ledger import (
    Arrival,
    Call,
    CallKind,
    HandOver,
    Ledgers,
    MailSeen,
    Notice,
    Request,
    Transmission,
)

START = dt.datetime(2026, 11, 1, 8, 0, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 12, 1, 8, 0, tzinfo=dt.UTC)
_SECOND, _MINUTE, _HOUR = dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(hours=1)


@dataclass
class Month:
    """The ledgers as lists that a fault can change; ``expected`` collects the ids that must be named."""

    rng: random.Random
    arrivals: dict[str, Arrival] = field(default_factory=dict)
    requests: dict[str, Request] = field(default_factory=dict)
    notices: dict[str, Notice] = field(default_factory=dict)
    transmissions: list[Transmission] = field(default_factory=list)
    calls: dict[str, Call] = field(default_factory=dict)
    mails: dict[str, MailSeen] = field(default_factory=dict)
    numbers: list[str] = field(default_factory=list)
    expected: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)

    def ledgers(self) -> Ledgers:
        """The ledgers, each in an order of its own."""

        def shuffled(items: list[object]) -> tuple[object, ...]:
            self.rng.shuffle(items)
            return tuple(items)

        return Ledgers(
            arrivals=shuffled(list(self.arrivals.values())),
            requests=shuffled(list(self.requests.values())),
            notices=shuffled(list(self.notices.values())),
            transmissions=shuffled(list(self.transmissions)),
            calls=shuffled(list(self.calls.values())),
            mails=shuffled(list(self.mails.values())),
            known_numbers=frozenset(self.numbers),
        )

    def pick(self, pool: dict[str, object], fits: Callable[[object], bool]) -> object:
        """One entry that fits and that no other fault has touched, with everything that hangs on it."""
        keys = sorted(pool)
        while True:
            key = self.rng.choice(keys)
            family = _family(key)
            if family not in self.used and fits(pool[key]):
                self.used.add(family)
                return pool[key]

    def expect(self, kind: K, item: str) -> None:
        """Say that this difference must be named."""
        self.expected.add(f"{kind.value}:{item}")


def _family(key: str) -> str:
    """The number that an arrival, its call, request, notices and jobs share."""
    return "".join(c for c in key.partition(":")[0] if c.isdigit())


def ordered_month(count: int, seed: int) -> Month:
    """A month of ``count`` arrivals where every ledger agrees with every other."""
    month = Month(random.Random(seed))
    month.numbers = [f"+1510555{n:04d}" for n in range(100, 400)]
    step = (NOW - START - 72 * _HOUR) / count
    for n in range(count):
        _one(month, n, START + n * step)
    return month


def _one(month: Month, n: int, at: dt.datetime) -> None:
    rng = month.rng
    mail = rng.random() < 0.2
    number = rng.choice(month.numbers)
    pages = rng.randint(1, 9)
    modem = f"ttyS{n % 8}"  # a line takes one call at a time
    received = at + (0 if mail else pages * 30 + rng.random() * 60) * _SECOND
    request = f"R{n:06d}"
    state = rng.choices(["processed", "duplicate", "quarantined"], [92, 4, 4])[0]
    if n < 2:
        state = "processed"
    arrival = Arrival(
        id=f"A{n:06d}",
        source="mail" if mail else "line-1",
        channel="mail" if mail else "fax",
        received_at=received,
        state=state,
        line="" if mail else modem,
        pages=pages,
        number=None if mail or rng.random() < 0.2 else number,
        file=None if mail or rng.random() < 0.5 else f"fax{n:09d}.tif",
        message_id=f"<m{n:06d}@example.org>" if mail else None,
        duplicate_of="A000000" if state == "duplicate" else None,
        attended_at=received + _HOUR if state == "quarantined" else None,
        sha256=f"{n:064x}",
        sha256_now=f"{n:064x}",
        requests=(request,) if state == "processed" else (),
    )
    month.arrivals[arrival.id] = arrival
    if mail:
        month.mails[f"m{n:06d}"] = MailSeen("orders", f"<m{n:06d}@example.org>", at)
    else:
        logged = at.replace(second=0, microsecond=0)
        call = Call(f"{n:09d}:recv", CallKind.RECV, logged, modem, number, None, pages, pages * 30, arrival.file)
        month.calls[call.id] = call
    if state == "processed":
        _work(month, n, request, arrival)


def _work(month: Month, n: int, name: str, arrival: Arrival) -> None:
    rng = month.rng
    received = arrival.received_at
    decided = received + rng.uniform(2, 60) * _HOUR
    state = rng.choice(["decided", "closed", "incomplete"]) if n > 1 else "decided"
    month.requests[name] = Request(
        reference=name,
        state=state,
        first_received_at=received,
        arrivals=(arrival.id,),
        clock_started_at=received,
        due_at=received + (120 if state != "incomplete" else 24 * 60) * _HOUR,
        processor="CHME",
        routed_at=received + _MINUTE if state != "incomplete" else None,
        hand_overs=(HandOver("CHME", received + 2 * _MINUTE, received + _HOUR),) if state != "incomplete" else (),
        incomplete_since=received + _MINUTE if state == "incomplete" else None,
        decided_at=decided if state != "incomplete" else None,
    )
    kind = "information_request" if state == "incomplete" else "receipt"
    key = f"{name}:1:{kind}"
    made = received + 2 * _MINUTE
    number = rng.choice(month.numbers)
    month.notices[key] = Notice(key, name, kind, "sent", made, number)
    if rng.random() < 0.1:
        _attempt(month, f"J{n:06d}0", key, made + _MINUTE, number, "failed")
    _attempt(month, f"J{n:06d}", key, made + 10 * _MINUTE, number, "delivered")


def _attempt(  # noqa: PLR0917  (one for each column of the ledger)
    month: Month, job: str, key: str, at: dt.datetime, number: str, outcome: str
) -> None:
    month.transmissions.append(Transmission(key, job, at, outcome, number))
    reason = "" if outcome == "delivered" else "Busy signal detected"
    call = Call(f"{job}:send", CallKind.SEND, at, "ttyS1", number, None, 2 if not reason else 0, 60, None, job, reason)
    month.calls[call.id] = call


def _is_fax(item: object) -> bool:
    return isinstance(item, Arrival) and item.channel == "fax" and item.state == "processed" and item.id > "A000001"


def _fax_call(month: Month, arrival: Arrival) -> Call:
    return month.calls[f"{int(arrival.id[1:]):09d}:recv"]


def lose_fax(month: Month) -> None:
    """The fax server took it and it never came in: its arrival and what hung on it are not there."""
    arrival = month.pick(month.arrivals, _is_fax)
    call = _fax_call(month, arrival)
    name = arrival.requests[0]
    del month.arrivals[arrival.id]
    del month.requests[name]
    for key in [k for k, notice in month.notices.items() if notice.request == name]:
        del month.notices[key]
    gone = {t.job for t in month.transmissions if t.notice.startswith(name)}
    month.transmissions = [t for t in month.transmissions if t.job not in gone]
    for job in gone:
        del month.calls[f"{job}:send"]
    month.expect(K.RECEIVED_NOT_INGESTED, call.id)


def lose_log_line(month: Month) -> None:
    """It came in and the log does not know it."""
    arrival = month.pick(month.arrivals, _is_fax)
    del month.calls[_fax_call(month, arrival).id]
    month.expect(K.INGESTED_NOT_LOGGED, arrival.id)


def lose_one_and_slip_in_one(month: Month) -> None:
    """Two faults that cancel each other in the sums: one fax lost, another come in past the log."""
    lose_fax(month)
    lose_log_line(month)


def drop_page(month: Month) -> None:
    """The log counted a page more than was stored."""
    arrival = month.pick(month.arrivals, _is_fax)
    call = _fax_call(month, arrival)
    month.calls[call.id] = replace(call, pages=call.pages + 1)
    month.expect(K.PAGES_DIFFER, arrival.id)


def ring(month: Month) -> None:
    """A known provider's call brought no page and nobody got through from there afterwards."""
    n = 9_000_000 + len(month.expected)
    at = month.rng.uniform(0.3, 0.7) * (NOW - START) + START
    number = f"+1510556{len(month.expected):04d}"
    month.numbers.append(number)
    call = Call(f"{n:09d}:recv", CallKind.RECV, at, "ttyS0", number, None, 0, 20, None, None, "T.30 T2 timeout")
    month.calls[call.id] = call
    month.expect(K.RING_WITHOUT_DOCUMENT, call.id)


def lose_mail(month: Month) -> None:
    """A mail lies in the mailbox and never came in."""
    n = 8_000_000 + len(month.expected)
    mail = MailSeen("orders", f"<m{n}@example.org>", START + 200 * _HOUR)
    month.mails[f"m{n}"] = mail
    month.expect(K.MAIL_NOT_INGESTED, f"orders/{mail.message_id}")


def remove_mail(month: Month) -> None:
    """Somebody removed from the mailbox what had come in."""
    arrival = month.pick(month.arrivals, lambda a: a.channel == "mail" and a.id > "A000001")
    del month.mails[f"m{int(arrival.id[1:]):06d}"]
    month.expect(K.MAIL_NOT_IN_MAILBOX, arrival.id)


def leave_mail(month: Month) -> None:
    """What had come in still waits in the mailbox: moving it fails."""
    arrival = month.pick(month.arrivals, lambda a: a.channel == "mail" and a.id > "A000001")
    key = f"m{int(arrival.id[1:]):06d}"
    month.mails[key] = replace(month.mails[key], waits=True, folder="INBOX", flags=("seen",))
    month.expect(K.MAIL_NOT_PUT_AWAY, arrival.id)


def _change_arrival(kind: K, fits: Callable[[Arrival], bool], **changes: object) -> Callable[[Month], None]:
    def fault(month: Month) -> None:
        arrival = month.pick(month.arrivals, lambda a: a.id > "A000001" and fits(a))
        month.arrivals[arrival.id] = replace(arrival, **changes)
        month.expect(kind, arrival.id)

    return fault


def _change_request(
    kind: K, fits: Callable[[Request], bool], change: Callable[[Request], Request]
) -> Callable[[Month], None]:
    def fault(month: Month) -> None:
        request = month.pick(month.requests, lambda r: r.reference > "R000001" and fits(r))
        month.requests[request.reference] = change(request)
        month.expect(kind, request.reference)

    return fault


def _decided(request: Request) -> bool:
    return request.state == "decided"


def _incomplete(request: Request) -> bool:
    return request.state == "incomplete"


def _open_handed(request: Request, **changes: object) -> Request:
    return replace(request, state="handed_over", decided_at=None, due_at=NOW + 100 * _HOUR, **changes)


def forget_reply(month: Month) -> None:
    """An answer names our request and was not joined to it."""
    arrival = month.pick(month.arrivals, _is_fax)
    month.arrivals[arrival.id] = replace(arrival, reply_to="R000000")
    month.expect(K.ANSWERED_NOT_JOINED, arrival.id)


def forget_to_ask(month: Month) -> None:
    """Incomplete, and nobody was asked."""
    request = month.pick(month.requests, lambda r: _incomplete(r) and r.reference > "R000001")
    key = f"{request.reference}:1:information_request"
    month.notices[key] = replace(month.notices[key], kind="receipt")
    month.expect(K.INCOMPLETE_NOT_ASKED, request.reference)


def fail_delivery(month: Month) -> None:
    """The fax to the provider never got through."""
    request = month.pick(month.requests, lambda r: r.reference > "R000001")
    for place, t in enumerate(month.transmissions):
        if t.notice.startswith(request.reference) and t.outcome == "delivered":
            month.transmissions[place] = replace(t, outcome="failed")
            call = month.calls[f"{t.job}:send"]
            month.calls[call.id] = replace(call, reason="No answer", pages=0)
            month.expect(K.ASKED_NOT_DELIVERED, t.notice)


def deliver_unverified(month: Month) -> None:
    """A notice went to a number that nobody had verified."""
    notice = month.pick(month.notices, lambda n: n.request > "R000001")
    month.notices[notice.key] = replace(notice, verified=False)
    month.expect(K.DELIVERED_UNVERIFIED, notice.key)


def send_twice(month: Month) -> None:
    """The same notice was delivered by two jobs."""
    notice = month.pick(month.notices, lambda n: n.request > "R000001")
    _attempt(
        month, f"J{notice.request[1:]}9", notice.key, notice.made_at + _HOUR, notice.destination or "", "delivered"
    )
    month.expect(K.SENT_TWICE, notice.key)


def run_job_twice(month: Month) -> None:
    """The fax server sent one job twice."""
    notice = month.pick(month.notices, lambda n: n.request > "R000001")
    job = f"J{notice.request[1:]}"
    call = month.calls[f"{job}:send"]
    month.calls[f"{job}x:send"] = replace(call, id=f"{job}x:send", at=call.at + _HOUR)
    month.expect(K.JOB_SENT_TWICE, job)


def unlog_job(month: Month) -> None:
    """We hold a notice to be delivered and the fax server never sent it."""
    notice = month.pick(month.notices, lambda n: n.request > "R000001")
    job = f"J{notice.request[1:]}"
    del month.calls[f"{job}:send"]
    month.expect(K.SENT_NOT_LOGGED, job)


def send_unasked(month: Month) -> None:
    """The fax server sent something that was not ours."""
    job = f"K{len(month.expected):06d}"
    call = Call(f"{job}:send", CallKind.SEND, START + 100 * _HOUR, "ttyS1", "+15105550199", None, 3, 60, None, job)
    month.calls[call.id] = call
    month.expect(K.LOGGED_NOT_SENT, job)


FAULTS: dict[str, Callable[[Month], None]] = {
    "lose_fax": lose_fax,
    "lose_log_line": lose_log_line,
    "lose_one_and_slip_in_one": lose_one_and_slip_in_one,
    "drop_page": drop_page,
    "ring": ring,
    "lose_mail": lose_mail,
    "remove_mail": remove_mail,
    "leave_mail": leave_mail,
    "stuck": _change_arrival(K.STUCK_IN_PROGRESS, lambda a: a.state == "quarantined", state="in_progress"),
    "unattended": _change_arrival(K.QUARANTINED_UNATTENDED, lambda a: a.state == "quarantined", attended_at=None),
    "orphan_duplicate": _change_arrival(K.DUPLICATE_OF_NOTHING, lambda a: a.state == "duplicate", duplicate_of="A9"),
    "no_request": _change_arrival(K.READ_IN_NO_REQUEST, lambda a: a.state == "quarantined", state="processed"),
    "bytes": _change_arrival(K.BYTES_CHANGED, lambda a: a.state == "processed", sha256_now="f" * 64),
    "no_arrival": _change_request(K.REQUEST_WITHOUT_ARRIVAL, _decided, lambda r: replace(r, arrivals=("A9",))),
    "forget_reply": forget_reply,
    "no_route": _change_request(K.REQUEST_WITHOUT_ROUTE, _decided, lambda r: replace(r, processor=None)),
    "not_handed": _change_request(
        K.ROUTED_NOT_HANDED_OVER, _decided, lambda r: replace(r, hand_overs=(HandOver("CHME"),))
    ),
    "no_ack": _change_request(
        K.HANDED_OVER_UNACKNOWLEDGED,
        _decided,
        lambda r: _open_handed(r, hand_overs=(HandOver("CFMG", r.first_received_at),)),
    ),
    "forget_to_ask": forget_to_ask,
    "fail_delivery": fail_delivery,
    "deliver_unverified": deliver_unverified,
    "send_twice": send_twice,
    "run_job_twice": run_job_twice,
    "unlog_job": unlog_job,
    "send_unasked": send_unasked,
    "due_soon": _change_request(K.DUE_SOON, _incomplete, lambda r: replace(r, due_at=NOW + 5 * _HOUR)),
    "overdue": _change_request(K.OVERDUE, _incomplete, lambda r: replace(r, due_at=NOW - _HOUR)),
    "decided_late": _change_request(
        K.DECIDED_LATE, _decided, lambda r: replace(r, decided_at=(r.due_at or NOW) + _HOUR)
    ),
    "clock": _change_request(
        K.CLOCK_INCONSISTENT, _decided, lambda r: replace(r, clock_started_at=r.first_received_at + 9 * _HOUR)
    ),
}


@pytest.fixture(scope="session")
def now() -> dt.datetime:
    """The morning after the invented month."""
    return NOW


@pytest.fixture(scope="session")
def faults() -> dict[str, Callable[[Month], None]]:
    """Every fault by name; each changes a month and says what must be found."""
    return FAULTS


@pytest.fixture(scope="session")
def month_of() -> Callable[[int, int], Month]:
    """Makes a month of so many arrivals from a seed."""
    return ordered_month
