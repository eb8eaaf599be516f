"""The shapes of answers and of what is sent, as the OpenAPI page names them."""

import datetime as dt
from typing import Annotated, Any

from ninja import Path, Schema
from pydantic import ConfigDict, Field

from outbound.care import CareKind
from outbound.notices import Language
from terms.names import ArrivalState, Priority, Processor
from terms.requests import Audience

_LARGEST = 2**63 - 1
Number = Annotated[int, Path(ge=1, le=_LARGEST)]
Reference = Annotated[str, Path(min_length=1, max_length=12, pattern=r"^[0-9A-Z-]+$")]
Word = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
Prose = Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$")]
Phrase = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")]


class Fault(Schema):
    """What went wrong: a stable kind, a sentence with the remedy, and whether the same again can help."""

    kind: str
    message: str
    retry: bool


class Trouble(Schema):
    """The one shape of every answer that is none."""

    error: Fault


class ArrivalShape(Schema):
    """One thing that came in."""

    arrival: int
    source: str
    channel: str
    state: ArrivalState
    sha256: str
    size: int
    received_at: dt.datetime
    finished_at: dt.datetime | None
    page_count: int | None
    duplicate_of: int | None
    problem: Fault | None
    pages: list[int] = Field(description="Numbers for /pages/{page}; only where one arrival is asked for.")
    requests: list[str] = Field(description="References; only where one arrival is asked for.")


class RequestRow(Schema):
    """A request in a list: ids, places and dates, nothing about its member."""

    reference: str
    arrival: int
    revision: int
    state: str
    priority: Priority
    received_at: dt.datetime
    due_at: dt.datetime | None
    processor: str
    outcome: str
    clerk_gaps: int
    provider_gaps: int
    changed_at: dt.datetime


class FieldShape(Schema):
    """A named value with where it stands: `box` is left, top, right, bottom in fractions of the upright page."""

    name: str
    value: str | None
    raw: str | None
    confidence: float
    status: str
    page: int | None
    box: list[float] | None
    human: bool


class LineShape(Schema):
    """One requested service, and where it goes."""

    position: int
    code: str
    description: str
    quantity: str
    modifiers: list[str]
    route: dict[str, Any] | None


class GapShape(Schema):
    """Something that is open, and who can close it."""

    field: str
    reason: str
    audience: Audience
    message: str


class ClockShape(Schema):
    """By when it has to be decided."""

    started_at: dt.datetime | None
    due_at: dt.datetime | None
    rule: str
    others: list[dict[str, Any]]


class RequestShape(RequestRow):
    """A request with everything known of it. `why` explains the decision, section by section."""

    fields: list[FieldShape]
    lines: list[LineShape]
    diagnoses: list[str]
    gaps: list[GapShape]
    route: dict[str, Any] | None
    clock: ClockShape
    pages: list[int]
    why: dict[str, Any] | None


class PageShape(Schema):
    """A page and everything read on it (`reading`: null until it is read)."""

    page: int
    arrival: int
    number: int
    kind: str
    form: str
    rotation: int
    text_source: str
    legibility: float | None
    problem: Fault | None
    reading: dict[str, Any] | None


class Sent(Schema):
    """Base of what is sent: a name that is none is refused, so that a misspelt one is not passed over."""

    model_config = ConfigDict(extra="forbid")


class ChangeIn(Sent):
    """One change: `target` as `member.id`, `line[0].code`, `diagnosis[+]`; a null `text` takes a row away."""

    target: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[!-~]+$")]
    text: Prose | None
    reason: Prose = ""


class CorrectionsIn(Sent):
    """Changes to a request at the revision that was seen: all of them, or none."""

    revision: Annotated[int, Field(ge=1, le=2**31 - 1)]
    changes: Annotated[list[ChangeIn], Field(min_length=1, max_length=100)]


class ReleaseIn(Sent):
    """The revision that was looked at."""

    revision: Annotated[int, Field(ge=1, le=2**31 - 1)]


class CloseIn(Sent):
    """How everybody was told."""

    why: Annotated[str, Field(min_length=3, max_length=400, pattern=r"^[^\x00]*$")]


class CorrectionShape(Schema):
    """What was changed, from what to what, by whom."""

    revision: int
    target: str
    before: Any
    after: Any
    reason: str
    by: str
    at: dt.datetime


class Moved(Schema):
    """Where a request stands after a change."""

    reference: str
    revision: int
    state: str


class DecidedLineIn(Sent):
    """One service: what was requested and what is granted, with its limits."""

    code: Phrase
    description: Word
    requested: Word = ""
    granted: Word = ""
    starts: dt.date | None = None
    ends: dt.date | None = None


class DecisionIn(Sent):
    """What a named person decided. Which parts a kind needs stands in the documents (domain, section 4)."""

    revision: Annotated[int, Field(ge=1, le=2**31 - 1)]
    kind: CareKind
    decided_by: Annotated[Phrase, Field(description="Name and title of the person, as they sign.")]
    phone: Annotated[Phrase, Field(description="Their direct line.")]
    decided_at: Annotated[dt.datetime, Field(description="With a time zone.")]
    lines: Annotated[list[DecidedLineIn], Field(min_length=1, max_length=100)]
    authorization_number: Word = ""
    reasons: Prose = ""
    criteria: Prose = ""
    unmet: Prose = ""
    awaited: Prose = ""
    expected_on: dt.date | None = None
    vendor: Word = ""
    harmless: bool = False
    member_reasons: Annotated[dict[Language, Prose], Field(default_factory=dict)]
    letters: Annotated[
        list[Language], Field(default_factory=list, max_length=20, description="Languages of letters to the member.")
    ]


class DecisionMade(Schema):
    """A decision that was recorded, and the notices drafted of it."""

    decision: int
    reference: str
    state: str
    notices: list[int]


class DecisionShape(Schema):
    """A decision of a named person."""

    decision: int
    reference: str
    revision: int
    kind: CareKind
    decided_by: str
    decided_at: dt.datetime
    entered_by: str
    entered_at: dt.datetime
    notices: list[int]


class NoticeShape(Schema):
    """What is sent out, and what became of it."""

    notice: int
    reference: str | None
    arrival: int | None
    kind: str
    language: str
    processor: str
    way: str
    revision: int
    state: str
    verified: bool
    created_at: dt.datetime
    sent_at: dt.datetime | None
    pages: int | None
    problem: str = Field(description="Why it waits or failed; `desk.awaits_approval`: a decision's, to be approved.")
    paper: str = Field(description="Name of the paper as it was made; empty until then.")
    approved_by: str


class ApprovalIn(Sent):
    """A named person's word that a decision's notice goes out as the paper they looked at."""

    paper: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[!-~]+$", description="As the notice says.")]
    approved_by: Annotated[Phrase, Field(description="Name and title of the person.")]


class HoldIn(Sent):
    """Why a notice should wait."""

    reason: Annotated[str, Field(min_length=3, max_length=400, pattern=r"^[^\x00]*$")]


class AcknowledgementIn(Sent):
    """A processor's word that a request arrived there."""

    reference: Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[0-9A-Z-]+$")]
    processor: Processor
    at: Annotated[dt.datetime, Field(description="With a time zone.")]
    number: Annotated[str, Field(max_length=60, pattern=r"^[^\x00-\x1f]*$")] = ""


class AcknowledgementShape(Schema):
    """The same, as it is kept; the first one counts."""

    acknowledgement: int
    reference: str
    processor: Processor
    at: dt.datetime
    number: str


class NightRow(Schema):
    """One night's proof."""

    day: dt.date
    made_at: dt.datetime
    proven: bool
    headline: str
    open_count: int


def file_answer(media_type: str, description: str) -> dict[str, Any]:
    """Say in the interface's own description that an operation answers with a file."""
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    return {"responses": {200: {"description": description, "content": content}}}
