"""The script that HylaFAX runs for each received fax: what it drops, Inlet takes with every fact of the call."""

import os
import subprocess
from pathlib import Path

import pytest

from ingest.folder import FolderSource, Pickup
from tests.ingest.making import tiff, written_page

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "hylafax" / "FaxDispatch"
_AFTERWARDS = 'printf "%s|%s" "$SENDTO" "$NOTIFY_FAXMASTER"'


def _received(tmp_path: Path, **told: str) -> str:
    """Run the script as faxrcvd does, with its variables; give who would be told of the fax afterwards."""
    spool, inbox = tmp_path / "recvq", tmp_path / "inbox"
    for folder in (spool, inbox):
        folder.mkdir(exist_ok=True)
    fax = spool / "fax000000042.tif"
    fax.write_bytes(tiff(written_page()))
    os.utime(fax, (1_793_667_483, 1_793_667_483))
    variables = {
        "FILE": str(fax), "DEVICE": "ttyS0", "COMMID": "000000042", "MSG": "", "SENDER": "OAK CLINIC", "PAGES": "1",
        "CALLID1": "5105550142", "CALLID4": "5105550100", "INLET_FOLDER": str(inbox), "SENDTO": "FaxMaster",
        "NOTIFY_FAXMASTER": "always", "PATH": os.environ["PATH"],
    } | told  # fmt: skip
    done = subprocess.run(
        ["/bin/bash", "-c", f'. "{SCRIPT}"; {_AFTERWARDS}'],
        env=variables, capture_output=True, text=True, timeout=30, check=True,
    )  # fmt: skip
    return done.stdout


def _taken(tmp_path: Path) -> list[Pickup]:
    seconds = iter((0.0, 10.0))
    source = FolderSource("fax", tmp_path / "inbox", clock=lambda: next(seconds))
    source.look()
    return list(source.look().pickups)


def test_a_received_fax_is_dropped_with_its_call(tmp_path: Path) -> None:
    """Image and ticket lie there whole, nothing else does, and nobody is mailed about it."""
    assert _received(tmp_path) == "|never"
    assert sorted(p.suffix for p in (tmp_path / "inbox").iterdir()) == [".json", ".tif"]
    (pickup,) = _taken(tmp_path)
    assert pickup.ticket_problem is None
    call = pickup.ticket
    assert call is not None
    assert (call.caller_id, call.tsi, call.called, call.pages, call.error) == (
        "5105550142", "OAK CLINIC", "5105550100", 1, None,
    )  # fmt: skip
    assert call.received_at is not None
    assert call.received_at.timestamp() == 1_793_667_483
    assert pickup.path.read_bytes() == (tmp_path / "recvq" / "fax000000042.tif").read_bytes()


def test_the_receivers_error_comes_along(tmp_path: Path) -> None:
    """A call that ended badly is dropped all the same, and says so."""
    _received(tmp_path, MSG="No receiver protocol (T.30 T1 timeout)", PAGES="5")
    (pickup,) = _taken(tmp_path)
    assert pickup.ticket is not None
    assert (pickup.ticket.pages, pickup.ticket.error) == (5, "No receiver protocol (T.30 T1 timeout)")


@pytest.mark.parametrize("odd", ['quo"te', "back\\slash", "$(touch pwned) `id` ;", "ünï", "tab\tline\nend"])
def test_what_a_stranger_calls_itself_stays_text(tmp_path: Path, odd: str) -> None:
    """A caller's name is chosen by whoever calls: it breaks no ticket and runs nothing."""
    _received(tmp_path, SENDER=odd)
    (pickup,) = _taken(tmp_path)
    assert pickup.ticket_problem is None
    assert pickup.ticket is not None
    assert pickup.ticket.tsi is not None
    assert pickup.ticket.tsi.startswith(odd[:3].strip())
    assert not list(tmp_path.rglob("pwned"))


@pytest.mark.parametrize("away", ["folder", "file"])
def test_what_cannot_be_dropped_is_mailed_as_ever(tmp_path: Path, away: str) -> None:
    """Without its folder or its file the script changes nothing: HylaFAX tells the FaxMaster."""
    missing = str(tmp_path / "nowhere")
    told = {"INLET_FOLDER": missing} if away == "folder" else {"FILE": missing}
    assert _received(tmp_path, **told) == "FaxMaster|always"
