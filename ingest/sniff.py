"""Finds out what a file is from its first bytes, never from its name."""

import mmap
import re
from dataclasses import dataclass
from pathlib import Path

TIFF, PDF, PNG, JPEG, MAIL = "image/tiff", "application/pdf", "image/png", "image/jpeg", "message/rfc822"
HEIC, GIF, BMP, WEBP = "image/heic", "image/gif", "image/bmp", "image/webp"
OUTLOOK, TNEF, ZIP = "application/vnd.ms-outlook", "application/ms-tnef", "application/zip"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
UNKNOWN = "application/octet-stream"
MAILS = frozenset({MAIL, OUTLOOK, TNEF})
CONTAINERS = MAILS | {ZIP, DOCX}
"""What holds parts that are decoded each by itself."""

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
    (b"PK\x03\x04", 0, Sniffed(ZIP, "a ZIP archive")),
    (b"PK\x05\x06", 0, Sniffed(ZIP, "an empty ZIP archive")),
    (b"\xd0\xcf\x11\xe0", 0, Sniffed(UNKNOWN, "an old office document")),
    (b"ftyphei", 4, Sniffed(HEIC, "a HEIC photo")),
    (b"ftyphev", 4, Sniffed(HEIC, "a HEIC photo")),
    (b"ftypmif1", 4, Sniffed(HEIC, "a HEIC photo")),
    (b"ftypmsf1", 4, Sniffed(HEIC, "a HEIC photo")),
    (b"x\x9f>\x22", 0, Sniffed(TNEF, "an Outlook winmail.dat")),
    (b"GIF8", 0, Sniffed(GIF, "a GIF picture")),
    (b"WEBP", 8, Sniffed(WEBP, "a WebP picture")),
    (b"{\\rtf", 0, Sniffed(UNKNOWN, "an RTF document")),
    (b"\x1f\x8b", 0, Sniffed(UNKNOWN, "a compressed archive")),
    (b"7z\xbc\xaf", 0, Sniffed(UNKNOWN, "a compressed archive")),
    (b"Rar!", 0, Sniffed(UNKNOWN, "a compressed archive")),
    (b"%!PS", 0, Sniffed(UNKNOWN, "a PostScript document")),
)


_OFFICE: tuple[tuple[bytes, Sniffed], ...] = (
    (b"word/document.xml", Sniffed(DOCX, "a Word document")),
    (b"xl/workbook", Sniffed(UNKNOWN, "a spreadsheet")),
    (b"ppt/presentation.xml", Sniffed(UNKNOWN, "a presentation")),
    (b"mimetypeapplication/vnd.oasis", Sniffed(UNKNOWN, "an OpenDocument file")),
)
_COMPOUND: tuple[tuple[str, Sniffed], ...] = (
    ("EncryptedPackage", Sniffed(UNKNOWN, "a protected office document")),
    ("__properties_version1.0", Sniffed(OUTLOOK, "an Outlook message")),
    ("WordDocument", Sniffed(UNKNOWN, "an old Word document")),
    ("Workbook", Sniffed(UNKNOWN, "an old spreadsheet")),
)
_PDF, _BMP, _MAIL = Sniffed(PDF, "a PDF"), Sniffed(BMP, "a BMP picture"), Sniffed(MAIL, "a mail message")
_WEB_PAGE, _TEXT = Sniffed(UNKNOWN, "a web page"), Sniffed(UNKNOWN, "plain text")
_NO_IDEA = Sniffed(UNKNOWN, "of an unknown type")
PROTECTED = _COMPOUND[0][1]
"""An office document that only opens with a password."""

_TAIL = 1 << 17


def sniff_file(path: Path) -> Sniffed:
    """Say what the file at ``path`` is; archives and compound files are told apart by what is in them.

    Raises OSError when it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        found = sniff(head)
        if found.media_type == ZIP:
            file.seek(max(0, path.stat().st_size - _TAIL))
            tail = head + file.read(_TAIL)
            return next((office for mark, office in _OFFICE if mark in tail), found)
        if head.startswith(b"\xd0\xcf\x11\xe0"):
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
                marks = ((name.encode("utf-16-le"), inside) for name, inside in _COMPOUND)
                return next((inside for mark, inside in marks if whole.find(mark) >= 0), found)
    return found


def sniff(head: bytes) -> Sniffed:
    """Say what a file is that begins with ``head`` (the first :data:`HEAD_BYTES` bytes)."""
    for magic, place, found in _MAGIC:
        if head[place : place + len(magic)] == magic:
            return found
    if b"%PDF-" in head[:_PDF_WITHIN]:
        return _PDF
    if head.startswith(b"BM") and head[6:10] == bytes(4):
        return _BMP
    if _is_mail(head):
        return _MAIL
    if head.lstrip()[:256].lower().startswith((b"<!doctype html", b"<html")):
        return _WEB_PAGE
    return _TEXT if _is_text(head) else _NO_IDEA


def words() -> tuple[str, ...]:
    """Every name in words that a file can be called by, each once."""
    others = (_PDF, _BMP, _MAIL, _WEB_PAGE, _TEXT, _NO_IDEA)
    every = (*(found for *_, found in _MAGIC), *(found for _, found in (*_OFFICE, *_COMPOUND)), *others)
    return tuple(dict.fromkeys(found.words for found in every))


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
