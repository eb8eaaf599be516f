"""What every kind of mail is turned into before its parts are told apart."""

from dataclasses import dataclass, field

from ingest.pages import MailFacts


@dataclass(frozen=True, slots=True)
class Attached:
    """One thing attached: its name as the mail gives it, its bytes, how it is shown.

    ``message`` is set instead of ``data`` where a message is attached. ``inline`` says that the body
    shows it; ``content_id`` is bare. ``problem`` is the name of a problem of :mod:`ingest.errors`
    that keeps it from being opened.
    """

    name: str
    media_type: str
    data: bytes = b""
    content_id: str = ""
    inline: bool = False
    message: "Content | None" = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """A mail: facts, the two forms of its body, and what is attached, in order.

    ``plain`` and ``html`` are decoded text, either may be empty. ``problem`` is the name of a problem
    of :mod:`ingest.errors` that concerns the message as a whole (it is encrypted).
    """

    facts: MailFacts
    plain: str = ""
    html: str = ""
    attached: tuple[Attached, ...] = field(default=())
    problem: str = ""
