"""Unpacking originals: every type, every bad input, and decoders that crash, hang or eat memory."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from email.message import EmailMessage
from pathlib import Path

import pytest
from PIL import Image

from ingest import decoder
from ingest.errors import problem_kinds
from ingest.limits import Limits
from ingest.pages import Unpacked
from ingest.unpack import unpack
from terms.names import TextSource
from tests.ingest import making


def _unpack(tmp_path: Path, data: bytes, *, name: str = "original", limits: Limits | None = None) -> Unpacked:
    path = tmp_path / name
    path.write_bytes(data)
    return unpack(path, tmp_path / "pages", limits=limits)


def _kind(found: Unpacked) -> str | None:
    return found.problem.kind if found.problem else None


def test_a_two_page_fax(tmp_path: Path) -> None:
    """A fax becomes numbered black-and-white PNGs in native pixels, with its resolution."""
    found = _unpack(tmp_path, making.tiff(making.written_page(), making.written_page("TWO")))
    assert (found.media_type, found.problem) == ("image/tiff", None)
    assert [(p.number, p.origin) for p in found.pages] == [(1, "page 1"), (2, "page 2")]
    for page in found.pages:
        assert page.image is not None
        with Image.open(page.image) as image:
            assert (image.mode, image.size) == ("1", (1728, 1100))
        assert (page.dpi_x, page.dpi_y) == (204, 196)
    assert Unpacked.from_record(json.loads(json.dumps(found.to_record()))) == found


def test_a_pdf_and_its_text(tmp_path: Path) -> None:
    """A PDF page brings its words."""
    found = _unpack(tmp_path, making.pdf(making.text_at(72, 700, "E0260")))
    (page,) = found.pages
    assert found.media_type == "application/pdf"
    assert page.text_source is TextSource.TEXT_LAYER
    assert [w.text for w in page.words] == ["E0260"]


def test_a_photo_is_turned_as_its_camera_says(tmp_path: Path) -> None:
    """A JPEG's EXIF orientation is obeyed."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[274] = 6
    Image.new("RGB", (300, 200), "white").save(out, "JPEG", exif=exif, dpi=(100, 100))
    (page,) = _unpack(tmp_path, out.getvalue()).pages
    assert page.image is not None
    with Image.open(page.image) as image:
        assert image.size == (200, 300)


def test_a_cut_photo_keeps_what_it_has(tmp_path: Path) -> None:
    """A truncated JPEG is a page with its upper part and a problem."""
    out = io.BytesIO()
    making.written_page(height=1000).convert("RGB").save(out, "JPEG")
    (page,) = _unpack(tmp_path, out.getvalue()[: len(out.getvalue()) // 2]).pages
    assert page.image is not None
    assert page.problem is not None
    assert page.problem.kind == "ingest.page_damaged"


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"", "a.tif", "ingest.empty_file"),
        (b"Dear plan, please send a bed.\n", "a.tif", "ingest.unknown_type"),
        (b"PK\x03\x04rest", "a.pdf", "ingest.damaged"),
        (b"\0\0\0\x18ftypheic", "a.jpg", "ingest.damaged"),
        (b"II*\0\x08\0\0\0", "a.tif", "ingest.damaged"),
        (b"II*\0\0\0\0\0", "a.tif", "ingest.no_pages"),
        (b"%PDF-1.7\nnothing", "a.pdf", "ingest.damaged"),
        (b"\x89PNG\r\n\x1a\nnothing", "a.png", "ingest.damaged"),
        (b"\xff\xd8\xff\xe0nothing", "a.jpg", "ingest.damaged"),
    ],
)
def test_bad_input_is_a_problem(tmp_path: Path, data: bytes, name: str, kind: str) -> None:
    """What cannot be read has a stable kind and a sentence, whatever its name says."""
    found = _unpack(tmp_path, data, name=name)
    assert _kind(found) == kind
    assert kind in problem_kinds()
    assert found.pages == ()


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A file that cannot be opened is a problem that trying again may mend."""
    found = unpack(tmp_path / "gone", tmp_path / "pages")
    assert _kind(found) == "ingest.unreadable"
    assert found.problem is not None
    assert found.problem.retry


def test_a_file_over_the_size_limit(tmp_path: Path) -> None:
    """A file that is too large is not decoded."""
    assert _kind(_unpack(tmp_path, b"II*\0" + bytes(5000), limits=Limits(file_bytes=4096))) == "ingest.too_large"


def test_a_picture_bomb_is_refused(tmp_path: Path) -> None:
    """A small PNG that unpacks to a huge picture costs nothing."""
    out = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(out, "PNG")
    assert _kind(_unpack(tmp_path, out.getvalue())) == "ingest.page_too_large"


def test_a_full_disk_is_a_problem_that_can_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a page's picture cannot be written, the file is tried again later."""
    monkeypatch.setattr(decoder, "_MODULE", "tests.ingest.child_disk_full")
    found = _unpack(tmp_path, making.tiff(making.written_page()))
    assert _kind(found) == "ingest.storage"
    assert found.problem is not None
    assert found.problem.retry


def test_a_hanging_decoder_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past its time a decoder is killed, with whatever it started."""
    monkeypatch.setattr(decoder, "_MODULE", "tests.ingest.child_hangs")
    start = time.monotonic()
    found = _unpack(tmp_path, making.tiff(making.written_page()), limits=Limits(wall_seconds=1.0))
    assert _kind(found) == "ingest.timeout"
    assert time.monotonic() - start < 60, "it was waited for to its own end"


def test_a_crash_costs_one_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A decoder that dies on page 2 leaves pages 1 and 3, and page 2 with a problem."""
    monkeypatch.setattr(decoder, "_MODULE", "tests.ingest.child_crashes_on_two")
    page = making.written_page(height=200)
    found = _unpack(tmp_path, making.tiff(page, page, page))
    assert [p.image is not None for p in found.pages] == [True, False, True]
    assert found.pages[1].problem is not None
    assert found.pages[1].problem.kind == "ingest.page_unreadable"
    assert found.problem is None


def test_a_decoder_that_always_crashes_gives_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file on which every decoder dies is damaged; there is no endless trying."""
    monkeypatch.setattr(decoder, "_MODULE", "tests.ingest.child_crashes")
    found = _unpack(tmp_path, making.tiff(making.written_page(height=100)), limits=Limits(crashes=1))
    assert _kind(found) == "ingest.damaged"


def test_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A decoder that asks for more memory than allowed is refused it, and the problem says so."""
    monkeypatch.setattr(decoder, "_MODULE", "tests.ingest.child_eats_memory")
    found = _unpack(tmp_path, making.tiff(making.written_page(height=100)), limits=Limits(memory_bytes=512 * 1024**2))
    assert _kind(found) in {"ingest.out_of_memory", "ingest.damaged"}


def test_a_decoder_ends_with_its_parent(tmp_path: Path) -> None:
    """When the service is killed, no decoder is left behind."""
    original = tmp_path / "original"
    original.write_bytes(making.tiff(making.written_page(height=100)))
    program = (
        "import sys; from pathlib import Path; from ingest import decoder; from ingest.unpack import unpack\n"
        "decoder._MODULE = 'tests.ingest.child_hangs'\n"
        f"unpack(Path({str(original)!r}), Path({str(tmp_path / 'pages')!r}))"
    )
    root = Path(__file__).resolve().parents[2]
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=root)
    pid_place = tmp_path / "pages" / "pid"
    deadline = time.monotonic() + 20
    while not (pid_place.exists() and pid_place.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    child = int(pid_place.read_text())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    while time.monotonic() < deadline and _lives(child):
        time.sleep(0.05)
    assert not _lives(child)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_a_mail_with_attachments(tmp_path: Path) -> None:
    """Body, then attachments in order; one that cannot be read is a page with a problem, not lost."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Office <Orders@clinic.example>", "aaorders@plan.example", "E0260"
    mail["Message-ID"], mail["Date"] = "<one@clinic.example>", "Mon, 02 Nov 2026 09:00:00 -0800"
    mail.set_content("Please see attached.\n")
    page = making.written_page(height=200)
    mail.add_attachment(
        making.tiff(page, page), maintype="application", subtype="octet-stream", filename="Ann Test.tif"
    )
    mail.add_attachment(b"PK\x03\x04", maintype="application", subtype="pdf", filename="order.pdf")
    mail.add_attachment(b"II*\0broken", maintype="image", subtype="tiff", filename="b.tif")
    found = _unpack(tmp_path, bytes(mail))
    assert found.mail is not None
    assert (found.mail.from_address, found.mail.message_id) == ("orders@clinic.example", "<one@clinic.example>")
    assert [p.origin for p in found.pages] == [
        "body", "attachment 1 page 1", "attachment 1 page 2", "attachment 2", "attachment 3",
    ]  # fmt: skip
    assert [p.number for p in found.pages] == [1, 2, 3, 4, 5]
    assert found.pages[0].text_source is TextSource.MAIL_TEXT
    assert [p.problem.kind if p.problem else None for p in found.pages[3:]] == [
        "ingest.damaged", "ingest.damaged",
    ]  # fmt: skip
    assert all("Ann" not in path.name for path in (tmp_path / "pages").iterdir())
    assert Unpacked.from_record(json.loads(json.dumps(found.to_record()))) == found


def test_damaged_pdfs_and_mails_end_in_pages_or_a_problem(tmp_path: Path) -> None:
    """Cut PDFs, pictures and mails never raise."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "a@b.example", "x"
    mail.set_content("Body")
    mail.add_attachment(making.pdf(making.text_at(9, 9, "X")), maintype="application", subtype="pdf")
    for data in (making.pdf(making.text_at(72, 700, "E0260")), bytes(mail)):
        for part in (0.3, 0.7, 0.95):
            found = _unpack(tmp_path, data[: int(len(data) * part)])
            assert found.pages or found.problem


def test_a_decoder_taken_over_by_its_file_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report that names a picture elsewhere, or makes no sense, is a lost page and not a way out."""
    monkeypatch.setattr(decoder, "_MODULE", "tests.ingest.child_lies")
    found = _unpack(tmp_path, making.tiff(making.written_page(height=100)), limits=Limits(crashes=0))
    assert all(page.image is None for page in found.pages)
    assert found.problem is not None


def test_a_full_disk_in_a_mail_is_the_whole_mails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When an attachment's page cannot be written, no page of the mail counts and all is tried again."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "a@b.example", "x"
    mail.set_content("Body")
    mail.add_attachment(making.tiff(making.written_page(height=100)), maintype="image", subtype="tiff")
    monkeypatch.setattr(decoder, "_MODULE", "tests.ingest.child_disk_full")
    found = _unpack(tmp_path, bytes(mail))
    assert _kind(found) == "ingest.storage"
    assert found.pages == ()
