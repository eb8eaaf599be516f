"""Makes small Word documents and archives for the tests of the way in."""

import io
import zipfile
from collections.abc import Mapping

_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)


def docx(body: str, *, head: str = "", pictures: Mapping[str, bytes] | None = None) -> bytes:
    """A Word document whose body is ``body`` (WordprocessingML); ``pictures`` are by relation id."""
    files = {
        "[Content_Types].xml": b"<Types/>",
        "word/document.xml": f"<w:document {_SPACES}><w:body>{body}</w:body></w:document>".encode(),
    }
    if head:
        files["word/header1.xml"] = f"<w:hdr {_SPACES}>{head}</w:hdr>".encode()
    relations = "".join(f'<Relationship Id="{name}" Target="media/{name}.png"/>' for name in pictures or {})
    files["word/_rels/document.xml.rels"] = f"<Relationships>{relations}</Relationships>".encode()
    for name, data in (pictures or {}).items():
        files[f"word/media/{name}.png"] = data
    return archive(files)


def paragraph(text: str, look: str = "") -> str:
    """A paragraph of one run; ``look`` is what stands in its run properties."""
    return f"<w:p><w:r><w:rPr>{look}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"


def table(*rows: tuple[str, ...]) -> str:
    """A table of plain cells; a line break in a cell is a new paragraph."""
    made = ""
    for row in rows:
        cells = "".join(f"<w:tc>{''.join(paragraph(line) for line in cell.split(chr(10)))}</w:tc>" for cell in row)
        made += f"<w:tr>{cells}</w:tr>"
    return f"<w:tbl>{made}</w:tbl>"


def picture(name: str) -> str:
    """A paragraph with a picture."""
    return f'<w:p><w:r><w:drawing><a:blip r:embed="{name}"/></w:drawing></w:r></w:p>'


def archive(files: Mapping[str, bytes]) -> bytes:
    """A ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return out.getvalue()


def locked(data: bytes) -> bytes:
    """An archive whose files all say that they are encrypted."""
    changed = bytearray(data)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(mark)
        while at >= 0:
            changed[at + place] |= 1
            at = changed.find(mark, at + 4)
    return bytes(changed)
