"""The lifecycle as a table: what may become what, and by whom."""

import itertools

import pytest

from desk.errors import MoveRefusedError
from desk.lifecycle import (
    MOVES,
    NoticeState,
    RequestState,
    Role,
    allowed_moves,
    check_arrival_move,
    check_move,
    check_notice_move,
    may_move,
)
from terms.names import ArrivalState

# The whole table once more, written by hand: rows are states a request leaves, and for each state it
# may enter the roles: m machine, c clerk, s senior clerk, v supervisor.
EXPECTED = {
    "reading": {"needs_review": "m", "incomplete": "m", "ready": "m", "unmatched": "m"},
    "needs_review": {
        "incomplete": "csv", "ready": "csv", "not_ours": "csv", "merged": "mcsv", "withdrawn": "csv",
        "quarantined": "csv",
    },
    "incomplete": {
        "ready": "mcsv", "needs_review": "mcsv", "not_ours": "csv", "merged": "csv", "withdrawn": "csv",
        "quarantined": "csv",
    },
    "ready": {
        "routed": "mcsv", "needs_review": "mcsv", "not_ours": "csv", "merged": "csv", "withdrawn": "csv",
        "quarantined": "csv",
    },
    "routed": {"handed_over": "mcsv", "needs_review": "mcsv", "withdrawn": "csv"},
    "handed_over": {"decided": "csv", "routed": "sv", "withdrawn": "csv"},
    "decided": {"closed": "mcsv"},
    "closed": {},
    "unmatched": {
        "needs_review": "mcsv", "not_ours": "csv", "merged": "mcsv", "withdrawn": "csv",
        "quarantined": "csv",
    },
    "not_ours": {"needs_review": "csv", "unmatched": "csv"},
    "withdrawn": {"needs_review": "csv", "unmatched": "csv"},
    "merged": {"needs_review": "csv", "unmatched": "csv"},
    "quarantined": {"needs_review": "csv", "unmatched": "csv"},
}  # fmt: skip
LETTERS = {"m": Role.MACHINE, "c": Role.CLERK, "s": Role.SENIOR_CLERK, "v": Role.SUPERVISOR}


@pytest.mark.parametrize(
    ("source", "target", "role"), list(itertools.product(RequestState, RequestState, Role)), ids=str
)
def test_every_move(source: RequestState, target: RequestState, role: Role) -> None:
    """Each pair of states is open to exactly the roles of the table, and refused with a reason to all others."""
    letters = EXPECTED[source].get(target, "")
    allowed = role in {LETTERS[letter] for letter in letters}
    assert may_move(source, target, [role]) is allowed
    if not allowed:
        with pytest.raises(MoveRefusedError) as refused:
            check_move(source, target, [role])
        assert ("your role" in str(refused.value)) is bool(letters)


def test_a_machine_never_decides() -> None:
    """No move into decided, withdrawn or not_ours is open to the machine (California SB 1120)."""
    ends = {RequestState.DECIDED, RequestState.WITHDRAWN, RequestState.NOT_OURS}
    assert not [move for move in MOVES if move.target in ends and Role.MACHINE in move.roles]


def test_auditors_and_administrators_move_nothing() -> None:
    """Looking and keeping the system running gives no say over requests."""
    for state in RequestState:
        assert not allowed_moves(state, [Role.AUDITOR, Role.ADMINISTRATOR])


def test_a_delivered_notice_stays_so_and_a_duplicate_ends_nowhere_else() -> None:
    """What arrived is never edited nor sent again; a duplicate is read after all or stays one, never just put away."""
    for target in NoticeState:
        with pytest.raises(MoveRefusedError):
            check_notice_move(NoticeState.DELIVERED, target)
    with pytest.raises(MoveRefusedError):
        check_notice_move(NoticeState.SENT, NoticeState.SUPERSEDED)
    for other in set(ArrivalState) - {ArrivalState.IN_PROGRESS}:
        with pytest.raises(MoveRefusedError):
            check_arrival_move(ArrivalState.DUPLICATE, other)
    check_notice_move(NoticeState.HELD, NoticeState.DRAFTED)
    check_arrival_move(ArrivalState.QUARANTINED, ArrivalState.IN_PROGRESS)
