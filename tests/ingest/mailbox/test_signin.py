"""Getting in: certificates, passwords, tokens, and what is said when it does not work."""

import contextlib
import dataclasses
import socket
import ssl
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from ingest.errors import SourceError
from ingest.mailbox.account import Account
from ingest.mailbox.errors import MailboxError, SignInError, UnreachableError
from ingest.mailbox.secret import SecretFile, SecretVariable, TokenCommand
from ingest.mailbox.signin import sign_in
from ingest.mailbox.source import MailboxSource
from tests.ingest.mailbox.certificates import Certificates
from tests.ingest.mailbox.desk import Desk
from tests.ingest.mailbox.dovecot import PASSWORD, Dovecot, message
from tests.ingest.mailbox.proxy import CommandProxy

if TYPE_CHECKING:
    from tests.ingest.mailbox.conftest import MakeAccount


def _refusal(account: Account) -> MailboxError:
    with pytest.raises(MailboxError) as caught:
        sign_in(account)
    return caught.value


def test_a_password_with_anything_in_it(make_account: "MakeAccount", tmp_path: Path) -> None:
    """Quotes, backslashes and letters outside ASCII in a password file are shown to the server as they are."""
    secret = tmp_path / "password"
    secret.write_text(PASSWORD + "\n", "utf-8")
    secret.chmod(0o600)
    sign_in(make_account(secret=SecretFile(secret))).close()


def test_a_wrong_password(make_account: "MakeAccount", monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused password is a clear problem with its remedy; neither it nor the user is repeated."""
    monkeypatch.setenv("WRONG_PASSWORD", "not-this-one")
    account = make_account(secret=SecretVariable("WRONG_PASSWORD"))
    error = _refusal(account)
    assert (error.kind, error.retry) == ("ingest.mailbox_login", False)
    assert "[AUTHENTICATIONFAILED]" in str(error)
    assert "Check both" in str(error)
    assert account.user not in str(error)
    assert "not-this-one" not in str(error)


def test_a_wrong_password_is_set_right(
    dovecot: Dovecot, make_account: "MakeAccount", spool: Path, tmp_path: Path
) -> None:
    """The source goes on by itself when the secret file is mended, and its problem goes away."""
    secret = tmp_path / "password"
    secret.write_text("wrong", "utf-8")
    secret.chmod(0o600)
    account = make_account(secret=SecretFile(secret))
    dovecot.deliver(account.user, message(1))
    desk = Desk()
    source = MailboxSource("orders", account, desk, spool)
    seen: list[str] = []

    def done() -> bool:
        if source.problem:
            seen.append(source.problem.kind)
            secret.write_text(PASSWORD, "utf-8")
        return dovecot.count(account.user) == 0 and bool(desk.arrivals)

    desk.tend(source, done)
    assert set(seen) == {"ingest.mailbox_login"}
    assert source.problem is None


@pytest.mark.parametrize(
    ("which", "words"),
    [("stranger", "an authority that is not known here"), ("expired", "expired"), ("elsewhere", "another host name")],
)
def test_a_wrong_certificate(
    dovecot: Dovecot, certificates: Certificates, make_account: "MakeAccount", which: str, words: str
) -> None:
    """An authority we do not know, a certificate out of date or for another host: nothing is sent, and why is said."""
    shown = certificates.good if which == "stranger" else getattr(certificates, which)
    with CommandProxy(dovecot.plain_port, str(shown)) as proxy:
        authority = certificates.stranger if which == "stranger" else certificates.authority
        error = _refusal(make_account(port=proxy.port, ca_file=authority))
        assert isinstance(error, UnreachableError)
        assert error.kind == "ingest.mailbox_certificate"
        assert words in str(error)
        assert "ca_file" in str(error)
        assert proxy.lines == []


def test_the_systems_authorities_are_the_default(make_account: "MakeAccount") -> None:
    """Without ca_file the system's authorities count, and ours is none of them."""
    assert _refusal(make_account(ca_file=None)).kind == "ingest.mailbox_certificate"


def test_a_ca_file_that_is_not_there(make_account: "MakeAccount", tmp_path: Path) -> None:
    """A missing or senseless ca_file is named."""
    assert "ca_file" in str(_refusal(make_account(ca_file=tmp_path / "none.pem")))
    (tmp_path / "text.pem").write_text("not a certificate", "utf-8")
    assert "ca_file" in str(_refusal(make_account(ca_file=tmp_path / "text.pem")))


def test_no_server_no_tls_no_answer(dovecot: Dovecot, make_account: "MakeAccount") -> None:
    """Nothing there, a port without TLS, a port that says nothing, an unknown name: each is said, each tried again."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        error = _refusal(make_account(port=port, patience_seconds=0.3))
        assert "does not answer" in str(error)
    assert "nothing listens" in str(_refusal(make_account(port=port)))
    assert _refusal(make_account(port=dovecot.plain_port)).kind == "ingest.mailbox_no_tls"
    error = _refusal(make_account(host="no-such-host.invalid"))
    assert (error.kind, error.retry) == ("ingest.mailbox_unreachable", True)


def test_old_tls_is_refused(certificates: Certificates, make_account: "MakeAccount") -> None:
    """A server that speaks nothing newer than TLS 1.1 is not spoken to."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.good)
    with pytest.warns(DeprecationWarning, match="TLS"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            client, _ = server.accept()
            with client, contextlib.suppress(OSError):
                context.wrap_socket(client, server_side=True)

        thread = threading.Thread(target=answer)
        thread.start()
        error = _refusal(make_account(port=server.getsockname()[1]))
        thread.join()
    assert isinstance(error, UnreachableError)


def test_a_token_from_a_command(dovecot: Dovecot, make_account: "MakeAccount", tmp_path: Path) -> None:
    """XOAUTH2 with a token that a command prints; it is run once, and again only when the token is refused."""
    count = tmp_path / "count"
    script = f"echo x >> {count}; echo token-$(wc -l < {count})"
    account = make_account(secret=TokenCommand(["sh", "-c", script]))
    dovecot.tokens.known["token-1"] = account.user
    sign_in(account).close()
    sign_in(account).close()
    assert count.read_text("ascii") == "x\n"
    del dovecot.tokens.known["token-1"]
    dovecot.tokens.known["token-2"] = account.user
    sign_in(account).close()
    assert count.read_text("ascii") == "x\nx\n"


def test_an_expired_token(dovecot: Dovecot, make_account: "MakeAccount", tmp_path: Path) -> None:
    """A token that stays refused is a problem of its own; a fresh one in the file is taken up."""
    token = tmp_path / "token"
    token.write_text("token-expired\n", "utf-8")
    token.chmod(0o600)
    account = make_account(secret=SecretFile(token, "token"))
    error = _refusal(account)
    assert error.kind == "ingest.mailbox_token"
    assert "expiry" in str(error)
    assert "token-expired" not in str(error)
    dovecot.tokens.known["token-fresh"] = account.user
    token.write_text("token-fresh\n", "utf-8")
    sign_in(account).close()


def test_a_server_without_xoauth2(
    dovecot: Dovecot, make_account: "MakeAccount", monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token is never shown in another way than XOAUTH2, and a password never where LOGIN is disabled."""
    monkeypatch.setenv("ANY_TOKEN", "t")
    certificate = str(dovecot.certificates.good)
    with CommandProxy(dovecot.plain_port, certificate, hidden=(b"AUTH=XOAUTH2",)) as proxy:
        error = _refusal(make_account(port=proxy.port, secret=SecretVariable("ANY_TOKEN", "token")))
        assert error.kind == "ingest.mailbox_no_mechanism"
        assert not any(b"AUTHENTICATE" in line for line in proxy.lines)
    with CommandProxy(dovecot.plain_port, certificate, hidden=(b"AUTH=PLAIN",)) as proxy:
        monkeypatch.setenv("ASCII_PASSWORD", "wrong")
        error = _refusal(make_account(port=proxy.port, secret=SecretVariable("ASCII_PASSWORD")))
        assert error.kind == "ingest.mailbox_login"
        assert any(b" LOGIN " in line for line in proxy.lines)


def test_secrets_that_cannot_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing, empty, many lines, readable by all, a command that fails or hangs: each says what to do."""
    path = tmp_path / "secret"

    def refusal(secret: SecretFile | SecretVariable | TokenCommand) -> str:
        with pytest.raises(SignInError) as caught:
            secret.get()
        assert caught.value.kind == "ingest.mailbox_secret"
        return str(caught.value)

    assert "no such file" in refusal(SecretFile(path))
    path.write_text("", "utf-8")
    path.chmod(0o600)
    assert "empty" in refusal(SecretFile(path))
    path.write_text("one\ntwo\n", "utf-8")
    assert "more than one line" in refusal(SecretFile(path))
    path.write_text("secret", "utf-8")
    path.chmod(0o604)
    assert "chmod 600" in refusal(SecretFile(path))
    path.chmod(0o600)
    path.write_bytes(b"\xff\xfe")
    assert "UTF-8" in refusal(SecretFile(path))
    monkeypatch.delenv("NO_SUCH_VARIABLE", raising=False)
    assert "NO_SUCH_VARIABLE" in refusal(SecretVariable("NO_SUCH_VARIABLE"))
    assert "cannot be run" in refusal(TokenCommand([str(tmp_path / "nothing")]))
    assert "status 3" in refusal(TokenCommand(["sh", "-c", "echo secret; exit 3"]))
    assert "empty" in refusal(TokenCommand(["true"]))


def test_a_token_command_that_hangs_ends_with_its_children(tmp_path: Path) -> None:
    """A command that takes too long is killed, with what it started."""
    place = tmp_path / "pid"
    with pytest.raises(SignInError, match="longer than"):
        TokenCommand(["sh", "-c", f"sleep 600 & echo $! > {place}; wait"], timeout_seconds=2.0).get()
    child = int(place.read_text())
    _gone, alive = psutil.wait_procs([psutil.Process(child)] if psutil.pid_exists(child) else [], timeout=20)
    assert not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


def test_secrets_do_not_show() -> None:
    """A token that was fetched is not in the repr of what fetched it."""
    command = TokenCommand(["echo", "-n", "hush"])
    assert command.get() == "hush"
    assert "_token" not in repr(command)


def test_folders_must_differ(make_account: "MakeAccount") -> None:
    """A processed folder that is the mailbox itself, in any spelling of INBOX, is refused before anything is done."""
    account = make_account()
    with pytest.raises(SourceError, match="different"):
        dataclasses.replace(account, processed="inbox")
    with pytest.raises(SourceError, match="different"):
        dataclasses.replace(account, failed=account.processed)
    with pytest.raises(SourceError, match="control"):
        dataclasses.replace(account, processed="A\r\nB")


def test_folders_that_cannot_be_used(make_account: "MakeAccount") -> None:
    """A mailbox that is not there, and a processed folder that cannot be made, are named with the code."""
    session = sign_in(make_account(folder="No/Such"))
    with contextlib.closing(session), pytest.raises(MailboxError, match="'No/Such'") as caught:
        session.select()
    assert caught.value.kind == "ingest.mailbox_folder"
    error = _refusal(make_account(processed="a" * 300))
    assert error.kind == "ingest.mailbox_folder"
