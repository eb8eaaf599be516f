"""The life of a request and of an arrival: states, moves, and who may make them.

One table says it all; whoever wants to move a request asks :func:`check_move` first. A machine
reads, routes, asks and informs. It never decides: no move to ``decided`` is open to it
(California SB 1120).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from desk.errors import MoveRefusedError
from terms.names import ArrivalState


class RequestState(StrEnum):
    """Where a request stands."""

    READING = "reading"
    NEEDS_REVIEW = "needs_review"
    INCOMPLETE = "incomplete"
    READY = "ready"
    ROUTED = "routed"
    HANDED_OVER = "handed_over"
    DECIDED = "decided"
    CLOSED = "closed"
    UNMATCHED = "unmatched"
    NOT_OURS = "not_ours"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    QUARANTINED = "quarantined"


class NoticeState(StrEnum):
    """Where a notice stands. A sent notice is never edited; a change makes a superseding one.

    ``sent``: handed to the line; ``delivered``: the far side confirmed every page; ``failed``: no
    further try is made, and a person has to see to it.
    """

    DRAFTED = "drafted"
    HELD = "held"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    SUPERSEDED = "superseded"


OUT_STATES = frozenset({NoticeState.SENT, NoticeState.DELIVERED})
"""States of a notice whose recipient has it, or will have it as far as we know."""


class TransmissionState(StrEnum):
    """Where one attempt to deliver a notice stands."""

    INTENDED = "intended"
    SUBMITTED = "submitted"
    DELIVERED = "delivered"
    FAILED = "failed"
    HELD = "held"


class Role(StrEnum):
    """Who acts. The people's roles are the names of Django groups."""

    MACHINE = "machine"
    CLERK = "clerk"
    SENIOR_CLERK = "senior clerk"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


PEOPLE = frozenset({Role.CLERK, Role.SENIOR_CLERK, Role.SUPERVISOR})
SENIORS = frozenset({Role.SENIOR_CLERK, Role.SUPERVISOR})
MACHINE = frozenset({Role.MACHINE})
OPEN_STATES = frozenset(
    {
        RequestState.READING,
        RequestState.NEEDS_REVIEW,
        RequestState.INCOMPLETE,
        RequestState.READY,
        RequestState.ROUTED,
        RequestState.HANDED_OVER,
        RequestState.UNMATCHED,
    }
)
"""States in which somebody still owes the request something."""

CORRECTABLE_STATES = frozenset(
    {
        RequestState.NEEDS_REVIEW,
        RequestState.INCOMPLETE,
        RequestState.READY,
        RequestState.ROUTED,
        RequestState.UNMATCHED,
    }
)
"""States in which a person may change a value; afterwards the processor holds the request."""


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed move: between which states, by whom, and what it means."""

    source: RequestState
    target: RequestState
    roles: frozenset[Role]
    meaning: str


def _moves() -> tuple[Move, ...]:
    s = RequestState
    anyone = MACHINE | PEOPLE
    table: list[Move] = [
        Move(s.READING, s.NEEDS_REVIEW, MACHINE, "read; a clerk has to look at something"),
        Move(s.READING, s.INCOMPLETE, MACHINE, "read; only the provider can close what is open"),
        Move(s.READING, s.READY, MACHINE, "read; nothing is open"),
        Move(s.READING, s.UNMATCHED, MACHINE, "read; it belongs to a request that was not found"),
        Move(s.NEEDS_REVIEW, s.INCOMPLETE, PEOPLE, "released; only the provider can close what is open"),
        Move(s.NEEDS_REVIEW, s.READY, PEOPLE, "released; nothing is open"),
        Move(s.INCOMPLETE, s.READY, anyone, "what was asked for has come"),
        Move(s.READY, s.ROUTED, anyone, "the processor is chosen"),
        Move(s.ROUTED, s.HANDED_OVER, anyone, "the processor has it"),
        Move(s.HANDED_OVER, s.DECIDED, PEOPLE, "a named person's decision is recorded"),
        Move(s.DECIDED, s.CLOSED, anyone, "everybody who must know has been told"),
        Move(s.HANDED_OVER, s.ROUTED, SENIORS, "the processor gave it back"),
        Move(s.UNMATCHED, s.NEEDS_REVIEW, PEOPLE, "a person found what it belongs to, or that it stands alone"),
    ]
    for state, meaning in (
        (s.NOT_OURS, "it is ours after all"),
        (s.WITHDRAWN, "the withdrawal was a mistake"),
        (s.MERGED, "the merge was a mistake"),
        (s.QUARANTINED, "it can be worked on after all"),
    ):
        table += [Move(state, s.NEEDS_REVIEW, PEOPLE, meaning), Move(state, s.UNMATCHED, PEOPLE, meaning)]
    table += [
        Move(state, s.NEEDS_REVIEW, PEOPLE, "a value was corrected; it waits to be released again")
        for state in (s.INCOMPLETE, s.READY, s.ROUTED)
    ]
    table += [
        Move(state, s.NEEDS_REVIEW, MACHINE, "something new came in that a clerk has to look at")
        for state in (s.INCOMPLETE, s.READY, s.ROUTED, s.UNMATCHED)
    ]
    table += [
        Move(state, s.MERGED, MACHINE, "it is about a request that we have") for state in (s.NEEDS_REVIEW, s.UNMATCHED)
    ]
    for state in (s.NEEDS_REVIEW, s.INCOMPLETE, s.READY, s.UNMATCHED):
        table += [
            Move(state, s.NOT_OURS, PEOPLE, "it is for another plan or group; the sender is told"),
            Move(state, s.MERGED, PEOPLE, "it is part of another request"),
            Move(state, s.QUARANTINED, PEOPLE, "nobody can work with it as it came; its arrival says why"),
        ]
    table += [
        Move(state, s.WITHDRAWN, PEOPLE, "the provider took it back")
        for state in (s.NEEDS_REVIEW, s.INCOMPLETE, s.READY, s.ROUTED, s.HANDED_OVER, s.UNMATCHED)
    ]
    return tuple(table)


MOVES: tuple[Move, ...] = _moves()
"""Every allowed move; what is not here is refused."""


def allowed_moves(source: RequestState, roles: Iterable[Role]) -> tuple[Move, ...]:
    """Give the moves out of ``source`` that somebody with ``roles`` may make, in table order."""
    held = frozenset(roles)
    return tuple(move for move in MOVES if move.source is source and move.roles & held)


def may_move(source: RequestState, target: RequestState, roles: Iterable[Role]) -> bool:
    """Say whether somebody with ``roles`` may move a request from ``source`` to ``target``."""
    return any(move.target is target for move in allowed_moves(source, roles))


def check_move(source: RequestState, target: RequestState, roles: Iterable[Role]) -> None:
    """Refuse a move that the table does not hold, with the reason.

    Raises :class:`desk.errors.MoveRefusedError`.
    """
    if may_move(source, target, roles):
        return
    exists = any(move.source is source and move.target is target for move in MOVES)
    if exists:
        msg = f"your role may not move a request from {source} to {target}; ask a senior clerk or supervisor"
    else:
        msg = f"a request that is {source} cannot become {target}"
    raise MoveRefusedError(msg)


ARRIVAL_MOVES: frozenset[tuple[ArrivalState, ArrivalState]] = frozenset(
    {
        (ArrivalState.IN_PROGRESS, ArrivalState.PROCESSED),
        (ArrivalState.IN_PROGRESS, ArrivalState.QUARANTINED),
        (ArrivalState.QUARANTINED, ArrivalState.IN_PROGRESS),  # a person asked for another reading
        (ArrivalState.QUARANTINED, ArrivalState.PROCESSED),  # a person dealt with it and said how
        (ArrivalState.PROCESSED, ArrivalState.QUARANTINED),  # a person found nothing in it to work with, or took back
        (ArrivalState.IN_PROGRESS, ArrivalState.DUPLICATE),  # its pages are those of an earlier one, sent again
        (ArrivalState.DUPLICATE, ArrivalState.IN_PROGRESS),  # a person says that it is not the same
    }
)
"""Moves of an arrival. The same bytes make a duplicate from the moment it is registered, and it stays one."""

NOTICE_MOVES: frozenset[tuple[NoticeState, NoticeState]] = frozenset(
    {
        (NoticeState.DRAFTED, NoticeState.SENT),
        (NoticeState.DRAFTED, NoticeState.HELD),
        (NoticeState.DRAFTED, NoticeState.SUPERSEDED),
        (NoticeState.HELD, NoticeState.DRAFTED),  # a senior person vouched for the number
        (NoticeState.SENT, NoticeState.DELIVERED),
        (NoticeState.SENT, NoticeState.FAILED),
        (NoticeState.SENT, NoticeState.DRAFTED),  # the attempt failed and another one is due
        (NoticeState.DRAFTED, NoticeState.FAILED),  # nobody can say whether it went out, or it is refused
        (NoticeState.FAILED, NoticeState.DRAFTED),  # a person has it sent again
        (NoticeState.FAILED, NoticeState.SUPERSEDED),
        (NoticeState.SUPERSEDED, NoticeState.DELIVERED),
        (NoticeState.SUPERSEDED, NoticeState.FAILED),
        (NoticeState.HELD, NoticeState.SUPERSEDED),
        (NoticeState.HELD, NoticeState.SENT),  # a letter: a person printed and mailed it
        (NoticeState.SUPERSEDED, NoticeState.SENT),  # it was on its way out already when the request was changed
    }
)
"""Moves of a notice; a delivered one stays as it is."""


def check_arrival_move(source: ArrivalState, target: ArrivalState) -> None:
    """Refuse a move of an arrival that the table does not hold.

    Raises :class:`desk.errors.MoveRefusedError`.
    """
    if (source, target) not in ARRIVAL_MOVES:
        msg = f"an arrival that is {source.replace('_', ' ')} cannot become {target.replace('_', ' ')}"
        raise MoveRefusedError(msg)


def check_notice_move(source: NoticeState, target: NoticeState) -> None:
    """Refuse a move of a notice that the table does not hold.

    Raises :class:`desk.errors.MoveRefusedError`.
    """
    if (source, target) not in NOTICE_MOVES:
        msg = f"a notice that is {source} cannot become {target}"
        raise MoveRefusedError(msg)
