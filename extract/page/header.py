"""The line that a sending fax machine prints over a page: found, set apart, and read into facts."""

import re
from dataclasses import dataclass

from extract.page.lines import find_stretches
from extract.page.upright import DPI, Grey
from extract.readers.reading import Reader
from terms.contact import Phone

_BAND = round(0.42 * DPI)
_STAMP = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)\w*[\s,.]*)?"
    r"(?P<date>\d{1,4}[/\-.]\d{1,2}[/\-.]\d{2,4}|\d{4}[-]\d{2}[-]\d{2}"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*[\s.\-]*\d{1,2}[\s,.\-]*\d{2,4}"
    r"|\d{1,2}[\s\-](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*[\s\-]\d{2,4})"
    r"[\s,.T@]*(?P<time>\d{1,2}[:.]?\d{2}(?:[:.]\d{2})?\s*(?:[ap]\.?m\.?)?)",
    re.IGNORECASE,
)
_PAGE = re.compile(
    r"(?:p\s*a?\s*g\s*e?s?|p)\s*[.:#]?\s*(\d{1,3})(?:\s*(?:/|of|\\|-)\s*(\d{1,3}))?|\b(\d{1,3})\s*(?:/|of)\s*(\d{1,3})\s*$",
    re.IGNORECASE,
)
_PHONE = re.compile(r"\+?1?[\s.\-]?\(?\d{3}\)?[\s.\-]?\d{3}[\s.\-]?\d{4}")
_MOST_PAGES = 999


@dataclass(frozen=True, slots=True)
class HeaderFound:
    """A header line in pixels of the unturned square picture, and what it says."""

    left: int
    top: int
    right: int
    bottom: int
    text: str
    sender: str | None
    stamp: str | None
    page: int | None
    pages: int | None


def find_header(image: Grey, ink: Grey, reader: Reader) -> HeaderFound | None:
    """Find the header in the top 0.4 inch of a square picture that is not turned yet (204 dpi).

    A line counts as a header only if it has a date with a time, or at least two of: a date, a
    telephone number, a page count. Page text that merely stands high on the page is left alone.
    """
    band = ink[:_BAND].copy()
    stretches = [s for s in find_stretches(band, band * 0) if s.height <= 44 and s.bottom < _BAND - 2]  # noqa: PLR2004  (up to 14 pt)
    rows: list[list[int]] = []
    for s in sorted(stretches, key=lambda s: s.top):
        for row in rows:
            if s.top < row[3] - 3 and s.bottom > row[1] + 3:
                row[:] = [min(row[0], s.left), min(row[1], s.top), max(row[2], s.right), max(row[3], s.bottom)]
                break
        else:
            rows.append([s.left, s.top, s.right, s.bottom])
    for left, top, right, bottom in rows:
        if right - left < 2 * DPI or bottom - top < 8:  # noqa: PLR2004  (a header is wide)
            continue
        crop = image[max(0, top - 4) : bottom + 4, max(0, left - 6) : right + 6]
        found = _parse(reader.read([crop])[0].text)
        if found:
            sender, stamp, page, pages, text = found
            return HeaderFound(
                max(0, left - 2), max(0, top - 2), right + 2, bottom + 2, text, sender, stamp, page, pages
            )
    return None


def _parse(text: str) -> tuple[str | None, str | None, int | None, int | None, str] | None:
    stamp = _STAMP.search(text)
    rest = text if stamp is None else text[: stamp.start()] + " | " + text[stamp.end() :]
    phone_match = _PHONE.search(rest)
    phone = Phone.parse(phone_match.group(0).strip()) if phone_match else None
    after = rest if phone_match is None else rest[: phone_match.start()] + " | " + rest[phone_match.end() :]
    pages = [m for m in _PAGE.finditer(after) if int(m.group(1) or m.group(3)) <= _MOST_PAGES]
    count = pages[-1] if pages else None
    timed = stamp is not None
    if not timed and (phone is None or count is None):
        return None
    if timed and phone is None and count is None and len(rest.replace("|", "").strip()) < 3:  # noqa: PLR2004  (a bare date is a letter's own)
        return None
    page = int(count.group(1) or count.group(3)) if count else None
    total_text = (count.group(2) or count.group(4)) if count else None
    total = int(total_text) if total_text else None
    if page is not None and total is not None and page > total:
        page = total = None
    sender = str(phone) if phone else _station(after, count)
    return sender, f"{stamp['date']} {stamp['time'].strip().replace('.', ':', 2)}" if stamp else None, page, total, text


def _station(text: str, count: re.Match[str] | None) -> str | None:
    """The station's name: the longest run of words that is neither date, number nor page count."""
    if count is not None:
        text = text[: count.start()] + " | " + text[count.end() :]
    text = re.sub(r"\b(?:from|to|fax|tel|id|no|via|page|sender)\b\s*[.:#]*", " | ", text, flags=re.IGNORECASE)
    parts = [re.sub(r"[^\w&'.\- ]", " ", part).strip(" .-_") for part in text.split("|")]
    named = [" ".join(p.split()) for p in parts if sum(c.isalpha() for c in p) >= 3]  # noqa: PLR2004  (a name)
    return max(named, key=len) if named else None
