"""Tells a logo or a sender's portrait from a scanned page or a photo of one."""

import io

_SHORT, _SMALL = 330, 260_000
_NARROW = 3.2
_BANNER_HIGH = 520
_PEEK = ("PNG", "JPEG", "MPO", "GIF", "BMP", "WEBP")


def is_icon(data: bytes) -> bool:
    """Say whether a picture is too small to be a page: a logo, a banner, a counting pixel.

    A picture whose size cannot be told is none: it is opened, and its problem shown.
    """
    from PIL import Image  # noqa: PLC0415  (only messages with pictures need it, and it is slow to load)

    try:
        with Image.open(io.BytesIO(data), formats=_PEEK) as image:
            width, height = image.size
    except (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, EOFError, Image.DecompressionBombError):
        return False
    if min(width, height) < _SHORT or width * height < _SMALL:
        return True
    return width > _NARROW * height and height < _BANNER_HIGH
