"""How many dots an inch a picture has, when its tags say so, say nonsense, or say nothing."""

from dataclasses import dataclass

FAX_WIDTHS = {1728: 204.0, 2048: 204.0, 2432: 204.0, 3456: 408.0, 4096: 408.0, 4864: 408.0}
"""Dots of a fax row (A4 or letter, B4, A3; T.4 and its double) and their dots an inch."""

_FAX_LINES = (98.0, 196.0, 391.0)
_LETTER_HIGH, _LEGAL_HIGH = 11.0, 14.6
_LEAST, _MOST = 60.0, 1300.0
_NARROW, _WIDE = 3.0, 18.0
_SHORT, _LONG = 1.0, 60.0
_INCH, _CENTIMETRE = 2, 3
_CM_PER_INCH = 2.54
_CLOSE = 0.06
_PHOTO_INCHES = 11.0


@dataclass(frozen=True, slots=True)
class Resolution:
    """Dots an inch across and down; ``inferred`` when the tags did not say so."""

    x: float
    y: float
    inferred: bool


def resolution(width: int, height: int, x: float | None, y: float | None, unit: int = _INCH) -> Resolution:
    """Give the resolution of a picture of ``width`` by ``height`` dots whose tags say ``x``, ``y``, ``unit``.

    ``unit`` is TIFF's: 2 inch, 3 centimetre, 1 none (then taken as inch when the page would be of
    a believable size). A fax row's width always means 204 (or 408) dots an inch; the lines an inch
    are then those of T.4 (98, 196, 391) whose page is the longest that is no longer than legal
    paper. Any other picture without a believable tag is taken as 11 inches along its longer side.
    """
    factor = _CM_PER_INCH if unit == _CENTIMETRE else 1.0
    said_x, said_y = (x or 0.0) * factor, (y or 0.0) * factor
    fax = FAX_WIDTHS.get(width)
    if _believable(width, height, said_x, said_y) and (fax is None or abs(said_x / fax - 1) <= _CLOSE):
        return Resolution(said_x, said_y, inferred=False)
    if fax is not None:
        return Resolution(fax, _fax_lines(height), inferred=True)
    square = max(width, height) / _PHOTO_INCHES
    return Resolution(square, square, inferred=True)


def _believable(width: int, height: int, x: float, y: float) -> bool:
    if not (_LEAST <= x <= _MOST and _LEAST <= y <= _MOST):
        return False
    return _NARROW <= width / x <= _WIDE and _SHORT <= height / y <= _LONG


def _fax_lines(height: int) -> float:
    for lines in _FAX_LINES:
        if height / lines <= _LEGAL_HIGH:
            return lines
    return min(_FAX_LINES, key=lambda lines: abs(height / lines - _LETTER_HIGH))
