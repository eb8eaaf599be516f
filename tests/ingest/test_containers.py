"""What comes packed: archives, Word documents, messages in messages, HEIC photos, very large mails."""

import io
from email.message import EmailMessage
from pathlib import Path

import pytest
from PIL import Image

from ingest import sniff
from ingest.limits import Limits
from ingest.pages import PageSource, Unpacked
from ingest.unpack import unpack
from tests.ingest import making
from tests.ingest.making_documents import archive, docx, locked, paragraph, picture, table
from tests.ingest.making_outlook import compound_file

_HEIC = Path(__file__).parent / "photos" / "order.heic"


def _unpack(tmp_path: Path, data: bytes, limits: Limits | None = None) -> Unpacked:
    path = tmp_path / "original"
    path.write_bytes(data)
    return unpack(path, tmp_path / "pages", limits=limits)


def _kinds(pages: tuple[PageSource, ...]) -> list[str | None]:
    return [page.problem.kind if page.problem else None for page in pages]


def _fax() -> bytes:
    return making.tiff(making.written_page(height=200))


def _mail(*files: tuple[str, bytes]) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "ann@clinic.example", "order"
    mail.set_content("See attached.")
    for name, data in files:
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return bytes(mail)


def test_an_archive_gives_its_files_in_the_order_of_their_names(tmp_path: Path) -> None:
    """Page 2 comes before page 10; what a Mac adds is left out."""
    files = {f"page {n}.tif": _fax() for n in (10, 2)} | {"__MACOSX/._page 2.tif": b"x", ".DS_Store": b"x"}
    found = _unpack(tmp_path, archive(files))
    assert found.media_type == sniff.ZIP
    assert [(p.origin, p.name) for p in found.pages] == [
        ("file 1 page 1", "page 2.tif"), ("file 2 page 1", "page 10.tif"),
    ]  # fmt: skip
    assert found.problem is None


def test_an_archive_in_a_mail_with_a_mail_and_a_document_inside(tmp_path: Path) -> None:
    """Everything inside is read, each with where it stood."""
    inner = archive({"a.eml": _mail(("f.tif", _fax())), "b.docx": docx(paragraph("E0143"))})
    found = _unpack(tmp_path, _mail(("papers.zip", inner)))
    assert [p.origin for p in found.pages] == [
        "body",
        "attachment 1 file 1 body",
        "attachment 1 file 1 attachment 1 page 1",
        "attachment 1 file 2 text 1",
    ]
    assert [p.number for p in found.pages] == [1, 2, 3, 4]


def test_an_archive_in_an_archive_is_a_problem(tmp_path: Path) -> None:
    """One level is opened; the rest is named, not lost."""
    found = _unpack(tmp_path, archive({"a.zip": archive({"f.tif": _fax()}), "b.tif": _fax()}))
    assert _kinds(found.pages) == ["ingest.archive_nested", None]


def test_a_locked_archive_says_so(tmp_path: Path) -> None:
    """An encrypted file in an archive is a problem of the page and of the whole."""
    found = _unpack(tmp_path, _mail(("papers.zip", locked(archive({"f.tif": _fax()})))))
    assert _kinds(found.pages) == [None, "ingest.attachment_encrypted"]
    assert found.problem is not None
    assert found.problem.kind == "ingest.attachment_encrypted"


def test_a_locked_office_document_says_so(tmp_path: Path) -> None:
    """So does a document that Office encrypted."""
    data = compound_file({"EncryptedPackage": b"x" * 5000, "EncryptionInfo": b"y"})
    found = _unpack(tmp_path, _mail(("order.docx", data)))
    assert _kinds(found.pages) == [None, "ingest.attachment_encrypted"]


@pytest.mark.parametrize(
    ("files", "limits", "kind"),
    [
        ({"a.tif": bytes(30_000_000)}, Limits(), "ingest.archive_bomb"),
        ({f"{n}.tif": bytes(900_000) for n in range(5)}, Limits(unpacked_bytes=2_000_000), "ingest.archive_bomb"),
        ({f"{n}.txt": b"x" for n in range(9)}, Limits(parts=3), "ingest.too_many_parts"),
    ],
    ids=["one grows", "together too large", "too many"],
)
def test_an_archive_that_is_a_bomb_is_stopped(
    tmp_path: Path, files: dict[str, bytes], limits: Limits, kind: str
) -> None:
    """What grows too much, is too large in all or holds too many files ends in a problem."""
    found = _unpack(tmp_path, archive(files), limits)
    assert found.problem is not None
    assert found.problem.kind == kind


def test_a_document_is_read_as_it_is_shown(tmp_path: Path) -> None:
    """Letterhead, table columns and boxes are there; deleted, hidden and white text and placeholders are not."""
    body = (
        paragraph("Order for Rita Sampleroe")
        + paragraph("K0001", "<w:vanish/>")
        + paragraph("K0002", '<w:color w:val="FFFFFF"/>')
        + "<w:p><w:del><w:r><w:delText>K0003</w:delText></w:r></w:del><w:ins><w:r><w:t>E0143</w:t></w:r></w:ins></w:p>"
        + f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{paragraph('Click')}</w:sdtContent></w:sdt>"
        + "<w:p><w:r><w:t>\u2612 Urgent \u2610 Routine</w:t></w:r></w:p>"
        + table(("HCPCS", "Qty", "Description"), ("E0143", "1", "Walker\nfolding"))
        + f"<mc:AlternateContent><mc:Choice/><mc:Fallback>{paragraph('K0004')}</mc:Fallback></mc:AlternateContent>"
    )
    found = _unpack(tmp_path, docx(body, head=paragraph("Sample Clinic, 510-555-0177")))
    assert found.media_type == sniff.DOCX
    text = found.pages[0].text
    assert text is not None
    assert [line for line in text.split("\n") if line] == [
        "Sample Clinic, 510-555-0177",
        "Order for Rita Sampleroe",
        "E0143",
        "[X]  Urgent [ ]  Routine",
        "HCPCS   Qty   Description",
        "E0143   1     Walker",
        "              folding",
    ]


def test_pictures_of_a_document_stand_where_they_stood(tmp_path: Path) -> None:
    """Text, picture, text: three pages in order; a logo is none."""
    scan, logo = io.BytesIO(), io.BytesIO()
    making.written_page().save(scan, "PNG")
    Image.new("L", (90, 40), 9).save(logo, "PNG")
    body = picture("r2") + paragraph("first") + picture("r1") + paragraph("then")
    found = _unpack(tmp_path, docx(body, pictures={"r1": scan.getvalue(), "r2": logo.getvalue()}))
    assert [(p.origin, p.text) for p in found.pages] == [
        ("text 1", "first"), ("picture 1 page 1", None), ("text 2", "then"),
    ]  # fmt: skip


def test_a_document_with_entities_is_refused(tmp_path: Path) -> None:
    """Entities that grow are never expanded."""
    evil = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><w:document/>'
    found = _unpack(tmp_path, archive({"[Content_Types].xml": b"", "word/document.xml": evil}))
    assert found.problem is not None
    assert found.problem.kind == "ingest.damaged"


def test_a_heic_photo_is_a_page(tmp_path: Path) -> None:
    """A phone's photo is decoded, alone and as an attachment."""
    assert _unpack(tmp_path, _HEIC.read_bytes()).pages[0].image is not None
    found = _unpack(tmp_path, _mail(("photo.heic", _HEIC.read_bytes())))
    assert _kinds(found.pages) == [None, None]
    assert found.pages[1].image is not None


@pytest.mark.parametrize("kind", ["GIF", "BMP", "WEBP"])
def test_other_pictures_are_pages(tmp_path: Path, kind: str) -> None:
    """GIF, BMP and WebP are read too."""
    out = io.BytesIO()
    making.written_page(height=300).convert("L").save(out, kind)
    found = _unpack(tmp_path, out.getvalue())
    assert [page.problem for page in found.pages] == [None]


def test_a_mail_of_sixty_megabytes_is_read(tmp_path: Path) -> None:
    """A very large mail costs time, not the order in it."""
    padded = making.pdf(
        making.text_at(72, 700, "E0143"),
        objects=["<< /Length 44000000 >>\nstream\n" + "x" * 44_000_000 + "\nendstream"],
    )
    data = _mail(("scan.pdf", padded), ("fax.tif", _fax()))
    assert len(data) > 59_000_000
    found = _unpack(tmp_path, data)
    assert [p.origin for p in found.pages] == ["body", "attachment 1 page 1", "attachment 2 page 1"]
    assert found.problem is None


def test_a_mail_over_the_limit_says_so(tmp_path: Path) -> None:
    """What is larger than allowed is a problem with the limit in it."""
    found = _unpack(tmp_path, _mail(("scan.pdf", bytes(3_000_000))), Limits(file_bytes=2 * 1024 * 1024))
    assert found.problem is not None
    assert found.problem.kind == "ingest.too_large"
