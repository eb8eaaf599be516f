"""Mails as they come: facts, bodies, attachments, and what is broken in them."""

import datetime as dt
import io
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ingest import sniff
from ingest.html_text import html_to_text
from ingest.limits import Limits
from ingest.message.apart import take_apart
from ingest.pages import MailFacts


def _apart(tmp_path: Path, raw: bytes, limits: Limits | None = None) -> tuple[MailFacts, list[dict[str, Any]]]:
    path = tmp_path / "mail"
    path.write_bytes(raw)
    records: list[dict[str, Any]] = list(take_apart(path, sniff.MAIL, tmp_path, limits or Limits()))
    assert "end" in records[-1]
    return MailFacts.from_record(records[0]["mail"]), [r["part"] for r in records if "part" in r]


def test_facts(tmp_path: Path) -> None:
    """Addresses are bare and lower-case, ids and dates are read, and a person's mail is not automatic."""
    facts, parts = _apart(
        tmp_path,
        b'From: "Desk, Ann" <Ann@Clinic.Example>\r\nTo: a@x.example, B <b@x.example>\r\nCc: c@x.example\r\n'
        b"Date: Mon, 02 Nov 2026 16:58:03 -0800\r\nMessage-ID: <m1@c>\r\nIn-Reply-To: <m0@p>\r\n"
        b"References: <m-1@p> <m0@p>\r\nSubject: =?utf-8?q?Order_E0260?=\r\n\r\nPlease.\r\n",
    )
    assert facts == MailFacts(
        message_id="<m1@c>", from_address="ann@clinic.example",
        to=("a@x.example", "b@x.example", "c@x.example"),
        date=dt.datetime(2026, 11, 2, 16, 58, 3, tzinfo=dt.timezone(dt.timedelta(hours=-8))),
        auto_submitted=False, in_reply_to="<m0@p>", references=("<m-1@p>", "<m0@p>"), subject="Order E0260",
    )  # fmt: skip
    assert [(p["origin"], p["text"].strip()) for p in parts] == [("body", "Please.")]


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Precedence: bulk",
        "Return-Path: <>",
        "X-Autoreply: yes",
        "Content-Type: multipart/report; boundary=b",
    ],
)
def test_automatic_mail_is_known(tmp_path: Path, header: str) -> None:
    """Auto-replies, bounces and bulk mail are marked."""
    facts, _ = _apart(tmp_path, f"From: a@b.example\nSubject: x\n{header}\n\nbody\n".encode())
    assert facts.auto_submitted


def test_auto_submitted_no_is_a_person(tmp_path: Path) -> None:
    """``Auto-Submitted: no`` says that a person wrote it."""
    assert not _apart(tmp_path, b"From: a@b.example\nAuto-Submitted: no\n\nx\n")[0].auto_submitted


def test_html_only(tmp_path: Path) -> None:
    """A mail that is only HTML gives its visible text, table cells side by side."""
    mail = EmailMessage()
    mail["From"] = "a@b.example"
    mail.set_content(
        "<style>p{}</style><p>Order</p><table><tr><td>E0260</td><td>Bed</td></tr></table>"
        '<div style="display: none">K0001</div><p hidden>K0002</p>',
        subtype="html",
    )
    (part,) = _apart(tmp_path, bytes(mail))[1]
    assert "E0260   Bed" in part["text"]
    assert "K000" not in part["text"]
    assert "p{}" not in part["text"]


def test_plain_text_is_preferred_and_given_once(tmp_path: Path) -> None:
    """Of two forms of one body the plain one is read, unless it is empty."""
    mail = EmailMessage()
    mail["From"] = "a@b.example"
    mail.set_content("plain E0260")
    mail.add_alternative("<p>html E0260</p>", subtype="html")
    assert [p["text"].strip() for p in _apart(tmp_path, bytes(mail))[1]] == ["plain E0260"]
    mail = EmailMessage()
    mail["From"] = "a@b.example"
    mail.set_content(" ")
    mail.add_alternative("<p>html E0260</p>", subtype="html")
    assert [p["text"].strip() for p in _apart(tmp_path, bytes(mail))[1]] == ["html E0260"]


def test_an_empty_body_is_no_page(tmp_path: Path) -> None:
    """A mail with nothing but an attachment has no page for its body."""
    mail = EmailMessage()
    mail["From"] = "a@b.example"
    mail.set_content("\n")
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="x.pdf")
    assert [p["origin"] for p in _apart(tmp_path, bytes(mail))[1]] == ["attachment 1"]


def _picture(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (width, height), 200).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(("size", "is_page"), [((120, 60), False), ((900, 200), False), ((1700, 2200), True)])
def test_logos_are_left_out_and_noted_but_scans_are_not(
    tmp_path: Path, size: tuple[int, int], *, is_page: bool
) -> None:
    """A small inline picture or banner is no page; one of a page's size is, however few bytes it has."""
    mail = EmailMessage()
    mail["From"] = "a@b.example"
    mail.set_content("<p>Hello</p><img src=cid:it>", subtype="html")
    mail.add_related(_picture(*size), maintype="image", subtype="png", cid="<it>")
    parts = _apart(tmp_path, bytes(mail))[1]
    assert [p["origin"] for p in parts] == (["body", "attachment 1"] if is_page else ["body"])
    assert parts[0]["notes"] == ([] if is_page else ["inline_image_left_out"])


def test_forwarded_messages_are_opened_to_a_depth(tmp_path: Path) -> None:
    """Messages inside messages are read; one too deep is a problem and not lost."""
    inner = EmailMessage()
    for number in range(5):
        outer = EmailMessage()
        outer["From"], outer["Subject"] = "a@b.example", f"m{number}"
        outer.set_content(f"text {number}")
        if number:
            outer.add_attachment(inner)
        inner = outer
    parts = _apart(tmp_path, bytes(inner))[1]
    depth = Limits().depth
    assert [p["origin"] for p in parts[: depth + 1]] == ["attachment 1 " * n + "body" for n in range(depth + 1)]
    assert parts[depth + 1]["problem"]["kind"] == "ingest.nested_too_deep"


def test_wrong_charsets_are_still_read(tmp_path: Path) -> None:
    """A charset that does not exist, or that the bytes are not in, falls back instead of failing."""
    for stated in (b"x-unknown", b"utf-8", b"us-ascii"):
        raw = b"From: a@b.example\nSubject: x\nContent-Type: text/plain; charset=" + stated + b"\n\nPe\xf1a E0260\n"
        (part,) = _apart(tmp_path, raw)[1]
        assert "Peña E0260" in part["text"]


def test_a_broken_boundary_keeps_the_text(tmp_path: Path) -> None:
    """A multipart mail whose closing boundary is missing still gives its parts."""
    raw = (
        b"From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=XX\n\n"
        b"--XX\nContent-Type: text/plain\n\nE0260\n--XX\nContent-Type: application/pdf\n"
        b"Content-Transfer-Encoding: base64\n\nJVBERi0x"
    )
    parts = _apart(tmp_path, raw)[1]
    assert [p["origin"] for p in parts] == ["body", "attachment 1"]
    assert (tmp_path / parts[1]["file"]).read_bytes() == b"%PDF-1"


def test_a_lying_text_part_that_is_a_pdf_is_decoded_as_one(tmp_path: Path) -> None:
    """An attached PDF called text/plain is handed to the decoder, not shown as text."""
    mail = EmailMessage()
    mail["From"] = "a@b.example"
    mail.set_content("see attached")
    mail.add_attachment(b"%PDF-1.4 x", maintype="text", subtype="plain", filename="x.pdf")
    parts = _apart(tmp_path, bytes(mail))[1]
    assert "file" in parts[1]


def test_too_many_parts_stop(tmp_path: Path) -> None:
    """A mail bomb of parts is cut off and says so."""
    mail = EmailMessage()
    mail["From"] = "a@b.example"
    mail.set_content("x")
    for _ in range(9):
        mail.add_attachment(b"%PDF", maintype="application", subtype="pdf")
    path = tmp_path / "mail"
    path.write_bytes(bytes(mail))
    records: list[dict[str, Any]] = list(take_apart(path, sniff.MAIL, tmp_path, Limits(parts=3)))
    assert sum("part" in r for r in records) == 3
    assert records[-1]["end"]["problem"]["kind"] == "ingest.too_many_parts"


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_any_damage_of_a_mail_ends_in_records(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Bytes changed anywhere in a mail never raise."""
    folder = tmp_path_factory.mktemp("mail")
    changed = bytearray(_MAIL)
    for _ in range(data.draw(st.integers(1, 12))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    facts, _parts = _apart(folder, bytes(changed[: data.draw(st.integers(1, len(changed)))]))
    assert MailFacts.from_record(facts.to_record()) == facts


@given(st.text(alphabet="<>/ap divstyle=\"':none&;#x!-\n", max_size=120))
def test_any_html_ends_in_text(html: str) -> None:
    """No HTML raises."""
    assert isinstance(html_to_text(html), str)


def _mail() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Ann <a@b.example>", "c@d.example", "=?utf-8?b?RTAyNjA=?="
    mail["Date"], mail["Message-ID"] = "Mon, 02 Nov 2026 16:58:03 -0800", "<1@x>"
    mail.set_content("plain")
    mail.add_alternative("<p>html</p>", subtype="html")
    mail.add_attachment(b"%PDF-1.4 stuff", maintype="application", subtype="pdf", filename="x.pdf")
    return bytes(mail)


_MAIL = _mail()
