"""A message taken from a mailbox, and the key that tells it from every other one."""

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

from terms.errors import Problem

_KEY = re.compile(
    r"(?P<mailbox>[0-9a-f]{12})-(?P<validity>\d+)-(?P<uid>\d+)-(?P<message>[0-9a-f]{12}|)-(?P<content>[0-9a-f]{32})"
)
_MESSAGE_ID = re.compile(rb"^message-id[ \t]*:\s*(<[^>\r\n]*>|\S+)", re.IGNORECASE | re.MULTILINE)
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_HEADER_MOST = 1 << 18


@dataclass(frozen=True, slots=True)
class LetterKey:
    """Which very message this is.

    ``mailbox`` is a digest of server, account and folder; ``validity`` and ``uid`` are the numbers
    by which the server promises to know the message; ``message`` is a digest of its Message-ID
    (empty without one), ``content`` one of its bytes. The text form has at most 90 signs and
    says nothing about anybody.
    """

    mailbox: str
    validity: int
    uid: int
    message: str
    content: str

    def __str__(self) -> str:
        return f"{self.mailbox}-{self.validity}-{self.uid}-{self.message}-{self.content}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read the text form; None when it is not one."""
        found = _KEY.fullmatch(text)
        if found is None:
            return None
        return cls(found["mailbox"], int(found["validity"]), int(found["uid"]), found["message"], found["content"])

    @property
    def place(self) -> str:
        """The beginning of the text form that all keys of this mailbox, UIDVALIDITY and UID share."""
        return f"{self.mailbox}-{self.validity}-{self.uid}-"

    def same_message(self, other: "LetterKey") -> bool:
        """Say whether both keys are of one and the same message, however it was numbered.

        The same numbers with the same Message-ID or the same bytes: the same message (some servers
        write the bytes anew each time). The same numbers with neither in common: a server that uses
        its numbers again, so another message. Other numbers under the same UIDVALIDITY: another
        message, even with the same bytes. Under another UIDVALIDITY, or in a mailbox that moved to
        another server or name, the numbers mean nothing: the same when Message-ID and bytes are.
        """
        content = self.content == other.content
        if (self.mailbox, self.validity) != (other.mailbox, other.validity):
            return content and self.message == other.message
        return self.uid == other.uid and (content or (bool(self.message) and self.message == other.message))


def letter_key(mailbox: str, validity: int, uid: int, content: bytes) -> LetterKey:
    """Make the key of the message with these bytes in a mailbox (see :func:`mailbox_mark`)."""
    return LetterKey(mailbox, validity, uid, message_mark(content), hashlib.sha256(content).hexdigest()[:32])


def message_mark(content: bytes) -> str:
    """Give the digest of a message's Message-ID; ``content`` begins with its header. Empty without one."""
    end = _HEADER_END.search(content, 0, _HEADER_MOST)
    found = _MESSAGE_ID.search(content, 0, end.end() if end else _HEADER_MOST)
    return hashlib.sha256(found.group(1)).hexdigest()[:12] if found else ""


def mailbox_mark(host: str, user: str, folder: str) -> str:
    """Give a digest by which keys name a mailbox without naming anybody."""
    return hashlib.sha256(f"{host.lower()}\0{user}\0{folder}".encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Letter:
    """A message on its way in: its raw bytes in a file of the spool, and when the server received it.

    With ``problem`` the file holds the header only; the message itself goes to the failed folder.
    """

    path: Path
    key: LetterKey
    size: int
    received_at: dt.datetime | None
    problem: Problem | None = None


class Ledger(Protocol):
    """What the caller remembers of messages that have become arrivals."""

    def knows(self, key: LetterKey) -> bool:
        """Say whether a message with the same identity (:meth:`LetterKey.same_message`) is an arrival."""
        ...
