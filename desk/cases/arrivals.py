"""What may be done to an arrival: register, unpack, read, end, quarantine, take up again."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone

from desk.cases.actor import MACHINE, Actor
from desk.cases.audit import note
from desk.cases.webhooks import announce
from desk.cases.work import BULK, NORMAL, ask_for
from desk.errors import MoveRefusedError
from desk.lifecycle import SENIORS, check_arrival_move
from desk.records.models import Arrival, Page, PageSignature
from desk.search import index_page
from desk.storage import Stored
from extract.reading import PageReading
from terms.errors import Problem
from terms.names import ArrivalState, PageKind, TextSource

NO_PAGES = Problem("desk.no_pages", "The file holds no page; ask the sender to send it again.")
GAVE_UP = Problem(
    "desk.gave_up", "Reading it stopped the program again and again; look at the original and read it by hand."
)
FIRST_PAGES = 10
"""Pages of a long fax beyond these wait until shorter ones have been read."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is known of a thing that came in before anybody looked inside.

    ``facts`` are plain JSON values, such as what a fax server's ticket says.
    """

    source: str
    channel: str
    label: str
    pickup_key: str
    file_name: str
    received_at: dt.datetime
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UnpackedPage:
    """A page as unpacking gave it: its ``ingest.pages.PageSource`` record and the stored image, if any."""

    number: int
    source: Mapping[str, object]
    image: str


def register_arrival(receipt: Receipt, stored: Stored) -> Arrival:
    """Make the arrival of a file whose original is already stored, and ask for its reading.

    The same ``pickup_key`` gives the same arrival. The same bytes as an earlier arrival make a
    duplicate that points to the first one and is not read again.
    """
    known = Arrival.objects.filter(pickup_key=receipt.pickup_key).first()
    if known:
        return known
    try:
        with transaction.atomic():
            arrival = _new_arrival(receipt, stored, first=None)
            ask_for("unpack", f"unpack:{arrival.pk}:1", {"arrival": arrival.pk, "round": 1})
            return arrival
    except IntegrityError:
        return _register_again(receipt, stored)


def _register_again(receipt: Receipt, stored: Stored) -> Arrival:
    """Take up what a unique constraint stopped: the same pickup, or content that came before."""
    known = Arrival.objects.filter(pickup_key=receipt.pickup_key).first()
    if known:
        return known
    with transaction.atomic():
        first = Arrival.objects.get(sha256=stored.sha256, duplicate_of=None)
        return _new_arrival(receipt, stored, first=first)


def _new_arrival(receipt: Receipt, stored: Stored, *, first: Arrival | None) -> Arrival:
    now = timezone.now()
    arrival = Arrival.objects.create(
        source=receipt.source,
        channel=receipt.channel,
        label=receipt.label,
        pickup_key=receipt.pickup_key,
        file_name=receipt.file_name,
        sha256=stored.sha256,
        size=stored.size,
        original=stored.name,
        received_at=receipt.received_at,
        facts=dict(receipt.facts),
        state=ArrivalState.DUPLICATE if first else ArrivalState.IN_PROGRESS,
        duplicate_of=first,
        finished_at=now if first else None,
    )
    detail = {"first": first.pk} if first else {}
    note(MACHINE, "arrival.duplicate" if first else "arrival.registered", arrival=arrival, detail=detail)
    announce("arrival.state", {"arrival": arrival.pk}, arrival.state)
    return arrival


def lock_arrival(arrival_id: int) -> Arrival:
    """Give the arrival, held until the transaction ends (SQLite holds the whole database)."""
    return Arrival.objects.select_for_update().get(pk=arrival_id)


def record_unpacked(
    arrival_id: int,
    reading_round: int,
    *,
    media_type: str,
    facts: Mapping[str, object],
    pages: Sequence[UnpackedPage],
    problem: Problem | None,
) -> None:
    """Store what unpacking gave and ask for the reading of each page; without pages, quarantine.

    ``problem`` may stand beside pages: then the file as a whole is incomplete.
    """
    with transaction.atomic():
        arrival = lock_arrival(arrival_id)
        if arrival.state != ArrivalState.IN_PROGRESS or arrival.reading_round != reading_round:
            return
        arrival.media_type = media_type
        arrival.facts = arrival.facts | dict(facts)
        arrival.page_count = len(pages)
        _set_problem(arrival, problem)
        arrival.save()
        if not pages:
            end_arrival(arrival, ArrivalState.QUARANTINED, problem or NO_PAGES, MACHINE)
            return
        for page in pages:
            Page.objects.get_or_create(
                arrival=arrival,
                number=page.number,
                defaults={"source": dict(page.source), "image": page.image},
            )
            ask_for(
                "page",
                f"page:{arrival.pk}:{reading_round}:{page.number}",
                {"arrival": arrival.pk, "round": reading_round, "number": page.number},
                priority=NORMAL if page.number <= FIRST_PAGES else BULK,
            )


def record_page(
    arrival_id: int,
    reading_round: int,
    number: int,
    *,
    reading: PageReading,
    upright: str,
    signature: bytes = b"",
    tries: int = 1,
) -> None:
    """Store what was read on a page; after the last one, ask for the requests to be put together.

    ``upright`` is the stored upright image, ``signature`` what :mod:`classify.similar` made of it;
    both are empty when there is none.
    """
    with transaction.atomic():
        arrival = lock_arrival(arrival_id)
        if arrival.state != ArrivalState.IN_PROGRESS or arrival.reading_round != reading_round:
            return
        page = Page.objects.get(arrival=arrival, number=number)
        if page.reading is None:
            _fill_page(page, reading, upright, tries)
            page.save()
            if signature:
                PageSignature.objects.update_or_create(page=page, defaults={"blocks": signature})
            index_page(page.pk, reading.text)
        if not arrival.pages.filter(read_at=None).exists():
            ask_for(
                "assemble", f"assemble:{arrival.pk}:{reading_round}", {"arrival": arrival.pk, "round": reading_round}
            )


def _fill_page(page: Page, reading: PageReading, upright: str, tries: int) -> None:
    page.reading = reading.to_record()
    page.upright = upright
    page.form = (reading.form or "")[:80]
    page.rotation = reading.rotation
    page.text_source = reading.text_source.value
    page.legibility = reading.legibility
    page.tries = tries
    page.read_at = timezone.now()
    if reading.problem:
        page.problem_kind = reading.problem.kind
        page.problem_message = reading.problem.message
        page.problem_retry = reading.problem.retry


def unreadable_page(number: int, problem: Problem) -> PageReading:
    """The reading of a page that could not be read: nothing but its problem."""
    return PageReading(
        number=number, rotation=0, form=None, text_source=TextSource.NONE, legibility=None, problem=problem
    )


def record_kinds(arrival: Arrival, kinds: Mapping[int, PageKind]) -> None:
    """Store what each page is, by page number."""
    for number, kind in kinds.items():
        Page.objects.filter(arrival=arrival, number=number).update(kind=kind.value)


def quarantine(arrival_id: int, problem: Problem, *, actor: Actor = MACHINE) -> Arrival:
    """End an arrival in progress as quarantined, with a reason that a person can act on.

    An arrival that already ended is left as it is.
    """
    with transaction.atomic():
        arrival = lock_arrival(arrival_id)
        if arrival.state == ArrivalState.IN_PROGRESS:
            end_arrival(arrival, ArrivalState.QUARANTINED, problem, actor)
        return arrival


def finish(arrival: Arrival, *, note_text: str = "") -> None:
    """End a locked arrival in progress as processed; call inside the transaction that ends its reading."""
    if arrival.state == ArrivalState.IN_PROGRESS:
        arrival.note = note_text
        end_arrival(arrival, ArrivalState.PROCESSED, arrival.problem, MACHINE)


def read_again(arrival_id: int, *, actor: Actor) -> Arrival:
    """Take a quarantined arrival up again: its original is unpacked and read anew.

    Raises :class:`desk.errors.MoveRefusedError`, also when requests were already made from it.
    """
    check_senior(actor)
    with transaction.atomic():
        arrival = lock_arrival(arrival_id)
        check_quarantined(arrival, ArrivalState.IN_PROGRESS)
        if arrival.requests.exists():
            msg = "requests were already made from this arrival; correct them instead"
            raise MoveRefusedError(msg)
        start_round(arrival)
        note(actor, "arrival.read_again", arrival=arrival, detail={"round": arrival.reading_round})
        return arrival


def start_round(arrival: Arrival, *, delay_seconds: float = 0.0) -> None:
    """Begin another reading of a locked arrival: forget its pages (not its original) and ask for unpacking."""
    if arrival.state != ArrivalState.IN_PROGRESS:
        check_arrival_move(ArrivalState(arrival.state), ArrivalState.IN_PROGRESS)
    arrival.pages.all().delete()
    arrival.page_count = None
    arrival.reading_round += 1
    arrival.state = ArrivalState.IN_PROGRESS
    arrival.finished_at = None
    _set_problem(arrival, None)
    arrival.save()
    announce("arrival.state", {"arrival": arrival.pk}, arrival.state)
    ask_for(
        "unpack",
        f"unpack:{arrival.pk}:{arrival.reading_round}",
        {"arrival": arrival.pk, "round": arrival.reading_round},
        delay_seconds=delay_seconds,
    )


def begin_again(arrival_id: int, reading_round: int, *, delay_seconds: float) -> None:
    """Start the next round of reading of an arrival in progress, if ``reading_round`` is the one going on."""
    with transaction.atomic():
        arrival = lock_arrival(arrival_id)
        if arrival.state == ArrivalState.IN_PROGRESS and arrival.reading_round == reading_round:
            start_round(arrival, delay_seconds=delay_seconds)


def check_senior(actor: Actor) -> None:
    """Refuse whoever may not act on quarantined arrivals. Raises :class:`desk.errors.MoveRefusedError`."""
    if not actor.roles & SENIORS:
        msg = "your role may not act on quarantined arrivals; ask a senior clerk or supervisor"
        raise MoveRefusedError(msg)


def check_quarantined(arrival: Arrival, target: ArrivalState) -> None:
    """Refuse an arrival that is not quarantined. Raises :class:`desk.errors.MoveRefusedError`."""
    if arrival.state != ArrivalState.QUARANTINED:
        source = arrival.state.replace("_", " ")
        msg = f"an arrival that is {source} cannot become {target.replace('_', ' ')}: it is not quarantined"
        raise MoveRefusedError(msg)


def _set_problem(arrival: Arrival, problem: Problem | None) -> None:
    arrival.problem_kind = problem.kind if problem else ""
    arrival.problem_message = problem.message if problem else ""
    arrival.problem_retry = bool(problem and problem.retry)


def end_arrival(arrival: Arrival, state: ArrivalState, problem: Problem | None, actor: Actor) -> None:
    """Put a locked arrival into an end state, with its problem, and audit it.

    Raises :class:`desk.errors.MoveRefusedError`.
    """
    check_arrival_move(ArrivalState(arrival.state), state)
    arrival.state = state
    arrival.finished_at = timezone.now()
    _set_problem(arrival, problem)
    arrival.save()
    detail = {"problem": problem.kind} if problem else {}
    note(actor, f"arrival.{state.value}", arrival=arrival, detail=detail)
    announce("arrival.state", {"arrival": arrival.pk}, state.value)
