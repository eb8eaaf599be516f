"""Case of mail: archives, protected files, photos and what is too large; nothing is lost silently."""

import io
import random
import zipfile
from pathlib import Path

import pytest

from desk.records.models import Arrival
from desk.storage import ORIGINALS, read_stored
from samples import mail
from samples.conditions import CONDITIONS
from samples.paper import Part, compose
from tests.cases.office import HAND, MONDAY, Office, as_fax, draw, only, order

pytestmark = pytest.mark.django_db
CLEAN = CONDITIONS["clean"]


def mailed(*files: mail.Attachment, number: int) -> bytes:
    """A mail of an invented office with these files."""
    return mail.mail_bytes(
        sender="Front desk <desk@clinic.example>", to="aaorders@inlet.example", subject="New order",
        body="Hello, an order is attached.\n", sent_at=MONDAY, number=number, attachments=files,
    )  # fmt: skip


def zipped(name: str, data: bytes) -> bytes:
    """An archive of one file."""
    with io.BytesIO() as buffer:
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr(name, data)
        return buffer.getvalue()


def said(arrival: Arrival) -> list[str]:
    """The kinds of trouble of an arrival and its pages."""
    return [kind for kind in (arrival.problem_kind, *arrival.pages.values_list("problem_kind", flat=True)) if kind]


def test_case_23_an_archive_is_opened_and_its_order_becomes_a_case(office: Office) -> None:
    """A zip with a fax in it: the case is made, the mail's bytes stay as they came."""
    asked = order(23)
    office.know(asked)
    fax = as_fax(draw(("chme_order", asked)), condition=CLEAN)
    data = mailed(mail.Attachment("orders.zip", "application/zip", zipped("order.tif", fax)), number=230)
    request = only(office.receive(data, "order.eml"))
    assert (request.member_id, request.codes) == (asked.member.cin, "E0143")
    assert read_stored(ORIGINALS, request.arrival.original) == data


def test_case_23_what_cannot_be_opened_is_said_and_waits_for_a_person(office: Office) -> None:
    """A protected PDF and a photo that is none: each says what failed, and somebody has to look."""
    locked = compose([Part("chme_order", order(23), HAND)], random.Random(1), password="invented").pdf
    broken = b"\x00\x00\x00\x18ftypheic" + bytes(range(256)) * 8
    for number, file in enumerate(
        (
            mail.Attachment("order.pdf", "application/pdf", locked),
            mail.Attachment("IMG_0001.HEIC", "image/heic", broken),
        ),
        start=231,
    ):
        arrival = office.receive(mailed(file, number=number), f"mail-{number}.eml")
        assert said(arrival)
        assert arrival.state == "quarantined" or only(arrival).state in {"needs_review", "unmatched"}


def test_case_23_a_telephones_photo_is_converted_and_read(office: Office) -> None:
    """A HEIC picture of an order becomes a page that is read like any other."""
    photo = (Path(__file__).parents[1] / "ingest" / "photos" / "order.heic").read_bytes()
    arrival = office.receive(mailed(mail.Attachment("IMG_0002.HEIC", "image/heic", photo), number=235), "photo.eml")
    page = arrival.pages.order_by("number").last()
    assert page is not None
    assert page.image
    assert page.problem_kind == ""
    assert page.reading is not None
    assert page.reading["words"]


def test_case_23_a_mail_of_sixty_megabytes_is_not_lost(office: Office) -> None:
    """Its order is read, or its reason said; its bytes are kept either way."""
    asked = order(2300)
    office.know(asked)
    fax = as_fax(draw(("chme_order", asked)), condition=CLEAN) + bytes(45_000_000)
    data = mailed(mail.Attachment("order.tif", "image/tiff", fax), number=240)
    assert len(data) > 60_000_000
    arrival = office.receive(data, "large.eml")
    if arrival.state == "processed":
        assert only(arrival).member_id == asked.member.cin
    else:
        assert said(arrival)
    assert arrival.size == len(data)
