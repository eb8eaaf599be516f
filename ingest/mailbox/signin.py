"""Connects to a mail server with its certificate checked, and signs in by password or token."""

import imaplib
import socket
import ssl
from collections.abc import Sequence
from typing import cast

from ingest.mailbox.account import Account
from ingest.mailbox.errors import (
    BUSY_CODES,
    LostError,
    RefusedCommandError,
    SignInError,
    UnreachableError,
    response_code,
)
from ingest.mailbox.names import quoted
from ingest.mailbox.session import Session, check
from ingest.mailbox.wire import Wire

# typeshed has it that authenticate answers in str; it is what every command answers in
_Answer = tuple[str, Sequence[bytes | None]]
_LITERAL_SLACK = 1.25
_X509_V_ERR = {
    9: "it is not valid yet",
    10: "it has expired",
    18: "it is signed by itself",
    19: "an authority that is not known here signed it",
    20: "an authority that is not known here signed it",
    21: "an authority that is not known here signed it",
    62: "it is for another host name",
    64: "it is for another address",
}


def sign_in(account: Account) -> Session:
    """Connect over TLS and sign in; a refused token is fetched anew and tried once more.

    Raises UnreachableError, SignInError or LostError.
    """
    secret = account.secret.get()
    try:
        return _sign_in(account, secret)
    except SignInError as error:
        if error.name != "mailbox_token":
            raise
        return _sign_in(account, account.secret.get(fresh=True))


def _sign_in(account: Account, secret: str) -> Session:
    wire = _connect(account)
    try:
        _authenticate(wire, account, secret)
        session = Session(wire, account)
        session.prepare()
    except BaseException:
        wire.shutdown()
        raise
    return session


def _connect(account: Account) -> Wire:
    try:
        context = ssl.create_default_context(cafile=account.ca_file and str(account.ca_file))
    except OSError:
        raise UnreachableError("mailbox_certificate", what="ca_file is missing or holds no certificates") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        return Wire(
            account.host,
            account.port,
            context,
            patience=account.patience_seconds,
            literal_bytes=int(account.letter_bytes * _LITERAL_SLACK),
        )
    except ssl.SSLCertVerificationError as error:
        what = _X509_V_ERR.get(error.verify_code, f"check {error.verify_code} of its chain failed")
        raise UnreachableError("mailbox_certificate", what=what) from None
    except ssl.SSLEOFError:
        raise UnreachableError("mailbox_unreachable", what="it closed the connection at once") from None
    except ssl.SSLError:
        raise UnreachableError("mailbox_no_tls") from None
    except socket.gaierror:
        raise UnreachableError("mailbox_unreachable", what="its name is not known") from None
    except TimeoutError:
        raise UnreachableError("mailbox_unreachable", what="it does not answer") from None
    except ConnectionRefusedError:
        raise UnreachableError("mailbox_unreachable", what="nothing listens there") from None
    except (OSError, LostError, ValueError, imaplib.IMAP4.error):
        raise UnreachableError("mailbox_unreachable", what="it closed the connection at once") from None


def _authenticate(wire: Wire, account: Account, secret: str) -> None:
    token = account.secret.kind == "token"
    try:
        with wire.within(account.command_seconds):
            if token:
                check("AUTHENTICATE", _show_token(wire, account.user, secret))
            elif "AUTH=PLAIN" in wire.capabilities:
                plain = f"\0{account.user}\0{secret}".encode()
                check("AUTHENTICATE", cast("_Answer", wire.authenticate("PLAIN", lambda _: plain)))
            elif "LOGINDISABLED" in wire.capabilities:
                raise SignInError("mailbox_no_mechanism", what="neither LOGIN nor AUTH=PLAIN")
            else:
                check("LOGIN", wire.login(quoted(account.user), secret))
    except (imaplib.IMAP4.abort, OSError):
        raise LostError from None
    except (imaplib.IMAP4.error, RefusedCommandError, ValueError) as error:
        code = error.code if isinstance(error, RefusedCommandError) else response_code(error)
        if code in BUSY_CODES:
            raise SignInError("mailbox_busy", code=code) from None
        raise SignInError("mailbox_token" if token else "mailbox_login", code=code) from None


def _show_token(wire: Wire, user: str, token: str) -> _Answer:
    """Speak XOAUTH2: the token first, then, if it is refused, an empty answer to the server's reasons."""
    if "AUTH=XOAUTH2" not in wire.capabilities:
        raise SignInError("mailbox_no_mechanism", what="no AUTH=XOAUTH2")
    answers = iter((f"user={user}\1auth=Bearer {token}\1\1".encode(),))
    return cast("_Answer", wire.authenticate("XOAUTH2", lambda _: next(answers, b"")))
