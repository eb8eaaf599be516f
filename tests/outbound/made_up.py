"""An invented request and its decision, for the tests of the way out."""

import datetime as dt
from pathlib import Path

from classify.reference import Reference, load_reference
from outbound.compose import compose
from outbound.notices import Contact, NoticeData, NoticeKind
from terms.contact import FaxNumber
from terms.dates import PACIFIC
from terms.names import FIELD_KINDS, Priority, Processor
from terms.requests import (
    Audience,
    Clock,
    Decision,
    DueDate,
    Gap,
    GapReason,
    Line,
    Outcome,
    RequestValues,
    Route,
)
from terms.values import FieldStatus, FieldValue, Source

REFERENCE = "2HY3-K7TC"
RECEIVED = dt.datetime(2026, 11, 2, 16, 58, 3, tzinfo=PACIFIC)
ISSUED = dt.datetime(2026, 11, 2, 16, 59, 0, tzinfo=PACIFIC)
SENDER = Contact("Alameda Alliance for Health", "+15107474540", "+18558917174")
PRIVATE = ("Zaphira", "Testperson", "90055568X", "1958", "7289 W. Pretend", "5550699", "Fictional dyspnea")
"""Words of the patient that no cover may show, and of which no notice shows more than it must."""

_VALUES = {
    "member.first_name": "Zaphira",
    "member.last_name": "Testperson",
    "member.date_of_birth": "1958-03-07",
    "member.id": "90055568X",
    "member.address": "7289 W. Pretend St, Berkeley, CA 94704",
    "member.phone": "+15105550699",
    "ordering_provider.name": "Quincy Mockeridge, MD",
    "ordering_provider.npi": "1064750221",
    "ordering_provider.fax": "+15105558235",
    "request.type": "routine",
    "clinical.summary": "Fictional dyspnea on exertion",
}


def accepted(value: str) -> FieldValue:
    """A value that was read without doubt."""
    return FieldValue(value, value, 0.99, FieldStatus.ACCEPTED, 1, None, Source.OCR)


def values(**changed: str | None) -> RequestValues:
    """The invented request; ``changed`` replaces fields (dots as two underscores), None removes one."""
    given = dict(_VALUES)
    for name, value in changed.items():
        if value is None:
            given.pop(name.replace("__", "."), None)
        else:
            given[name.replace("__", ".")] = value
    fields = {name: accepted(given[name]) if name in given else FieldValue.missing() for name in FIELD_KINDS}
    lines = (
        Line(accepted("E0260"), accepted("Hospital bed, semi-electric"), accepted("1"), (accepted("RR"),)),
        Line(accepted("L1930"), accepted("Ankle foot orthosis"), accepted("2")),
    )
    return RequestValues((1, 2), fields, lines, (accepted("M62.81"), accepted("G81.94")))


def decision(*, gaps: tuple[Gap, ...] | None = None, priority: Priority = Priority.ROUTINE) -> Decision:
    """A decision that splits the request over CHME and the plan; by default two things are asked for."""
    asked = (
        Gap("ordering_provider.npi", GapReason.INVALID, Audience.PROVIDER,
            "The NPI on the form fails its check digit. Send the correct NPI.", "*NPI Number"),
        Gap("clinical", GapReason.MISSING, Audience.PROVIDER,
            "No chart notes or test results came with the request. Send them."),
    )  # fmt: skip
    clock = Clock(
        due=dt.datetime(2026, 11, 9, 16, 58, 3, tzinfo=PACIFIC),
        started=RECEIVED,
        rule="routine.7_calendar_days",
        other=(DueDate(dt.datetime(2026, 11, 9, 17, 0, tzinfo=PACIFIC), "routine.5_business_days"),),
    )
    routes = (
        Route(Processor.CHME, Outcome.PROCESS, "dme.grid", "CHME decides hospital beds."),
        Route(Processor.ALLIANCE_UM, Outcome.PROCESS, "dme.grid", "The plan decides orthotics."),
    )
    split = Route(Processor.SPLIT, Outcome.PROCESS, "split", "The lines differ.")
    return Decision(priority, clock, asked if gaps is None else gaps, split, routes)


def tables() -> Reference:
    """The sample reference tables."""
    return load_reference(Path(__file__).resolve().parents[2] / "samples" / "reference")


def notice(kind: NoticeKind, **more: str) -> NoticeData:
    """A composed notice of a kind."""
    return compose(
        kind,
        values(),
        decision(),
        reference=REFERENCE,
        revision=1,
        received_at=RECEIVED,
        issued_at=ISSUED,
        sender=SENDER,
        tables=tables(),
        destination=FaxNumber("+15105558235"),
        **more,
    )
