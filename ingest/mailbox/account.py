"""Which mailbox, how to get in, and how patient to be."""

from dataclasses import dataclass
from pathlib import Path

from ingest.errors import SourceError
from ingest.mailbox.letter import mailbox_mark
from ingest.mailbox.names import quoted
from ingest.mailbox.secret import Secret


@dataclass(frozen=True, slots=True)
class Account:
    """One mailbox of one account on one server, reached over TLS with its certificate checked.

    Folder names use ``/`` between their parts, whatever the server uses. ``ca_file`` holds the
    certificate authorities to trust instead of the system's. ``patience_seconds`` is the longest
    silence of the server in the middle of something, ``command_seconds`` the longest time for one
    command; ``rescan_seconds`` is how often the mailbox is looked at whether the server told of
    something or not; ``letter_bytes`` the largest message that is fetched. A lost connection is
    tried again after ``retry_seconds`` and ever longer to ``retry_most_seconds``, a refused sign-in
    after ``refused_seconds`` at first.

    Raises :class:`ingest.errors.SourceError` when the folders are not three different ones or cannot be written.
    """

    host: str
    user: str
    secret: Secret
    port: int = 993
    folder: str = "INBOX"
    processed: str = "Inlet/Processed"
    failed: str = "Inlet/Failed"
    ca_file: Path | None = None
    patience_seconds: float = 30.0
    command_seconds: float = 300.0
    rescan_seconds: float = 60.0
    letter_bytes: int = 60 * 1024 * 1024
    retry_seconds: float = 1.0
    retry_most_seconds: float = 300.0
    refused_seconds: float = 60.0

    def __post_init__(self) -> None:
        """Refuse folders in which taken messages would come in again."""
        names = (self.folder, self.processed, self.failed)
        if not all(names) or len({_plain(name) for name in names}) < len(names):
            raise SourceError("The mailbox, its processed folder and its failed folder must be three different ones.")
        try:
            for text in (*names, self.user):
                quoted(text)
        except ValueError:
            raise SourceError("Names of mail folders and users cannot hold line ends or control signs.") from None

    @property
    def mark(self) -> str:
        """How keys name this mailbox."""
        return mailbox_mark(self.host, self.user, self.folder)


def _plain(name: str) -> str:
    # INBOX is the one folder whose name servers compare without regard to case
    return "INBOX" if name.upper() == "INBOX" else name
