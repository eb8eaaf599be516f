"""Is this our member? The id first, borne out by name and birth date, tolerant and explained.

No sentence here holds a name, a date or an id: the sentences go into traces and gaps.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from classify.roster import Member, Roster, plain_name
from terms.requests import RequestValues
from terms.values import FieldStatus, FieldValue

_ALIKE = 82.0
_STEM = 3


class IdentityState(StrEnum):
    """How safe it is to say whose request this is.

    ``unchecked``: no roster is loaded. ``unproven``: the roster neither bears out nor contradicts
    what was read (the id is missing or doubtful, or nothing stands beside it to compare).
    """

    CONFIRMED = "confirmed"
    UNCHECKED = "unchecked"
    UNPROVEN = "unproven"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    NOT_ACTIVE = "not_active"


@dataclass(frozen=True, slots=True)
class Identity:
    """The verdict, the roster's member where one is meant, the field in conflict, and why."""

    state: IdentityState
    member: Member | None
    because: tuple[str, ...]
    field: str | None = None

    @property
    def is_unsafe(self) -> bool:
        """Say whether the request must not leave the desk under this identity."""
        return self.state in {IdentityState.NOT_FOUND, IdentityState.CONFLICT, IdentityState.NOT_ACTIVE}


class _Agreement(StrEnum):
    SAME = "agrees"
    ALIKE = "agrees within tolerance"
    DIFFERENT = "differs"
    UNKNOWN = "cannot be compared"


_AGREES = frozenset({_Agreement.SAME, _Agreement.ALIKE})


def confirmed_by_person(facts: Mapping[str, str], field: str) -> bool:
    """Say whether a person looked at the field and let it stand (fact ``confirmed.<field>``)."""
    return facts.get(f"confirmed.{field}") == "yes"


def check_identity(values: RequestValues, roster: Roster | None, day: dt.date) -> Identity:
    """Compare what the request says of its member with the roster as of the date of service ``day``."""
    if roster is None:
        return Identity(IdentityState.UNCHECKED, None, ("no roster is loaded, so the member was not checked",))
    read = values.fields.get("member.id") or FieldValue.missing()
    if read.value is None:
        return Identity(IdentityState.UNPROVEN, None, ("no member ID was read", _others(values, roster, None)))
    member = roster.by_id_on(read.value, day)
    if read.is_accepted and member is None:
        why = ("the member ID is not in the roster", _others(values, roster, read.value))
        return Identity(IdentityState.NOT_FOUND, None, why, "member.id")
    if read.is_accepted and member is not None:
        return _compared(values, member, day)
    names, born = _names_agree(values, member), _birth_agrees(values, member)
    if member is not None and names in _AGREES and born in _AGREES and member.in_force(day):
        return Identity(IdentityState.CONFIRMED, member, ("the ID is doubtful but name and birth date agree",))
    return Identity(IdentityState.UNPROVEN, None, ("the member ID is doubtful", _others(values, roster, read.value)))


def _compared(values: RequestValues, member: Member, day: dt.date) -> Identity:
    """The verdict on a certain id that the roster holds."""
    names, born = _names_agree(values, member), _birth_agrees(values, member)
    because = ("the member ID is in the roster", f"name {names.value}", f"birth date {born.value}")
    trusted = confirmed_by_person(values.facts, "member.id")
    if _Agreement.DIFFERENT in {names, born} and not trusted:
        field = "member.date_of_birth" if born is _Agreement.DIFFERENT else "member.last_name"
        return Identity(IdentityState.CONFLICT, member, because, field)
    if not member.in_force(day):
        return Identity(
            IdentityState.NOT_ACTIVE, member, (*because, "no enrolment on the date of service"), "member.id"
        )
    proven = trusted or names in _AGREES or born in _AGREES
    return Identity(IdentityState.CONFIRMED if proven else IdentityState.UNPROVEN, member, because)


def _sure(values: RequestValues, name: str) -> str | None:
    found = values.fields.get(name)
    return found.value if found is not None and found.status is FieldStatus.ACCEPTED else None


def _names_agree(values: RequestValues, member: Member | None) -> _Agreement:
    last, first = _sure(values, "member.last_name"), _sure(values, "member.first_name")
    if member is None or (last is None and first is None):
        return _Agreement.UNKNOWN
    direct = _worst(_name_like(last, member.last_name), _name_like(first, member.first_name))
    swapped = _worst(_name_like(last, member.first_name), _name_like(first, member.last_name))
    if direct is _Agreement.DIFFERENT and swapped in {_Agreement.SAME, _Agreement.ALIKE}:
        return _Agreement.ALIKE if last and first else direct
    return direct


def _worst(*parts: _Agreement) -> _Agreement:
    order = (_Agreement.DIFFERENT, _Agreement.ALIKE, _Agreement.SAME, _Agreement.UNKNOWN)
    return next(state for state in order if state in parts)


def _name_like(read: str | None, known: str) -> _Agreement:
    if read is None:
        return _Agreement.UNKNOWN
    one, other = plain_name(read), plain_name(known)
    if not one or not other:
        return _Agreement.UNKNOWN
    if one == other:
        return _Agreement.SAME
    short, long = sorted((one, other), key=len)
    contained = len(short) >= _STEM and short in long
    initial = len(short) == 1 and long.startswith(short)
    return _Agreement.ALIKE if contained or initial or fuzz.ratio(one, other) >= _ALIKE else _Agreement.DIFFERENT


def _birth_agrees(values: RequestValues, member: Member | None) -> _Agreement:
    read = _sure(values, "member.date_of_birth")
    if member is None or read is None:
        return _Agreement.UNKNOWN
    return _Agreement.SAME if read == member.date_of_birth.isoformat() else _Agreement.DIFFERENT


def _others(values: RequestValues, roster: Roster, cin: str | None) -> str:
    """What the roster says without the id: members of the same name and birth date."""
    born = values.value("member.date_of_birth")
    if born is None:
        return "no birth date to search the roster by"
    alike = {
        member.cin
        for member in roster.born_on(dt.date.fromisoformat(born))
        if _loosely_named(values, member)
    }  # fmt: skip
    if len(alike) != 1:
        count = "no member" if not alike else f"{len(alike)} members"
        return f"{count} of the roster with this name and birth date"
    if cin is None:
        return "one member of the roster has this name and birth date"
    distance = DamerauLevenshtein.distance(cin, next(iter(alike)))
    return f"one member of the roster has this name and birth date; the ID differs in {distance} places"


def _loosely_named(values: RequestValues, member: Member) -> bool:
    parts = (
        _name_like(values.value("member.last_name"), member.last_name),
        _name_like(values.value("member.first_name"), member.first_name),
    )
    return _Agreement.DIFFERENT not in parts and set(parts) != {_Agreement.UNKNOWN}


def namesakes(values: RequestValues, roster: Roster) -> tuple[Member, ...]:
    """Members whose name and birth date fit what was read, for a clerk who has to find the right one."""
    born = values.value("member.date_of_birth")
    if born is None:
        return ()
    found = {m.cin: m for m in roster.born_on(dt.date.fromisoformat(born)) if _loosely_named(values, m)}
    return tuple(found[cin] for cin in sorted(found))
