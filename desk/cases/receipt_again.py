"""Telling a provider that what was sent again is a case already, under the first reference.

Offices send again because they heard nothing, or are not sure that a fax went through. So once the
request has gone on, each resend is answered with a receipt that cites the first one. While a clerk
still has it, the receipt to come says so (:func:`came_again`): nobody gets two at once.
"""

import datetime as dt

from django.utils import timezone

from desk.cases.actor import MACHINE
from desk.cases.audit import note
from desk.cases.moves import move_notice
from desk.cases.work import ask_for, ask_to_send
from desk.lifecycle import NoticeState
from desk.records.models import Arrival, Likeness, Notice, Request
from desk.source_settings import OWN_NAMES
from outbound.compose import Again
from outbound.notices import NoticeKind

ONCE_IN = dt.timedelta(days=1)
"""A machine that sends the same pages all day is answered once in this time."""

_KIND = NoticeKind.RECEIVED_AGAIN.value


def draft_receipt_again(request: Request, arrival: Arrival) -> Notice | None:
    """Draft the receipt for a locked request whose pages came again as ``arrival``; ``None`` where none is due.

    None is due for what our own people handed in, before the request was released, and when the
    provider was told so already within :data:`ONCE_IN`. Where it goes follows the rules of every notice.
    """
    case = _case_of(request)
    if arrival.source in OWN_NAMES or not case.released_revision:
        return None
    now = timezone.now()
    if case.notices.filter(kind=_KIND, created_at__gt=now - ONCE_IN).exclude(arrival=arrival).exists():
        return None
    notice, made = Notice.objects.get_or_create(
        key=f"{case.reference}:{case.revision}:{_KIND}:{arrival.pk}",
        defaults={
            "request": case,
            "arrival": arrival,
            "kind": _KIND,
            "revision": case.revision,
            "created_at": now,
        },
    )
    if made:
        ask_to_send(notice.key, case)
        note(MACHINE, "notice.receipt_again_drafted", request=case, arrival=arrival, detail={"notice": notice.key})
    return notice


def came_again(notice: Notice) -> Again | None:
    """Say when the pages that a notice is about came again before it was made; ``None`` if they did not."""
    request = notice.request
    assert request is not None, "only a request's pages can come again"
    first = request.arrival
    if notice.arrival is not None and (link := Likeness.objects.filter(arrival=notice.arrival).first()):
        first = link.earlier
    links = Likeness.objects.filter(earlier=first, same=True, at__lte=notice.created_at)
    if notice.arrival is None:
        links = links.filter(refused_at=None)
    times = sorted({first.received_at, *links.values_list("arrival__received_at", flat=True)})
    return Again(times[0], tuple(times[1:])) if len(times) > 1 else None


def take_back_receipt_again(arrival: Arrival) -> None:
    """Withdraw what was drafted for an arrival of which a person says that it is something of its own."""
    unsent = Notice.objects.filter(
        arrival=arrival, kind=_KIND, state__in=[NoticeState.DRAFTED, NoticeState.HELD]
    ).select_for_update()
    for notice in unsent:
        if notice.state == NoticeState.HELD:
            ask_for("withdraw", f"withdraw:{notice.key}", {"notice": notice.key})
        move_notice(notice, NoticeState.SUPERSEDED)
        notice.save(update_fields=["state"])


def _case_of(request: Request) -> Request:
    """The request that a paper belongs to: itself, or the one that it was joined to."""
    case = request
    while case.merged_into is not None:
        case = case.merged_into
    return case
