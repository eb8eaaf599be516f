"""The mail that asks a sender for papers that did not reach us readable: words, and the letter as a file.

Pure. Nothing is known of the patient, and nothing of the sender's own words is repeated.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

from outbound.notices import Contact
from terms.dates import PACIFIC

ASKABLE: dict[str, str] = {
    "ingest.mail_link_only": "Your mail held a link to a page, not the papers themselves. We cannot open such links.",
    "ingest.mail_encrypted": "Your mail was encrypted and we could not open it.",
    "ingest.attachment_encrypted": "An attachment was protected with a password and we could not open it.",
    "ingest.password_protected": "An attachment was protected with a password and we could not open it.",
    "ingest.attachment_damaged": "An attachment arrived damaged and could not be opened.",
    "ingest.attachment_unknown": "An attachment was of a kind that we cannot read.",
    "ingest.archive_nested": "An attachment was an archive inside an archive, which we do not open.",
    "ingest.archive_bomb": "An attachment was too large when unpacked.",
    "ingest.damaged": "What you sent arrived damaged and could not be opened.",
    "ingest.no_pages": "Your mail arrived without any papers in it.",
}
"""The problems of a mail that its sender can mend, each in words for that sender."""


@dataclass(frozen=True, slots=True)
class MailReply:
    """A drafted mail: where it goes, what it says, which message it answers (empty if that had no name)."""

    to: str
    subject: str
    text: str
    message_id: str
    in_reply_to: str


def compose_reply(
    problem_kind: str,
    *,
    arrival: int,
    to: str,
    in_reply_to: str,
    received_at: dt.datetime,
    sender: Contact,
) -> MailReply:
    """Draft the mail that asks for the papers of ``arrival`` again because of ``problem_kind``.

    ``received_at`` is aware and printed in Pacific time. Raises KeyError for a problem that is not in
    :data:`ASKABLE`.
    """
    trouble = ASKABLE[problem_kind]
    local = received_at.astimezone(PACIFIC)
    hour, half = local.hour % 12 or 12, "AM" if local.hour < 12 else "PM"  # noqa: PLR2004  (noon)
    when = f"{local:%B} {local.day}, {local.year}, {hour}:{local:%M} {half} Pacific"
    text = (
        f"Hello,\n\nwe received your mail on {when}, but could not use it:\n\n    {trouble}\n\n"
        "Please send the request again in one of these ways:\n"
        f"  - by fax to {sender.fax} (safest for patient information),\n"
        "  - or as an attachment to a reply: PDF, TIFF, a photo or a Word document, without a password.\n\n"
        f"Questions: {sender.phone}, {sender.hours}.\n\n{sender.name}\n\n"
        f"Our number for this mail: {arrival}\n"
    )
    return MailReply(to, f"We could not open your mail (our number {arrival})", text, own_id(arrival), in_reply_to)


def own_id(arrival: int) -> str:
    """Our Message-ID of the answer to an arrival: the same each time, and known as ours by its first word."""
    digest = hashlib.sha256(f"resend:{arrival}".encode()).hexdigest()[:32]
    return f"<inlet.{digest}@drafts.invalid>"


def letter(reply: MailReply) -> bytes:
    """The draft as a file that a mail program opens as an unsent mail; nobody's program may answer it by itself."""
    message = EmailMessage(policy=SMTP)
    message["To"] = reply.to
    message["Subject"] = reply.subject
    message["Message-ID"] = reply.message_id
    if reply.in_reply_to:
        message["In-Reply-To"] = reply.in_reply_to
        message["References"] = reply.in_reply_to
    message["X-Unsent"] = "1"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(reply.text)
    return message.as_bytes()
