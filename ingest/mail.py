"""Takes a mail apart: its facts, its text, its attachments in order, and what could not be opened.

Mails in the wild have broken boundaries, unknown charsets and lying content types: everything here
goes through :mod:`email` with its lenient policy and falls back to bytes. Runs in the decoder's
process; the attachments it writes are decoded in processes of their own.
"""

import datetime as dt
import email
import email.policy
import email.utils
import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

from ingest.errors import problem
from ingest.html_text import html_to_text
from ingest.limits import Limits
from ingest.pages import MailFacts

_SIGNATURES = frozenset({
    "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
    "application/pgp-keys", "text/calendar", "text/x-vcard", "text/vcard", "message/delivery-status",
})  # fmt: skip
_ICON_BYTES = 40_000
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_ID = re.compile(r"<[^<>\s]{1,990}>")
Record = dict[str, object]


def take_apart(path: Path, into: Path, limits: Limits) -> Iterator[Record]:
    """Yield the reports of a mail: its facts, a part for each text and attachment, and the end.

    A ``part`` has ``origin`` and one of ``text``, ``problem`` or ``file`` (a name under ``into``).
    """
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    yield {"mail": mail_facts(message).to_record()}
    for count, part in enumerate(_parts(message, into, limits, "", 0), start=1):
        if count > limits.parts:
            yield {"end": {"problem": problem("too_many_parts", limit=limits.parts).to_json(), "call": None}}
            return
        yield {"part": part}
    yield {"end": {"problem": None, "call": None}}


def mail_facts(message: EmailMessage) -> MailFacts:
    """Read the headers that matter; a header that is missing or broken is None or empty."""
    senders = _addresses(message, "from")
    ids = _ID.findall(_header(message, "references"))
    answered = _ID.search(_header(message, "in-reply-to"))
    own = _ID.search(_header(message, "message-id"))
    return MailFacts(
        message_id=own.group() if own else None,
        from_address=senders[0] if senders else None,
        to=tuple(dict.fromkeys(_addresses(message, "to") + _addresses(message, "cc"))),
        date=_date(_header(message, "date")),
        auto_submitted=_is_automatic(message),
        in_reply_to=answered.group() if answered else None,
        references=tuple(ids),
        subject=_header(message, "subject") or None,
    )


def _is_automatic(message: EmailMessage) -> bool:
    """Say whether a program sent this by itself: RFC 3834, bounces, and the older habits."""
    stated = _header(message, "auto-submitted").partition(";")[0].strip().lower()
    return (
        stated not in {"", "no"}
        or _header(message, "precedence").strip().lower() in _BULK
        or bool(_header(message, "x-autoreply") or _header(message, "x-autorespond"))
        or _header(message, "return-path").strip() == "<>"
        or message.get_content_type() == "multipart/report"
    )


def _header(message: EmailMessage, name: str) -> str:
    try:
        value = message.get(name)
        return " ".join(str(value).split()) if value is not None else ""
    except (ValueError, TypeError, IndexError, AttributeError, LookupError):
        # the header parser of the standard library raises these for some broken headers
        return ""


def _addresses(message: EmailMessage, name: str) -> list[str]:
    found = email.utils.getaddresses([_header(message, name)])
    return [address.lower() for _, address in found if "@" in address]


def _date(text: str) -> dt.datetime | None:
    try:
        date = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=dt.UTC)


def _parts(message: EmailMessage, into: Path, limits: Limits, prefix: str, depth: int) -> Iterator[Record]:
    """The texts and attachments of a message, in order; ``prefix`` names the message they stand in."""
    body = _body(message)
    text, left_out = ("", 0) if body is None else (_text(body), 0)
    attachments: list[EmailMessage] = []
    for part in _leaves(message):
        if part is body or (_is_alternative(part, message) and not _is_attached(part)):
            continue
        if _is_icon(part):
            left_out += 1
        elif part.get_content_type() not in _SIGNATURES:
            attachments.append(part)
    notes = ["inline_image_left_out"] if left_out else []
    if text.strip():
        yield {"origin": f"{prefix}body", "text": text, "notes": notes}
    for number, part in enumerate(attachments, start=1):
        origin = f"{prefix}attachment {number}"
        if part.get_content_type() == "message/rfc822":
            yield from _forwarded(part, into, limits, origin, depth)
        else:
            yield _attachment(part, into, origin)


def _forwarded(part: EmailMessage, into: Path, limits: Limits, origin: str, depth: int) -> Iterator[Record]:
    inner = part.get_payload()
    message = inner[0] if isinstance(inner, list) and inner else None
    if depth >= limits.depth or not isinstance(message, EmailMessage):
        yield {"origin": origin, "problem": problem("nested_too_deep").to_json()}
        return
    yield from _parts(message, into, limits, f"{origin} ", depth + 1)


def _attachment(part: EmailMessage, into: Path, origin: str) -> Record:
    """Write an attachment's bytes for its own decoder, or give its text if it is text."""
    if part.get_content_maintype() == "text" and part.get_content_subtype() in {"plain", "html"}:
        text = _text(part)
        if not _looks_binary(part):
            return {"origin": origin, "text": text} if text.strip() else _empty(origin)
    data = _bytes(part)
    if not data:
        return _empty(origin)
    name = re.sub(r"\W+", "-", origin)
    (into / name).write_bytes(data)
    return {"origin": origin, "file": name}


def _empty(origin: str) -> Record:
    return {"origin": origin, "problem": problem("attachment_damaged").to_json()}


def _body(message: EmailMessage) -> EmailMessage | None:
    """The part that a person reads first: plain text if it says anything, else the HTML."""
    try:
        plain, html = message.get_body(("plain",)), message.get_body(("html",))
    except (ValueError, KeyError, AttributeError, TypeError):
        plain = html = None
    for part in (plain, html):
        if isinstance(part, EmailMessage) and _text(part).strip():
            return part
    return None


def _leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    """Every part that holds content, in order; a forwarded message counts as one part."""
    if message.get_content_type() == "message/rfc822":
        yield message
        return
    if not message.is_multipart():
        yield message
        return
    for part in message.iter_parts() if message.get_content_maintype() == "multipart" else ():
        if isinstance(part, EmailMessage):
            yield from _leaves(part)


def _is_alternative(part: EmailMessage, message: EmailMessage) -> bool:
    """Say whether a text part is another form of the body and not a thing of its own."""
    if part.get_content_maintype() != "text" or part.get_content_subtype() not in {"plain", "html"}:
        return False
    if part is message or not _text(part).strip():
        return not _is_attached(part)
    return any(
        inner is part
        for outer in message.walk()
        if outer.get_content_type() == "multipart/alternative"
        for inner in outer.walk()
    )


def _is_attached(part: EmailMessage) -> bool:
    return part.get_content_disposition() == "attachment" or bool(_file_name(part))


def _file_name(part: EmailMessage) -> str:
    try:
        return part.get_filename() or ""
    except (ValueError, TypeError, LookupError, AttributeError):
        return ""


def _is_icon(part: EmailMessage) -> bool:
    """Say whether this is a small picture that the HTML shows (a logo in a signature)."""
    if part.get_content_maintype() != "image" or part.get_content_disposition() == "attachment":
        return False
    return bool(part["content-id"]) and len(_bytes(part)) <= _ICON_BYTES


def _looks_binary(part: EmailMessage) -> bool:
    return _bytes(part)[:5] in {b"%PDF-", b"II*\0", b"MM\0*", b"\x89PNG\r"}


def _bytes(part: EmailMessage) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AttributeError):
        return b""
    return payload if isinstance(payload, bytes) else b""


def _text(part: EmailMessage) -> str:
    """The text of a part in the charset it states, else UTF-8, else Windows-1252; HTML as text."""
    data = _bytes(part)
    stated = str(part.get_content_charset("utf-8") or "utf-8")
    for charset in (stated, "utf-8", "cp1252", "latin-1"):
        try:
            text = data.decode(charset)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
        break
    else:
        text = data.decode("latin-1")
    if part.get_content_subtype() == "html":
        return html_to_text(text)
    return text.replace("\r\n", "\n").replace("\0", "")
