"""Drafted mails that ask for papers again: made with the trouble, sent or dismissed by a person."""

from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from desk.cases.actor import MACHINE, Actor
from desk.cases.arrivals import lock_arrival
from desk.cases.audit import note
from desk.config import Settings
from desk.errors import MoveRefusedError
from desk.lifecycle import PEOPLE
from desk.records.models import Arrival, MailDraft
from desk.records.models.mail_drafts import DraftState
from desk.source_settings import Channel
from outbound.compose import printed_contact
from outbound.mail_reply import ASKABLE, MailReply, compose_reply, letter
from outbound.notices import Contact
from terms.errors import Problem
from terms.names import ArrivalState

_ENDS = frozenset({ArrivalState.QUARANTINED, ArrivalState.PROCESSED})
_NO_ANSWER = ("no-reply@", "noreply@", "no_reply@", "donotreply@", "do-not-reply@", "mailer-daemon@", "postmaster@")


def draft_for(arrival_id: int) -> MailDraft | None:
    """Draft what an ended arrival's own trouble asks for, else that of the first page with one its sender can mend."""
    with transaction.atomic():
        arrival = lock_arrival(arrival_id)
        if arrival.channel != Channel.MAIL.value or arrival.state not in _ENDS:
            return None
        page = arrival.pages.filter(problem_kind__in=ASKABLE).first()
        problem = arrival.problem
        if (problem is None or problem.kind not in ASKABLE) and page is not None:
            problem = page.problem
        return draft_resend(arrival, problem)


def draft_resend(arrival: Arrival, problem: Problem | None) -> MailDraft | None:
    """Draft the mail that asks the sender of a locked arrival for its papers again; ``None`` where none is due.

    None is due for a trouble that the sender cannot mend, for a sender that takes no mail, and never
    for a mail that a program sent by itself: nothing automatic is answered. Drafting again changes nothing.
    """
    mail: Mapping[str, object] = arrival.facts.get("mail") or {}
    to = str(mail.get("from_address") or "")
    if problem is None or problem.kind not in ASKABLE or not _may_be_written_to(to, mail):
        return None
    inlet: Settings = settings.INLET
    reply = compose_reply(
        problem.kind,
        arrival=arrival.pk,
        to=to,
        in_reply_to=str(mail.get("message_id") or ""),
        received_at=arrival.received_at,
        sender=printed_contact(Contact(inlet.organisation, inlet.answer_phone, inlet.answer_fax)),
    )
    draft, made = MailDraft.objects.get_or_create(
        arrival=arrival,
        defaults={
            "message_id": reply.message_id,
            "to_address": reply.to[:320],
            "subject": reply.subject,
            "text": reply.text,
            "in_reply_to": reply.in_reply_to[:1000],
            "created_at": timezone.now(),
        },
    )
    if made:
        note(MACHINE, "mail.drafted", arrival=arrival, detail={"problem": problem.kind})
    return draft


def _may_be_written_to(to: str, mail: Mapping[str, object]) -> bool:
    return to.count("@") == 1 and not to.startswith(_NO_ANSWER) and not mail.get("auto_submitted")


def as_file(draft: MailDraft) -> bytes:
    """The draft as a file that a mail program opens ready to send."""
    return letter(MailReply(draft.to_address, draft.subject, draft.text, draft.message_id, draft.in_reply_to))


def settle_draft(arrival_id: int, state: DraftState, *, actor: Actor) -> MailDraft:
    """Note that a person sent a draft, or that it is not to be sent.

    Raises :class:`desk.errors.MoveRefusedError`, :class:`MailDraft.DoesNotExist`.
    """
    if not actor.roles & PEOPLE:
        raise MoveRefusedError("your role may not answer mails; ask a clerk")
    if state not in {DraftState.SENT, DraftState.DISMISSED}:
        raise MoveRefusedError("a drafted mail is either sent or dismissed")
    with transaction.atomic():
        arrival = lock_arrival(arrival_id)
        draft = MailDraft.objects.get(arrival=arrival)
        if draft.state != DraftState.DRAFTED:
            raise MoveRefusedError(f"this mail is {draft.state} already")
        draft.state = state
        draft.settled_at = timezone.now()
        draft.settled_by = actor.name
        draft.save()
        note(actor, f"mail.{state.value}", arrival=arrival)
        return draft
