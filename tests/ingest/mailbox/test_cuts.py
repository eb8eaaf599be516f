"""The connection cut at every step: nothing lost, nothing twice."""

import random
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ingest.mailbox.source import MailboxSource
from tests.ingest.mailbox.desk import Desk
from tests.ingest.mailbox.dovecot import Dovecot, message
from tests.ingest.mailbox.proxy import BytesProxy, CommandProxy, Where

if TYPE_CHECKING:
    from tests.ingest.mailbox.conftest import MakeAccount

_MAILS = 2
_PLACES: tuple[Where, ...] = ("before", "after", "within")


def _run(
    dovecot: Dovecot, make_account: "MakeAccount", spool: Path, cut: tuple[int, Where] | None, *hidden: bytes
) -> CommandProxy:
    """Take two messages and then wait in IDLE, with one cut; check that each came once."""

    def where(step: int, _: bytes) -> Where | None:
        return cut[1] if cut and step == cut[0] else None

    with CommandProxy(dovecot.plain_port, str(dovecot.certificates.good), where, hidden) as proxy:
        account = make_account(port=proxy.port, rescan_seconds=0.05)
        mails = [message(n) for n in range(_MAILS)]
        dovecot.deliver(account.user, *mails)
        desk = Desk()
        source = MailboxSource("orders", account, desk, spool)

        def done() -> bool:
            whole = len(desk.arrivals) >= _MAILS and dovecot.count(account.user) == 0
            return whole and (cut is None or proxy.cuts == 1) and b"DONE" in proxy.lines

        desk.tend(source, done)
        assert desk.contents == mails, cut
        assert desk.stored == _MAILS, cut
        assert source.failed == 0, cut
        moved = dovecot.contents(account.user, "Inlet.Processed")
        # a copy whose mark was cut off is made again: the folder is for people, arrivals are counted elsewhere
        assert set(moved) == set(mails), cut
        assert len(moved) == _MAILS or b"MOVE" in hidden, cut
    return proxy


def test_cut_at_every_command(dovecot: Dovecot, make_account: "MakeAccount", spool: Path) -> None:
    """Cut after every command from sign-in to DONE, done but not answered: each message comes exactly once."""
    lines = _run(dovecot, make_account, spool, None).lines
    last = lines.index(b"DONE") + 1
    assert last > 10 + 2 * _MAILS, lines
    for step in range(1, last + 1):
        _run(dovecot, make_account, spool, (step, "after"))


@pytest.mark.slow
@pytest.mark.parametrize("hidden", [(), (b"MOVE",), (b"MOVE", b"UIDPLUS")])
def test_cut_before_after_and_within_every_command(
    dovecot: Dovecot, make_account: "MakeAccount", spool: Path, hidden: tuple[bytes, ...]
) -> None:
    """The same at all three places, and on servers that copy and expunge."""
    last = _run(dovecot, make_account, spool, None, *hidden).lines.index(b"DONE") + 1
    for step in range(1, last + 1):
        for place in _PLACES:
            _run(dovecot, make_account, spool, (step, place), *hidden)


def _cut_after_bytes(
    dovecot: Dovecot, make_account: "MakeAccount", spool: Path, limits: list[int], mails: list[bytes]
) -> int:
    """Take messages over connections of which each is cut after so many bytes; the last ones are whole."""
    with BytesProxy(dovecot.tls_port, chain(limits, repeat(1 << 40))) as proxy:
        account = make_account(port=proxy.port)
        dovecot.deliver(account.user, *mails)
        desk = Desk()
        source = MailboxSource("orders", account, desk, spool)
        desk.tend(source, lambda: dovecot.count(account.user) == 0, seconds=60)
        assert desk.contents == sorted(mails)
        assert source.failed == 0
        assert sorted(dovecot.contents(account.user, "Inlet.Processed")) == sorted(mails)
        return proxy.cuts


def test_cut_after_so_many_bytes(dovecot: Dovecot, make_account: "MakeAccount", spool: Path) -> None:
    """Cut anywhere in the bytes, TLS handshake and sign-in included, with cuts in a row."""
    chance = random.Random(4)
    limits = [0, 1, 500, *sorted(chance.randrange(600, 20_000) for _ in range(20))]
    cuts = _cut_after_bytes(dovecot, make_account, spool, limits, [message(n, size=3000) for n in range(6)])
    assert cuts >= 10


@pytest.mark.slow
def test_cut_after_so_many_bytes_at_length(dovecot: Dovecot, make_account: "MakeAccount", spool: Path) -> None:
    """The same with 300 cuts over 100 messages of all sizes."""
    chance = random.Random(5)
    limits = [chance.randrange(1000, 60_000) for _ in range(300)]
    mails = [message(n, size=chance.choice((200, 3000, 30_000))) for n in range(100)]
    assert _cut_after_bytes(dovecot, make_account, spool, limits, mails) >= 20


def test_a_server_that_falls_silent(dovecot: Dovecot, make_account: "MakeAccount", spool: Path) -> None:
    """A connection on which nothing comes any more is given up after patience_seconds, and made again."""
    silent: list[bytes] = []

    def mute(_: int, line: bytes) -> Where | None:
        if b" UID FETCH" in line and not silent:
            silent.append(line)
            return "silent"
        return None

    with CommandProxy(dovecot.plain_port, str(dovecot.certificates.good), mute) as proxy:
        account = make_account(port=proxy.port, patience_seconds=0.3)
        dovecot.deliver(account.user, message(1))
        desk = Desk()
        desk.tend(MailboxSource("orders", account, desk, spool), lambda: dovecot.count(account.user) == 0)
        assert desk.contents == [message(1)]
        assert proxy.connections == 2


def test_a_server_that_drips(dovecot: Dovecot, make_account: "MakeAccount", spool: Path) -> None:
    """An answer that comes a byte at a time is given up after command_seconds, however often a byte comes."""

    def drip(_: int, line: bytes) -> Where | None:
        return "drip" if b" UID FETCH 1 (UID BODY" in line and proxy.connections == 1 else None

    with CommandProxy(dovecot.plain_port, str(dovecot.certificates.good), drip) as proxy:
        account = make_account(port=proxy.port, command_seconds=1.0)
        dovecot.deliver(account.user, message(1, size=5000))
        desk = Desk()
        desk.tend(MailboxSource("orders", account, desk, spool), lambda: dovecot.count(account.user) == 0)
        assert desk.contents == [message(1, size=5000)]
        assert proxy.connections == 2
