"""How values look to people, and back: dates the US way, phone numbers as printed.

Everything stored is in normal form (:mod:`terms.normal`); a clerk types and sees what forms print.
"""

import datetime as dt
from functools import lru_cache

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _

from desk.cases.receipts import RECEIVED_AT
from desk.cases.values import WORD
from desk.lifecycle import NoticeState, RequestState, TransmissionState
from terms.contact import Phone
from terms.names import FIELD_KINDS, FIELD_LABELS, LINE_KINDS, ArrivalState, FieldKind, RequestType

SHORT_LABELS: dict[str, str] = {
    "last_name": "Last name",
    "first_name": "First name",
    "date_of_birth": "Date of birth",
    "id": "ID",
    "address": "Address",
    "phone": "Phone",
    "name": "Name",
    "npi": "NPI",
    "fax": "Fax",
    "type": "Type",
    "date": "Date of request",
    "start_date": "Start date",
    "end_date": "End date",
    "place": "Place",
    "attached": "Attached",
    "summary": "Summary",
    "number": "Number",
    "code": "Code",
    "description": "Description",
    "quantity": "Quantity",
    "unit": "Unit",
    "modifiers": "Modifiers",
}

CONCEPT_WORDS: dict[str, str] = {
    "last_name": "Last name",
    "first_name": "First name",
    "full_name": "Name",
    "date_of_birth": "Date of birth",
    "member_id": "Member ID",
    "phone": "Phone",
    "fax": "Fax",
    "npi": "NPI",
    "full_address": "Address",
    "request_date": "Date of request",
    "start_date": "Start date",
    "end_date": "End date",
    "place": "Place of service",
    "summary": "Clinical summary",
    "auth_number": "Authorization number",
    "diagnosis": "Diagnosis",
}
"""What a label asks for (extract/labels/concepts.toml), as people say it."""

PLACEHOLDERS: dict[FieldKind, str] = {
    FieldKind.DATE: "MM/DD/YYYY",
    FieldKind.PHONE: "510-555-0142",
    FieldKind.NPI: "10 digits",
    FieldKind.MEMBER_ID: "9 characters, such as 91234567A",
    FieldKind.CODE: "such as E1390",
    FieldKind.DIAGNOSIS: "such as J44.9",
}

EXPECTED: dict[FieldKind, str] = {
    FieldKind.DATE: "a date such as 03/07/1958",
    FieldKind.PHONE: "a phone number with area code",
    FieldKind.NPI: "an NPI: 10 digits with the right check digit",
    FieldKind.MEMBER_ID: "a member ID: 9, seven digits and one letter that is not B, I, J, K, L, O, P, Q, R or S",
    FieldKind.CODE: "a HCPCS or CPT code such as E1390 or 99213",
    FieldKind.MODIFIER: "two-character modifiers such as RR or NU",
    FieldKind.DIAGNOSIS: "an ICD-10-CM code such as J44.9",
    FieldKind.QUANTITY: "a whole number",
    FieldKind.CHOICE: "one of the choices",
}
"""What is said when somebody types something that is not a value of its kind."""

CHOICES: dict[str, tuple[tuple[str, str], ...]] = {
    "request.type": (
        (RequestType.ROUTINE, "Routine"),
        (RequestType.URGENT, "Urgent"),
        (RequestType.RETRO, "Retro"),
        (RequestType.STANDING_REFERRAL, "Standing referral"),
        (RequestType.PAD_ROUTINE, "Medication (PAD), routine"),
        (RequestType.PAD_URGENT, "Medication (PAD), urgent"),
        (RequestType.CHANGE, "Change request"),
    ),
    "clinical.attached": (("yes", "Yes"), ("no", "No")),
}

SOURCE_WORDS: dict[str, str] = {
    "folder": "watched folder",
    "imap": "mailbox",
    "http": "provider by HTTP",
    "upload": "by hand",
    "command": "by hand",
    "former": "no longer in the settings",
}

CHANNEL_WORDS: dict[str, str] = {"fax": "fax", "mail": "mail"}

STATE_WORDS: dict[str, tuple[str, str]] = {
    RequestState.READING: ("Reading", "quiet"),
    RequestState.NEEDS_REVIEW: ("Needs review", "attention"),
    RequestState.INCOMPLETE: ("Incomplete, asked", "active"),
    RequestState.READY: ("Ready", "good"),
    RequestState.ROUTED: ("Routed", "good"),
    RequestState.HANDED_OVER: ("Handed over", "good"),
    RequestState.DECIDED: ("Decided", "quiet"),
    RequestState.CLOSED: ("Closed", "quiet"),
    RequestState.UNMATCHED: ("Unmatched", "attention"),
    RequestState.NOT_OURS: ("Not ours", "quiet"),
    RequestState.WITHDRAWN: ("Withdrawn", "quiet"),
    RequestState.MERGED: ("Merged", "quiet"),
    RequestState.QUARANTINED: ("Quarantined", "bad"),
    ArrivalState.IN_PROGRESS: ("In progress", "active"),
    ArrivalState.PROCESSED: ("Processed", "good"),
    ArrivalState.DUPLICATE: ("Duplicate", "quiet"),
    NoticeState.DRAFTED: ("Drafted", "quiet"),
    NoticeState.HELD: ("Held", "attention"),
    NoticeState.SENT: ("Sent", "good"),
    NoticeState.DELIVERED: ("Delivered", "good"),
    NoticeState.FAILED: ("Failed", "bad"),
    NoticeState.SUPERSEDED: ("Superseded", "quiet"),
    TransmissionState.INTENDED: ("Intended", "quiet"),
    TransmissionState.SUBMITTED: ("Submitted", "active"),
    TransmissionState.DELIVERED: ("Delivered", "good"),
    TransmissionState.FAILED: ("Failed", "bad"),
    "well": ("Well", "good"),
    "hindered": ("Hindered", "bad"),
    "stale": ("Not watched", "bad"),
    "unwatched": ("Former", "quiet"),
}
"""Words and the look of a chip for each state."""

PROCESSOR_WORDS: dict[str, str] = {
    "CHME": "CHME",
    "ALLIANCE_UM": "Alliance UM",
    "CFMG": "CFMG",
    "CHCN": "CHCN",
    "DESK": "Our desk",
    "SPLIT": "Several",
}

_PAGE_WORDS = {"pa_form": "PA form", "chme_order": "CHME order"}

NOTICE_WORDS: dict[str, str] = {
    "receipt": "Receipt",
    "received_again": "Receipt of what came again",
    "information_request": "Information request",
    "resend": "Please send again",
    "misdirected": "Not for us, forwarded",
    "forward": "Packet for a processor",
    "transfer": "Divided between offices",
    "approval": "Approval",
    "modification": "Modification",
    "deferral": "Deferral",
    "denial": "Denial",
    "retro_denial": "Retro denial",
    "letter_modification": "Letter: modification",
    "letter_deferral": "Letter: deferral",
    "letter_denial": "Letter: denial",
    "availability": "Offer of help in languages",
    "cover": "Cover",
}


CARE_WORDS: dict[str, str] = {
    "approve": "Approve",
    "modify": "Modify",
    "defer": "Defer",
    "deny": "Deny",
    "retro_deny": "Deny in retrospect (administrative)",
    "acknowledgement": "Acknowledgement",
}
"""What a named person decided, and a processor's word that it has a request."""


def said(words: str) -> str:
    """Give words of the tables here in the language of whoever looks."""
    return _said(words, get_language()) if words else ""


@lru_cache(maxsize=4096)
def _said(words: str, language: str | None) -> str:
    del language  # of the key only: each language's words are looked up once
    return gettext(words)


def sentence(error: Exception) -> str:
    """Give a refusal as a sentence, in the language of whoever looks where its words stand in the translations."""
    from desk.review.spoken import refusal_words  # noqa: PLC0415  (which knows the tables of words here)

    words = refusal_words(error)
    return words[:1].upper() + words[1:]


def state_words(state: str) -> tuple[str, str]:
    """Give what people call a state, and the look of its chip."""
    words, look = STATE_WORDS.get(state, (state.replace("_", " ").capitalize(), "quiet"))
    return said(words), look


def plain_page_words(kind: str) -> str:
    """Give what people call a kind of page, in English."""
    return _PAGE_WORDS.get(kind) or kind.replace("_", " ").capitalize()


def page_words(kind: str) -> str:
    """Give what people call a kind of page."""
    return said(plain_page_words(kind))


def kind_of(target: str) -> FieldKind:
    """Give the kind of a target: a field's name, ``line[0].code``, ``line[0].modifiers`` or ``diagnosis[1]``."""
    if target.startswith("diagnosis"):
        return FieldKind.DIAGNOSIS
    if target.startswith("line"):
        part = target.rpartition(".")[2]
        return LINE_KINDS.get(part, FieldKind.MODIFIER)
    return FIELD_KINDS.get(target, FieldKind.TEXT)


WAY_WORDS: dict[str, str] = {
    "fax": "fax",
    "email": "e-mail",
    "sftp": "SFTP",
    "post": "by post",
    "queue": "queue",
    "hylafax": "HylaFAX",
    "folder": "folder",
    "provider": "fax provider",
    "gateway": "fax gateway",
}
"""By which way something goes out, and by what of ours."""

LANGUAGE_WORDS: dict[str, str] = {
    "en": "English",
    "es": "Spanish",
    "zh": "Chinese",
    "vi": "Vietnamese",
    "tl": "Tagalog",
}
"""The languages of letters to members."""

KIND_WORDS: dict[str, str] = {
    FieldKind.NAME: "Names",
    FieldKind.DATE: "Dates",
    FieldKind.MEMBER_ID: "Member IDs",
    FieldKind.ADDRESS: "Addresses",
    FieldKind.PHONE: "Phone and fax numbers",
    FieldKind.NPI: "NPIs",
    FieldKind.CODE: "Service codes",
    FieldKind.MODIFIER: "Modifiers",
    FieldKind.DIAGNOSIS: "Diagnoses",
    FieldKind.QUANTITY: "Quantities",
    FieldKind.CHOICE: "Choices",
    FieldKind.TEXT: "Texts",
    "all": "All together",
}
"""What people call a kind of field, in the plural."""


def kind_words(kind: str) -> str:
    """Give what people call a kind of field."""
    return said(KIND_WORDS.get(kind, kind.replace("_", " ")))


def form_words(form: str) -> str:
    """Give what people call a form, by its id; pages of none are said so."""
    return _("no known form") if form in {"", "no known form"} else form.replace("_", " ")


def label_of(target: str) -> str:
    """Give what people call a target, whole: ``Member ID``, ``Line 2 code``, ``Diagnosis 1``."""
    if target in FIELD_LABELS:
        return said(FIELD_LABELS[target])
    if target == WORD:
        return _("Words to the provider")
    if target == RECEIVED_AT:
        return _("First receipt")
    head, bracket, rest = target.partition("[")
    if not bracket:
        return said(target)
    index, _bracket, tail = rest.partition("]")
    number = int(index) + 1 if index.isdigit() else index
    part = said(SHORT_LABELS.get(tail.lstrip("."), "")).lower()
    what = {"line": _("Line"), "diagnosis": _("Diagnosis"), "page": _("Page")}.get(head, head.capitalize())
    return f"{what} {number} {part}".strip()


def short_label(name: str) -> str:
    """Give a label for a row inside its section: ``member.id`` is ``ID``."""
    return said(SHORT_LABELS.get(name.rpartition(".")[2], name))


def shown(kind: FieldKind, value: str | None) -> str:
    """Give a normal form as a clerk sees and types it; what has no normal form stays as it is."""
    if not value:
        return ""
    if kind is FieldKind.PHONE:
        phone = Phone.parse(value)
        return phone.display if phone else value
    if kind is FieldKind.DATE:
        try:
            return dt.date.fromisoformat(value).strftime("%m/%d/%Y")
        except ValueError:
            return value
    return value


def shown_for(target: str, value: str | None) -> str:
    """Give the value of a target in words: like :func:`shown`, with the words of choices."""
    for choice, words in CHOICES.get(target, ()):
        if choice == value:
            return said(words)
    return shown(kind_of(target), value)


def span(delta: dt.timedelta) -> str:
    """Give a length of time in one unit, rounded down: ``4 min``, ``7 h``, ``3 d``."""
    seconds = max(0, int(delta.total_seconds()))
    if seconds < 3600:  # noqa: PLR2004  (an hour)
        return f"{seconds // 60} min"
    if seconds < 48 * 3600:
        return f"{seconds // 3600} h"
    return f"{seconds // 86400} d"


def due_words(due: dt.datetime | None, now: dt.datetime) -> tuple[str, str]:
    """Give (words, urgency) of a due date: urgency is ``late``, ``soon`` (within a day), or empty."""
    left, urgency = time_left(due, now)
    return left_words(left, urgency), urgency


def time_left(due: dt.datetime | None, now: dt.datetime) -> tuple[str, str]:
    """Give (span, urgency) of a due date: how long is left, or how late it is; both empty where there is none."""
    if due is None:
        return "", ""
    left = due - now
    if left < dt.timedelta(0):
        return span(-left), "late"
    return span(left), "soon" if left < dt.timedelta(hours=24) else ""


def left_words(left: str, urgency: str) -> str:
    """Put what :func:`time_left` gives into words."""
    if not left:
        return _("no clock")
    return (_("%(span)s late") if urgency == "late" else _("in %(span)s")) % {"span": left}
