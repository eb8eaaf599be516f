"""Stored files are looked at again; what can be made again is."""

import json
import os
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from desk.cases.arrivals import record_unpacked
from desk.cli.main import app
from desk.config import Settings
from desk.errors import StorageError
from desk.pipeline import steps
from desk.records.models import Arrival, Page
from desk.storage import original_is_intact, store_original
from desk.verify import Damage, damaged_originals, damaged_pages, rederive
from tests.desk.made_up import arrive
from tests.ingest.making import tiff, written_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def fax(inlet: Settings, tmp_path: Path) -> Arrival:
    """An unpacked fax of one page, with an upright image that is the page itself."""
    del inlet
    arrival = arrive(tmp_path, tiff(written_page()))
    steps.unpack_arrival(arrival.pk, 1)
    return arrival


def _place(inlet: Settings, folder: str, name: str) -> Path:
    return inlet.data_dir / folder / name


def _spoil(path: Path, content: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(content)


def test_an_original_is_written_once(inlet: Settings, tmp_path: Path) -> None:
    """Its file is read-only from the moment it is there, and stored again it stays as it is."""
    arrival = arrive(tmp_path, b"a fax")
    path = _place(inlet, "originals", arrival.original)
    assert stat.S_IMODE(path.stat().st_mode) == 0o440
    before = path.stat().st_ino
    arrive(tmp_path, b"a fax")
    assert path.stat().st_ino == before


def test_a_cut_off_file_is_mended_when_the_same_comes_again(inlet: Settings, tmp_path: Path) -> None:
    """A stored file that lost its end is no reason to lose the whole one that comes now."""
    (tmp_path / "fax").write_bytes(b"a whole fax")
    stored = store_original(tmp_path / "fax")
    _spoil(_place(inlet, "originals", stored.name), b"a whole")
    store_original(tmp_path / "fax")
    assert original_is_intact(stored.name, stored.sha256)


def test_damaged_and_missing_originals_are_named(inlet: Settings, tmp_path: Path) -> None:
    """By number, in order, with the progress of the look."""
    whole, changed, gone = (arrive(tmp_path) for _ in range(3))
    _spoil(_place(inlet, "originals", changed.original), b"other bytes!")
    _place(inlet, "originals", gone.original).unlink()
    steps_told: list[tuple[int, int]] = []
    found = list(damaged_originals(lambda done, of: steps_told.append((done, of))))
    assert found == [Damage(changed.pk, "original", gone=False), Damage(gone.pk, "original", gone=True)]
    assert steps_told == [(1, 3), (2, 3), (3, 3)]
    assert str(found[1]) == f"arrival {gone.pk}: original is gone"
    assert whole.pk not in {damage.arrival for damage in found}


def test_page_images_are_made_again(fax: Arrival, inlet: Settings) -> None:
    """Gone or spoilt, they come back from the original, byte for byte, and the page keeps its name."""
    page = Page.objects.get(arrival=fax)
    path = _place(inlet, "derived", page.image)
    before = path.read_bytes()
    assert list(damaged_pages()) == []
    for harm in (path.unlink, lambda: _spoil(path, before[:100]), lambda: _spoil(path, os.urandom(len(before)))):
        harm()
        (damage,) = damaged_pages()
        assert (damage.arrival, damage.what, damage.page) == (fax.pk, "image", 1)
        assert rederive(fax.pk) == ()
        assert path.read_bytes() == before
        assert list(damaged_pages()) == []


def test_uprights_are_made_again(fax: Arrival, inlet: Settings) -> None:
    """The upright image, too, by turning the page as it was turned for reading."""
    page = Page.objects.get(arrival=fax)
    Page.objects.filter(pk=page.pk).update(upright=page.image)
    rederive(fax.pk)
    page.refresh_from_db()
    path = _place(inlet, "derived", page.upright)
    before = path.read_bytes()
    path.unlink()
    assert [damage.what for damage in damaged_pages()] == ["upright"]
    assert rederive(fax.pk) == ()
    assert path.read_bytes() == before


def test_without_its_original_nothing_is_made(fax: Arrival, inlet: Settings) -> None:
    """That is said, and the page is left as it is."""
    _place(inlet, "originals", fax.original).unlink()
    with pytest.raises(StorageError, match=f"original of arrival {fax.pk} is gone"):
        rederive(fax.pk)


def test_a_page_that_the_original_no_longer_gives_is_told(fax: Arrival) -> None:
    """Nothing is invented for it."""
    Page.objects.create(arrival=fax, number=2, image="aa/" + "0" * 64 + ".png")
    assert rederive(fax.pk) == (2,)


def test_the_command_names_mends_and_ends_with_its_status(
    fax: Arrival, inlet: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Status 1 while something is damaged; with --rederive the pages come back; originals are left to a person."""
    monkeypatch.setattr("desk.cli.records.open_records", lambda **_: None)
    _place(inlet, "derived", Page.objects.get(arrival=fax).image).unlink()
    found = CliRunner().invoke(app, ["doctor", "--verify", "--json"])
    assert found.exit_code == 1
    assert json.loads(found.stdout)["pages"] == [f"arrival {fax.pk} page 1: image is gone"]
    mended = CliRunner().invoke(app, ["doctor", "--verify", "--rederive"])
    assert mended.exit_code == 0
    assert f"the pages of arrivals {fax.pk}" in mended.stdout
    _spoil(_place(inlet, "originals", fax.original), b"x")
    lost = CliRunner().invoke(app, ["doctor", "--verify"])
    assert lost.exit_code == 1
    assert f"arrival {fax.pk}: original has other bytes" in lost.stdout
    assert "backup" in lost.stdout


def test_quarantined_without_pages_has_nothing_to_make(inlet: Settings, tmp_path: Path) -> None:
    """An arrival of which no page came is as whole as it ever was."""
    del inlet
    arrival = arrive(tmp_path)
    record_unpacked(arrival.pk, 1, media_type="", facts={}, pages=[], problem=None)
    assert rederive(arrival.pk) == ()
