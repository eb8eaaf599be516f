"""What is fuzzed: each target takes any bytes and ends in a value or in the problem that is promised for them."""

import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from ingest import sniff
from ingest.archive import take_apart as archive_parts
from ingest.decoded import FileFacts
from ingest.docx import take_apart as document_parts
from ingest.errors import RefusedError
from ingest.html_text import read_html
from ingest.limits import Limits
from ingest.message.apart import take_apart
from ingest.message.outlook import read_msg
from ingest.message.quoted import part_text
from ingest.message.signed import unwrap
from ingest.message.tnef import MAGIC, read_tnef
from ingest.pages import MailFacts
from ingest.rtf import decompress, read_rtf
from ingest.ticket import FORMATS, parse_ticket
from ingest.tiff import decode

_ROOT = Path(__file__).resolve().parents[2]
_LIMITS = Limits(pages=20, page_pixels=4_000_000, parts=20, unpacked_bytes=4_000_000)
_LARGEST = 200_000
"""Bytes of a seed: larger ones only make the runs slow."""


def ticket(data: bytes) -> None:
    """A fax server's ticket, of each format."""
    for suffix in FORMATS:
        parse_ticket(data, suffix)


def mime(data: bytes) -> None:
    """A mail: taken apart, and its facts stored and read back."""
    _parts(data, sniff.MAIL)


def outlook(data: bytes) -> None:
    """An Outlook message."""
    read_msg(data, depth=2, parts=20)


def tnef(data: bytes) -> None:
    """A winmail.dat; the magic number is given, so that runs get past it."""
    read_tnef(MAGIC + data, depth=2)


def rtf(data: bytes) -> None:
    """RTF, plain and compressed."""
    read_rtf(data)
    read_rtf(b"{\\rtf1 " + data)
    read_rtf(decompress(data))


def html(data: bytes) -> None:
    """An HTML body, and the parting of its text."""
    part_text(read_html(data.decode("utf-8", "replace")).text, "Re: x", alone=True)


def signed(data: bytes) -> None:
    """A CMS envelope."""
    unwrap(data)


def tiff(data: bytes) -> None:
    """A TIFF's directories and strips."""
    try:
        for page in decode(data, _LIMITS, FileFacts()):
            assert page.image is not None or page.problem is not None
    except RefusedError:
        return


def document(data: bytes) -> None:
    """A Word document, and an archive."""
    for reader in (document_parts, archive_parts):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "file"
            path.write_bytes(data)
            try:
                json.dumps(list(reader(path, Path(folder), _LIMITS)))
            except RefusedError:
                continue


def _parts(data: bytes, media_type: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mail"
        path.write_bytes(data)
        records = list(take_apart(path, media_type, Path(folder), _LIMITS))
        json.dumps(records)
        assert "end" in records[-1]
        facts = records[0]["mail"]
        assert isinstance(facts, dict)
        assert MailFacts.from_record(facts).to_record() == facts


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "ticket": ticket, "mime": mime, "outlook": outlook, "tnef": tnef, "rtf": rtf, "html": html, "signed": signed,
    "tiff": tiff, "document": document,
}  # fmt: skip

_SEEDS: Mapping[str, tuple[str, ...]] = {
    "ticket": ("tests/ingest/**/*.json", "samples/**/*.json"),
    "mime": ("tests/ingest/mails/*.eml", "samples/mails/**/*.eml"),
    "outlook": ("tests/ingest/mails/*.msg",),
    "tiff": ("tests/ingest/damaged/*.tif", "samples/faxes/**/*.tif"),
}


def seeds(target: str) -> list[bytes]:
    """Files of the project from which the runs of a target start."""
    paths = [path for pattern in _SEEDS.get(target, ()) for path in sorted(_ROOT.glob(pattern))]
    return [path.read_bytes() for path in paths if path.stat().st_size <= _LARGEST]
