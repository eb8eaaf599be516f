"""The names a zone of a form definition may fill, and which label each stands for.

A slot is a canonical field (``member.id``), a part of one (``member.address.city``,
``ordering_provider.last_name``) or one of the facts of :mod:`extract.reading` that a form has a
place for. What a slot's value becomes is decided where labels are: a zone is read as if its label
had been found.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from extract.labels.vocabulary import vocabulary
from terms.names import FieldKind

_PERSON = {
    "name": "full_name",
    "name_last_first": "name_last_first",
    "last_name": "last_name",
    "first_name": "first_name",
    "phone": "phone",
    "phone_fax": "phone_fax",
    "address": "full_address",
    "address.street": "street",
    "address.apartment": "apartment",
    "address.city": "city",
    "address.state": "state",
    "address.zip": "zip",
    "address.city_state_zip": "city_state_zip",
}
_PROVIDER = {"npi": "npi", "fax": "fax"}
_OTHERS: dict[str, tuple[str, str | None]] = {
    "member.date_of_birth": ("date_of_birth", "member"),
    "member.id": ("member_id", "member"),
    "request.date": ("request_date", "request"),
    "service.start_date": ("start_date", "request"),
    "service.end_date": ("end_date", "request"),
    "service.place": ("place", "request"),
    "clinical.summary": ("summary", "request"),
    "authorization.number": ("auth_number", "request"),
    "diagnosis": ("diagnosis", None),
    "facility.name": ("facility", "ordering_provider"),
    "contact.name": ("contact", "office"),
    "provider.tax_id": ("tax_id", "ordering_provider"),
    "coverage.other": ("insurance", None),
    "cover.to": ("cover_to", "cover"),
    "cover.from": ("cover_from", "cover"),
    "cover.pages": ("cover_pages", "cover"),
    "cover.subject": ("cover_subject", "cover"),
}
SIGNATURE = "signature"
"""The slot of a signature: only whether something is written there is told."""
NOTHING = ""
"""A place that people write in and Inlet does not need; it keeps its ink to itself."""
CHECK_GROUPS = ("request.type", "clinical.attached", "service.place")
"""Groups of check boxes that fill a field; any other name is a group of the form's own."""
COLUMNS = ("code", "description", "modifiers", "quantity", "unit", "start_date", "end_date", "diagnosis")
"""What a table's column may hold."""


@dataclass(frozen=True, slots=True)
class Slot:
    """What fills a slot: the label's concept, whose value it is, and its kind."""

    name: str
    concept: str
    role: str | None
    kind: FieldKind


@functools.cache
def slots() -> Mapping[str, Slot]:
    """Every slot by its name, in the order of a request; a plan's own wordings add no concepts and change no kinds."""
    named: dict[str, tuple[str, str | None]] = {}
    for role in ("member", "ordering_provider", "servicing_provider"):
        parts = _PERSON if role == "member" else _PERSON | _PROVIDER
        named |= {f"{role}.{part}": (concept, role) for part, concept in parts.items()}
    named |= _OTHERS
    return MappingProxyType({n: Slot(n, concept, role, _kind(concept)) for n, (concept, role) in named.items()})


def slot_for(concept: str, role: str | None) -> str | None:
    """The slot that a label of ``concept`` belonging to ``role`` fills, None if Inlet does not need it."""
    for slot in slots().values():
        of_a_provider = slot.role == "ordering_provider" and role is not None
        if slot.concept == concept and (slot.role == role or (slot.name in _OTHERS and not of_a_provider)):
            return slot.name
    return None


def _kind(concept: str) -> FieldKind:
    kind = vocabulary().concepts[concept].kind
    return FieldKind(kind) if kind in {k.value for k in FieldKind} else FieldKind.TEXT
