"""Originals and derived files: by content, once, safe, and clear about trouble."""

import errno
import os
from pathlib import Path

import pytest

from desk import storage
from desk.config import Settings
from desk.errors import StorageError, StorageFullError


def test_an_original_is_kept_by_its_content(inlet: Settings, tmp_path: Path) -> None:
    """The name is the hash; the same bytes are kept once; they come back unchanged."""
    path = tmp_path / "Sampleton Quilla.tif"
    path.write_bytes(b"II*\0 some fax")
    first, second = storage.store_original(path), storage.store_original(path)
    assert first == second
    files = [p for p in (inlet.data_dir / "originals").rglob("*") if p.is_file()]
    assert [p.name for p in files] == [first.sha256]
    assert storage.read_stored(storage.ORIGINALS, first.name) == b"II*\0 some fax"
    assert storage.original_is_intact(first.name, first.sha256)
    files[0].write_bytes(b"changed")
    assert not storage.original_is_intact(first.name, first.sha256)
    files[0].unlink()
    assert not storage.original_is_intact(first.name, first.sha256)


@pytest.mark.usefixtures("inlet")
def test_a_local_copy_is_the_file_itself() -> None:
    """With local storage nothing is copied to be read."""
    stored = storage.store_derived(b"png", ".png")
    with storage.local_copy(storage.DERIVED, stored.name) as path:
        assert path.read_bytes() == b"png"
        assert path.name == f"{stored.sha256}.png"


@pytest.mark.parametrize(
    ("number", "error"), [(errno.ENOSPC, StorageFullError), (errno.EDQUOT, StorageFullError), (errno.EIO, StorageError)]
)
def test_a_full_or_broken_disk_is_said_clearly(
    inlet: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, error: type[StorageError]
) -> None:
    """The error names the remedy, says that trying again helps, and leaves no half file behind."""
    path = tmp_path / "fax.tif"
    path.write_bytes(b"x" * 100)

    def fail(_handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("desk.storage.os.fsync", fail)
    with pytest.raises(error) as raised:
        storage.store_original(path)
    assert raised.value.retry
    assert type(raised.value) is error
    assert not [p for p in (inlet.data_dir / "originals").rglob("*") if p.is_file()]
