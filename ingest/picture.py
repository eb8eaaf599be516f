"""Decodes a PNG, JPEG, HEIC, GIF, BMP or WebP as one page, the way round that its camera or scanner says."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from PIL import Image, ImageFile, ImageOps

from ingest.decoded import DecodedPage
from ingest.errors import RefusedError, problem
from ingest.grey import to_grey
from ingest.limits import Limits
from ingest.resolution import resolution
from ingest.sniff import BMP, GIF, HEIC, JPEG, PNG, WEBP

_FORMATS: Mapping[str, tuple[str, ...]] = {
    JPEG: ("JPEG", "MPO"), PNG: ("PNG",), HEIC: ("HEIF",), GIF: ("GIF",), BMP: ("BMP",), WEBP: ("WEBP",)
}  # fmt: skip
_BROKEN = (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, EOFError, RuntimeError)


def decode(path: Path, media_type: str, limits: Limits) -> Iterator[DecodedPage]:
    """Yield the one page of a picture; a cut-off one keeps the rows it has and says so.

    Raises RefusedError when nothing of it can be decoded or it is too large.
    """
    if media_type == HEIC:
        import pi_heif  # noqa: PLC0415  (its library is loaded only when there is such a photo)

        pi_heif.register_heif_opener(thumbnails=False)
    image, whole = _load(path, _FORMATS[media_type], limits)
    width, height = image.size
    x, y = _dpi(image)
    turned = ImageOps.exif_transpose(image)
    if turned.size != (width, height):
        x, y = y, x
    found = resolution(*turned.size, x, y)
    page = DecodedPage(to_grey(turned), found.x, found.y)
    if found.inferred:
        page.notes.append("resolution_inferred")
    if not whole:
        page.notes.append("rows_missing")
        page.problem = problem("page_damaged", what="the file breaks off in it")
    yield page


def _load(path: Path, formats: tuple[str, ...], limits: Limits) -> tuple[Image.Image, bool]:
    """Decode the picture strictly, then patiently; say whether it was whole."""
    for patient in (False, True):
        ImageFile.LOAD_TRUNCATED_IMAGES = patient
        try:
            image: Image.Image = Image.open(path, formats=formats)
            if image.width * image.height > limits.page_pixels:
                raise RefusedError(problem("page_too_large", limit=limits.page_pixels // 1_000_000))
            image.load()
        except _BROKEN as error:
            if patient:
                raise RefusedError(problem("damaged")) from error
        else:
            low, high = to_grey(image).getextrema()
            if patient and low == high:
                raise RefusedError(problem("damaged"))
            return image, not patient
    raise AssertionError


def _dpi(image: Image.Image) -> tuple[float | None, float | None]:
    dpi = image.info.get("dpi", (None, None))
    try:
        return float(dpi[0]), float(dpi[1])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return None, None
