"""Mails that answer what we sent, bounces, automatic replies, and drafts that ask for papers again."""

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.utils import timezone

from desk.cases import answers
from desk.cases.actor import Actor
from desk.cases.arrivals import Receipt, register_arrival
from desk.cases.mail_drafts import as_file, settle_draft
from desk.config import Settings
from desk.errors import MoveRefusedError
from desk.lifecycle import Role
from desk.pipeline import steps
from desk.records.models import Acknowledgement, Arrival, AuditEvent, HandOver, MailDraft, Notice, Request, Transmission
from desk.records.models.mail_drafts import DraftState
from desk.storage import store_original
from extract.read import read_page
from ingest.pages import PageSource
from outbound.lines.mail import message_id
from outbound.mail_reply import ASKABLE, own_id
from tests.desk.made_up import RECEIVED

pytestmark = pytest.mark.django_db
_CLERK = Actor("clara", frozenset({Role.CLERK}))
_ORDER = (
    "Patient: Sampleroe, Rita  DOB: 03/07/1958  Member ID: 91234567A\n"
    "Address: 1200 Harbor Test Ln, Oakland, CA 94607\n"
    "Phone: 510-555-0142\nOrdering Physician: Jane Testdoe, MD  NPI: 1234567893\n"
    "Phone: 510-555-0177  Fax: 510-555-0178\n"
    "Dx: R26.9\nE0143 x1 folding wheeled walker\n"
)


class MailReaders:
    """Reads pages without a picture in this very process, as a resident reader would."""

    def read(self, source: Mapping[str, object], *, received_on: dt.date, upright_to: Path) -> dict[str, object]:
        """Read the page."""
        return read_page(PageSource.from_record(source), received_on=received_on, upright_to=upright_to).to_record()


@pytest.fixture(autouse=True)
def _readers(inlet: Settings) -> Iterator[None]:
    del inlet
    steps.use_readers(MailReaders())
    yield
    steps.use_readers(None)


def _receive(folder: Path, body: str, *headers: str, sender: str = "ann@clinic.example") -> Arrival:
    """Take a mail through all steps."""
    lines = [f"From: Ann <{sender}>", "To: orders@plan.example", *headers, "", body]
    path = folder / "mail.eml"
    path.write_bytes("\r\n".join(lines).encode())
    receipt = Receipt("mail", "mail", "Orders", f"key-{timezone.now().timestamp()}", "mail.eml", RECEIVED)
    arrival = register_arrival(receipt, store_original(path))
    for number in range(1, steps.unpack_arrival(arrival.pk, 1) + 1):
        steps.read_page(arrival.pk, 1, number)
    steps.assemble_arrival(arrival.pk, 1)
    arrival.refresh_from_db()
    return arrival


def _sent_notice(arrival: Arrival, request: Request) -> str:
    """A notice of ours that went out by mail; give its Message-ID."""
    key = f"{request.reference}:1:receipt"
    notice = Notice.objects.filter(key=key).first() or Notice.objects.create(
        key=key, request=request, arrival=arrival, kind="receipt", revision=1, created_at=timezone.now()
    )
    name = message_id(f"{key}:1", "desk@plan.example")
    Transmission.objects.create(
        notice=notice, attempt=7, key=f"{key}:7", transport="mail", intended_at=timezone.now(), receipt={"line": name}
    )
    return name


@pytest.fixture
def known(tmp_path: Path) -> Request:
    """A request that came by mail."""
    arrival = _receive(tmp_path, _ORDER, "Subject: DME order", "Message-ID: <m1@clinic.example>")
    assert arrival.state == "processed"
    return arrival.requests.get()


def test_an_order_in_a_mail_becomes_a_request(known: Request) -> None:
    """Nothing is wrong with an ordinary mail, and nothing is drafted for it."""
    assert (known.codes, known.member_last_name) == ("E0143", "Sampleroe")
    assert not MailDraft.objects.exists()


@pytest.mark.parametrize(
    ("headers", "body", "kind"),
    [
        (
            ("Content-Type: text/html",),
            "<p>You have a secure message. <a href='https://x.example/1'>Click here to read the message</a></p>",
            "ingest.mail_link_only",
        ),
        (
            ("Content-Type: application/pkcs7-mime; name=smime.p7m", "Content-Transfer-Encoding: base64"),
            "MIAGCSqGSIb3DQEHA6CA",
            "ingest.mail_encrypted",
        ),
    ],
    ids=["link only", "encrypted"],
)
def test_a_mail_that_cannot_be_used_is_quarantined_with_a_drafted_answer(
    tmp_path: Path, headers: tuple[str, ...], body: str, kind: str
) -> None:
    """The draft says what was wrong and how to send it again, and repeats nothing of the mail."""
    arrival = _receive(tmp_path, body, "Subject: Rita Sampleroe", "Message-ID: <m2@clinic.example>", *headers)
    assert (arrival.state, arrival.problem_kind) == ("quarantined", kind)
    draft = MailDraft.objects.get(arrival=arrival)
    assert (draft.state, draft.to_address, draft.in_reply_to) == (
        "drafted",
        "ann@clinic.example",
        "<m2@clinic.example>",
    )
    assert ASKABLE[kind] in draft.text
    assert "Sampleroe" not in draft.subject + draft.text
    letter = as_file(draft)
    assert b"In-Reply-To: <m2@clinic.example>" in letter
    assert b"X-Unsent: 1" in letter
    steps.assemble_arrival(arrival.pk, 1)
    assert MailDraft.objects.count() == 1


@pytest.mark.parametrize("header", ["Auto-Submitted: auto-generated", "Precedence: bulk", "Return-Path: <>", ""])
def test_nothing_automatic_is_answered(tmp_path: Path, header: str) -> None:
    """Not even a draft is made for a mail that a program sent: no loop can form."""
    body = "You have a secure message. Click here to read the message: https://x.example/1"
    headers = (header, "Subject: x") if header else ("Subject: x",)
    sender = "ann@clinic.example" if header else "no-reply@clinic.example"
    arrival = _receive(tmp_path, body, *headers, sender=sender)
    assert arrival.state == "quarantined"
    assert not MailDraft.objects.exists()


def test_a_person_sends_or_dismisses_a_draft_once(tmp_path: Path) -> None:
    """What became of it is kept with who did it; a machine or a visitor may not."""
    arrival = _receive(tmp_path, "You have a secure message. Click here to read: https://x.example/1", "Subject: x")
    with pytest.raises(MoveRefusedError):
        settle_draft(arrival.pk, DraftState.SENT, actor=Actor("x", frozenset({Role.AUDITOR})))
    draft = settle_draft(arrival.pk, DraftState.SENT, actor=_CLERK)
    assert (draft.state, draft.settled_by) == ("sent", "clara")
    with pytest.raises(MoveRefusedError):
        settle_draft(arrival.pk, DraftState.DISMISSED, actor=_CLERK)
    assert AuditEvent.objects.filter(arrival=arrival, action="mail.sent", actor_name="clara").exists()


def test_an_out_of_office_reply_is_processed_and_tied_to_what_it_answers(known: Request, tmp_path: Path) -> None:
    """By our Message-ID; nobody has to look at it."""
    name = _sent_notice(known.arrival, known)
    arrival = _receive(
        tmp_path, "I am away until Monday.", "Subject: Automatic reply: Prior authorization", f"In-Reply-To: {name}",
        "Auto-Submitted: auto-replied",
    )  # fmt: skip
    assert (arrival.state, arrival.problem_kind) == ("processed", "")
    assert arrival.facts["answers"]["request"] == known.reference
    assert AuditEvent.objects.filter(arrival=arrival, request=known, action="arrival.answers").exists()


def test_an_automatic_reply_to_nothing_of_ours_goes_to_a_person(tmp_path: Path) -> None:
    """It may be that one of our mails did not arrive."""
    arrival = _receive(tmp_path, "I am away.", "Subject: Out of office", "Auto-Submitted: auto-replied")
    assert (arrival.state, arrival.problem_kind) == ("quarantined", "classify.auto_reply")


def test_a_bounce_goes_to_a_person_with_what_it_answers(known: Request, tmp_path: Path) -> None:
    """A report names the mail that failed; somebody must reach the office another way."""
    name = _sent_notice(known.arrival, known)
    body = (
        "--b\r\nContent-Type: text/plain\r\n\r\nDelivery failed.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; x@clinic.example\r\nAction: failed\r\n"
        f"Status: 5.1.1\r\nOriginal-Message-ID: {name}\r\n--b--\r\n"
    )
    arrival = _receive(
        tmp_path, body, "Subject: Undelivered", "Return-Path: <>",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
    )  # fmt: skip
    assert (arrival.state, arrival.problem_kind) == ("quarantined", "desk.bounced")
    assert arrival.facts["answers"]["request"] == known.reference
    assert arrival.facts["mail"]["status"] == "5.1.1"
    assert AuditEvent.objects.filter(request=known, action="mail.bounced").exists()


def test_a_bounced_draft_says_so(tmp_path: Path) -> None:
    """The draft whose mail came back is marked."""
    first = _receive(tmp_path, "You have a secure message. Click here to read: https://x.example/1", "Subject: x")
    settle_draft(first.pk, DraftState.SENT, actor=_CLERK)
    arrival = _receive(
        tmp_path, f"Could not be delivered\n\nMessage-ID: {own_id(first.pk)}\n", "Subject: Undeliverable: x",
        "Return-Path: <>",
    )  # fmt: skip
    assert arrival.problem_kind == "desk.bounced"
    assert MailDraft.objects.get(arrival=first).state == "bounced"


def test_an_answer_to_our_draft_is_a_request_of_its_own(tmp_path: Path) -> None:
    """The order that comes in answer is read like any other."""
    first = _receive(tmp_path, "You have a secure message. Click here to read: https://x.example/1", "Subject: x")
    arrival = _receive(tmp_path, _ORDER, "Subject: Re: We could not open", f"In-Reply-To: {own_id(first.pk)}")
    assert arrival.state == "processed"
    assert arrival.facts["answers"]["arrival"] == first.pk


@pytest.mark.parametrize("by", ["message_id", "subject"])
def test_an_answer_to_our_notice_joins_its_request(known: Request, tmp_path: Path, by: str) -> None:
    """By our Message-ID or the reference in the subject, though the mail itself names none."""
    name = _sent_notice(known.arrival, known)
    headers = ("Subject: Re: your notice", f"References: <a@b> {name}")
    if by == "subject":
        headers = (f"Subject: RE: Prior authorization {known.reference}", "In-Reply-To: <gone@x>")
    arrival = _receive(tmp_path, _ORDER.replace("R26.9", "R26.9, M17.11"), *headers)
    assert arrival.facts["answers"]["how"] == by
    paper = arrival.requests.get()
    assert paper.state == "merged"
    assert Request.objects.get(reference=known.reference).received_at == known.received_at


def test_an_answer_in_words_alone_goes_to_a_person(known: Request, tmp_path: Path) -> None:
    """What no machine can use is shown with the request that it answers."""
    name = _sent_notice(known.arrival, known)
    arrival = _receive(tmp_path, "Thank you, will do.", "Subject: Re: your notice", f"In-Reply-To: {name}")
    assert (arrival.state, arrival.problem_kind) == ("quarantined", "desk.answer")
    assert arrival.facts["answers"]["request"] == known.reference


@pytest.mark.parametrize(
    "header", ["X-Inlet-Reference: 2HY3-K7TC", f"Message-ID: {message_id('k', 'desk@plan.example')}"]
)
def test_our_own_mail_that_comes_back_is_no_work(tmp_path: Path, header: str) -> None:
    """A mail that bears our name or mark is set aside with the reason, not read as an order."""
    arrival = _receive(tmp_path, _ORDER, "Subject: Prior authorization", header)
    assert (arrival.state, arrival.problem_kind) == ("quarantined", "desk.our_own")
    assert not arrival.pages.exists()
    assert not MailDraft.objects.exists()


def test_a_reference_that_is_none_of_ours_answers_nothing(known: Request) -> None:
    """A mistyped reference or a foreign Message-ID finds nothing; nothing is guessed."""
    wrong = known.reference[:-1] + ("2" if known.reference[-1] != "2" else "3")
    assert answers.answered({"subject": f"Re: {wrong}", "in_reply_to": "<x@y>", "references": []}) is None
    assert answers.answered({"subject": None, "reported_ids": ["<inlet.x@y>"]}) is None


def _packet(request: Request) -> str:
    """A packet of a request that went to a processor by mail; give its Message-ID."""
    name = _sent_notice(request.arrival, request)
    notice = Notice.objects.get(key=f"{request.reference}:1:receipt")
    HandOver.objects.create(
        request=request, revision=1, processor="CFMG", way="email", notice=notice, begun_at=timezone.now()
    )
    return name


@pytest.mark.parametrize("headers", [(), ("Auto-Submitted: auto-replied",)], ids=["a person", "the mailbox"])
def test_answer_to_a_packet_says_that_the_processor_has_it(
    tmp_path: Path, known: Request, headers: tuple[str, ...]
) -> None:
    """Whoever answers the packet has it; the first answer counts."""
    name = _packet(known)
    for number in (1, 2):
        _receive(
            tmp_path, f"We have it. {number}", "Subject: Re: packet", f"Message-ID: <a{number}@cfmg.example>",
            f"In-Reply-To: {name}", *headers,
        )  # fmt: skip
    assert list(Acknowledgement.objects.values_list("reference", "processor")) == [(known.reference, "CFMG")]


def test_packet_that_came_back_is_not_acknowledged(tmp_path: Path, known: Request) -> None:
    """A bounce says that the processor does not have it."""
    name = _packet(known)
    body = (
        "--b\r\nContent-Type: text/plain\r\n\r\nDelivery failed.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.example\r\n\r\nAction: failed\r\nOriginal-Message-ID: {name}\r\n--b--\r\n"
    )
    form = "Content-Type: multipart/report; report-type=delivery-status; boundary=b"
    arrival = _receive(tmp_path, body, "Subject: Undelivered", "Return-Path: <>", form)
    assert arrival.problem_kind == "desk.bounced"
    assert not Acknowledgement.objects.exists()
