"""The simplest line out: a folder from which a fax server (or a person) takes what is to be sent.

Each notice is three files of one name: the PDF, the fax TIFF and, last, a JSON ticket. Each is
written under a hidden name, flushed to disk and renamed, so that whoever sees the ticket has all
of it. Notices to numbers that nobody verified go to ``held`` instead, from where nothing is sent.

Nothing is faxed twice, even when a fax server takes a ticket away in the very moment in which we
are killed: before the ticket is renamed into place a copy of it is put into ``.given`` beside it.
A copy there whose hidden original has gone was given out, whatever has become of it since.
"""

import datetime as dt
import hashlib
import json
import os
from pathlib import Path

from outbound.errors import OutboxError
from outbound.lines.safe import plain_name
from outbound.transport import Failure, LineState, Receipt, Stage, Standing, Submission

_GIVEN = ".given"
_RESULTS = "results"


class FolderTransport:
    """Delivers by putting files into ``outbox``, or into ``held`` while the number is not verified."""

    name = "folder"

    def __init__(self, outbox: Path, held: Path) -> None:
        self._outbox = outbox
        self._held = held

    def probe(self) -> tuple[LineState, ...]:
        """Make the folders and try to write in them; there are no lines. Raises OutboxError with the remedy."""
        for folder in (self._outbox, self._held):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                trial = folder / f".probe-{os.getpid()}"
                trial.write_bytes(b"")
                trial.unlink()
            except OSError as error:
                raise _trouble(error) from error
        return ()

    def submit(self, submission: Submission, *, now: dt.datetime) -> Receipt:
        """Put a notice out, or hold it; the same key gives the same files and never a second copy.

        ``now`` is aware and stands in the ticket. Raises OutboxError (retry) when the folder cannot
        be written; what was written until then has no ticket, and is written over by the next try.
        """
        known = self.find(submission.key)
        if known is not None:
            return known
        held = not (submission.verified and submission.number)
        folder = self._held if held else self._outbox
        name = plain_name(submission.key)
        files = (f"{name}.pdf", f"{name}.tif", f"{name}.json")
        ticket = {
            "key": submission.key,
            "number": submission.number,
            "address": submission.address,
            "verified": submission.verified,
            "reason": submission.reason,
            "reference": submission.reference,
            "kind": submission.kind,
            "pages": submission.pages,
            "priority": "urgent" if submission.urgent else "routine",
            "pdf": files[0],
            "tiff": files[1],
            "tiff_sha256": hashlib.sha256(submission.tiff).hexdigest(),
            "submitted_at": now.isoformat(),
        }
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _write(folder / files[0], submission.pdf)
            _write(folder / files[1], submission.tiff)
            text = json.dumps(ticket, indent=1).encode()
            if held:
                _write(folder / files[2], text)
            else:
                _give_out(folder, files[2], text)
        except OSError as error:
            raise _trouble(error) from error
        return Receipt(submission.key, held, files)

    def find(self, key: str) -> Receipt | None:
        """The receipt of what was submitted under ``key``, or None; asked before submitting after a crash.

        What was given out is known by its copy in ``.given``, also after a fax server has taken the
        ticket; a ticket that was cut off on its last step is put into place now.
        """
        ticket = f"{plain_name(key)}.json"
        try:
            self._finish(ticket)
            for place, held in ((self._outbox / _GIVEN, False), (self._outbox, False), (self._held, True)):
                known = _read_ticket(place / ticket)
                if known.get("key") == key:
                    return Receipt(key, held, (str(known["pdf"]), str(known["tiff"]), ticket))
        except OSError as error:
            raise _trouble(error) from error
        return None

    def _finish(self, ticket: str) -> None:
        """Put a ticket into place whose copy was kept before the rename was cut off."""
        hidden = self._outbox / _hidden(ticket)
        if hidden.is_file() and (self._outbox / _GIVEN / ticket).is_file():
            hidden.replace(self._outbox / ticket)
            _sync(self._outbox)

    def status(self, receipt: Receipt) -> Standing:
        """What the fax server wrote to ``results/<ticket's name>``: ``{"outcome": "delivered", "pages": 2}``.

        ``outcome`` is ``delivered`` or one of :class:`outbound.transport.Failure`; ``detail`` may
        say more. Without a result the folder has taken it and nothing is known.
        """
        ticket = f"{plain_name(receipt.key)}.json"
        result = _read_ticket(self._outbox / _RESULTS / ticket)
        outcome, pages = str(result.get("outcome", "")), result.get("pages")
        confirmed = pages if isinstance(pages, int) else None
        detail = str(result.get("detail", ""))[:200]
        if outcome == Stage.DELIVERED.value:
            return Standing(Stage.DELIVERED, pages=confirmed, detail=detail)
        if outcome:
            known = {failure.value for failure in Failure}
            failure = Failure(outcome) if outcome in known else Failure.OTHER
            return Standing(Stage.FAILED, failure, confirmed, detail)
        waiting = (self._outbox / ticket).is_file()
        return Standing(Stage.WAITING if waiting else Stage.TAKEN)

    def cancel(self, key: str) -> bool:
        """Take a held notice away; what is in the outbox may be on the line already and stays."""
        return self.withdraw(key)

    def withdraw(self, key: str) -> bool:
        """Take a held notice away (it is sent under another key, or superseded); say whether there was one.

        What lies in the outbox is never touched: it may be on the line already.
        """
        name = plain_name(key)
        try:
            (self._held / f"{name}.json").unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise _trouble(error) from error
        for ending in (".pdf", ".tif"):
            (self._held / f"{name}{ending}").unlink(missing_ok=True)
        return True


def _write(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, and stays there."""
    _write_hidden(path, data).replace(path)
    _sync(path.parent)


def _write_hidden(path: Path, data: bytes) -> Path:
    """Write what is to become ``path`` under a hidden name beside it, flushed to disk."""
    hidden = path.with_name(_hidden(path.name))
    with hidden.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return hidden


def _give_out(folder: Path, ticket: str, data: bytes) -> None:
    """Put a ticket where a fax server takes it, having noted that it is given out."""
    hidden = _write_hidden(folder / ticket, data)
    _sync(folder)
    (folder / _GIVEN).mkdir(exist_ok=True)
    _write(folder / _GIVEN / ticket, data)
    hidden.replace(folder / ticket)
    _sync(folder)


def _read_ticket(path: Path) -> dict[str, object]:
    """The ticket at ``path``; empty when there is none, or something that is no ticket of ours."""
    try:
        ticket = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        # a ticket of ours is renamed into place whole, so what cannot be read as one is somebody else's
        return {}
    return ticket if isinstance(ticket, dict) else {}


def _hidden(name: str) -> str:
    return f".{name}.tmp"


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _trouble(error: OSError) -> OutboxError:
    reason = os.strerror(error.errno).lower() if error.errno else "unknown reason"
    return OutboxError(f"The outbox cannot be used: {reason}. Check the folder, its rights and the disk's space.")
