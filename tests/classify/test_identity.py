"""Whether a request's member is who the roster says, tolerantly and with reasons."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from classify.decide import decide
from classify.identity import IdentityState, check_identity, namesakes
from classify.reference import Reference
from classify.roster import Roster
from terms.requests import Audience, GapReason

if TYPE_CHECKING:
    from conftest import Maker


S = IdentityState
DAY = dt.date(2026, 11, 16)


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, S.CONFIRMED),
        ({"member.last_name": "SAMPLEWRIGHT JR."}, S.CONFIRMED),
        ({"member.last_name": "Samplewrigth"}, S.CONFIRMED),
        ({"member.last_name": "Iris", "member.first_name": "Samplewright"}, S.CONFIRMED),
        ({"member.first_name": "I."}, S.CONFIRMED),
        ({"member.first_name": None}, S.CONFIRMED),
        ({"member.date_of_birth": None}, S.CONFIRMED),
        ({"member.last_name": None, "member.first_name": None}, S.CONFIRMED),
        ({"member.last_name": None, "member.first_name": None, "member.date_of_birth": None}, S.UNPROVEN),
        ({"member.id": None}, S.UNPROVEN),
        ({"member.id": "97777777H"}, S.NOT_FOUND),
        ({"member.date_of_birth": "1958-07-03"}, S.CONFLICT),
        ({"member.last_name": "Otherby"}, S.CONFLICT),
        ({"member.id": "96789012G"}, S.CONFLICT),
        ({"member.id": "95678901F"}, S.NOT_ACTIVE),
    ],
)
def test_id_name_and_birth_date_must_bear_each_other_out(
    fields: dict[str, object], state: IdentityState, make: Maker, roster: Roster
) -> None:
    """Tolerance for spelling, order and initials; none for a birth date or another's name."""
    identity = check_identity(make.request(fields=fields), roster, DAY)
    assert identity.state is state
    assert identity.because


def test_a_doubtful_id_counts_only_where_name_and_birth_date_agree(make: Maker, roster: Roster) -> None:
    """A misread id that happens to be another member's proves nothing."""
    mine = make.request(fields={"member.id": make.doubtful("91234567A")})
    assert check_identity(mine, roster, DAY).state is S.CONFIRMED
    other = make.request(fields={"member.id": make.doubtful("96789012G")})
    found = check_identity(other, roster, DAY)
    assert (found.state, found.member) == (S.UNPROVEN, None)


def test_without_a_roster_the_check_says_that_it_was_not_made(make: Maker) -> None:
    """No roster is no confirmation."""
    assert check_identity(make.request(), None, DAY).state is S.UNCHECKED


def test_an_identity_conflict_stops_everything_and_asks_the_clerk(make: Maker, reference: Reference) -> None:
    """The id belongs to another birth date: desk, clerk gap, nothing for the provider."""
    values = make.request(fields={"member.date_of_birth": "1971-05-05"})
    decision = decide(values, reference, received_at=make.received_at)
    gap = next(g for g in decision.gaps if g.field == "member.date_of_birth")
    assert (gap.reason, gap.audience) == (GapReason.CONFLICT, Audience.CLERK)
    assert decision.route.rule == "identity.conflict"
    assert not decision.provider_gaps


def test_a_person_can_let_the_id_stand(make: Maker, roster: Roster) -> None:
    """After a clerk has confirmed the id, a married name is no conflict any more."""
    values = make.request(fields={"member.last_name": "Otherby"}, facts={"confirmed.member.id": "yes"})
    assert check_identity(values, roster, DAY).state is S.CONFIRMED


def test_a_member_who_is_not_found_shows_who_it_could_be(make: Maker, roster: Roster) -> None:
    """Name and birth date find the namesakes for a clerk; the reasons hold no name."""
    values = make.request(fields={"member.id": "97777777H"})
    identity = check_identity(values, roster, DAY)
    assert "members of the roster with this name and birth date" in " ".join(identity.because)
    assert {m.first_name for m in namesakes(values, roster)} == {"Iris"}
    assert "Samplewright" not in " ".join(identity.because)
