"""Made-up arrivals and request values for the desk's tests."""

import datetime as dt
import itertools
from pathlib import Path

from desk.cases.arrivals import Receipt, register_arrival
from desk.records.models import Arrival
from desk.storage import store_original
from terms.geometry import Box
from terms.names import FIELD_KINDS
from terms.requests import Line, RequestValues
from terms.values import Candidate, FieldStatus, FieldValue, Source

_DESCRIBED = {"E0149": "Bariatric walker, wheeled"}
RECEIVED = dt.datetime(2026, 3, 4, 17, 30, tzinfo=dt.UTC)
_numbers = itertools.count(1)

COMPLETE = {
    "member.last_name": "Sampleton",
    "member.first_name": "Quilla",
    "member.date_of_birth": "1958-03-07",
    "member.id": "91234567A",
    "member.address": "12 Invented Way, Oakland, CA 94601",
    "member.phone": "+15105550142",
    "ordering_provider.name": "Ima Example, MD",
    "ordering_provider.npi": "1234567893",
    "ordering_provider.address": "3 Clinic Row, Oakland, CA 94602",
    "ordering_provider.phone": "+15105550150",
    "ordering_provider.fax": "+15105550151",
    "request.type": "routine",
    "request.date": "2026-03-03",
    "clinical.attached": "yes",
    "clinical.summary": "Unsteady gait after a fall; needs a folding walker at home.",
}


def accepted(value: str, confidence: float = 0.999) -> FieldValue:
    """A value that was read with certainty."""
    return FieldValue(value, value, confidence, FieldStatus.ACCEPTED, 1, Box(0.1, 0.1, 0.3, 0.12), Source.OCR)


def doubtful(raw: str, *candidates: str) -> FieldValue:
    """A value that a clerk has to look at."""
    offered = tuple(Candidate(value, 0.5, "confusable") for value in candidates)
    return FieldValue(None, raw, 0.5, FieldStatus.REVIEW, 1, Box(0.1, 0.1, 0.3, 0.12), Source.OCR, offered, "Member ID")


def values(*, codes: tuple[str, ...] = ("E0143",), **changed: FieldValue | None) -> RequestValues:
    """A complete request for a walker; ``changed`` replaces fields (``member__id=None`` leaves one out)."""
    fields = {name: FieldValue.missing() for name in FIELD_KINDS}
    fields |= {name: accepted(value) for name, value in COMPLETE.items()}
    for name, value in changed.items():
        fields[name.replace("__", ".")] = value or FieldValue.missing(label=name)
    lines = tuple(
        Line(
            code=accepted(code),
            description=accepted(_DESCRIBED.get(code, "Folding walker, wheeled")),
            quantity=accepted("1"),
        )
        for code in codes
    )
    return RequestValues(
        pages=(1,),
        fields=fields,
        lines=lines,
        diagnoses=(accepted("R26.81"),),
        facts={"type.boxes": "routine", "text.clinical": "yes"},
    )


def arrive(folder: Path, content: bytes | None = None, key: str | None = None) -> Arrival:
    """Store a file and register its arrival."""
    number = next(_numbers)
    path = folder / f"arrival-{number}"
    path.write_bytes(content if content is not None else f"arrival {number}".encode())
    receipt = Receipt(
        source="fax",
        channel="fax",
        label="510-555-0100",
        pickup_key=key or f"fax:{number}",
        file_name=path.name,
        received_at=RECEIVED,
    )
    return register_arrival(receipt, store_original(path))
