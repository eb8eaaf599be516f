"""The kinds of notice, and the plain data that a notice is made of."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice says."""

    RECEIPT = "receipt"
    RECEIVED_AGAIN = "received_again"
    INFORMATION_REQUEST = "information_request"
    RESEND = "resend"
    MISDIRECTED = "misdirected"
    FORWARD = "forward"
    TRANSFER = "transfer"
    APPROVAL = "approval"
    MODIFICATION = "modification"
    DEFERRAL = "deferral"
    DENIAL = "denial"
    RETRO_DENIAL = "retro_denial"
    LETTER_MODIFICATION = "letter_modification"
    LETTER_DEFERRAL = "letter_deferral"
    LETTER_DENIAL = "letter_denial"


MACHINE_KINDS = frozenset(
    {
        NoticeKind.RECEIPT,
        NoticeKind.RECEIVED_AGAIN,
        NoticeKind.INFORMATION_REQUEST,
        NoticeKind.RESEND,
        NoticeKind.MISDIRECTED,
        NoticeKind.FORWARD,
        NoticeKind.TRANSFER,
    }
)
"""What may go out by itself. Every other kind needs a decision record of a named person (California SB 1120)."""

LETTER_KINDS = frozenset({NoticeKind.LETTER_MODIFICATION, NoticeKind.LETTER_DEFERRAL, NoticeKind.LETTER_DENIAL})
"""Letters to the member, by mail; everything else is a fax to an office."""


class Language(StrEnum):
    """The languages that members are written to in: the plan's threshold languages (docs/domain.md, section 4)."""

    ENGLISH = "en"
    SPANISH = "es"
    CHINESE = "zh"
    VIETNAMESE = "vi"
    TAGALOG = "tl"


@dataclass(frozen=True, slots=True)
class Contact:
    """Who sends: name, the number to call, the fax number to answer to, when phones are open.

    ``peer_phone`` is the line on which a provider talks a decision over with a clinician;
    ``member_phone`` and ``member_tty`` are for members.
    """

    name: str
    phone: str
    fax: str
    hours: str = "Mon-Fri 8:00-17:00"
    peer_phone: str = ""
    peer_hours: str = ""
    member_phone: str = ""
    member_tty: str = "711"


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A requested service as the notice prints it: code, modifiers, quantity, description, and who decides."""

    code: str
    description: str
    quantity: str
    decider: str


@dataclass(frozen=True, slots=True)
class NoticeGap:
    """Something to send: the label as the form prints it, and the sentence."""

    label: str
    message: str


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides some or all of the request, and how to reach them; ``items`` are the codes that go there."""

    name: str
    phone: str
    hours: str
    fax: str = ""
    items: str = ""


@dataclass(frozen=True, slots=True)
class NoticeDue:
    """A date by which the request must be decided, and the rule that says so, in words."""

    when: str
    rule: str


@dataclass(frozen=True, slots=True)
class NoticeValue:
    """A value read from the request as a processor gets it: label, value, and how far it can be trusted."""

    label: str
    value: str
    mark: str


@dataclass(frozen=True, slots=True)
class CareLine:
    """A service as it was decided: what was asked for, what is granted, from when to when."""

    code: str
    description: str
    requested: str
    granted: str
    dates: str


@dataclass(frozen=True, slots=True)
class CareFacts:
    """A person's decision as a notice prints it; empty where the decision's kind has no such part."""

    decided_by: str
    decided_by_phone: str
    decided_text: str
    lines: tuple[CareLine, ...]
    authorization_number: str = ""
    reasons: str = ""
    criteria: str = ""
    unmet: str = ""
    awaited: str = ""
    expected: str = ""
    vendor: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """The member a letter goes to: name, address, id as their card shows it, and language."""

    name: str
    address: str
    member_id: str
    provider: str
    language: Language


@dataclass(frozen=True, slots=True)
class NoticeData:
    """Everything a notice prints, as text; the same data makes the same bytes.

    ``issued`` is the ISO date of the document; ``answer_by`` is empty where nothing is asked. ``again``
    says when the same pages came once more, ``again_of`` when those came that they repeat.
    ``patient`` holds initials and the last characters of the member's id, never the name; full
    values stand only in ``values`` and ``page_texts`` (a packet to a processor; texts of pages that
    have no picture, such as a mail's) and ``recipient`` (a member's letter).
    """

    kind: NoticeKind
    reference: str
    revision: int
    issued: str
    issued_text: str
    received_text: str
    pages_received: int
    sender: Contact
    to_name: str
    to_fax: str
    priority: str
    request_type: str
    patient: str
    lines: tuple[NoticeLine, ...]
    diagnoses: tuple[str, ...]
    deciders: tuple[Decider, ...]
    due: tuple[NoticeDue, ...]
    clock_started: str
    gaps: tuple[NoticeGap, ...] = ()
    answer_by: str = ""
    supersedes: str = ""
    barcode: str = field(default="", repr=False)
    reason: str = ""
    troubles: tuple[str, ...] = ()
    values: tuple[NoticeValue, ...] = ()
    original_pages: int = 0
    page_texts: tuple[str, ...] = ()
    care: CareFacts | None = None
    recipient: Recipient | None = None
    again: str = ""
    again_of: str = ""

    @property
    def language(self) -> Language:
        """What language the notice is written in: English to offices, their own to members."""
        return self.recipient.language if self.recipient else Language.ENGLISH

    def to_json(self) -> dict[str, object]:
        """Give the form that templates read and records store: plain JSON types."""
        data = asdict(self)
        data["kind"] = self.kind.value
        return data

    def words(self) -> Mapping[str, str]:
        """The placeholders of a notice's text and what stands in their place, as :data:`PLACEHOLDERS` names them."""
        sender, care, recipient = self.sender, self.care, self.recipient
        return {
            "reference": self.reference,
            "issued": self.issued_text,
            "received": self.received_text,
            "again": self.again,
            "again_of": self.again_of,
            "pages_received": str(self.pages_received) if self.pages_received else "",
            "original_pages": str(self.original_pages) if self.original_pages else "",
            "our_name": sender.name,
            "our_phone": sender.phone,
            "our_fax": sender.fax,
            "our_hours": sender.hours,
            "peer_phone": sender.peer_phone,
            "peer_hours": sender.peer_hours,
            "member_phone": sender.member_phone,
            "member_tty": sender.member_tty,
            "to_name": self.to_name,
            "priority": self.priority.lower(),
            "patient": self.patient,
            "clock_started": self.clock_started,
            "due": self.due[0].when if self.due else "",
            "answer_by": self.answer_by,
            "reason": self.reason,
            "new_office": self.deciders[0].name if self.deciders else "",
            "decided_by": care.decided_by if care else "",
            "decided_by_phone": care.decided_by_phone if care else "",
            "decided_at": care.decided_text if care else "",
            "authorization_number": care.authorization_number if care else "",
            "reasons": care.reasons if care else "",
            "criteria": care.criteria if care else "",
            "unmet": care.unmet if care else "",
            "awaited": care.awaited if care else "",
            "expected": care.expected if care else "",
            "vendor": care.vendor if care else "",
            "member_name": recipient.name if recipient else "",
            "member_address": recipient.address if recipient else "",
            "member_id": recipient.member_id if recipient else "",
            "provider": recipient.provider if recipient else "",
        }


PLACEHOLDERS = frozenset(
    {
        "reference", "issued", "received", "pages_received", "original_pages", "our_name", "our_phone", "our_fax",
        "our_hours", "peer_phone", "peer_hours", "member_phone", "member_tty", "to_name", "priority", "patient",
        "clock_started", "due", "answer_by", "reason", "new_office", "decided_by", "decided_by_phone", "decided_at",
        "authorization_number", "reasons", "criteria", "unmet", "awaited", "expected", "vendor", "member_name",
        "member_address", "member_id", "provider", "again", "again_of",
    }
)  # fmt: skip
"""Every name that may stand in braces in a notice's text."""
