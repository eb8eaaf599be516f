"""RTF as text, and Outlook's compressed RTF (MS-OXRTFCP) with the HTML that may be inside (MS-OXRTFEX)."""

import re
import struct
from dataclasses import dataclass

_COMPRESSED, _STORED = 0x75465A4C, 0x414C454D
_HEADER = 16
_WINDOW = 4096
_PRESET = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20"
    b"\\b\\i\\u\\tab\\tx"
)
_MOST = 20_000_000
_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|([^\\{}\r\n]+)|[\r\n]+", re.DOTALL
)
_SKIPPED = frozenset({
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "headerl", "headerr", "footerl",
    "footerr", "footnote", "themedata", "datastore", "generator", "listtable", "listoverridetable", "rsidtbl", "xmlns",
    "fldinst", "bkmkstart", "bkmkend", "annotation", "atnid", "atnauthor", "filetbl", "revtbl", "nonshppict",
    "mhtmltag",
})  # fmt: skip
_SPOKEN = {
    "par": "\n", "line": "\n", "row": "\n", "sect": "\n", "page": "\n", "tab": "\t", "cell": "\t", "emdash": "\u2014",
    "endash": "\u2013", "lquote": "\u2018", "rquote": "\u2019", "ldblquote": "\u201c", "rdblquote": "\u201d",
    "bullet": "\u2022", "nbsp": " ",
}  # fmt: skip
_DEEPEST = 500


@dataclass(frozen=True, slots=True)
class Rich:
    """What an RTF document holds: HTML when it was made from HTML, else text."""

    text: str = ""
    html: str = ""


@dataclass(slots=True)
class _Group:
    skipped: bool = False
    htmltag: bool = False
    hidden: bool = False
    unicode_skip: int = 1
    starred: bool = False


def decompress(data: bytes) -> bytes:
    """RTF out of Outlook's PR_RTF_COMPRESSED; what is cut off is given as far as it goes, nonsense is empty."""
    if len(data) < _HEADER:
        return b""
    _, raw_size, kind, _ = struct.unpack_from("<IIII", data)
    if kind == _STORED:
        return data[_HEADER : _HEADER + raw_size]
    if kind != _COMPRESSED:
        return b""
    window = bytearray(_PRESET.ljust(_WINDOW, b"\0"))
    write = len(_PRESET)
    out = bytearray()
    at = _HEADER
    limit = min(raw_size, _MOST)
    while at < len(data) and len(out) < limit:
        flags = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data) or len(out) >= limit:
                break
            if not flags >> bit & 1:
                window[write % _WINDOW] = data[at]
                out.append(data[at])
                write += 1
                at += 1
            else:
                pair = int.from_bytes(data[at : at + 2].ljust(2, b"\0"), "big")
                at += 2
                place, length = pair >> 4, (pair & 15) + 2
                if place == write % _WINDOW:
                    return bytes(out)
                piece = bytearray()
                for step in range(length):
                    letter = window[(place + step) % _WINDOW]
                    piece.append(letter)
                    window[(write + step) % _WINDOW] = letter
                out += piece
                write += length
    return bytes(out)


def read_rtf(data: bytes) -> Rich:
    """Read an RTF document as text, or as the HTML it was made from; never raises, hidden text is left out."""
    if not data.lstrip().startswith(b"{\\rtf"):
        return Rich()
    made_from_html = b"\\fromhtml1" in data[:4096]
    pieces = "".join(_Reader(data, html=made_from_html).pieces)
    if made_from_html:
        return Rich(html=pieces)
    return Rich(text="\n".join(line.rstrip() for line in pieces.split("\n")).strip("\n"))


class _Reader:
    """Goes through an RTF document's tokens with a stack of groups."""

    def __init__(self, data: bytes, *, html: bool) -> None:
        self.pieces: list[str] = []
        self._html = html
        self._groups = [_Group()]
        self._codec = "cp1252"
        self._bytes = bytearray()
        self._suppressed = False
        self._to_skip = 0
        for token in _TOKEN.finditer(data[:_MOST]):
            self._take(token)
        self._flush()

    def _take(self, token: re.Match[bytes]) -> None:
        word, number, code, symbol, brace, text = token.groups()
        if brace == b"{":
            self._flush()
            group = self._groups[-1]
            if len(self._groups) < _DEEPEST:
                self._groups.append(_Group(group.skipped, group.htmltag, group.hidden, group.unicode_skip))
        elif brace == b"}":
            self._flush()
            if len(self._groups) > 1:
                self._groups.pop()
        elif word is not None:
            self._flush()
            self._word(word.decode("ascii"), None if number is None else int(number))
        elif code is not None:
            self._letters(bytes([int(code, 16)]))
        elif symbol is not None:
            self._symbol(symbol)
        elif text is not None:
            self._letters(text)

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self._groups[-1].starred = True
        elif symbol == b"~":
            self._letters(b" ")
        elif symbol in {b"\\", b"{", b"}"}:
            self._letters(symbol)
        elif symbol in {b"\n", b"\r"}:
            self._flush()
            self._say("\n")

    def _word(self, word: str, number: int | None) -> None:
        group = self._groups[-1]
        if word == "htmltag" and self._html:
            group.htmltag = True
            group.skipped = False
        elif word in _SKIPPED or (group.starred and word != "shppict"):
            group.skipped = True
        elif word == "htmlrtf":
            self._suppressed = number != 0
        elif word == "ansicpg" and number:
            self._codec = f"cp{number}" if _is_codec(f"cp{number}") else "cp1252"
        elif word == "uc" and number is not None:
            group.unicode_skip = max(0, min(number, 8))
        elif word == "u" and number is not None:
            self._say(_letter(number))
            self._to_skip = group.unicode_skip
        elif word == "v":
            group.hidden = number != 0
        elif word == "plain":
            group.hidden = False
        elif word in _SPOKEN and not (self._html and not group.htmltag and word in {"row", "cell", "sect", "page"}):
            self._say(_SPOKEN[word])
        group.starred = False

    def _letters(self, data: bytes) -> None:
        if self._to_skip:
            skipped = min(self._to_skip, len(data))
            self._to_skip -= skipped
            data = data[skipped:]
        self._bytes += data

    def _flush(self) -> None:
        if self._bytes:
            text = bytes(self._bytes).decode(self._codec, "replace")
            self._bytes.clear()
            self._say(text)

    def _say(self, text: str) -> None:
        group = self._groups[-1]
        if group.skipped or group.hidden:
            return
        if self._html and self._suppressed and not group.htmltag:
            return
        self.pieces.append(text)


def _is_codec(name: str) -> bool:
    try:
        "".encode(name)
    except LookupError:
        return False
    return True


def _letter(number: int) -> str:
    value = number & 0xFFFF
    return "" if 0xD800 <= value <= 0xDFFF else chr(value)  # noqa: PLR2004  (halves of a pair)
