"""Reads a MIME message as it is in the wild: broken boundaries, lying types, nested and signed parts.

Everything goes through :mod:`email` with its lenient policy; what it gives up on is taken as bytes.
"""

import binascii
import email
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage

from ingest.message.content import Attached, Content
from ingest.message.facts import mail_facts
from ingest.message.signed import unwrap
from ingest.message.text import decode, html_charset, unflowed

_MACHINERY = frozenset({
    "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
    "application/pgp-keys", "text/calendar", "text/x-vcard", "text/vcard", "message/delivery-status",
    "message/disposition-notification", "text/rfc822-headers", "text/x-amp-html",
})  # fmt: skip
_SIGNED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_TEXTS = frozenset({"plain", "html", "enriched"})
_MAGIC = (b"%PDF-", b"II*\0", b"MM\0*", b"\x89PNG\r", b"PK\x03\x04", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0")
_BOUNDARY = re.compile(rb"(?m)^--([^\s-][^\r\n]{0,199}?)[ \t]*\r?\n(?=content-)", re.IGNORECASE)
_UUENCODED = re.compile(r"(?m)^begin [0-7]{3,4} ([^\r\n]{1,200})\r?\n((?:[ -`]{1,62}\r?\n)+?)[ `]?\r?\n?end[ \t]*$")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_PGP = "-----BEGIN PGP MESSAGE-----"
_DEEPEST = 20


def read_mime(data: bytes, *, depth: int) -> Content:
    """Read a message; ``depth`` is how many messages inside it are still opened."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return _content(message, depth)


def _content(message: EmailMessage, depth: int) -> Content:
    found = _Found(depth)
    found.take(message, 0)
    plain, html = "\n".join(found.plain), "\n".join(found.html)
    plain, uuencoded = _without_uuencoded(plain)
    problem = found.problem or ("mail_encrypted" if _PGP in plain else "")
    return Content(mail_facts(message), plain, html, (*found.attached, *uuencoded), problem)


class _Found:
    """What was found in the parts of one message."""

    def __init__(self, depth: int) -> None:
        self.plain: list[str] = []
        self.html: list[str] = []
        self.attached: list[Attached] = []
        self.problem = ""
        self._depth = depth

    def take(self, part: EmailMessage, level: int, *, alternative: bool = False) -> None:
        """Take a part and what is in it; ``alternative`` says that it is one of several forms of the body."""
        kind = _kind(part)
        if kind == "multipart/encrypted" or _has_name(part, "smime.p7m", "message.rpmsg", "encrypted.asc"):
            inner = unwrap(_bytes(part)) if kind in _SIGNED or _has_name(part, "smime.p7m") else None
            self._signed(inner, level)
        elif kind in _SIGNED:
            self._signed(unwrap(_bytes(part)), level)
        elif kind.startswith("message/rfc822") or kind == "message/global":
            self._forwarded(part)
        elif kind.startswith("multipart/"):
            self._several(part, kind, level, alternative=alternative)
        else:
            self._leaf(part, kind, alternative=alternative)

    def _several(self, part: EmailMessage, kind: str, level: int, *, alternative: bool) -> None:
        parts = list(_parts(part))
        if level >= _DEEPEST or not parts:
            self._torn(part, level)
            return
        for number, inner in enumerate(parts):
            if kind == "multipart/report" and number and _kind(inner) in {"message/rfc822", "text/rfc822-headers"}:
                continue  # what came back is named in the facts; it is no order
            self.take(inner, level + 1, alternative=alternative or kind == "multipart/alternative")

    def _torn(self, part: EmailMessage, level: int) -> None:
        """A multipart whose stated boundary is not there: by the boundary that is, else as plain text."""
        data = _bytes(part)
        match = _BOUNDARY.search(data)
        if match and level < _DEEPEST:
            boundary = match.group(1).strip(b"\"' ")
            head = b'Content-Type: multipart/mixed; boundary="' + boundary.replace(b'"', b"") + b'"\r\n\r\n'
            message = email.message_from_bytes(head + data, policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            found = list(_parts(message))
            for inner in found:
                self.take(inner, level + 1)
            if found:
                return
        text = decode(data, None)
        if text.strip():
            self.plain.append(text)

    def _signed(self, inner: bytes | None, level: int) -> None:
        if inner is None or level >= _DEEPEST:
            self.problem = "mail_encrypted"
            return
        message = email.message_from_bytes(inner, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.take(message, level + 1)

    def _forwarded(self, part: EmailMessage) -> None:
        name = file_name(part)
        if self._depth <= 0:
            self.attached.append(Attached(name, "message/rfc822", problem="nested_too_deep"))
            return
        payload = part.get_payload()
        inner = payload[0] if isinstance(payload, list) and payload else None
        if isinstance(inner, EmailMessage) and inner.keys():
            message = _content(inner, self._depth - 1)
        else:
            # some clients code a forwarded message in base64, against the rules
            text = inner.get_payload() if isinstance(inner, EmailMessage) else payload
            data = (text if isinstance(text, str) else "").encode("utf-8", "surrogateescape")
            message = read_mime(data if b":" in data[:200] else unbase64(data), depth=self._depth - 1)
        self.attached.append(Attached(name, "message/rfc822", message=message))

    def _leaf(self, part: EmailMessage, kind: str, *, alternative: bool) -> None:
        if kind in _MACHINERY:
            return
        data, name = _bytes(part), file_name(part)
        attached = part.get_content_disposition() == "attachment" or bool(name)
        main, _, sub = kind.partition("/")
        if main == "text" and sub in _TEXTS and not data.startswith(_MAGIC) and (not attached or alternative):
            self._text(part, data, sub, alternative=alternative)
            return
        self.attached.append(
            Attached(
                name,
                kind,
                data,
                content_id=_header(part, "content-id").strip("<> "),
                inline=part.get_content_disposition() == "inline",
            )
        )

    def _text(self, part: EmailMessage, data: bytes, sub: str, *, alternative: bool) -> None:
        stated = _param(part, "charset")
        if sub == "html":
            self.html.append(decode(data, html_charset(data, stated)))
            if not alternative and any(text.strip() for text in self.plain):
                # text, then HTML that is no other form of it: both are read
                self.plain.append("")
                from ingest.html_text import html_to_text  # noqa: PLC0415  (slow to load, and seldom)

                self.plain.append(html_to_text(self.html.pop()))
            return
        text = decode(data, stated).replace("\r\n", "\n")
        if _param(part, "format").lower() == "flowed":
            text = unflowed(text, delete_space=_param(part, "delsp").lower() == "yes")
        self.plain.append(text)


def _kind(part: EmailMessage) -> str:
    try:
        return part.get_content_type()
    except (ValueError, TypeError, LookupError, AttributeError):
        return "application/octet-stream"


def _parts(part: EmailMessage) -> Iterator[EmailMessage]:
    payload = part.get_payload()
    for inner in payload if isinstance(payload, list) else ():
        if isinstance(inner, EmailMessage):
            yield inner


def file_name(part: EmailMessage) -> str:
    """The name that a part bears, decoded (RFC 2231 and 2047); empty when it has none or it is too broken."""
    try:
        name = part.get_filename() or ""
    except (ValueError, TypeError, LookupError, AttributeError):
        return ""
    if "=?" in name:
        try:
            name = str(email.policy.default.header_factory("subject", name))
        except (ValueError, TypeError, LookupError, IndexError, AttributeError):
            return name
    return name


def _has_name(part: EmailMessage, *names: str) -> bool:
    return not part.is_multipart() and file_name(part).lower() in names


def _param(part: EmailMessage, name: str) -> str:
    try:
        value = part.get_param(name)
    except (ValueError, TypeError, LookupError, AttributeError):
        return ""
    return value[2] if isinstance(value, tuple) else str(value or "")


def _header(part: EmailMessage, name: str) -> str:
    try:
        return str(part.get(name) or "")
    except (ValueError, TypeError, LookupError, AttributeError):
        return ""


def _bytes(part: EmailMessage) -> bytes:
    """A part's content, decoded as far as it can be."""
    raw = part.get_payload()
    if isinstance(raw, str) and _header(part, "content-transfer-encoding").strip().lower() == "base64":
        return unbase64(raw.encode("utf-8", "surrogateescape"))
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AttributeError):
        payload = None
    if isinstance(payload, bytes):
        return payload
    return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""


def unbase64(data: bytes) -> bytes:
    """Base64 as far as it goes: foreign letters are skipped, a last group that is cut off gives what it holds."""
    letters = _NOT_BASE64.sub(b"", data)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def _without_uuencoded(text: str) -> tuple[str, tuple[Attached, ...]]:
    """Take files out of a text that old programs put into it in uuencoding."""
    found: list[Attached] = []

    def take(match: re.Match[str]) -> str:
        pieces = []
        for line in match.group(2).splitlines():
            try:
                pieces.append(binascii.a2b_uu(line))
            except binascii.Error:
                return match.group()
        found.append(Attached(match.group(1).strip(), "application/octet-stream", b"".join(pieces)))
        return ""

    return (_UUENCODED.sub(take, text), tuple(found)) if "\nend" in text else (text, ())
