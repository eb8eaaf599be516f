"""The watched folder."""

import os
import re
import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path

import pytest

import ingest.folder as folder_module
from ingest.errors import FolderTakenError
from ingest.folder import FolderSource, Pickup, file_key
from ingest.folder_events import FolderEvents
from ingest.folder_probe import Probe, file_system, probe_folder
from ingest.pages import CallFacts
from ingest.ticket import TicketRules


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
    """With its ticket beside it a file is given at the next look; a damaged one is given time, then taken without."""
    source, clock, inbox = _source(tmp_path)
    (inbox / "a.tif").write_bytes(b"1")
    (inbox / "a.tif.json").write_bytes(b'{"tsi": "CLINIC"}')
    (inbox / "B.TIF").write_bytes(b"1")
    (inbox / "B.XML").write_bytes(b"<fax><tsi>CLI")
    source.look()
    clock.now += 0.3
    (pickup,) = source.look().pickups
    assert pickup.ticket == CallFacts(tsi="CLINIC")
    clock.now += 2.0
    (other,) = source.look().pickups
    assert other.ticket is None
    assert other.ticket_problem is not None
    assert other.ticket_path == inbox / "B.XML"


def test_a_half_written_ticket_is_waited_for(tmp_path: Path) -> None:
    """A ticket that makes no sense yet, and does a second later, is used."""
    source, clock, inbox = _source(tmp_path)
    (inbox / "a.tif").write_bytes(b"1")
    (inbox / "a.json").write_bytes(b'{"tsi": "CLI')
    source.look()
    clock.now += 0.5
    assert source.look().pickups == ()
    (inbox / "a.json").write_bytes(b'{"tsi": "CLINIC"}')
    (pickup,) = source.look().pickups
    assert pickup.ticket == CallFacts(tsi="CLINIC")


def test_a_ticket_that_comes_late_is_waited_for_where_settings_say_so(tmp_path: Path) -> None:
    """With ``ticket_seconds`` an image waits for its ticket, then goes without."""
    source, clock, inbox = _source(tmp_path, ticket_seconds=20.0)
    (inbox / "a.tif").write_bytes(b"1")
    (inbox / "b.tif").write_bytes(b"1")
    source.look()
    clock.now += 10
    assert source.look().settling == 2
    (inbox / "a.csv").write_bytes(b"caller,pages\n510-555-0142,2\n")
    (pickup,) = source.look().pickups
    assert pickup.ticket == CallFacts("510-555-0142", pages=2)
    clock.now += 11
    (pickup,) = source.look().pickups
    assert (pickup.path.name, pickup.ticket, pickup.ticket_problem) == ("b.tif", None, None)


def test_an_index_tells_of_files_and_never_leaves(tmp_path: Path) -> None:
    """A file is given as soon as its line is there; the index itself stays; a bad one is a fault."""
    source, clock, inbox = _source(tmp_path, index="index.csv", ticket_seconds=30.0)
    (inbox / "a.tif").write_bytes(b"1")
    source.look()
    clock.now += 5
    assert source.look().settling == 1
    (inbox / "index.csv").write_bytes(b"file,caller\na.tif,510-555-0142\n")
    (pickup,) = source.look().pickups
    assert pickup.ticket == CallFacts("510-555-0142")
    assert source.release(pickup) is None
    clock.now += 1000
    assert source.look().faults == ()
    assert [p.name for p in inbox.iterdir()] == ["index.csv"]
    (inbox / "index.csv").write_bytes(b"\0\0\0")
    assert [f.problem.kind for f in source.look().faults] == ["ingest.index_damaged"]


def test_a_name_tells_of_the_call_where_a_pattern_says_how(tmp_path: Path) -> None:
    """Without a ticket the file's name is asked."""
    rules = TicketRules(name_pattern=re.compile(r"^(?P<caller_id>\d{10})-"))
    source, clock, inbox = _source(tmp_path, rules=rules)
    (inbox / "5105550142-1.tif").write_bytes(b"1")
    (pickup,) = _settled(source, clock)
    assert pickup.ticket == CallFacts("5105550142")


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


def test_cut_off_while_releasing_no_ticket_stays_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ticket goes first: killed in between, the file is found again under the same key."""
    source, clock, inbox = _source(tmp_path)
    (inbox / "a.tif").write_bytes(b"1")
    (inbox / "a.json").write_bytes(b"{}")
    (pickup,) = _settled(source, clock)
    real = Path.unlink

    def cut(path: Path, **more: bool) -> None:
        if path.suffix == ".tif":
            raise KeyboardInterrupt
        real(path, **more)

    monkeypatch.setattr(Path, "unlink", cut)
    with pytest.raises(KeyboardInterrupt):
        source.release(pickup)
    monkeypatch.undo()
    assert [p.name for p in inbox.iterdir()] == ["a.tif"]
    source, clock, _ = _source(tmp_path)
    (again,) = _settled(source, clock)
    assert again.key == pickup.key
    assert source.release(again) is None
    assert list(inbox.iterdir()) == []


def test_a_file_that_stays_is_told_at_each_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be removed is a fault for as long as it lies there, whatever else goes well meanwhile."""
    source, clock, inbox = _source(tmp_path)
    (inbox / "a.tif").write_bytes(b"1")
    (pickup,) = _settled(source, clock)
    real = Path.unlink

    def refuse(path: Path, **more: bool) -> None:
        if path.name == "a.tif":
            raise PermissionError(13, "Permission denied")
        real(path, **more)

    monkeypatch.setattr(Path, "unlink", refuse)
    assert source.release(pickup) is not None
    (inbox / "b.tif").write_bytes(b"2")
    (other,) = _settled(source, clock)
    assert source.release(other) is None
    assert [f.problem.kind for f in source.look().faults] == ["ingest.not_removable"]
    monkeypatch.undo()
    (inbox / "a.tif").unlink()
    assert source.look().faults == ()


def test_where_files_stay_what_was_taken_is_remembered_by_its_key(tmp_path: Path) -> None:
    """In a folder that may only be read each file is given once, also after a restart, until it changes."""
    memory: set[str] = set()
    asked: list[int] = []

    def known(keys: Collection[str]) -> set[str]:
        asked.append(len(keys))
        return memory & set(keys)

    source, clock, inbox = _source(tmp_path, leave=True, known=known)
    (inbox / "a.tif").write_bytes(b"1")
    (inbox / "b.tif").write_bytes(b"2")
    (inbox / "b.json").write_bytes(b"{}")
    given = _settled(source, clock)
    memory |= {pickup.key for pickup in given}
    assert [source.release(pickup) for pickup in given] == [None, None]
    assert (len(given), source.look().pickups, source.backlog) == (2, (), 0)
    assert asked == [2]
    clock.now += 10_000
    assert source.look().faults == ()
    source, clock, _ = _source(tmp_path, leave=True, known=known)
    assert _settled(source, clock) == []
    (inbox / "a.tif").write_bytes(b"another")
    (again,) = _settled(source, clock)
    assert again.path.name == "a.tif"
    assert sorted(p.name for p in inbox.iterdir()) == ["a.tif", "b.json", "b.tif"]


def test_the_key_of_a_file_that_stays_outlives_a_new_mount(tmp_path: Path) -> None:
    """The same name, size and time under another device and number are the same file."""
    source, clock, inbox = _source(tmp_path, leave=True)
    (inbox / "a.tif").write_bytes(b"1")
    os.utime(inbox / "a.tif", (1_700_000_000, 1_700_000_000))
    (first,) = _settled(source, clock)
    (inbox / "copy").write_bytes(b"1")
    (inbox / "copy").replace(inbox / "a.tif")
    os.utime(inbox / "a.tif", (1_700_000_000, 1_700_000_000))
    source, clock, _ = _source(tmp_path, leave=True)
    (again,) = _settled(source, clock)
    assert again.key == first.key


def test_a_second_service_is_kept_off_and_takes_over_when_the_first_ends(tmp_path: Path) -> None:
    """Two on one folder would take each file twice; no file is left in the folder for it."""
    first, _clock, inbox = _source(tmp_path, exclusive=True)
    second, _clock, _ = _source(tmp_path, exclusive=True)
    with first:
        with pytest.raises(FolderTakenError, match="another service watches this folder"), second:
            pytest.fail("the second service got in")
        assert list(inbox.iterdir()) == []
    with second:
        assert second.look().faults == ()


def _first_given(source: FolderSource, act: Callable[[], None], seconds: float = 60.0) -> float | None:
    """Run a source, do something after its first look, and give how long its first file took."""
    stop = threading.Event()
    took: list[float] = []
    start = 0.0
    with source:

        def collect() -> None:
            for _pickup in source.pickups(stop):
                took.append(time.monotonic() - start)
                stop.set()

        thread = threading.Thread(target=collect)
        thread.start()
        time.sleep(0.4)
        start = time.monotonic()
        act()
        thread.join(seconds)
        stop.set()
        thread.join()
    return took[0] if took else None


def test_a_folder_on_another_machine_is_looked_at_often(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any event, and a rescan that is an hour away, a file there is found within seconds."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    monkeypatch.setattr(FolderEvents, "on_any_event", lambda *_: None)
    source = FolderSource(
        "fax", inbox, settle_seconds=0.1, rescan_seconds=3600.0,
        probe=lambda _path: Probe(writable=True, network=True),
    )  # fmt: skip
    took = _first_given(source, lambda: bool((inbox / "a.tif").write_bytes(b"1")) and None)
    assert "another machine" in source.silent
    assert took is not None


def test_a_folder_that_does_not_tell_of_a_test_file_is_looked_at_often(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The self-test notices that no event comes; nothing of it stays in the folder."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    monkeypatch.setattr(FolderEvents, "on_any_event", lambda *_: None)
    source = FolderSource("fax", inbox, settle_seconds=0.1, rescan_seconds=3600.0)
    took = _first_given(source, lambda: bool((inbox / "a.tif").write_bytes(b"1")) and None)
    assert "test file" in source.silent
    assert took is not None
    assert [p.name for p in inbox.iterdir()] == ["a.tif"]


def test_files_that_come_untold_end_the_trust_in_events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A share that tells of our own test file but not of what others write there is found out by what comes."""
    source, clock, inbox = _source(tmp_path)
    with source:
        source._test_itself()
        source.look()
        assert source.silent == ""
        monkeypatch.setattr(FolderEvents, "news", lambda _self: (frozenset(), frozenset()))
        for number in range(2):
            (inbox / f"{number}.tif").write_bytes(b"1")
            source.look()
            clock.now += 1
            source.look()
        assert "did not tell" in source.silent


def test_files_whose_events_come_are_told(tmp_path: Path) -> None:
    """On a folder whose events work, a dozen files leave the trust in them as it was."""
    source, clock, inbox = _source(tmp_path)
    with source:
        source._test_itself()
        source.look()
        for number in range(12):
            (inbox / f"{number}.tif").write_bytes(b"1")
            source.look()
            time.sleep(0.05)
            clock.now += 1
            source.look()
        assert source.silent == ""


def test_a_folder_s_own_clock_is_corrected_and_told(tmp_path: Path) -> None:
    """Times of a server that runs ten minutes ahead become ours; a fault says that the clocks differ."""
    source, clock, inbox = _source(tmp_path, probe=lambda _path: Probe(writable=True, network=True, skew=600.0))
    source._test_itself()
    (inbox / "a.tif").write_bytes(b"1")
    os.utime(inbox / "a.tif", (1_700_000_600, 1_700_000_600))
    (pickup,) = _settled(source, clock)
    assert pickup.mtime == 1_700_000_000
    assert pickup.key == file_key(inbox / "a.tif")
    assert [f.problem.kind for f in source.faults] == ["ingest.clock_skew"]


def test_our_clock_jumping_back_changes_nothing(tmp_path: Path) -> None:
    """Settling counts seconds that pass, so files from the future and the past are given alike."""
    source, clock, inbox = _source(tmp_path)
    for name, moment in (("old.tif", 1_000_000), ("new.tif", 4_000_000_000)):
        (inbox / name).write_bytes(b"1")
        os.utime(inbox / name, (moment, moment))
    assert [p.path.name for p in _settled(source, clock)] == ["old.tif", "new.tif"]


def test_a_folder_below_without_rights_is_a_fault_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One folder that may not be listed does not hold up its neighbours."""
    source, clock, inbox = _source(tmp_path)
    (inbox / "closed").mkdir()
    (inbox / "open").mkdir()
    (inbox / "open" / "a.tif").write_bytes(b"1")
    real = os.scandir

    def scan(folder: Path) -> object:
        if Path(folder).name == "closed":
            raise PermissionError(13, "Permission denied")
        return real(folder)

    monkeypatch.setattr(os, "scandir", scan)
    assert [p.path.name for p in _settled(source, clock)] == ["a.tif"]
    assert [f.problem.kind for f in source.faults] == ["ingest.folder_unreadable"]


def test_folders_too_deep_are_told(tmp_path: Path) -> None:
    """What lies deeper than is looked is a fault, not silence."""
    source, clock, inbox = _source(tmp_path)
    deep = inbox.joinpath(*"abcdefghi")
    deep.mkdir(parents=True)
    (deep / "a.tif").write_bytes(b"1")
    assert _settled(source, clock) == []
    assert [f.problem.kind for f in source.faults] == ["ingest.folder_too_deep"]


def test_a_file_that_vanishes_between_listing_and_looking_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody takes it away under our hands: nothing is given, nothing is wrong."""
    source, clock, inbox = _source(tmp_path)
    (inbox / "a.tif").write_bytes(b"1")
    source.look()
    clock.now += 3
    monkeypatch.setattr(folder_module, "why_unreadable", lambda path: path.unlink())
    (pickup,) = source.look().pickups
    assert source.release(pickup) is None
    assert source.look().faults == ()


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("36 35 0:45 / {place} rw,relatime shared:1 - nfs4 server:/fax rw", "nfs4"),
        ("36 35 0:45 / {place} rw - cifs //server/fax rw", "cifs"),
        ("36 35 0:45 / {place} rw - fuse.sshfs fax@server:/ rw", "fuse"),
        ("36 35 8:1 / / rw - ext4 /dev/sda1 rw", "ext4"),
        ("garbage", ""),
    ],
)
def test_the_file_system_of_a_folder(tmp_path: Path, line: str, kind: str) -> None:
    """The mount that holds the folder says what it is; a table that makes no sense says nothing."""
    mounts = tmp_path / "mountinfo"
    below = "" if kind in {"", "ext4"} else "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
    mounts.write_text(below + line.format(place=tmp_path))
    assert file_system(tmp_path, mounts) == kind


def test_a_probe_tells_rights_and_clock(tmp_path: Path) -> None:
    """A clock that differs by an hour shows; a folder that is not there cannot be written."""
    found = probe_folder(tmp_path, clock=lambda: time.time() - 3600)
    assert found.writable
    assert found.skew is not None
    assert abs(found.skew - 3600) < 5
    assert abs(probe_folder(tmp_path).skew or 0.0) < 1
    assert list(tmp_path.iterdir()) == []
    assert not probe_folder(tmp_path / "gone").writable


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


def test_events_bring_a_renamed_file_at_once(tmp_path: Path) -> None:
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
        thread.join(40)
        stop.set()
        thread.join()
    assert len(got) == 1
    assert got[0] - start < 40, "it came with the next look only"
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
