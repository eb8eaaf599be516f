"""What a person may do with a quarantined arrival, beside having it read again: each is audited, none loses anything.

Dismiss it with a note, take that back, make a request of it for a clerk, bring a better file; and
say that what was taken for an earlier fax sent again is one of its own.
"""

from django.db import transaction
from django.utils import timezone

from classify.assemble import assemble
from classify.pages import page_kinds
from classify.reference import Reference
from desk.cases.actor import Actor
from desk.cases.arrivals import check_quarantined, check_senior, end_arrival, lock_arrival, record_kinds, start_round
from desk.cases.audit import note
from desk.cases.handed_in import HandedIn, hand_in
from desk.cases.receipt_again import take_back_receipt_again
from desk.cases.requests import record_by_hand
from desk.errors import MoveRefusedError
from desk.records.models import Arrival, Likeness
from extract.reading import PageReading
from terms.errors import Problem
from terms.names import FIELD_KINDS, ArrivalState
from terms.requests import RequestValues
from terms.values import FieldValue

BY_HAND = "by_hand"
"""The fact of a request that a person made of an arrival in which no machine found one."""


def dismiss(arrival_id: int, *, actor: Actor, note_text: str) -> Arrival:
    """End a quarantined arrival as processed: a senior person dealt with it and says how (``note_text``).

    Raises :class:`desk.errors.MoveRefusedError`.
    """
    check_senior(actor)
    if not note_text.strip():
        raise MoveRefusedError("say what was done about the arrival before it leaves quarantine")
    with transaction.atomic():
        arrival = lock_arrival(arrival_id)
        check_quarantined(arrival, ArrivalState.PROCESSED)
        arrival.note = note_text.strip()
        arrival.dismissed_at = timezone.now()
        end_arrival(arrival, ArrivalState.PROCESSED, arrival.problem, actor)
        return arrival


def undo_dismiss(arrival_id: int, *, actor: Actor) -> Arrival:
    """Put a dismissed arrival back into quarantine, with the problem it had; its note stays in the trail.

    Raises :class:`desk.errors.MoveRefusedError`, also when a better file was brought for it.
    """
    check_senior(actor)
    with transaction.atomic():
        arrival = lock_arrival(arrival_id)
        if arrival.state != ArrivalState.PROCESSED or arrival.dismissed_at is None:
            raise MoveRefusedError("nobody dismissed this arrival, so there is nothing to take back")
        if arrival.replacements.exists():
            raise MoveRefusedError("a better file was brought for this arrival; work on with that one")
        was = Problem("desk.dismissed", "It was dismissed, and that was taken back; look at it again.")
        note(actor, "arrival.dismiss_undone", arrival=arrival, detail={"note": arrival.note})
        arrival.note = ""
        arrival.dismissed_at = None
        end_arrival(arrival, ArrivalState.QUARANTINED, arrival.problem or was, actor)
        return arrival


def release_to_clerk(arrival_id: int, *, actor: Actor, tables: Reference) -> str:
    """Make one request of a quarantined arrival, for a clerk to fill in; give its reference.

    It holds whatever was read on the pages, and all of them; nothing goes out before a clerk released it.

    Raises :class:`desk.errors.MoveRefusedError`, also when requests were already made from the arrival.
    """
    check_senior(actor)
    with transaction.atomic():
        arrival = lock_arrival(arrival_id)
        check_quarantined(arrival, ArrivalState.PROCESSED)
        if arrival.requests.exists():
            raise MoveRefusedError("requests were already made from this arrival; work on with them")
        request = record_by_hand(arrival, _whatever_was_read(arrival), tables, actor=actor)
        note(actor, "arrival.released_to_clerk", arrival=arrival, request=request)
        end_arrival(arrival, ArrivalState.PROCESSED, arrival.problem, actor)
        return request.reference


def _whatever_was_read(arrival: Arrival) -> RequestValues:
    """One set of values for all pages: the first request that stands on them, or none at all."""
    rows = list(arrival.pages.order_by("number"))
    readings = [PageReading.from_record(page.reading) for page in rows if page.reading]
    kinds = page_kinds(readings)
    record_kinds(arrival, {r.number: kind for r, kind in zip(readings, kinds, strict=True)})
    found = assemble(readings, kinds) if readings else ()
    pages = tuple(page.number for page in rows)
    nothing = {name: FieldValue.missing() for name in FIELD_KINDS}
    if not found:
        return RequestValues(pages=pages, fields=nothing, facts={BY_HAND: "yes"})
    first = found[0]
    facts = {name: value for name, value in first.facts.items() if name not in {"records_only", "other_plan"}}
    return RequestValues(pages, first.fields, first.lines, first.diagnoses, facts | {BY_HAND: "yes"})


def replace_file(arrival_id: int, given: HandedIn, *, actor: Actor) -> Arrival:
    """Take a better file in place of a quarantined arrival's; give the new arrival, with the first one's receipt.

    The quarantined one ends, and names the other; its original stays. Raises
    :class:`desk.errors.MoveRefusedError`, also when the very same file came in before.
    """
    check_senior(actor)
    with transaction.atomic():
        arrival = lock_arrival(arrival_id)
        check_quarantined(arrival, ArrivalState.PROCESSED)
        better, new = hand_in(given)
        if not new or better.duplicate_of_id is not None:
            first = better.duplicate_of_id or better.pk
            raise MoveRefusedError(f"this very file came in before, as arrival {first}; bring another one")
        better.replaces = arrival
        better.received_at = arrival.received_at
        better.save(update_fields=["replaces", "received_at"])
        arrival.note = f"A better file was brought: arrival {better.pk}."
        arrival.dismissed_at = timezone.now()
        note(actor, "arrival.replaced", arrival=arrival, detail={"by": better.pk})
        note(actor, "arrival.replaces", arrival=better, detail={"first": arrival.pk})
        end_arrival(arrival, ArrivalState.PROCESSED, arrival.problem, actor)
        return better


def not_the_same(arrival_id: int, *, actor: Actor) -> Arrival:
    """Read an arrival after all that was taken for an earlier one sent again.

    Raises :class:`desk.errors.MoveRefusedError` for the same bytes: these say nothing new.
    """
    check_senior(actor)
    with transaction.atomic():
        arrival = lock_arrival(arrival_id)
        likeness = Likeness.objects.filter(arrival=arrival).first()
        if arrival.state != ArrivalState.DUPLICATE or likeness is None:
            raise MoveRefusedError("its bytes are those of the other arrival, so it says nothing else")
        likeness.refused_at = timezone.now()
        likeness.refused_by = actor.name
        likeness.save(update_fields=["refused_at", "refused_by"])
        note(actor, "arrival.not_the_same", arrival=arrival, detail={"earlier": likeness.earlier_id})
        take_back_receipt_again(arrival)
        arrival.duplicate_of = None
        start_round(arrival)
        return arrival
