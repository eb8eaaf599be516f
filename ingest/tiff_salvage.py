"""Finds the rows of a fax file that breaks off before the directory that would have named them."""

from PIL import Image, ImageChops, ImageOps

from ingest import tiff_directory as tags
from ingest.decoded import DecodedPage
from ingest.errors import problem
from ingest.resolution import resolution
from ingest.tiff_directory import Directory
from ingest.tiff_fax import G3, G4, LSB_FIRST, decode_strip, is_fax_coded

_SALVAGE_BYTES = 256
_SALVAGE_ROWS = 60
_SALVAGE_MOST_ROWS = 4400
_MOST_UNREST = 0.12
"""Share of dots that differ from the dot above: writing has 0.01 to 0.06, wrongly decoded data 0.2 and more."""


def salvage(data: bytes, directories: list[Directory]) -> DecodedPage | None:
    """Decode what lies after the last directory of a broken chain, as the pages before it were coded.

    A receiver writes a page's rows before its directory, so a file that was cut off ends in rows
    that no directory names. Without any directory the rows are tried as a 1728-dot page.
    """
    start = max((_end(d) for d in directories), default=8)
    rest = data[start + start % 2 :]
    if len(rest) < _SALVAGE_BYTES:
        return None
    like = [d for d in directories if is_fax_coded(d.whole(tags.COMPRESSION)) and d.whole(tags.WIDTH) > 0]
    if directories and not like:
        return None
    lines = None
    if like:
        last = like[-1]
        options = last.whole(tags.T6_OPTIONS if last.whole(tags.COMPRESSION) == G4 else tags.T4_OPTIONS)
        ways = [(last.whole(tags.COMPRESSION), options, last.whole(tags.FILL_ORDER, 1))]
        width, lines = last.whole(tags.WIDTH), last.number(tags.Y_RESOLUTION)
    else:
        ways = [(c, o, f) for c, o in ((G4, 0), (G3, 0), (G3, 1)) for f in (1, 2)]
        width = 1728
    best: Image.Image | None = None
    for compression, options, fill in ways:
        strip = decode_strip(
            rest,
            width=width,
            rows=_SALVAGE_MOST_ROWS,
            compression=compression,
            t4_options=options,
            reverse=fill == LSB_FIRST,
        )
        kept = strip.missing_from if strip.missing_from is not None else 0
        if kept < _SALVAGE_ROWS or (best is not None and kept <= best.height):
            continue
        rows = strip.image.crop((0, 0, width, kept))
        if _unrest(rows) <= _MOST_UNREST:
            best = rows
    if best is None:
        return None
    white = like[-1].is_min_white if like else True
    # as high as the page before, the lost rows white: the form on it keeps its shape
    high = max(best.height, min(like[-1].whole(tags.LENGTH), _SALVAGE_MOST_ROWS) if like else 0)
    whole_page = Image.new("1", (width, high), 0)
    whole_page.paste(best, (0, 0))
    grey = whole_page.convert("L")
    found = resolution(width, high, 204.0 if lines else None, lines)
    return DecodedPage(
        ImageOps.invert(grey) if white else grey,
        found.x,
        found.y,
        problem=problem("page_damaged", what="the file breaks off in this page"),
        notes=["rows_missing", "resolution_inferred"] if found.inferred else ["rows_missing"],
    )


def _end(directory: Directory) -> int:
    """The byte after everything that belongs to a page: its directory, its tags' values, its rows."""
    offsets, counts = directory.wholes(tags.STRIP_OFFSETS), directory.wholes(tags.STRIP_COUNTS)
    return max(directory.end, *(o + c for o, c in zip(offsets, counts, strict=False)), 0)


def _unrest(rows: Image.Image) -> float:
    """The share of dots that differ from the dot above them."""
    below = rows.crop((0, 1, rows.width, rows.height))
    above = rows.crop((0, 0, rows.width, rows.height - 1))
    differing = ImageChops.difference(below.convert("L"), above.convert("L")).histogram()[255]
    return differing / (below.width * below.height)
