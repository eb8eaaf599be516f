"""The facts of a mail's headers, whatever state they are in."""

import contextlib
import datetime as dt
import email
import email.policy
import email.utils
import re
from email.message import EmailMessage, Message

from ingest.pages import MailFacts

OWN_HEADER = "x-inlet-reference"
"""What every mail of ours bears; it is never a provider's order when it comes back."""

_BULK = frozenset({"bulk", "junk", "list"})
_ID = re.compile(r"<[^<>\s]{1,990}>")
_IDS_KEPT = 100
_BOUNCE_SENDERS = ("mailer-daemon@", "postmaster@", "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e@")
_AWAY = re.compile(
    r"^(?:\W*(?:auto(?:matic|mated)?[ -]?(?:reply|response|antwort)|out[ -]of[ -](?:the[ -])?office|autoreply|"
    r"abwesenheit|r[eé]ponse automatique|respuesta autom[aá]tica|vacation (?:reply|message)))\b",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"^(?:undeliverable|undelivered mail|delivery status notification|mail delivery (?:failed|failure|subsystem)|"
    r"returned mail|failure notice|delivery (?:has )?failed|message not delivered)\b",
    re.IGNORECASE,
)
_BARE_BYTES = re.compile("[\udc80-\udcff]")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")


def mail_facts(message: EmailMessage) -> MailFacts:
    """Read the headers that matter; a header that is missing or broken is None or empty."""
    senders = _addresses(message, "from") or _addresses(message, "sender")
    ids = _ID.findall(header(message, "references"))
    answered = _ID.search(header(message, "in-reply-to"))
    own = _ID.search(header(message, "message-id"))
    automatic = _automatic(message, senders)
    report = _report(message) if automatic in {"bounce", "auto_reply"} else _Report()
    return MailFacts(
        message_id=own.group() if own else None,
        from_address=senders[0] if senders else None,
        to=tuple(dict.fromkeys(_addresses(message, "to") + _addresses(message, "cc"))),
        date=_date(header(message, "date")),
        auto_submitted=bool(automatic),
        in_reply_to=answered.group() if answered else None,
        references=tuple(ids[:_IDS_KEPT]),
        subject=header(message, "subject") or None,
        automatic=automatic,
        reported_ids=report.ids,
        status=report.status,
        own_reference=header(message, OWN_HEADER)[:40] or None,
    )


def header(message: EmailMessage, name: str) -> str:
    """A header as decoded text on one line; empty when it is missing or too broken to read."""
    value = _raw_header(message, name)
    if value is not None and not _BARE_BYTES.search(value):
        # the header parser of the standard library raises these for some broken headers: then as it stands
        with contextlib.suppress(ValueError, TypeError, IndexError, AttributeError, LookupError):
            value = str(message.get(name))
    if value is None:
        return ""
    return " ".join(_readable(value).split())


def _raw_header(message: EmailMessage, name: str) -> str | None:
    """The first header of that name, as it stands."""
    for found, value in message.raw_items():
        if found.lower() == name:
            return str(value)
    return None


def _readable(text: str) -> str:
    """Bytes that stand bare in a header, against the rules, as the letters they are meant to be."""
    if not _BARE_BYTES.search(text):
        return text.replace("\0", "")
    data = text.encode("utf-8", "surrogateescape")
    try:
        return data.decode("utf-8").replace("\0", "")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace").replace("\0", "")


def _automatic(message: EmailMessage, senders: list[str]) -> str:  # noqa: PLR0911  (one answer for each sign)
    """What kind of program sent this by itself: ``bounce``, ``auto_reply``, ``generated``, ``bulk``.

    Empty when a person did. RFC 3834 and 3464, Exchange's and the older habits.
    """
    stated = header(message, "auto-submitted").partition(";")[0].strip().lower()
    subject = header(message, "subject")
    from_machine = bool(senders) and senders[0].startswith(_BOUNCE_SENDERS)
    if message.get_content_type() == "multipart/report":
        return "bounce" if _is_failure(message) else "auto_reply"
    if header(message, "x-failed-recipients"):
        return "bounce"
    nobody = header(message, "return-path").strip() == "<>"
    if from_machine and (nobody or _FAILED.match(subject)):
        return "bounce"
    if nobody and _FAILED.match(subject):
        return "bounce"
    precedence = header(message, "precedence").strip().lower()
    if (
        stated.startswith("auto-replied")
        or precedence == "auto_reply"
        or any(header(message, name) for name in ("x-autoreply", "x-autorespond", "x-autoresponder"))
        or _AWAY.match(subject)
        or nobody
        or from_machine
    ):
        return "auto_reply"
    if stated not in {"", "no"}:
        return "generated"
    suppressed = {word.strip() for word in header(message, "x-auto-response-suppress").lower().split(",")}
    if precedence in _BULK or header(message, "list-id") or ("all" in suppressed and header(message, "feedback-id")):
        return "bulk"
    return ""


class _Report:
    """What a delivery report says of the mail that it is about."""

    def __init__(self, ids: tuple[str, ...] = (), status: str = "") -> None:
        self.ids = ids
        self.status = status


def _report(message: EmailMessage) -> _Report:
    """The Message-IDs that a bounce returns (RFC 3464 fields, the returned headers or text) and its status."""
    ids: list[str] = []
    status = ""
    for part in message.walk():
        kind = part.get_content_type()
        if kind in {"message/delivery-status", "message/disposition-notification"}:
            for block in part.get_payload() if part.is_multipart() else ():
                if isinstance(block, Message):
                    ids += _ID.findall(str(block.get("original-message-id", "")))
                    found = _STATUS.search(str(block.get("status", "")))
                    status = status or (found.group(1) if found else "")
        elif part is not message and part.get("message-id"):
            # the returned message itself
            ids += _ID.findall(str(part.get("message-id")))
        elif kind in {"text/rfc822-headers", "text/plain"}:
            text = _payload(part)
            ids += re.findall(r"(?im)^\s*(?:original-)?message-id:\s*(<[^<>\s]{1,990}>)", text)
            found = _STATUS.search(text)
            status = status or (found.group(1) if found else "")
    return _Report(tuple(dict.fromkeys(ids))[:_IDS_KEPT], status)


def _is_failure(message: EmailMessage) -> bool:
    """Say whether a report is of a mail that was not delivered; others tell that it was, was late, or was read."""
    actions: list[str] = []
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/disposition-notification":
            return False
        if kind == "message/delivery-status" and part.is_multipart():
            actions += [str(block.get("action", "")) for block in part.get_payload() if isinstance(block, Message)]
    stated = [action.strip().lower() for action in actions if action.strip()]
    return not stated or "failed" in stated


def _payload(part: Message) -> str:
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else ""


def _addresses(message: EmailMessage, name: str) -> list[str]:
    found = email.utils.getaddresses([header(message, name)])
    return [address.lower() for _, address in found if "@" in address]


def _date(text: str) -> dt.datetime | None:
    try:
        date = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=dt.UTC)
