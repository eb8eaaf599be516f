"""Background work stands back behind the desk."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_SAY = "import os; from ingest.give_way import give_way; give_way(10{more}); print(os.nice(0))"


def _run(more: str = "", *, leads: bool = True) -> int:
    done = subprocess.run(
        [sys.executable, "-c", _SAY.replace("{more}", more)], cwd=ROOT, check=True, text=True,
        capture_output=True, start_new_session=leads,
    )  # fmt: skip
    return int(done.stdout)


def test_a_process_lowers_itself() -> None:
    """It is ten steps nicer than what started it, as far as the scale goes."""
    assert _run() == min(19, os.nice(0) + 10)


def test_the_leader_of_a_session_lowers_the_share_of_its_session(tmp_path: Path) -> None:
    """Where the kernel shares between sessions first, that share is lowered; a member of ours leaves it alone."""
    share = tmp_path / "autogroup"
    where = f", share=__import__('pathlib').Path({str(share)!r})"
    _run(where, leads=False)
    assert not share.exists()
    _run(where)
    assert share.read_text() == "10"


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="this kernel has no shares of sessions")
def test_the_kernel_takes_it() -> None:
    """The real file, told by the real kernel."""
    say = _SAY.replace("{more}", "").replace("os.nice(0)", "open('/proc/self/autogroup').read().split()[-1]")
    done = subprocess.run(
        [sys.executable, "-c", say], cwd=ROOT, check=True, text=True, capture_output=True, start_new_session=True
    )
    assert done.stdout.strip() == "10"


def test_a_kernel_without_shares_is_no_error(tmp_path: Path) -> None:
    """There is nothing to lower then but the process."""
    assert _run(f", share=__import__('pathlib').Path({str(tmp_path / 'no' / 'such')!r})") == min(19, os.nice(0) + 10)
