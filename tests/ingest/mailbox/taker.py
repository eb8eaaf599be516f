"""A program that takes letters into a database until it is killed; run by test_kills.

Arguments: port, user, file of authorities, spool, database.
"""

import sqlite3
import sys
import threading
from pathlib import Path

from ingest.mailbox.account import Account
from ingest.mailbox.letter import LetterKey
from ingest.mailbox.secret import SecretVariable
from ingest.mailbox.source import MailboxSource


class Ledger:
    """Arrivals in SQLite, one for each key."""

    def __init__(self, path: Path) -> None:
        self.database = sqlite3.connect(path, isolation_level=None, timeout=30)
        self.database.execute("CREATE TABLE IF NOT EXISTS arrivals (key TEXT UNIQUE, content BLOB)")

    def knows(self, key: LetterKey) -> bool:
        """Look through all keys."""
        keys = (LetterKey.parse(text) for (text,) in self.database.execute("SELECT key FROM arrivals"))
        return any(other is not None and key.same_message(other) for other in keys)


def main(port: str, user: str, authorities: str, spool: str, database: str) -> None:
    """Take letters for ever."""
    account = Account(
        host="localhost",
        port=int(port),
        user=user,
        secret=SecretVariable("MAILBOX_PASSWORD"),
        ca_file=Path(authorities),
        rescan_seconds=0.1,
        retry_seconds=0.01,
    )
    ledger = Ledger(Path(database))
    source = MailboxSource("orders", account, ledger, Path(spool))
    for letter in source.letters(threading.Event()):
        content = letter.path.read_bytes()
        ledger.database.execute("INSERT INTO arrivals VALUES (?, ?)", (str(letter.key), content))
        source.release(letter)


if __name__ == "__main__":
    main(*sys.argv[1:])
