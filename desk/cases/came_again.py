"""Faxes and mails that are earlier ones sent again: found, linked, and told with their differences.

What is only sent again ends as a duplicate of the first, makes no second request, and starts no
second clock. What is mostly the same is linked and goes on as an amendment (:mod:`desk.cases.joining`).
"""

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from classify.places import Sheet, Sheets
from classify.reference import Reference
from classify.resent import Verdict, judge
from classify.similar import Ink, compare, unpack_signature
from classify.similar import Likeness as Alike
from desk.cases.actor import MACHINE
from desk.cases.arrivals import end_arrival, lock_arrival, record_kinds
from desk.cases.audit import note
from desk.cases.decisions import redecide
from desk.cases.moves import lock_request
from desk.cases.receipt_again import draft_receipt_again
from desk.cases.values import values_of
from desk.lifecycle import OPEN_STATES, RequestState
from desk.records.models import Arrival, Likeness, Request
from desk.storage import DERIVED, read_stored
from terms.names import ArrivalState, PageKind
from terms.requests import RequestValues

RECENT = dt.timedelta(days=30)
"""What comes later than this after the first is taken for something new."""

_MOST_CANDIDATES = 12
_STILL_OPEN = OPEN_STATES | {RequestState.MERGED}
_BESIDE = frozenset({PageKind.COVER_SHEET, PageKind.BLANK})
"""Kinds of pages that may differ from one sending to the next."""


@dataclass(frozen=True, slots=True)
class Found:
    """An earlier arrival of which this one is another sending: the verdict, and page by page how alike they are.

    ``same_call``: nobody sent anything again, a fax server gave one call out twice.
    """

    earlier: Arrival
    verdict: Verdict
    pages: tuple[dict[str, object], ...]
    same_call: bool = False


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page as it is compared: by its ink, or by its text where it has no picture."""

    number: int
    kind: str
    ink: Ink | None
    text: str


def find_earlier(arrival: Arrival, requests: Sequence[RequestValues], kinds: Mapping[int, PageKind]) -> Found | None:
    """Find the earlier arrival that this one, fully read but not yet put together, is another sending of.

    The newest that it is the same as; else the newest that it differs from by what is named; else one that it
    may be the same as.
    """
    if not requests or Likeness.objects.filter(arrival=arrival, refused_at__isnull=False).exists():
        return None
    sheets = _sheets(arrival, {number: kind.value for number, kind in kinds.items()})
    best: Found | None = None
    for earlier in _candidates(arrival, requests):
        found = _against(arrival, earlier, requests, sheets)
        if found is not None and found.verdict.same:
            return found
        if found is not None and (best is None or (found.verdict.differences and not best.verdict.differences)):
            best = found
    return best


def _candidates(arrival: Arrival, requests: Sequence[RequestValues]) -> list[Arrival]:
    """Earlier arrivals with requests that are about the same member, or came from the same machine; newest first."""
    near = Q(received_at__gte=arrival.received_at - RECENT, received_at__lte=arrival.received_at + RECENT)
    rows = Arrival.objects.filter(near, state=ArrivalState.PROCESSED, requests__isnull=False).exclude(pk=arrival.pk)
    same = Q(pk__in=())
    for values in requests:
        member, born = values.value("member.id"), values.value("member.date_of_birth")
        if member:
            same |= Q(requests__member_id=member)
        if born:
            same |= Q(requests__member_date_of_birth=born)
    call = arrival.facts.get("call") or {}
    for name in ("caller_id", "tsi"):
        if call.get(name):
            same |= Q(**{f"facts__call__{name}": call[name]})
    sender = (arrival.facts.get("mail") or {}).get("from_address")
    if sender:
        same |= Q(facts__mail__from_address=sender)
    numbers = rows.filter(same).order_by("-received_at").values_list("pk", flat=True).distinct()[:_MOST_CANDIDATES]
    return list(Arrival.objects.filter(pk__in=list(numbers)).order_by("-received_at"))


def _against(
    arrival: Arrival, earlier: Arrival, requests: Sequence[RequestValues], sheets: Sequence[_Sheet]
) -> Found | None:
    older = list(_own_requests(earlier))
    # what was decided, withdrawn or put away and comes again is somebody's answer to that, never a mere copy
    if len(older) != len(requests) or not all(request.state in _STILL_OPEN for request in older):
        return None
    matched = _match(sheets, _sheets(earlier))
    counted = {sheet.number for sheet in sheets if sheet.kind not in _BESIDE}
    if not counted <= set(matched):
        return None
    pages = {number: alike for number, (_other, alike) in matched.items() if number in counted}
    one_call = _same_call(arrival, earlier)
    places = Sheets(
        functools.partial(_picture, arrival),
        functools.partial(_picture, earlier),
        {number: other for number, (other, _alike) in matched.items()},
    )
    was = [values_of(request) for request in older]
    verdict = judge(requests, was, pages, same_call=one_call, look=places.look)
    if verdict is None:
        return None
    told = tuple(
        {
            "number": number,
            "earlier": other,
            "alike": round(alike.alike * alike.middle, 3),
            "areas": [box.to_json() for box in alike.areas],
        }
        for number, (other, alike) in sorted(matched.items())
    )
    return Found(earlier, verdict, told, one_call)


def _own_requests(earlier: Arrival) -> QuerySet[Request]:
    return earlier.requests.order_by("position")


def _sheets(arrival: Arrival, kinds: Mapping[int, str] | None = None) -> list[_Sheet]:
    found = []
    for page in arrival.pages.select_related("signature").order_by("number"):
        packed = page.signature.blocks if hasattr(page, "signature") else b""
        ink = unpack_signature(bytes(packed)) if packed else None
        text = " ".join(str(page.source.get("text") or "").split())
        found.append(_Sheet(page.number, (kinds or {}).get(page.number, str(page.kind)), ink, text))
    return found


def _picture(arrival: Arrival, number: int) -> Sheet | None:
    """A page as a place on it is looked at: its upright picture and its ink; None where it lacks one."""
    page = arrival.pages.select_related("signature").filter(number=number).first()
    if page is None or not page.upright or not hasattr(page, "signature"):
        return None
    data = np.frombuffer(read_stored(DERIVED, page.upright), np.uint8)
    grey = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    ink = unpack_signature(bytes(page.signature.blocks))
    return (np.asarray(grey, np.uint8), ink) if grey is not None and ink is not None else None


def _match(sheets: Sequence[_Sheet], others: Sequence[_Sheet]) -> dict[int, tuple[int, Alike]]:
    """For each page the earlier page that it looks most like, each taken once; a page like none is left out."""
    left = {other.number: other for other in others}
    found: dict[int, tuple[int, Alike]] = {}
    for sheet in sheets:
        best: tuple[int, Alike] | None = None
        # where it stood before is looked at first, and is enough when it is the same
        for number in sorted(left, key=lambda number: (number != sheet.number, number)):
            alike = _compared(sheet, left[number])
            if alike.is_likely and (best is None or alike.alike * alike.middle > best[1].alike * best[1].middle):
                best = (number, alike)
            if best is not None and best[1].is_same:
                break
        if best is not None:
            del left[best[0]]
            found[sheet.number] = best
    return found


def _compared(sheet: _Sheet, other: _Sheet) -> Alike:
    if sheet.ink is not None and other.ink is not None:
        return compare(sheet.ink, other.ink)
    if sheet.text and sheet.text == other.text:
        return Alike(1.0, max(len(sheet.text.split()), 1), 0)
    return Alike(0.0, 0, 0)


def _same_call(one: Arrival, other: Arrival) -> bool:
    """Say whether two files are of one call: caller or station, line and second of receipt are told and agree."""
    first, second = one.facts.get("call") or {}, other.facts.get("call") or {}
    who = first.get("caller_id") or first.get("tsi")
    if not who or not first.get("received_at"):
        return False
    return all(first.get(name) == second.get(name) for name in ("caller_id", "tsi", "called", "received_at"))


def record_again(
    arrival_id: int, reading_round: int, found: Found, *, kinds: Mapping[int, PageKind], tables: Reference
) -> bool:
    """Link an arrival to the earlier one; give whether it ended as a duplicate. Running it again changes nothing.

    When the earlier one was received later (it was only read first), its requests keep the first receipt.
    """
    with transaction.atomic():
        arrival = lock_arrival(arrival_id)
        if arrival.state != ArrivalState.IN_PROGRESS or arrival.reading_round != reading_round:
            return arrival.state == ArrivalState.DUPLICATE
        first = found.earlier.duplicate_of or found.earlier
        Likeness.objects.update_or_create(
            arrival=arrival,
            defaults={
                "earlier": first,
                "same": found.verdict.same,
                "pages": list(found.pages),
                "differences": list(found.verdict.differences),
                "because": list(found.verdict.because),
                "at": timezone.now(),
            },
        )
        if not found.verdict.same:
            return False
        record_kinds(arrival, kinds)
        arrival.duplicate_of = first
        note(MACHINE, "arrival.came_again", arrival=arrival, detail={"first": first.pk})
        for reference in _own_requests(first).values_list("reference", flat=True):
            request = _tell(reference, arrival, tables)
            if not found.same_call:
                draft_receipt_again(request, arrival)
        end_arrival(arrival, ArrivalState.DUPLICATE, arrival.problem, MACHINE)
        return True


def _tell(reference: str, arrival: Arrival, tables: Reference) -> Request:
    """Write into a request's story that it came again; the earliest receipt is the one that counts."""
    request = lock_request(reference)
    note(MACHINE, "request.came_again", request=request, arrival=arrival, detail={"arrival": arrival.pk})
    if arrival.received_at < request.received_at:
        request.received_at = arrival.received_at
        request.save(update_fields=["received_at", "changed_at"])
        redecide(request, tables, cause="reading")
    return request
