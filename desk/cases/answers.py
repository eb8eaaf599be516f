"""What a mail answers: one of our own mails or notices, found by our Message-ID or our reference.

Bounces and automatic replies are tied to what they answer, a person's answer joins its request, and
what we sent ourselves is no work when it comes back. Nothing here sends anything, so no loop can form.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from desk.cases.acknowledging import acknowledge
from desk.cases.actor import MACHINE
from desk.cases.arrivals import finish, lock_arrival, quarantine, record_kinds
from desk.cases.audit import note
from desk.cases.results import bounced
from desk.records.models import Arrival, HandOver, MailDraft, Request, Transmission
from desk.records.models.mail_drafts import DraftState
from outbound.lines.mail import OUR_NAME
from terms.errors import Problem
from terms.names import ArrivalState, PageKind, Processor
from terms.reference import CaseReference
from terms.requests import RequestValues

OUR_OWN = Problem(
    "desk.our_own", "One of our own messages came back; look at why it was sent to a line or mailbox that Inlet reads."
)
BOUNCED = Problem(
    "desk.bounced",
    "One of our mails could not be delivered; reach the office by fax or telephone, and correct the address.",
)
ANSWER_TO_LOOK_AT = Problem(
    "desk.answer", "This answers one of our messages and holds nothing that a machine can use. Read it and act on it."
)
_SIGNS = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{4}-[A-Za-z0-9]{4}(?![A-Za-z0-9])")
_OUR_NUMBER = re.compile(r"\(our number (\d{1,12})\)")
_UNATTENDED = frozenset({"bounce", "auto_reply"})


@dataclass(frozen=True, slots=True)
class Answered:
    """What a mail answers: a request's notice or the draft to an arrival; and how that was found."""

    how: str
    request: Request | None = None
    notice: str = ""
    draft: MailDraft | None = None

    def to_record(self) -> dict[str, object]:
        """Give the form that an arrival's facts keep."""
        return {
            "how": self.how,
            "request": self.request.reference if self.request else None,
            "notice": self.notice or None,
            "arrival": self.draft.arrival_id if self.draft else None,
        }


def is_our_own(mail: Mapping[str, Any]) -> bool:
    """Say whether a mail is one that we sent: it bears our name and our mark, whoever passed it on."""
    return bool(mail.get("own_reference")) or OUR_NAME.match(str(mail.get("message_id") or "")) is not None


def answered(mail: Mapping[str, Any]) -> Answered | None:
    """Find what a mail answers; by our Message-ID first, else by a reference or our number in its subject."""
    named = [mail.get("in_reply_to") or "", *mail.get("references", ()), *mail.get("reported_ids", ())]
    for name in dict.fromkeys(str(each) for each in named):
        found = _by_message_id(name) if OUR_NAME.match(name) else None
        if found:
            return found
    subject = str(mail.get("subject") or "")
    for match in _SIGNS.finditer(subject):
        reference = CaseReference.parse(match.group())
        request = Request.objects.filter(reference=reference.value).first() if reference else None
        if request:
            return Answered("subject", request=request)
    number = _OUR_NUMBER.search(subject)
    draft = MailDraft.objects.filter(arrival_id=int(number.group(1))).first() if number else None
    if draft is not None and draft.to_address == mail.get("from_address"):
        return Answered("subject", draft=draft)
    return None


def named(reference: str | None) -> Answered | None:
    """Find the request whose reference stands on a page of our own that came back."""
    request = Request.objects.filter(reference=reference).first() if reference else None
    return Answered("page", request=request) if request else None


def _by_message_id(name: str) -> Answered | None:
    draft = MailDraft.objects.filter(message_id=name).first()
    if draft:
        return Answered("message_id", draft=draft)
    sent = Transmission.objects.select_related("notice__request").filter(receipt__icontains=name).first()
    if sent:
        return Answered("message_id", request=sent.notice.request, notice=sent.notice.key)
    return None


def name_reference(requests: Sequence[RequestValues], found: Answered | None) -> Sequence[RequestValues]:
    """Give the requests read from an answer with the reference of what it answers, where none is printed."""
    if found is None or found.request is None:
        return requests
    reference = found.request.reference
    return [replace(values, facts={"reference": reference, **values.facts}) for values in requests]


def end_unattended(
    arrival_id: int, reading_round: int, found: Answered | None, *, kinds: Mapping[int, PageKind]
) -> bool:
    """End a mail without a request that answers something of ours; give whether it was ended.

    An automatic reply is processed, with what it answers; a bounce ends the transmission that it is about
    and is quarantined, because somebody must reach the office another way; so is a person's answer that no
    machine can use. Mail that answers nothing of ours is left to the caller.
    """
    with transaction.atomic():
        arrival = lock_arrival(arrival_id)
        if found is None or arrival.state != ArrivalState.IN_PROGRESS or arrival.reading_round != reading_round:
            return False
        record_kinds(arrival, kinds)
        record_answer(arrival, found)
        automatic = str((arrival.facts.get("mail") or {}).get("automatic") or "")
        if automatic == "bounce":
            if found.draft is not None:
                MailDraft.objects.filter(pk=found.draft.pk).update(state=DraftState.BOUNCED.value)
            note(MACHINE, "mail.bounced", request=found.request, arrival=arrival, detail=found.to_record())
            if found.notice:
                bounced(arrival, found.notice)
            quarantine(arrival_id, BOUNCED)
        elif automatic in _UNATTENDED:
            finish(arrival, note_text="An automatic reply; nothing is to be done.")
        else:
            quarantine(arrival_id, arrival.problem or ANSWER_TO_LOOK_AT)
        return True


def keep_answer(arrival_id: int, found: Answered | None) -> None:
    """Keep on an arrival what it answers; keeping it again changes nothing."""
    if found is None:
        return
    with transaction.atomic():
        arrival = lock_arrival(arrival_id)
        if "answers" not in arrival.facts:
            record_answer(arrival, found)


def record_answer(arrival: Arrival, found: Answered) -> None:
    """Keep on a locked arrival what it answers, and on that request's trail that it came."""
    arrival.facts = arrival.facts | {"answers": found.to_record()}
    arrival.save(update_fields=["facts"])
    note(MACHINE, "arrival.answers", request=found.request, arrival=arrival, detail=found.to_record())
    packet = HandOver.objects.filter(notice__key=found.notice).select_related("request").first()
    if packet is not None and str((arrival.facts.get("mail") or {}).get("automatic") or "") != "bounce":
        # whoever answers our packet has it: a receipt of the processor's mailbox as well as a person's word
        acknowledge(
            packet.request.reference,
            Processor(packet.processor),
            arrival.received_at,
            number=f"arrival {arrival.pk}",
            actor=MACHINE,
        )
