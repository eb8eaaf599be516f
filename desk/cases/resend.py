"""Asking for a fax again that cannot be read, or that did not come whole."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from desk.cases.actor import MACHINE
from desk.cases.arrivals import lock_arrival
from desk.cases.audit import note
from desk.cases.work import ask_for
from desk.config import Settings
from desk.records.models import Arrival, Notice
from desk.source_settings import Channel
from outbound.notices import NoticeKind
from terms.contact import FaxNumber
from terms.names import ArrivalState, PageKind

ASKABLE = frozenset(
    {
        "classify.blank_pages",
        "classify.unreadable",
        "classify.cover_only",
        "classify.no_pages",
        "desk.no_pages",
        "ingest.damaged",
        "ingest.no_pages",
        "ingest.pages_short",
        "ingest.call_ended_badly",
    }
)
"""What a sending office mends by sending again."""

_CUT_OFF = frozenset({"ingest.pages_short", "ingest.call_ended_badly"})


def draft_resend(arrival_id: int) -> Notice | None:
    """Draft the fax that asks for an ended fax arrival again, if its trouble is one that sending again mends.

    Once for each arrival; ``None`` where none is due. Where it goes is found when it is made: to a
    number that is nobody's verified one it waits for a person.
    """
    with transaction.atomic():
        arrival = lock_arrival(arrival_id)
        is_over = arrival.state in {ArrivalState.QUARANTINED, ArrivalState.PROCESSED}
        if arrival.channel != Channel.FAX.value or not is_over or arrival.problem_kind not in ASKABLE:
            return None
        key = f"{arrival_reference(arrival)}:1:{NoticeKind.RESEND.value}"
        notice, made = Notice.objects.get_or_create(
            key=key,
            defaults={
                "arrival": arrival,
                "kind": NoticeKind.RESEND.value,
                "revision": 1,
                "created_at": timezone.now(),
            },
        )
        if made:
            ask_for("notice", f"notice:{key}", {"notice": key})
            note(MACHINE, "notice.resend_drafted", arrival=arrival, detail={"problem": arrival.problem_kind})
        return notice


def arrival_reference(arrival: Arrival) -> str:
    """Give what an arrival without a request is called on paper: ``FAX-417``."""
    return f"FAX-{arrival.pk}"


def page_kinds(arrival: Arrival) -> tuple[PageKind, ...]:
    """Give what each page is, in order."""
    known = {kind.value: kind for kind in PageKind}
    return tuple(
        known.get(kind, PageKind.UNKNOWN) for kind in arrival.pages.order_by("number").values_list("kind", flat=True)
    )


def is_cut_off(arrival: Arrival) -> bool:
    """Whether fewer pages came than were sent."""
    return arrival.problem_kind in _CUT_OFF


def caller(arrival: Arrival) -> FaxNumber | None:
    """Give the number that the fax came from, as the network gives it, else as the machine says."""
    call = arrival.facts.get("call") or {}
    for name in ("caller_id", "tsi"):
        number = FaxNumber.parse(str(call.get(name) or ""))
        if number is not None and number.number != _own_fax():
            return FaxNumber(number.number)
    return None


def _own_fax() -> str:
    inlet: Settings = settings.INLET
    number = FaxNumber.parse(inlet.answer_fax)
    return number.number if number else ""
