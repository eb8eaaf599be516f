"""Giving a request to who decides it: a queue here, or a packet by fax, e-mail or SFTP, once for each revision."""

from django.db import transaction
from django.utils import timezone

from classify.reference import Reference
from desk.cases.actor import MACHINE
from desk.cases.audit import note
from desk.cases.moves import lock_request, move
from desk.cases.work import ask_for, ask_to_send, priority_of
from desk.config import Settings
from desk.lifecycle import RequestState
from desk.records.models import HandOver, Notice, Request
from outbound.handover import Own, Target, Way, target_of
from outbound.notices import NoticeKind
from terms.contact import FaxNumber
from terms.names import Processor
from terms.requests import Outcome

_OUR_DESK = frozenset({Processor.DESK.value, Processor.SPLIT.value})


def own_places(inlet: Settings) -> Own:
    """Give what Inlet itself watches: its fax lines, mailboxes and their hosts, and what the settings add."""
    texts = [source.label for source in inlet.all_sources] + list(inlet.sending.own_addresses)
    texts += [source.user for source in inlet.all_sources]
    words = [text.strip() for text in texts if text.strip()]
    numbers = {found.number for word in [*words, inlet.answer_fax] if (found := FaxNumber.parse(word))}
    addresses = {word.lower() for word in words if word.count("@") == 1}
    hosts = {word.lower() for word in inlet.sending.own_addresses if "@" not in word and not FaxNumber.parse(word)}
    return Own(frozenset(numbers), frozenset(addresses), frozenset(hosts))


def ask_hand_over(request: Request) -> None:
    """Ask for the hand-over of a locked, routed request at its revision; asking again changes nothing."""
    key = f"hand_over:{request.reference}:{request.revision}"
    payload = {"reference": request.reference, "revision": request.revision}
    ask_for("hand_over", key, payload, priority=priority_of(request))


def hand_over(reference: str, revision: int, *, tables: Reference, own: Own) -> bool:
    """Give each processor its part of a routed request; give whether every one has it now.

    A queue of this installation has it at once; for the others a packet is drafted, and it is handed
    over when that arrives. A target that cannot be used, or that Inlet itself watches, is stored as
    the fault of its hand-over and nothing goes there. Running it again changes nothing.
    """
    with transaction.atomic():
        request = lock_request(reference)
        if request.state != RequestState.ROUTED or request.revision != revision:
            return request.state == RequestState.HANDED_OVER
        now = timezone.now()
        for part in request.parts.all():
            if part.processor in _OUR_DESK or part.outcome != Outcome.PROCESS.value:
                continue
            office = tables.processors.get(Processor(part.processor))
            target = target_of(office, own) if office else Target(Way.QUEUE, "", "This processor has no row.")
            done = target.way is Way.QUEUE and not target.fault
            row, made = HandOver.objects.get_or_create(
                request=request,
                revision=revision,
                processor=part.processor,
                defaults={
                    "way": target.way.value,
                    "lines": part.lines,
                    "fault": target.fault,
                    "begun_at": now,
                    "done_at": now if done else None,
                },
            )
            if made and not done and not target.fault:
                row.notice = _draft_packet(request, part.processor, target)
                row.save(update_fields=["notice"])
        return finish_if_all_have_it(request)


def _draft_packet(request: Request, processor: str, target: Target) -> Notice:
    """Draft the packet for a processor and ask for its sending."""
    key = f"{request.reference}:{request.revision}:{NoticeKind.FORWARD.value}:{processor}"
    is_fax = target.way is Way.FAX
    notice, made = Notice.objects.get_or_create(
        key=key,
        defaults={
            "request": request,
            "kind": NoticeKind.FORWARD.value,
            "processor": processor,
            "way": target.way.value,
            "address": "" if is_fax else target.to,
            "destination": target.to if is_fax else "",
            "revision": request.revision,
            "created_at": timezone.now(),
        },
    )
    if made:
        ask_to_send(key, request)
    return notice


def finish_if_all_have_it(request: Request) -> bool:
    """Move a locked, routed request on when every processor of its revision has its part; give whether that is so."""
    rows = request.hand_overs.filter(revision=request.revision)
    if request.state != RequestState.ROUTED or not rows.exists() or rows.filter(done_at=None).exists():
        return request.state == RequestState.HANDED_OVER
    move(request, RequestState.HANDED_OVER, MACHINE)
    return True


def note_arrived(notice: Notice) -> None:
    """Store that a packet reached its processor; call in the transaction that learns of it."""
    row = HandOver.objects.filter(notice=notice, done_at=None).first()
    if row is None:
        return
    row.done_at = timezone.now()
    row.save(update_fields=["done_at"])
    request = lock_request(row.request.reference)
    note(MACHINE, "request.packet_arrived", request=request, detail={"processor": row.processor})
    finish_if_all_have_it(request)


def note_lost(notice: Notice) -> None:
    """Store that a packet that counted as arrived did not reach its processor; call in the transaction that learns it.

    The request stays handed over; the packet waits for a person among what was not delivered.
    """
    row = HandOver.objects.filter(notice=notice).exclude(done_at=None).first()
    if row is None:
        return
    row.done_at = None
    row.save(update_fields=["done_at"])
    note(MACHINE, "request.packet_lost", request=row.request, detail={"processor": row.processor})
