"""Recording a named person's care decision, and drafting the notices that tell it; approving letters' words.

Nothing here can be done by the machine: the lifecycle has no such move for it, and every function
asks for a person.
"""

import dataclasses

from django.db import transaction
from django.utils import timezone

from desk.cases.actor import Actor
from desk.cases.audit import note
from desk.cases.decisions import decision_at
from desk.cases.moves import lock_request, move
from desk.cases.release import supersede_unsent
from desk.cases.work import ask_to_send
from desk.errors import MoveRefusedError
from desk.lifecycle import PEOPLE, SENIORS, RequestState, Role
from desk.records.models import CareRecord, Notice, Request, TextApproval
from outbound.care import LETTER_OF, NOTICE_OF, CareDecision, CareKind
from outbound.compose_care import compose_letter
from outbound.notices import Contact, Language, NoticeKind
from outbound.render import texts_used
from outbound.texts import NoticeText, Texts

_WAITS_ON = frozenset({CareKind.DEFER})
"""Kinds after which the request is not decided yet."""


def record_decision(
    reference: str,
    care: CareDecision,
    *,
    revision: int,
    actor: Actor,
    languages: tuple[Language, ...] = (),
    sender: Contact,
    texts: Texts,
) -> CareRecord:
    """Store a named person's decision about a handed-over request and draft its notices.

    The provider's notice is made at once and goes out when a person approved it
    (:mod:`desk.cases.approving`); what told an earlier decision and has not gone out is taken back.
    A letter to the member is drafted in each of ``languages`` for which the decision has reasons and
    a person approved the words. The request becomes decided (a deferral leaves it where it is).

    Raises :class:`desk.errors.MoveRefusedError` (not handed over, not a person, a letter's words
    not approved), :class:`desk.errors.RevisionChangedError`,
    :class:`outbound.errors.CareDecisionError` for a letter that cannot be made.
    """
    if Role.MACHINE in actor.roles or not actor.roles & PEOPLE:
        raise MoveRefusedError("a care decision is recorded by a person, never by the machine")
    with transaction.atomic():
        request = lock_request(reference, revision=revision)
        if request.state not in {RequestState.HANDED_OVER, RequestState.ROUTED}:
            raise MoveRefusedError(f"a request that is {request.state.replace('_', ' ')} has nobody who decides it yet")
        row = CareRecord.objects.create(
            request=request,
            revision=revision,
            kind=care.kind.value,
            decided_by=care.decided_by[:200],
            decided_at=care.decided_at,
            data=care.to_record(),
            entered_by_id=actor.user_id,
            entered_by_name=actor.name,
            entered_at=timezone.now(),
        )
        note(actor, "care.recorded", request=request, detail={"care": row.pk, "kind": care.kind.value})
        if care.kind not in _WAITS_ON and request.state == RequestState.HANDED_OVER:
            move(request, RequestState.DECIDED, actor)
        supersede_unsent(request)
        supersede_unsent(request, request.notices.filter(care__isnull=False).exclude(care=row))
        _draft(request, row, NOTICE_OF[care.kind], Language.ENGLISH, way="fax")
        for language in languages:
            _check_letter(care, request, language, sender, texts)
            _draft(request, row, LETTER_OF[care.kind], language, way="post")
        return row


def _check_letter(care: CareDecision, request: Request, language: Language, sender: Contact, texts: Texts) -> None:
    """Refuse a letter that cannot be made, or whose words nobody approved."""
    values, _decision = decision_at(request, request.revision)
    now = timezone.now()
    letter = compose_letter(
        care, values, language, reference=request.reference, revision=request.revision,
        received_at=request.received_at, issued_at=now, sender=sender,
    )  # fmt: skip
    missing = unapproved(texts_used(letter, texts))
    if missing:
        names = ", ".join(text.name for text in missing)
        raise MoveRefusedError(f"nobody has approved the words of {names}; a named person has to, before it is used")


def unapproved(texts: tuple[NoticeText, ...]) -> tuple[NoticeText, ...]:
    """Give those of ``texts`` whose very words no named person has approved."""
    known = set(TextApproval.objects.filter(digest__in=[t.digest for t in texts]).values_list("name", "digest"))
    return tuple(text for text in texts if (text.name, text.digest) not in known)


def approve_text(text: NoticeText, *, actor: Actor) -> TextApproval:
    """Store that a named person stands by exactly these words; a later edit needs its own approval.

    Raises :class:`desk.errors.MoveRefusedError`.
    """
    if not actor.roles & SENIORS or actor.user_id is None:
        raise MoveRefusedError("your role may not approve letters; ask a senior clerk or supervisor")
    with transaction.atomic():
        row, made = TextApproval.objects.get_or_create(
            name=text.name,
            digest=text.digest,
            defaults={
                "approved_by_id": actor.user_id,
                "approved_by_name": actor.name,
                "approved_at": timezone.now(),
            },
        )
        if made:
            note(actor, "text.approved", detail={"text": text.name})
        return row


def _draft(request: Request, care: CareRecord, kind: NoticeKind, language: Language, *, way: str) -> Notice:
    key = f"{request.reference}:{request.revision}:{kind.value}:{care.pk}"
    if way == "post":
        key += f":{language.value}"
    notice, made = Notice.objects.get_or_create(
        key=key,
        defaults={
            "request": request,
            "kind": kind.value,
            "language": language.value,
            "way": way,
            "care": care,
            "revision": request.revision,
            "created_at": timezone.now(),
        },
    )
    if made:
        ask_to_send(key, request)
    return notice


def care_of(notice: Notice) -> CareDecision:
    """Give the decision that a notice tells. Raises ValueError for a notice of none."""
    if notice.care is None:
        raise ValueError("the notice tells no decision")
    return dataclasses.replace(CareDecision.from_record(notice.care.data))
