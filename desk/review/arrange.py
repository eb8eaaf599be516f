"""Arranging pages: the requests of an arrival side by side, their pages moved between them by mouse or keyboard."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desk.cases import endings, pages
from desk.cases.actor import Actor
from desk.cases.places import Place, places_of
from desk.cases.tables import current_reference
from desk.cases.undo import last_of, undo, why_not_undoable
from desk.errors import DeskError, RevisionChangedError
from desk.lifecycle import CORRECTABLE_STATES, RequestState
from desk.records.models import Page, Rearrangement, Request
from desk.review.access import needs
from desk.review.claims import held_by_other
from desk.review.people import actor
from desk.review.presenting import sentence
from desk.review.request_page import find
from desk.review.roles import CORRECT
from desk.review.story import action_words

_REFERENCE_LENGTH = 12
_MOST_PAGES = 500
_REASON_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Lane:
    """A request as a row of page thumbnails; ``closed`` says why nothing can be moved there, empty if it can."""

    record: Request
    places: tuple[Place, ...]
    closed: str

    @property
    def has_aside(self) -> bool:
        """Whether some page there is set aside."""
        return any(place.set_aside for place in self.places)


@needs(CORRECT)
def arrange(request: HttpRequest, reference: str) -> HttpResponse:
    """The page: this request first, then the others of its arrival and the one named by ``with``."""
    record = find(reference)
    records = [record, *_others(record, request.GET.get("with", "")[:_REFERENCE_LENGTH])]
    act = last_of(record)
    context = {
        "area": "queue",
        "record": record,
        "lanes": [_lane(each, actor(request)) for each in records],
        "loose": Page.objects.defer("reading", "source").filter(arrival=record.arrival_id, requests=None, places=None),
        "act": act,
        "act_words": action_words(f"pages.{act.kind}") if act and act.kind in _PAGE_KINDS else _ending_words(act),
        "not_undoable": why_not_undoable(act) if act else "",
        "endings": [(e.value, _ENDING_WORDS[e]()) for e in endings.ENDINGS],
    }
    return render(request, "review/arrange.html", context)


_PAGE_KINDS = frozenset({"order", "turn", "set_aside", "take_back", "take_in", "split", "merge", "move"})
_ENDING_WORDS: dict[RequestState, Callable[[], str]] = {
    RequestState.NOT_OURS: lambda: _("Not ours: for another plan or group"),
    RequestState.WITHDRAWN: lambda: _("Withdrawn by its provider"),
    RequestState.QUARANTINED: lambda: _("Into quarantine: nobody can work with it"),
}


def _ending_words(act: Rearrangement | None) -> str:
    ending = next((e for e in endings.ENDINGS if act and act.kind == e.value), None)
    return _ENDING_WORDS[ending]() if ending else ""


def _others(record: Request, named: str) -> Iterable[Request]:
    rows = Request.objects.select_related("arrival", "merged_into", "claim__user").defer("read_values")
    mine = list(rows.filter(arrival=record.arrival_id).exclude(pk=record.pk).order_by("position"))
    there = [record.pk, *(each.pk for each in mine)]
    extra = rows.filter(reference=named.upper()).exclude(pk__in=there) if named else ()
    return [*(each for each in mine if each.state != RequestState.MERGED), *extra]


def _lane(record: Request, who: Actor) -> Lane:
    other = held_by_other(record, who)
    closed = ""
    if record.state not in CORRECTABLE_STATES:
        closed = _("It has gone on; its pages stay where they are.")
    elif other:
        closed = _("%(who)s is working on it.") % {"who": other.user.get_username()}
    return Lane(record, places_of(record), closed)


@require_POST
@needs(CORRECT)
def arrange_act(request: HttpRequest, reference: str) -> HttpResponse:
    """Do what the form says (``act``) with the chosen pages (``page``) at the revision that the lane showed."""
    record = find(reference)
    if other := held_by_other(record, actor(request)):
        messages.error(request, _("%(who)s is working on this request. Take over first.") % {"who": other.user})
        return _back(request, reference)
    act = _ACTS.get(request.POST.get("act", ""))
    try:
        if act is None:
            messages.error(request, _("The desk does not know this."))
        else:
            messages.success(request, act(_Wish.of(request, reference)))
    except RevisionChangedError:
        messages.error(request, _("Somebody else changed this request meanwhile. Look again, then repeat it."))
    except Request.DoesNotExist:
        messages.error(request, _("There is no request with this reference."))
    except DeskError as error:
        messages.error(request, sentence(error))
    return _back(request, reference)


def _back(request: HttpRequest, reference: str) -> HttpResponse:
    """Go back to the page on which the act was chosen, which may be another request's."""
    shown = request.POST.get("shown", "")
    known = Request.objects.filter(reference=shown[:_REFERENCE_LENGTH]).values_list("reference", flat=True).first()
    return redirect("arrange", reference=known or reference)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a form asks for, read but not yet believed."""

    reference: str
    pages: tuple[int, ...]
    into: str
    text: str
    revision: int
    actor: Actor

    @classmethod
    def of(cls, request: HttpRequest, reference: str) -> "_Wish":
        return cls(
            reference=reference,
            pages=tuple(_number(text) for text in request.POST.getlist("page")[:_MOST_PAGES]),
            into=request.POST.get("into", "").strip().upper()[:_REFERENCE_LENGTH],
            text=request.POST.get("reason", "").replace("\x00", "")[:_REASON_LENGTH],
            revision=_number(request.POST.get("revision", "")),
            actor=actor(request),
        )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0  # noqa: PLR2004  (no row id is longer)


def _split(wish: _Wish) -> str:
    made = pages.split(wish.reference, wish.pages, revision=wish.revision, actor=wish.actor, tables=current_reference())
    return _("Made request %(reference)s from these pages.") % {"reference": made.reference}


def _share(wish: _Wish) -> str:
    made = pages.split(
        wish.reference, wish.pages, revision=wish.revision, actor=wish.actor, tables=current_reference(), keep=True
    )
    return _("Made request %(reference)s; the pages are in both.") % {"reference": made.reference}


def _move(wish: _Wish) -> str:
    pages.move_pages(
        wish.reference, wish.pages, wish.into, revision=wish.revision, actor=wish.actor, tables=current_reference()
    )
    return _("Moved to request %(reference)s.") % {"reference": wish.into}


def _merge(wish: _Wish) -> str:
    pages.merge(wish.reference, wish.into, revision=wish.revision, actor=wish.actor, tables=current_reference())
    return _("Merged into request %(reference)s.") % {"reference": wish.into}


def _aside(wish: _Wish) -> str:
    pages.set_aside(wish.reference, wish.pages, revision=wish.revision, actor=wish.actor, tables=current_reference())
    return _("Set aside: these pages no longer count for the request.")


def _take_back(wish: _Wish) -> str:
    pages.set_aside(
        wish.reference, wish.pages, revision=wish.revision, actor=wish.actor, tables=current_reference(), back=True
    )
    return _("Taken back into the request.")


def _take_in(wish: _Wish) -> str:
    pages.take_in(wish.reference, wish.pages, revision=wish.revision, actor=wish.actor, tables=current_reference())
    return _("Taken into the request.")


def _order(wish: _Wish) -> str:
    pages.reorder(wish.reference, wish.pages, revision=wish.revision, actor=wish.actor)
    return _("The pages stand in the new order.")


def _turn(wish: _Wish) -> str:
    stand = {place.page.pk: place.page.turned for place in places_of(find(wish.reference))}
    for page in wish.pages:
        pages.turn(wish.reference, page, (stand.get(page, 0) + 90) % 360, revision=wish.revision, actor=wish.actor)
    return _("Turned by a quarter.")


def _end(wish: _Wish) -> str:
    ending = next((e for e in endings.ENDINGS if e.value == wish.into.lower()), RequestState.CLOSED)
    endings.end(wish.reference, ending, reason=wish.text, revision=wish.revision, actor=wish.actor)
    return _("Taken off the queue.")


def _undo(wish: _Wish) -> str:
    undo(wish.reference, revision=wish.revision, actor=wish.actor, tables=current_reference())
    return _("Taken back: it stands as before.")


_ACTS: dict[str, Callable[[_Wish], str]] = {
    "split": _split,
    "share": _share,
    "move": _move,
    "merge": _merge,
    "aside": _aside,
    "take_back": _take_back,
    "take_in": _take_in,
    "order": _order,
    "turn": _turn,
    "end": _end,
    "undo": _undo,
}
"""What the forms of the page can ask for."""
