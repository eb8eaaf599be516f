"""Finds out what a file is from its first bytes, never from its name."""

import re
from dataclasses import dataclass

TIFF, PDF, PNG, JPEG, MAIL = "image/tiff", "application/pdf", "image/png", "image/jpeg", "message/rfc822"
UNKNOWN = "application/octet-stream"
HEAD_BYTES = 4096
"""How much of a file :func:`sniff` wants to see."""

_PDF_WITHIN = 1024
_HEADER_LINE = re.compile(rb"([A-Za-z][A-Za-z0-9\-]{0,60}):[ \t]?[^\r\n]*\r?\n?")
_MAIL_HEADERS = frozenset(
    b"from to date subject message-id received mime-version return-path delivered-to reply-to content-type "
    b"x-received cc dkim-signature arc-seal authentication-results".split()
)
_ENOUGH_HEADERS = 2


@dataclass(frozen=True, slots=True)
class Sniffed:
    """The media type (:data:`UNKNOWN` when it is none that Inlet reads) and its name in words."""

    media_type: str
    words: str


_MAGIC: tuple[tuple[bytes, int, Sniffed], ...] = (
    (b"II*\0", 0, Sniffed(TIFF, "a TIFF")),
    (b"MM\0*", 0, Sniffed(TIFF, "a TIFF")),
    (b"\x89PNG\r\n\x1a\n", 0, Sniffed(PNG, "a PNG picture")),
    (b"\xff\xd8\xff", 0, Sniffed(JPEG, "a JPEG picture")),
    (b"II+\0", 0, Sniffed(UNKNOWN, "a BigTIFF")),
    (b"MM\0+", 0, Sniffed(UNKNOWN, "a BigTIFF")),
    (b"PK\x03\x04", 0, Sniffed(UNKNOWN, "a ZIP archive or an office document")),
    (b"\xd0\xcf\x11\xe0", 0, Sniffed(UNKNOWN, "an old office document or an Outlook message")),
    (b"ftyphei", 4, Sniffed(UNKNOWN, "a HEIC photo")),
    (b"ftypmif1", 4, Sniffed(UNKNOWN, "a HEIC photo")),
    (b"x\x9f>\x22", 0, Sniffed(UNKNOWN, "an Outlook winmail.dat")),
    (b"GIF8", 0, Sniffed(UNKNOWN, "a GIF picture")),
    (b"BM", 0, Sniffed(UNKNOWN, "a BMP picture")),
    (b"WEBP", 8, Sniffed(UNKNOWN, "a WebP picture")),
    (b"{\\rtf", 0, Sniffed(UNKNOWN, "an RTF document")),
    (b"\x1f\x8b", 0, Sniffed(UNKNOWN, "a compressed archive")),
    (b"7z\xbc\xaf", 0, Sniffed(UNKNOWN, "a compressed archive")),
    (b"Rar!", 0, Sniffed(UNKNOWN, "a compressed archive")),
    (b"%!PS", 0, Sniffed(UNKNOWN, "a PostScript document")),
)


def sniff(head: bytes) -> Sniffed:
    """Say what a file is that begins with ``head`` (the first :data:`HEAD_BYTES` bytes)."""
    for magic, place, found in _MAGIC:
        if head[place : place + len(magic)] == magic:
            return found
    if b"%PDF-" in head[:_PDF_WITHIN]:
        return Sniffed(PDF, "a PDF")
    if _is_mail(head):
        return Sniffed(MAIL, "a mail message")
    if head.lstrip()[:256].lower().startswith((b"<!doctype html", b"<html")):
        return Sniffed(UNKNOWN, "a web page")
    return Sniffed(UNKNOWN, "plain text" if _is_text(head) else "of an unknown type")


def _is_mail(head: bytes) -> bool:
    """Say whether the file begins with header lines of which at least two are a mail's own."""
    text = head.lstrip(b"\xef\xbb\xbf\r\n")
    if text.startswith(b"From ") and b"\n" in text:
        text = text.split(b"\n", 1)[1]
    known = place = 0
    while match := _HEADER_LINE.match(text, place):
        known += match.group(1).lower() in _MAIL_HEADERS
        place = match.end()
        while text[place : place + 1] in {b" ", b"\t"}:
            newline = text.find(b"\n", place)
            place = len(text) if newline < 0 else newline + 1
        if known >= _ENOUGH_HEADERS:
            return True
    return False


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        head[:-4].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
