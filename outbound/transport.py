"""What every way out promises: take something once under our key, find it again, say what became of it."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Stage(StrEnum):
    """Where something that was submitted stands.

    ``taken`` is an end too: the other side has it and nothing more will be heard by this way.
    """

    WAITING = "waiting"
    SENDING = "sending"
    TAKEN = "taken"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Failure(StrEnum):
    """Why a transmission did not arrive; decides whether and when it is tried again."""

    BUSY = "busy"
    NO_ANSWER = "no_answer"
    NO_FAX = "no_fax"
    NO_LINE = "no_line"
    CUT_OFF = "cut_off"
    PARTIAL = "partial"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    UNSURE = "unsure"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Submission:
    """One attempt to deliver one notice. ``key`` is its identity; ``number`` is E.164 or empty.

    ``address`` is where a way other than the telephone delivers (an e-mail address, a folder of an
    SFTP host); ``reason`` says why the destination may be used, or may not.
    """

    key: str
    number: str
    verified: bool
    reason: str
    reference: str
    kind: str
    pages: int
    urgent: bool
    pdf: bytes
    tiff: bytes
    address: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a submission: under which key, whether it is held, the names of its files, the far side's job.

    ``doubtful`` says that we were cut off while handing it over: it may have gone out or not. It is
    never handed over again by machine.
    """

    key: str
    held: bool
    files: tuple[str, ...] = ()
    job: str = ""
    doubtful: bool = False

    def to_record(self) -> dict[str, object]:
        """Give the storable form."""
        return {
            "key": self.key,
            "held": self.held,
            "files": list(self.files),
            "job": self.job,
            "doubtful": self.doubtful,
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a submission stands: stage, reason of a failure, pages the far side confirmed, the far side's words.

    ``detail`` is the fax server's own status text; it holds numbers and codes of the protocol, no
    content.
    """

    stage: Stage
    failure: Failure | None = None
    pages: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class LineState:
    """One telephone line (modem, channel) as its server describes it."""

    name: str
    state: str


class Transport(Protocol):
    """A way out. Every method raises :class:`outbound.errors.TransportError` when it cannot be used."""

    name: str

    def probe(self) -> tuple[LineState, ...]:
        """Try the way without sending anything; give its lines where it knows of any."""
        ...

    def submit(self, submission: Submission, *, now: dt.datetime) -> Receipt:
        """Hand over once: what is known under the key already is not handed over again."""
        ...

    def find(self, key: str) -> Receipt | None:
        """The receipt of what was handed over under ``key``, or None; asked after a crash."""
        ...

    def status(self, receipt: Receipt) -> Standing:
        """Where it stands now."""
        ...

    def cancel(self, key: str) -> bool:
        """Take it back if it has not gone out; say whether that was so."""
        ...
