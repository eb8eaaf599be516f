"""Differences by name: what each means, whose it is, and what clears it."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum


class Owner(StrEnum):
    """Who clears a difference."""

    OPERATOR = "operator"
    CLERK = "clerk"
    SUPERVISOR = "supervisor"
    PRIVACY = "privacy officer"


class DifferenceKind(StrEnum):
    """Every way in which two ledgers can disagree, or one can be left waiting."""

    RECEIVED_NOT_INGESTED = "received_not_ingested"
    INGESTED_NOT_LOGGED = "ingested_not_logged"
    MAIL_NOT_INGESTED = "mail_not_ingested"
    MAIL_NOT_IN_MAILBOX = "mail_not_in_mailbox"
    MAIL_NOT_PUT_AWAY = "mail_not_put_away"
    PAGES_DIFFER = "pages_differ"
    RING_WITHOUT_DOCUMENT = "ring_without_document"
    LOG_LINE_UNREAD = "log_line_unread"
    STUCK_IN_PROGRESS = "stuck_in_progress"
    QUARANTINED_UNATTENDED = "quarantined_unattended"
    DUPLICATE_OF_NOTHING = "duplicate_of_nothing"
    READ_IN_NO_REQUEST = "read_in_no_request"
    REQUEST_WITHOUT_ARRIVAL = "request_without_arrival"
    ANSWERED_NOT_JOINED = "answered_not_joined"
    REQUEST_WITHOUT_ROUTE = "request_without_route"
    ROUTED_NOT_HANDED_OVER = "routed_not_handed_over"
    HANDED_OVER_UNACKNOWLEDGED = "handed_over_unacknowledged"
    INCOMPLETE_NOT_ASKED = "incomplete_not_asked"
    ASKED_NOT_DELIVERED = "asked_not_delivered"
    DELIVERED_UNVERIFIED = "delivered_unverified"
    SENT_TWICE = "sent_twice"
    JOB_SENT_TWICE = "job_sent_twice"
    SENT_NOT_LOGGED = "sent_not_logged"
    LOGGED_NOT_SENT = "logged_not_sent"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    DECIDED_LATE = "decided_late"
    CLOCK_INCONSISTENT = "clock_inconsistent"
    BYTES_CHANGED = "bytes_changed"


_ABOUT: dict[DifferenceKind, tuple[Owner, str]] = {
    DifferenceKind.RECEIVED_NOT_INGESTED: (Owner.OPERATOR, "Find the file on the fax server and bring it in."),
    DifferenceKind.INGESTED_NOT_LOGGED: (Owner.OPERATOR, "Find out how the file came in past the log."),
    DifferenceKind.MAIL_NOT_INGESTED: (Owner.OPERATOR, "Fetch the mail again from the mailbox."),
    DifferenceKind.MAIL_NOT_IN_MAILBOX: (Owner.OPERATOR, "Find out who removed the mail from the mailbox."),
    DifferenceKind.MAIL_NOT_PUT_AWAY: (
        Owner.OPERATOR, "Find out why the mailbox does not let it be moved; it came in, do not send it again.",
    ),
    DifferenceKind.PAGES_DIFFER: (Owner.CLERK, "Compare with the log; ask the sender for what is missing."),
    DifferenceKind.RING_WITHOUT_DOCUMENT: (Owner.CLERK, "Call the provider and ask for the fax again."),
    DifferenceKind.LOG_LINE_UNREAD: (Owner.OPERATOR, "Look at the line; until it is read nothing is proven."),
    DifferenceKind.STUCK_IN_PROGRESS: (Owner.OPERATOR, "Look at the pipeline and start the arrival again."),
    DifferenceKind.QUARANTINED_UNATTENDED: (Owner.CLERK, "Open the arrival and act on its problem."),
    DifferenceKind.DUPLICATE_OF_NOTHING: (Owner.OPERATOR, "Find the arrival this one repeats, or process it."),
    DifferenceKind.READ_IN_NO_REQUEST: (Owner.CLERK, "Open the arrival and join it to a request or dismiss it."),
    DifferenceKind.REQUEST_WITHOUT_ARRIVAL: (Owner.OPERATOR, "Find out what the request was made from."),
    DifferenceKind.ANSWERED_NOT_JOINED: (Owner.CLERK, "Join the answer to the request that it names."),
    DifferenceKind.REQUEST_WITHOUT_ROUTE: (Owner.OPERATOR, "Decide the request again."),
    DifferenceKind.ROUTED_NOT_HANDED_OVER: (Owner.CLERK, "Hand the request over to its processor."),
    DifferenceKind.HANDED_OVER_UNACKNOWLEDGED: (Owner.CLERK, "Ask the processor whether the request arrived."),
    DifferenceKind.INCOMPLETE_NOT_ASKED: (Owner.CLERK, "Ask the provider for what is missing."),
    DifferenceKind.ASKED_NOT_DELIVERED: (Owner.CLERK, "Call the provider; the fax did not get through."),
    DifferenceKind.DELIVERED_UNVERIFIED: (Owner.PRIVACY, "Find out who received it and assess the disclosure."),
    DifferenceKind.SENT_TWICE: (Owner.OPERATOR, "Find out why the notice went out twice."),
    DifferenceKind.JOB_SENT_TWICE: (Owner.OPERATOR, "Find out why the fax server has the job twice."),
    DifferenceKind.SENT_NOT_LOGGED: (Owner.OPERATOR, "Find the job on the fax server; it may never have gone out."),
    DifferenceKind.LOGGED_NOT_SENT: (Owner.PRIVACY, "Find out what the fax server sent without our asking."),
    DifferenceKind.DUE_SOON: (Owner.SUPERVISOR, "See that it is decided in time."),
    DifferenceKind.OVERDUE: (Owner.SUPERVISOR, "See that it is decided now."),
    DifferenceKind.DECIDED_LATE: (Owner.SUPERVISOR, "Record why it was late."),
    DifferenceKind.CLOCK_INCONSISTENT: (Owner.SUPERVISOR, "Set the clock back to the first receipt."),
    DifferenceKind.BYTES_CHANGED: (Owner.OPERATOR, "Restore the original from the backup and find out who changed it."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it should be: what, since when, and the ids that tell where to look."""

    kind: DifferenceKind
    item: str
    since: dt.datetime
    facts: dict[str, str] = field(default_factory=dict, compare=False)

    @property
    def id(self) -> str:
        """The same difference has the same id every night."""
        return f"{self.kind.value}:{self.item}"

    @property
    def owner(self) -> Owner:
        """Who clears it."""
        return _ABOUT[self.kind][0]

    @property
    def action(self) -> str:
        """What clears it."""
        return _ABOUT[self.kind][1]

    def age(self, now: dt.datetime) -> dt.timedelta:
        """How long it has stood."""
        return now - self.since

    def to_json(self, now: dt.datetime) -> dict[str, object]:
        """Give the difference as plain JSON values."""
        return {
            "id": self.id,
            "kind": self.kind.value,
            "item": self.item,
            "since": self.since.isoformat(),
            "age_hours": round(self.age(now).total_seconds() / 3600, 1),
            "owner": self.owner.value,
            "action": self.action,
            "facts": dict(self.facts),
        }
