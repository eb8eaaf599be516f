"""Writes sample mails as .eml: orders with attachments, an order in the body, an automatic reply."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

BOUNDARY = "=_inlet_sample_boundary_{}"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail; ``media_type`` such as ``application/pdf``."""

    name: str
    media_type: str
    data: bytes


def mail_bytes(
    *,
    sender: str,
    to: str,
    subject: str,
    body: str,
    sent_at: dt.datetime,
    number: int,
    attachments: Sequence[Attachment] = (),
    automatic: bool = False,
) -> bytes:
    """Give the bytes of a mail; the same arguments give the same bytes. ``number`` makes its id."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(sent_at)
    message["Message-ID"] = f"<sample-{number:04d}@clinic.example>"
    if automatic:
        message["Auto-Submitted"] = "auto-replied"
        message["X-Auto-Response-Suppress"] = "All"
        message["Precedence"] = "bulk"
    message.set_content(body)
    for file in attachments:
        main, _, sub = file.media_type.partition("/")
        message.add_attachment(file.data, maintype=main, subtype=sub, filename=file.name)
    if message.is_multipart():
        message.set_boundary(BOUNDARY.format(number))
    return message.as_bytes()
