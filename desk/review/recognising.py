"""Stored sentences found again among the patterns that they can have been made from, with their values.

No regular expression is run over what is stored: the words of a pattern are looked for one after the
other, so that a long or hostile text costs no more than its length.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

_SLOT = re.compile(r"%\((\w+)\)s|{(\w+)}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sentence with values in it: ``%(name)s`` or ``{name}``, as its message in the translations has them."""

    message: str
    names: tuple[str, ...]
    pieces: tuple[str, ...]

    @classmethod
    def of(cls, message: str) -> "Pattern":
        """Take a message apart into the names of its values and the words around them."""
        parts = _SLOT.split(message)
        names = tuple(one or other for one, other in zip(parts[1::3], parts[2::3], strict=True))
        is_named = "%(" in message
        return cls(message, names, tuple(part.replace("%%", "%") if is_named else part for part in parts[::3]))

    @property
    def weight(self) -> int:
        """How many signs of it are its own words."""
        return sum(map(len, self.pieces))

    def values(self, text: str) -> dict[str, str] | None:
        """Give the values with which the pattern makes ``text``, the first ones as short as can be; else ``None``."""
        first, *middle, last = self.pieces
        at, end = len(first), len(text) - len(last)
        if end < at or not text.startswith(first) or not text.endswith(last):
            return None
        found = []
        for piece in middle:
            place = text.find(piece, at, end)
            if place < 0:
                return None
            found.append(text[at:place])
            at = place + len(piece)
        return dict(zip(self.names, (*found, text[at:end]), strict=True))

    def said(self, values: Mapping[str, str]) -> str:
        """Give the sentence with these values in the language of whoever looks."""
        translated = gettext(self.message)
        return translated % values if "%(" in self.message else translated.format(**values)


class Patterns:
    """What stored sentences can be: whole ones, and those with values, of which the most telling is tried first."""

    def __init__(self, messages: Iterable[str]) -> None:
        """Sort messages by whether they hold values."""
        known = tuple(dict.fromkeys(messages))
        self.whole = frozenset(message for message in known if not _SLOT.search(message))
        with_values = (Pattern.of(message) for message in known if message not in self.whole)
        self._patterns = tuple(sorted(with_values, key=lambda pattern: -pattern.weight))

    def find(self, text: str) -> tuple[Pattern, dict[str, str]] | None:
        """Give the pattern that makes ``text``, with its values."""
        for pattern in self._patterns:
            values = pattern.values(text)
            if values is not None:
                return pattern, values
        return None
