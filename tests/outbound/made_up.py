"""An invented request and its decision, for the tests of the way out."""

import datetime as dt
from pathlib import Path

from classify.reference import Reference, load_reference
from outbound.care import LETTER_OF, NOTICE_OF, CareDecision, CareKind, DecidedLine
from outbound.compose import Again, compose
from outbound.compose_care import compose_care, compose_letter
from outbound.compose_resend import compose_resend, troubles_of
from outbound.notices import LETTER_KINDS, Contact, Language, NoticeData, NoticeKind
from outbound.packet import packet
from terms.contact import FaxNumber
from terms.dates import PACIFIC
from terms.names import FIELD_KINDS, PageKind, Priority, Processor
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
SENDER = Contact(
    "Alameda Alliance for Health", "+15107474540", "+18558917174", peer_phone="+15107474510",
    peer_hours="Mon-Fri 7:30-5", member_phone="+15105550177",
)  # fmt: skip
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


def notice(kind: NoticeKind, *, supersedes: str = "", again: Again | None = None) -> NoticeData:
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
        supersedes=supersedes,
        again=again,
    )


FROM_VALUES = (
    NoticeKind.RECEIPT,
    NoticeKind.INFORMATION_REQUEST,
    NoticeKind.MISDIRECTED,
    NoticeKind.TRANSFER,
    NoticeKind.FORWARD,
)
"""The kinds that :func:`notice` makes."""

CARE_OF = {kind: care for care, kind in NOTICE_OF.items()} | {kind: care for care, kind in LETTER_OF.items()}
REASONS = {
    Language.ENGLISH: "The notes do not show that the bed is needed at home.",
    Language.SPANISH: "Las notas no muestran que la cama sea necesaria en el hogar.",
    Language.CHINESE: "病歷沒有顯示家中需要這張床。",
    Language.VIETNAMESE: "Hồ sơ không cho thấy cần giường này tại nhà.",
    Language.TAGALOG: "Hindi ipinapakita ng mga tala na kailangan ang kama sa bahay.",
}


def care(kind: CareKind) -> CareDecision:
    """A decision that says everything that a notice of its kind needs."""
    granting = kind in {CareKind.APPROVE, CareKind.MODIFY}
    limits = {"granted": "1 for 3 months", "starts": dt.date(2026, 11, 3), "ends": dt.date(2027, 2, 3)}
    line = DecidedLine("E0260 RR", "Hospital bed, semi-electric", "1 for 10 months", **(limits if granting else {}))
    return CareDecision(
        kind=kind,
        decided_by="Octavia Pretendwell, MD, Medical Director",
        phone="510-555-0123",
        decided_at=dt.datetime(2026, 11, 4, 9, 30, tzinfo=PACIFIC),
        lines=(line,),
        authorization_number="AUTH-55500123" if granting else "",
        reasons="" if kind is CareKind.APPROVE else "The records do not show a need to change position often.",
        criteria="Made-up guideline DME-7, section 2, at example.org/guidelines or by phone.",
        unmet="A condition that needs positions an ordinary bed does not allow.",
        awaited="Sleep study report of October 2026" if kind is CareKind.DEFER else "",
        expected_on=dt.date(2026, 11, 12) if kind is CareKind.DEFER else None,
        vendor="Pretend Home Medical Supply" if kind is CareKind.MODIFY else "",
        harmless=kind is CareKind.DEFER,
        member_reasons=REASONS,
    )


def care_notice(kind: NoticeKind, language: Language = Language.ENGLISH) -> NoticeData:
    """The notice of a decision, or the member's letter."""
    made, said = care(CARE_OF[kind]), values()
    common = {"reference": REFERENCE, "revision": 1, "received_at": RECEIVED, "issued_at": ISSUED, "sender": SENDER}
    if kind in LETTER_KINDS:
        return compose_letter(made, said, language, **common)
    return compose_care(made, said, destination=FaxNumber("+15105558235"), **common)


def packet_notice() -> NoticeData:
    """The packet's front pages for the plan, which decides the second line only."""
    said = values()
    said = RequestValues(
        said.pages,
        said.fields,
        said.lines,
        said.diagnoses,
        {"confirmed.member.id": "yes", "confirmed.line[1].code": "yes"},
    )
    data = compose(
        NoticeKind.FORWARD, said, decision(), reference=REFERENCE, revision=1, received_at=RECEIVED, issued_at=ISSUED,
        sender=SENDER, tables=tables(), destination=FaxNumber("+15105550111"),
    )  # fmt: skip
    office = tables().processors.get(Processor.ALLIANCE_UM)
    assert office is not None
    return packet(data, said, office, [1], pages=2, why=["L1930 is not in CHME's list."])


def resend_notice() -> NoticeData:
    """A question for a fax of which two pages cannot be used."""
    kinds = (PageKind.PA_FORM, PageKind.BLANK, PageKind.UNREADABLE)
    return compose_resend(
        troubles_of(kinds, is_cut_off=True), reference="FAX-417", received_at=RECEIVED, issued_at=ISSUED, pages=3,
        sender=SENDER, to_name="Sending office", destination=FaxNumber("+15105558235"),
    )  # fmt: skip


def any_notice(kind: NoticeKind, language: Language = Language.ENGLISH) -> NoticeData:
    """A notice of any kind."""
    if kind is NoticeKind.FORWARD:
        return packet_notice()
    if kind is NoticeKind.RESEND:
        return resend_notice()
    if kind is NoticeKind.RECEIVED_AGAIN:
        return notice(kind, again=Again(RECEIVED, (RECEIVED + dt.timedelta(minutes=9),)))
    return notice(kind) if kind in FROM_VALUES else care_notice(kind, language)


EVERY = tuple((kind, Language.ENGLISH) for kind in NoticeKind if kind not in LETTER_KINDS) + tuple(
    (kind, language) for kind in sorted(LETTER_KINDS) for language in Language
)
"""Every kind of notice in every language that it is written in."""
