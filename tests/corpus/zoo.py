"""The zoo: every original that tests and samples have, damaged in a thousand ways, and bombs of every kind."""

import base64
import gzip
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw

from tests.ingest.making import pdf, text_at, tiff
from tests.ingest.making_documents import archive, docx, paragraph, table

ROOT = Path(__file__).resolve().parents[2]
_NO_ORIGINALS = frozenset({".py", ".json", ".md", ".csv", ".toml", ".txt", ".c", ".pyc", ".gz", ".zone"})
_MAILS = frozenset({".eml", ".msg"})
_SMALL = 8_000
"""Originals up to this size are damaged: those that the reader is done with quickly, whatever is left of them."""

_HEADS = (
    b"II*\0",
    b"MM\0*",
    b"%PDF-1.7\n",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff\xe0",
    b"PK\x03\x04",
    b"From: a@b.c\r\n",
)


_PDF_LOOP = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 99999999>>endobj\ntrailer<</Root 1 0 R>>"
)


def originals() -> list[Path]:
    """Every file of samples and tests that could come in, in a fixed order."""
    folders = ("samples/faxes", "samples/mails", "tests/ingest")
    found = (path for folder in folders for path in (ROOT / folder).rglob("*"))
    return sorted(
        p for p in found if p.is_file() and p.suffix.lower() not in _NO_ORIGINALS and "__pycache__" not in p.parts
    )


def variants(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Give ``count`` damaged files, a name and bytes each: small originals, each harmed in another way.

    Half are mails, of which tests have many; half are everything else.
    """
    chance = random.Random(seed)
    small = [(p.suffix.lower(), p.read_bytes()) for p in originals() if 0 < p.stat().st_size <= _SMALL]
    mails = [(suffix, data) for suffix, data in small if suffix in _MAILS]
    others = [(suffix, data) for suffix, data in small if suffix not in _MAILS] + _little_ones()
    for number in range(count):
        kind, turn = (mails, others)[number % 2], number // 2
        suffix, data = kind[turn % len(kind)]
        yield f"damaged-{number}{suffix}", _harmed(data, turn // len(kind), chance)


def _little_ones() -> list[tuple[str, bytes]]:
    """A small file of every kind that can be read and that samples and tests have none or few of."""
    strip = _strip(0)
    plain = pdf(text_at(72, 700, "E0143 Folding walker, wheeled, quantity 1"))
    made = [(".tif", _little_fax(number)) for number in range(12)]
    made += [(f".{kind}", _saved(strip.convert("L"), kind)) for kind in ("png", "jpeg", "gif", "bmp", "webp")]
    made += [(".pdf", plain), (".pdf", _saved(strip.convert("L"), "pdf"))]
    made += [(".docx", docx(paragraph("E0143 Folding walker, quantity 1") + table(("DOB", "03/07/1958"))))]
    made += [(".zip", archive({"order.pdf": plain, "fax.tif": _little_fax(1)}))]
    made += [(".eml", _with_attached(name, data)) for name, data in (("a.pdf", plain), ("b.tif", _little_fax(2)))]
    return made


def _strip(number: int) -> Image.Image:
    page = Image.new("1", (864, 220), 1)
    ImageDraw.Draw(page).text((40, 80), f"Advertisement {number}", fill=0, font_size=40)
    return page


def _little_fax(number: int) -> bytes:
    page = _strip(number)
    coding = ("group4", "group3", None, "packbits", "tiff_lzw", "tiff_adobe_deflate")[number % 6]
    return tiff(page, *([page] * (number % 3)), compression=coding)


def _saved(page: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    page.save(out, kind)
    return out.getvalue()


def _with_attached(name: str, data: bytes) -> bytes:
    head = (
        "From: a@b.example\r\nTo: c@d.example\r\nSubject: order\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=part\r\n\r\n--part\r\nContent-Type: text/plain\r\n\r\nSee attached."
        "\r\n--part\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
        f'Content-Disposition: attachment; filename="{name}"\r\n\r\n'
    )
    return head.encode() + base64.encodebytes(data) + b"--part--\r\n"


def _harmed(data: bytes, turn: int, chance: random.Random) -> bytes:
    """Harm a file: cut it, turn bits, lose or repeat a piece, put another head on it, fill a piece with noise."""
    made = bytearray(data)
    kind = (turn + chance.randrange(7)) % 7
    place = chance.randrange(len(data))
    piece = chance.choice((1, 4, 64, 2048))
    if kind == 0:
        del made[place:]
    elif kind == 1:
        for _ in range(chance.choice((1, 8, 64, 512))):
            made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    elif kind == 2:
        del made[place : place + piece]
    elif kind == 3:
        made[place:place] = made[place : place + piece] * chance.choice((1, 20))
    elif kind == 4:
        head = chance.choice(_HEADS)
        made[: len(head)] = head
    elif kind == 5:
        made[place : place + piece] = chance.randbytes(min(piece, len(made) - place))
    else:
        # numbers where formats keep sizes and places: the largest, the smallest, nothing
        made[place : place + 4] = chance.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff"))
    return bytes(made)


def bombs() -> Iterator[tuple[str, bytes]]:
    """Files that are small and would like to be large, or to never end."""
    yield "bomb-pixels.png", _png_of(60_000, 60_000)
    yield "bomb-pixels-2.png", _png_of(2**31 - 1, 1)
    yield "bomb-strip.tif", _tiff_of(100_000, 100_000)
    yield "bomb-loop.tif", struct.pack("<2sHI", b"II", 42, 8) + struct.pack("<HI", 0, 8)
    yield "bomb-pages.tif", _many_directories(5_000)
    yield "bomb-zip.zip", _zip_of(200)
    yield "bomb-zip-in-zip.zip", _zipped("inner.zip", _zip_of(50))
    yield "bomb-gzip.gz", gzip.compress(bytes(50_000_000))
    yield (
        "bomb-pdf-loop.pdf",
        _PDF_LOOP,
    )
    yield "bomb-pdf-stream.pdf", _pdf_stream(100_000_000)
    yield (
        "bomb-nested.eml",
        b"Content-Type: multipart/mixed; boundary=x\r\nFrom: a@b.c\r\nTo: d@e.f\r\n\r\n"
        + b"--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" * 3_000,
    )
    yield (
        "bomb-parts.eml",
        b"From: a@b.c\r\nTo: d@e.f\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\ny\r\n" * 20_000,
    )
    yield "bomb-headers.eml", b"From: a@b.c\r\nTo: d@e.f\r\n" + b"X-A: " + b"b " * 500_000 + b"\r\n\r\nx"
    yield (
        "bomb-html.eml",
        b"From: a@b.c\r\nTo: d@e.f\r\nContent-Type: text/html\r\n\r\n" + b"<div><table><tr><td>" * 20_000,
    )
    yield (
        "bomb-base64.eml",
        b"From: a@b.c\r\nTo: d@e.f\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + b"JVBE" * 200_000,
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png_of(wide: int, high: int) -> bytes:
    head = struct.pack(">IIBBBBB", wide, high, 1, 0, 0, 0, 0)
    body = zlib.compress(bytes(10_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _tiff_of(wide: int, high: int) -> bytes:
    entries = [(256, 4, wide), (257, 4, high), (258, 3, 1), (259, 3, 1), (262, 3, 0), (273, 4, 200), (279, 4, 100)]
    body = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    return (struct.pack("<2sHIH", b"II", 42, 8, len(entries)) + body + bytes(4)).ljust(300, b"\0")


def _many_directories(count: int) -> bytes:
    made = bytearray(struct.pack("<2sHI", b"II", 42, 8))
    for number in range(count):
        following = 8 + (number + 1) * 18 if number + 1 < count else 0
        made += struct.pack("<HHHIII", 1, 256, 3, 1, 1, following)
    return bytes(made)


def _zipped(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def _zip_of(count: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(count):
            archive.writestr(f"{number}.tif", bytes(1_000_000))
    return out.getvalue()


def _pdf_stream(size: int) -> bytes:
    stream = zlib.compress(b"0 0 m 9 9 l S " * (size // 14), 9)
    head = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R>>endobj\n"
    )
    length = f"4 0 obj<</Filter/FlateDecode/Length {len(stream)}>>stream\n".encode()
    return head + length + stream + b"\nendstream endobj\ntrailer<</Root 1 0 R>>"
