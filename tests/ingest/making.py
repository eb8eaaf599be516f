"""Makes small originals for the tests of the way in: fax TIFFs coded every way, PDFs, pictures, mails."""

import io
import struct
from collections.abc import Iterable

from PIL import Image, ImageChops, ImageDraw, ImageFont

G3, G4, NONE, LZW, PACKBITS = "group3", "group4", None, "tiff_lzw", "packbits"
_REVERSED = bytes(int(f"{i:08b}"[::-1], 2) for i in range(256))


def written_page(text: str = "E0260 HOSPITAL BED", *, width: int = 1728, height: int = 1100) -> Image.Image:
    """A 1-bit page with lines of writing from top to bottom, black (0) on white (255)."""
    page = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(size=40)
    for row in range(40, height - 60, 60):
        draw.text((100 + row % 300, row), f"{row} {text}", fill=0, font=font)
    return page.convert("1", dither=Image.Dither.NONE)


def tiff(
    *pages: Image.Image, compression: str | None = G4, dpi: tuple[float, float] | None = (204, 196), **tags: object
) -> bytes:
    """A multi-page TIFF as Pillow's libtiff writes it; ``tags`` are more tags by number (``t270=...``)."""
    out = io.BytesIO()
    extra = {int(name[1:]): value for name, value in tags.items()}
    more = {} if dpi is None else {"dpi": dpi}
    pages[0].save(
        out, "TIFF", compression=compression, save_all=True, append_images=list(pages[1:]), tiffinfo=extra, **more
    )
    return out.getvalue()


def raw_tiff(strips: Iterable[bytes], tags: dict[int, tuple[int, list[int]]], *, order: str = "<") -> bytes:
    """A one-page TIFF put together by hand: ``tags`` are number to (type, values); strips are appended."""
    pieces = list(strips)
    entries = dict(tags)
    entries[273] = (4, [0] * len(pieces))
    entries[279] = (4, [len(p) for p in pieces])
    outside_start = 8 + 2 + 12 * len(entries) + 4
    outside = b""
    sizes = {3: 2, 4: 4, 5: 8}
    total_outside = sum(
        sizes[kind] * len(v) // (2 if kind == 5 else 1)
        for kind, v in entries.values()
        if sizes[kind] * len(v) // (2 if kind == 5 else 1) > 4
    )
    offset = outside_start + total_outside
    starts = []
    for piece in pieces:
        starts.append(offset)
        offset += len(piece)
    entries[273] = (4, starts)
    body = struct.pack(f"{order}H", len(entries))
    for number in sorted(entries):
        kind, values = entries[number]
        letter = {3: "H", 4: "I", 5: "I"}[kind]
        data = struct.pack(f"{order}{len(values)}{letter}", *values)
        count = len(values) // (2 if kind == 5 else 1)
        body += struct.pack(f"{order}HHI", number, kind, count)
        if len(data) <= 4:
            body += data.ljust(4, b"\0")
        else:
            body += struct.pack(f"{order}I", outside_start + len(outside))
            outside += data
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    return head + body + bytes(4) + outside + b"".join(pieces)


def fax_strip(page: Image.Image, compression: str) -> bytes:
    """The fax-coded bytes of a page as one strip, ink as black runs, most significant bit first."""
    # Pillow codes white as 1, so the page is handed over inverted
    data = tiff(ImageChops.invert(page), compression=compression, t278=page.height)
    with Image.open(io.BytesIO(data)) as image:
        offset, count = image.tag_v2[273][0], image.tag_v2[279][0]
    return data[offset : offset + count]


def reversed_bits(data: bytes) -> bytes:
    """The bytes with their bits in the other order (fill order 2)."""
    return data.translate(_REVERSED)


def pdf(content: str, *, page: str = "", objects: Iterable[str] = (), catalog: str = "") -> bytes:
    """A one-page PDF, letter size, Helvetica as /F1: ``content`` is the page's drawing.

    ``page`` and ``catalog`` are more entries of those dictionaries; ``objects`` are further
    objects, numbered from 6.
    """
    stream = content.encode("latin-1")
    numbered = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
            f"/Resources << /Font << /F1 5 0 R >> >> {page} >>"
        ).encode(),
        b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        *(text.encode("latin-1") for text in objects),
    ]
    return pdf_file(numbered)


def pdf_file(numbered: list[bytes]) -> bytes:
    """A PDF file of objects numbered from 1; the first is the catalog."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = []
    for number, text in enumerate(numbered, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n" % number + text + b"\nendobj\n")
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(numbered) + 1))
    for place in places:
        out.write(b"%010d 00000 n \n" % place)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(numbered) + 1, start))
    return out.getvalue()


def text_at(x: int, y: int, text: str, *, size: int = 14, before: str = "") -> str:
    """The PDF drawing of one line of text; ``before`` may set colour or render mode."""
    return f"BT {before} /F1 {size} Tf {x} {y} Td ({text}) Tj ET\n"
