"""The letters of a mail's parts, and which form of the body a person reads."""

import re
from dataclasses import dataclass

from ingest.html_text import Shown, read_html

_CHARSETS = {
    "iso-8859-8-i": "iso-8859-8", "x-sjis": "shift_jis", "ks_c_5601-1987": "cp949", "x-gbk": "gbk",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "utf-8", "unicode-1-1-utf-7": "utf-7",
    "windows-1252http-equivcontent-type": "cp1252", "x-mac-roman": "mac_roman",
}  # fmt: skip
_META = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_STUB = re.compile(
    r"(?:does(?:n't| not)|cannot|unable to|not) (?:support|display|show|render|view)[^.]{0,40}html|"
    r"html[- ](?:only|format|version|mail|e-?mail)|view (?:this|it) (?:e-?mail |message )?in (?:your|a) browser|"
    r"switch to the html",
    re.IGNORECASE,
)
_SAYS_MORE = 3


@dataclass(frozen=True, slots=True)
class Body:
    """The body as text, what of it nobody sees, and where its links go."""

    text: str
    hidden: str = ""
    links: tuple[str, ...] = ()


def decode(data: bytes, stated: str | None) -> str:
    """Bytes as text: in the charset they state if they are in it, else by their mark, UTF-8 or Windows-1252."""
    for mark, charset in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(charset, "replace").replace("\0", "")
    name = (stated or "utf-8").strip().strip("\"'").lower()
    for charset in (_CHARSETS.get(name, name), "utf-8", "cp1252"):
        try:
            text = data.decode(charset)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
        # a UTF-16 body without its mark decodes as anything, with a zero beside each letter
        if text.count("\0") * 3 > len(text):
            return data.decode("utf-16-be" if data[:1] == b"\0" else "utf-16-le", "replace").replace("\0", "")
        return text.replace("\0", "")
    return data.decode("latin-1").replace("\0", "")


def html_charset(data: bytes, stated: str | None) -> str | None:
    """The charset of an HTML part: what its mail header states, else what it says of itself."""
    if stated:
        return stated
    match = _META.search(data[:4096])
    return match.group(1).decode("ascii") if match else None


def unflowed(text: str, *, delete_space: bool) -> str:
    """Text of ``format=flowed`` (RFC 3676) with its soft line breaks taken out; quoted lines are left alone."""
    lines: list[str] = []
    soft = False
    for line in text.split("\n"):
        quoted = line.startswith(">")
        shown = line.removeprefix(" ") if not quoted else line
        if soft and not quoted:
            lines[-1] += shown
        else:
            lines.append(shown)
        soft = shown.endswith(" ") and not quoted and shown != "-- "
        if soft and delete_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def choose_body(plain: str, html: str) -> Body:
    """The form of the body that a person reads: plain text if it says anything, else the HTML.

    A plain part that only says that the mail is HTML is not it.
    """
    written = plain.replace("\r\n", "\n").replace("\r", "\n")
    if not html.strip():
        return Body(written)
    shown: Shown = read_html(html)
    bare = "".join(written.split())
    stub = _STUB.search(written) is not None and len("".join(shown.text.split())) > _SAYS_MORE * len(bare)
    if not bare or stub:
        return Body(shown.text, shown.hidden, shown.links)
    return Body(written, "", shown.links)
