"""The entries of the ledgers that reconciliation joins, as plain values.

Each ledger is taken at its own word: the fax server's log, the mailbox, the arrivals, the requests,
the hand-overs, the notices and their transmissions. Ids only; no entry holds anything about a
member. All moments are aware.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class CallKind(StrEnum):
    """What the fax server says it did: took a fax, was called without one, sent, or gave up a job."""

    RECV = "recv"
    CALL = "call"
    SEND = "send"
    UNSENT = "unsent"


@dataclass(frozen=True, slots=True)
class Call:
    """One entry of the fax server's log.

    ``id`` is the server's own (communication id, or job and attempt); ``line`` the device or number
    that was called; ``number`` the far end (caller or destination) in E.164 where it is one, ``tsi``
    what its machine calls itself; ``file`` the received file's name without folders; ``job`` the
    job of an outgoing call; ``reason`` the server's words when it ended badly, empty when well.
    """

    id: str
    kind: CallKind
    at: dt.datetime
    line: str
    number: str | None = None
    tsi: str | None = None
    pages: int = 0
    seconds: int = 0
    file: str | None = None
    job: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MailSeen:
    """One mail that a mailbox holds, by the server's own list.

    ``waits``: by its folder and flags it is still to be taken; ``folder`` and ``flags`` as the server has them.
    """

    mailbox: str
    message_id: str
    at: dt.datetime
    waits: bool = False
    folder: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrival:
    """One arrival as Inlet recorded it.

    ``state`` is in_progress, processed, duplicate or quarantined; ``attended_at`` when a person
    first acted on a quarantined one; ``sha256`` what was stored, ``sha256_now`` what the stored
    bytes hash to now (``None``: not looked); ``requests`` the references it feeds; ``reply_to`` a
    reference of ours that was read on it; ``asks`` whether pages of it ask for something.
    """

    id: str
    source: str
    channel: str
    received_at: dt.datetime
    state: str
    line: str = ""
    pages: int | None = None
    number: str | None = None
    tsi: str | None = None
    file: str | None = None
    message_id: str | None = None
    duplicate_of: str | None = None
    attended_at: dt.datetime | None = None
    sha256: str = ""
    sha256_now: str | None = None
    requests: tuple[str, ...] = ()
    reply_to: str | None = None
    asks: bool = True


@dataclass(frozen=True, slots=True)
class HandOver:
    """One part of a request given to its processor; ``at`` is ``None`` until it is."""

    processor: str
    at: dt.datetime | None = None
    acknowledged_at: dt.datetime | None = None
    needs_acknowledgement: bool = True


@dataclass(frozen=True, slots=True)
class Request:
    """One request as Inlet recorded it; ``state`` is a state of the lifecycle.

    ``first_received_at`` is the earliest receipt of anything that feeds it, from which its clock
    must run; ``incomplete_since`` when only the provider's gaps were left.
    """

    reference: str
    state: str
    first_received_at: dt.datetime
    arrivals: tuple[str, ...]
    clock_started_at: dt.datetime | None = None
    due_at: dt.datetime | None = None
    processor: str | None = None
    routed_at: dt.datetime | None = None
    hand_overs: tuple[HandOver, ...] = ()
    incomplete_since: dt.datetime | None = None
    decided_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice: ``key`` is ``request:revision:kind``; ``verified`` whether its number was."""

    key: str
    request: str
    kind: str
    state: str
    made_at: dt.datetime
    destination: str | None = None
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Transmission:
    """One attempt to deliver a notice; ``outcome`` is ``delivered``, ``failed``, ``pending`` or ``taken``.

    ``taken`` is the end of a way that tells nothing more, such as a folder or a mail server.
    ``by_line`` says that it went by a fax server whose own log is among the ledgers.
    """

    notice: str
    job: str
    at: dt.datetime
    outcome: str
    destination: str | None = None
    by_line: bool = True


@dataclass(frozen=True, slots=True)
class Ledgers:
    """All ledgers of the time under review; an empty tuple of calls or mails with its flag off means "not given".

    ``mails_since``: mailboxes are listed from then on; nothing older is held against them (``None``: everything is).
    """

    arrivals: tuple[Arrival, ...] = ()
    requests: tuple[Request, ...] = ()
    notices: tuple[Notice, ...] = ()
    transmissions: tuple[Transmission, ...] = ()
    calls: tuple[Call, ...] = ()
    mails: tuple[MailSeen, ...] = ()
    has_calls: bool = True
    has_mails: bool = True
    known_numbers: frozenset[str] = frozenset()
    mails_since: dt.datetime | None = None
