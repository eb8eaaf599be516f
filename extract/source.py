"""Words of pages that need no reading: form values and the text of a mail."""

from collections.abc import Sequence

from ingest.pages import FormValue
from terms.document import Word
from terms.geometry import Box

_TYPED_HEIGHT = 0.0105
"""Usual height of a typed word as a fraction of a page, for widgets that are much taller."""
_SEVERAL = 3.0
"""Height, in typed words, from which a field holds several lines."""


def form_words(values: Sequence[FormValue]) -> tuple[Word, ...]:
    """The words typed into a form's text fields, each where its field stands.

    Words of one field are spread over its width by their length; a field of several lines keeps
    them as lines. Check boxes and radio buttons carry no words (see :mod:`extract.boxes`).
    """
    words: list[Word] = []
    for value in values:
        if value.kind in {"check", "radio"} or not value.value.strip():
            continue
        lines = [line for line in value.value.splitlines() if line.strip()]
        step = value.box.height / len(lines)
        height = min(step, _TYPED_HEIGHT)
        if value.box.height > _SEVERAL * _TYPED_HEIGHT:
            # a box for several lines is filled from its top
            step = min(step, 1.4 * _TYPED_HEIGHT)
        for i, line in enumerate(lines):
            middle = value.box.top + (i + 0.5) * step
            words.extend(_spread(line, value.box.left, value.box.right, middle - height / 2, middle + height / 2))
    return tuple(words)


def _spread(line: str, left: float, right: float, top: float, bottom: float) -> list[Word]:
    step = min((right - left) / max(1, len(line)), 0.0105)
    words = []
    at = 0
    for text in line.split():
        at = line.index(text, at)
        words.append(Word(text, Box.clipped(left + at * step, top, left + (at + len(text)) * step, bottom), 1.0))
        at += len(text)
    return words


def mail_words(text: str, wide: int, high: int) -> tuple[Word, ...]:
    """A mail's words on a sheet of even letters: 12 by 24 pixels a letter, 34 a line.

    Lines past the sheet's foot keep their order by standing closer together. Boxes serve the
    layout only; a mail has no picture.
    """
    lines = text.expandtabs(8).splitlines()
    pitch = min(34.0, (high - 60) / max(1, len(lines)))
    words: list[Word] = []
    for row, line in enumerate(lines):
        at = 0
        step = min(12.0, (wide - 60) / max(1, len(line)))
        for word in line.split():
            at = line.index(word, at)
            left, top = 40 + at * step, 30 + row * pitch
            box = Box.clipped(
                left / wide, top / high, (left + len(word) * step) / wide, (top + min(24.0, 0.7 * pitch)) / high
            )
            words.append(Word(word, box, 1.0))
            at += len(word)
    return tuple(words)
