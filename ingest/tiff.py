"""Decodes a TIFF page by page; a damaged page costs itself and keeps the rows that are good."""

import io
import re
import struct
import warnings
from collections.abc import Iterator

from PIL import Image, ImageFile, ImageOps

from ingest import tiff_directory as tags
from ingest.decoded import DecodedPage, FileFacts
from ingest.errors import RefusedError, problem
from ingest.grey import to_grey
from ingest.limits import Limits
from ingest.pages import CallFacts
from ingest.resolution import Resolution, resolution
from ingest.tiff_directory import Chain, Directory
from ingest.tiff_fax import G4, LSB_FIRST, decode_strip, is_fax_coded
from ingest.tiff_salvage import salvage

_WIDEST = 30_000
_TALLEST = 60_000
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = frozenset({5, 6, 7, 8})
_FAX_SOFTWARE = re.compile(r"hylafax|spandsp|iaxmodem|fax", re.IGNORECASE)
_NUMBER = re.compile(r"\+?[\d\s().\-]{4,24}")


def decode(data: bytes, limits: Limits, facts: FileFacts, *, first: int = 1) -> Iterator[DecodedPage]:
    """Yield the pages of a TIFF in order, from page ``first`` on.

    Fills ``facts.call`` from the first directory and ``facts.problem`` when the chain of
    directories breaks off. Raises RefusedError when the file has no page at all.
    """
    chain = tags.walk(data, most=limits.pages + 1)
    directories = [d for d in chain.directories if not d.is_reduced]
    facts.call = call_facts(directories[0]) if directories else None
    if len(directories) > limits.pages:
        directories = directories[: limits.pages]
        facts.problem = problem("too_many_pages", limit=limits.pages)
    elif not chain.complete:
        facts.problem = problem("pages_lost")
    for directory in directories[first - 1 :]:
        yield _page(data, chain, directory, limits)
    count = len(directories)
    if not chain.complete and count < limits.pages:
        salvaged = salvage(data, directories)
        if salvaged is not None:
            count += 1
            if first <= count:
                yield salvaged
    if not count:
        raise RefusedError(problem("no_pages" if chain.complete else "damaged"))


def call_facts(directory: Directory) -> CallFacts | None:
    """What the receiving fax program noted in the first directory, or None if it was no fax program.

    HylaFAX writes the sender's own number, then the caller ids in its order, a line each, into
    ImageDescription; spandsp writes the sender's number alone.
    """
    software = directory.texts.get(tags.SOFTWARE, "")
    if not (_FAX_SOFTWARE.search(software) or tags.FAX_DCS in directory.texts):
        return None
    lines = [line.strip() for line in directory.texts.get(tags.DESCRIPTION, "").split("\n")]
    numbers = [line if _NUMBER.fullmatch(line) else None for line in lines]
    numbering = directory.wholes(tags.PAGE_NUMBER)
    stated = numbering[1] if len(numbering) > 1 and numbering[1] > 0 else None
    return CallFacts(
        tsi=lines[0] or None,
        caller_id=numbers[1] if len(numbers) > 1 else None,
        called=next((number for number in reversed(numbers[3:]) if number), None),
        pages=stated,
    )


def _page(data: bytes, chain: Chain, directory: Directory, limits: Limits) -> DecodedPage:
    width, rows = directory.whole(tags.WIDTH), directory.whole(tags.LENGTH)
    has_data = directory.wholes(tags.STRIP_OFFSETS) or tags.TILE_WIDTH in directory.numbers
    if not 0 < width <= _WIDEST or not has_data:
        return DecodedPage(None, problem=problem("page_unreadable"))
    if width * rows > limits.page_pixels and rows <= _TALLEST:
        return DecodedPage(None, problem=problem("page_too_large", limit=limits.page_pixels // 1_000_000))
    coded = is_fax_coded(directory.whole(tags.COMPRESSION, 1)) and tags.TILE_WIDTH not in directory.numbers
    page = _fax_page(data, directory, limits) if coded else _plain_page(data, chain, directory)
    if page.image is None:
        return page
    return _placed(page, directory)


def _placed(page: DecodedPage, directory: Directory) -> DecodedPage:
    """Set the resolution, and turn the picture as its orientation tag says."""
    assert page.image is not None
    found: Resolution = resolution(
        page.image.width,
        page.image.height,
        directory.number(tags.X_RESOLUTION),
        directory.number(tags.Y_RESOLUTION),
        directory.whole(tags.RESOLUTION_UNIT, 2),
    )
    page.dpi_x, page.dpi_y = found.x, found.y
    if found.inferred:
        page.notes.append("resolution_inferred")
    orientation = directory.whole(tags.ORIENTATION, 1)
    if orientation in _TURNS:
        page.image = page.image.transpose(_TURNS[orientation])
        if orientation in _SIDEWAYS:
            page.dpi_x, page.dpi_y = page.dpi_y, page.dpi_x
    return page


def _fax_page(data: bytes, directory: Directory, limits: Limits) -> DecodedPage:
    """Decode the strips of a fax page one by one; lost rows stay white in their place."""
    width = directory.whole(tags.WIDTH)
    stated = directory.whole(tags.LENGTH)
    rows = stated if 0 < stated <= _TALLEST else min(_TALLEST, limits.page_pixels // width)
    per_strip = directory.whole(tags.ROWS_PER_STRIP, rows)
    per_strip = rows if not 0 < per_strip <= rows else per_strip
    pieces, cut = _strips(data, directory, (rows + per_strip - 1) // per_strip)
    image = Image.new("1", (width, rows), 0)
    good = bad = lost = 0
    end = 0
    for index in range((rows + per_strip - 1) // per_strip):
        top = index * per_strip
        high = min(per_strip, rows - top)
        piece = pieces[index] if index < len(pieces) else b""
        if not piece:
            lost += high
            continue
        strip = decode_strip(
            piece,
            width=width,
            rows=high,
            compression=directory.whole(tags.COMPRESSION),
            t4_options=directory.whole(tags.T6_OPTIONS if directory.whole(tags.COMPRESSION) == G4 else tags.T4_OPTIONS),
            reverse=directory.whole(tags.FILL_ORDER, 1) == LSB_FIRST,
        )
        kept = high if strip.missing_from is None else strip.missing_from
        image.paste(strip.image, (0, top))
        good, lost, bad = good + kept, lost + high - kept, bad + strip.bad_rows
        end = top + kept if kept else end
    if not good:
        return DecodedPage(None, problem=problem("page_unreadable"))
    if rows != stated:
        image = image.crop((0, 0, width, end))
        lost, cut = 0, True
    page = DecodedPage(ImageOps.invert(image) if directory.is_min_white else image)
    bad += directory.whole(tags.BAD_FAX_LINES)
    if lost:
        page.notes.append("rows_missing")
        page.problem = problem("page_damaged", what=f"{lost} of {rows} rows are missing")
    elif cut:
        page.problem = problem("page_damaged", what="its end is missing")
    if bad:
        page.notes.append("bad_rows")
    return page


def _strips(data: bytes, directory: Directory, expected: int) -> tuple[list[bytes], bool]:
    """The bytes of each strip; a length that is missing or wrong ends where the next strip starts."""
    offsets = directory.wholes(tags.STRIP_OFFSETS)[:expected]
    counts = directory.wholes(tags.STRIP_COUNTS)
    pieces: list[bytes] = []
    cut = False
    for index, offset in enumerate(offsets):
        following = [o for o in (*offsets[index + 1 : index + 2], directory.offset, len(data)) if o > offset]
        room = (min(following) if following else len(data)) - offset
        count = counts[index] if index < len(counts) else 0
        if not 0 < count <= len(data) - offset:
            count, cut = max(0, min(room, len(data) - offset)), True
        pieces.append(data[offset : offset + count])
    return pieces, cut


def _plain_page(data: bytes, chain: Chain, directory: Directory) -> DecodedPage:
    """Decode a page that is not fax-coded through Pillow, by a copy that begins at this directory."""
    start = struct.pack(f"{chain.order}I", directory.offset)
    copy = io.BytesIO(data[:4] + start + data[8:])
    damaged = any(
        offset + count > len(data)
        for offset, count in zip(
            directory.wholes(tags.STRIP_OFFSETS), directory.wholes(tags.STRIP_COUNTS), strict=False
        )
    )
    try:
        grey, whole = _load_patiently(copy)
    except (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, struct.error, EOFError):
        return DecodedPage(None, problem=problem("page_unreadable"))
    damaged |= not whole
    low, high = grey.getextrema()
    if damaged and low == high:
        return DecodedPage(None, problem=problem("page_unreadable"))
    page = DecodedPage(grey)
    if damaged:
        page.notes.append("rows_missing")
        page.problem = problem("page_damaged", what="some of its rows are missing")
    return page


def _load_patiently(file: io.BytesIO) -> tuple[Image.Image, bool]:
    """The picture in grey with whatever could be decoded, and whether that was all of it."""
    whole = True
    patient, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, True
    try:
        with warnings.catch_warnings():
            # Pillow warns of every odd tag; the walker has judged them already
            warnings.simplefilter("ignore")
            image = Image.open(file, formats=("TIFF",))
            try:
                image.load()
            except OSError:
                # what was decoded before the damage is in the picture; the second load returns it
                whole = False
                image.load()
            return to_grey(image), whole
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = patient
