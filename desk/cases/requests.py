"""From what was read to requests: made once for each place in an arrival."""

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction

from classify.reference import Reference
from desk.cases.actor import MACHINE, Actor
from desk.cases.arrivals import finish, lock_arrival, quarantine, record_kinds
from desk.cases.as_measured import as_measured
from desk.cases.audit import note
from desk.cases.decisions import redecide
from desk.cases.joining import place
from desk.cases.moves import move
from desk.cases.release import let_out
from desk.cases.values import RECORDS_ONLY, write_values
from desk.errors import DeskError
from desk.lifecycle import RequestState
from desk.records.models import Arrival, Page, Request
from terms.errors import Problem
from terms.names import ArrivalState, PageKind
from terms.reference import CaseReference
from terms.requests import RequestValues

_DRAWS = 8


def record_document(
    arrival_id: int,
    reading_round: int,
    *,
    kinds: Mapping[int, PageKind],
    requests: Sequence[RequestValues],
    reference: Reference,
    without: Problem,
) -> tuple[str, ...]:
    """Make the requests of a fully read arrival, decide each, and end the arrival; give their references.

    ``kinds`` says what each page is, by number. Without any request the arrival is quarantined
    with its own problem, else with ``without``. A request on which no clerk has to look goes out at
    once; papers that ask for nothing wait as unmatched for a person to say what they belong to.
    Running it again changes nothing.
    """
    with transaction.atomic():
        arrival = lock_arrival(arrival_id)
        if arrival.state == ArrivalState.IN_PROGRESS and arrival.reading_round == reading_round:
            record_kinds(arrival, kinds)
            if not requests:
                quarantine(arrival_id, arrival.problem or without)
                return ()
            for position, values in enumerate(requests):
                _make_request(arrival, position, values, reference)
            finish(arrival)
        return tuple(arrival.requests.order_by("position").values_list("reference", flat=True))


def _make_request(arrival: Arrival, position: int, read: RequestValues, reference: Reference) -> Request:
    values = as_measured(read)
    request = new_request(arrival, position, read)
    request.pages.set(Page.objects.filter(arrival=arrival, number__in=values.pages))
    write_values(request, values)
    note(MACHINE, "request.read", request=request, arrival=arrival)
    decision = redecide(request, reference, cause="reading")
    if place(request, values, reference):
        return request
    if values.facts.get(RECORDS_ONLY) == "yes":
        move(request, RequestState.UNMATCHED, MACHINE)
    elif decision.clerk_gaps:
        move(request, RequestState.NEEDS_REVIEW, MACHINE)
    else:
        let_out(request, MACHINE)
    return request


def record_by_hand(arrival: Arrival, values: RequestValues, reference: Reference, *, actor: Actor) -> Request:
    """Make a request of a locked arrival because a person says so; it waits for a clerk, whatever is open or not."""
    request = new_request(arrival, 0, values)
    request.pages.set(Page.objects.filter(arrival=arrival, number__in=values.pages))
    write_values(request, values)
    note(actor, "request.made_by_hand", request=request, arrival=arrival)
    redecide(request, reference, cause="reading")
    move(request, RequestState.NEEDS_REVIEW, MACHINE)
    return request


def new_request(arrival: Arrival, position: int, values: RequestValues) -> Request:
    """Make the row of a request under a reference that nothing else has; a draw that is taken is drawn again."""
    for _ in range(_DRAWS):
        try:
            with transaction.atomic():
                return Request.objects.create(
                    reference=CaseReference.new().value,
                    arrival=arrival,
                    position=position,
                    received_at=arrival.received_at,
                    facts=dict(values.facts),
                    read_values=values.to_record(),
                )
        except IntegrityError:
            if Request.objects.filter(arrival=arrival, position=position).exists():
                raise
    msg = f"no free reference was found in {_DRAWS} draws"
    raise DeskError(msg)
