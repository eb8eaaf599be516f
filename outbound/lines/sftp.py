"""SFTP: puts packets into a folder on a processor's host.

The host's key must be known beforehand; an unknown or changed one is refused. Files are written
under a hidden name and renamed, the JSON ticket last, so that whoever sees the ticket has all of
it. The ticket's name comes from the key, so the far folder itself says what it has.
"""

import datetime as dt
import hashlib
import json
import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import paramiko

from outbound.errors import LineDownError, LineRefusedError, OutboxError
from outbound.lines.ledger import Ledger
from outbound.lines.safe import plain_name
from outbound.transport import Failure, LineState, Receipt, Stage, Standing, Submission


@dataclass(frozen=True, slots=True)
class SftpHost:
    """A host and who we are there; ``known_hosts`` holds its key, ``folder`` is where packets go."""

    host: str
    user: str
    known_hosts: Path
    port: int = 22
    folder: str = "."
    key_file: Path | None = None
    password: str = field(default="", repr=False)
    seconds: float = 30.0


class SftpTransport:
    """Delivers by SFTP. Our own notes also know what the far side has taken away since."""

    name = "sftp"

    def __init__(self, host: SftpHost, ledger: Ledger) -> None:
        self._host = host
        self._ledger = ledger

    def probe(self) -> tuple[LineState, ...]:
        """Sign in and look into the folder; there are no lines. Raises LineDownError, LineRefusedError."""
        with self._session() as sftp:
            sftp.stat(self._host.folder)
        return ()

    def submit(self, submission: Submission, *, now: dt.datetime) -> Receipt:
        """Put PDF and ticket there, once for each key.

        Raises LineDownError (retry): what was written until then has no ticket and is written over.
        """
        known = self.find(submission.key)
        if known is not None:
            return known
        name = plain_name(submission.key)
        ticket = {
            "key": submission.key,
            "reference": submission.reference,
            "kind": submission.kind,
            "pages": submission.pages,
            "priority": "urgent" if submission.urgent else "routine",
            "pdf": f"{name}.pdf",
            "pdf_sha256": hashlib.sha256(submission.pdf).hexdigest(),
            "submitted_at": now.isoformat(),
        }
        with self._session() as sftp:
            self._ledger.begin(submission.key)
            _put(sftp, self._path(f"{name}.pdf"), submission.pdf)
            _put(sftp, self._path(f"{name}.json"), json.dumps(ticket, indent=1).encode())
        return self._ledger.end(submission.key, name)

    def find(self, key: str) -> Receipt | None:
        """What our notes say; for a key that was cut off, what lies on the host.

        With its ticket there it was handed over; with only its PDF (which goes away together with
        the ticket) it was not. With neither, nobody can say: it is doubtful.
        """
        known = self._ledger.known(key)
        if known is None or not known.doubtful:
            return known
        name = plain_name(key)
        with self._session() as sftp:
            there = set(sftp.listdir(self._host.folder))
        if f"{name}.json" in there:
            return self._ledger.end(key, name)
        if there & {f"{name}.pdf", f".{name}.pdf.tmp"}:
            self._ledger.take_back(key)
            return None
        return known

    def _path(self, name: str) -> str:
        return posixpath.join(self._host.folder, name)

    def status(self, receipt: Receipt) -> Standing:
        """``taken`` once the ticket stood there; ``failed`` as unsure when we were cut off and nothing is there."""
        known = self._ledger.known(receipt.key)
        if known is None:
            return Standing(Stage.UNKNOWN)
        return Standing(Stage.FAILED, Failure.UNSURE) if known.doubtful else Standing(Stage.TAKEN)

    def cancel(self, key: str) -> bool:
        """What lies with a processor is theirs."""
        del key
        return False

    @contextmanager
    def _session(self) -> Iterator[paramiko.SFTPClient]:
        host = self._host
        client = paramiko.SSHClient()
        try:
            client.load_host_keys(str(host.known_hosts))
            client.set_missing_host_key_policy(paramiko.RejectPolicy())
            client.connect(
                host.host,
                host.port,
                host.user,
                host.password or None,
                key_filename=str(host.key_file) if host.key_file else None,
                allow_agent=False,
                look_for_keys=False,
                timeout=host.seconds,
                banner_timeout=host.seconds,
                auth_timeout=host.seconds,
            )
            with client.open_sftp() as sftp:
                channel = sftp.get_channel()
                if channel is not None:
                    channel.settimeout(host.seconds)
                yield sftp
        except (paramiko.AuthenticationException, paramiko.BadHostKeyException) as error:
            raise LineRefusedError("The SFTP host refuses the account, or its key is not the known one.") from error
        except OutboxError:
            raise
        except (paramiko.SSHException, OSError, EOFError) as error:
            if "not found in known_hosts" in str(error):
                raise LineRefusedError(
                    "The SFTP host's key is not in known_hosts; have it confirmed and add it."
                ) from error
            raise LineDownError(
                "The SFTP host does not answer or the connection was lost; it is tried again."
            ) from error
        finally:
            client.close()


def _put(sftp: paramiko.SFTPClient, path: str, data: bytes) -> None:
    """Write a file whole or not at all."""
    folder, name = posixpath.split(path)
    hidden = posixpath.join(folder, f".{name}.tmp")
    with sftp.open(hidden, "wb") as file:
        file.write(data)
    sftp.posix_rename(hidden, path)
