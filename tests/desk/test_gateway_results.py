"""What a mail-to-fax gateway writes back reaches the transmission it is about; bounces end theirs."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings as DjangoSettings

from desk.cases.arrivals import Receipt, register_arrival, unreadable_page
from desk.cases.hand_over import note_arrived
from desk.cases.results import is_from_gateway
from desk.cases.sending import expected, on_the_line
from desk.config import Settings
from desk.pipeline import steps
from desk.records.models import Arrival, AuditEvent, HandOver, Notice, Request, Transmission
from desk.storage import store_original
from outbound.lines.mail import message_id, sign_of
from outbound.transport import Failure, Stage, Standing
from terms.errors import Problem
from tests.desk.made_up import RECEIVED, values
from tests.desk.sending_house import made_request

pytestmark = pytest.mark.django_db
_FROM = "report@fax.example"


@pytest.fixture(autouse=True)
def _gateway(inlet: Settings, settings: DjangoSettings) -> None:
    sending = inlet.sending.model_copy(
        update={"mail_gateway": "fax.example", "gateway_senders": ("bot@other.example",), "gateway_result_hours": 6}
    )
    settings.INLET = inlet.model_copy(update={"sending": sending})


@pytest.fixture
def sent(inlet: Settings, tmp_path: Path) -> Transmission:
    """A receipt of two pages that the gateway took."""
    del inlet
    request = made_request(tmp_path, values())
    notice, _made = Notice.objects.update_or_create(
        key=f"{request.reference}:1:receipt",
        defaults={
            "request": request, "kind": "receipt", "revision": 1, "created_at": timezone.now(), "state": "sent",
            "pages": 2, "verified": True, "destination": "+15105550142", "way": "fax",
        },
    )  # fmt: skip
    key = f"{notice.key}:1"
    return Transmission.objects.create(
        notice=notice, attempt=1, key=key, transport="mail-gateway", state="submitted", destination="+15105550142",
        intended_at=timezone.now(), submitted_at=timezone.now(),
        receipt={"key": key, "job": message_id(key, "desk@plan.example")},
    )  # fmt: skip


def _request(sent: Transmission) -> Request:
    assert sent.notice.request is not None
    return sent.notice.request


def _receive(folder: Path, body: str, *headers: str, sender: str = _FROM) -> Arrival:
    lines = [f"From: Fax <{sender}>", "To: desk@plan.example", *headers, "", body]
    path = folder / "mail.eml"
    path.write_bytes("\r\n".join(lines).encode())
    receipt = Receipt("mail", "mail", "Orders", f"key-{timezone.now().timestamp()}", "mail.eml", RECEIVED)
    arrival = register_arrival(receipt, store_original(path))
    assert steps.unpack_arrival(arrival.pk, 1) == 0
    arrival.refresh_from_db()
    return arrival


def _named(sent: Transmission, how: str) -> tuple[str, ...]:
    """Headers by which a gateway's mail names a transmission."""
    name = str(sent.receipt["job"])
    reference = _request(sent).reference
    return {
        "message id": (f"In-Reply-To: {name}", "Subject: Fax report"),
        "sign": (f"Subject: Re: Prior authorization {reference} [{sign_of(name)}]",),
        "reference and number": (f"Subject: Fax report {reference} to +1 (510) 555-0142",),
    }[how]


@pytest.mark.parametrize("how", ["message id", "sign", "reference and number"])
def test_a_delivery_mail_ends_the_transmission_as_delivered(sent: Transmission, tmp_path: Path, how: str) -> None:
    """Found by our Message-ID, our sign or reference and number; its pages are kept; nobody has to look."""
    arrival = _receive(tmp_path, "Status: Delivered\r\nPages sent: 2", *_named(sent, how))
    sent.refresh_from_db()
    assert (sent.state, sent.pages, sent.notice.state) == ("delivered", 2, "delivered")
    assert (arrival.state, arrival.pages.count(), arrival.requests.count()) == ("processed", 0, 0)
    assert AuditEvent.objects.filter(request=_request(sent), action="notice.told_by_mail").exists()


def test_a_failure_mail_sets_the_next_try(sent: Transmission, tmp_path: Path) -> None:
    """Busy is tried again by our ladder; the mail itself is no work."""
    sent.finished_at = timezone.now()  # "taken" had ended it
    sent.save()
    arrival = _receive(tmp_path, "The line was busy.", *_named(sent, "sign"), "X-Status: failed")
    sent.refresh_from_db()
    assert (sent.state, sent.failure) == ("failed", Failure.BUSY.value)
    assert (sent.notice.state, sent.notice.wait_reason) == ("drafted", "retry")
    assert arrival.state == "processed"


def test_fewer_pages_than_sent_is_no_delivery(sent: Transmission, tmp_path: Path) -> None:
    """One page of two confirmed is a partial fax, whatever the gateway calls it."""
    _receive(tmp_path, "Status: Delivered\r\n1 of 2 pages", *_named(sent, "sign"))
    sent.refresh_from_db()
    assert (sent.state, sent.failure) == ("failed", Failure.PARTIAL.value)


def test_a_mail_on_the_way_changes_nothing(sent: Transmission, tmp_path: Path) -> None:
    """Queued is no end."""
    arrival = _receive(tmp_path, "Your fax is queued.", *_named(sent, "sign"))
    sent.refresh_from_db()
    assert (sent.state, sent.finished_at, arrival.state) == ("submitted", None, "processed")


def test_a_mail_that_is_not_understood_goes_to_a_person(sent: Transmission, tmp_path: Path) -> None:
    """Nothing is guessed about it."""
    arrival = _receive(tmp_path, "Transaction 4711 ended.", *_named(sent, "sign"))
    sent.refresh_from_db()
    assert (sent.state, arrival.state, arrival.problem_kind) == ("submitted", "quarantined", "desk.result_unclear")


def test_a_result_told_twice_counts_once(sent: Transmission, tmp_path: Path) -> None:
    """A second mail about a fax that arrived finds nothing open, and goes the way of any answer to us."""
    _receive(tmp_path, "Status: Delivered", *_named(sent, "sign"))
    lines = [f"From: Fax <{_FROM}>", "To: desk@plan.example", *_named(sent, "sign"), "", "Status: Failed"]
    path = tmp_path / "second.eml"
    path.write_bytes("\r\n".join(lines).encode())
    receipt = Receipt("mail", "mail", "Orders", "second", "second.eml", RECEIVED)
    arrival = register_arrival(receipt, store_original(path))
    assert steps.unpack_arrival(arrival.pk, 1) == 1
    sent.refresh_from_db()
    assert sent.state == "delivered"


@pytest.mark.parametrize("sender", ["ann@clinic.example", "bot@notfax.example", "fax.example@evil.example"])
def test_only_the_gateway_is_believed(sent: Transmission, tmp_path: Path, sender: str) -> None:
    """Anybody may write "delivered"; it counts only from the gateway's domain or a sender that was set."""
    lines = [f"From: Ann <{sender}>", "To: desk@plan.example", *_named(sent, "sign"), "", "Status: Delivered"]
    path = tmp_path / "other.eml"
    path.write_bytes("\r\n".join(lines).encode())
    receipt = Receipt("mail", "mail", "Orders", "other", "other.eml", RECEIVED)
    steps.unpack_arrival(register_arrival(receipt, store_original(path)).pk, 1)
    sent.refresh_from_db()
    assert sent.state == "submitted"


def test_senders_that_are_set_are_believed(inlet: Settings, settings: DjangoSettings) -> None:
    """The gateway's domain, those below it, an address or a domain of the settings; nobody without any."""
    now: Settings = settings.INLET
    assert is_from_gateway("x@fax.example", now)
    assert is_from_gateway("x@mail.fax.example", now)
    assert is_from_gateway("Bot@other.example", now)
    assert not is_from_gateway("ann@other.example", now)
    assert not is_from_gateway("", now)
    assert not is_from_gateway("ann@clinic.example", inlet)


def test_taken_is_no_end_while_the_gateway_is_to_write_back(sent: Transmission) -> None:
    """Until its hours are over it is on its way and holds no line; then a person is asked."""
    now, taken = timezone.now(), Standing(Stage.TAKEN)
    assert expected(sent, taken, now).stage is Stage.SENDING
    assert on_the_line() == 0
    assert expected(sent, taken, now + dt.timedelta(hours=7)) == Standing(Stage.FAILED, Failure.UNSURE)
    sent.transport = "mail"
    assert expected(sent, taken, now) == taken


def test_a_packet_whose_mail_bounced_did_not_arrive(sent: Transmission, tmp_path: Path) -> None:
    """The hand-over that counted as done is open again, and the notice failed for a person."""
    request = _request(sent)
    sent.transport, sent.finished_at = "mail", timezone.now()
    sent.save()
    packet = HandOver.objects.create(
        request=request, revision=1, processor="CFMG", way="email", notice=sent.notice, begun_at=timezone.now()
    )
    note_arrived(sent.notice)
    name = str(sent.receipt["job"])
    body = (
        "--b\r\nContent-Type: text/plain\r\n\r\nDelivery failed.\r\n--b\r\nContent-Type: message/delivery-status\r\n"
        f"\r\nReporting-MTA: dns; mx.example\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\nOriginal-Message-ID: {name}\r\n"
        "--b--\r\n"
    )
    form = "Content-Type: multipart/report; report-type=delivery-status; boundary=b"
    lines = [
        "From: <mailer-daemon@mx.example>",
        "To: desk@plan.example",
        "Return-Path: <>",
        "Subject: x",
        form,
        "",
        body,
    ]
    path = tmp_path / "bounce.eml"
    path.write_bytes("\r\n".join(lines).encode())
    receipt = Receipt("mail", "mail", "Orders", "bounce", "bounce.eml", RECEIVED)
    arrival = register_arrival(receipt, store_original(path))
    steps.unpack_arrival(arrival.pk, 1)
    for page in arrival.pages.all():
        page.reading = _blank(page.number)
        page.save()
    steps.assemble_arrival(arrival.pk, 1)
    sent.refresh_from_db()
    packet.refresh_from_db()
    arrival.refresh_from_db()
    assert (sent.state, sent.failure, sent.notice.state) == ("failed", Failure.REFUSED.value, "failed")
    assert packet.done_at is None
    assert arrival.problem_kind == "desk.bounced"


def _blank(number: int) -> dict[str, object]:
    return unreadable_page(number, Problem("test.blank", "Nothing.")).to_record()
