"""The watched mailbox, against a real Dovecot."""

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ingest.mailbox import source as source_module
from ingest.mailbox.letter import Letter
from ingest.mailbox.source import MailboxSource
from tests.ingest.mailbox.desk import Desk
from tests.ingest.mailbox.dovecot import Dovecot, message
from tests.ingest.mailbox.proxy import CommandProxy

if TYPE_CHECKING:
    from tests.ingest.mailbox.conftest import MakeAccount


class _DiesError(Exception):
    """The program ends here, as by kill -9."""


def _die(_: Letter) -> None:
    raise _DiesError


def test_messages_are_taken_once_and_moved(dovecot: Dovecot, make_account: "MakeAccount", spool: Path) -> None:
    """Every message comes with its bytes and its time of receipt, unread, oldest first, and then lies in Processed."""
    account = make_account(processed="Inlet/Geprüft & gut")
    mails = [message(n) for n in range(3)]
    dovecot.deliver(account.user, *mails)
    desk = Desk()
    source = MailboxSource("orders", account, desk, spool)
    desk.tend(source, lambda: len(desk.arrivals) == 3 and dovecot.count(account.user) == 0)
    assert list(desk.arrivals.values()) == mails
    assert [key.uid for key in desk.arrivals] == [1, 2, 3]
    folder = "Inlet.Gepr&APw-ft &- gut"
    assert sorted(dovecot.contents(account.user, f'"{folder}"')) == mails
    assert not any(b"Seen" in flags for flags in dovecot.flags(account.user, f'"{folder}"'))
    assert source.problem is None
    assert list(spool.iterdir()) == []


def test_a_letter_says_when_the_server_received_it(dovecot: Dovecot, make_account: "MakeAccount", spool: Path) -> None:
    """The time is the server's, not that of the sender's Date header, and it is aware."""
    account = make_account()
    with dovecot.client(account.user) as client:
        when = '"17-Jul-2026 02:44:25 -0700"'
        client.append("INBOX", "", when, message(1))
    source = MailboxSource("orders", account, Desk(), spool)
    letter = next(source.letters(threading.Event()))
    assert letter.received_at is not None
    assert letter.received_at.isoformat() == "2026-07-17T09:44:25+00:00" or letter.received_at.utcoffset() is not None
    assert letter.received_at.timestamp() == 1784281465
    assert letter.size == len(message(1)) == letter.path.stat().st_size
    assert oct(letter.path.stat().st_mode & 0o777) == "0o600"


def test_killed_between_store_and_move(dovecot: Dovecot, make_account: "MakeAccount", spool: Path) -> None:
    """A new source fetches again what the old one had registered, knows it, and moves it: one arrival each."""
    account = make_account()
    dovecot.deliver(account.user, message(1), message(2))
    desk = Desk()
    with pytest.raises(_DiesError):
        desk.tend(MailboxSource("orders", account, desk, spool), lambda: False, before_release=_die)
    assert (len(desk.arrivals), dovecot.count(account.user)) == (1, 2)
    desk.tend(MailboxSource("orders", account, desk, spool), lambda: dovecot.count(account.user) == 0)
    assert desk.contents == [message(1), message(2)]
    assert desk.stored == 2
    assert dovecot.count(account.user, "Inlet.Processed") == 2


def test_killed_before_it_was_stored(dovecot: Dovecot, make_account: "MakeAccount", spool: Path) -> None:
    """What was fetched and never stored is fetched again, and the spool is empty of the first try."""
    account = make_account()
    dovecot.deliver(account.user, message(1))
    desk = Desk()
    first = MailboxSource("orders", account, desk, spool)
    next(first.letters(threading.Event()))
    assert len(list(spool.iterdir())) == 1
    desk.tend(MailboxSource("orders", account, desk, spool), lambda: dovecot.count(account.user) == 0)
    assert (desk.stored, list(spool.iterdir())) == (1, [])


def test_a_letter_given_back_comes_again(dovecot: Dovecot, make_account: "MakeAccount", spool: Path) -> None:
    """A message that could not be stored stays on the server and is given again, others in between."""
    account = make_account()
    dovecot.deliver(account.user, message(1), message(2))
    desk = Desk()
    source = MailboxSource("orders", account, desk, spool)
    given: list[int] = []
    for letter in source.letters(threading.Event()):
        given.append(letter.key.uid)
        if len(given) == 1:
            source.give_back(letter)
            continue
        source.release(letter)
        if len(given) == 3:
            break
    assert given == [1, 2, 1]


def test_a_new_uidvalidity_makes_no_second_arrival(dovecot: Dovecot, make_account: "MakeAccount", spool: Path) -> None:
    """Numbered anew between registering and moving, a message is known by Message-ID and bytes; new ones are taken."""
    account = make_account()
    dovecot.deliver(account.user, message(1))
    desk = Desk()
    with pytest.raises(_DiesError):
        desk.tend(MailboxSource("orders", account, desk, spool), lambda: False, before_release=_die)
    dovecot.renumber(account.user, 4_000_000_000)
    dovecot.deliver(account.user, message(2))
    desk.tend(MailboxSource("orders", account, desk, spool), lambda: dovecot.count(account.user) == 0)
    assert desk.contents == [message(1), message(2)]
    assert [key.validity for key in desk.arrivals][1] == 4_000_000_000


def test_a_uidvalidity_that_changes_under_a_session(dovecot: Dovecot, make_account: "MakeAccount", spool: Path) -> None:
    """Renumbered while connected, what comes afterwards is taken once, under the new numbers."""
    account = make_account()
    dovecot.deliver(account.user, message(1))
    desk = Desk()

    def renumber(_: Letter) -> None:
        if len(desk.arrivals) == 1:
            dovecot.renumber(account.user, 4_000_000_000)
            dovecot.deliver(account.user, message(2))

    source = MailboxSource("orders", account, desk, spool)
    desk.tend(source, lambda: dovecot.count(account.user) == 0 and len(desk.arrivals) == 2, before_release=renumber)
    assert desk.contents == [message(1), message(2)]


def test_two_equal_messages_are_two(dovecot: Dovecot, make_account: "MakeAccount", spool: Path) -> None:
    """Two messages with equal bytes are two letters: whether one is a duplicate is for others to say, and to count."""
    account = make_account()
    dovecot.deliver(account.user, message(1), message(1))
    desk = Desk()
    desk.tend(MailboxSource("orders", account, desk, spool), lambda: dovecot.count(account.user) == 0)
    assert desk.contents == [message(1), message(1)]


def test_two_services_on_one_mailbox(dovecot: Dovecot, make_account: "MakeAccount", tmp_path: Path) -> None:
    """Two sources on one mailbox and one ledger: nothing twice, nothing lost, no trouble."""
    account = make_account()
    mails = [message(n) for n in range(12)]
    dovecot.deliver(account.user, *mails)
    desk = Desk()
    sources = [MailboxSource(name, account, desk, tmp_path / name) for name in ("one", "two")]
    threads = [
        threading.Thread(target=desk.tend, args=(source, lambda: dovecot.count(account.user) == 0))
        for source in sources
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert desk.contents == sorted(mails)
    # both may copy one there at the same moment; arrivals are what is counted
    assert set(dovecot.contents(account.user, "Inlet.Processed")) == set(mails)
    assert [source.problem for source in sources] == [None, None]


def test_idle_wakes_at_once(dovecot: Dovecot, make_account: "MakeAccount", spool: Path) -> None:
    """A message that comes while the source waits is given at once, long before the next look."""
    account = make_account(rescan_seconds=60.0)
    desk = Desk()
    source = MailboxSource("orders", account, desk, spool)
    times: list[float] = []

    def deliver() -> None:
        for number in range(3):
            time.sleep(0.5)
            times.append(time.monotonic())
            dovecot.deliver(account.user, message(number))

    arrived: list[float] = []
    thread = threading.Thread(target=deliver)
    thread.start()
    desk.tend(source, lambda: len(arrived) == 3, before_release=lambda _: arrived.append(time.monotonic()))
    thread.join()
    late = [there - sent for sent, there in zip(times, arrived, strict=True)]
    assert max(late) < 30, late


def test_without_idle_it_polls(dovecot: Dovecot, make_account: "MakeAccount", spool: Path) -> None:
    """A server that cannot IDLE is looked at every rescan_seconds."""
    with CommandProxy(dovecot.plain_port, str(dovecot.certificates.good), hidden=(b"IDLE",)) as proxy:
        account = make_account(port=proxy.port)
        desk = Desk()
        source = MailboxSource("orders", account, desk, spool)
        timer = threading.Timer(0.4, dovecot.deliver, (account.user, message(1)))
        timer.start()
        desk.tend(source, lambda: len(desk.arrivals) == 1 and dovecot.count(account.user) == 0)
        timer.join()
        assert not any(b"IDLE" in line for line in proxy.lines)


@pytest.mark.parametrize("hidden", [(b"MOVE",), (b"MOVE", b"UIDPLUS")])
def test_servers_that_cannot_move(
    dovecot: Dovecot, make_account: "MakeAccount", spool: Path, hidden: tuple[bytes, ...]
) -> None:
    """Without MOVE a message is copied, marked and expunged; the same in the end."""
    with CommandProxy(dovecot.plain_port, str(dovecot.certificates.good), hidden=hidden) as proxy:
        account = make_account(port=proxy.port)
        dovecot.deliver(account.user, message(1), message(2))
        desk = Desk()
        desk.tend(MailboxSource("orders", account, desk, spool), lambda: dovecot.count(account.user) == 0)
        assert desk.contents == sorted(dovecot.contents(account.user, "Inlet.Processed")) == [message(1), message(2)]
        assert not any(b" UID MOVE " in line for line in proxy.lines)
        assert any(b" UID EXPUNGE " in line for line in proxy.lines) == (b"UIDPLUS" not in hidden)


def test_other_peoples_deleted_messages_are_never_expunged(
    dovecot: Dovecot, make_account: "MakeAccount", spool: Path
) -> None:
    """Where only a plain EXPUNGE is to be had, a message that someone else marked as deleted is taken, not lost."""
    with CommandProxy(dovecot.plain_port, str(dovecot.certificates.good), hidden=(b"MOVE", b"UIDPLUS")) as proxy:
        account = make_account(port=proxy.port)
        dovecot.deliver(account.user, message(1), message(2))
        with dovecot.client(account.user) as client:
            client.store("2", "+FLAGS", r"(\Deleted)")
        desk = Desk()
        desk.tend(MailboxSource("orders", account, desk, spool), lambda: dovecot.count(account.user) == 0)
        assert desk.contents == [message(1), message(2)]
        assert sorted(dovecot.contents(account.user, "Inlet.Processed")) == [message(1), message(2)]


def test_an_oversized_message_is_a_problem_and_no_crash(
    dovecot: Dovecot, make_account: "MakeAccount", spool: Path
) -> None:
    """Of a message over the limit only the header comes, with the problem; it lies in Failed, others pass."""
    account = make_account(letter_bytes=100_000)
    dovecot.deliver(account.user, message(1, size=300_000), message(2))
    desk = Desk()
    source = MailboxSource("orders", account, desk, spool)
    desk.tend(source, lambda: dovecot.count(account.user) == 0)
    header = message(1).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert desk.contents == sorted([header, message(2)])
    assert desk.problems == ["ingest.mail_too_large"]
    assert dovecot.count(account.user, "Inlet.Failed") == 1
    desk.tend(source, lambda: source.failed == 1)
    assert source.problem is not None
    assert source.problem.kind == "ingest.mailbox_failed"


def test_a_server_that_lies_about_the_size(
    dovecot: Dovecot, make_account: "MakeAccount", spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message said to be small that comes large is cut off by us, and then treated as too large."""
    account = make_account(letter_bytes=100_000)
    dovecot.deliver(account.user, message(1, size=300_000), message(2))
    honest = source_module.Session.facts

    def lying(session: source_module.Session, uids: list[int]) -> list[object]:
        return [type(fact)(fact.uid, 10, fact.received) for fact in honest(session, uids)]

    monkeypatch.setattr(source_module.Session, "facts", lying)
    desk = Desk()
    source = MailboxSource("orders", account, desk, spool)
    desk.tend(source, lambda: dovecot.count(account.user) == 0)
    assert desk.problems == ["ingest.mail_too_large"]
    assert message(2) in desk.contents


def test_a_message_that_cannot_be_fetched_goes_to_failed(
    dovecot: Dovecot, make_account: "MakeAccount", spool: Path
) -> None:
    """A message that breaks the server's connection each time keeps no other waiting, and ends in Failed."""
    broken = 1

    def cut(_: int, line: bytes) -> str | None:
        return "after" if b" UID FETCH %d (UID BODY" % broken in line else None

    with CommandProxy(dovecot.plain_port, str(dovecot.certificates.good), cut) as proxy:  # type: ignore[arg-type]  (a literal)
        account = make_account(port=proxy.port)
        dovecot.deliver(account.user, message(1), message(2), message(3))
        desk = Desk()
        source = MailboxSource("orders", account, desk, spool)
        desk.tend(source, lambda: dovecot.count(account.user) == 0 and source.failed == 1)
    assert desk.contents == [message(2), message(3)]
    assert dovecot.contents(account.user, "Inlet.Failed") == [message(1)]
    assert source.problem is not None
    assert (source.problem.kind, source.failed) == ("ingest.mailbox_failed", 1)


def test_a_message_of_which_nothing_can_be_told_goes_to_failed(
    dovecot: Dovecot, make_account: "MakeAccount", spool: Path
) -> None:
    """The same when the connection breaks as soon as the server is asked for the message's size."""

    def cut(_: int, line: bytes) -> str | None:
        asked = line.partition(b" UID FETCH ")[2].split(b" ")[0].split(b",")
        return "after" if b"RFC822.SIZE" in line and b"2" in asked else None

    with CommandProxy(dovecot.plain_port, str(dovecot.certificates.good), cut) as proxy:  # type: ignore[arg-type]  (a literal)
        account = make_account(port=proxy.port)
        dovecot.deliver(account.user, message(1), message(2), message(3))
        desk = Desk()
        source = MailboxSource("orders", account, desk, spool)
        desk.tend(source, lambda: dovecot.count(account.user) == 0)
    assert desk.contents == [message(1), message(3)]
    assert dovecot.contents(account.user, "Inlet.Failed") == [message(2)]


def test_a_message_that_cannot_be_moved_is_not_taken_twice(
    dovecot: Dovecot, make_account: "MakeAccount", spool: Path
) -> None:
    """When the processed folder vanishes, the source says so, goes on with what is new, and makes the folder again."""
    account = make_account()
    dovecot.deliver(account.user, message(1))
    desk = Desk()
    source = MailboxSource("orders", account, desk, spool)

    given: list[int] = []
    for letter in source.letters(threading.Event()):
        given.append(letter.key.uid)
        desk.take(letter)
        if len(given) == 1:
            with dovecot.client(account.user) as client:
                client.delete("Inlet.Processed")
            trouble = source.release(letter)
            assert trouble is not None
            assert trouble.kind == "ingest.mailbox_not_moved"
            assert source.problem == trouble
            dovecot.deliver(account.user, message(2))
        else:
            source.release(letter)
            break
    assert given == [1, 2]
    desk.tend(source, lambda: dovecot.count(account.user) == 0)
    assert desk.stored == 2
    assert source.problem is None
    assert sorted(dovecot.contents(account.user, "Inlet.Processed")) == [message(1), message(2)]


def test_windows_and_groups(
    dovecot: Dovecot, make_account: "MakeAccount", spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mailbox larger than a window of the search and a group of the fetch is taken whole, in order."""
    monkeypatch.setattr("ingest.mailbox.session._WINDOW", 7)
    monkeypatch.setattr("ingest.mailbox.source._GROUP", 5)
    account = make_account()
    dovecot.deliver_many(account.user, 40)
    desk = Desk()
    desk.tend(MailboxSource("orders", account, desk, spool), lambda: dovecot.count(account.user) == 0)
    assert [key.uid for key in desk.arrivals] == list(range(1, 41))
    assert len(desk.contents) == 40


@pytest.mark.slow
def test_two_thousand_messages(dovecot: Dovecot, make_account: "MakeAccount", spool: Path) -> None:
    """A mailbox of 2,000 messages is taken whole, each once."""
    account = make_account()
    dovecot.deliver_many(account.user, 2000)
    desk = Desk()
    desk.tend(MailboxSource("orders", account, desk, spool), lambda: dovecot.count(account.user) == 0, seconds=110)
    assert len(desk.arrivals) == desk.stored == 2000
    assert dovecot.count(account.user, "Inlet.Processed") == 2000


def test_stop_ends_a_wait_at_once(make_account: "MakeAccount", spool: Path) -> None:
    """Told to stop while waiting for news, the source signs out long before the next look is due."""
    account = make_account(rescan_seconds=60.0)
    source = MailboxSource("orders", account, Desk(), spool)
    stop = threading.Event()
    thread = threading.Thread(target=lambda: list(source.letters(stop)))
    thread.start()
    while not source.connected:
        time.sleep(0.01)
    time.sleep(0.2)
    started = time.monotonic()
    stop.set()
    thread.join()
    assert time.monotonic() - started < 30, "it waited on for the next look"
    assert not source.connected
