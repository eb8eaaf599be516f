"""What a notice says: the request's values and decision in the words of the provider's office.

Pure: the same values give the same data. It prints the minimum that the office needs to know which
patient and order is meant: initials, the last characters of the member's id, codes. Only the packet
for a processor (:mod:`outbound.packet`) and a member's letter (:mod:`outbound.compose_care`) say more.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

import barcode

from classify.reference import Reference
from outbound.notices import Contact, Decider, NoticeData, NoticeDue, NoticeGap, NoticeKind, NoticeLine
from terms.contact import FaxNumber, Phone
from terms.dates import PACIFIC
from terms.names import FIELD_LABELS, Priority, Processor, RequestType
from terms.requests import Clock, Decision, Gap, Line, Outcome, RequestValues, Route

_TYPES = {
    RequestType.ROUTINE: "Routine",
    RequestType.URGENT: "Urgent",
    RequestType.RETRO: "Retro",
    RequestType.STANDING_REFERRAL: "Standing referral",
    RequestType.PAD_ROUTINE: "Medication (PAD), routine",
    RequestType.PAD_URGENT: "Medication (PAD), urgent",
    RequestType.CHANGE: "Authorization change request",
}
NOT_READ = "not read"
_DESCRIPTION_LETTERS = 60
_ID_SHOWN = 3
_ANSWER_BEFORE_DUE = {Priority.URGENT: dt.timedelta(hours=24), Priority.ROUTINE: dt.timedelta(days=2)}
_LEAST_TO_ANSWER = dt.timedelta(hours=4)
_NOT_FROM_VALUES = frozenset(NoticeKind) - {
    NoticeKind.RECEIPT,
    NoticeKind.RECEIVED_AGAIN,
    NoticeKind.INFORMATION_REQUEST,
    NoticeKind.MISDIRECTED,
    NoticeKind.TRANSFER,
    NoticeKind.FORWARD,
}
_ANSWERED_BY_OTHERS = frozenset({NoticeKind.MISDIRECTED, NoticeKind.FORWARD})
_OWN_LETTERS = frozenset({Processor.DESK, Processor.SPLIT})


@dataclass(frozen=True, slots=True)
class Again:
    """When the same pages came: ``first``, and each time once more."""

    first: dt.datetime
    came: tuple[dt.datetime, ...]


def compose(
    kind: NoticeKind,
    values: RequestValues,
    decision: Decision,
    *,
    reference: str,
    revision: int,
    received_at: dt.datetime,
    issued_at: dt.datetime,
    sender: Contact,
    tables: Reference,
    destination: FaxNumber | None,
    supersedes: str = "",
    again: Again | None = None,
) -> NoticeData:
    """Give the data of a notice of ``kind`` for one request.

    ``reference`` is the request's own; ``received_at`` and ``issued_at`` are aware and printed in
    Pacific time; ``tables`` gives the processors' names and numbers; ``supersedes`` says in words
    which earlier notice this one takes the place of; ``again`` when the same pages came once more.
    Raises ValueError for an information request without a provider gap (nobody is asked for nothing),
    for a receipt of what did not come again, and for a kind that is not made from a request's values
    alone: those have their own modules.
    """
    if kind in _NOT_FROM_VALUES:
        raise ValueError(f"a notice of kind {kind.value} is not made from a request's values alone")
    asking = kind is NoticeKind.INFORMATION_REQUEST
    gaps = tuple(_gap(gap) for gap in decision.provider_gaps) if asking else ()
    if asking and not gaps:
        raise ValueError("an information request needs a gap that the provider can close")
    if kind is NoticeKind.RECEIVED_AGAIN and again is None:
        raise ValueError("nothing came again")
    routes = decision.line_routes or (decision.route,) * len(values.lines)
    codes = [line.code.value or NOT_READ for line in values.lines]
    return NoticeData(
        kind=kind,
        reference=reference,
        revision=revision,
        issued=issued_at.astimezone(PACIFIC).date().isoformat(),
        issued_text=moment(issued_at),
        received_text=moment(received_at, seconds=True),
        pages_received=len(values.pages),
        sender=printed_contact(sender),
        to_name=_addressee(values),
        to_fax=destination.display if destination else "",
        priority="Urgent" if decision.priority is Priority.URGENT else "Routine",
        request_type=_type(values),
        patient=patient(values),
        lines=tuple(_line(line, route, tables) for line, route in zip(values.lines, routes, strict=True)),
        diagnoses=tuple(d.value or NOT_READ for d in values.diagnoses),
        deciders=_deciders(routes or (decision.route,), codes, tables, sender),
        due=_due(decision.clock),
        clock_started=moment(decision.clock.started) if decision.clock else "",
        gaps=gaps,
        answer_by=_answer_by(decision, issued_at) if asking else "",
        supersedes=supersedes,
        barcode=code128(reference),
        reason=decision.route.reason if kind in _ANSWERED_BY_OTHERS else "",
        again="; ".join(moment(each) for each in again.came) if again else "",
        again_of=moment(again.first) if again else "",
    )


def printed_contact(sender: Contact) -> Contact:
    """The sender with every number as people print it."""
    return Contact(
        name=sender.name,
        phone=number_words(sender.phone),
        fax=number_words(sender.fax),
        hours=sender.hours,
        peer_phone=number_words(sender.peer_phone),
        peer_hours=sender.peer_hours,
        member_phone=number_words(sender.member_phone),
        member_tty=sender.member_tty,
    )


def code128(text: str) -> str:
    """The bars of a Code 128 barcode, a letter for each module: 1 is black."""
    return str(barcode.get("code128", text).build()[0])


def moment(moment: dt.datetime, *, seconds: bool = False) -> str:
    """A time as the office reads it: ``Mon, Nov 2, 2026, 4:58 PM Pacific``."""
    local = moment.astimezone(PACIFIC)
    hour, half = local.hour % 12 or 12, "AM" if local.hour < 12 else "PM"  # noqa: PLR2004  (noon)
    clock = f"{hour}:{local:%M:%S}" if seconds else f"{hour}:{local:%M}"
    return f"{local:%a, %b} {local.day}, {local.year}, {clock} {half} Pacific"


def number_words(text: str) -> str:
    """A number as people print it; what is no number stays as it is."""
    phone = Phone.parse(text)
    return phone.display if phone else text


def _addressee(values: RequestValues) -> str:
    return values.value("ordering_provider.name") or "Ordering provider's office"


def _type(values: RequestValues) -> str:
    value = values.value("request.type")
    return _TYPES[RequestType(value)] if value in {t.value for t in RequestType} else NOT_READ


def patient(values: RequestValues) -> str:
    """Initials and the end of the member's id: enough to find the chart, not enough to expose anyone."""
    names = (values.value("member.first_name"), values.value("member.last_name"))
    initials = "".join(f"{name.strip()[0].upper()}." for name in names if name and name.strip())
    member = values.value("member.id")
    ending = f"member ID ending {member[-_ID_SHOWN:]}" if member and len(member) > _ID_SHOWN else ""
    return ", ".join(part for part in (initials, ending) if part) or NOT_READ


def _line(line: Line, route: Route, tables: Reference) -> NoticeLine:
    modifiers = " ".join(m.value for m in line.modifiers if m.value)
    code = " ".join(part for part in (line.code.value or NOT_READ, modifiers) if part)
    description = line.description.value or line.description.raw or ""
    if len(description) > _DESCRIPTION_LETTERS:
        description = f"{description[: _DESCRIPTION_LETTERS - 1].rstrip()}\u2026"
    return NoticeLine(code, description, line.quantity.value or "", _decider_words(route, tables))


def _decider_words(route: Route, tables: Reference) -> str:
    if route.outcome is Outcome.NO_PA_REQUIRED:
        return "No authorization needed"
    if route.outcome is Outcome.NOT_OURS:
        return "Not decided here"
    office = tables.processors.get(route.processor)
    return office.name if office else "Being assigned"


def _deciders(routes: Iterable[Route], codes: list[str], tables: Reference, sender: Contact) -> tuple[Decider, ...]:
    """Each office that decides some line, once, with the codes that go there; our own desk where none is chosen yet."""
    found: dict[str, Decider] = {}
    items: dict[str, list[str]] = {}
    for number, route in enumerate(routes):
        office = tables.processors.get(route.processor)
        if office is None or route.processor in _OWN_LETTERS:
            one = Decider(f"{sender.name} (being assigned)", number_words(sender.phone), sender.hours)
        else:
            phone = number_words(office.phones[0]) if office.phones else ""
            fax = number_words(office.faxes[0]) if office.faxes else ""
            one = Decider(office.name, phone, office.hours, fax)
        found.setdefault(one.name, one)
        if number < len(codes):
            items.setdefault(one.name, []).append(codes[number])
    return tuple(replace(one, items=", ".join(items.get(name, ()))) for name, one in found.items())


def _due(clock: Clock | None) -> tuple[NoticeDue, ...]:
    if clock is None:
        return ()
    first = NoticeDue(moment(clock.due), _rule(clock.rule))
    return (first, *(NoticeDue(moment(other.due), _rule(other.rule)) for other in clock.other))


def _rule(rule: str) -> str:
    """A clock's rule in words: ``routine.7_calendar_days`` is ``7 calendar days``."""
    return rule.rpartition(".")[2].replace("_", " ")


def _gap(gap: Gap) -> NoticeGap:
    general = gap.field.split("[", 1)[0]
    part = gap.field.rpartition(".")[2] if "]" in gap.field else ""
    name = f"{general}.{part}" if part and f"{general}.{part}" in FIELD_LABELS else general
    return NoticeGap(gap.label or FIELD_LABELS.get(gap.field) or FIELD_LABELS.get(name, "Other"), gap.message)


def _answer_by(decision: Decision, issued_at: dt.datetime) -> str:
    """By when the answer still helps: a day or two before the due date, at least some hours from now."""
    if decision.clock is None:
        return ""
    wanted = decision.clock.due - _ANSWER_BEFORE_DUE[decision.priority]
    return moment(min(decision.clock.due, max(wanted, issued_at + _LEAST_TO_ANSWER)))
