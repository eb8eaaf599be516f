"""What a soak sends: mostly papers that are quick to read, as varied as what an office's day brings.

Of a hundred: 52 orders written in a mail, 10 orders as a PDF with a text layer, 8 little faxes of an
advertisement, 1 order on a whole fax page, 12 copies of a paper before (same bytes, another way), 8 files
of no known kind, 9 damaged ones. What goes into a mailbox and is no mail goes as an attachment.
"""

import base64
import datetime as dt
import random
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from tests.ingest.making import pdf, text_at, tiff

_BACK = 5
"""How far back a copy's first lies: by another of the four ways."""

_SHARES = (
    ("order", 52),
    ("pdf", 10),
    ("fax", 8),
    ("page", 1),
    ("copy", 12),
    ("unknown", 8),
    ("damaged", 9),
)
_KINDS = tuple(kind for kind, share in _SHARES for _ in range(share))
_FIRST = ("Quilla", "Ravo", "Sunde", "Tiril", "Ulmo", "Vesna", "Wilmot", "Xanthe", "Yorick", "Zelda")
_LAST = ("Sampleton", "Testerman", "Mockridge", "Placehold", "Dummyfield", "Examplar", "Fictione", "Notreal")
_ITEMS = (
    ("E0143", "Folding walker, wheeled", "R26.81"),
    ("E0260", "Hospital bed, semi-electric", "I50.9"),
    ("K0001", "Standard wheelchair", "M62.81"),
    ("E0601", "CPAP device", "G47.33"),
)


@dataclass(frozen=True)
class Paper:
    """One thing to send: what it is, its file's ending, its bytes."""

    kind: str
    suffix: str
    data: bytes


def paper(number: int) -> Paper:
    """Give the paper of this number, always the same."""
    kind = _kind(number)
    if kind == "copy":
        return paper(number - _BACK)
    return {
        "order": _order,
        "pdf": _pdf,
        "fax": _little_fax,
        "page": _page,
        "unknown": _unknown,
        "damaged": _damaged,
    }[kind](number)


def _kind(number: int) -> str:
    """A copy's first is no copy itself, so that no chain begins before the first number."""
    chance = random.Random(number)
    kind = chance.choice(_KINDS)
    if kind == "copy" and (number < _BACK or _kind(number - _BACK) == "copy"):
        return "order"
    return kind


def as_mail(number: int, found: Paper) -> bytes:
    """Give a paper as a message: an order as it is, anything else attached."""
    if found.suffix == ".eml":
        return found.data
    mark = "soak-part"
    return (
        f"From: office{number % 40}@clinic.example\r\nTo: orders@inlet.example\r\nSubject: papers {number}\r\n"
        f"Message-ID: <soak-{number}-attached@clinic.example>\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/mixed; boundary="{mark}"\r\n\r\n'
        f"--{mark}\r\nContent-Type: text/plain\r\n\r\nPlease see the attached order.\r\n"
        f"--{mark}\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
        f'Content-Disposition: attachment; filename="order{found.suffix}"\r\n\r\n'
    ).encode() + (base64.encodebytes(found.data) + f"--{mark}--\r\n".encode())


def _lines(number: int) -> list[str]:
    """An order for a member of its own, as an office writes it; one in three leaves something out."""
    chance = random.Random(number + 1)
    name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
    born = dt.date(1930, 1, 1) + dt.timedelta(days=chance.randrange(25_000))
    code, words, diagnosis = chance.choice(_ITEMS)
    lines = [
        f"Order {number}: please provide the following for our patient.",
        f"Patient: {name}",
        f"DOB: {born:%m/%d/%Y}",
        f"Member ID: 9{number % 10_000_000:07d}A",
        "Address: 12 Invented Way, Oakland, CA 94601",
        "Phone: 510-555-0142",
        f"{code} {words}, quantity {chance.randint(1, 3)}",
        f"Diagnosis: {diagnosis}",
        "Needs it to move safely at home after a fall; see our notes of last week.",
        "Ordering provider: Ima Example, MD",
        "NPI: 1234567893",
        "3 Clinic Row, Oakland, CA 94602",
        "Phone: 510-555-0150",
        "Fax: 510-555-0151",
    ]
    if number % 3 == 0:
        del lines[chance.choice((4, 7, 10))]
    return lines


def _order(number: int) -> Paper:
    head = (
        f"From: office{number % 40}@clinic.example\r\nTo: orders@inlet.example\r\nSubject: order {number}\r\n"
        f"Message-ID: <soak-{number}@clinic.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    )
    return Paper("order", ".eml", (head + "\r\n\r\n".join(_lines(number)) + "\r\n").encode())


def _pdf(number: int) -> Paper:
    drawn = "".join(text_at(72, 720 - 24 * row, line) for row, line in enumerate(_lines(number)))
    return Paper("pdf", ".pdf", pdf(drawn))


def _little_fax(number: int) -> Paper:
    return Paper("fax", ".tif", tiff(_strip(number), *[_strip(number)] * (number % 2)))


def _strip(number: int) -> Image.Image:
    page = Image.new("1", (864, 220), 1)
    ImageDraw.Draw(page).text((40, 80), f"Advertisement {number}", fill=0, font_size=40)
    return page


def _page(number: int) -> Paper:
    page = Image.new("L", (1728, 2200), 255)
    font = ImageFont.load_default(size=44)
    for row, line in enumerate(_lines(number)):
        ImageDraw.Draw(page).text((120, 200 + 100 * row), line, fill=0, font=font)
    return Paper("page", ".tif", tiff(page.convert("1", dither=Image.Dither.NONE), dpi=(204, 196)))


def _unknown(number: int) -> Paper:
    return Paper("unknown", ".tif", f"no picture {number}".encode())


def _damaged(number: int) -> Paper:
    """A paper cut off, or with a piece of noise in it."""
    whole = (_pdf, _little_fax, _order)[number % 3](number)
    chance = random.Random(number + 2)
    made = bytearray(whole.data)
    if chance.random() < 0.5:
        del made[chance.randrange(len(made) // 4, len(made)) :]
    else:
        place = chance.randrange(len(made))
        made[place : place + 64] = chance.randbytes(64)
    return Paper("damaged", whole.suffix, bytes(made))
