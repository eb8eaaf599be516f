"""What people do to pages: put them in order, turn them, set them aside, split and merge requests with them.

Every act makes a new revision of each request it touches, decides it anew from the pages it has
then, and writes the way back (:mod:`desk.cases.undo`). A value that a person set goes with its
page. Nothing here is read again.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from django.db import transaction

from classify.reference import Reference
from desk.cases import snapshot
from desk.cases.actor import Actor
from desk.cases.acts import record_act
from desk.cases.audit import note
from desk.cases.decisions import redecide
from desk.cases.moves import lock_request, move
from desk.cases.places import Place, places_of, with_more, write_places
from desk.cases.rebuild import rebuild, said_of
from desk.cases.release import supersede_unsent
from desk.cases.requests import new_request
from desk.cases.values import RECORDS_ONLY
from desk.errors import MoveRefusedError, UnknownTargetError
from desk.lifecycle import CORRECTABLE_STATES, PEOPLE, RequestState
from desk.records.models import Page, Request
from terms.requests import RequestValues

TURNS = (0, 90, 180, 270)
"""Degrees by which a page may stand turned."""


def reorder(reference: str, pages: Sequence[int], *, revision: int, actor: Actor) -> Request:
    """Put the pages (row ids) of a request in the order given; those not named stand after them.

    Changes no value and decides nothing; like every act here it can be undone.

    Raises :class:`desk.errors.RevisionChangedError`, :class:`desk.errors.UnknownTargetError` for a
    page that is not the request's, :class:`desk.errors.MoveRefusedError`.
    """

    def arranged(places: tuple[Place, ...]) -> tuple[Place, ...]:
        at = {page: place for place, page in enumerate(dict.fromkeys(pages))}
        _check_pages(places, at)
        return tuple(sorted(places, key=lambda place: at.get(place.page.pk, len(at))))

    return _rewrite(reference, "order", arranged, revision=revision, actor=actor, tables=None)


def turn(reference: str, page: int, degrees: int, *, revision: int, actor: Actor) -> Request:
    """Have a page shown turned by ``degrees`` clockwise (0, 90, 180, 270) from how it was read; see :func:`reorder`."""
    if degrees not in TURNS:
        msg = "a page is turned by 0, 90, 180 or 270 degrees"
        raise UnknownTargetError(msg)

    def turned(places: tuple[Place, ...]) -> tuple[Place, ...]:
        _check_pages(places, [page])
        (row,) = (place.page for place in places if place.page.pk == page)
        row.turned = degrees
        row.save(update_fields=["turned"])
        return places

    return _rewrite(reference, "turn", turned, revision=revision, actor=actor, tables=None)


def set_aside(
    reference: str, pages: Iterable[int], *, revision: int, actor: Actor, tables: Reference, back: bool = False
) -> Request:
    """Mark pages as not the request's (``back``: as its own after all): what stands on them no longer counts.

    Raises as :func:`reorder` does, also when no page would be left.
    """
    chosen = set(pages)

    def without(places: tuple[Place, ...]) -> tuple[Place, ...]:
        _check_pages(places, chosen)
        left = tuple(replace(p, set_aside=not back) if p.page.pk in chosen else p for p in places)
        _check_some_left(left)
        return left

    kind = "take_back" if back else "set_aside"
    return _rewrite(reference, kind, without, revision=revision, actor=actor, tables=tables)


def take_in(reference: str, pages: Iterable[int], *, revision: int, actor: Actor, tables: Reference) -> Request:
    """Make pages of the request's own arrival that are in no request part of it; see :func:`reorder`."""
    chosen = set(pages)

    def with_them(places: tuple[Place, ...]) -> tuple[Place, ...]:
        arrivals = {place.page.arrival_id for place in places}
        loose = Page.objects.defer("reading", "source").filter(pk__in=chosen, requests=None, arrival__in=arrivals)
        found = list(loose.order_by("arrival_id", "number"))
        known = {place.page.pk for place in places}
        if not found or {page.pk for page in found} != chosen:
            msg = "one of these pages is in a request already; load the page again"
            raise UnknownTargetError(msg)
        back = tuple(replace(place, set_aside=place.set_aside and place.page.pk not in chosen) for place in places)
        return with_more(back, [page for page in found if page.pk not in known])

    return _rewrite(reference, "take_in", with_them, revision=revision, actor=actor, tables=tables)


def split(
    reference: str, pages: Iterable[int], *, revision: int, actor: Actor, tables: Reference, keep: bool = False
) -> Request:
    """Make a request of its own from some pages of a request; give the new one.

    The pages leave the old request, or stay in both with ``keep`` (a cover sheet, shared notes).
    The new request keeps the moment of receipt.
    """
    chosen = set(pages)
    with transaction.atomic():
        request = _locked(reference, actor, revision=revision)
        before = {request.reference: snapshot.take(request)}
        places = places_of(request)
        _check_pages(places, chosen)
        moved = tuple(replace(p, set_aside=False) for p in places if p.page.pk in chosen)
        left = places if keep else tuple(p for p in places if p.page.pk not in chosen)
        _check_some_left(moved)
        _check_some_left(left)
        said = said_of(request, places)
        arrival = moved[0].page.arrival
        last = arrival.requests.order_by("-position").values_list("position", flat=True).first()
        made = new_request(arrival, 0 if last is None else last + 1, RequestValues(pages=(), fields={}))
        made.received_at = request.received_at
        write_places(made, moved)
        rebuild(made, moved, [(said, False)])
        note(actor, "request.split_off", request=made, arrival=arrival, detail={"from": request.reference})
        state = RequestState.UNMATCHED if made.facts.get(RECORDS_ONLY) == "yes" else RequestState.NEEDS_REVIEW
        made.state = state
        redecide(made, tables, cause="pages")
        write_places(request, left)
        rebuild(request, left, [(said, True)])
        _again(request, actor, tables)
        record_act("split", before, [request, made], actor)
        return made


def merge(reference: str, into: str, *, revision: int, actor: Actor, tables: Reference) -> Request:
    """Make a request part of another one, with all its pages; give the one it is part of now.

    The earlier receipt counts. The merged request is kept, points to the other and can no longer
    be worked on.
    """
    if reference == into:
        msg = "a request cannot be merged into itself"
        raise MoveRefusedError(msg)
    with transaction.atomic():
        source, target = _locked_pair(reference, into, actor, revision=revision)
        before = {each.reference: snapshot.take(each) for each in (source, target)}
        theirs, mine = places_of(source), places_of(target)
        own = {place.page.pk for place in mine if not place.set_aside}
        kept = tuple(p for p in mine if not p.set_aside or p.page.pk not in {t.page.pk for t in theirs})
        places = with_more(kept, [p.page for p in theirs if p.page.pk not in own and not p.set_aside])
        said = [(said_of(target, mine), True), (said_of(source, theirs), False)]
        target.received_at = min(source.received_at, target.received_at)
        write_places(target, places)
        rebuild(target, places, said)
        _again(target, actor, tables)
        source.revision += 1
        source.merged_into = target
        source.save(update_fields=["revision", "merged_into", "changed_at"])
        supersede_unsent(source)
        move(source, RequestState.MERGED, actor)
        record_act("merge", before, [source, target], actor)
        return target


def move_pages(
    reference: str, pages: Iterable[int], into: str, *, revision: int, actor: Actor, tables: Reference
) -> Request:
    """Move some pages of a request to another request; give the other one. Moving all of them is a merge."""
    chosen = set(pages)
    with transaction.atomic():
        source, target = _locked_pair(reference, into, actor, revision=revision)
        before = {each.reference: snapshot.take(each) for each in (source, target)}
        theirs, mine = places_of(source), places_of(target)
        _check_pages(theirs, chosen)
        left = tuple(p for p in theirs if p.page.pk not in chosen)
        _check_some_left(left)
        own = {place.page.pk for place in mine}
        arriving = [p.page for p in theirs if p.page.pk in chosen and p.page.pk not in own]
        back = tuple(replace(p, set_aside=False) if p.page.pk in chosen else p for p in mine)
        places = with_more(back, arriving)
        said_there, said_here = said_of(source, theirs), said_of(target, mine)
        for request, stand, said in (
            (target, places, [(said_here, True), (said_there, False)]),
            (source, left, [(said_there, True)]),
        ):
            write_places(request, stand)
            rebuild(request, stand, said)
            _again(request, actor, tables)
        record_act("move", before, [source, target], actor)
        return target


def _rewrite(
    reference: str,
    kind: str,
    change: Callable[[tuple[Place, ...]], tuple[Place, ...]],
    *,
    revision: int,
    actor: Actor,
    tables: Reference | None,
) -> Request:
    """Change the places of one request; with ``tables`` its values too."""
    with transaction.atomic():
        request = _locked(reference, actor, revision=revision)
        before = {request.reference: snapshot.take(request)}
        places = places_of(request)
        said = said_of(request, places)
        changed = change(places)
        write_places(request, changed)
        if tables is None:
            request.save(update_fields=["changed_at"])
        else:
            rebuild(request, changed, [(said, True)])
            _again(request, actor, tables)
        record_act(kind, before, [request], actor)
        return request


def _again(request: Request, actor: Actor, tables: Reference) -> None:
    """A touched request waits for its release again, at a new revision."""
    request.revision += 1
    request.save()
    supersede_unsent(request)
    if request.state != RequestState.UNMATCHED or request.facts.get(RECORDS_ONLY) != "yes":
        move(request, RequestState.NEEDS_REVIEW, actor)
    redecide(request, tables, cause="pages")


def _locked_pair(reference: str, into: str, actor: Actor, *, revision: int) -> tuple[Request, Request]:
    """Take hold of two requests, always in the same order so that two people never wait for each other."""
    found = {
        each: _locked(each, actor, revision=revision if each == reference else None)
        for each in sorted((reference, into))
    }
    return found[reference], found[into]


def _locked(reference: str, actor: Actor, *, revision: int | None) -> Request:
    if not actor.roles & PEOPLE:
        msg = "your role may not move pages"
        raise MoveRefusedError(msg)
    request = lock_request(reference, revision=revision)
    if request.state not in CORRECTABLE_STATES:
        msg = f"the pages of a request that is {request.state.replace('_', ' ')} can no longer be moved"
        raise MoveRefusedError(msg)
    return request


def _check_pages(places: Sequence[Place], pages: Iterable[int]) -> None:
    known = {place.page.pk for place in places}
    wanted = set(pages)
    if not wanted:
        msg = "choose at least one page first"
        raise UnknownTargetError(msg)
    if wanted - known:
        msg = "the request no longer has one of these pages; load it again"
        raise UnknownTargetError(msg)


def _check_some_left(places: Sequence[Place]) -> None:
    if all(place.set_aside for place in places):
        msg = "a request needs a page of its own; merge it into another, or take it off the queue as a whole"
        raise MoveRefusedError(msg)
