"""The taking program killed with -9 at random moments."""

import os
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.ingest.mailbox.dovecot import PASSWORD, Dovecot, message

if TYPE_CHECKING:
    from tests.ingest.mailbox.conftest import MakeAccount

_TAKER = Path(__file__).with_name("taker.py")
_ROOT = Path(__file__).parents[3]


@pytest.mark.slow
@pytest.mark.chaos
def test_killed_at_random_moments(dovecot: Dovecot, make_account: "MakeAccount", tmp_path: Path) -> None:
    """Killed fifteen times while it takes 120 messages: each is one arrival, and all are moved."""
    account = make_account()
    mails = [message(n) for n in range(120)]
    dovecot.deliver(account.user, *mails)
    database = tmp_path / "arrivals.sqlite3"
    command = [sys.executable, str(_TAKER), str(dovecot.tls_port), account.user, str(account.ca_file)]
    environment = os.environ | {"MAILBOX_PASSWORD": PASSWORD, "PYTHONPATH": str(_ROOT)}
    chance = random.Random(9)
    kills = 0
    end = time.monotonic() + 100
    while dovecot.count(account.user) and time.monotonic() < end:
        process = subprocess.Popen([*command, str(tmp_path / "spool"), str(database)], env=environment)
        try:
            started = len(_arrivals(database))
            # killed only at work: at least one message later, and a moment more
            while kills < 15 and len(_arrivals(database)) == started and time.monotonic() < end:
                time.sleep(0.01)
            time.sleep(chance.random() * 0.1 if kills < 15 else 0)
            while kills >= 15 and dovecot.count(account.user) and time.monotonic() < end:
                time.sleep(0.05)
        finally:
            process.kill()
            process.wait()
        kills += 1
    assert kills >= 15
    assert dovecot.count(account.user) == 0
    assert sorted(_arrivals(database)) == sorted(mails)


def _arrivals(database: Path) -> list[bytes]:
    if not database.exists():
        return []
    connection = sqlite3.connect(database, timeout=30)
    try:
        return [content for (content,) in connection.execute("SELECT content FROM arrivals")]
    except sqlite3.OperationalError:
        # not made yet
        return []
    finally:
        connection.close()
