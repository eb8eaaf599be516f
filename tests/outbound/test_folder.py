"""The folder that notices leave by."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest

from outbound.errors import OutboxError
from outbound.folder import FolderTransport
from outbound.transport import Failure, Stage, Submission

_NOW = dt.datetime(2026, 11, 2, 17, 0, tzinfo=dt.UTC)
_ONE = Submission(
    key="2HY3-K7TC:1:receipt:1", number="+15105558235", verified=True, reason="The directory's verified number.",
    reference="2HY3-K7TC", kind="receipt", pages=2, urgent=False, pdf=b"%PDF", tiff=b"II*\0",
)  # fmt: skip


def _transport(tmp_path: Path) -> FolderTransport:
    return FolderTransport(tmp_path / "outbox", tmp_path / "held")


def _names(folder: Path) -> list[str]:
    """What lies in a folder, without the notes of what was given out."""
    return sorted(p.name for p in folder.iterdir() if p.name != ".given") if folder.exists() else []


def test_a_notice_is_three_files(tmp_path: Path) -> None:
    """PDF, TIFF and a ticket with number, pages and the image's checksum; nothing hidden is left."""
    receipt = _transport(tmp_path).submit(_ONE, now=_NOW)
    assert _names(tmp_path / "outbox") == sorted(receipt.files)
    ticket = json.loads((tmp_path / "outbox" / receipt.files[2]).read_text())
    assert (ticket["key"], ticket["number"], ticket["pages"]) == (_ONE.key, "+15105558235", 2)
    assert (tmp_path / "outbox" / ticket["tiff"]).read_bytes() == b"II*\0"
    assert not receipt.held


@pytest.mark.parametrize("changed", [{"verified": False}, {"number": ""}])
def test_an_unverified_number_is_held(tmp_path: Path, changed: dict[str, object]) -> None:
    """Nothing reaches the outbox while nobody vouches for the number."""
    receipt = _transport(tmp_path).submit(replace(_ONE, **changed), now=_NOW)  # type: ignore[arg-type]  (a test's table)
    assert receipt.held
    assert _names(tmp_path / "outbox") == []
    assert len(_names(tmp_path / "held")) == 3


def test_the_same_key_twice_is_one_notice(tmp_path: Path) -> None:
    """Submitting again after a crash gives the same receipt and writes nothing."""
    transport = _transport(tmp_path)
    first = transport.submit(_ONE, now=_NOW)
    ticket = tmp_path / "outbox" / first.files[2]
    before = ticket.read_bytes()
    again = transport.submit(replace(_ONE, pdf=b"other"), now=_NOW + dt.timedelta(hours=1))
    assert again == first
    assert ticket.read_bytes() == before
    assert len(_names(tmp_path / "outbox")) == 3


def test_killed_before_the_ticket_it_is_written_over(tmp_path: Path) -> None:
    """Files without a ticket are no submission; the next try completes them."""
    transport = _transport(tmp_path)
    first = transport.submit(_ONE, now=_NOW)
    (tmp_path / "outbox" / first.files[2]).unlink()
    (tmp_path / "outbox" / ".given" / first.files[2]).unlink()
    assert transport.find(_ONE.key) is None
    assert transport.submit(_ONE, now=_NOW) == first
    assert len(_names(tmp_path / "outbox")) == 3


def test_keys_that_look_alike_stay_apart(tmp_path: Path) -> None:
    """Two keys never share files, however their marks are written."""
    transport = _transport(tmp_path)
    transport.submit(_ONE, now=_NOW)
    transport.submit(replace(_ONE, key="2HY3-K7TC-1-receipt-1"), now=_NOW)
    assert len(_names(tmp_path / "outbox")) == 6


def test_a_held_notice_can_be_withdrawn_a_sent_one_cannot(tmp_path: Path) -> None:
    """What lies in the outbox may be on the line already."""
    transport = _transport(tmp_path)
    transport.submit(_ONE, now=_NOW)
    held = replace(_ONE, key="other", verified=False)
    transport.submit(held, now=_NOW)
    assert transport.withdraw("other")
    assert not transport.withdraw("other")
    assert not transport.withdraw(_ONE.key)
    assert _names(tmp_path / "held") == []
    assert len(_names(tmp_path / "outbox")) == 3


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """Trouble with the outbox is one kind of error that trying again may mend, with the remedy in it."""
    (tmp_path / "outbox").write_text("a file where the folder should be")
    transport = _transport(tmp_path)
    for attempt in (transport.probe, lambda: transport.submit(_ONE, now=_NOW)):
        with pytest.raises(OutboxError) as trouble:
            attempt()
        assert trouble.value.retry
        assert trouble.value.kind == "outbound.outbox"


def test_a_notice_that_the_fax_server_has_taken_is_not_given_out_again(tmp_path: Path) -> None:
    """Killed after the ticket was in place, and taken before we could note it: it still counts as given out."""
    transport = _transport(tmp_path)
    first = transport.submit(_ONE, now=_NOW)
    for name in first.files:
        (tmp_path / "outbox" / name).unlink()
    assert transport.submit(_ONE, now=_NOW) == first
    assert _names(tmp_path / "outbox") == []


def test_killed_between_note_and_ticket_it_is_given_out_once(tmp_path: Path) -> None:
    """The note is there, the ticket still hidden: the ticket is put into place, as it was."""
    transport = _transport(tmp_path)
    first = transport.submit(_ONE, now=_NOW)
    ticket = tmp_path / "outbox" / first.files[2]
    text = ticket.read_bytes()
    ticket.rename(ticket.with_name(f".{ticket.name}.tmp"))
    assert transport.submit(_ONE, now=_NOW) == first
    assert ticket.read_bytes() == text
    assert _names(tmp_path / "outbox") == sorted(first.files)


@pytest.mark.parametrize(
    ("result", "stage", "failure"),
    [
        ({"outcome": "delivered", "pages": 2}, Stage.DELIVERED, None),
        ({"outcome": "busy"}, Stage.FAILED, Failure.BUSY),
        ({"outcome": "eaten by a dog"}, Stage.FAILED, Failure.OTHER),
        ({}, Stage.TAKEN, None),
    ],
)
def test_a_fax_server_can_tell_what_became_of_it(
    tmp_path: Path, result: dict[str, object], stage: Stage, failure: Failure | None
) -> None:
    """A result ends a notice; while the ticket lies there it waits, and without a word it is taken."""
    out = FolderTransport(tmp_path / "out", tmp_path / "held")
    receipt = out.submit(_ONE, now=_NOW)
    assert out.status(receipt).stage is Stage.WAITING
    ticket = tmp_path / "out" / receipt.files[2]
    ticket.unlink()
    (tmp_path / "out" / "results").mkdir()
    (tmp_path / "out" / "results" / ticket.name).write_text(json.dumps(result))
    standing = out.status(receipt)
    assert (standing.stage, standing.failure) == (stage, failure)
    assert not out.cancel(_ONE.key)
