"""Lists what a mailbox holds by the server's own account, so that it can be held against what came in."""

import contextlib
import datetime as dt
from dataclasses import dataclass

from ingest.mailbox.account import Account
from ingest.mailbox.errors import RefusedCommandError
from ingest.mailbox.letter import message_mark
from ingest.mailbox.signin import sign_in

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Held:
    """One message that a folder holds: the digest of its Message-ID, and when the server received it.

    ``waits``: it lies in the folder that is read, not marked as deleted, so that it is still to be taken.
    ``flags`` are those that the server keeps of it, without their backslash (``seen``).
    """

    folder: str
    message: str
    received_at: dt.datetime
    waits: bool = False
    flags: tuple[str, ...] = ()


def census(account: Account, since: dt.date) -> tuple[Held, ...]:
    """List the messages received on ``since`` or later: those that wait, the processed and the failed ones.

    Of one that lies in several of them the one that waits is told. Messages without a Message-ID are left
    out: nothing tells them apart. Nothing is changed, not even whether a message counts as read.
    Raises :class:`ingest.mailbox.errors.MailboxError`.
    """
    found: dict[str, Held] = {}
    with contextlib.closing(sign_in(account)) as session:
        for folder in dict.fromkeys((account.folder, account.processed, account.failed)):
            try:
                session.examine(folder)
            except RefusedCommandError:
                continue
            uids = session.since(since)
            for first in range(0, len(uids), _AT_ONCE):
                for message in session.headers(uids[first : first + _AT_ONCE]):
                    mark = message_mark(message.content or b"")
                    if mark and message.received is not None:
                        waits = folder == account.folder and "\\deleted" not in message.flags
                        held = Held(folder, mark, message.received, waits, _words(message.flags))
                        # folders are looked at in this order; a copy marked as deleted says least
                        if mark not in found or (not found[mark].waits and found[mark].folder == account.folder):
                            found[mark] = held
    return tuple(found.values())


def _words(flags: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(flag.removeprefix("\\") for flag in flags))
