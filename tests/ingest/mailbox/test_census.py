"""What a mailbox holds by the server's own account, against a real Dovecot."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.mailbox.census import census
from ingest.mailbox.letter import message_mark
from ingest.mailbox.source import MailboxSource
from tests.ingest.mailbox.desk import Desk
from tests.ingest.mailbox.dovecot import Dovecot, message

if TYPE_CHECKING:
    from tests.ingest.mailbox.conftest import MakeAccount


def test_everything_the_mailbox_holds_is_listed(dovecot: Dovecot, make_account: "MakeAccount", spool: Path) -> None:
    """Messages that wait and messages that were taken are listed alike, by the mark that their arrivals bear."""
    account = make_account()
    dovecot.deliver(account.user, message(1), message(2))
    desk = Desk()
    desk.tend(MailboxSource("orders", account, desk, spool), lambda: dovecot.count(account.user) == 0)
    dovecot.deliver(account.user, message(3))
    held = census(account, dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1))
    assert {seen.message for seen in held} == {message_mark(message(n)) for n in (1, 2, 3)}
    assert {key.message for key in desk.arrivals} < {seen.message for seen in held}
    assert all(seen.received_at.utcoffset() is not None for seen in held)
    assert not any(b"Seen" in flags for flags in dovecot.flags(account.user, "INBOX"))


def test_older_messages_are_not_listed(dovecot: Dovecot, make_account: "MakeAccount") -> None:
    """Only what the server received on the day or later counts."""
    account = make_account()
    with dovecot.client(account.user) as client:
        client.append("INBOX", "", '"17-Jul-2026 02:44:25 -0700"', message(1))
    assert census(account, dt.date(2026, 7, 19)) == ()
    assert len(census(account, dt.date(2026, 7, 16))) == 1


def test_what_waits_is_told_from_what_was_put_away(dovecot: Dovecot, make_account: "MakeAccount", spool: Path) -> None:
    """By folder and flags: taken and moved; waiting; waiting, but marked as deleted; there twice."""
    account = make_account()
    dovecot.deliver(account.user, message(1))
    desk = Desk()
    desk.tend(MailboxSource("orders", account, desk, spool), lambda: dovecot.count(account.user) == 0)
    dovecot.deliver(account.user, message(2), message(3), message(4))
    with dovecot.client(account.user) as client:
        client.select("INBOX")
        client.store("2", "+FLAGS", r"(\Deleted \Seen)")
        client.copy("3", "Inlet/Processed")
    held = {seen.message: seen for seen in census(account, dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1))}
    taken, waiting, deleted, twice = (held[message_mark(message(n))] for n in (1, 2, 3, 4))
    assert (taken.folder, taken.waits) == ("Inlet/Processed", False)
    assert (waiting.folder, waiting.waits) == ("INBOX", True)
    assert (deleted.waits, {"deleted", "seen"} <= set(deleted.flags)) == (False, True)
    assert (twice.folder, twice.waits) == ("INBOX", True)
