"""The kinds of notice, and the plain data that a notice is made of."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice says; more kinds follow, none of which a machine sends by itself."""

    RECEIPT = "receipt"
    INFORMATION_REQUEST = "information_request"


@dataclass(frozen=True, slots=True)
class Contact:
    """Who sends: the plan's name, the number to call, the fax number to answer to, and when phones are open."""

    name: str
    phone: str
    fax: str
    hours: str = "Mon-Fri 8:00-17:00"


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
    """Who decides some or all of the request, and how to reach them."""

    name: str
    phone: str
    hours: str


@dataclass(frozen=True, slots=True)
class NoticeDue:
    """A date by which the request must be decided, and the rule that says so, in words."""

    when: str
    rule: str


@dataclass(frozen=True, slots=True)
class NoticeData:
    """Everything a notice prints, as text; the same data makes the same bytes.

    ``issued`` is the ISO date of the document; ``answer_by`` is empty where nothing is asked.
    ``patient`` holds initials and the last characters of the member's id, never the name.
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

    def to_json(self) -> dict[str, object]:
        """Give the form that templates read and records store: plain JSON types."""
        data = asdict(self)
        data["kind"] = self.kind.value
        return data
