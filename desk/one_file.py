"""One file in, one document out: what ``inlet read`` does, without web, engine or database."""

import datetime as dt
import hashlib
import tempfile
from pathlib import Path

from classify.document import build_document
from classify.reference import Reference
from extract.read import read_page
from ingest.unpack import unpack
from terms.document import Document


def read_file(path: Path, *, received_at: dt.datetime, reference: Reference) -> Document:
    """Read one fax or mail file as far as it can be read and store nothing.

    ``received_at`` is aware. Bad input is never raised: it is the document's ``problem`` or a
    page's. Page images live in a temporary folder only while the file is read.
    """
    sha256 = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            sha256.update(block)
    with tempfile.TemporaryDirectory(prefix="inlet-read-") as folder:
        unpacked = unpack(path, Path(folder))
        readings = tuple(read_page(page, received_on=received_at.date()) for page in unpacked.pages)
    return build_document(
        file=path.name,
        sha256=sha256.hexdigest(),
        received_at=received_at,
        unpacked=unpacked,
        readings=readings,
        reference=reference,
    )
