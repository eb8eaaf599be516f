"""Values of a form's boxes whose labels were lost, known by their shape alone: offered to a person, never accepted.

Small grey labels are what a fax loses first. A member's number, a birth date and an NPI look like nothing
else, so where the form shows just one that nothing explains, a person is shown it instead of an empty field.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from extract.fields.roles import is_ruled_form
from extract.fields.shapes import find_all
from extract.fields.unsettled import Rest
from extract.fields.values import Sight
from terms.codes import MemberId, Npi
from terms.names import FIELD_KINDS, FieldKind
from terms.normal import normalise
from terms.values import FieldStatus, FieldValue

_NAMES = ("member.id", "member.date_of_birth", "ordering_provider.npi")
_GROWN = dt.timedelta(days=366)
"""How long before the day of receipt a date must lie to be no date of the order itself."""
_WHOLE = 0.75
"""Share of the words beside it, in letters, that a date must be: within a sentence it may be of anything."""


def values_by_shape(
    sight: Sight, fields: Mapping[str, FieldValue], rests: Sequence[Rest], asked: Iterable[str]
) -> dict[str, FieldValue]:
    """Values among ``rests`` of fields that have none and whose label was not found (is not ``asked`` for)."""
    if not is_ruled_form(sight.sheet):
        return {}
    found = {}
    for name in set(_NAMES) - set(asked):
        known = fields.get(name)
        if known is not None and (known.value is not None or known.candidates):
            continue
        alike = [
            (rest, match.start(), match.end())
            for rest in rests
            for match in find_all(FIELD_KINDS[name], rest.text)
            if _is_one(name, match.group(), rest.text, sight.latest)
        ]
        if len(alike) != 1:
            continue
        (rest, start, end) = alike[0]
        area = rest.part(start, end, sight.sheet.size)
        value = sight.read(area, FIELD_KINDS[name], rest.text[start:end], birth=name == "member.date_of_birth")
        if value.value is not None and value.status is not FieldStatus.MISSING:
            found[name] = replace(value.doubted(), label=None)
    return found


def _is_one(name: str, text: str, among: str, latest: dt.date) -> bool:
    match FIELD_KINDS[name]:
        case FieldKind.MEMBER_ID:
            return MemberId.parse(text) is not None
        case FieldKind.NPI:
            return Npi.parse(text) is not None
        case kind:
            written = normalise(kind, text, latest=latest)
            is_old = written is not None and dt.date.fromisoformat(written) < latest - _GROWN
            return is_old and len(text) >= _WHOLE * len(among)
