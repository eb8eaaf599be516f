"""How fast: from the type boxes, the cover sheet and the text.

A contradiction takes the safer side and asks a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from classify.clock import clock_type
from classify.identity import confirmed_by_person
from terms.names import Priority, RequestType
from terms.requests import RequestValues
from terms.values import FieldStatus

_URGENT = frozenset({RequestType.URGENT, RequestType.PAD_URGENT})
_HARMLESS = (
    frozenset({RequestType.PAD_ROUTINE, RequestType.ROUTINE}),  # the PAD box has Routine below it
    frozenset({RequestType.PAD_URGENT, RequestType.URGENT}),  # and Urgent
)


@dataclass(frozen=True, slots=True)
class PriorityVerdict:
    """The priority, the types whose clocks bind, a doubt for a person (or ``None``), and the facts looked at."""

    priority: Priority
    kinds: tuple[RequestType, ...]
    doubt: str | None
    because: tuple[str, ...]


def judge_priority(values: RequestValues) -> PriorityVerdict:
    """Say how fast a request must be handled.

    Any sign of urgency makes it urgent. Signs that contradict the type box raise a doubt until a
    person has let the type stand (fact ``confirmed.request.type``), whose word then counts alone.
    """
    found = values.fields.get("request.type")
    box = _type(found.value) if found is not None else None
    if box is not None and confirmed_by_person(values.facts, "request.type"):
        priority = Priority.URGENT if box in _URGENT else Priority.ROUTINE
        return PriorityVerdict(priority, (box,), None, (f"a person let the type {box.value} stand",))
    ticked = _ticked(values.facts) | ({box} if box else set())
    accepted = found is not None and found.status is FieldStatus.ACCEPTED
    outside = [name for name in ("cover.urgent", "text.urgent") if values.facts.get(name) == "yes"]
    because = [f"type boxes: {', '.join(sorted(k.value for k in ticked)) or 'none'}"]
    because += [f"{name.partition('.')[0]} says urgent" for name in outside]
    doubtful = _listed(values.facts.get("type.doubtful", ""))
    urgent = bool(ticked & _URGENT or outside or doubtful & _URGENT)
    priority = Priority.URGENT if urgent else Priority.ROUTINE
    doubt = _doubt(ticked, outside, doubtful, accepted=accepted)
    bound = sorted({clock_type(kind, priority) for kind in ticked or {RequestType.ROUTINE}})
    return PriorityVerdict(priority, tuple(bound), doubt, tuple(because))


def _doubt(ticked: set[RequestType], outside: list[str], doubtful: set[RequestType], *, accepted: bool) -> str | None:
    if len(ticked) > 1 and not any(ticked <= pair for pair in _HARMLESS):
        names = ", ".join(sorted(kind.value.replace("_", " ") for kind in ticked))
        return f"More than one type of request is marked ({names}). Taken by the faster one; say which is meant."
    if outside and not ticked & _URGENT:
        where = "cover sheet" if "cover.urgent" in outside else "text"
        return f"The {where} says urgent but the type box does not. Taken as urgent; say whether it is."
    if doubtful & _URGENT and not accepted and not ticked & _URGENT:
        return "The Urgent box may be ticked. Taken as urgent; say whether it is."
    return None


def _type(text: str | None) -> RequestType | None:
    return RequestType(text) if text in set(RequestType) else None


def _listed(text: str) -> set[RequestType]:
    return {kind for part in text.split(",") if (kind := _type(part.strip())) is not None}


def _ticked(facts: Mapping[str, str]) -> set[RequestType]:
    return _listed(facts.get("type.boxes", ""))
