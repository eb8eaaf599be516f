"""Telephone and fax numbers in E.164 with an optional extension."""

import re
from dataclasses import dataclass
from typing import Self

from terms.errors import InvalidTermError

_NORMAL = re.compile(r"\+1[2-9]\d{2}[2-9]\d{6}(?:;ext=\d{1,6})?", re.ASCII)
_EXTENSION = re.compile(r"(?:;\s*ext=|,?\s*(?:extension|ext\.?|x)\s*[.:#]?\s*)(\d{1,6})\s*$", re.IGNORECASE)
_AREA, _EXCHANGE, _NATIONAL, _WITH_COUNTRY = 3, 6, 10, 11


@dataclass(frozen=True, slots=True, order=True)
class Phone:
    """A North American number such as ``+15107474540`` or ``+15107474540;ext=5``."""

    value: str

    def __post_init__(self) -> None:
        """Refuse what is not E.164 for +1."""
        if not _NORMAL.fullmatch(self.value):
            msg = "not a valid North American telephone number"
            raise InvalidTermError(msg)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read a number as people write it: 1.510.747.4540, (510) 747-4540, 510-747-4540 ext. 5."""
        extension = ""
        match = _EXTENSION.search(text)
        if match:
            extension = f";ext={match.group(1)}"
            text = text[: match.start()]
        if re.search(r"[^\d\s().+\-/\u2010-\u2015]", text):
            return None
        digits = re.sub(r"\D", "", text)
        if len(digits) == _WITH_COUNTRY and digits.startswith("1"):
            digits = digits[1:]
        normal = f"+1{digits}{extension}"
        return cls(normal) if len(digits) == _NATIONAL and _NORMAL.fullmatch(normal) else None

    @property
    def number(self) -> str:
        """The E.164 number without its extension: what identifies a line."""
        return self.value.partition(";")[0]

    @property
    def extension(self) -> str:
        """The extension's digits, or an empty string."""
        return self.value.partition(";ext=")[2]

    @property
    def display(self) -> str:
        """The number as people print it: ``510-747-4540 ext. 5``."""
        digits = self.number[2:]
        printed = f"{digits[:_AREA]}-{digits[_AREA:_EXCHANGE]}-{digits[_EXCHANGE:]}"
        return f"{printed} ext. {self.extension}" if self.extension else printed

    def __str__(self) -> str:
        """Give the normal form."""
        return self.value


class FaxNumber(Phone):
    """A number that answers with a fax tone; the same form as :class:`Phone`."""

    __slots__ = ()
