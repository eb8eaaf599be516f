"""The other ways out: HTTP provider, e-mail over TLS, e-mail to fax, SFTP; real protocols on the loopback."""

import datetime as dt
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import paramiko
import pytest
from aiosmtpd.controller import Controller

from outbound.errors import LineDownError, LineRefusedError, TransportError, UnsafeTextError
from outbound.lines.ledger import Ledger
from outbound.lines.mail import MailServer, MailTransport, Security, message_id, sign_of
from outbound.lines.provider import Provider, ProviderTransport
from outbound.lines.sftp import SftpHost, SftpTransport
from outbound.transport import Failure, Stage, Submission
from samples.fax_provider import TOKEN, FaxProvider
from tests.outbound.mail_host import Box, Post, certificate, closed_port, post
from tests.outbound.sftp_host import SftpServerHere

__all__ = ["certificate", "post"]  # fixtures

_NOW = dt.datetime(2026, 11, 2, 17, 0, tzinfo=dt.UTC)
_ONE = Submission(
    key="2HY3-K7TC:1:forward:1", number="+15105558235", verified=True, reason="", reference="2HY3-K7TC", kind="forward",
    pages=4, urgent=True, pdf=b"%PDF-1.7 made up", tiff=b"II*\0made up", address="intake@processor.example",
)  # fmt: skip


# --- a provider's HTTP interface ---------------------------------------------------------------


@pytest.fixture
def provider() -> Iterator[FaxProvider]:
    """A provider on the loopback."""
    with FaxProvider() as running:
        yield running


def _by(provider: FaxProvider, token: str = TOKEN) -> ProviderTransport:
    return ProviderTransport(Provider(provider.url, token, seconds=5.0))


def test_a_provider_takes_a_job_once_and_tells_what_became_of_it(provider: FaxProvider) -> None:
    """Put, found, asked, taken back, each by our key."""
    out = _by(provider)
    assert [line.name for line in out.probe()] == ["trial"]
    assert out.find(_ONE.key) is None
    receipt = out.submit(_ONE, now=_NOW)
    assert out.submit(_ONE, now=_NOW) == receipt == out.find(_ONE.key)
    assert len(provider.board.jobs) == 1
    assert out.status(receipt).stage is Stage.WAITING
    provider.board.end(_ONE.key, "failed", "busy")
    assert (out.status(receipt).stage, out.status(receipt).failure) == (Stage.FAILED, Failure.BUSY)
    provider.board.end(_ONE.key, "delivered", pages=4)
    assert (out.status(receipt).stage, out.status(receipt).pages) == (Stage.DELIVERED, 4)
    assert not out.cancel(_ONE.key)
    provider.board.end(_ONE.key, "waiting")
    assert out.cancel(_ONE.key)
    provider.board.end(_ONE.key, "dancing")
    assert out.status(receipt).stage is Stage.UNKNOWN


def test_a_lost_answer_of_a_provider_makes_no_second_job(provider: FaxProvider) -> None:
    """The job was taken and the answer lost: trying again under the key gives the same job."""
    provider.board.lose_answers = 1
    with pytest.raises(LineDownError):
        _by(provider).submit(_ONE, now=_NOW)
    receipt = _by(provider).submit(_ONE, now=_NOW)
    assert provider.board.puts == [_ONE.key, _ONE.key]
    assert [job["id"] for job in provider.board.jobs.values()] == [receipt.job]


def test_trouble_and_refusal_of_a_provider_are_told_apart(provider: FaxProvider) -> None:
    """Status 503 and 429 are worth another try; a wrong token, or an address without TLS, is not."""
    provider.board.trouble = [503, 429]
    for _ in range(2):
        with pytest.raises(LineDownError):
            _by(provider).submit(_ONE, now=_NOW)
    with pytest.raises(LineRefusedError):
        _by(provider, "wrong").submit(_ONE, now=_NOW)
    with pytest.raises(LineRefusedError, match="https"):
        ProviderTransport(Provider("http://fax.example/api"))
    with pytest.raises(LineDownError):
        ProviderTransport(Provider(f"http://127.0.0.1:{closed_port()}", seconds=2.0)).probe()


# --- e-mail ------------------------------------------------------------------------------------


def _mail(post: Post, folder: Path, *, gateway: str = "", **more: object) -> MailTransport:
    server = MailServer(
        "127.0.0.1", post.port, "inlet@plan.example", "inlet", "right", ca_file=post.ca_file, seconds=5.0
    )
    return MailTransport(replace(server, **more), Ledger(folder), gateway=gateway)  # type: ignore[arg-type]


def test_a_letter_goes_out_once_with_our_marks_and_nothing_of_the_patient(post: Post, tmp_path: Path) -> None:
    """Own Message-ID and reference, marked as automatic, the packet attached; a second try sends nothing."""
    out = _mail(post, tmp_path)
    assert out.probe() == ()
    receipt = out.submit(_ONE, now=_NOW)
    assert _mail(post, tmp_path).submit(_ONE, now=_NOW) == receipt
    assert out.status(receipt).stage is Stage.TAKEN
    (letter,) = post.box.letters
    assert post.box.recipients == ["intake@processor.example"]
    assert letter["Message-ID"] == message_id(_ONE.key, "inlet@plan.example") == receipt.job
    assert letter["X-Inlet-Reference"] == "2HY3-K7TC"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Subject"] == "Prior authorization 2HY3-K7TC"
    (attached,) = [part for part in letter.walk() if part.get_filename()]
    assert attached.get_filename() == "2HY3-K7TC-forward.pdf"
    assert attached.get_payload(decode=True) == _ONE.pdf


def test_a_gateway_gets_the_fax_for_the_number(post: Post, tmp_path: Path) -> None:
    """The number is the address at the gateway, the fax image is attached."""
    out = _mail(post, tmp_path, gateway="fax.example")
    out.submit(_ONE, now=_NOW)
    assert post.box.recipients == ["15105558235@fax.example"]
    sign = sign_of(message_id(_ONE.key, "inlet@plan.example"))
    assert post.box.letters[0]["Subject"] == f"Prior authorization 2HY3-K7TC [{sign}]"
    (attached,) = [part for part in post.box.letters[0].walk() if part.get_filename()]
    assert attached.get_payload(decode=True) == _ONE.tiff
    with pytest.raises(LineRefusedError):
        out.submit(replace(_ONE, key="x", number="+1510555\r\nDATA"), now=_NOW)


def test_a_connection_lost_with_the_letter_is_never_tried_again(post: Post, tmp_path: Path) -> None:
    """Nobody can say whether it went out: it is doubtful, and a person looks."""
    post.box.breaks = True
    with pytest.raises(LineDownError):
        _mail(post, tmp_path).submit(_ONE, now=_NOW)
    receipt = _mail(post, tmp_path).submit(_ONE, now=_NOW)
    assert receipt.doubtful
    assert _mail(post, tmp_path).status(receipt).failure is Failure.UNSURE
    assert len(post.box.letters) == 1


def test_a_refused_recipient_can_be_tried_again(post: Post, tmp_path: Path) -> None:
    """What was refused certainly did not go out."""
    out = _mail(post, tmp_path)
    with pytest.raises(LineRefusedError):
        out.submit(replace(_ONE, address="nobody@processor.example"), now=_NOW)
    assert out.find(_ONE.key) is None
    assert not out.submit(_ONE, now=_NOW).doubtful


def test_mail_is_private_or_does_not_go(post: Post, tmp_path: Path) -> None:
    """A certificate that nobody vouches for, a wrong password, a server without TLS: nothing is sent."""
    with pytest.raises(LineDownError):
        _mail(post, tmp_path, ca_file=None).submit(_ONE, now=_NOW)
    with pytest.raises(TransportError):  # this server hangs up on the second try, which looks like a lost line
        _mail(post, tmp_path, password="wrong").submit(_ONE, now=_NOW)
    with pytest.raises(LineDownError):
        _mail(post, tmp_path, security=Security.TLS).submit(_ONE, now=_NOW)
    plain = Controller(Box([], []), hostname="127.0.0.1", port=closed_port())
    plain.start()
    try:
        with pytest.raises(LineRefusedError):
            _mail(Post(plain.port, post.box, post.ca_file), tmp_path).submit(_ONE, now=_NOW)
    finally:
        plain.stop()
    assert post.box.letters == []


@pytest.mark.parametrize("evil", ["a@b.example\r\nBcc: thief@x.example", "no-address", "two@x.example,b@y.example"])
def test_an_address_cannot_become_another_header(post: Post, tmp_path: Path, evil: str) -> None:
    """Line ends, lists and what is no address are refused."""
    with pytest.raises((LineRefusedError, UnsafeTextError)):
        _mail(post, tmp_path).submit(replace(_ONE, address=evil), now=_NOW)
    assert post.box.letters == []


# --- SFTP --------------------------------------------------------------------------------------


@pytest.fixture
def host(tmp_path: Path) -> Iterator[SftpServerHere]:
    """An SFTP host on the loopback whose files lie under ``tmp_path``."""
    (tmp_path / "far").mkdir()
    with SftpServerHere(tmp_path / "far") as running:
        yield running


def _sftp(host: SftpServerHere, folder: Path, **more: object) -> SftpTransport:
    known = folder / "known_hosts"
    if not known.exists():
        known.write_text(f"[127.0.0.1]:{host.port} {host.key.get_name()} {host.key.get_base64()}\n")
    one = SftpHost("127.0.0.1", "inlet", known, host.port, ".", None, "right", 5.0)
    return SftpTransport(replace(one, **more), Ledger(folder / "notes"))  # type: ignore[arg-type]


def test_a_packet_lies_on_the_host_once_ticket_last(host: SftpServerHere, tmp_path: Path) -> None:
    """PDF and ticket, whole, under names without meaning; a second try writes nothing."""
    out = _sftp(host, tmp_path)
    assert out.probe() == ()
    receipt = out.submit(_ONE, now=_NOW)
    files = sorted(path.name for path in host.folder.iterdir())
    assert [name.rpartition(".")[2] for name in files] == ["json", "pdf"]
    ticket = json.loads((host.folder / files[0]).read_bytes())
    assert (ticket["key"], ticket["priority"]) == (_ONE.key, "urgent")
    assert (host.folder / ticket["pdf"]).read_bytes() == _ONE.pdf
    for path in host.folder.iterdir():
        path.unlink()  # the processor took it
    assert _sftp(host, tmp_path).submit(_ONE, now=_NOW) == receipt
    assert list(host.folder.iterdir()) == []
    assert out.status(receipt).stage is Stage.TAKEN


def test_a_packet_cut_off_before_its_ticket_is_written_again(host: SftpServerHere, tmp_path: Path) -> None:
    """With only the PDF there, nothing was handed over, and it is completed; with neither, it is doubtful."""
    host.fail_after = 1
    with pytest.raises(LineDownError):
        _sftp(host, tmp_path).submit(_ONE, now=_NOW)
    host.fail_after = None
    assert not any(path.suffix == ".json" for path in host.folder.iterdir())
    receipt = _sftp(host, tmp_path).submit(_ONE, now=_NOW)
    assert not receipt.doubtful
    Ledger(tmp_path / "notes").begin("gone:1")
    assert _sftp(host, tmp_path).submit(replace(_ONE, key="gone:1"), now=_NOW).doubtful


def test_a_strange_host_gets_nothing(host: SftpServerHere, tmp_path: Path) -> None:
    """An unknown key, a changed key and a wrong password are refusals, not reasons to try again."""
    empty = tmp_path / "empty"
    empty.write_text("")
    with pytest.raises(LineRefusedError):
        _sftp(host, tmp_path, known_hosts=empty).submit(_ONE, now=_NOW)
    other = paramiko.ECDSAKey.generate()
    (tmp_path / "other").write_text(f"[127.0.0.1]:{host.port} {other.get_name()} {other.get_base64()}\n")
    with pytest.raises(LineRefusedError):
        _sftp(host, tmp_path, known_hosts=tmp_path / "other").submit(_ONE, now=_NOW)
    with pytest.raises(LineRefusedError):
        _sftp(host, tmp_path, password="wrong").submit(_ONE, now=_NOW)
    with pytest.raises(LineDownError):
        _sftp(host, tmp_path, port=closed_port()).probe()
    assert list(host.folder.iterdir()) == []
    assert threading.active_count() < 50
