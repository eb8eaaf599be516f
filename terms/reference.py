"""The short reference that people say on the phone and write on page 1 of an answer."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from terms.errors import InvalidTermError

ALPHABET = "2346789ACEFHJKMNPRTVXYW"
"""23 signs, of each group that people and faxes confuse (0ODQ, 1IL, 5S, 8B, 6G, 2Z, UV) at most one.

23 is prime, so the weighted check below finds every single wrong sign and every exchange of two.
"""

_LENGTH = 8
_PRIME = len(ALPHABET)
_SHAPE = re.compile(f"[{ALPHABET}]{{{_LENGTH}}}")


def _check_sum(signs: str) -> int:
    return sum(weight * ALPHABET.index(sign) for weight, sign in enumerate(signs, start=1)) % _PRIME


def _check_sign(body: str) -> str:
    rest = _check_sum(body)
    return next(sign for sign in ALPHABET if (rest + _LENGTH * ALPHABET.index(sign)) % _PRIME == 0)


@dataclass(frozen=True, slots=True, order=True)
class CaseReference:
    """A request's reference such as ``2HY3-K7TC``: seven random signs and a check sign."""

    value: str

    def __post_init__(self) -> None:
        """Refuse what is not in normal form or whose check sign does not fit."""
        signs = self.value.replace("-", "", 1)
        dashed = len(self.value) == _LENGTH + 1 and self.value[4] == "-"
        if not dashed or not _SHAPE.fullmatch(signs) or _check_sum(signs):
            msg = "not a valid reference"
            raise InvalidTermError(msg)

    def __str__(self) -> str:
        """Give the normal form."""
        return self.value

    @classmethod
    def parse(cls, text: str) -> "CaseReference | None":
        """Give the reference that ``text`` is, whatever its case, spaces and dashes, or ``None``."""
        signs = re.sub(r"[\s\-\u2010-\u2015_.]", "", text).upper()
        if not _SHAPE.fullmatch(signs) or _check_sum(signs):
            return None
        return cls(f"{signs[:4]}-{signs[4:]}")

    @classmethod
    def new(cls, choose: Callable[[str], str] = secrets.choice) -> "CaseReference":
        """Draw a reference; ``choose`` picks one sign. The caller sees to it that no other request has it."""
        body = "".join(choose(ALPHABET) for _ in range(_LENGTH - 1))
        signs = body + _check_sign(body)
        return cls(f"{signs[:4]}-{signs[4:]}")
