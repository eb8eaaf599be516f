"""E-mail out: to a gateway that turns mail into fax, or straight to a processor who takes mail.

Always over TLS with a checked certificate. Our own Message-ID is made from the key, so that the
other side sees the same letter under the same name and our own mail is known when it comes back;
subject and file names hold the reference and nothing of the patient. A mail server cannot be asked
what it took, so each letter is written down before and after (:mod:`outbound.lines.ledger`).
"""

import datetime as dt
import hashlib
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from enum import StrEnum
from pathlib import Path

from outbound.errors import LineDownError, LineRefusedError
from outbound.lines.ledger import Ledger
from outbound.lines.safe import one_line
from outbound.transport import Failure, LineState, Receipt, Stage, Standing, Submission

OWN_HEADER = "X-Inlet-Reference"
OUR_NAME = re.compile(r"^<inlet\.[0-9a-f]{32}@[^<>\s]+>$")
"""What our own Message-IDs look like."""

GATEWAY_NAME = "mail-gateway"
_SIGN = 10


class Security(StrEnum):
    """How the connection becomes private: from the first byte, or by STARTTLS before anything is said."""

    TLS = "tls"
    STARTTLS = "starttls"


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server to submit to. ``sender`` is our address; ``ca_file`` trusts other authorities than the system's."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    security: Security = Security.STARTTLS
    ca_file: Path | None = None
    seconds: float = 60.0


class MailTransport:
    """Sends each notice as one mail: to its address, or for a fax number to ``<digits>@<gateway>``."""

    def __init__(self, server: MailServer, ledger: Ledger, *, gateway: str = "") -> None:
        self.name = GATEWAY_NAME if gateway else "mail"
        self._server = server
        self._ledger = ledger
        self._gateway = gateway

    def probe(self) -> tuple[LineState, ...]:
        """Connect, make the connection private, sign in; there are no lines. Raises LineDownError, LineRefusedError."""
        with signed_in(self._server):
            return ()

    def submit(self, submission: Submission, *, now: dt.datetime) -> Receipt:
        """Send once for each key; ``now`` is the date of the mail.

        Raises LineRefusedError when the server refuses (nothing went out), LineDownError when it
        cannot be reached or the connection is lost. A connection lost after the letter was given
        leaves the key doubtful: the next call gives that receipt and sends nothing.
        """
        known = self._ledger.known(submission.key)
        if known is not None:
            return known
        letter = self._letter(submission, now)
        with signed_in(self._server) as smtp:
            self._ledger.begin(submission.key)
            try:
                smtp.send_message(letter)
            except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
                self._ledger.take_back(submission.key)
                raise LineRefusedError(
                    "The mail server refuses the letter; check the address and the account."
                ) from error
            except (smtplib.SMTPException, OSError) as error:
                raise LineDownError("The mail connection was lost while a letter was given; a person looks.") from error
        return self._ledger.end(submission.key, str(letter["Message-ID"]))

    def find(self, key: str) -> Receipt | None:
        """What the notes say of ``key``. Raises OutboxError when they cannot be read."""
        return self._ledger.known(key)

    def status(self, receipt: Receipt) -> Standing:
        """``taken`` once the mail server has it; ``failed`` as unsure when we were cut off while giving it."""
        known = self._ledger.known(receipt.key)
        if known is None:
            return Standing(Stage.UNKNOWN)
        return Standing(Stage.FAILED, Failure.UNSURE) if known.doubtful else Standing(Stage.TAKEN)

    def cancel(self, key: str) -> bool:
        """A mail cannot be taken back."""
        del key
        return False

    def _letter(self, submission: Submission, now: dt.datetime) -> EmailMessage:
        letter = EmailMessage()
        letter["From"] = one_line(self._server.sender)
        letter["To"] = self._recipient(submission)
        letter["Date"] = format_datetime(now)
        letter["Message-ID"] = message_id(submission.key, self._server.sender)
        sign = f" [{sign_of(str(letter['Message-ID']))}]" if self._gateway else ""
        letter["Subject"] = f"Prior authorization {one_line(submission.reference)}{sign}"
        letter[OWN_HEADER] = one_line(submission.reference)
        letter["Auto-Submitted"] = "auto-generated"
        if submission.urgent:
            letter["X-Priority"] = "1"
        letter.set_content(
            f"Reference {submission.reference}, {submission.pages} pages attached.\n"
            "The pages hold health information that the law protects. If this is not for you, delete it and call us.\n"
        )
        name = f"{submission.reference}-{submission.kind}"
        if self._gateway:
            letter.add_attachment(submission.tiff, maintype="image", subtype="tiff", filename=f"{name}.tif")
        else:
            letter.add_attachment(submission.pdf, maintype="application", subtype="pdf", filename=f"{name}.pdf")
        return letter

    def _recipient(self, submission: Submission) -> str:
        if self._gateway:
            digits = submission.number.removeprefix("+")
            if not digits.isascii() or not digits.isdigit():
                raise LineRefusedError("The destination is no fax number; verify it on the notice.")
            return f"{digits}@{one_line(self._gateway)}"
        if submission.address.count("@") != 1:
            raise LineRefusedError("The destination is no e-mail address; correct the hand-over of the processor.")
        return one_line(submission.address)


@contextmanager
def signed_in(server: MailServer) -> Iterator[smtplib.SMTP]:
    """Connect, make the connection private, sign in. Raises LineDownError, LineRefusedError."""
    context = ssl.create_default_context(cafile=server.ca_file)
    try:
        if server.security is Security.TLS:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=server.seconds, context=context)
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=server.seconds)
    except (smtplib.SMTPException, OSError) as error:
        raise LineDownError("The mail server does not answer, or its certificate is not trusted.") from error
    try:
        _sign_in(smtp, server, context)
        yield smtp
    finally:
        smtp.close()


def _sign_in(smtp: smtplib.SMTP, server: MailServer, context: ssl.SSLContext) -> None:
    try:
        if server.security is Security.STARTTLS:
            smtp.starttls(context=context)
        if server.user:
            smtp.login(server.user, server.password)
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
        raise LineRefusedError(
            "The mail server refuses TLS or the account; check user, password and security."
        ) from error
    except (smtplib.SMTPException, OSError) as error:
        raise LineDownError("The mail server does not answer, or its certificate is not trusted.") from error


def message_id(key: str, sender: str) -> str:
    """Our own Message-ID for a key: always the same, and known as ours by its first word and our domain."""
    domain = one_line(sender).rpartition("@")[2]
    return f"<inlet.{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def sign_of(name: str) -> str:
    """The first characters of our own Message-ID: what a gateway writes back repeats the subject that holds them."""
    return name.removeprefix("<inlet.")[:_SIGN]
