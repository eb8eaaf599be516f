"""The watched folder."""

import os
import threading
import time
from pathlib import Path

import pytest

from ingest.folder import FolderSource, Pickup, file_key


class _Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def _source(tmp_path: Path, **more: object) -> tuple[FolderSource, _Clock, Path]:
    inbox = tmp_path / "inbox"
    inbox.mkdir(exist_ok=True)
    clock = _Clock()
    return FolderSource("fax", inbox, settle_seconds=2.0, clock=clock, **more), clock, inbox  # type: ignore[arg-type]  (test doubles)


def _settled(source: FolderSource, clock: _Clock) -> list[Pickup]:
    source.look()
    clock.now += 2.1
    return list(source.look().pickups)


def test_a_file_is_given_once_when_settled(tmp_path: Path) -> None:
    """Not at first sight, not while it grows, then exactly once."""
    source, clock, inbox = _source(tmp_path)
    (inbox / "a.tif").write_bytes(b"1")
    assert source.look().settling == 1
    clock.now += 1.5
    (inbox / "a.tif").write_bytes(b"12")
    assert source.look().pickups == ()
    clock.now += 1.5
    assert source.look().pickups == ()
    clock.now += 1.0
    (pickup,) = source.look().pickups
    assert (pickup.path.name, pickup.size, pickup.key) == ("a.tif", 2, file_key(inbox / "a.tif"))
    clock.now += 60
    assert source.look().pickups == ()


def test_released_files_leave_the_folder(tmp_path: Path) -> None:
    """Release removes the file and its ticket, or moves both where settings say."""
    for taken in (None, tmp_path / "taken"):
        source, clock, inbox = _source(tmp_path, taken=taken)
        (inbox / "a.tif").write_bytes(b"1")
        (inbox / "a.json").write_bytes(b'{"tsi": "CLINIC"}')
        (pickup,) = _settled(source, clock)
        assert pickup.ticket is not None
        assert pickup.ticket.tsi == "CLINIC"
        assert source.release(pickup) is None
        assert list(inbox.iterdir()) == []
    assert sorted(p.name[13:] for p in (tmp_path / "taken").iterdir()) == ["a.json", "a.tif"]


def test_a_new_file_of_the_same_name_is_not_removed(tmp_path: Path) -> None:
    """Release takes out the very file that was given, and gives the new one."""
    source, clock, inbox = _source(tmp_path)
    (inbox / "a.tif").write_bytes(b"1")
    (pickup,) = _settled(source, clock)
    (inbox / ".new").write_bytes(b"other")
    (inbox / ".new").replace(inbox / "a.tif")
    assert source.release(pickup) is None
    assert (inbox / "a.tif").read_bytes() == b"other"
    (second,) = _settled(source, clock)
    assert second.key != pickup.key


def test_a_file_that_could_not_be_stored_is_given_again(tmp_path: Path) -> None:
    """What the caller gives back comes again with the same key."""
    source, clock, inbox = _source(tmp_path)
    (inbox / "a.tif").write_bytes(b"1")
    (pickup,) = _settled(source, clock)
    source.give_back(pickup)
    assert [p.key for p in source.look().pickups] == [pickup.key]


def test_a_restart_gives_the_same_key(tmp_path: Path) -> None:
    """After a crash between storing and removing, the key shows that it is the same file."""
    source, clock, inbox = _source(tmp_path)
    (inbox / "a.tif").write_bytes(b"1")
    (first,) = _settled(source, clock)
    source, clock, _ = _source(tmp_path)
    (again,) = _settled(source, clock)
    assert again.key == first.key


def test_temporary_names_are_ignored(tmp_path: Path) -> None:
    """Hidden, temporary and half-sent names are never looked at."""
    source, clock, inbox = _source(tmp_path)
    for name in (".a.tif", "~a.tif", "a.tif.tmp", "a.PART", "b.filepart", "a.tif~", ".hidden/a.tif"):
        (inbox / name).parent.mkdir(exist_ok=True)
        (inbox / name).write_bytes(b"1")
    assert _settled(source, clock) == []
    assert source.faults == ()


def test_nested_folders_are_looked_into_but_not_the_taken_one(tmp_path: Path) -> None:
    """Files in folders below are found; released ones are not found again."""
    source, clock, inbox = _source(tmp_path, taken=tmp_path / "inbox" / "taken")
    (inbox / "line1" / "day").mkdir(parents=True)
    (inbox / "line1" / "day" / "a.tif").write_bytes(b"1")
    (pickup,) = _settled(source, clock)
    assert source.release(pickup) is None
    assert _settled(source, clock) == []


def test_links_and_special_files_are_refused_and_reported(tmp_path: Path) -> None:
    """A link or a pipe is never followed, and is a fault for as long as it lies there."""
    source, clock, inbox = _source(tmp_path)
    (tmp_path / "secret").write_bytes(b"1")
    (inbox / "a.tif").symlink_to(tmp_path / "secret")
    (inbox / "folder").symlink_to(tmp_path)
    os.mkfifo(inbox / "b.tif")
    for _ in range(3):
        assert _settled(source, clock) == []
        assert [f.problem.kind for f in source.faults] == ["ingest.not_a_plain_file"] * 3


def test_a_missing_folder_is_a_fault_until_it_is_there(tmp_path: Path) -> None:
    """The source says so at each look, and goes on when the folder is back."""
    clock = _Clock()
    source = FolderSource("fax", tmp_path / "gone", clock=clock)
    assert [f.problem.kind for f in source.look().faults] == ["ingest.folder_unreadable"]
    (tmp_path / "gone").mkdir()
    (tmp_path / "gone" / "a.tif").write_bytes(b"1")
    assert len(_settled(source, clock)) == 1
    assert source.faults == ()


def test_an_unreadable_file_is_a_fault_and_others_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without rights is reported at each look, is not given, and holds nothing up."""
    source, clock, inbox = _source(tmp_path)
    (inbox / "a.tif").write_bytes(b"1")
    (inbox / "b.tif").write_bytes(b"1")
    real = Path.open

    def refuse(path: Path, *args: object, **more: object) -> object:
        if path.name == "a.tif":
            raise PermissionError(13, "Permission denied")
        return real(path, *args, **more)  # type: ignore[call-overload]  (passed on as they came)

    monkeypatch.setattr(Path, "open", refuse)
    assert [p.path.name for p in _settled(source, clock)] == ["b.tif"]
    assert [f.problem.kind for f in source.look().faults] == ["ingest.unreadable"]
    assert source.faults[0].path.name not in source.faults[0].problem.message
    monkeypatch.undo()
    assert [p.path.name for p in source.look().pickups] == ["a.tif"]


def test_a_ticket_shortens_the_wait_and_a_bad_one_is_told(tmp_path: Path) -> None:
    """With its ticket beside it a file is given at the next look; a damaged ticket does not stop it."""
    source, clock, inbox = _source(tmp_path)
    (inbox / "a.tif").write_bytes(b"1")
    (inbox / "a.tif.json").write_bytes(b"{broken")
    source.look()
    clock.now += 0.3
    (pickup,) = source.look().pickups
    assert pickup.ticket is None
    assert pickup.ticket_problem is not None


def test_a_ticket_that_stays_alone_is_told(tmp_path: Path) -> None:
    """A ticket whose file never comes is a fault after ten minutes, not an arrival."""
    source, clock, inbox = _source(tmp_path)
    (inbox / "a.json").write_bytes(b"{}")
    assert _settled(source, clock) == []
    assert source.faults == ()
    clock.now += 700
    assert [f.problem.kind for f in source.look().faults] == ["ingest.ticket_alone"]


def test_a_file_that_cannot_be_removed_is_a_problem_and_not_given_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a read-only folder a stored file stays, is told, and is not taken twice."""
    source, clock, inbox = _source(tmp_path)
    (inbox / "a.tif").write_bytes(b"1")
    (pickup,) = _settled(source, clock)

    def refuse(_path: Path) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "unlink", refuse)
    trouble = source.release(pickup)
    assert trouble is not None
    assert trouble.kind == "ingest.not_removable"
    assert _settled(source, clock) == []


def test_thousands_of_files_at_start(tmp_path: Path) -> None:
    """Three thousand waiting files are all given, oldest first, in well under a second a look."""
    source, clock, inbox = _source(tmp_path)
    for number in range(3000):
        path = inbox / f"{number:04d}.tif"
        path.write_bytes(b"1")
        os.utime(path, (1_000_000 - number, 1_000_000 - number))
    found = _settled(source, clock)
    assert len(found) == 3000
    assert [p.path.name for p in found[:2]] == ["2999.tif", "2998.tif"]


def test_events_bring_a_renamed_file_within_a_second(tmp_path: Path) -> None:
    """With events, a file renamed into place is given at once, long before the next look was due."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    stop = threading.Event()
    got: list[float] = []
    with FolderSource("fax", inbox, settle_seconds=5.0, rescan_seconds=60.0) as source:

        def collect() -> None:
            for pickup in source.pickups(stop):
                got.append(time.monotonic())
                source.release(pickup)
                stop.set()

        thread = threading.Thread(target=collect)
        thread.start()
        time.sleep(0.3)
        (inbox / ".a.tif").write_bytes(b"1")
        (inbox / ".a.tif").rename(inbox / "a.tif")
        start = time.monotonic()
        thread.join(10)
        stop.set()
        thread.join()
    assert len(got) == 1
    assert got[0] - start < 3
    assert list(inbox.iterdir()) == []


def test_vanishing_files_are_no_fault(tmp_path: Path) -> None:
    """A file that goes away between two looks is forgotten."""
    source, clock, inbox = _source(tmp_path)
    (inbox / "a.tif").write_bytes(b"1")
    source.look()
    (inbox / "a.tif").unlink()
    clock.now += 5
    assert source.look().pickups == ()
    assert source.faults == ()
