"""Where what came in belongs: an answer, an amendment, a repeat, loose records, or something new.

A reference of ours printed on the page joins first; without one, member, birth date, provider and
code together do. What only looks alike is left to a person with the candidates named. A joined
paper never moves the clock: the request keeps its first receipt.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from classify.amend import amend
from classify.evidence import MemberEvidence, same_member
from terms.requests import RequestValues

RECENT = dt.timedelta(days=60)
"""How long after its receipt a request may be found by its member alone."""


class JoinKind(StrEnum):
    """What an incoming group of pages is to the requests we have.

    ``answer``: names our reference; ``amendment``: the same request sent again with changes;
    ``repeat``: the same request sent again without any; ``records``: loose records of one open
    request; ``unsure``: a person must choose among the candidates; ``unmatched``: records of no
    request we have; ``new``: a request of its own.
    """

    ANSWER = "answer"
    AMENDMENT = "amendment"
    REPEAT = "repeat"
    RECORDS = "records"
    UNSURE = "unsure"
    UNMATCHED = "unmatched"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class KnownRequest:
    """A request we have, as far as joining looks at it; ``is_open`` until it is decided or closed."""

    reference: str
    values: RequestValues
    received_at: dt.datetime
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Joining:
    """The verdict: what it is, to which request or requests, why, and what it would change there, by target."""

    kind: JoinKind
    references: tuple[str, ...]
    because: tuple[str, ...]
    differences: tuple[str, ...] = ()


def find_request(values: RequestValues, known: Iterable[KnownRequest], *, received_at: dt.datetime) -> Joining:
    """Say where a group of pages received at ``received_at`` (aware) belongs; the order of ``known`` does not matter.

    ``because`` holds no name, date or id of a member, only which of them agree.
    """
    requests = sorted(known, key=lambda request: request.reference)
    named = values.facts.get("reference")
    ours = next((request for request in requests if request.reference == named), None)
    if ours is not None:
        return _answer(values, ours)
    recent = [r for r in requests if r.is_open and received_at - r.received_at <= RECENT]
    mine = [r for r in recent if same_member(_member(values), _member(r.values)) and _proven(values, r.values)]
    if values.facts.get("records_only") == "yes":
        return _records(mine)
    return _again(values, mine)


def _answer(values: RequestValues, request: KnownRequest) -> Joining:
    named = "the page names our reference"
    if same_member(_member(values), _member(request.values)) is False:
        return Joining(JoinKind.UNSURE, (request.reference,), (named, "but another member"))
    return Joining(JoinKind.ANSWER, (request.reference,), (named,), _changes(request.values, values))


def _records(mine: Sequence[KnownRequest]) -> Joining:
    if len(mine) == 1:
        because = ("one open request of the same member",)
        return Joining(JoinKind.RECORDS, (mine[0].reference,), because)
    if mine:
        because = (f"{len(mine)} open requests of the same member",)
        return Joining(JoinKind.UNSURE, tuple(r.reference for r in mine), because)
    return Joining(JoinKind.UNMATCHED, (), ("no open request of this member",))


def _again(values: RequestValues, mine: Sequence[KnownRequest]) -> Joining:
    npi = values.value("ordering_provider.npi")
    same_provider = [r for r in mine if npi is not None and r.values.value("ordering_provider.npi") == npi]
    same_codes = [r for r in same_provider if _codes(values) & _codes(r.values)]
    if len(same_codes) == 1:
        found = same_codes[0]
        changed = _changes(found.values, values)
        kind = JoinKind.AMENDMENT if changed else JoinKind.REPEAT
        return Joining(kind, (found.reference,), ("same member, birth date, provider and a code",), changed)
    if same_codes:
        because = (f"{len(same_codes)} open requests agree in member, provider and a code",)
        return Joining(JoinKind.UNSURE, tuple(r.reference for r in same_codes), because)
    if len(same_provider) == 1 and not _codes(values):
        why = ("same member, birth date and provider", "no code was read")
        return Joining(JoinKind.UNSURE, (same_provider[0].reference,), why)
    if same_provider and _is_correction(values, same_provider):
        why = ("same member, birth date and provider", "other codes for the same diagnosis")
        return Joining(JoinKind.UNSURE, tuple(r.reference for r in same_provider), why)
    return Joining(JoinKind.NEW, (), ("no open request agrees in member, provider and code",))


def _is_correction(values: RequestValues, requests: Sequence[KnownRequest]) -> bool:
    """Say whether it could be a corrected code: as many lines, and the same diagnoses."""
    said = {d.value for d in values.diagnoses if d.value}
    return any(
        len(r.values.lines) == len(values.lines) and said and said == {d.value for d in r.values.diagnoses if d.value}
        for r in requests
    )


def _member(values: RequestValues) -> MemberEvidence:
    return MemberEvidence(
        values.value("member.id"),
        values.value("member.date_of_birth"),
        values.value("member.last_name"),
        values.value("member.first_name"),
    )


def _proven(one: RequestValues, other: RequestValues) -> bool:
    """Say whether more than a name agrees: the birth date, and the id where both have one."""
    born = one.value("member.date_of_birth")
    return born is not None and born == other.value("member.date_of_birth")


def _codes(values: RequestValues) -> frozenset[str]:
    return frozenset(line.code.value for line in values.lines if line.code.value)


def _changes(old: RequestValues, new: RequestValues) -> tuple[str, ...]:
    """What the newer paper adds or says otherwise, by target; what it leaves out is none."""
    found = amend(old, new, pages=())
    return (*found.filled, *(difference.target for difference in found.differences))
