"""A mail server on the loopback that insists on STARTTLS and a password, and keeps what it took."""

import datetime as dt
import email
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def closed_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Box:
    """A mail server's handler: keeps letters, refuses a recipient, or breaks off after taking the data."""

    letters: list[Message]
    recipients: list[str]
    breaks: bool = False

    async def handle_RCPT(  # noqa: N802  (named and called by aiosmtpd)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take everybody but nobody@."""
        del server, session, options
        if address.startswith("nobody@"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  (as above)
        """Keep the letter; then break off if told to."""
        del session
        assert isinstance(envelope.content, bytes)
        self.letters.append(email.message_from_bytes(envelope.content))
        self.recipients += envelope.rcpt_tos
        if self.breaks:
            server.transport.abort()
        return "250 taken"


@dataclass
class Post:
    """A mail server in a thread, and what it took."""

    port: int
    box: Box
    ca_file: Path


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, private = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return pem, private


def _authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: object) -> AuthResult:
    return AuthResult(success=getattr(data, "password", b"") == b"right")


@pytest.fixture
def post(certificate: tuple[Path, Path]) -> Iterator[Post]:
    """A mail server that insists on STARTTLS and a password."""
    pem, private = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, private)
    box = Box([], [])
    running = Controller(
        box, hostname="127.0.0.1", port=closed_port(), tls_context=context, require_starttls=True, auth_required=True,
        authenticator=_authenticate,
    )  # fmt: skip
    running.start()
    try:
        yield Post(running.port, box, pem)
    finally:
        running.stop()
