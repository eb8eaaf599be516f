"""The canonical field names of a request, their kinds, and which of them count.

A form definition, a synonym table, a gap and a notice all name fields by these strings.
"""

from enum import StrEnum


class FieldKind(StrEnum):
    """What sort of value a field holds; decides its normal form, grammar and threshold."""

    NAME = "name"
    DATE = "date"
    MEMBER_ID = "member_id"
    ADDRESS = "address"
    PHONE = "phone"
    NPI = "npi"
    CODE = "code"
    MODIFIER = "modifier"
    DIAGNOSIS = "diagnosis"
    QUANTITY = "quantity"
    CHOICE = "choice"
    TEXT = "text"


FIELD_KINDS: dict[str, FieldKind] = {
    "member.last_name": FieldKind.NAME,
    "member.first_name": FieldKind.NAME,
    "member.date_of_birth": FieldKind.DATE,
    "member.id": FieldKind.MEMBER_ID,
    "member.address": FieldKind.ADDRESS,
    "member.phone": FieldKind.PHONE,
    "ordering_provider.name": FieldKind.NAME,
    "ordering_provider.npi": FieldKind.NPI,
    "ordering_provider.address": FieldKind.ADDRESS,
    "ordering_provider.phone": FieldKind.PHONE,
    "ordering_provider.fax": FieldKind.PHONE,
    "servicing_provider.name": FieldKind.NAME,
    "servicing_provider.npi": FieldKind.NPI,
    "servicing_provider.phone": FieldKind.PHONE,
    "servicing_provider.fax": FieldKind.PHONE,
    "request.type": FieldKind.CHOICE,
    "request.date": FieldKind.DATE,
    "service.start_date": FieldKind.DATE,
    "service.end_date": FieldKind.DATE,
    "service.place": FieldKind.TEXT,
    "clinical.attached": FieldKind.CHOICE,
    "clinical.summary": FieldKind.TEXT,
    "authorization.number": FieldKind.TEXT,
}
"""Kind of every single-valued field, in the order in which people read a request."""

LINE_KINDS: dict[str, FieldKind] = {
    "code": FieldKind.CODE,
    "description": FieldKind.TEXT,
    "quantity": FieldKind.QUANTITY,
    "unit": FieldKind.TEXT,
    "start_date": FieldKind.DATE,
    "end_date": FieldKind.DATE,
}
"""Kind of every single-valued part of a service line; ``modifiers`` is a list of MODIFIER."""

MINIMUM_FIELDS: tuple[str, ...] = (
    "member.last_name",
    "member.first_name",
    "member.date_of_birth",
    "member.id",
    "member.address",
    "member.phone",
    "ordering_provider.name",
    "ordering_provider.npi",
    "ordering_provider.address",
    "ordering_provider.phone",
)
"""Single-valued fields without which no request can start; besides: a line, a diagnosis, clinicals."""

CRITICAL_FIELDS: tuple[str, ...] = (
    "member.last_name",
    "member.first_name",
    "member.date_of_birth",
    "member.id",
    "member.phone",
    "ordering_provider.npi",
    "ordering_provider.phone",
    "ordering_provider.fax",
    "request.type",
)
"""Single-valued fields that accuracy figures count; besides: line codes and diagnoses."""

FIELD_LABELS: dict[str, str] = {
    "member.last_name": "Member last name",
    "member.first_name": "Member first name",
    "member.date_of_birth": "Member date of birth",
    "member.id": "Member ID",
    "member.address": "Member address",
    "member.phone": "Member phone",
    "ordering_provider.name": "Ordering provider name",
    "ordering_provider.npi": "Ordering provider NPI",
    "ordering_provider.address": "Ordering provider address",
    "ordering_provider.phone": "Ordering provider phone",
    "ordering_provider.fax": "Ordering provider fax",
    "servicing_provider.name": "Servicing provider name",
    "servicing_provider.npi": "Servicing provider NPI",
    "servicing_provider.phone": "Servicing provider phone",
    "servicing_provider.fax": "Servicing provider fax",
    "request.type": "Type of request",
    "request.date": "Date of request",
    "service.start_date": "Start date of service",
    "service.end_date": "End date of service",
    "service.place": "Place of service",
    "clinical.attached": "Clinicals attached",
    "clinical.summary": "Clinical information",
    "authorization.number": "Authorization number",
    "line": "Service lines (HCPCS/CPT codes)",
    "line.code": "HCPCS/CPT code",
    "diagnosis": "Diagnosis codes (ICD-10)",
    "clinical": "Clinical information",
}
"""What people read where no form's own label is known."""


class RequestType(StrEnum):
    """The box on the form (``request.type``)."""

    ROUTINE = "routine"
    URGENT = "urgent"
    RETRO = "retro"
    STANDING_REFERRAL = "standing_referral"
    PAD_ROUTINE = "pad_routine"
    PAD_URGENT = "pad_urgent"
    CHANGE = "change"


class Priority(StrEnum):
    """How fast a request must be handled; derived from type box, cover sheet and text."""

    URGENT = "urgent"
    ROUTINE = "routine"


class Processor(StrEnum):
    """Who decides; DESK is our own clerks; SPLIT only on a request whose lines differ."""

    CHME = "CHME"
    ALLIANCE_UM = "ALLIANCE_UM"
    CFMG = "CFMG"
    CHCN = "CHCN"
    DESK = "DESK"
    SPLIT = "SPLIT"


class PageKind(StrEnum):
    """What a page is."""

    COVER_SHEET = "cover_sheet"
    PA_FORM = "pa_form"
    CHME_ORDER = "chme_order"
    BREAST_PUMP_FORM = "breast_pump_form"
    GROUP_FORM = "group_form"
    OTHER_PLAN_FORM = "other_plan_form"
    LETTER = "letter"
    PRESCRIPTION = "prescription"
    CLINICAL_NOTES = "clinical_notes"
    TEST_RESULT = "test_result"
    IDENTITY_CARD = "identity_card"
    DELIVERY_TICKET = "delivery_ticket"
    STATUS_INQUIRY = "status_inquiry"
    AUTO_REPLY = "auto_reply"
    MAIL_BODY = "mail_body"
    JUNK = "junk"
    BLANK = "blank"
    UNREADABLE = "unreadable"
    UNKNOWN = "unknown"


class TextSource(StrEnum):
    """Where a page's words came from."""

    OCR = "ocr"
    TEXT_LAYER = "text_layer"
    FORM_VALUES = "form_values"
    MAIL_TEXT = "mail_text"
    NONE = "none"


class ArrivalState(StrEnum):
    """Where an arrival stands; all but ``in_progress`` are ends."""

    IN_PROGRESS = "in_progress"
    PROCESSED = "processed"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
