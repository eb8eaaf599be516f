"""What can go wrong between Inlet and a mail server.

::

    ingest.errors.SourceError
    └── MailboxError                   ingest.mailbox_error     base of this package
        ├── UnreachableError           ingest.mailbox_…         no connection, no trusted connection
        ├── SignInError                ingest.mailbox_…         the server, or the secret, says no
        ├── LostError                  ingest.mailbox_lost      a connection ended in the middle
        │   └── LiteralTooLargeError   ingest.mailbox_lost      the server began to send more than is taken
        ├── RefusedCommandError        ingest.mailbox_refused   the server said NO or BAD to one command
        └── FolderError                ingest.mailbox_…         a mail folder is missing or read-only

Servers' own words never enter a sentence: they can hold names, addresses and text of messages.
Only response codes of RFC 5530 do, which are a closed list of words.
"""

import re
from collections.abc import Mapping

from ingest.errors import SourceError
from terms.errors import Problem

_SENTENCES: dict[str, str] = {
    "mailbox_unreachable": "The mail server cannot be reached: {what}. Check host and port, and the network between. "
    "Inlet keeps trying.",
    "mailbox_certificate": "The mail server's certificate is not trusted: {what}. Check the host name, or set ca_file "
    "to the certificate authority that signed it. Nothing was sent to it.",
    "mailbox_no_tls": "The mail server does not speak TLS at this port. Use its IMAPS port (993 as a rule).",
    "mailbox_secret": "The secret for the mailbox cannot be had: {what}.",
    "mailbox_login": "The mail server refused user name and password{code}. Check both, and that IMAP is allowed "
    "for the account. Inlet tries again at long intervals, so that the account is not locked.",
    "mailbox_token": "The mail server refused the access token{code}, also after it was fetched anew. Check what makes "
    "the token: its expiry, its scope for IMAP, and that it is for this account.",
    "mailbox_busy": "The mail server does not let us in at the moment{code}. Inlet keeps trying.",
    "mailbox_no_mechanism": "The mail server offers no way to sign in that Inlet can use: {what}. "
    "Allow it on the server, or use the other kind of secret.",
    "mailbox_lost": "The connection to the mail server broke off. Inlet connects again by itself.",
    "mailbox_refused": "The mail server refused a command ({what}{code}). Inlet tries again; if this lasts, ask the "
    "server's administrator.",
    "mailbox_folder": "A mail folder cannot be used: {what}. Make it on the server, or set another one.",
    "mailbox_read_only": "The mailbox is read-only for this account, so taken messages could not be moved. "
    "Give the account the right to delete and to move messages.",
    "mailbox_spool": "A message could not be written to disk ({what}). Free space or mend the folder; "
    "the message stays on the server and is taken then.",
    "mailbox_not_moved": "A message that is safely stored could not be moved out of the mailbox{code}. "
    "Check the processed folder and its quota; it is not taken twice.",
    "mailbox_failed": "{count} messages that could not be fetched lie in the failed folder. Open them with a mail "
    "program, put what matters in by hand, and take them out of that folder.",
    "mail_too_large": "The message is larger than {limit} MB and was not fetched; only its header was kept. It lies in "
    "the failed folder: ask for a smaller one, or raise the limit and move it back.",
}
_RETRY = frozenset({
    "mailbox_unreachable", "mailbox_busy", "mailbox_lost", "mailbox_refused", "mailbox_spool", "mailbox_not_moved",
})  # fmt: skip
_CODE = re.compile(r"\[([A-Z-]+)[ \]]")
_CODES = frozenset({
    "AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "EXPIRED", "PRIVACYREQUIRED", "CONTACTADMIN", "NOPERM", "INUSE",
    "UNAVAILABLE", "LIMIT", "OVERQUOTA", "SERVERBUG", "CLIENTBUG", "CORRUPTION", "NONEXISTENT", "TRYCREATE", "CANNOT",
    "EXPUNGEISSUED",
})  # fmt: skip
BUSY_CODES = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"})
"""Codes of a refused sign-in that say nothing against the secret."""


def mailbox_problem(name: str, **facts: object) -> Problem:
    """Make the problem ``ingest.<name>`` with its one sentence; ``facts`` are counts, limits and fixed words."""
    code = facts.get("code")
    facts["code"] = f" [{code}]" if code else ""
    return Problem(f"ingest.{name}", _SENTENCES[name].format(**facts), name in _RETRY)


def mailbox_sentences() -> Mapping[str, str]:
    """Every sentence that :func:`mailbox_problem` can make, by kind, with its facts as ``{name}``."""
    return {f"ingest.{name}": sentence for name, sentence in _SENTENCES.items()}


def mailbox_problem_kinds() -> tuple[str, ...]:
    """Every kind that :func:`mailbox_problem` can make, for the documentation and its test."""
    return tuple(f"ingest.{name}" for name in _SENTENCES)


def response_code(words: object) -> str | None:
    """Give the response code of RFC 5530 in a server's answer, if it is a known one."""
    found = _CODE.search(str(words))
    return found.group(1) if found and found.group(1) in _CODES else None


class MailboxError(SourceError):
    """Base of the errors between Inlet and a mail server; built from a problem's name and its facts."""

    kind = "ingest.mailbox_error"

    def __init__(self, name: str, **facts: object) -> None:
        """Take the sentence of :func:`mailbox_problem`."""
        found = mailbox_problem(name, **facts)
        super().__init__(found.message, kind=found.kind, retry=found.retry)
        self.name = name
        self.code = facts.get("code")


class UnreachableError(MailboxError):
    """No connection, or none that can be trusted."""


class SignInError(MailboxError):
    """The server did not let us in, or there was no secret to show."""


class LostError(MailboxError):
    """The connection ended, or nothing came for too long; what was asked may or may not have been done."""

    def __init__(self) -> None:
        """Take the one sentence."""
        super().__init__("mailbox_lost")


class LiteralTooLargeError(LostError):
    """The server began to send more bytes than are taken; the connection cannot go on."""


class RefusedCommandError(MailboxError):
    """The server said NO or BAD; ``what`` is the command, ``code`` its response code or None."""

    def __init__(self, what: str, code: str | None = None) -> None:
        """Take command and code."""
        super().__init__("mailbox_refused", what=what, code=code)
        self.code = code


class FolderError(MailboxError):
    """A mail folder is missing, cannot be made, or is read-only."""
