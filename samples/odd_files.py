"""Files that cannot be read as they are: empty, mislabelled, cut off, protected, without pages.

Each gives the bytes and the kind of problem that must be found (None where any reason will do).
"""

import datetime as dt
import random
import struct
from dataclasses import dataclass
from pathlib import Path

from samples.orders import draw_order
from samples.paper import Part, compose
from samples.printed import Hand
from samples.truth import Outcome

DAMAGED = Path(__file__).resolve().parent.parent / "tests" / "ingest" / "damaged"
_KEPT: tuple[tuple[str, str, tuple[dict[str, object], ...]], ...] = (
    ("hylafax_broken_second_ifd.tif", "Left by a real receiver: second directory without strips",
     ({"number": 1}, {"number": 2, "problem": "ingest.page_unreadable"})),
    ("burst_2d_noecm.tif", "Left by a real receiver: bursts on the line, two pages", ({"number": 1}, {"number": 2})),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OddFile:
    """A file, its purpose, bytes and outcome; ``pages`` is None where pages are not compared."""

    file: str
    purpose: str
    data: bytes
    outcome: Outcome
    pages: tuple[dict[str, object], ...] | None = ()


def odd_files(seed: int, whole_fax: bytes) -> tuple[OddFile, ...]:
    """Make them all; ``whole_fax`` is a good two-page TIFF that is cut off for the truncated one."""
    rng = random.Random(f"{seed}:odd")
    made = [
        OddFile("faxes/empty.tif", "Empty file", b"", _outcome("ingest.empty_file")),
        OddFile(
            "faxes/text_named.tif", "A text file named .tif", b"This is not a picture. Please call the office.\n",
            _outcome("ingest.unknown_type"),
        ),
        OddFile("faxes/truncated.tif", "A fax cut off in its second page", truncated(whole_fax), Outcome(), None),
        OddFile(
            "faxes/encrypted.pdf", "PDF that needs a password", _encrypted(rng), _outcome("ingest.password_protected"),
        ),
        OddFile("faxes/no_pages.pdf", "PDF without a page", _no_pages(), _outcome("ingest.no_pages")),
    ]  # fmt: skip
    for name, purpose, pages in _KEPT:
        data = (DAMAGED / name).read_bytes()
        made.append(OddFile(f"faxes/{name}", purpose, data, Outcome(), pages))
    return tuple(made)


def truncated(tiff: bytes) -> bytes:
    """Cut a two-page TIFF inside the second page's picture: the first page is whole, the second is not."""
    (first,) = struct.unpack_from("<I", tiff, 4)
    (count,) = struct.unpack_from("<H", tiff, first)
    end_of_first = first + 2 + 12 * count + 4
    return tiff[: end_of_first + (len(tiff) - end_of_first) // 2]


def _outcome(problem: str) -> Outcome:
    return Outcome("quarantined", problem)


def _encrypted(rng: random.Random) -> bytes:
    order = draw_order(rng, today=dt.date(2026, 11, 16))
    return compose((Part("chme_order", order, Hand()),), rng, password=f"{rng.randrange(10**8):08d}").pdf


def _no_pages() -> bytes:
    """A correct PDF whose page tree is empty."""
    objects = (b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>")
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 3\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size 3 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table
    return bytes(out)
