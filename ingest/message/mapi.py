"""Outlook's properties (MS-OXPROPS) as a mail's content, wherever they were stored.

Property values are bytes, text, whole numbers, truth values or times, by property id.
"""

import datetime as dt
import email
import email.policy
from collections.abc import Mapping
from dataclasses import replace
from email.message import EmailMessage

from ingest.message.content import Attached, Content
from ingest.message.facts import mail_facts
from ingest.message.text import decode, html_charset
from ingest.pages import MailFacts
from ingest.rtf import decompress, read_rtf

Value = bytes | str | int | bool | dt.datetime
Properties = Mapping[int, Value]

MESSAGE_CLASS, SUBJECT, SUBMITTED, HEADERS, DELIVERED = 0x001A, 0x0037, 0x0039, 0x007D, 0x0E06
SENDER_TYPE, SENDER_ADDRESS, SENDER_SMTP, SENT_FOR = 0x0C1E, 0x0C1F, 0x5D01, 0x0065
BODY, RTF, HTML = 0x1000, 0x1009, 0x1013
MESSAGE_ID, REFERENCES, IN_REPLY_TO = 0x1035, 0x1039, 0x1042
INTERNET_CODEPAGE, CODEPAGE = 0x3FDE, 0x3FFD
ATTACH_DATA, ATTACH_NAME, ATTACH_METHOD, ATTACH_LONG_NAME = 0x3701, 0x3704, 0x3705, 0x3707
ATTACH_TYPE, ATTACH_ID, ATTACH_HIDDEN, DISPLAY_NAME = 0x370E, 0x3712, 0x7FFE, 0x3001
ADDRESS, SMTP_ADDRESS, RECIPIENT_TYPE = 0x3003, 0x39FE, 0x0C15
EMBEDDED = 5
"""The method of an attachment that is a message itself."""

_EPOCH = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)
_LATEST = 200 * 366 * 24 * 3600 * 10_000_000 * 3
_CC = 2
_BOUNCE = "report.ipm.note.ndr"
_AWAY = ("ipm.note.rules.ooftemplate", "ipm.note.rules.replytemplate", "report.")


def moment(ticks: int) -> dt.datetime | None:
    """A FILETIME (tenths of microseconds since 1601) as a time; None when it is nonsense."""
    if not 0 < ticks < _LATEST:
        return None
    return _EPOCH + dt.timedelta(microseconds=ticks // 10)


def codec(properties: Properties) -> str:
    """The charset of eight-bit texts among ``properties``."""
    for name in (CODEPAGE, INTERNET_CODEPAGE):
        page = properties.get(name)
        if isinstance(page, int) and page > 0:
            return {65001: "utf-8", 20127: "us-ascii", 28591: "cp1252", 1200: "cp1252"}.get(page, f"cp{page}")
    return "cp1252"


def text_of(properties: Properties, name: int) -> str:
    """A property as text; eight-bit text in the message's own charset."""
    value = properties.get(name)
    if isinstance(value, bytes):
        value = decode(value, codec(properties))
    return value.rstrip("\0").strip() if isinstance(value, str) else ""


def make_content(
    properties: Properties, recipients: tuple[tuple[int, str], ...], attached: tuple[Attached, ...]
) -> Content:
    """A message from its properties, its recipients (type and address) and its attachments."""
    body, html = properties.get(BODY), properties.get(HTML)
    plain = decode(body, codec(properties)) if isinstance(body, bytes) else body if isinstance(body, str) else ""
    markup = _html(html, properties)
    compressed = properties.get(RTF)
    if isinstance(compressed, bytes) and not markup and not plain.strip():
        rich = read_rtf(decompress(compressed))
        plain, markup = rich.text or plain, rich.html
    return Content(
        _facts(properties, recipients), plain.rstrip("\0").replace("\r\n", "\n"), markup.rstrip("\0"), attached
    )


def make_attached(properties: Properties, message: Content | None, charset: str, problem: str = "") -> Attached:
    """An attachment from its properties; ``message`` is set where it is a message itself."""
    named = {**properties, INTERNET_CODEPAGE: 0}
    name = ""
    for source in (ATTACH_LONG_NAME, ATTACH_NAME, DISPLAY_NAME):
        value = named.get(source)
        name = decode(value, charset) if isinstance(value, bytes) else value if isinstance(value, str) else ""
        name = name.rstrip("\0").strip()
        if name:
            break
    data = properties.get(ATTACH_DATA)
    content_id = text_of(named, ATTACH_ID).strip("<>")
    return Attached(
        name,
        text_of(named, ATTACH_TYPE).lower() or ("message/rfc822" if message else "application/octet-stream"),
        data if isinstance(data, bytes) else b"",
        content_id=content_id,
        inline=bool(properties.get(ATTACH_HIDDEN)),
        message=message,
        problem=problem,
    )


def _html(value: Value | None, properties: Properties) -> str:
    if isinstance(value, bytes):
        page = properties.get(INTERNET_CODEPAGE)
        stated = codec({INTERNET_CODEPAGE: page}) if isinstance(page, int) and page else None
        return decode(value, html_charset(value, stated))
    return value if isinstance(value, str) else ""


def _facts(properties: Properties, recipients: tuple[tuple[int, str], ...]) -> MailFacts:
    """The facts as the transport's headers give them where they were kept, else as the properties do."""
    headers = text_of(properties, HEADERS)
    message = email.message_from_string(headers.lstrip() + "\n\n", policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    facts = mail_facts(message)
    when = properties.get(SUBMITTED) or properties.get(DELIVERED)
    sender = next(
        (
            found.lower()
            for found in (text_of(properties, name) for name in (SENDER_SMTP, SENT_FOR, SENDER_ADDRESS))
            if "@" in found
        ),
        None,
    )
    kind = text_of(properties, MESSAGE_CLASS).lower()
    automatic = facts.automatic or ("bounce" if kind == _BOUNCE else "auto_reply" if kind.startswith(_AWAY) else "")
    if automatic.startswith("bounce") and not facts.reported_ids and facts.in_reply_to:
        facts = replace(facts, reported_ids=(facts.in_reply_to,))
    ordered = sorted((x for x in recipients if x[0] <= _CC), key=lambda x: x[0])
    return replace(
        facts,
        message_id=facts.message_id or text_of(properties, MESSAGE_ID) or None,
        from_address=facts.from_address or sender,
        to=facts.to or tuple(dict.fromkeys(address.lower() for _, address in ordered)),
        date=facts.date or (when if isinstance(when, dt.datetime) else None),
        in_reply_to=facts.in_reply_to or text_of(properties, IN_REPLY_TO) or None,
        references=facts.references or tuple(text_of(properties, REFERENCES).split()),
        subject=facts.subject or text_of(properties, SUBJECT) or None,
        automatic=automatic,
        auto_submitted=bool(automatic),
    )
