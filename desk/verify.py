"""Looking whether every stored file still has the bytes it was stored with; and making derived ones again.

Originals cannot be made again, so a damaged one is named with its arrival. Page images can: from the
original, by the same unpacking, as long as that is whole.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from desk import storage
from desk.errors import StorageError
from desk.records.models import Arrival, Page
from extract.errors import ExtractError
from extract.forms.known import prepare_known
from extract.page.upright import upright_png
from ingest.pages import PageSource
from ingest.unpack import unpack

_CHUNK = 1 << 20
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Damage:
    """A stored file that is gone or has other bytes: of which arrival (and page), and which file it is.

    ``what`` is ``original``, ``image`` or ``upright``; ``gone`` says that there is no file at all.
    """

    arrival: int
    what: str
    gone: bool
    page: int | None = None

    def __str__(self) -> str:
        """Name it by ids."""
        where = f"arrival {self.arrival}" + (f" page {self.page}" if self.page else "")
        return f"{where}: {self.what} {'is gone' if self.gone else 'has other bytes'}"


def damaged_originals(progress: Progress = lambda _done, _of: None) -> Iterator[Damage]:
    """Hash every original again, in order of arrival, and give those that are not what came in."""
    rows = Arrival.objects.order_by("pk").values_list("pk", "original", "sha256")
    count = rows.count()
    for done, (pk, name, sha256) in enumerate(rows.iterator(), start=1):
        found = _digest(storage.ORIGINALS, name)
        if found != sha256:
            yield Damage(pk, "original", gone=found is None)
        progress(done, count)


def damaged_pages(progress: Progress = lambda _done, _of: None) -> Iterator[Damage]:
    """Hash every page image again (its name is its hash) and give those that are gone or changed."""
    rows = Page.objects.order_by("arrival_id", "number").values_list("arrival_id", "number", "image", "upright")
    count = rows.count()
    for done, (arrival, number, image, upright) in enumerate(rows.iterator(), start=1):
        for what, name in (("image", image), ("upright", upright)):
            found = _digest(storage.DERIVED, name) if name else None
            if name and found != Path(name).stem:
                yield Damage(arrival, what, gone=found is None, page=number)
        progress(done, count)


def _digest(which: str, name: str) -> str | None:
    """The SHA-256 of a stored file, None when there is none or it cannot be read."""
    digest = hashlib.sha256()
    try:
        with storage.open_stored(which, name) as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except StorageError:
        return None
    return digest.hexdigest()


def rederive(arrival_id: int) -> tuple[int, ...]:
    """Make an arrival's page images again from its original; give the pages of which one could not be made.

    Raises :class:`desk.errors.StorageError` when the original itself is gone, or nothing can be stored.
    """
    arrival = Arrival.objects.get(pk=arrival_id)
    with tempfile.TemporaryDirectory(prefix="inlet-") as folder:
        with storage.local_copy(storage.ORIGINALS, arrival.original) as path:
            if not path.is_file():
                msg = f"the original of arrival {arrival_id} is gone, so its pages cannot be made again"
                raise StorageError(msg)
            made = {page.number: page for page in unpack(path, Path(folder)).pages}
        return tuple(page.number for page in arrival.pages.all() if not _again(page, made.get(page.number)))


def _again(page: Page, source: PageSource | None) -> bool:
    """Store a page's image and upright image anew, where it had them; say whether that could be done."""
    if not page.image and not page.upright:
        return True
    if source is None or source.image is None:
        return False
    page.image = _stored(source.image, page.image)
    if page.upright:
        upright = source.image.with_name(f"upright-{page.number}.png")
        try:
            upright_png(prepare_known(source)[0], upright)
        except ExtractError:
            return False
        page.upright = _stored(upright, page.upright)
    page.save(update_fields=["image", "upright"])
    return True


def _stored(path: Path, before: str) -> str:
    """Store a file and give its name; a damaged one of that name makes room first."""
    data = path.read_bytes()
    if before and Path(before).stem == hashlib.sha256(data).hexdigest():
        storage.discard_derived(before)
    return storage.store_derived(data, ".png").name
