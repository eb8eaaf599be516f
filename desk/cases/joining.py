"""What came in about a request we have: joined to it, or put before a person; and the way back.

The verdict is :mod:`classify.join`'s, what it does to the values is :mod:`classify.amend`'s. A joined
paper is kept as a request of its own that is merged into the other, whose first receipt and clock stay.
:mod:`desk.cases.undo` takes a joining back.
"""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from classify.amend import Amended, amend
from classify.join import RECENT, Joining, JoinKind, KnownRequest, find_request
from classify.reference import Reference
from desk.cases import snapshot
from desk.cases.actor import MACHINE, Actor
from desk.cases.acts import record_act
from desk.cases.audit import note
from desk.cases.decisions import redecide
from desk.cases.moves import lock_request, move
from desk.cases.places import Place, places_of, renumbered, with_more, write_places
from desk.cases.release import draft_notice, due_notices, let_out, supersede_unsent
from desk.cases.values import RECORDS_ONLY, rewrite_values, values_of
from desk.errors import MoveRefusedError
from desk.lifecycle import CORRECTABLE_STATES, OPEN_STATES, PEOPLE, RequestState
from desk.records.models import JoinedPaper, Likeness, Request
from terms.requests import RequestValues

_JOINED_AT_ONCE = frozenset({JoinKind.ANSWER, JoinKind.AMENDMENT, JoinKind.REPEAT, JoinKind.RECORDS})
_JOINABLE = frozenset({RequestState.NEEDS_REVIEW, RequestState.UNMATCHED, RequestState.INCOMPLETE, RequestState.READY})
"""States from which what came in may still be joined to another request."""

CANDIDATES = "join.candidates"
"""The fact that names the requests a paper may be about (:mod:`classify.complete` asks a person)."""


def verdict(request: Request, values: RequestValues) -> Joining:
    """Say what a request just read is to the requests we have; those of its own arrival do not count."""
    return find_request(values, _known(request, values), received_at=request.received_at)


def _known(request: Request, values: RequestValues) -> Iterable[KnownRequest]:
    """The requests that come into question: the one whose reference is named, and those of the same member."""
    named = Q(reference=values.facts["reference"]) if "reference" in values.facts else Q(pk__in=())
    member, born = values.value("member.id"), values.value("member.date_of_birth")
    same = Q(pk__in=())
    if member:
        same |= Q(member_id=member)
    if born:
        same |= Q(member_date_of_birth=born)
    recent = Q(received_at__gte=request.received_at - RECENT)
    others = Request.objects.exclude(arrival=request.arrival_id).exclude(state=RequestState.MERGED)
    for row in others.filter(named | (same & recent)):
        yield KnownRequest(row.reference, values_of(row), row.received_at, row.state in OPEN_STATES)


def place(request: Request, values: RequestValues, tables: Reference) -> bool:
    """Join a locked request that was just read to the one it is about, or put it before a person.

    Gives ``False`` for a request of its own, with which the caller goes on. Joined at once is what names
    our reference or agrees in member, birth date, provider and code, and loose records of one request;
    everything else that looks alike is a person's choice. Runs in the caller's transaction.
    """
    joining = verdict(request, values)
    if joining.kind is JoinKind.NEW:
        joining = _looks_like(request)
    if joining.kind is JoinKind.NEW:
        return False
    target = _target(joining)
    if target is None:
        _ask(request, joining, tables)
    else:
        move(request, _waiting(request), MACHINE)
        _join(request, target, joining, MACHINE, tables)
    return True


def _looks_like(request: Request) -> Joining:
    """Put what looks like an earlier arrival's sheets before a person, though too little was read to join it."""
    alike = Likeness.objects.filter(arrival=request.arrival_id, same=False, refused_at__isnull=True).first()
    if alike is None:
        return Joining(JoinKind.NEW, (), ())
    others = Request.objects.filter(arrival=alike.earlier_id, state__in=OPEN_STATES).order_by("position")
    found = others.filter(position=request.position).first() or others.first()
    return Joining(
        JoinKind.UNSURE if found else JoinKind.NEW, (found.reference,) if found else (), tuple(alike.because)
    )


def _target(joining: Joining) -> Request | None:
    """The request that a paper may be joined to without a person."""
    if joining.kind not in _JOINED_AT_ONCE:
        return None
    target = lock_request(joining.references[0])
    return target if target.state in CORRECTABLE_STATES else None


def _waiting(request: Request) -> RequestState:
    return RequestState.UNMATCHED if request.facts.get(RECORDS_ONLY) == "yes" else RequestState.NEEDS_REVIEW


def _ask(request: Request, joining: Joining, tables: Reference) -> None:
    """Put a paper before a person, with the requests that come into question."""
    because = list(joining.because)
    if joining.kind in _JOINED_AT_ONCE:
        because.append("that request has gone on; a person sees to it that the papers follow")
    if joining.references:
        request.facts = request.facts | {CANDIDATES: ",".join(joining.references)}
        request.save(update_fields=["facts"])
        redecide(request, tables, cause="joining")
    kind = JoinKind.UNSURE if joining.references else JoinKind.UNMATCHED
    _record(request, None, Joining(kind, joining.references, tuple(because)), MACHINE)
    move(request, _waiting(request), MACHINE)
    note(MACHINE, "request.join_asked", request=request, detail={"candidates": list(joining.references)})


def join(reference: str, into: str, *, revision: int, actor: Actor, tables: Reference) -> Request:
    """Join what came in as ``reference`` to the request ``into``, as a person says; give the latter.

    A request that has gone to its processor takes the pages and keeps its values.

    Raises :class:`desk.errors.MoveRefusedError`, :class:`desk.errors.RevisionChangedError`,
    ``Request.DoesNotExist``; then nothing has changed.
    """
    if not actor.roles & PEOPLE:
        raise MoveRefusedError("your role may not join papers to requests")
    if reference == into:
        raise MoveRefusedError("a request cannot be joined to itself")
    with transaction.atomic():
        for each in sorted((reference, into)):
            lock_request(each)
        paper, target = lock_request(reference, revision=revision), lock_request(into)
        if paper.state not in _JOINABLE:
            raise MoveRefusedError(f"what is {paper.state.replace('_', ' ')} can no longer be joined to a request")
        if target.state not in CORRECTABLE_STATES | {RequestState.HANDED_OVER}:
            raise MoveRefusedError(f"a request that is {target.state.replace('_', ' ')} takes no papers any more")
        _join(paper, target, Joining(_kind_of(paper), (into,), (f"joined by {actor.name}",)), actor, tables)
        return target


def _kind_of(paper: Request) -> JoinKind:
    return JoinKind.RECORDS if paper.facts.get(RECORDS_ONLY) == "yes" else JoinKind.AMENDMENT


def _join(paper: Request, target: Request, joining: Joining, actor: Actor, tables: Reference) -> None:
    before = {each.reference: snapshot.take(each) for each in (paper, target)}
    differences = _take_in(paper, target, joining, actor, tables)
    paper.revision += 1
    paper.merged_into = target
    paper.save(update_fields=["revision", "merged_into", "changed_at"])
    supersede_unsent(paper)
    move(paper, RequestState.MERGED, actor)
    act = record_act("join", before, [paper, target], actor)
    made = _record(paper, target, joining, actor)
    made.act, made.differences = act, list(differences)
    made.save(update_fields=["act", "differences"])
    detail = {"paper": paper.reference, "kind": joining.kind.value, "arrival": paper.arrival_id}
    note(actor, "request.joined", request=target, arrival=paper.arrival, detail=detail)


def _take_in(
    paper: Request, target: Request, joining: Joining, actor: Actor, tables: Reference
) -> Sequence[dict[str, str | None]]:
    """Give the target the paper's pages and what they say; it waits for a person where they contradict it."""
    theirs, mine = places_of(paper), places_of(target)
    places = with_more(mine, [p.page for p in theirs if not p.set_aside and p.page.pk not in {m.page.pk for m in mine}])
    added = _numbers(theirs, places)
    gone = target.state == RequestState.HANDED_OVER
    as_it_was = gone or joining.kind is JoinKind.REPEAT
    found = amend(
        values_of(target),
        renumbered(values_of(paper), added),
        pages=sorted(added.values()),
        records=gone or joining.kind is JoinKind.RECORDS,
    )
    write_places(target, places)
    target.received_at = min(target.received_at, paper.received_at)
    if as_it_was:
        target.save(update_fields=["received_at", "changed_at"])
        return [difference.to_record() for difference in found.differences]
    _write(target, found)
    target.revision += 1
    target.save()
    supersede_unsent(target)
    _go_on(target, actor, tables)
    return [difference.to_record() for difference in found.differences]


def _numbers(theirs: Sequence[Place], places: Sequence[Place]) -> dict[int, int]:
    """By which number of the target each page number of the paper goes."""
    now = {place.page.pk: place.number for place in places}
    return {place.number: now[place.page.pk] for place in theirs if place.page.pk in now}


def _write(target: Request, found: Amended) -> None:
    """Store amended values; which of them are a person's the rows say themselves (values.py)."""
    own = set(target.facts)
    rewrite_values(target, found.values)
    facts = found.values.facts.items()
    target.facts = {name: fact for name, fact in facts if not name.startswith("confirmed.") or name in own}


def _go_on(target: Request, actor: Actor, tables: Reference) -> None:
    """Decide anew; without a clerk's question the request goes on as if it had come whole."""
    decision = redecide(target, tables, cause="joining")
    state = RequestState(target.state)
    if decision.clerk_gaps or state is RequestState.NEEDS_REVIEW:
        move(target, RequestState.NEEDS_REVIEW, actor)
    elif state is RequestState.INCOMPLETE:
        let_out(target, actor)
    elif state in {RequestState.READY, RequestState.ROUTED} and not decision.provider_gaps:
        target.released_revision = target.revision
        target.save(update_fields=["released_revision", "changed_at"])
        for kind in due_notices(target):
            draft_notice(target, kind)
    else:
        move(target, RequestState.NEEDS_REVIEW, actor)


def _record(paper: Request, target: Request | None, joining: Joining, actor: Actor) -> JoinedPaper:
    return JoinedPaper.objects.create(
        paper=paper,
        target=target,
        kind=joining.kind.value,
        because=list(joining.because),
        candidates=list(joining.references),
        by_id=actor.user_id,
        by_name=actor.name,
        at=timezone.now(),
    )
